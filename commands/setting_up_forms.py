"""The forms of `setup`: for each kind of question what is asked, in people's words, and how what was typed is read."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from storage.arrangements import answers, questions
from storage.arrangements.answers import Answer
from storage.arrangements.findings import did_you_mean
from storage.arrangements.phrases import listed, month_name, sentence
from storage.arrangements.questions import NOTED, STAYS, Question
from storage.arrangements.slots import Slot
from storage.records.message import Choice

from . import naming
from .action import Form
from .dates import parse_day
from .freetext import check_text
from .refusals import Refusal, Refused
from .steps import Asked, Step
from .words import hour, long_day
from .work import Work

ANSWER = "setup.answer"


class Filled(Form):
    """A question's form as it was filled in. `form` says which one it is; fields that it does not ask for are empty."""

    question: str
    form: str
    by: str
    on: date | None = None
    telephone: str = ""
    rule: str = ""
    number: int | None = None
    group: str = ""
    post: str = ""
    days: int | None = None
    unit: str = ""
    deputies: str = ""
    vacancies: str = ""
    months: str = ""
    slot: str = ""
    first: date | None = None
    starts: time | None = None
    minutes: int | None = None
    dates: str = ""
    turns: str = ""
    agencies: str = ""
    said: str = ""


def _choices(**labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=value.replace("_", "-"), label=label) for value, label in labels.items())


_RULES = _choices(
    yearly="So many times a year",
    months="Every so many months",
    gap="Never more than so many months apart",
    before="So many days before another group's meetings",
    as_required="Only when a meeting is called",
    one_by_one="On dates that are entered one by one",
)
_QUORUMS = (
    *_choices(number="So many must be there", fraction="So many per cent must be there"),
    *_choices(all_partners="Every safeguarding partner must be there", discretion="No rule: the chair decides"),
)
_COUNT = (Choice(value="count", label="They count"), Choice(value="do not count", label="They do not count"))
_UNITS = _choices(calendar="Calendar days", working="Working days")
_TURNS = _choices(in_turn="They take turns, in this order", appointed="Another group appoints the chair")
_OWES = _choices(owes="They owe a Section 11 audit", owes_none="They do not owe one")
_SETTLED = _choices(settled="It is settled, and nothing has to be watched for it", stays="It stays open")

_EVERY = "Empty: calendar days."
_SAID = "In a few words, without details of a child or a family."

_OFFSET = (
    Asked("unit", "Which days", "choice", False, _EVERY, choices=_UNITS),
    Asked("post", "Who sends them", "one post", False, "Empty: as now, else the business manager."),
)

DATES: Mapping[str, Asked] = {
    "months": Asked("months", "Months", "words", hint="One for each meeting: June, September, December, March."),
    "slot": Asked("slot", "Day of the month", "words", hint="Such as: 2nd Tuesday, or: last Friday."),
    "first": Asked("first", "First date", "day", hint="Any day of the first month, or the first meeting itself."),
    "days": Asked("days", "How many days after the other date", "words", hint="Below 0: before it. 0: the same day."),
}
"""What a group's rules may need to give dates, by the key in [planning]."""

_ASKS: Mapping[str, tuple[Asked, ...]] = {
    "telephone": (Asked("telephone", "Number", "words", hint="As it is to be shown, such as 01234 500500."),),
    "cycle": (
        Asked("rule", "How often", "choice", choices=_RULES),
        Asked("number", "How many", "number", False, "Times, months or days. Empty where there is no number."),
        Asked("group", "Before which group", "group", False, "Only for: so many days before another group."),
    ),
    "dates": (
        Asked("starts", "Hour", "hour", False, "Such as 9:30. Empty: meetings have no hour yet."),
        Asked("minutes", "Length in minutes", "number", False, "Such as 120."),
    ),
    "outside": (Asked("dates", "Dates", "text", hint="One on each line or with commas between, each with its year."),),
    "year": (Asked("months", "Month", "words", hint="Such as April."),),
    "chair": (Asked("post", "Who chairs it", "one post", hint="A post that is missing here goes into the file."),),
    "term": (Asked("number", "Months", "number"),),
    "order": (
        Asked("rule", "How the chair changes", "choice", choices=_TURNS),
        Asked("turns", "In which order", "text", False, "One on each line. Empty: as they stand in the arrangements."),
        Asked("group", "Which group appoints", "group", False, "Only where a group appoints the chair."),
    ),
    "papers": (Asked("days", "Days before a meeting", "number"), *_OFFSET),
    "minutes": (Asked("days", "Days after a meeting", "number"), *_OFFSET),
    "quorum": (
        Asked("rule", "Who must be there", "choice", choices=_QUORUMS),
        Asked("number", "How many, or per cent", "number", False, "Only where the rule has a number."),
        Asked("deputies", "Deputies", "choice", False, "Empty: this stays open.", choices=_COUNT),
        Asked("vacancies", "Vacant posts", "choice", False, "Empty: this stays open.", choices=_COUNT),
    ),
    "counts": (Asked("rule", "Do they count", "choice", choices=_COUNT),),
    "stand-in": (Asked("post", "Who acts meanwhile", "one post"),),
    "lead": (Asked("days", "Days before the meeting", "number"),),
    "month": (Asked("months", "Month", "words", hint="Such as May. It is due on its last working day."),),
    "first-year": (Asked("number", "The first year in which it is due", "number", hint="Such as 2027."),),
    "dial-in": (Asked("telephone", "How to join", "words", hint="The number to ring, such as 01234 500500."),),
    "overdue-told": (Asked("post", "Who hears of it, beside the owner", "one post"),),
    "keep-years": (Asked("number", "Years after its end", "number"),),
    "section-11": (
        Asked("agencies", "Agencies", "text", hint="Names or ids, one on each line; or: all. The rest stays open."),
        Asked("rule", "What holds for them", "choice", choices=_OWES),
    ),
    NOTED: (
        Asked("rule", "How it stands", "choice", choices=_SETTLED),
        Asked("said", "What was decided, or why it stays open", "text", hint=_SAID),
    ),
    STAYS: (Asked("said", "Why it stays open", "text", hint=_SAID),),
}

_WHO = 'A meeting or a post, such as "Executive of 3 March".'


def step(action: str, raw: Mapping[str, str]) -> Step | None:
    """The step of an answer, by the form that it names; None for anything else."""
    form = raw.get("form", "")
    base, _, keys = form.partition(":")
    if action != ANSWER or base not in _ASKS or not set(filter(None, keys.split(","))) <= DATES.keys():
        return None
    verb = "Chosen" if answers.FORMS[base].chosen else "Said" if form in (NOTED, STAYS) else "Agreed"
    asks = (
        *(DATES[key] for key in keys.split(",") if key),
        *_ASKS[base],
        Asked("by", f"{verb} by", "words", hint=_WHO),
        Asked("on", "On", "day", False, "Empty: today.", past=True),
    )
    return Step(
        ANSWER, "Setting up", "Show what changes", asks, "Confirm", carries=("question", "form"), headed=_headed
    )


def _headed(work: Work, raw: Mapping[str, str]) -> tuple[str, str]:
    question = found(work, raw.get("question", ""))
    words = f"{question.sentence}\n{wanted(question)}"
    if raw.get("form") == NOTED:
        words += f"\n{NO_FORM}"
    return sentence(question.about).removesuffix("."), words


def wanted(question: Question) -> str:
    """What would answer a question, as the arrangements put it."""
    return f"Wanted: {question.want.rstrip('.')}."


NO_FORM = (
    "No form can write this into the arrangements. What has to run goes into the definition file, which the "
    "administrator puts in force (docs/definition-format.md). Here you can record that it is settled, or stays open."
)


def found(work: Work, id_: str) -> Question:
    """The open question with that id. Raises Refused when it has been answered."""
    question = questions.find(work.arrangements, id_)
    if question is None:
        raise Refused("This has been answered already, or is asked no more. See what is open with: setup")
    return question


# Reading what was filled in


def answer(work: Work, question: Question, form: Filled) -> Answer:
    """The answer that a form holds. Raises Refused with every mistake, each beside its field."""
    problems: list[Refusal] = []
    on = form.on or work.today
    if on > work.today:
        problems.append(Refusal("That day is still to come.", "on"))
    problems += [refusal for name in ("by", "said") for refusal in check_text(getattr(form, name), name)]
    if len(form.by) > LONGEST_BY:
        problems.append(Refusal(f"At most {LONGEST_BY} characters.", "by", _WHO))
    given: dict[str, Any] = {}
    for one in _asks(form.form):
        value = getattr(form, one.name)
        try:
            if value not in ("", None) and one.name not in ("by", "on"):
                given[one.name] = _read(work, question, one, value)
            elif one.needed and value in ("", None):
                raise Refused(Refusal("This is needed.", want=one.hint))
        except Refused as refused:
            problems += [Refusal(each.sentence, one.name, each.want) for each in refused.refusals]
    if problems:
        raise Refused(*problems)
    return Answer(by=_line(form.by), on=on, **given)


def _asks(form: str) -> tuple[Asked, ...]:
    named = step(ANSWER, {"form": form})
    return named.asks if named else ()


def _read(work: Work, question: Question, asked: Asked, value: Any) -> object:
    if asked.name in _READERS:
        return _READERS[asked.name](work, question, value)
    known = {
        "choice": {choice.value for choice in asked.choices},
        "one post": set(work.arrangements.posts_by_id),
        "group": set(work.arrangements.groups_by_id),
    }.get(asked.kind)
    if known is not None and value not in known:
        raise Refused("This is none of the answers.")
    return value


LONGEST_BY = 120


def _line(text: str) -> str:
    return " ".join(text.split())


def _telephone(_work: Work, _question: Question, text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if digits in ("999", "112"):
        raise Refused("999 is for a child in danger now, and is always named. This is the front door's own number.")
    if len(digits) < 3 or not re.fullmatch(r"\+?[\d ()/.-]+((ext|x|option)\.? ?\d+)?", text.strip(), re.IGNORECASE):
        raise Refused(Refusal(f'"{text}" is no telephone number.', want="Write it like 01234 500500."))
    return _line(text)


_MONTHS = {month_name(number).casefold(): number for number in range(1, 13)}
_MONTHS |= {name[:3]: number for name, number in list(_MONTHS.items())} | {"sept": 9}


def _months(_work: Work, _question: Question, text: str) -> list[int]:
    found_ = []
    for word in _parts(text, r"[,;/\s]+|\band\b"):
        number = _MONTHS.get(word.casefold().rstrip(".")) or (int(word) if word.isdigit() else 0)
        if not 1 <= number <= 12:
            raise Refused(Refusal(f'"{word}" is no month.', want="Write months like: June, September."))
        found_.append(number)
    return found_


def _slots(_work: Work, _question: Question, text: str) -> list[str]:
    try:
        return [str(Slot.read(_plain_slot(part))).lower() for part in _parts(text, r"[,;\n]+|\band\b")]
    except ValueError as error:
        raise Refused(sentence(str(error))) from None


def _plain_slot(text: str) -> str:
    """ "the second Tuesday of the month" as "2nd tuesday"."""
    words = re.sub(r"\b(the|of|each|every|month)\b", " ", text.casefold()).split()
    plain = {"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th"}
    return " ".join(plain.get(word, word) for word in words)


def _dates(work: Work, _question: Question, text: str) -> list[date]:
    return [parse_day(part, work.today) for part in _parts(text, r"[,;\n]+")]


def _turns(work: Work, question: Question, text: str) -> list[str]:
    """Who takes turns: those that the arrangements name, called by id or by title; any post or agency where none is."""
    chairing = work.arrangements.groups_by_id[question.parts[1]].chairing
    every = [*(p.id for p in work.arrangements.posts), *(a.id for a in work.arrangements.agencies)]
    every += [partner.id for partner in work.arrangements.partners]
    wanted = list(chairing.takes_turns) if chairing and chairing.takes_turns else every
    return [_called(work, wanted, part, "takes turns here") for part in _parts(text, r"[;\n]+|,")]


def _agencies(work: Work, _question: Question, text: str) -> list[str]:
    """The agencies that are named, or all of those of which nothing is said yet."""
    left = answers.undecided(work.arrangements)
    if naming.plain(text) in ("all", "all of them", "everybody"):
        return left
    wanted = [agency.id for agency in work.arrangements.agencies]
    found_: list[str] = []
    for line in _parts(text, r"[;\n]+"):
        try:
            found_.append(_called(work, wanted, line, "is on our list"))
        except Refused:
            if "," not in line:
                raise
            found_ += [_called(work, wanted, part, "is on our list") for part in _parts(line, ",")]
    said = [id_ for id_ in found_ if id_ not in left]
    if said:
        names = listed([_name(work, id_) for id_ in dict.fromkeys(said)])
        raise Refused(Refusal(f"The arrangements say already what holds for {names}.", want="Leave those out."))
    return list(dict.fromkeys(found_))


def _called(work: Work, wanted: list[str], text: str, what: str) -> str:
    for id_ in wanted:
        if naming.plain(text) in {naming.plain(word) for word in _words(work, id_)}:
            return id_
    hint = did_you_mean(text, [word for id_ in wanted for word in _words(work, id_)])
    raise Refused(f'Nobody called "{text}" {what}.{hint}')


def _words(work: Work, id_: str) -> list[str]:
    """What an agency, a partner or a post may be called."""
    named = [(a.id, (a.name, *a.aliases)) for a in work.arrangements.agencies]
    named += [(p.id, (p.title, *p.aliases)) for p in work.arrangements.posts]
    return [id_, *(word for known, words in named if known == id_ for word in words)]


def _name(work: Work, id_: str) -> str:
    return next((a.name for a in work.arrangements.agencies if a.id == id_), id_)


def _parts(text: str, between: str) -> list[str]:
    return [_line(part) for part in re.split(between, text) if part.strip()]


Reader = Callable[[Work, Question, str], object]

_READERS: Mapping[str, Reader] = {
    "telephone": _telephone,
    "months": _months,
    "slot": _slots,
    "dates": _dates,
    "turns": _turns,
    "agencies": _agencies,
}
"""How a field's text is read; what has no reader came in read already."""


# Words


def said(work: Work, form: Filled) -> str:
    """What was filled in, in words: "How often: So many times a year; How many: 4"."""
    pairs = [(one, getattr(form, one.name)) for one in _asks(form.form) if one.name not in ("by", "on")]
    return "; ".join(f"{one.label}: {_shown(work, one, value)}" for one, value in pairs if value not in ("", None))


def _shown(work: Work, asked: Asked, value: object) -> str:
    match asked.kind, value:
        case "choice", str():
            return next((choice.label for choice in asked.choices if choice.value == value), value)
        case "one post", str():
            return work.arrangements.title(value)
        case "group", str():
            return work.arrangements.groups_by_id[value].name
        case _, date():
            return long_day(value)
        case _, time():
            return hour(value)
    return _line(str(value))
