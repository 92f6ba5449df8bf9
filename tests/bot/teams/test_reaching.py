"""Where people are in Teams: kept from what Teams said last, begun where needed, and never at a foreign address."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.teams.activities import Activity
from bot.teams.connector import NotReached, Place, Refused
from bot.teams.reaching import NOT_HEARD_OF, NOT_KNOWN, NoPlace, Reaching, is_channel
from tests.standins.teams import Person

from .offices import TeamsOffice, a_teams_office, hears_of

NURSE = "designated-nurse"


@pytest.fixture
def teams_office() -> Iterator[TeamsOffice]:
    with a_teams_office(heard_of=False) as opened:
        yield opened


def reaching(teams_office: TeamsOffice) -> Reaching:
    """What is under test."""
    return teams_office.teams.reaching


def place_of(teams_office: TeamsOffice, person: Person) -> Place:
    """Where somebody is."""
    return reaching(teams_office).place_of(teams_office.tenant.id, person.id)


def said(teams_office: TeamsOffice, person: Person, **more: object) -> Activity:
    """Something typed in the personal chat."""
    activity = Activity(
        tenant=teams_office.tenant.id,
        user=person.id,
        member=person.member,
        conversation=person.chat.id,
        scope="personal",
        service=teams_office.standin.service_url,
    )
    return replace(activity, **more)


def test_whoever_writes_is_answered_where_they_wrote_and_no_chat_is_begun(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    reaching(teams_office).heard(said(teams_office, nurse))
    assert place_of(teams_office, nurse) == Place(teams_office.standin.service_url, nurse.chat.id)
    assert teams_office.standin.calls == []


def test_whoever_was_heard_of_in_a_channel_alone_has_a_chat_begun_once(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    hears_of(teams_office, nurse)
    wanted = Place(teams_office.standin.service_url, nurse.chat.id)
    assert [place_of(teams_office, nurse) for _ in range(2)] == [wanted, wanted]
    assert teams_office.standin.called("POST", "/v3/conversations") == ["/teams/v3/conversations"]


def test_a_word_in_a_channel_does_not_hide_the_personal_chat(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    reaching(teams_office).heard(said(teams_office, nurse))
    hears_of(teams_office, nurse)
    assert place_of(teams_office, nurse).conversation == nurse.chat.id
    assert teams_office.standin.calls == []


def test_whoever_was_never_heard_of_is_reached_by_what_colleagues_said(teams_office: TeamsOffice) -> None:
    hears_of(teams_office, teams_office.user("designated-doctor"))
    nurse = teams_office.user(NURSE)
    assert place_of(teams_office, nurse).conversation == nurse.chat.id


def test_where_nothing_was_heard_of_a_tenant_nobody_in_it_is_reached(teams_office: TeamsOffice) -> None:
    with pytest.raises(NoPlace, match=NOT_HEARD_OF):
        place_of(teams_office, teams_office.user(NURSE))
    assert teams_office.standin.calls == []


def test_a_foreign_address_is_not_kept_and_one_that_is_no_longer_allowed_not_used(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    reaching(teams_office).heard(said(teams_office, nurse, service="https://teams.attacker.example/"))
    with pytest.raises(NoPlace):
        place_of(teams_office, nurse)
    reaching(teams_office).heard(said(teams_office, nurse))
    stricter = replace(reaching(teams_office), allowed=replace(teams_office.teams.allowed, loopback=False))
    with pytest.raises(NoPlace):
        stricter.place_of(teams_office.tenant.id, nurse.id)
    assert not stricter.is_there(Place(teams_office.standin.service_url, nurse.chat.id))


@pytest.mark.parametrize("activity", [{"tenant": ""}, {"user": ""}], ids=str)
def test_what_says_not_whose_it_is_is_not_kept(teams_office: TeamsOffice, activity: dict[str, str]) -> None:
    nurse = teams_office.user(NURSE)
    reaching(teams_office).heard(said(teams_office, nurse, **activity))
    with pytest.raises(NoPlace):
        place_of(teams_office, nurse)


def test_the_newest_address_counts(teams_office: TeamsOffice) -> None:
    nurse, standin = teams_office.user(NURSE), teams_office.standin
    reaching(teams_office).heard(said(teams_office, nurse))
    moved = standin.service_url.replace("127.0.0.1", "localhost")
    reaching(teams_office).heard(said(teams_office, nurse, service=moved))
    assert place_of(teams_office, nurse) == Place(moved, nurse.chat.id)


def test_a_channel_is_taken_as_it_is_without_its_thread(teams_office: TeamsOffice) -> None:
    hears_of(teams_office, teams_office.user(NURSE))
    thread = f"{teams_office.channel};messageid=123"
    found = reaching(teams_office).place_of(teams_office.tenant.id, thread)
    assert found == Place(teams_office.standin.service_url, teams_office.channel)
    assert is_channel(teams_office.channel)
    assert not is_channel(teams_office.user(NURSE).id)


def test_a_conversation_that_teams_knows_no_more_is_begun_anew(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    reaching(teams_office).heard(said(teams_office, nurse, conversation="a:the one before"))
    assert place_of(teams_office, nurse).conversation == "a:the one before"
    reaching(teams_office).lost(teams_office.tenant.id, nurse.id)
    assert place_of(teams_office, nurse).conversation == nurse.chat.id


def test_losing_what_was_never_there_or_a_channel_changes_nothing(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    hears_of(teams_office, nurse)
    reaching(teams_office).lost(teams_office.tenant.id, nurse.id)
    reaching(teams_office).lost(teams_office.tenant.id, teams_office.channel)
    assert place_of(teams_office, nurse).conversation == nurse.chat.id


# A chat that cannot be begun: nothing is said by beginning one, so nothing is ever unsure


@pytest.mark.parametrize("how", ["drop", "500", "503"])
def test_where_it_is_not_known_whether_a_chat_was_begun_it_is_begun_again(teams_office: TeamsOffice, how: str) -> None:
    nurse, faults = teams_office.user(NURSE), teams_office.standin.faults
    hears_of(teams_office, nurse)
    if how == "drop":
        faults.drop(route="create")
    else:
        faults.next(int(how), route="create")
    with pytest.raises(NotReached):
        place_of(teams_office, nurse)
    assert place_of(teams_office, nurse).conversation == nurse.chat.id


def test_an_account_that_teams_does_not_know_has_no_place(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    hears_of(teams_office, nurse)
    teams_office.tenant.remove_user(nurse.id)
    with pytest.raises(NoPlace, match=NOT_KNOWN):
        place_of(teams_office, nurse)


def test_where_the_app_is_not_installed_teams_own_word_is_passed_on(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    hears_of(teams_office, nurse)
    nurse.record.installed = False
    with pytest.raises(Refused) as refused:
        place_of(teams_office, nurse)
    assert (refused.value.status, refused.value.code) == (403, "ForbiddenOperationException")
