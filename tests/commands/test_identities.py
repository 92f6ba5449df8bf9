"""Who somebody at a door is: proposed by address, confirmed by code or administrator, ended with the last post."""

from collections.abc import Iterator

import pytest

from commands import identities, rehearsing
from commands.definitions import load
from commands.permissions import Actor
from storage.records import codes, ledger, people, requests
from storage.records.scope import Scope
from tests.offices import Office, an_office

DOOR = {"door": "slack", "tenant": "T1", "user": "U1"}
NURSE = "chief-nurse@ourshire.invalid"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(incidents=False) as office:
        yield office


def proposed(office: Office, email: str = NURSE, **other: str) -> dict[str, str]:
    account = DOOR | other
    office.done("time", "identity.propose", **account, email=email)
    return account


def acting(office: Office, account: dict[str, str] = DOOR) -> Actor:
    return identities.actor_at(office.runner.store, office.partnership, **account)


def code(office: Office, account: dict[str, str] = DOOR) -> str:
    outcome = office.perform("administrator", "identity.code", **account)
    assert not outcome.refused
    return outcome.secret


def test_an_account_is_proposed_by_its_address_in_any_case(office: Office) -> None:
    office.done("time", "identity.propose", **DOOR, email="Chief-Nurse@OURSHIRE.invalid")
    actor = acting(office)
    assert actor.person == rehearsing.person_of("ourshire", "chief-nurse")
    assert not actor.confirmed


def test_somebody_unknown_is_an_actor_without_a_person(office: Office) -> None:
    assert acting(office).person is None


@pytest.mark.parametrize("email", ["stranger@other.example", "", "not an address"])
def test_an_address_that_nobody_is_entered_with_is_refused(office: Office, email: str) -> None:
    assert "Nobody is entered here with that address." in office.refused(
        "time", "identity.propose", **DOOR, email=email
    )


def test_one_person_has_one_account_in_a_workspace(office: Office) -> None:
    proposed(office)
    said = office.refused("time", "identity.propose", **DOOR | {"user": "U2"}, email=NURSE)
    assert said == "This person is known here by another account. The business manager can end that first."
    proposed(office, user="U2", tenant="T2")


def test_an_account_whose_address_changes_is_proposed_anew_unless_it_is_confirmed(office: Office) -> None:
    proposed(office)
    proposed(office, "designated-nurse@ourshire.invalid")
    assert acting(office).person == rehearsing.person_of("ourshire", "designated-nurse")
    office.done("administrator", "identity.confirm", **DOOR)
    said = office.refused("time", "identity.propose", **DOOR, email=NURSE)
    assert said.startswith("This account belongs to somebody else here.")


def test_a_code_confirms_in_any_case_and_with_spaces_and_works_once(office: Office) -> None:
    proposed(office)
    typed = code(office)
    spaced = f" {typed[:4].lower()}-{typed[4:]} "
    assert office.done(acting(office), "identity.confirm", **DOOR, code=spaced).title == "Confirmed"
    assert acting(office).confirmed
    assert "confirmed already" in office.refused(acting(office), "identity.confirm", **DOOR, code=typed)


def test_a_code_has_eight_letters_that_cannot_be_misread_and_is_stored_nowhere(office: Office) -> None:
    proposed(office)
    outcome = office.press("administrator", "identity.code", "press-1", **DOOR)
    assert len(outcome.secret) == 8 and not set(outcome.secret) & set("IO01")
    assert outcome.answer is not None and outcome.secret not in outcome.answer.model_dump_json()
    raw = office.runner.store.engine.raw_connection()
    dump = "\n".join(raw.dbapi_connection.iterdump())  # type: ignore[union-attr]
    raw.close()
    assert outcome.secret not in dump
    again = office.press("administrator", "identity.code", "press-1", **DOOR)
    assert again.repeated and again.secret == ""


def test_wrong_codes_are_counted_and_after_five_the_right_one_no_longer_helps(office: Office) -> None:
    proposed(office)
    right = code(office)
    wrong = "AAAAAAAA" if right != "AAAAAAAA" else "BBBBBBBB"
    for _ in range(codes.TRIES):
        assert office.done(acting(office), "identity.confirm", **DOOR, code=wrong).title == "That is not the code"
    assert "tried too often" in office.refused(acting(office), "identity.confirm", **DOOR, code=right)
    assert not acting(office).confirmed
    office.done(acting(office), "identity.confirm", **DOOR, code=code(office))
    assert acting(office).confirmed


def test_a_code_is_too_old_after_a_day(office: Office) -> None:
    proposed(office)
    typed = code(office)
    office.moves_to("2027-01-05 06:00")
    assert "too old" in office.refused(acting(office), "identity.confirm", **DOOR, code=typed)


def test_a_new_code_takes_the_place_of_the_old_one(office: Office) -> None:
    proposed(office)
    old, new = code(office), code(office)
    assert office.done(acting(office), "identity.confirm", **DOOR, code=old).title == "That is not the code"
    assert office.done(acting(office), "identity.confirm", **DOOR, code=new).title == "Confirmed"


def test_nobody_confirms_themselves_without_a_code(office: Office) -> None:
    proposed(office)
    assert "This needs the code" in office.refused(acting(office), "identity.confirm", **DOOR)


def test_nobody_uses_a_code_for_somebody_elses_account(office: Office) -> None:
    proposed(office)
    typed = code(office)
    said = office.refused("head-teacher", "identity.confirm", **DOOR, code=typed)
    assert said.startswith("This can be done by the person whose account it is or the administrator.")


def test_the_administrator_confirms_without_a_code(office: Office) -> None:
    proposed(office)
    office.done("administrator", "identity.confirm", **DOOR)
    with office.reading() as scope:
        found = people.identity(scope.session, **DOOR)
        assert found is not None and (found.state, found.confirmed_by) == ("confirmed", "administrator")


@pytest.mark.parametrize("action", ["identity.confirm", "identity.code"])
def test_a_business_manager_neither_confirms_anybody_nor_is_shown_a_code(office: Office, action: str) -> None:
    proposed(office)
    outcome = office.perform("business-manager", action, **DOOR)
    assert outcome.refusals[0].sentence.endswith("Ask the administrator if you need it done.") and not outcome.secret
    assert not acting(office).confirmed


def test_nobody_is_shown_the_code_for_their_own_account(office: Office) -> None:
    proposed(office)
    assert "Ask the administrator" in office.refused(acting(office), "identity.code", **DOOR)


def test_a_proposed_business_manager_opens_no_case_and_a_confirmed_one_does(office: Office) -> None:
    proposed(office, "business-manager@ourshire.invalid")
    office.done("administrator", "incident.switch-on")
    form = {"pathway": "serious-incident", "facts": {"aware": "2027-01-03T10:00:00+00:00"}}
    assert "once you have confirmed who you are" in office.refused(acting(office), "incident.start", **form)
    office.done(acting(office), "identity.confirm", **DOOR, code=office.perform("time", "identity.code", **DOOR).secret)
    assert office.done(acting(office), "incident.start", **form).title == "TEST-1 is open"


def test_an_account_of_another_partnerships_person_looks_like_one_that_is_not_there(office: Office) -> None:
    unknown = office.refused("business-manager", "identity.end", **DOOR | {"user": "U404"})
    other = load("somerset")
    rehearsing.open_office(office.runner, other, office.now, "notebook")
    manager = rehearsing.person_of("somerset", other.arrangements.secretariat.business_manager)
    elsewhere = {"door": "notebook", "tenant": "somerset", "user": manager}
    assert office.refused("business-manager", "identity.end", **elsewhere) == unknown


ELSEWHERE = "This person also has a post in another partnership. Ask the administrator"


def somersets_manager_in_two(office: Office) -> str:
    """The address of Somerset's business manager, whom ours has entered as the PA of one of its posts."""
    other = load("somerset")
    rehearsing.open_office(office.runner, other, office.now, "notebook")
    email = rehearsing.address_of("somerset", other.arrangements.secretariat.business_manager)
    office.done("business-manager", "people.enter", name="X", email=email, post="lay-member", capacity="pa")
    return email


def test_a_business_manager_makes_no_account_of_hers_a_person_of_another_partnership(office: Office) -> None:
    email = somersets_manager_in_two(office)
    assert office.refused("business-manager", "identity.propose", **DOOR, email=email).startswith(ELSEWHERE)
    assert acting(office).person is None
    proposed(office, email)
    assert "administrator" in office.refused("business-manager", "identity.confirm", **DOOR)
    assert not identities.actor_at(office.runner.store, "somerset", **DOOR).confirmed


def test_a_business_manager_takes_no_account_from_a_person_of_another_partnership(office: Office) -> None:
    email = somersets_manager_in_two(office)
    proposed(office, email)
    assert office.refused("business-manager", "identity.end", **DOOR).startswith(ELSEWHERE)
    assert office.refused("business-manager", "identity.propose", **DOOR, email=NURSE).startswith(ELSEWHERE)
    assert acting(office).person == people.person_id(email)


def test_the_administrator_keeps_the_accounts_of_those_who_are_in_several_partnerships(office: Office) -> None:
    email = somersets_manager_in_two(office)
    office.done("administrator", "identity.propose", **DOOR, email=email)
    office.done("administrator", "identity.end", **DOOR)
    assert acting(office).person is None


# Leaving


def test_who_leaves_the_last_post_is_known_at_no_door_after_that_day(office: Office) -> None:
    proposed(office)
    office.done("administrator", "identity.confirm", **DOOR)
    office.done("business-manager", "people.leave", post="chief-nurse", until="2027-01-05")
    office.run_to("2027-01-05 23:00")
    assert acting(office).person is not None
    office.run_to("2027-01-06 04:00")
    assert acting(office).person is None


def test_who_has_another_post_anywhere_stays_known(office: Office) -> None:
    proposed(office)
    office.done("business-manager", "people.leave", post="lay-member", until="2027-01-04")
    office.done("business-manager", "people.hold", person="chief-nurse", post="lay-member", since="2027-01-05")
    office.done("business-manager", "people.leave", post="chief-nurse", until="2027-01-05")
    office.run_to("2027-01-08 04:00")
    assert acting(office).person is not None


def test_a_leaver_entered_late_is_known_at_no_door_at_once(office: Office) -> None:
    proposed(office)
    office.moves_to("2027-01-08 09:00")
    office.done("business-manager", "people.leave", post="chief-nurse", until="2027-01-06")
    assert acting(office).person is None


def test_the_ledger_of_the_installation_holds_each_change_of_who_somebody_is(office: Office) -> None:
    proposed(office)
    office.done("administrator", "identity.confirm", **DOOR)
    office.done("business-manager", "identity.end", **DOOR)
    with office.runner.store.reading() as session:
        entries = [(e.action, e.record) for e in ledger.entries(Scope(session, ledger.INSTALLATION))]
    person = rehearsing.person_of("ourshire", "chief-nurse")
    actions = ("identity.propose", "identity.confirm", "identity.end")
    assert entries[-3:] == [(action, f"person:{person}") for action in actions]


def test_a_wrong_code_is_on_record_without_the_code(office: Office) -> None:
    proposed(office)
    code(office)
    office.press(acting(office), "identity.confirm", "press-2", **DOOR, code="ZZZZZZZZ")
    with office.reading() as scope:
        entry = list(ledger.entries(scope))[-1]
        assert entry.action == "identity.confirm" and entry.ids["fits"] is False
        assert "ZZZZZZZZ" not in str(entry.ids)
        assert requests.find(scope, "press-2") is not None
