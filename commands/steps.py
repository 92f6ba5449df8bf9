"""What can be done by words, buttons and forms alike: for each action what it asks for, in people's words.

Whatever a line or a form holds comes here as plain text by field, is read once, and every mistake is found at once,
each beside its field. So a form shows again what was typed, with the reason, and nothing is lost.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from storage.records.message import Blank, Button, Choice, Message, MessageField, Moment, Sheet

from . import choosing, naming
from .dates import WANT_DAY, WANT_HOUR, WANT_YEAR, parse_hour, parse_year, read_day
from .outcomes import Outcome
from .refusals import Refusal, Refused
from .words import hour, long_day
from .work import Work

SURE = "sure"
"""In a press's form: what it leads to has been shown, do it."""

AGAIN = "again"
"""In a press's form: show the form, filled in with what is there."""

SHOWN = "shown"
"""In the form of a step with blanks of its own: it has been shown, so what is empty was left empty."""

SEEN = "seen"
"""In a form: what it was shown with, so that a change by somebody else is noticed."""

PASSING = frozenset({SEEN, SHOWN, "then"})
"""What stands on a form and is no part of what it is about: the same form may be shown again with another one."""

Kind = Literal[
    "group", "place", "day", "hour", "words", "text", "table", "post", "person", "number", "year", "choice", "choices",
    "one post",
]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One thing that a step asks for. `past`: a day without a year is the last such day, not the next.

    A "choice" is one of `choices`, "choices" are any of them; "one post" is chosen among all posts, where "post" is
    typed. A "table" is text whose spaces, tabs and line breaks mean something, so that it stays as it was pasted.
    """

    name: str
    label: str
    kind: Kind
    needed: bool = True
    hint: str = ""
    past: bool = False
    choices: tuple[Choice, ...] = ()


Checks = Callable[[Work, Mapping[str, Any]], Iterable[Refusal]]
"""Finds what is wrong with the fields of a form as far as they could be read, each beside its field."""

Headed = Callable[[Work, Mapping[str, str]], tuple[str, str]]
"""Gives the title and the words above a form, from what it carries."""


@dataclass(frozen=True)
class Step:
    """An action as people meet it. `sure` is the label of the button that does it after what it leads to was shown.

    `been`: without a place the last meeting is meant, not the next. `carries` are fields that nobody fills in; they
    stay on the form's buttons. `headed` is for a form whose title and words depend on what it is about. `quiet`:
    what is filled in may hold details of a child, so it is said again nowhere but in its own blank, and long text is no
    answer. `checks` looks at the fields together before anything is done, so that every mistake is found at once.
    `blanks` are made already, with what stands in them, and read by the action: the questions of a form that is data.
    `fixed` stands on the form beside what it carries, new each time it is shown. `ways_on` are buttons under what was
    not done, where no form of this step puts it right.
    """

    action: str
    title: str
    send: str
    asks: tuple[Asked, ...]
    sure: str = ""
    been: bool = False
    carries: tuple[str, ...] = ()
    headed: Headed | None = None
    quiet: bool = False
    checks: Checks | None = None
    blanks: tuple[Blank, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    ways_on: tuple[Button, ...] = ()

    @property
    def names(self) -> set[str]:
        """The names of all that is filled in."""
        return {asked.name for asked in self.asks} | {blank.name for blank in self.blanks}


LONGEST_QUIET = 254
"""How many characters a blank of a quiet step may have, which is an e-mail address's most; all else is a document."""

GROUP = Asked("group", "Group", "group")
WHICH = Asked("place", "Which meeting", "place", False, "Its place in the series or its day; empty: the next one.")
WHICH_LAST = Asked("place", "Which meeting", "place", False, "Its place in the series or its day; empty: the last one.")
HOUR = Asked("starts", "Hour", "hour", False, "Empty: the hour stays as it is.")
ON = Asked("on", "On which day", "day", False, "Empty: today.", past=True)

PASTED = (
    "Paste them from Excel or from the people file, with tabs, commas or semicolons between. Without a heading the "
    "columns are: name, email, post, from, until. With one they are in any order, and may be agency, covers and "
    "telephone too. "
    "Days have their year, like 2027-01-14 or 14/01/2027. Up to 3,000 characters fit, some 40 people: give more in "
    "several goes."
)

_YES = (Choice(value="yes", label="Yes, acting"),)

STEPS: dict[str, Step] = {
    step.action: step
    for step in (
        Step("meeting.confirm", "Confirm a meeting", "Confirm", (GROUP, WHICH)),
        Step(
            "meeting.move",
            "Move a meeting",
            "Show what moves",
            (GROUP, WHICH, Asked("day", "New day", "day", hint=WANT_DAY), HOUR),
            sure="Confirm move",
        ),
        Step(
            "meeting.cancel",
            "Cancel a meeting",
            "Show what follows",
            (GROUP, WHICH, Asked("because", "Why", "words", False, "A few words, shown with the meeting.")),
            sure="Confirm cancellation",
        ),
        Step("meeting.papers", "The papers are out", "Record", (GROUP, WHICH, ON)),
        Step("meeting.minutes", "The minutes are out", "Record", (GROUP, WHICH_LAST, ON), been=True),
        Step("meeting.held", "The meeting was held", "Record", (GROUP, WHICH_LAST), been=True),
        Step(
            "meeting.extra",
            "Add an extra meeting",
            "Add",
            (
                GROUP,
                Asked("day", "Day", "day", hint=WANT_DAY),
                Asked("starts", "Hour", "hour", False, "Empty: the group's usual hour."),
            ),
        ),
        Step("meeting.plan", "Plan a year", "Plan", (Asked("year", "Year", "year", hint=WANT_YEAR),)),
        Step(
            "action.add",
            "Enter an action",
            "Enter",
            (
                Asked("title", "What is to be done", "words", hint="Without details of a child or a family."),
                Asked("owner", "Who does it", "post", hint="A post, such as Designated Nurse."),
                Asked("due", "By when", "day", False, WANT_DAY),
            ),
        ),
        Step(
            "action.done",
            "Close an action",
            "Close",
            (
                Asked("number", "Number", "number", hint="See: action list"),
                Asked("effect", "What it changed for children", "text", False, "Needed if a report promised it."),
            ),
        ),
        Step(
            "action.say",
            "How an action stands",
            "Keep",
            (
                Asked("number", "Number", "number", hint="See: action list"),
                Asked("said", "How it stands, in a few words", "text", hint="Without details of a child or a family."),
            ),
        ),
        Step(
            "milestone.done",
            "Record a milestone as done",
            "Record",
            (Asked("milestone", "Milestone", "words", hint="See: register list"),),
        ),
        Step(
            "people.enter",
            "Enter somebody in a post",
            "Enter",
            (
                Asked("email", "E-mail address", "words"),
                Asked("name", "Name", "words"),
                Asked("post", "Post", "post"),
                Asked("since", "From", "day", False, "Empty: today."),
                Asked("until", "Until, that day included", "day", False, "Empty: no end is known."),
                Asked("acting", "Acting", "choice", False, "Until the post is filled for good.", choices=_YES),
            ),
        ),
        Step(
            "people.leave",
            "Somebody leaves a post",
            "Record",
            (Asked("post", "Post", "post"), Asked("until", "Last day", "day", False, "Empty: today.")),
        ),
        Step(
            "people.import",
            "Enter several people",
            "Show what changes",
            (Asked("pasted", "Rows, one for each person and post", "table", hint=PASTED),),
            sure="Confirm",
        ),
    )
}


def is_wanting(step: Step, form: Mapping[str, str]) -> bool:
    """Whether something needed is not in a press's form yet, or its blanks have not been shown."""
    return any(asked.needed and asked.name not in form for asked in step.asks) or bool(
        step.blanks and SHOWN not in form
    )


@dataclass
class Filled:
    """A step's fields as they were read: `form` for the runner, or `problems` for whoever typed.

    `remarks` are sentences about what was supplied where nothing was said, such as the year of a day.
    """

    form: dict[str, object] = field(default_factory=dict)
    problems: list[Refusal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read(work: Work, step: Step, raw: Mapping[str, str]) -> Filled:
    """Reads what was typed, field by field, and finds every mistake in it."""
    filled = Filled(form={name: raw[name] for name in step.carries if name in raw})
    for asked in step.asks:
        text = raw.get(asked.name, "")
        text = text if asked.kind == "table" and text.strip() else text.strip()
        text = text.replace('"', "'") if step.quiet else text  # what is said in quotes is taken out of every sentence
        if not text and asked.kind != "place":
            if asked.needed:
                filled.problems.append(Refusal("This is needed.", asked.name, asked.hint))
            continue
        if step.quiet and asked.kind not in ("text", "table") and len(text) > _longest(asked):
            filled.problems.append(Refusal(TOO_LONG, asked.name, asked.hint))
            continue
        try:
            value = _value(work, step, asked, text, filled)
        except Refused as refused:
            said = _without_quotes if step.quiet else str
            filled.problems += [Refusal(said(r.sentence), asked.name, said(r.want)) for r in refused.refusals]
        else:
            if value is not None:
                filled.form[asked.name] = value
    filled.form |= {name: raw[name] for name in (*step.fixed, *(blank.name for blank in step.blanks)) if name in raw}
    if step.checks is not None:
        unread = {problem.field for problem in filled.problems}
        filled.problems += [found for found in step.checks(work, filled.form) if found.field not in unread]
    return filled


def _value(work: Work, step: Step, asked: Asked, text: str, filled: Filled) -> object:
    match asked.kind:
        case "group":
            return naming.group(work.arrangements, text).id
        case "place":
            group = filled.form.get("group")
            if not isinstance(group, str):
                return None
            return naming.meeting(work, work.arrangements.groups_by_id[group], text, been=step.been).place
        case "day":
            found = read_day(text, work.today, past=asked.past)
            if found.supplied and not step.quiet:
                filled.remarks.append(f'"{text}" is taken as {long_day(found.day)}.')
            return found.day
        case "year":
            return parse_year(text, work.today, work.arrangements.planning.year_starts)
        case "hour":
            return parse_hour(text)
        case "post" | "one post":
            return naming.post(work.arrangements, text, asked.name).id
        case "person":
            return naming.person(work, text, asked.name).email
        case "choice":
            return choosing.one(asked.choices, text)
        case "choices":
            return choosing.several(asked.choices, text)
        case "number":
            if not text.lstrip("#").isdigit():
                raise Refused(f'"{text}" is no whole number.')
            return int(text.lstrip("#"))
    return text


TOO_LONG = "This is too long for this field. Nothing of it has been kept; please leave details of a child out."


def _longest(asked: Asked) -> int:
    """How long an answer may be: as all the answers on offer together, or as what a single one takes."""
    return max(LONGEST_QUIET, sum(len(choice.label) + 2 for choice in asked.choices))


def _without_quotes(sentence: str) -> str:
    """A sentence without what it says again of what was filled in."""
    return re.sub(r'^"[^"]*"', "This", re.sub(r'(?<=.)"[^"]*"', "this", sentence, flags=re.DOTALL), flags=re.DOTALL)


def as_text(form: Mapping[str, object]) -> dict[str, str]:
    """A form as a button can carry it."""
    return {name: _text(value) for name, value in form.items()}


def _text(value: object) -> str:
    match value:
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case list() | tuple():
            return ",".join(map(str, value))
    return str(value)


# Words


def sheet(work: Work, step: Step, raw: Mapping[str, str], problems: Iterable[Refusal] = ()) -> Message:
    """The form of a step, filled in with what there is, each mistake beside its field."""
    beside: dict[str, str] = {}
    whole: list[str] = []
    for problem in problems:
        if problem.field in step.names:
            beside[problem.field] = f"{beside.get(problem.field, '')} {problem}".strip()
        else:
            whole.append(str(problem))
    blanks = tuple(_blank(work, asked, raw.get(asked.name, ""), beside.get(asked.name, "")) for asked in step.asks)
    blanks += tuple(_as_it_stands(blank, raw, beside.get(blank.name, "")) for blank in step.blanks)
    title, words = step.headed(work, raw) if step.headed else (step.title, "")
    carried = {**{name: raw[name] for name in step.carries if name in raw}, **step.fixed}
    return Message(
        title=title,
        text="\n".join([*whole, *([words] if words else [])]),
        tone="warning" if beside or whole else "plain",
        sheet=Sheet(does=step.action, label=step.send, blanks=blanks, form=carried),
    )


def _blank(work: Work, asked: Asked, value: str, problem: str) -> Blank:
    choices: tuple[Choice, ...] = ()
    kind: Literal["day", "hour", "words", "text", "number", "choice", "choices"] = "words"
    match asked.kind:
        case "group":
            running = [g for g in work.arrangements.groups if g.status in ("running", "external")]
            choices, kind = tuple(Choice(value=g.id, label=g.name) for g in running), "choice"
        case "one post":
            choices, kind = tuple(Choice(value=p.id, label=p.title) for p in work.arrangements.posts), "choice"
        case "choice" | "choices":
            choices, kind = asked.choices, asked.kind
        case "day" | "hour" | "number" | "text":
            kind = asked.kind
        case "table":
            kind = "text"
    hint = asked.hint or {"day": WANT_DAY, "hour": WANT_HOUR}.get(kind, "")
    return Blank(
        name=asked.name,
        label=asked.label,
        kind=kind,
        value=value,
        hint=hint,
        problem=problem,
        needed=asked.needed,
        choices=choices,
    )


def _as_it_stands(blank: Blank, raw: Mapping[str, str], problem: str) -> Blank:
    """A blank that is made already: with what was typed once it has been shown, else with what it was made with."""
    value = raw.get(blank.name, "") if SHOWN in raw else blank.value
    return blank.model_copy(update={"value": value, "problem": problem})


def not_done(step: Step, raw: Mapping[str, str], problems: Iterable[Refusal]) -> Message:
    """The answer to a typed line with mistakes: each beside its field, and a button that opens the form with it all."""
    raw = {name: value for name, value in raw.items() if name in step.carries} if step.quiet else raw
    labels = {asked.name: asked.label for asked in step.asks}
    fields, whole = [], []
    for problem in problems:
        if problem.field in labels:
            fields.append(MessageField(label=labels[problem.field], value=str(problem)))
        else:
            whole.append(str(problem))
    typed = [f"{labels[name]}: {value}" for name, value in raw.items() if value and name in labels]
    kept = f"You wrote: {'; '.join(typed)}." if typed and fields else ""
    again = Button(label="Put it right", does=step.action, form={**_filled_in(raw), AGAIN: "yes"})
    return Message(
        title="Nothing has changed",
        text="\n".join([*whole, *([kept] if kept else [])]),
        fields=tuple(fields),
        buttons=(again,) if fields else step.ways_on,
        tone="warning",
    )


def to_fill_in(step: Step, usage: str) -> Message:
    """The answer to a word typed with nothing after it: how it goes on, and its form behind a button."""
    return Message(
        title=step.title,
        text=f"Write: {usage}",
        buttons=(Button(label="Fill in a form", does=step.action, form={AGAIN: "yes"}),),
    )


def shown_first(step: Step, filled: Filled, outcome: Outcome) -> Message:
    """What a step would lead to, with the button that does it and the one that leaves everything as it is."""
    changes = "\n".join(f"- {change}" for change in outcome.changes) or "- nothing else"
    return Message(
        title="This is what would change",
        text=f"{changes}\n\nNothing has changed yet.",
        buttons=(
            Button(label=step.sure, does=step.action, form={**as_text(filled.form), SURE: "yes"}),
            Button(label="Leave it", does="leave"),
        ),
    )


def remarked(message: Message, remarks: Iterable[str]) -> Message:
    """An answer with what was supplied where nothing was said."""
    said = "\n".join(remarks)
    return message.model_copy(update={"text": f"{message.text}\n\n{said}".strip()}) if said else message


def answered_before(answer: Message, first_at: datetime, zone: ZoneInfo) -> Message:
    """The first answer of a press that came again later, when things may have moved on: no button, and when it was."""
    local = first_at.astimezone(zone)
    when = f"{hour(local)} on {long_day(local.date())}"
    text = f"{answer.text}\n\nThis was answered at {when}; it counts once.".strip()
    times = (*answer.times, Moment(words=when, at=first_at))
    return answer.model_copy(update={"text": text, "buttons": (), "times": times})


def refused(problems: Iterable[Refusal]) -> Message:
    """The answer to something that cannot be done, where there is no form to put right."""
    return Message(title="Nothing has changed", text="\n".join(str(p) for p in problems), tone="warning")


def _filled_in(raw: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in raw.items() if value}
