"""A case as it stands: its pathway, its deadlines, what was told of it. Nothing here changes anything."""

from collections.abc import Mapping
from datetime import date, datetime

from storage.arrangements import clocks
from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import Kind, Pathway
from storage.records import incidents
from storage.records.incidents import Case, CaseStage
from storage.records.sealing import NotOpened

from . import terms
from .definitions import pack
from .refusals import Refusal, Refused
from .terms import Terms
from .words import certain_hour, long_day
from .work import Work

AHEAD = ("publish", "meeting")
"""Facts that are planned, so that their time may lie ahead."""


def full_pathway(pathway: Pathway) -> Pathway:
    """The pathway with its own stages, or with the current rule pack's where the arrangements declare none."""
    return clocks.whole(pathway, pack())


def terms_of(work: Work, case: Case) -> Terms:
    """The terms under which a case began: mostly those in force, which are at hand."""
    return work.terms if work.terms.version == case.version else terms.of(work.scope, case.version)


def pathway_of(work: Work, case: Case) -> Pathway:
    """The pathway of a case in the version of the arrangements under which it began."""
    return terms_of(work, case).arrangements.pathway(case.pathway)


def kind_of(work: Work, case: Case) -> Kind | None:
    """The kind of incident that a case is, where its pathway has kinds."""
    return full_pathway(pathway_of(work, case)).kind(case.kind)


def deadlines_of(work: Work, case: Case) -> list[tuple[CaseStage, Deadline]]:
    """The stages and tasks of a case, each with its deadline, in their order, by the version it began under."""
    rows = {row.stage: row for row in incidents.stages(work.scope, case.reference)}
    if not rows:
        return []
    began = terms_of(work, case)
    facts: Mapping[str, date | datetime] = {
        name: datetime.fromisoformat(text).astimezone(began.zone) for name, text in case.facts.items()
    }
    found = clocks.clock(began.arrangements, case.pathway, facts, began.working_days, pack())
    found += clocks.tasks(began.arrangements, case.pathway, pack(), found)
    return sorted(((rows[d.stage], d) for d in found if d.stage in rows), key=lambda pair: pair[0].place)


def is_past(work: Work, deadline: Deadline) -> bool:
    """Whether a deadline has passed: a day when it is over, an hour when it has struck."""
    if deadline.due is None:
        return False
    if isinstance(deadline.due, datetime):
        return deadline.due < work.now
    return deadline.due < work.today


def due_words(work: Work, deadline: Deadline) -> str:
    """A deadline as people read it, local."""
    if deadline.due is None:
        return "no date yet"
    if isinstance(deadline.due, datetime):
        local = deadline.due.astimezone(work.terms.zone)
        return f"{local:%H:%M} on {long_day(local.date())}"
    return long_day(deadline.due)


def clock_words(work: Work, at: datetime) -> str:
    """A time as people read it, local: the hour alone where it is today; of an hour that comes twice, which one."""
    local = at.astimezone(work.terms.zone)
    return certain_hour(local) if local.date() == work.today else f"{certain_hour(local)} on {long_day(local.date())}"


def check_times(work: Work, facts: Mapping[str, datetime]) -> None:
    """Raises Refused for each time without a zone, and for each that lies ahead though it has to have happened."""
    problems = []
    for name, at in facts.items():
        if at.tzinfo is None:
            problems.append(Refusal("This time needs its zone.", f"facts.{name}"))
        elif name not in AHEAD and at > work.now:
            problems.append(Refusal("This lies ahead.", f"facts.{name}", "Give the time at which it happened."))
    if problems:
        raise Refused(*problems)


def facts_told(work: Work, case: Case) -> dict[str, object]:
    """What was told of a case in structured facts; empty where nothing was, or where it is no longer kept.

    Raises Refused where it cannot be opened with the keys that are set.
    """
    if not case.sealed:
        return {}
    if work.seal is None:
        raise Refused("What was told of this case cannot be opened: no encryption key is set.")
    try:
        return work.seal.open(case.sealed)
    except NotOpened:
        raise Refused("What was told of this case cannot be opened with the encryption keys that are set.") from None


def owner_of(work: Work, pathway: Pathway, deadline: Deadline) -> str:
    """The post that sees to a stage: its owner, whoever stands in while that post is vacant, else the handler."""
    posts = work.arrangements.posts_by_id
    if deadline.owner not in posts:
        return pathway.handler
    stand_in = posts[deadline.owner].stand_in
    return stand_in if stand_in and work.reach(deadline.owner)[1] else deadline.owner


def is_vacant(work: Work, pathway: Pathway, deadline: Deadline) -> bool:
    """Whether nobody at all sees to a stage: nobody is in its post, and nobody stands in."""
    return deadline.owner in work.arrangements.posts_by_id and work.reach(owner_of(work, pathway, deadline))[1]
