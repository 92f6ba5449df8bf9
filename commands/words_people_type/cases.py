"""`incident list`, `show`, `done` and all that keeps the clock of a case.

Behind a reference stand only words of ours: a stage, a fact, a day, an hour. Anything else may be words about a child,
so it is refused, and neither kept nor said again.
"""

from collections.abc import Callable, Sequence

from commands import case_lists, case_words
from commands.cases import AHEAD, deadlines_of
from commands.dates import day_and_hour, parse_day, parse_hour
from commands.refusals import Refused
from commands.saying import Do, Meaning, Typed, Word
from commands.stage_rules import full_of
from commands.steps import AGAIN
from commands.work import Work
from storage.arrangements.pathways import FLAGS
from storage.records.incidents import Case
from storage.records.message import Button, Message

REFUSED = (
    "Nothing of what stands behind the reference has been kept. Please write nothing about a child here: facts are "
    "chosen in a form, and words about the case stay in the council's system."
)


def _listed(work: Work, typed: Typed) -> Meaning:
    if typed.words or typed.options:
        raise Refused(f"{REFUSED} Write: incident list")
    return case_words.listed(work)


def _case(work: Work, typed: Typed) -> tuple[Case, list[str]]:
    """The case that the first word names, and the words behind it. Raises Refused."""
    return case_lists.find(work, typed.words[0]), list(typed.words[1:])


def _nothing_else(typed: Typed, rest: Sequence[str]) -> None:
    if rest or typed.options:
        raise Refused(f"{REFUSED} Write: {typed.word.written}")


def _about(work: Work, typed: Typed) -> Meaning:
    """REF, and nothing behind it."""
    if not typed.words:
        return case_words.listed(work)
    case, rest = _case(work, typed)
    _nothing_else(typed, rest)
    return Do(typed.word.action, {"reference": case.reference})


def _of_a_stage(label: str) -> Callable[[Work, Typed], Meaning]:
    """[REF [STAGE]]: opens the form as far as it is filled in by that."""

    def means(work: Work, typed: Typed) -> Meaning:
        raw: dict[str, str] = {}
        if typed.words:
            case, rest = _case(work, typed)
            raw["reference"] = case.reference
            stage, behind = _leading(rest, _stages(work, case))
            _nothing_else(typed, behind)
            raw |= {"stage": stage} if stage else {}
        elif typed.options:
            raise Refused(f"{REFUSED} Write: {typed.word.written}")
        about = f"{raw['reference']}: " if raw else ""
        return Message(
            title=f"{about}{label}",
            text="The form asks for facts and references only.",
            buttons=(Button(label="Open the form", does=typed.word.action, form=raw | {AGAIN: "yes"}),),
        )

    return means


def _stages(work: Work, case: Case) -> dict[str, str]:
    """The stages of a case by what people may call them: id and name."""
    rows = [deadline for _, deadline in deadlines_of(work, case)]
    return {_plain(name): each.stage for each in rows for name in (each.name, each.stage)}


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace(":", " ").split())


def _leading(words: Sequence[str], known: dict[str, str]) -> tuple[str, list[str]]:
    """The longest beginning of the words that is known, by id, and the words behind it."""
    for size in range(len(words), 0, -1):
        found = known.get(_plain(" ".join(words[:size])))
        if found is not None:
            return found, list(words[size:])
    return "", list(words)


def _fact(work: Work, typed: Typed) -> Meaning:
    """[REF [FACT DAY [HOUR]]]."""
    if not typed.words:
        return _of_a_stage("record or correct a time")(work, typed)
    case, rest = _case(work, typed)
    facts = full_of(work, case).facts
    fact, behind = _leading(rest, {_plain(name): fact.id for fact in facts for name in (fact.name, fact.id)})
    if rest and not fact:
        raise Refused(f"{REFUSED} Write: {typed.word.written}. It can be: {', '.join(fact.id for fact in facts)}.")
    if not behind:
        raw = {"reference": case.reference} | ({"fact": fact} if fact else {})
        return Message(
            title=f"{case.reference}: record or correct a time",
            text="What moves is shown first.",
            buttons=(Button(label="Open the form", does=typed.word.action, form=raw | {AGAIN: "yes"}),),
        )
    return Do(typed.word.action, {"reference": case.reference, "fact": fact} | _when(work, typed, behind, fact))


def _when(work: Work, typed: Typed, words: list[str], fact: str) -> dict[str, str]:
    """The day and the hour of some words, read; what cannot be read is not said again."""
    day, hour = day_and_hour(words)
    try:
        found = {"day": parse_day(day, work.today, past=fact not in AHEAD).isoformat()}
        return found | ({"hour": f"{parse_hour(hour):%H:%M}"} if hour else {})
    except Refused:
        raise Refused(f"{REFUSED} Write: {typed.word.written}, such as 14 January 2027 09:30") from None


def _flag(work: Work, typed: Typed) -> Meaning:
    """[REF [FLAG]]."""
    if not typed.words:
        return _of_a_stage("record what became known")(work, typed)
    case, rest = _case(work, typed)
    flag, behind = _leading(rest, {_plain(name): id_ for id_, words in FLAGS.items() for name in (id_, words)})
    _nothing_else(typed, behind)
    if flag:
        return Do(typed.word.action, {"reference": case.reference, "flag": flag})
    return Message(
        title=f"{case.reference}: record what became known",
        text="What changes is shown first.",
        buttons=(
            Button(label="Open the form", does=typed.word.action, form={"reference": case.reference, AGAIN: "yes"}),
        ),
    )


def _stage_word(name: str, does: str, label: str) -> Word:
    return Word(("incident", name), does, _of_a_stage(label), "[REF [STAGE]]", f"incident.{name}")


WORDS = (
    Word(("incident", "list"), "the open incidents on whose lists you are, with what is next", _listed),
    Word(
        ("incident", "show"),
        "one incident: its stages, how each date came about, who answered; that you looked is kept",
        _about,
        "REF",
        "incident.show",
    ),
    Word(
        ("incident", "record"),
        "sends you a personal link to the process record, to be read and downloaded on our own page",
        _about,
        "REF",
        "incident.record-link",
    ),
    _stage_word("done", "records a stage as done, with its evidence", "record a stage as done"),
    _stage_word("decide", "records a decision", "record a decision"),
    _stage_word("view", "records what a partner thinks of a decision, why, and whether they dissent", "record a view"),
    _stage_word("tick", "ticks what is so under a stage", "tick what is so"),
    _stage_word("not-needed", "says that a stage is not needed, because", "say that a stage is not needed"),
    _stage_word("reopen", "opens a stage again that was done or not needed", "open a stage again"),
    Word(
        ("incident", "fact"),
        "records a time that became known, or corrects it; what moves is shown first",
        _fact,
        "[REF [FACT DAY HOUR]]",
        "incident.fact",
    ),
    Word(
        ("incident", "flag"),
        "records a fact that became known, such as that the partners do not agree",
        _flag,
        "[REF [FLAG]]",
        "incident.flag",
    ),
)
