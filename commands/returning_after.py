"""What follows after an answer: signed off, approved, opened again, other ratings; and answers in another way."""

from datetime import date, datetime, time
from typing import Literal

from storage.arrangements.forms import Form as FormOfRound
from storage.arrangements.forms import Given, Option, Question
from storage.records.message import Button, Message
from storage.records.returns import Moderated

from . import (
    chasing,
    return_contents,
    returning,
    returning_forms,
    returning_opened,
    returning_signing,
    returning_tells,
    round_status,
)
from . import returning_words as words
from .action import Action
from .freetext import check_text
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .returning_opened import About, Opened
from .words import long_day
from .work import Work

MANAGER: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE}

LONGEST_BECAUSE = 500

NOON = time(12)


class Because(About):
    """What is opened again, and why."""

    because: str


class Rating(About):
    """A rating, question by question, that another look gave, and why."""

    question: str
    rating: str
    because: str


class OtherWay(About):
    """A visit or a workshop at which it was answered: its day, the reference of its note, and what came of it."""

    how: Literal["visit", "workshop"]
    day: date
    evidence: str = ""
    outcome: str = ""


class ForThem(returning.Save):
    """What the secretariat does for somebody who owes it: a section, sending it in, nothing by exception."""

    what: Literal["save", "send", "nothing"] = "save"


def _because(text: str, field: str = "because") -> list[Refusal]:
    """What is wrong with a reason."""
    if not text:
        return [Refusal("This is needed.", field, "Say why in a few words; they are shown to whoever answered.")]
    found = list(check_text(text, field))
    if len(text) > LONGEST_BECAUSE:
        found.append(Refusal(f"This has {len(text)} characters; {LONGEST_BECAUSE} fit.", field))
    return found


# Signed off and approved


def _sign(work: Work, form: About) -> Message:
    opened = returning_opened.hold(work, form)
    owed = opened.owed
    if not opened.is_signed_off:
        raise Refused(f"{opened.name} is not signed off by anybody.")
    if not opened.waits_for_signature:
        raise Refused(f"{opened.title} does not wait for a signature: it is {words.state(work, opened)}.")
    sent = return_contents.sent(work, owed)
    if sent is None and not owed.by_exception:
        raise Refused("What was sent in cannot be opened with the keys that are set here, so it cannot be signed off.")
    for line in words.answers(work, opened, sent or {}).splitlines():
        work.changed(line.removeprefix("- "))
    owed.signed_off_by, owed.signed_off_at = work.actor.id, work.now
    work.scope.session.add(owed)
    returning_signing.release(work, owed, "it is signed off")
    told = returning.counts(work, opened, sent or {})
    returning_tells.tell(
        work,
        opened,
        "report-signed",
        post=owed.post,
        part=str(owed.sent),
        why="the agency's senior has signed off what was sent in",
        data={"told": told},
    )
    round_status.changed(work, opened.round_)
    text = "\n".join(filter(None, ("It counts as answered from now on.", told)))
    return Message(title=f"{opened.title} is signed off", text=text)


def _approve(work: Work, form: About) -> Message:
    opened = returning_opened.hold(work, form)
    owed = opened.owed
    if opened.waits_for_signature:
        raise Refused(f"{opened.title} waits for signature by the {words.senior(work, opened)} first.")
    if owed.state != "answered":
        raise Refused(f"{opened.title} cannot be approved: it is {words.state(work, opened)}.")
    owed.state, owed.approved_by, owed.approved_at = "approved", work.actor.id, work.now
    work.scope.session.add(owed)
    round_status.changed(work, opened.round_)
    return Message(title=f"{opened.title} is approved", text=words.about(opened))


def _reopen(work: Work, form: Because) -> Message:
    opened = returning_opened.hold(work, form)
    if problems := _because(form.because):
        raise Refused(*problems)
    if opened.round_.state != "open":
        raise Refused(f"{opened.name} for {opened.round_.name} is closed: nothing in it can be opened again.")
    if opened.owed.state not in ("answered", "approved", "other-way"):
        raise Refused(f"{opened.title} has not been sent in: there is nothing to open again.")
    before = words.state(work, opened)
    elsewhere = returning.reopen(work, opened, form.because)
    work.changed(opened.title, before=before, after="open, and asked for again")
    returning_tells.tell(
        work,
        opened,
        "report-reopened",
        post=opened.owed.post,
        part=str(opened.owed.sent),
        why="what was sent in has been opened again",
        data={"because": form.because},
        buttons=(words.fill_in_button(opened, "Look it through"),),
    )
    text = f"Whoever answers has been told why. All of it is kept as it was sent in. {words.about(opened)}"
    return Message(title=f"{opened.title} is open again", text="\n".join(filter(None, (text, elsewhere))))


# Ratings looked at again


def ratings(form: FormOfRound) -> list[Question]:
    """The questions of a form that are answered with a rating."""
    return [each for each in form.questions() if each.kind == "rating"]


def rating_named(form: FormOfRound, question: Question) -> str:
    """What a rating is called: the standard that it is of; else its section and question, alike in many sections."""
    section = next(each for each in form.sections if question in each.questions)
    alone = sum(each.kind == "rating" for each in section.questions) == 1
    return section.title if section.standard and alone else f"{section.title}: {question.text}"


def _moderate(work: Work, form: Rating) -> Message:
    opened = returning_opened.hold(work, form)
    owed = opened.owed
    question = next((each for each in ratings(opened.form) if each.id == form.question), None)
    options = opened.form.options_of(question) if question is not None else ()
    problems = _because(form.because)
    if question is None:
        problems.append(Refusal("No rating is asked for under that name.", "question"))
    elif form.rating not in {each.id for each in options}:
        offered = "; ".join(each.label for each in options)
        problems.append(Refusal("This is none of the ratings.", "rating", f"Choose one of: {offered}."))
    if problems or question is None:
        raise Refused(*problems)
    if owed.state not in ("answered", "approved") or owed.by_exception:
        raise Refused(f"{opened.title} has no ratings that were sent in: it is {words.state(work, opened)}.")
    own = (return_contents.sent(work, owed) or {}).get(question.id, Given()).value
    row = work.scope.session.get(Moderated, (owed.partnership, owed.report, owed.place, owed.who, question.id))
    row = row or Moderated(
        partnership=owed.partnership,
        report=owed.report,
        place=owed.place,
        who=owed.who,
        question=question.id,
        rating=form.rating,
        at=work.now,
    )
    row.rating, row.because, row.person, row.at = form.rating, form.because, work.actor.id, work.now
    work.scope.session.add(row)
    work.note(owed.record, question=question.id)
    returning_tells.tell(
        work,
        opened,
        "report-moderated",
        post=owed.post,
        part=f"{owed.sent}:{work.today.isoformat()}",
        why="a rating was looked at again",
    )
    round_status.changed(work, opened.round_)
    text = f"{rating_named(opened.form, question)}\nTheir own: {_label(options, own)}. "
    text += f"After another look: {_label(options, form.rating)}."
    return Message(title=f"{opened.title}: looked at again", text=f"{text}\nBecause: {form.because}")


def _label(options: tuple[Option, ...], id_: str) -> str:
    return next((each.label for each in options if each.id == id_), "none")


# Answered for them, or in another way


def _for_them(work: Work, form: ForThem) -> Message:
    opened = returning_opened.hold(work, form)
    if form.what == "save":
        filled, section = returning.save(work, opened, form)
        return returning.following(work, opened, filled, section, then=form.then, action=words.FOR_THEM)
    does = returning.send if form.what == "send" else returning.nothing
    answer = does(work, opened, "on-behalf")
    _say_it_is_in(work, opened)
    text = "It was filled in for them by the secretariat, and says so wherever it is shown. They are told."
    return answer.model_copy(update={"text": f"{answer.text}\n{text}"})


def _say_it_is_in(work: Work, opened: Opened) -> None:
    returning_tells.tell(
        work,
        opened,
        "report-in",
        post=opened.owed.post,
        part=str(opened.owed.sent),
        why="the secretariat has filled it in for them",
        data={"on_behalf": True, "by_exception": "", "told": ""},
    )


def _other_way(work: Work, form: OtherWay) -> Message:
    opened = returning_opened.hold(work, form)
    owed = opened.owed
    problems = [*check_text(form.evidence, "evidence"), *check_text(form.outcome, "outcome")]
    if form.day > work.today:
        problems.append(Refusal("This lies ahead.", "day", "Give the day on which it was."))
    for name, most in (("evidence", 60), ("outcome", LONGEST_BECAUSE)):
        if len(text := getattr(form, name)) > most:
            problems.append(Refusal(f"This has {len(text)} characters; {most} fit.", name))
    if problems:
        raise Refused(*problems)
    returning_forms.refuse_locked(work, opened)
    draft = returning_opened.filled_in(work, owed)
    return_contents.keep_sent(work, owed, {words.OUTCOME: Given(value=form.outcome)} if form.outcome else {})
    if draft:
        return_contents.keep_draft(work, owed, draft)
    owed.state, owed.came_by, owed.by_exception, owed.reference = "other-way", form.how, False, form.evidence
    owed.answered_at = work.now if form.day == work.today else _at_noon(work, form.day)
    owed.answered_by = work.actor.id
    work.scope.session.add(owed)
    chasing.release(work, owed, f"it was answered at a {form.how}")
    round_status.changed(work, opened.round_)
    return Message(
        title=f"{opened.title}: answered at a {form.how}",
        text="\n".join(filter(None, (f"On {long_day(form.day)}.", form.outcome, "They are not asked any more."))),
        buttons=(Button(label="Open it again", does=words.REOPEN, form=opened.about),),
    )


def _at_noon(work: Work, day: date) -> datetime:
    return datetime.combine(day, NOON, work.terms.zone)


ACTIONS = (
    Action(words.SIGN, About, _sign, {}, "sign off what one's agency has sent in", own="signed"),
    Action(words.APPROVE, About, _approve, MANAGER, "approve a report or an audit that was sent in", own="approved"),
    Action(words.REOPEN, Because, _reopen, MANAGER, "open what was sent in again, because", own="received"),
    Action(
        words.MODERATE, Rating, _moderate, MANAGER, "give another rating beside the one sent in, because",
        own="moderated",
    ),
    Action(words.FOR_THEM, ForThem, _for_them, MANAGER, "fill in a report or an audit for somebody who owes it"),
    Action(words.OTHER_WAY, OtherWay, _other_way, MANAGER, "record that it was answered at a visit or a workshop"),
)  # fmt: skip
