"""Actions: what a report promised says what it changed when it is done; whose number is whose; an entered log."""

from collections.abc import Iterator
from datetime import date

import pytest

from commands import registers
from storage.records import duties, people
from storage.records.scope import Scope
from tests.commands.business import (
    MANAGER,
    RETURNS,
    action,
    actions_of,
    an_office_with_reports,
    opens,
    rows,
    sends,
    writing,
)
from tests.offices import OURSHIRE, Office, an_office

LEAD = "lead@police.example"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_reports(opened="2027-02-08 06:00") as office:
        yield office


def a_lead(office: Office) -> str:
    """Somebody who answers for the police in audits and has no other post."""
    with office.runner.store.writing() as session:
        person = people.enter(session, name="Police lead", email=LEAD, now=office.now)
        people.enter_holding(
            Scope(session, office.partnership), post="lead:police", person=person.id, capacity="holder",
            agency="police", since=office.today, until=None,
        )  # fmt: skip
    return LEAD


def listed(office: Office, who: str) -> str:
    with office.looking(who) as work:
        return registers.listed(work).text


# What it changed


def test_an_action_from_a_report_says_what_it_changed_before_it_is_closed(office: Office) -> None:
    sends(office, opens(office), {"actions": rows(action("Write the protocol"))})
    outcome = office.perform("designated-nurse", "action.done", number=1)
    (refusal,) = outcome.refusals
    assert (refusal.field, refusal.sentence) == ("effect", registers.EFFECT_WANTED)
    assert actions_of(office)[0].state == "open"
    answer = office.done("designated-nurse", "action.done", number=1, effect="Parents hear the same from everybody")
    assert "What it changed: Parents hear the same from everybody" in answer.text
    assert actions_of(office)[0].effect == "Parents hear the same from everybody"


def test_an_action_that_was_entered_by_hand_is_closed_without_it(office: Office) -> None:
    office.done(MANAGER, "action.add", title="Print the leaflet", owner="lay-member")
    office.done(MANAGER, "action.done", number=1)
    assert actions_of(office)[0].state == "done"


@pytest.mark.parametrize(("name", "field"), [("action.done", "effect"), ("action.say", "said")])
def test_what_is_said_of_an_action_is_looked_at_like_every_free_text(office: Office, name: str, field: str) -> None:
    office.done(MANAGER, "action.add", title="Print the leaflet", owner="lay-member")
    assert "NHS number" in office.refused(MANAGER, name, number=1, **{field: "of 943 476 5919"})
    assert "longer than 500" in office.refused(MANAGER, name, number=1, **{field: "a" * 501})
    assert actions_of(office)[0].state == "open"


def test_what_was_said_is_taken_back_as_it_was_before(office: Office) -> None:
    office.done(MANAGER, "action.add", title="Print the leaflet", owner="lay-member")
    for words in ("Half of it", "All of it"):
        office.done(MANAGER, "action.say", number=1, said=words)
    office.done(MANAGER, "undo")
    assert actions_of(office)[0].said == "Half of it"


def test_the_reminder_of_a_promised_action_asks_for_what_it_changed(office: Office) -> None:
    sends(office, opens(office), {"actions": rows(action("Write the protocol", due="2027-02-09"))})
    office.run_to("2027-02-09 08:05")
    note = office.sent_to("designated-nurse")[-1].text
    assert "action done 1 WHAT IT CHANGED FOR CHILDREN" in note


# Whose it is


def test_whoever_answers_for_an_agency_does_their_own_actions_and_sees_no_others(office: Office) -> None:
    lead = a_lead(office)
    with writing(office, MANAGER) as work:
        registers.enter(work, title="Train the desk", owner="lead:police", due=date(2027, 3, 1), group="practice")
        registers.enter(work, title="Write the protocol", owner="designated-nurse", due=None)
    assert "Train the desk" in listed(office, lead) and "Write the protocol" not in listed(office, lead)
    assert "Train the desk" in listed(office, "head-teacher") and "Write the protocol" in listed(office, "head-teacher")
    office.done(lead, "action.say", number=1, said="Two of three are trained")
    office.done(lead, "action.done", number=1)
    office.done(lead, "undo")
    assert "This can be done by" in office.refused(lead, "action.done", number=2)


def test_the_list_says_where_an_action_came_from_and_what_is_overdue(office: Office) -> None:
    sends(office, opens(office), {"actions": rows(action("Write the protocol"))})
    office.done("designated-nurse", "action.say", number=1, said="Half of it")
    office.moves_to("2027-03-03 09:00")
    assert listed(office, MANAGER) == (
        "1. Write the protocol (Designated Nurse, Mon 1 Mar 2027, overdue; how it stands: Half of it), promised by "
        "Policies Group in: Exception report for the Practice Group of Tuesday 16 February 2027"
    )


# Where it is kept


def test_numbers_are_counted_together_over_all_registers_of_actions() -> None:
    register = '[[registers]]\nid = "plans"\nname = "Plans"\nkind = "actions"\nkept_by = "designated-nurse"\n'
    text = OURSHIRE.read_text("utf-8") + RETURNS + f'{register}reviewed_at = "practice"\nsource = "ours §9"\n'
    with an_office(definition=text, opened="2027-02-08 06:00") as office:
        office.done(MANAGER, "action.add", title="Print the leaflet", owner="lay-member")
        sends(office, opens(office), {"actions": rows(action("Write the protocol"))})
        assert [(each.book, each.number) for each in actions_of(office)] == [("actions", 1), ("plans", 2)]
        office.done("designated-nurse", "action.done", number=2, effect="Nothing yet")
        assert actions_of(office)[1].state == "done"


def test_without_a_register_in_the_arrangements_actions_are_kept_in_one_of_ours_and_that_is_said() -> None:
    text = OURSHIRE.read_text("utf-8") + RETURNS
    head, _, rest = text.partition("[[registers]]")
    with an_office(definition=head + rest[rest.index("[[milestones]]") :], opened="2027-02-08 06:00") as office:
        sends(office, opens(office), {"actions": rows(action("Write the protocol"))})
        office.done(MANAGER, "action.add", title="Print the leaflet", owner="lay-member")
        assert [(each.book, each.number) for each in actions_of(office)] == [("actions", 1), ("actions", 2)]
        assert "Our arrangements name no register of actions" in listed(office, MANAGER)


# An action log that is entered


def test_an_entered_log_reminds_of_nothing_that_is_past_and_of_nothing_that_is_done(office: Office) -> None:
    with writing(office, MANAGER) as work:
        late = registers.enter(work, title="Late", owner="designated-nurse", due=date(2026, 11, 2), said="Half of it")
        done = registers.enter(
            work, title="Done", owner="designated-nurse", due=date(2027, 3, 1), state="done", effect="Much",
            closed_at=office.at("2026-12-01 12:00"),
        )  # fmt: skip
        records = (late.record, done.record)
    with office.reading() as scope:
        asked = [[str(duty.due_at.date()) for duty in duties.of_record(scope, record)] for record in records]
    assert [day > "2027-02-08" for day in asked[0]] == [True]
    assert asked[1] == []
    assert [(each.state, each.effect or each.said) for each in actions_of(office)] == [
        ("open", "Half of it"),
        ("done", "Much"),
    ]
