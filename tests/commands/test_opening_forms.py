"""Whether a button opens a form, said before it is pressed, compared with what pressing it really gives."""

from collections.abc import Iterator, Mapping

import pytest
from sqlmodel import select

from commands import steps
from commands.conversation import INSIDE, Conversation
from commands.made_steps import MADE, WANTING
from commands.speakers import Speaker
from commands.steps import AGAIN, STEPS, SURE
from storage.records.message import Message
from storage.records.outbox import Outgoing
from tests.commands.examples import EXAMPLES, an_office_with_everybody, prepared
from tests.offices import Office

ASKS = sorted(EXAMPLES.keys() & (STEPS.keys() | MADE.keys()))


ARCHIVIST = ("return.save", "return.send", "return.nothing", "return.colleague", "return.not-us")
"""What is asked of the Archivist, so that the business manager cannot do it."""

ONLY_ONE = {"return.close", "return.cancel", "return.remind", "return.extend"}
"""What asks which round only where several are open; every button names it."""

ELSEWHERE = {"report": "audit", "who": "agency.council", "other": "ourborough", "other_report": "audit"}
"""What "return.consent" needs; the other partnership is not there."""


def talk(office: Office) -> Conversation:
    return Conversation(office.runner, local_doors=("notebook",))


def pressed(office: Office, person: str, does: str, form: Mapping[str, str]) -> Message:
    """What a press gives in an office that is as this one is; this one stays so."""
    with office.copy() as other:
        speaker = Speaker("notebook", other.partnership, person)
        return talk(other).press(speaker, does, {INSIDE: other.partnership, **form}, "key", other.now)


def as_text(form: Mapping[str, object]) -> dict[str, str]:
    return steps.as_text({name: value for name, value in form.items() if value is not None})


def forms(whole: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Nothing, all of it, the first of it, and all but one."""
    names = list(whole)
    yield from ({name: whole[name] for name in names[:count]} for count in range(len(names) + 1))
    yield from ({name: whole[name] for name in names if name != left_out} for left_out in names[:-1])


def test_each_made_step_says_when_it_opens_a_form() -> None:
    assert WANTING.keys() == MADE.keys()


@pytest.mark.parametrize("action", ASKS)
def test_less_than_is_needed_opens_a_form_and_all_of_it_opens_none(action: str) -> None:
    with an_office_with_everybody() as office:
        whole = ELSEWHERE if action == "return.consent" else as_text(prepared(office, action))
        person = office.person("archivist" if action in ARCHIVIST else "business-manager")
        for form in forms(whole):
            check(office, person, action, form)


@pytest.mark.long
@pytest.mark.parametrize("action", sorted(EXAMPLES))
def test_every_button_that_people_are_sent_and_every_button_of_the_answers(action: str) -> None:
    """Each action is done once; then whoever was sent a button presses it, and so on with what that answers."""
    with an_office_with_everybody() as office:
        office.perform("business-manager", action, **prepared(office, action))
        with office.reading() as scope:
            rows = scope.session.exec(select(Outgoing)).all()
            sent = [(row.person, button) for row in rows for button in row.words.buttons]
        pressed_already: set[str] = set()
        while sent:
            person, button = sent.pop()
            if (once := f"{button.does} {sorted(button.form)} {button.form.get('line')}") not in pressed_already:
                pressed_already.add(once)
                sent += ((person, each) for each in check(office, person, button.does, button.form).buttons)


def check(office: Office, person: str, does: str, form: Mapping[str, str]) -> Message:
    """That a form comes where one was promised, unless it cannot be done; and else only where something is wrong."""
    answer = pressed(office, person, does, form)
    if not talk(office).opens_form(does, form):
        assert answer.sheet is None or answer.tone == "warning", (does, form)
    elif answer.title != "Nothing has changed" and (does not in ONLY_ONE or "round" in form):
        assert answer.sheet is not None, (does, form)
    return answer


def test_what_was_shown_first_opens_no_form_and_what_is_put_right_does() -> None:
    with an_office_with_everybody() as office:
        conversation = talk(office)
        assert not conversation.opens_form("meeting.move", {SURE: "yes"})
        assert conversation.opens_form("meeting.move", {"group": "practice", "day": "2027-04-20", AGAIN: "yes"})
        assert conversation.opens_form("people.away", {AGAIN: "yes"})
        assert not conversation.opens_form("people.away", {})
        assert not conversation.opens_form("no.such-action", {AGAIN: "yes"})
