"""The process record of a case: every step, who knew when, what was met or is late because; for the scrutineer.

One list of parts feeds the page and the Word document alike. It holds references, times, posts and chosen words: what
was told of the case in facts, and words about it, stay sealed and are not in it. Reading changes nothing; that somebody
opened it is written down by the action `incident.look` (case_looks.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from storage.arrangements.clocks import Deadline
from storage.arrangements.counting import spoken
from storage.records import case_lists, incidents, ledger, outbox, tellings
from storage.records.incidents import Case, CaseStage
from storage.records.ledger import Entry
from storage.records.outbox import Outgoing
from templates.words import message_kinds

from . import merging
from .alerting import record_of
from .case_status import state_of
from .cases import deadlines_of, full_pathway, kind_of, pathway_of
from .catalogue import ACTIONS
from .message_table import ABOUT
from .notifying_checks import CAME_BY, WAKING
from .process_words import (
    WAYS,
    agency,
    began,
    ids_words,
    listed_words,
    merged_here,
    moment,
    moment_or_day,
    said_words,
    standing,
    who,
)
from .work import Work

Row = tuple[str, ...]
"""One cell for each column; lines within a cell are divided by line breaks."""


@dataclass(frozen=True)
class Part:
    """One table of the record, with its heading. `widths` are the columns' shares of the page, in hundredths.

    `words` stand above it; `nothing` stands in its place where it has no row. The first cell of a row is what the row
    is about.
    """

    id: str
    heading: str
    columns: Row
    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    nothing: str
    words: str = ""


@dataclass(frozen=True)
class ProcessRecord:
    """The record of one case as it stood at one time. All of it is words, local and in full.

    `notices` are what has to be known before anything else: that it was a drill, or is kept under another reference.
    """

    reference: str
    partnership: str
    kind: str
    made: str
    made_at: datetime
    notices: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.reference}: the process record"


def read(work: Work, case: Case) -> ProcessRecord:
    """The record of a case as it stands now. Whether the actor may see the case is asked before (case_lists.find)."""
    pathway = pathway_of(work, case)
    return ProcessRecord(
        reference=case.reference,
        partnership=began(work, case).arrangements.name,
        kind=pathway.name,
        made=moment(work, work.now),
        made_at=work.now,
        notices=tuple(_notices(work, case)),
        parts=(
            _about(work, case),
            _times(work, case),
            _agencies(work, case),
            _stages(work, case),
            _overdues(work, case),
            _decisions(work, case),
            _changes(work, case),
            _knew(work, case),
            _sent(work, case),
            _workings(work, case),
            _list(work, case),
            _steps(work, case),
            _proof(work, case),
        ),
    )


def _notices(work: Work, case: Case) -> Iterator[str]:
    if case.drill:
        yield "This was a drill: no incident happened, and the alerts were tried."
    if case.merged_into:
        yield f"This was told a second time, and is kept under {case.merged_into}."
    for reference in merged_here(work, case):
        yield f"{reference} was a second telling of the same, and is kept here."
    if case.emptied_at is not None:
        yield f"What was told of it in facts has been deleted ({moment(work, case.emptied_at)}). This record stays."


# What it is, and when it became known


def _about(work: Work, case: Case) -> Part:
    pathway = pathway_of(work, case)
    kind = kind_of(work, case)
    rows = [
        ("Reference", case.reference),
        ("Pathway", pathway.name),
        ("Kind", kind.name if kind else "not recorded"),
        ("Handled by", began(work, case).arrangements.title(pathway.handler)),
        ("How it came", _came(case)),
        ("Told by", _tellers(work, case)),
        ("Entered by", who(work, case.entered_by, case.opened_at)),
        ("How the alerts went out", _speed(work, case)),
        ("Guidance version", case.edition or "none: no stage of it is statutory"),
        ("Our arrangements", f"version {case.version}, under which it began and stays"),
        ("Closed", moment(work, case.closed_at) if case.closed_at else "not closed"),
    ]
    return Part("about", "What this is about", ("What", "As recorded"), (30, 70), tuple(rows), "")


def _came(case: Case) -> str:
    known = CAME_BY | {"chat": "in chat", "web": "on our own page", "form": "by form", "drill": "as a drill"}
    return known.get(case.came_by, case.came_by) or "not recorded"


def _tellers(work: Work, case: Case) -> str:
    return "\n".join(who(work, each, case.opened_at) for each in merging.notifiers(work, case)) or "not recorded"


def _speed(work: Work, case: Case) -> str:
    if case.wake_at is not None:
        return f"in silence by night, and aloud at {moment(work, case.wake_at)}"
    because = WAKING.get(case.woken_because, case.woken_because)
    return f"at once, because {because}" if because else "at once"


def _times(work: Work, case: Case) -> Part:
    known = {fact.id: fact for fact in full_pathway(pathway_of(work, case)).facts}
    rows = []
    for id_, text in sorted(case.facts.items(), key=lambda each: datetime.fromisoformat(each[1])):
        at, fact = datetime.fromisoformat(text), known.get(id_)
        day_alone = fact is not None and fact.date_only
        when = spoken(at.astimezone(work.terms.zone).date()) if day_alone else moment(work, at)
        rows.append((_first_large(fact.name if fact else id_), when))
    rows.append(("The secretariat had it", moment(work, case.received_at) if case.received_at else "not recorded"))
    rows.append(("It was entered here", moment(work, case.opened_at)))
    words = f"All times in this record are local ({work.terms.zone}). Corrections are under changes of facts."
    return Part("times", "When it became known", ("What", "When"), (60, 40), tuple(rows), "", words)


def _first_large(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


# Who knew when


def _agencies(work: Work, case: Case) -> Part:
    rows = [
        (
            agency(work, case, each.post),
            _first_large(standing(work, each)),
            moment(work, each.knows_child_at) if each.knows_child_at else "not recorded",
        )
        for each in tellings.of_case(work.scope, case.reference)
    ]
    words = (
        "Answered means that a named person said what they will do. Delivered, opened and seen are no answers. "
        "Which child is meant is not in this record."
    )
    columns = ("Agency", "How it stands", "Knew which child since")
    return Part("agencies", "How each agency stands", columns, (30, 45, 25), tuple(rows), "Nobody was told.", words)


def _knew(work: Work, case: Case) -> Part:
    rows = [
        (moment(work, said.at), agency(work, case, said.post), _first_large(said_words(work, case, said)))
        for said in tellings.said(work.scope, case.reference)
    ]
    columns = ("When", "Agency", "What happened")
    return Part("knew", "Who knew when", columns, (23, 29, 48), tuple(rows), "Nobody was told.")


def _sent(work: Work, case: Case) -> Part:
    records = [case.record, *(record_of(each) for each in tellings.of_case(work.scope, case.reference))]
    found = [row for record in records for row in outbox.about(work.scope, record, message_kinds())]
    rows = [
        (moment(work, row.created_at), who(work, row.person, row.created_at), _about_message(row), _went(work, row))
        for row in sorted(found, key=lambda row: row.id or 0)
    ]
    words = "Some messages are kept true: what they say changes with the case, and the time is that of the last words."
    columns = ("Made", "To", "What", "By which way")
    return Part("sent", "What was sent", columns, (23, 24, 30, 23), tuple(rows), "Nothing was sent.", words)


def _about_message(row: Outgoing) -> str:
    known = ABOUT.get(row.kind)
    return _first_large(known.what) if known else row.kind


def _went(work: Work, row: Outgoing) -> str:
    way = WAYS.get(row.door, row.door)
    if row.sent_at is not None:
        return f"{_first_large(way)}, {'kept true, last ' if row.shape == 'live' else ''}{moment(work, row.sent_at)}"
    match row.state:
        case "failed":
            return "Not delivered"
        case "dropped":
            return "Taken back before it went out"
    return "Not gone out yet"


# The clock


def _stages(work: Work, case: Case) -> Part:
    rows = [
        (deadline.name, _due(work, row, deadline), _stands(work, case, row, deadline))
        for row, deadline in deadlines_of(work, case)
    ]
    columns = ("Stage", "Due", "How it stands")
    nothing = "This has no stages."
    return Part("stages", "Stages and their dates", columns, (30, 32, 38), tuple(rows), nothing)


def _due(work: Work, row: CaseStage, deadline: Deadline) -> str:
    """The day that binds, and beside it the earliest and the latest way to read the document."""
    if deadline.due is None:
        return "no date"
    lines = [f"{_when(work, deadline.due)}{', provisional' if deadline.provisional and row.state == 'open' else ''}"]
    if deadline.earliest is not None and deadline.earliest != deadline.due:
        lines.append(f"earliest reading: {_when(work, deadline.earliest)}")
    if deadline.latest is not None and deadline.latest != deadline.due:
        lines.append(f"latest reading: {_when(work, deadline.latest)}")
    return "\n".join(lines)


_when = moment_or_day


def _stands(work: Work, case: Case, row: CaseStage, deadline: Deadline) -> str:
    lines = [_first_large(state_of(work, case, row, deadline))]
    if row.state == "done" and row.done_at is not None:
        lines.append(f"at {moment(work, row.done_at)}")
    if row.decided:
        lines.append(f"decided: {row.decided}")
    for check in full_pathway(pathway_of(work, case)).todo(row.stage).checks:
        lines.append(f"{'ticked' if check.id in row.ticked else 'not ticked'}: {check.name}")
    return "\n".join(lines)


def _workings(work: Work, case: Case) -> Part:
    ours = began(work, case).arrangements
    rows = []
    for _, deadline in deadlines_of(work, case):
        lines = [*deadline.working]
        if deadline.source:
            lines.append(f"Source: {deadline.source}")
        lines.append(f"Done by: {ours.title(deadline.owner)}")
        if deadline.told:
            lines.append(f"Told: {', '.join(ours.title(post) for post in deadline.told)}")
        rows.append((deadline.name, "\n".join(lines)))
    words = "From which fact each date counts, by which rule, what was counted and passed over, and every reading."
    columns = ("Stage", "Working")
    return Part("workings", "The working of each date", columns, (28, 72), tuple(rows), "This has no stages.", words)


def _overdues(work: Work, case: Case) -> Part:
    names = _todo_names(work, case)
    rows = [
        (
            names.get(each.stage, each.stage),
            moment_or_day(work, each.due),
            moment(work, each.noted_at),
            each.because or "no reason recorded",
        )
        for each in incidents.overdues(work.scope, case.reference)
    ]
    words = "A date that passed before its stage was done stays here, also where a fact was corrected later."
    columns = ("Stage", "Was due", "Noted", "Late because")
    nothing = "No date has passed unmet."
    return Part("overdue", "Dates that passed unmet", columns, (30, 24, 22, 24), tuple(rows), nothing, words)


def _todo_names(work: Work, case: Case) -> dict[str, str]:
    return {todo.id: todo.name for todo in full_pathway(pathway_of(work, case)).todos}


# Decisions


def _decisions(work: Work, case: Case) -> Part:
    names = _todo_names(work, case)
    decided = [row for row in incidents.stages(work.scope, case.reference) if row.decided]
    rows = [
        (
            names.get(row.stage, row.stage),
            began(work, case).arrangements.title(full_pathway(pathway_of(work, case)).todo(row.stage).owner),
            f"decided: {row.decided}",
            "",
            moment(work, row.done_at) if row.done_at else "not recorded",
        )
        for row in decided
    ]
    rows += [
        (
            names.get(view.stage, view.stage),
            f"{agency(work, case, view.post)}\n{who(work, view.person, view.at)}",
            f"{view.view}{', dissents' if view.dissents else ''}",
            view.because or "no reason recorded",
            moment(work, view.at),
        )
        for view in incidents.views(work.scope, case.reference)
    ]
    columns = ("Decision", "Who", "Decided, or thinks", "Because", "When")
    nothing = "Nothing has been decided."
    return Part("decisions", "Decisions and views", columns, (24, 26, 20, 16, 14), tuple(rows), nothing)


# Changes, the list, every step

CHANGES = ("incident.fact", "incident.flag", "incident.reopen", "incident.tick")
"""The actions by which what is known of a case changes after it has begun."""


def _changes(work: Work, case: Case) -> Part:
    entries = [each for each in ledger.about(work.scope, case.record) if each.action in CHANGES]
    columns = ("When", "Who", "What")
    words = "Each is an entry of the ledger. A date that had passed by then stays among those that passed unmet."
    nothing = "No fact was changed after it had begun."
    rows = tuple(_entry(work, case, each)[1:] for each in entries)
    return Part("changes", "Changes of facts", columns, (23, 33, 44), rows, nothing, words)


def _list(work: Work, case: Case) -> Part:
    rows = [
        (
            listed_words(work, case, each.who, each.since),
            moment(work, each.since),
            moment(work, each.until) if each.until else "still",
            _by(work, (each.added_by, each.agreed_by), each.since),
            _by(work, (each.ended_by,), each.until or each.since),
        )
        for each in case_lists.ever(work.scope, case.reference)
    ]
    words = "Whoever covers or deputises for a post on it may know of the case on those days, and nobody else."
    columns = ("Who", "From", "Until", "Put on by", "Taken off by")
    nothing = "Nobody was on its list."
    return Part("list", "Who may know of it", columns, (25, 22, 22, 17, 14), tuple(rows), nothing, words)


def _by(work: Work, ids: Iterable[str], at: datetime) -> str:
    return "\n".join(who(work, id_, at) for id_ in ids if id_)


def _steps(work: Work, case: Case) -> Part:
    rows = tuple(_entry(work, case, each) for each in ledger.about(work.scope, case.record))
    words = "Every entry of the ledger about this case, by its number in the chain, also who opened this record."
    columns = ("Entry", "When", "Who", "What")
    return Part("steps", "Every step", columns, (8, 23, 28, 41), rows, "There is no entry about it.", words)


def _entry(work: Work, case: Case, entry: Entry) -> tuple[str, str, str, str]:
    about = {name: _action_words(value) if name in _NAMES_ACTIONS else value for name, value in entry.ids.items()}
    more = ids_words(work, case, about, entry.at)
    words = _first_large(_action_words(entry.action))
    by = who(work, entry.actor, entry.at)
    return str(entry.seq), moment(work, entry.at), by, f"{words} ({more})" if more else words


_NAMES_ACTIONS = ("agreed", "refused", "withdrawn")
"""Ids of entries that name what was proposed."""


def _action_words(name: object) -> str:
    """What an action does, in words; the name of one that is no more."""
    known = ACTIONS.get(str(name))
    return known.words if known else str(name)


# That nobody changed it


def _proof(work: Work, case: Case) -> Part:
    head = ledger.head(work.scope)
    count = head.partition(":")[0]
    about = len(ledger.about(work.scope, case.record))
    rows = (
        ("Head of the chain", head),
        ("Entries in the chain", f"{count}, {about} of them about this case"),
        ("As it stood", moment(work, work.now)),
        ("To verify", f"convenor audit verify {work.scope.partnership} --head {head}"),
    )
    words = (
        "Each entry of the ledger is sealed over the one before it, with a key that is not in the database. Whoever "
        "administers this bot can verify at any time that the chain still holds the entry below with this seal: then "
        "nothing up to it has been changed, put in or taken out since this record was made."
    )
    return Part("proof", "That nobody changed it", ("What", "As it stood"), (25, 75), rows, "", words)
