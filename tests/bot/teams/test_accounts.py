"""Whose account is whose in Teams: proposed by an address that is the tenant's own, never for guests; gone and back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.teams.tenants import NAME
from storage.records import conversations, people
from storage.records.people import Identity
from tests.standins.teams import Person, rendered

from .offices import TeamsOffice
from .talking import MANAGER, NURSE, people_talking, types

NEW = "new.head@ourshire.example"


@pytest.fixture(autouse=True)
def _on_a_monday() -> None:
    """In the place of the fixture that stops the clock: here seconds pass, and tokens end."""


@pytest.fixture
def teams_office(tmp_path: Path) -> Iterator[TeamsOffice]:
    """Nobody is known yet when it opens, and nobody has been heard of."""
    with people_talking(tmp_path, known=False, heard_of=False) as opened:
        yield opened


def enters(teams_office: TeamsOffice, email: str = NEW, post: str = "head-teacher") -> None:
    """Somebody new is entered in a post, as a deputy."""
    teams_office.office.done(
        "administrator", "people.enter", name="Successor", email=email, post=post, capacity="deputy"
    )


def accounts_of(teams_office: TeamsOffice, email: str = NEW) -> list[Identity]:
    """What somebody with an address is taken for."""
    with teams_office.office.reading() as scope:
        found = people.identities(scope.session, people.person_id(email))
        scope.session.expunge_all()
        return found


def users_of(teams_office: TeamsOffice, email: str = NEW) -> list[str]:
    return [one.user for one in accounts_of(teams_office, email)]


# Who writes


def test_who_writes_for_the_first_time_is_proposed_by_address_and_welcomed_once(teams_office: TeamsOffice) -> None:
    nurse = teams_office.user(NURSE)
    types(teams_office, nurse, "me")
    assert "Your posts" in rendered(nurse.told()[-1])
    teams_office.deliver()
    types(teams_office, nurse, "me")
    teams_office.deliver()
    with teams_office.office.reading() as scope:
        (account,) = people.identities(scope.session, teams_office.office.person(NURSE))
        assert (account.user, account.tenant, account.state) == (nurse.id, teams_office.tenant.id, "proposed")
    assert sum("What this is, and how to begin" in one for one in teams_office.told(NURSE)) == 1
    assert len(teams_office.standin.called("GET", "/members/")) == 1


def test_the_case_of_an_address_does_not_matter(teams_office: TeamsOffice) -> None:
    enters(teams_office)
    new = teams_office.tenant.person("Successor", "New.Head@Ourshire.EXAMPLE")
    types(teams_office, new, "me")
    assert users_of(teams_office) == [new.id]


def test_no_guest_is_taken_for_anybody(teams_office: TeamsOffice) -> None:
    enters(teams_office)
    guest = teams_office.tenant.person("Successor", NEW, guest=True)
    types(teams_office, guest, "me")
    assert users_of(teams_office) == []
    assert "We do not know you here" in rendered(guest.told()[-1])


def test_who_is_at_home_in_another_tenant_is_not_taken_for_anybody(teams_office: TeamsOffice) -> None:
    enters(teams_office)
    other = teams_office.standin.add_tenant("Another")
    user = teams_office.tenant.add_user("Successor", NEW, home=other)
    types(teams_office, teams_office.tenant.user(user), "me")
    assert users_of(teams_office) == []


@pytest.mark.parametrize("email", ["new.head@police.example", "new.head@sub.ourshire.example", ""])
def test_an_address_that_is_not_of_the_tenants_own_domain_proposes_nobody(
    teams_office: TeamsOffice, email: str
) -> None:
    if email:
        enters(teams_office, email)
    new = teams_office.tenant.person("Successor", email)
    types(teams_office, new, "me")
    assert "We do not know you here" in rendered(new.told()[-1])
    assert not email or users_of(teams_office, email) == []


def test_who_has_no_post_is_not_proposed(teams_office: TeamsOffice) -> None:
    new = teams_office.tenant.person("Somebody", NEW)
    types(teams_office, new, "me")
    assert users_of(teams_office) == []


def test_who_is_entered_later_is_proposed_though_they_wrote_before(teams_office: TeamsOffice) -> None:
    new = teams_office.tenant.person("Successor", NEW)
    types(teams_office, new, "me")
    enters(teams_office)
    teams_office.teams.look_round()
    assert users_of(teams_office) == [new.id]


@pytest.mark.parametrize("fault", ["refused", "dropped"])
def test_where_teams_does_not_say_who_it_is_the_line_is_answered_and_a_later_one_asks_again(
    teams_office: TeamsOffice, fault: str
) -> None:
    enters(teams_office)
    new = teams_office.tenant.person("Successor", NEW)
    if fault == "refused":
        teams_office.standin.faults.next(status=502, route="member")
    else:
        teams_office.standin.faults.drop(route="member")
    types(teams_office, new, "me")
    assert "We do not know you here" in rendered(new.told()[-1])
    teams_office.teams.accounts._silent.clear()
    types(teams_office, new, "me")
    assert users_of(teams_office) == [new.id]


# Who is in a team


def test_when_the_bot_comes_into_a_team_everybody_there_is_proposed_and_can_be_written_to(
    teams_office: TeamsOffice,
) -> None:
    enters(teams_office)
    new = teams_office.tenant.person("Successor", NEW)
    teams_office.tenant.adds_app(teams_office.tenant.add_channel("Everybody"))
    teams_office.shown(new.begins())
    assert users_of(teams_office) == [new.id]
    teams_office.says(NURSE, "Bring your diary")
    teams_office.deliver()
    assert any("Bring your diary" in one for one in teams_office.told(NURSE))


def test_two_users_with_one_address_are_neither_of_them_proposed(teams_office: TeamsOffice) -> None:
    enters(teams_office)
    for name in ("Successor", "Somebody else"):
        teams_office.tenant.add_user(name, NEW)
    teams_office.tenant.adds_app(teams_office.tenant.add_channel("Everybody"))
    teams_office.shown(teams_office.user(NURSE).begins())
    assert users_of(teams_office) == []
    assert users_of(teams_office, address_of(teams_office, NURSE)) == [teams_office.user(NURSE).id]


def address_of(teams_office: TeamsOffice, post: str) -> str:
    with teams_office.office.reading() as scope:
        person = people.get(scope.session, teams_office.office.person(post))
        assert person is not None
        return person.email


def test_who_has_no_post_leaves_nothing_of_the_roster_behind(teams_office: TeamsOffice) -> None:
    somebody = teams_office.tenant.person("Somebody", "somebody@ourshire.example")
    teams_office.tenant.adds_app(teams_office.tenant.add_channel("Everybody"))
    teams_office.shown(teams_office.user(NURSE).begins())
    with teams_office.office.reading() as scope:
        kept = [one.place for one in conversations.every(scope.session, NAME)]
    assert teams_office.user(MANAGER).id in kept
    assert somebody.id not in kept


def test_a_team_is_looked_at_once_a_day(teams_office: TeamsOffice) -> None:
    teams_office.tenant.adds_app(teams_office.tenant.add_channel("Everybody"))
    teams_office.shown(teams_office.user(NURSE).begins())
    asked = rosters_read(teams_office)
    enters(teams_office)
    new = teams_office.tenant.person("Successor", NEW)
    teams_office.teams.look_round()
    assert rosters_read(teams_office) == asked
    teams_office.office.now += timedelta(days=1)
    teams_office.teams.look_round()
    teams_office.teams.look_round()
    assert rosters_read(teams_office) == asked + 1
    assert users_of(teams_office) == [new.id]


def rosters_read(teams_office: TeamsOffice) -> int:
    return len(teams_office.standin.called("GET", "/pagedMembers"))


def test_a_team_that_could_not_be_read_is_looked_at_in_the_next_round(teams_office: TeamsOffice) -> None:
    enters(teams_office)
    new = teams_office.tenant.person("Successor", NEW)
    teams_office.standin.faults.next(status=502, route="members", times=2)
    teams_office.tenant.adds_app(teams_office.tenant.add_channel("Everybody"))
    teams_office.shown(new.begins())
    assert users_of(teams_office) == []
    teams_office.teams.look_round()
    assert users_of(teams_office) == [new.id]


def test_a_team_that_has_taken_the_app_away_in_silence_is_forgotten(teams_office: TeamsOffice) -> None:
    channel = teams_office.tenant.add_channel("Everybody")
    teams_office.tenant.adds_app(channel)
    teams_office.shown(teams_office.user(NURSE).begins())
    teams_office.tenant.channels[channel].installed = False
    teams_office.office.now += timedelta(days=1)
    teams_office.teams.look_round()
    with teams_office.office.reading() as scope:
        assert conversations.find(scope.session, NAME, teams_office.tenant.id, channel) is None


def test_where_teams_is_down_a_look_round_leaves_all_as_it_was(teams_office: TeamsOffice) -> None:
    teams_office.tenant.adds_app(teams_office.tenant.add_channel("Everybody"))
    teams_office.shown(teams_office.user(NURSE).begins())
    teams_office.office.now += timedelta(days=2)
    teams_office.standin.outage()
    teams_office.teams.look_round()
    teams_office.standin.outage(False)
    assert users_of(teams_office, address_of(teams_office, NURSE)) == [teams_office.user(NURSE).id]


# Gone and back


def test_who_is_known_and_was_gone_is_reached_again_once_they_write(teams_office: TeamsOffice) -> None:
    nurse: Person = teams_office.user(NURSE)
    types(teams_office, nurse, "me")
    nurse.uninstalls()
    assert accounts_of(teams_office, address_of(teams_office, NURSE))[0].gone
    nurse.record.installed = True
    types(teams_office, nurse, "me")
    assert not accounts_of(teams_office, address_of(teams_office, NURSE))[0].gone


def test_a_stranger_who_takes_the_app_away_changes_nothing(teams_office: TeamsOffice) -> None:
    stranger = teams_office.tenant.person("A stranger", "stranger@elsewhere.example")
    types(teams_office, stranger, "me")
    assert stranger.uninstalls().status == 200
    teams_office.deliver()
    assert teams_office.mail.sent == []
