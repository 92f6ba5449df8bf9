"""What a form begins with: open actions, what became of what was promised last time, and what is still blocked."""

from collections.abc import Iterator, Mapping, Sequence

from storage.arrangements.forms import Filled, Form, Given, Question
from storage.records import raised, returns
from storage.records.raised import Raised
from storage.records.registers import Item
from storage.records.returns import Owed, Round

from . import registers as actions
from . import return_contents, return_forms
from .business_rows import as_row, as_text, becoming, known_of, numbered, rows_of
from .words import short_day
from .work import Work


def carried_forward(work: Work, round_: Round, owed: Owed, form: Form) -> Filled:
    """What a new form begins with: their open actions, what became of what they promised, what is still blocked.

    A row about something that is known already begins with its number ("Action 4: …"); it stays what it is, and is
    not entered again when the form is sent in. Questions for which there is nothing are left out.
    """
    before = _before(work, round_, owed)
    found: Filled = {}
    for question in form.questions():
        given = Given()
        if question.fills == "open actions":
            given = _filled(question, [_action_row(work, question, item) for item in _open_actions(work, owed)])
        elif question.fills == "still blocked":
            given = _filled(question, [_raised_row(question, row) for row in raised.every(work.scope, who=owed.who)])
        elif question.fills == "last promises" and before is not None:
            given = _lines(question, _last_promises(work, before))
        if not given.is_empty:
            found[question.id] = given
    return found


def _open_actions(work: Work, owed: Owed) -> list[Item]:
    return [item for item in known_of(work, owed) if item.state == "open"]


def _action_row(work: Work, question: Question, item: Item) -> Mapping[str, str]:
    titled = numbered(question, f"Action {item.number}", item.title)
    # Who does it is left out where it is whoever answers for an agency: no post of the arrangements.
    owner = item.owner if item.owner in work.arrangements.posts_by_id else ""
    values = {"person": owner, "date": item.due.isoformat() if item.due else ""}
    row = {column.id: values[column.kind] for column in question.rows if column.kind in values}
    return _with_first(question, row, titled)


def _raised_row(question: Question, row: Raised) -> Mapping[str, str]:
    parts = as_row(question, row.text)
    first = next((column.id for column in question.rows if column.kind in ("short", "long")), "")
    return parts | {first: numbered(question, f"Raised {row.number}", parts.get(first, ""))}


def _with_first(question: Question, row: Mapping[str, str], text: str) -> Mapping[str, str]:
    first = next((column.id for column in question.rows if column.kind in ("short", "long")), "")
    return {first: text, **row}


def _filled(question: Question, rows: Sequence[Mapping[str, str]]) -> Given:
    """Rows as an answer; one line each where the question is answered by a text."""
    if question.rows:
        kept = [{name: value for name, value in row.items() if value} for row in rows[: question.most]]
        return Given(rows=tuple(kept))
    return _lines(question, [row[""] for row in rows])


def _lines(question: Question, lines: Sequence[str]) -> Given:
    """Lines as an answer, as many of them as the question has room for; a row each where it is answered in rows."""
    if question.rows:
        return Given(rows=tuple(_with_first(question, {}, line) for line in lines[: question.most]))
    kept: list[str] = []
    for line in lines:
        if len("\n".join([*kept, line])) > question.longest:
            break
        kept.append(line)
    return Given(value="\n".join(kept))


def _before(work: Work, round_: Round, owed: Owed) -> Owed | None:
    """What the same ones sent in last, in a round of the same return that was due before this one."""
    for each in reversed(returns.rounds(work.scope, round_.report)):
        if each.place == round_.place or (each.due, each.place) >= (round_.due, round_.place):
            continue
        row = returns.owed(work.scope, each.report, each.place, owed.who)
        if row is not None and row.sent:
            return row
    return None


def _last_promises(work: Work, before: Owed) -> list[str]:
    """What was promised last time, and what became of each action."""
    lines = [*_promises_said(work, before)]
    lines += [_became(work, item) for item in actions.promised_by(work, before.who) if item.came_from == before.record]
    return lines


def _promises_said(work: Work, before: Owed) -> Iterator[str]:
    round_ = returns.of_record(work.scope, before.record)
    sent = return_contents.sent(work, before)
    if round_ is None or sent is None:
        return
    for question in becoming(return_forms.as_opened(round_), "promises"):
        for row in rows_of(question, sent.get(question.id, Given())):
            text = as_text(question, row) if question.rows else row[""]
            yield " ".join(text.split())


def _became(work: Work, item: Item) -> str:
    head = f"Action {item.number}, {item.title}:"
    if item.state == "done":
        on = f" on {short_day(item.closed_at.astimezone(work.terms.zone).date())}" if item.closed_at else ""
        return f"{head} done{on}{f'; what it changed: {item.effect}' if item.effect else ''}"
    if item.state != "open":
        return f"{head} {item.state}"
    late = item.due is not None and item.due < work.today
    due = "open, no date" if item.due is None else f"{'overdue since' if late else 'open, due'} {short_day(item.due)}"
    return f"{head} {due}{f'; {item.said}' if item.said else ''}"
