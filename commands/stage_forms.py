"""The forms about the stages of a case: which case, which stage, and then structured facts only.

What stands in a free field is looked at by its shape and never said again. Reasons are chosen, never written.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time

from storage.arrangements.pathways import FLAGS, Check, Fact, Stage, Task
from storage.records.incidents import Case, CaseStage
from storage.records.message import Choice

from . import alerting, case_lists
from .cases import deadlines_of, due_words, owner_of, pathway_of
from .dates import WANT_DAY, WANT_HOUR
from .freetext import check_text
from .notifying_forms import moment
from .refusals import Refusal, Refused
from .stage_rules import NOT_NEEDED, full_of, ticked, waits_for
from .steps import Asked, Headed, Step
from .work import Work

LATE: Mapping[str, str] = {
    "information": "information was awaited",
    "out-of-hours": "it fell out of hours",
    "not-reached": "a partner was not reached",
    "entered-late": "it was entered late",
    "decided-later": "it was decided later",
    "other": "of another reason, which is told outside this bot",
}
"""Why a stage was late, by the id that is chosen; the words are kept, and end a sentence with "late because"."""

REASONS: Mapping[str, str] = {
    "criteria-met": "the criteria are met",
    "criteria-not-met": "the criteria are not met",
    "learning": "there is learning for several agencies",
    "known-learning": "the learning is known already",
    "other-process": "another process covers it",
    "outside": "it is told outside this bot",
}
"""Why a partner thinks as they do, by the id that is chosen; the words are kept."""

ANYWAY: Mapping[str, str] = {
    "agreed": "those who have a copy in advance have agreed to it",
    "binding": "a day of a court or an inquest binds",
    "public": "it has become public already",
    "outside": "of a reason that is told outside this bot",
}
"""Why a day stands although a copy in advance can no longer be in time, by the id that is chosen."""

YES_OR_NO = (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))

LONGEST_EVIDENCE = 60
WANT_EVIDENCE = (
    f"A reference: letters, figures, / . - and spaces, at most {LONGEST_EVIDENCE}, with a figure in it. No names."
)
_EVIDENCE = re.compile(rf"(?=.*\d)[A-Za-z0-9][A-Za-z0-9/. -]{{0,{LONGEST_EVIDENCE - 1}}}")
_DATE = re.compile(
    r"(?<!\d)\d{1,4}[/. -]\d{1,2}[/. -]\d{2,4}(?!\d)|(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d{2}(?!\d)"
)


def reason(choices: Mapping[str, str], given: str, field: str) -> str:
    """The words of a reason that was chosen by its id or its words; "" for none. Raises Refused for any other."""
    if not given:
        return ""
    found = next((words for id_, words in choices.items() if given in (id_, words)), None)
    if found is None:
        raise Refused(Refusal("This is none of the reasons.", field, f"Choose one of: {'; '.join(choices.values())}."))
    return found


def check_evidence(text: str, field: str = "evidence") -> Iterator[Refusal]:
    """What is wrong with the reference of some evidence; nothing of it is said again."""
    if not text:
        return
    if found := list(check_text(text, field)):
        yield from found
    elif _DATE.search(text):
        yield Refusal("This holds a date, which could be a date of birth.", field, "The day has a field of its own.")
    elif not _EVIDENCE.fullmatch(text):
        yield Refusal("This is no reference.", field, WANT_EVIDENCE)


def time_given(work: Work, at: datetime | None, day: date | None, hour: time | None) -> datetime:
    """The time that was given, by day and hour or as one; now where none was. Raises Refused for one that never was."""
    if at is not None or day is None:
        if hour is not None:
            raise Refused(Refusal("The hour needs its day.", "day"))
        return at or work.now
    if hour is None:
        return work.now if day == work.today else moment(work, day, NOON)
    found = moment(work, day, hour)
    local = found.astimezone(work.terms.zone)
    if (local.date(), local.time()) != (day, hour.replace(tzinfo=None)):
        sentence = "There was no such hour on that day: the clocks went forward."
        raise Refused(Refusal(sentence, "hour", "Give the hour by the new time."))
    return found


NOON = time(12)
"""The hour of something of which the day alone is known."""


# Made steps: the case, the stage, the rest

Rest = Callable[[Work, Case, CaseStage, Stage | Task], tuple[Asked, ...]]
Which = Callable[[Work, Case, CaseStage, Stage | Task], bool]
Made = Callable[[Work, Mapping[str, str]], Step]


def about_a_case(
    action: str, title: str, send: str, rest: Callable[[Work, Case], tuple[Asked, ...]], sure: str
) -> Made:
    """Makes the step of an action about a whole case: asks which, where that is not known, then the rest."""

    def made(work: Work, raw: Mapping[str, str]) -> Step:
        if not raw.get("reference"):
            return Step(action, title, "Go on", (_which_case(work),), quiet=True)
        case = case_lists.find(work, raw["reference"])
        return Step(
            action,
            title,
            send,
            rest(work, case),
            sure=sure,
            carries=("reference",),
            headed=_headed(f"{case.reference}: {title[:1].lower()}{title[1:]}", SAFE),
            quiet=True,
        )

    return made


def about_a_stage(action: str, title: str, send: str, which: Which, rest: Rest) -> Made:
    """Makes the step of an action about one stage: asks which case, which stage of it, then the rest."""

    def made(work: Work, raw: Mapping[str, str]) -> Step:
        if not raw.get("reference"):
            return Step(action, title, "Go on", (_which_case(work),), quiet=True)
        case = case_lists.find(work, raw["reference"])
        row, todo = _stage_given(work, case, raw.get("stage", ""))
        if row is None or todo is None:
            return Step(
                action,
                title,
                "Go on",
                (_which_stage(work, case, which),),
                carries=("reference",),
                headed=_headed(f"{case.reference}: {title[:1].lower()}{title[1:]}", ""),
                quiet=True,
            )
        return Step(
            action,
            title,
            send,
            rest(work, case, row, todo),
            carries=("reference", "stage"),
            headed=_headed(f"{case.reference}: {todo.name}", _head_words(work, case, row, todo)),
            quiet=True,
        )

    return made


def _headed(title: str, words: str) -> Headed:
    """The head of a form, worked out now: it is shown in another transaction than the one that made it."""
    return lambda _work, _raw: (title, words)


SAFE = "Facts and references only. Words about the case stay in the council's system."


def _which_case(work: Work) -> Asked:
    seen = case_lists.seen_by(work, work.actor.person) if work.actor.person and work.actor.confirmed else []
    if not seen:
        raise Refused(NONE_OPEN)
    return Asked("reference", "Which incident", "choice", choices=tuple(_plain(case.reference) for case in seen))


NONE_OPEN = (
    "There is no open incident that you may see. Incidents are seen by those on their lists who have confirmed who "
    "they are."
)


def _plain(word: str) -> Choice:
    return Choice(value=word, label=word)


def _stage_given(work: Work, case: Case, stage: str) -> tuple[CaseStage | None, Stage | Task | None]:
    if stage:
        full = full_of(work, case)
        for row, _ in deadlines_of(work, case):
            if row.stage == stage:
                return row, full.todo(stage)
    return None, None


def _which_stage(work: Work, case: Case, which: Which) -> Asked:
    full = full_of(work, case)
    found = [(row, full.todo(row.stage)) for row, _ in deadlines_of(work, case)]
    offered = tuple(Choice(value=row.stage, label=todo.name) for row, todo in found if which(work, case, row, todo))
    if not offered:
        raise Refused(f"No stage of {case.reference} is open for that.")
    return Asked("stage", "Which stage", "choice", choices=offered)


def _head_words(work: Work, case: Case, row: CaseStage, todo: Stage | Task) -> str:
    said = []
    for each, deadline in deadlines_of(work, case):
        if each.stage == row.stage and row.state == "open":
            owner = work.arrangements.title(owner_of(work, pathway_of(work, case), deadline))
            said.append(f"Due: {due_words(work, deadline)}. It is seen to by the {owner}.")
    if waits := waits_for(work, case, row):
        said.append(f"It waits for: {waits}.")
    if todo.evidence:
        said.append(f"Evidence: {todo.evidence}.")
    return "\n".join([*said, SAFE])


# What each asks


def is_open(_work: Work, _case: Case, row: CaseStage, todo: Stage | Task) -> bool:
    """Open, and no decision is asked for."""
    return row.state == "open" and not todo.decides


def is_to_be_decided(_work: Work, _case: Case, row: CaseStage, todo: Stage | Task) -> bool:
    """Open, and a decision is asked for."""
    return row.state == "open" and bool(todo.decides)


def any_open(_work: Work, _case: Case, row: CaseStage, _todo: Stage | Task) -> bool:
    """Open, of whatever sort."""
    return row.state == "open"


def can_be_ticked(_work: Work, _case: Case, row: CaseStage, todo: Stage | Task) -> bool:
    """Needed, and something under it is not ticked yet."""
    return row.state != "not needed" and any(check.id not in row.ticked for check in todo.checks)


def has_views(_work: Work, _case: Case, row: CaseStage, todo: Stage | Task) -> bool:
    """Partners may have views of it."""
    return row.state != "not needed" and bool(todo.decides)


def has_ended(_work: Work, _case: Case, row: CaseStage, _todo: Stage | Task) -> bool:
    """Done, or not needed."""
    return row.state != "open"


def _when() -> tuple[Asked, ...]:
    return (
        Asked("day", "Day on which it was done", "day", hint=f"Today, or: {WANT_DAY}", past=True),
        Asked("hour", "Hour", "hour", False, "Only where it is due by the hour."),
    )


def _evidence_and_ticks(row: CaseStage, todo: Stage | Task) -> tuple[Asked, ...]:
    asks = [Asked("evidence", "Evidence", "words", False, f"{WANT_EVIDENCE} Empty: declared only.")]
    open_checks = [check for check in todo.checks if check.id not in row.ticked]
    if open_checks:
        asks.append(Asked("ticked", "What is so", "choices", False, choices=_checks(open_checks)))
    asks.append(_late())
    return tuple(asks)


def _checks(checks: Sequence[Check]) -> tuple[Choice, ...]:
    return tuple(Choice(value=check.id, label=check.name) for check in checks)


def _late() -> Asked:
    return Asked("because", "Why it is late", "choice", False, "Only where it is late.", choices=offered(LATE))


def offered(words: Mapping[str, str]) -> tuple[Choice, ...]:
    """Answers on offer, by id, with a capital letter."""
    return tuple(Choice(value=id_, label=f"{label[:1].upper()}{label[1:]}") for id_, label in words.items())


def _of_done(work: Work, _case: Case, row: CaseStage, todo: Stage | Task) -> tuple[Asked, ...]:
    if row.state == "done":
        return (Asked("evidence", "Evidence", "words", hint=WANT_EVIDENCE),)
    agency = (_chairs_agency(work),) if settles_disagreement(todo) else ()
    return (*_when(), *agency, *_evidence_and_ticks(row, todo))


def settles_disagreement(todo: Stage | Task) -> bool:
    """Whether it is there because partners do not agree, so that the agency of whoever settles it is recorded."""
    return "disagreement" in todo.when


def _chairs_agency(work: Work) -> Asked:
    names = {agency.id: agency.name for agency in work.arrangements.agencies}
    ids = dict.fromkeys(partner.agency for partner in work.arrangements.partners)
    choices = tuple(Choice(value=id_, label=names.get(id_, id_)) for id_ in ids)
    return Asked("agency", "Agency of whoever settles it", "choice", hint="It is recorded with it.", choices=choices)


def _of_decide(_work: Work, _case: Case, row: CaseStage, todo: Stage | Task) -> tuple[Asked, ...]:
    words = tuple(_plain(word) for word in todo.decides)
    return (Asked("decision", "The decision", "choice", choices=words), *_when(), *_evidence_and_ticks(row, todo))


def _of_not_needed(_work: Work, _case: Case, _row: CaseStage, _todo: Stage | Task) -> tuple[Asked, ...]:
    return (Asked("because", "Why it is not needed", "choice", choices=offered(NOT_NEEDED)),)


def _of_tick(_work: Work, _case: Case, row: CaseStage, todo: Stage | Task) -> tuple[Asked, ...]:
    found = [check for check in todo.checks if check.id not in row.ticked]
    return (Asked("ticked", "What is so", "choices", choices=_checks(found)),)


def _of_view(work: Work, case: Case, _row: CaseStage, todo: Stage | Task) -> tuple[Asked, ...]:
    posts = tuple(Choice(value=post, label=work.arrangements.title(post)) for post in partner_posts(work, case))
    return (
        Asked("post", "Whose view it is", "choice", False, "Empty: your own agency's.", choices=posts),
        Asked("view", "The view", "choice", choices=tuple(_plain(word) for word in todo.decides)),
        Asked("because", "Why", "choice", False, choices=offered(REASONS)),
        Asked("dissents", "They do not agree with the decision", "choice", False, choices=YES_OR_NO),
    )


def partner_posts(work: Work, case: Case) -> list[str]:
    """The post that speaks for each partner about a case: the one that was told of it, else the partner's lead."""
    pathway = pathway_of(work, case)
    posts = work.arrangements.posts_by_id
    found = []
    for partner in work.arrangements.partners:
        told = [post for post in pathway.told if post in posts and posts[post].agency == partner.agency]
        found.append(partner.lead if partner.lead in told or not told else told[0])
    return list(dict.fromkeys(post for post in found if post in posts))


def speaks_for(work: Work, case: Case) -> list[str]:
    """The partners' posts for which the actor may speak."""
    return [post for post in partner_posts(work, case) if work.actor.person in alerting.entitled(work, post)]


def _of_fact(work: Work, case: Case) -> tuple[Asked, ...]:
    facts = tuple(Choice(value=fact.id, label=_fact_label(work, case, fact)) for fact in full_of(work, case).facts)
    return (
        Asked("fact", "What became known, or is put right", "choice", choices=facts),
        Asked("day", "Day", "day", hint=WANT_DAY),
        Asked("hour", "Hour", "hour", False, f"Not for a day of publication. {WANT_HOUR}"),
        Asked(
            "because",
            "If it is too near",
            "choice",
            False,
            "Why the day stands although the copy is late.",
            choices=offered(ANYWAY),
        ),
    )


def _fact_label(work: Work, case: Case, fact: Fact) -> str:
    label = f"{fact.name[:1].upper()}{fact.name[1:]}"
    if fact.id not in case.facts:
        return f"{label} (not recorded)"
    local = datetime.fromisoformat(case.facts[fact.id]).astimezone(work.terms.zone)
    return f"{label} ({local:%d/%m/%Y})" if fact.date_only else f"{label} ({local:%d/%m/%Y %H:%M})"


def _of_flag(work: Work, case: Case) -> tuple[Asked, ...]:
    held = set(ticked(work, case))
    flags = tuple(
        Choice(value=id_, label=f"{words[:1].upper()}{words[1:]}{' (ticked)' if id_ in held else ''}")
        for id_, words in FLAGS.items()
    )
    return (
        Asked("flag", "What became known", "choice", choices=flags),
        Asked("holds", "It is so", "choice", False, "Empty: yes.", choices=YES_OR_NO),
    )


def _nothing(_work: Work, _case: Case, _row: CaseStage, _todo: Stage | Task) -> tuple[Asked, ...]:
    return ()


def _can_be_recorded(work: Work, case: Case, row: CaseStage, todo: Stage | Task) -> bool:
    return is_open(work, case, row, todo) or (row.state == "done" and not row.evidence)


MADE: Mapping[str, Made] = {
    "incident.done": about_a_stage("incident.done", "Record a stage as done", "Record", _can_be_recorded, _of_done),
    "incident.decide": about_a_stage("incident.decide", "Record a decision", "Record", is_to_be_decided, _of_decide),
    "incident.not-needed": about_a_stage(
        "incident.not-needed", "Say that a stage is not needed", "Record", any_open, _of_not_needed
    ),
    "incident.tick": about_a_stage("incident.tick", "Tick what is so", "Tick", can_be_ticked, _of_tick),
    "incident.view": about_a_stage("incident.view", "Record a partner's view", "Record", has_views, _of_view),
    "incident.reopen": about_a_stage("incident.reopen", "Open a stage again", "Open it again", has_ended, _nothing),
    "incident.fact": about_a_case(
        "incident.fact", "Record or correct a time", "Show what moves", _of_fact, "Record it"
    ),
    "incident.flag": about_a_case(
        "incident.flag", "Record what became known", "Show what changes", _of_flag, "Record it"
    ),
}
"""The maker of each action's step, by the action's name."""
