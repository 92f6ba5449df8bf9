"""What those who owe may ask for, and what is answered: more time because, and "this is not for us".

Until "not us" is granted it counts as owed, and reminders go on. Whoever asked hears what was answered.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from storage.records import people, returns
from storage.records.message import Button, Message
from storage.records.returns import Owed, Round

from . import chasing, round_status
from .action import Action, Form
from .chasing_letters import about_of, goes_at
from .freetext import check_text
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .round_which import owed_meant, round_meant
from .words import long_day, rendered
from .work import Work

MANAGES: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE}

EXTENDED, ASKED, ANSWERED = "report-extended", "not-us-asked", "not-us-answered"

LONGEST = 300
"""A reason is no longer than this, in characters."""

NOT_THERE = "Nothing of that name has been asked for here."


class Extend(Form):
    """One who owes in a round, by name or key, their new day, and why. `back`: an extension is taken back."""

    round: str = ""
    who: str
    due: date
    because: str = Field(default="", max_length=LONGEST)
    back: bool = False


class NotUs(Form):
    """What one owes in a round, and why it is not for them."""

    report: str
    place: str
    who: str
    because: str = Field(default="", max_length=LONGEST)


class AnswerNotUs(NotUs):
    """The business manager's answer to that: granted, or refused because."""

    answer: Literal["grant", "refuse"]


# More time


def _extend(work: Work, form: Extend) -> Message:
    meant = round_meant(work, form.round)
    round_, owed = _held(work, meant.report, meant.place, owed_meant(work, meant, form.who).who)
    _still_open(round_, owed)
    before = returns.due_day(round_, owed)
    problems = [*check_text(form.because, "because")]
    if not form.because and not form.back:
        problems.append(Refusal("This is needed.", "because", "Say why, in a few words."))
    if form.due < work.today and not form.back:
        problems.append(Refusal("That day is past.", "due", "Give a day from today on."))
    if form.due == before:
        problems.append(Refusal(f"{owed.name} has until {long_day(before)} already.", "due", "Give another day."))
    if problems:
        raise Refused(*problems)
    owed.due = None if form.due == round_.due else form.due
    owed.extended_because = form.because if owed.due is not None else ""
    work.scope.session.add(owed)
    work.scope.session.flush()
    chasing.owe_chase(work, round_, owed)
    work.changed(owed.name, long_day(before), long_day(form.due))
    work.can_be_taken_back(
        EXTEND.name,
        {"round": round_.record, "who": owed.who, "due": before.isoformat(), "back": True},
        f"giving {owed.name} until {long_day(form.due)}",
    )
    _tell_extended(work, round_, owed, before, form.because or "an extension was taken back")
    round_status.changed(work, round_)
    text = f"{owed.name} has until {long_day(form.due)} for: {round_.name}. Reminders count from that day."
    return Message(title="Another day", text=text, buttons=(Button(label="Undo", does="undo"),))


def _tell_extended(work: Work, round_: Round, owed: Owed, before: date, because: str) -> None:
    person = people.in_post(work.scope, owed.post, work.today)
    if person is None:
        return
    data: dict[str, object] = {
        "name": round_.name,
        "who": owed.name,
        "due": returns.due_day(round_, owed),
        "was": before,
        "because": because,
    }
    message = Message(title=rendered(EXTENDED, "title", data), text=rendered(EXTENDED, "text", data))
    work.send(
        person,
        EXTENDED,
        message,
        post=owed.post,
        key=f"{EXTENDED}:{owed.record}:{owed.generation}:{person}",
        record=owed.record,
        why="they have been given another day",
        source="",
        not_before=goes_at(work),
    )


def _held(work: Work, report: str, place: str, who: str) -> tuple[Round, Owed]:
    """What one owes, held until the transaction ends. Raises Refused where there is nothing of that name."""
    owed, round_ = returns.locked(work.scope, report, place, who), returns.find(work.scope, report, place)
    if owed is None or round_ is None:
        raise Refused(NOT_THERE)
    work.note(owed.record)
    return round_, owed


def _still_open(round_: Round, owed: Owed) -> None:
    """Raises Refused where nothing is asked of them any more."""
    if round_.state != "open":
        raise Refused(f"The {round_.name} is {round_.state}, so nothing is asked for any more.")
    if owed.state == "not-us":
        raise Refused(f"It is agreed that this is not for {owed.name}.")
    if owed.is_in:
        raise Refused(f"The answer of {owed.name} is in, so nothing is asked of them any more.")


# Not us


def _not_us(work: Work, form: NotUs) -> Message:
    round_, owed = _held(work, form.report, form.place, form.who)
    _still_open(round_, owed)
    problems = [*check_text(form.because, "because")]
    if not form.because:
        problems.append(Refusal("This is needed.", "because", "Say why it is not for you, in a few words."))
    if problems:
        raise Refused(*problems)
    if owed.not_us == "asked":
        raise Refused("You have said so already, and it is being looked at.")
    owed.not_us, owed.not_us_because = "asked", form.because
    work.scope.session.add(owed)
    about = about_of(owed)
    work.say(
        ASKED,
        post=work.arrangements.secretariat.business_manager,
        key=f"{ASKED}:{owed.record}:{work.now.isoformat()}",
        record=owed.record,
        data={
            "who": owed.name,
            "name": round_.name,
            "due": returns.due_day(round_, owed),
            "because": form.because,
        },
        why="whoever answers for it has said so",
        source="",
        buttons=(
            Button(label="Agree: it is not for them", does=ANSWER.name, form=about | {"answer": "grant"}),
            Button(label="It stays with them, because", does=ANSWER.name, form=about | {"answer": "refuse"}),
        ),
    )
    round_status.changed(work, round_)
    due = long_day(returns.due_day(round_, owed))
    text = (
        f"The business manager is asked. Until there is an answer it counts as owed by {owed.name}, due on {due}, "
        "and reminders go on."
    )
    return Message(title="It is said that this is not for you", text=text)


def _answer(work: Work, form: AnswerNotUs) -> Message:
    round_, owed = _held(work, form.report, form.place, form.who)
    if owed.not_us != "asked":
        raise Refused(f"{owed.name} has not asked for that, or it has been answered.")
    _still_open(round_, owed)
    problems = [*check_text(form.because, "because")]
    if form.answer == "refuse" and not form.because:
        problems.append(Refusal("This is needed.", "because", "Say why it stays with them, in a few words."))
    if problems:
        raise Refused(*problems)
    granted = form.answer == "grant"
    owed.not_us = "granted" if granted else "refused"
    if granted:
        owed.state = "not-us"
        chasing.release(work, owed, "it is not for them")
    work.scope.session.add(owed)
    work.scope.session.flush()
    _tell_answered(work, round_, owed, form.because)
    round_status.changed(work, round_)
    if granted:
        text = f"{owed.name} is not asked any more for: {round_.name}. To leave them out every time, write: return owes"
        return Message(title="Agreed", text=text)
    return Message(title="It stays with them", text=f"{owed.name} is told so, with the reason.")


def _tell_answered(work: Work, round_: Round, owed: Owed, because: str) -> None:
    person = people.in_post(work.scope, owed.post, work.today)
    if person is None:
        return
    data: dict[str, object] = {
        "name": round_.name,
        "who": owed.name,
        "granted": owed.not_us == "granted",
        "because": because,
        "due": returns.due_day(round_, owed),
    }
    message = Message(title=rendered(ANSWERED, "title", data), text=rendered(ANSWERED, "text", data))
    work.send(
        person,
        ANSWERED,
        message,
        post=owed.post,
        key=f"{ANSWERED}:{owed.record}:{work.now.isoformat()}:{person}",
        record=owed.record,
        why="they said that it is not for them",
        source="",
    )


EXTEND = Action("return.extend", Extend, _extend, MANAGES, "give one who owes a report or an audit another day")
NOT_US = Action("return.not-us", NotUs, _not_us, {}, "say that a report or an audit is not for those asked", own="owed")
ANSWER = Action("return.answer-not-us", AnswerNotUs, _answer, MANAGES, "answer that, by agreeing or with a reason")

ACTIONS = (EXTEND, NOT_US, ANSWER)
