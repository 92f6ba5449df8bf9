"""What people do with whole rounds: open one by hand, close or cancel it, open it again, remind those who are out."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from storage.arrangements.phrases import counted
from storage.arrangements.returns import TO_WORDS, Return
from storage.records import people, returns
from storage.records.message import Button, Message
from storage.records.returns import Owed, Round

from . import chasing, respondents, return_asking, return_forms, return_rounds, return_words, round_status
from .action import Action, Form
from .chasing_letters import goes_at, in_turn, send_reminder
from .freetext import check_text
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .respondents import Agencies, Respondent, who_owes
from .return_words import ladder_words, some
from .round_which import owed_meant, respondent_meant, round_meant
from .words import long_day, short_day
from .work import Work

MANAGES: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE}

MOST_SHOWN = 30
"""So many names are shown before a round is opened; of the rest the number."""


class Open(Form):
    """A round opened by hand: of which return, due when, and called what. `only`: whom alone it asks, with semicolons
    between; empty for everybody who owes it. `joint`: the other board asks too."""

    report: str
    due: date
    name: str = Field(default="", max_length=120)
    joint: Literal["", "yes", "no"] = ""
    only: str = ""


class OfRound(Form):
    """A round, by its key or name; the only one that is open where it is empty."""

    round: str = ""


class Because(OfRound):
    """A round and a reason."""

    because: str = Field(max_length=200)


class Remind(OfRound):
    """A round, and whom in it alone, by name; everybody whose answer is not in where it is empty."""

    who: str = ""


# Opened by hand


def _open(work: Work, form: Open) -> Message:
    report = return_forms.meant(work, form.report)
    problems = [*check_text(form.name, "name")]
    if form.due < work.today:
        problems.append(Refusal("That day is past.", "due", "Give a day from today on."))
    those, named_problems = _those(work, report, form.only)
    problems += named_problems
    name = _name_of(report, form)
    place = _place(name)
    if returns.find(work.scope, report.id, place) is not None:
        problems.append(Refusal(f'There is one called "{name}" already.', "name", "Give it another name."))
    if problems:
        raise Refused(*problems)
    if not those:
        raise Refused("Nobody owes this, as far as our arrangements and your own list say. Say whom it asks, by name.")
    joint = form.joint == "yes" or (form.joint == "" and bool(report.joint_with))
    _say_whom(work, report, those, form.due, joint=joint)
    new = return_rounds.open_round(
        work, report, place=place, name=name, due=form.due, joint=joint, only=those if form.only else None
    )
    work.note(new.record, owing=len(those))
    work.can_be_taken_back(CANCEL.name, {"round": new.record, "because": "it was opened by mistake"}, f"opening {name}")
    text = "\n".join(f"{change}" for change in work.changes)
    return Message(title=f"Opened: {name}", text=text, buttons=(UNDO,))


UNDO = Button(label="Undo", does="undo")


def _those(work: Work, report: Return, only: str) -> tuple[list[Respondent], list[Refusal]]:
    """Whom a round asks: everybody by rule and name, or those who were named; and what is wrong with the names."""
    if not only.strip():
        return who_owes(work, report), []
    problems: list[Refusal] = []
    found: dict[str, Respondent] = {}
    confirmed = {each.who: each for each in who_owes(work, report)}
    agencies = Agencies(work)
    for word in re.split(r"[;\n]+", only):
        if not word.strip():
            continue
        try:
            one = respondent_meant(work, word, "only", agencies)
        except Refused as refused:
            problems += refused.refusals
        else:
            found[one.who] = confirmed.get(one.who, one)
    return list(found.values()), problems


def _name_of(report: Return, form: Open) -> str:
    if form.name:
        return form.name if report.name.casefold() in form.name.casefold() else f"{report.name}, {form.name}"
    return return_words.by_hand(report, form.due)


def _place(name: str) -> str:
    """The place of a round that was opened by hand: its name in small letters, figures and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:80] or "by-hand"


def _say_whom(work: Work, report: Return, those: Sequence[Respondent], due: date, *, joint: bool) -> None:
    """Says, for the answer and for what is shown first, who is asked by whom, and when they are reminded."""
    filled = people.in_posts(work.scope, {each.post for each in those}, work.today)
    asked = [each.name for each in those if each.post in filled]
    nobody = [each.name for each in those if each.post not in filled]
    unsure = [each.name for each in those if not each.confirmed and report.from_duty is not None]
    work.changed(f"{report.name}, due on {long_day(due)}", after=f"asked of {len(those)}")
    if asked:
        work.changed("Asked now", after=some(asked, MOST_SHOWN))
    if nobody:
        work.changed("Nobody is entered who answers, so nobody is asked", after=some(nobody, MOST_SHOWN))
    if unsure:
        work.changed("Not confirmed by name that they owe it", after=some(unsure, MOST_SHOWN))
    if joint and report.joint_with:
        work.changed("Asked together with", after=report.joint_with)
    work.changed("Reminders", after=ladder_words(report.steps, chosen=report.steps_are_chosen))


# Closed, cancelled, opened again


def _held(work: Work, form: OfRound, *, state: str | None = "open") -> Round:
    """The round that is meant, held until the transaction ends."""
    meant = round_meant(work, form.round, state=state)
    held = returns.lock_round(work.scope, meant.report, meant.place)
    assert held is not None, "it has just been found"
    work.note(held.record)
    if state is not None and held.state != state:
        raise Refused(f"The {held.name} is {held.state} already.")
    return held


def _close(work: Work, form: OfRound) -> Message:
    round_ = _held(work, form)
    missing = returns.outstanding(work.scope, round_)
    return_rounds.end(work, round_, "closed", "closed by hand")
    work.can_be_taken_back(AGAIN.name, {"round": round_.record}, f"closing {round_.name}")
    said = f"Not in: {some([each.name for each in missing], MOST_SHOWN)}." if missing else "Everything is in."
    text = f"Nobody is reminded any more, and nothing can be sent in. {said}"
    return Message(title=f"Closed: {round_.name}", text=text, buttons=(UNDO,))


def _cancel(work: Work, form: Because) -> Message:
    _checked(form.because)
    round_ = _held(work, form)
    told = return_rounds.end(work, round_, "cancelled", form.because)
    work.can_be_taken_back(AGAIN.name, {"round": round_.record}, f"cancelling {round_.name}")
    people_told = "1 person" if told == 1 else f"{told} people"
    text = f"It is no longer asked for. Told so, of those who had not sent it in: {people_told}."
    return Message(title=f"Cancelled: {round_.name}", text=text, buttons=(UNDO,))


def _checked(because: str, field: str = "because") -> None:
    problems = [*check_text(because, field)]
    if not because:
        problems.append(Refusal("This is needed.", field, "Say why, in a few words."))
    if problems:
        raise Refused(*problems)


def _again(work: Work, form: OfRound) -> Message:
    round_ = _held(work, form, state=None)
    if round_.state == "open":
        raise Refused(f"The {round_.name} is open already.")
    was_cancelled = round_.state == "cancelled"
    round_.state, round_.ended_because, round_.closed_at = "open", "", None
    round_.generation += 1
    work.scope.session.add(round_)
    work.scope.session.flush()
    out = returns.outstanding(work.scope, round_)
    for owed in out:
        chasing.owe_chase(work, round_, owed)
    if was_cancelled:
        return_asking.tell_moved(work, round_, out, "it is asked for again")
    round_status.changed(work, round_)
    return Message(title=f"Open again: {round_.name}", text=f"{len(out)} of them are still to answer.")


# Reminded by hand


def _remind(work: Work, form: Remind) -> Message:
    round_ = _held(work, form)
    out = returns.outstanding(work.scope, round_)
    if form.who:
        one = owed_meant(work, round_, form.who)
        out = [each for each in out if each.who == one.who]
    if not out:
        raise Refused(Refusal("Nothing is missing there, so nobody is reminded.", "who" if form.who else ""))
    theirs, nobody = _by_person(work, out)
    counted_before = chasing.prompts(work)
    at = goes_at(work)
    told = 0
    for person, owing in theirs.items():
        told += _remind_one(work, person, owing, at, len(theirs), counted_before.get(person, 0))
    if nobody:
        work.changed("Nobody is entered who answers", after=some(nobody, MOST_SHOWN))
    text = "\n".join(map(str, work.changes[:MOST_SHOWN]))
    if len(work.changes) > MOST_SHOWN:
        text += f"\nand {len(work.changes) - MOST_SHOWN} more"
    if at > work.now:
        text += f"\nIt goes out in the morning of {long_day(at.astimezone(work.terms.zone).date())}."
    return Message(title=f"{counted(told, 'reminder')} for: {round_.name}", text=text)


def _by_person(work: Work, out: Sequence[Owed]) -> tuple[dict[str, list[Owed]], list[str]]:
    reached = respondents.reached_by(work, out)
    theirs: dict[str, list[Owed]] = {}
    for each in out:
        if each.who in reached:
            theirs.setdefault(reached[each.who], []).append(each)
    return theirs, [each.name for each in out if each.who not in reached]


def _remind_one(work: Work, person: str, owing: Sequence[Owed], at: datetime, many: int, before: int) -> bool:
    """Reminds one person, once a day; says for whom, and how often they were asked or reminded in seven days."""
    found = people.get(work.scope.session, person)
    name = found.name if found is not None else "somebody"
    why = "the business manager reminds those whose answer is not in"
    said = send_reminder(work, person, owing, why=why, source="", at=in_turn(at, person, many))
    went = said == "told"
    how = "reminded now" if went else "reminded today already"
    week = counted(before + went, "prompt")
    work.changed(name, after=f"{how}, for {some([each.name for each in owing])}; {week} in seven days")
    return went


def next_words(work: Work, round_: Round) -> Message:
    """Who would be told next in a round, of what and when, and how often they were asked in seven days; to read."""
    coming = chasing.first(work, round_)
    lines: dict[str, list[str]] = {}
    counted_now = chasing.prompts(work)
    for each in coming:
        lines.setdefault(f"{short_day(each.day)}, to {TO_WORDS[each.to]}", []).append(_next_line(each, counted_now))
    shown = [f"{head}: {some(names, MOST_SHOWN)}" for head, names in lines.items()]
    named = {each.owed.who for each in coming}
    rest = [each.name for each in returns.outstanding(work.scope, round_) if each.who not in named]
    if rest:
        shown.append(f"No more reminders: {some(rest, MOST_SHOWN)}")
    steps = ladder_words(chasing.steps_of(round_), chosen=round_.chasers.get("source") == "chosen")
    text = "\n".join([*(shown or ["Nothing is missing."]), "", f"The steps: {steps}."])
    remind = Button(label="Remind now", does=REMIND.name, form={"round": round_.record})
    return Message(title=f"Who is told next: {round_.name}", text=text, buttons=(remind,) if coming or rest else ())


def _next_line(each: chasing.Next, prompted: dict[str, int]) -> str:
    if not each.person:
        return f"{each.owed.name} (nobody is entered)"
    number = prompted.get(each.person, 0)
    return f"{each.owed.name} ({counted(number, 'prompt')} in seven days)" if number else each.owed.name


OPEN = Action("return.open", Open, _open, MANAGES, "ask for a report, an audit or a form by hand")
CLOSE = Action("return.close", OfRound, _close, MANAGES, "close a round: nobody is reminded any more")
CANCEL = Action("return.cancel", Because, _cancel, MANAGES, "cancel a round: it is not asked for any more")
AGAIN = Action("return.open-again", OfRound, _again, MANAGES, "open a round again that was closed or cancelled")
REMIND = Action("return.remind", Remind, _remind, MANAGES, "remind those whose answer is not in, now")

ACTIONS = (OPEN, CLOSE, CANCEL, AGAIN, REMIND)
