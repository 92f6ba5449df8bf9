"""By which door messages go to somebody first: chosen, else where they spoke last; and that they spoke is noted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands import identities, rehearsing
from commands.conversation import Conversation
from commands.permissions import Actor
from commands.places import Finds, Place, in_order, reached_at
from commands.speakers import Speaker
from storage.records import ledger, people
from storage.records.message import Less, Message
from storage.records.outbox import Outgoing
from storage.records.people import Identity
from tests.offices import ALL_WAYS, Office, an_office

NURSE = "chief-nurse"
WHO = rehearsing.person_of("ourshire", NURSE)
EMAIL = "chief-nurse@ourshire.invalid"
EARLIER, LATER = datetime(2027, 1, 4, 8, tzinfo=UTC), datetime(2027, 1, 4, 9, tzinfo=UTC)
DOORS: dict[str, Finds] = {
    "notebook": "account", "slack": "account", "teams": "account", "mail": "address", "text": "telephone",
}  # fmt: skip


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(incidents=False) as office:
        office.runner = replace(office.runner, ways=ALL_WAYS)
        yield office


def known(
    door: str, *, sure: bool = True, spoke: datetime | None = None, gone: str = "", tenant: str = "T1"
) -> Identity:
    state = "confirmed" if sure else "proposed"
    return Identity(
        door=door, tenant=tenant, user="U1", person=WHO, state=state, since=EARLIER, spoke_at=spoke, gone=gone
    )


def enters(office: Office, *accounts: Identity, chosen: str = "", telephone: str = "") -> None:
    """The Chief Nurse is known so and at the notebook, and has chosen that."""
    with office.runner.store.writing() as session:
        for account in accounts:
            session.merge(account)
        person = people.get(session, WHO)
        assert person is not None
        person.door, person.telephone = chosen, telephone
        session.add(person)


# The order


@pytest.mark.parametrize(
    ("accounts", "chosen", "expected"),
    [
        ([known("slack"), known("teams")], "", ["slack", "teams"]),
        ([known("teams"), known("slack")], "", ["slack", "teams"]),
        ([known("slack"), known("teams", spoke=EARLIER)], "", ["teams", "slack"]),
        ([known("slack", spoke=EARLIER), known("teams", spoke=LATER)], "", ["teams", "slack"]),
        ([known("slack", spoke=LATER), known("teams", spoke=EARLIER)], "", ["slack", "teams"]),
        ([known("slack", spoke=LATER), known("teams", spoke=LATER)], "", ["slack", "teams"]),
        ([known("slack", sure=False, spoke=LATER), known("teams")], "", ["teams", "slack"]),
        ([known("slack", sure=False), known("teams", sure=False, spoke=LATER)], "", ["teams", "slack"]),
        ([known("slack", spoke=LATER), known("teams")], "teams", ["teams", "slack"]),
        ([known("slack", spoke=LATER), known("teams", sure=False)], "teams", ["teams", "slack"]),
        ([known("slack", spoke=EARLIER), known("teams", spoke=LATER)], "mail", ["teams", "slack"]),
        ([known("slack"), known("teams")], "telegraph", ["slack", "teams"]),
        ([], "teams", []),
    ],
)
def test_the_chosen_door_then_the_sure_ones_then_where_they_spoke_last_then_by_name(
    accounts: list[Identity], chosen: str, expected: list[str]
) -> None:
    assert [each.door for each in in_order(accounts, chosen)] == expected


def places(office: Office, **row: object) -> list[Place]:
    values: dict[str, object] = {
        "partnership": office.partnership,
        "person": WHO,
        "key": "agenda:1",
        "kind": "agenda",
        "record": "meeting:executive:2027-1",
        "message": Message(title="Agenda", text="", by_mail=Less(title="Agenda", text="")).model_dump(mode="json"),
        "created_at": office.now,
        "not_before": office.now,
    }
    with office.reading() as scope:
        return list(reached_at(scope, Outgoing(**values | row), DOORS))


def first(office: Office, **row: object) -> str:
    return places(office, **row)[0].door


@pytest.mark.parametrize(
    ("chosen", "row", "expected"),
    [
        ("mail", {}, "mail"),
        ("mail", {"lane": "alert"}, "teams"),
        ("mail", {"about_case": True}, "teams"),
        ("mail", {"through": "slack"}, "slack"),
        ("slack", {"lane": "alert"}, "slack"),
        ("slack", {"about_case": True}, "slack"),
        ("slack", {"through": "mail"}, "mail"),
        ("", {}, "teams"),
        ("text", {}, "teams"),
        ("telegraph", {"lane": "alert"}, "teams"),
    ],
)
def test_mail_that_was_chosen_goes_first_but_for_alerts_and_what_is_about_a_case(
    office: Office, chosen: str, row: dict[str, object], expected: str
) -> None:
    enters(office, known("slack", spoke=EARLIER), known("teams", spoke=LATER), chosen=chosen)
    assert first(office, **row) == expected


def test_a_chosen_door_that_takes_nothing_any_more_is_not_first(office: Office) -> None:
    enters(office, known("slack"), known("teams", gone="it was closed"), chosen="teams")
    assert "teams" not in [place.door for place in places(office)]
    enters(office, known("mail", gone="it came back", tenant=""), chosen="mail")
    with office.runner.store.writing() as session:
        session.merge(
            Identity(door="mail", tenant="", user=EMAIL, person=WHO, state="proposed", since=EARLIER,
                     gone="it came back")
        )  # fmt: skip
    assert "mail" not in [place.door for place in places(office)]


def test_a_case_goes_to_no_chosen_door_at_which_somebody_is_only_taken_for_them(office: Office) -> None:
    enters(office, known("slack"), known("teams", sure=False), chosen="teams")
    assert first(office) == "teams"
    assert [place.door for place in places(office, about_case=True)] == ["notebook", "slack", "mail"]


accounts = st.lists(
    st.builds(
        known,
        st.sampled_from(["slack", "teams", "telegraph"]),
        sure=st.booleans(),
        spoke=st.sampled_from([None, EARLIER, LATER]),
        gone=st.sampled_from(["", "it was closed"]),
        tenant=st.sampled_from(["T1", "T2"]),
    ),
    max_size=5,
    unique_by=lambda each: (each.door, each.tenant),
)


@given(
    accounts=accounts,
    chosen=st.sampled_from(["", "slack", "teams", "mail", "telegraph"]),
    lane=st.sampled_from(["alert", "post"]),
    about_case=st.booleans(),
    through=st.sampled_from(["", "slack", "mail", "text"]),
)
def test_whatever_was_chosen_and_wherever_they_spoke_the_places_are_the_same_each_once(
    accounts: list[Identity], chosen: str, lane: str, about_case: bool, through: str
) -> None:
    with _shared().copy() as office:
        row: dict[str, object] = {"lane": lane, "about_case": about_case, "through": through}
        silent = [Identity(**each.model_dump() | {"spoke_at": None}) for each in accounts]
        enters(office, *silent, telephone="01234 567890")
        before = places(office, **row)
        enters(office, *accounts, chosen=chosen, telephone="01234 567890")
        after = places(office, **row)
        assert len(set(after)) == len(after)
        assert set(after) == set(before)
        if any(place.door == chosen for place in after) and (chosen != "mail" or (lane == "post" and not about_case)):
            assert after[0].door == chosen


_OFFICES: list[Office] = []


def _shared() -> Office:
    """One office for every example of a property; nothing is done in it."""
    if not _OFFICES:
        _OFFICES.append(an_office(incidents=False))
    return _OFFICES[0]


# Chosen in words


def says(office: Office, text: str, *, door: str = "notebook", key: str | None = None) -> Message:
    user = WHO if door == "notebook" else "U1"
    tenant = office.partnership if door == "notebook" else "T1"
    conversation = Conversation(office.runner, local_doors=("notebook", "teams", "slack"))
    return conversation.answer(Speaker(door, tenant, user), text, key, office.now)


def chosen(office: Office) -> str:
    with office.reading() as scope:
        person = people.get(scope.session, WHO)
        assert person is not None
        return person.door


def test_a_door_is_chosen_shown_and_given_up_again(office: Office) -> None:
    enters(office, known("slack"), known("teams"))
    answer = says(office, "me door teams")
    assert answer.text == "Messages come to you in Teams first, as you have chosen."
    assert chosen(office) == "teams"
    assert "Messages come to you in Teams first, as you have chosen." in says(office, "me").text
    assert "Messages come to you in Teams first" in says(office, "ME DOOR").text
    assert first(office) == "teams"
    assert "where you spoke last" in says(office, "me door any").text
    assert chosen(office) == ""


def test_mail_is_chosen_with_what_does_not_go_by_it(office: Office) -> None:
    answer = says(office, "me door e-mail")
    assert "Messages come to you by mail first" in answer.text and "Alerts" in answer.text
    assert chosen(office) == "mail"


def test_it_is_taken_back_to_what_was_chosen_before(office: Office) -> None:
    enters(office, known("slack"), known("teams"), chosen="slack")
    says(office, "me door teams")
    assert says(office, "undo").title == "Taken back: choosing where messages come first"
    assert chosen(office) == "slack"


def test_what_is_offered_can_be_pressed(office: Office) -> None:
    enters(office, known("slack"), known("teams", spoke=LATER))
    shown = says(office, "me door")
    assert [button.label for button in shown.buttons] == ["In Teams", "In Slack", "By mail"]
    conversation = Conversation(office.runner, local_doors=("notebook",))
    speaker = Speaker("notebook", office.partnership, WHO)
    for button, expected in zip(shown.buttons, ["teams", "slack", "mail"], strict=True):
        conversation.press(speaker, button.does, button.form, f"press {button.label}", office.now)
        assert chosen(office) == expected
    again = says(office, "me door").buttons
    assert [button.label for button in again] == ["In Teams", "In Slack", "Where I spoke last"]


def test_whoever_is_known_at_one_place_only_is_offered_nothing_to_press(office: Office) -> None:
    office.runner = replace(office.runner, ways=frozenset())
    enters(office, known("slack"))
    assert says(office, "me door").buttons == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("me door teams", "You are not known in Teams."),
        ("me door telegraph", "This is no door that messages could come by."),
        ("me door any", "That is so already."),
        ("me door slack", "That is so already."),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_changes_nothing(office: Office, line: str, expected: str) -> None:
    before = "slack" if line.endswith("slack") else ""
    enters(office, known("slack"), known("teams", gone="it was closed"), chosen=before)
    assert expected in says(office, line).text
    assert chosen(office) == before


def test_mail_cannot_be_chosen_where_the_bot_sends_none(office: Office) -> None:
    office.runner = replace(office.runner, ways=frozenset())
    assert "The bot sends no mail here." in says(office, "me door mail").text
    assert chosen(office) == ""


def test_nobody_who_is_only_taken_for_somebody_turns_their_messages_away(office: Office) -> None:
    enters(office, known("slack"), known("teams", sure=False))
    assert "where you have confirmed who you are" in says(office, "me door teams", door="teams").text
    assert chosen(office) == ""
    says(office, "me door teams", door="slack")
    assert chosen(office) == "teams"


def test_while_nothing_is_confirmed_one_chooses_from_anywhere(office: Office) -> None:
    with office.runner.store.writing() as session:
        here = people.identity(session, "notebook", office.partnership, WHO)
        assert here is not None
        here.state = "proposed"
        session.add(here)
    enters(office, known("teams", sure=False))
    says(office, "me door teams", door="teams")
    assert chosen(office) == "teams"


def test_only_people_choose_and_only_for_themselves(office: Office) -> None:
    enters(office, known("teams"))
    for who in ("time", "administrator", Actor(office.partnership)):
        assert office.refused(who, "people.door", door="mail")
    office.done("business-manager", "people.door", door="mail")
    assert chosen(office) == ""


def test_it_is_a_fact_about_the_person_without_their_words(office: Office) -> None:
    enters(office, known("teams"))
    office.done(NURSE, "people.door", door="teams")
    with office.reading() as scope:
        found = ledger.since(scope, office.now - timedelta(seconds=1))
        assert [each.record for each in found if each.action == "people.door"] == [f"person:{WHO}"]


def test_the_business_manager_sees_what_somebody_has_chosen(office: Office) -> None:
    enters(office, known("teams"), chosen="teams")
    with office.looking("business-manager") as work:
        [line] = identities.where_known(work, EMAIL)
    assert line.endswith("; messages go in Teams first, as they have chosen")


# When they spoke


def spoke(office: Office, door: str = "teams") -> datetime | None:
    with office.reading() as scope:
        found = people.identity(scope.session, door, "T1", "U1")
        return found.spoke_at if found else None


def test_that_somebody_wrote_or_pressed_is_noted_once_an_hour(office: Office) -> None:
    enters(office, known("teams"))
    begun = office.now
    says(office, "me", door="teams")
    assert spoke(office) == begun
    office.now = begun + timedelta(minutes=59)
    says(office, "me", door="teams")
    assert spoke(office) == begun
    office.now = begun + timedelta(hours=1)
    conversation = Conversation(office.runner, local_doors=("teams",))
    conversation.press(Speaker("teams", "T1", "U1"), "leave", {}, None, office.now)
    assert spoke(office) == office.now


def test_where_they_spoke_last_messages_go_from_then_on(office: Office) -> None:
    enters(office, known("slack"), known("teams"))
    for door in ("teams", "slack", "teams"):
        office.now += timedelta(hours=2)
        says(office, "help", door=door)
        assert first(office) == door
        assert f"where you spoke last: in {door.capitalize()}" in says(office, "me door", door=door).text


def test_whoever_goes_to_and_fro_within_the_hour_is_reached_where_they_spoke_last(office: Office) -> None:
    enters(office, known("slack"), known("teams"))
    for door in ("slack", "teams", "slack", "teams"):
        office.now += timedelta(minutes=5)
        says(office, "help", door=door)
        assert first(office) == door


def test_of_strangers_of_leavers_and_where_nobody_vouches_for_them_nothing_is_noted(office: Office) -> None:
    conversation = Conversation(office.runner, local_doors=("teams",))
    conversation.answer(Speaker("teams", "T1", "U9"), "me", None, office.now)
    enters(office, known("teams"))
    conversation.answer(Speaker("teams", "T1", "U1", vouched=False), "me", None, office.now)
    assert spoke(office) is None
    with office.runner.store.writing() as session:
        left = people.enter(session, name="Former archivist", email="former@ourshire.invalid", now=office.now)
        session.merge(Identity(**known("teams").model_dump() | {"person": left.id}))
    conversation.answer(Speaker("teams", "T1", "U1"), "me", None, office.now)
    assert spoke(office) is None
    with office.reading() as scope:
        assert people.identity(scope.session, "teams", "T1", "U9") is None


def test_an_answer_stands_where_it_could_not_be_noted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    enters(office, known("teams"))

    def full() -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(office.runner.store, "writing", full)
    assert "Your posts" in says(office, "me", door="teams").text
