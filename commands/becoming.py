"""What a form turns into once it is sent in; what the next one begins with is in next_forms.py.

Rows of questions that become "actions" enter the register, "escalations" stand on the next agenda of the group that
receives the form, and "promises" are asked after in the next form. Sent in again, only the differences count: what was
entered before is followed, and what was taken out is withdrawn.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from storage.arrangements.forms import Form, Given, Question
from storage.arrangements.phrases import counted, listed
from storage.records import raised
from storage.records.raised import Raised
from storage.records.registers import Item
from storage.records.returns import Owed, Round

from . import registers as actions
from .business_rows import OF_RAISED, Promised, apart, as_text, becoming, is_cut_from, known_of, promised_in, rows_of
from .naming import plain
from .next_forms import carried_forward
from .standing import meeting_of, standing
from .words import long_day
from .work import Work

__all__ = ["carried_forward", "sent_in", "standing", "taken_back"]


def sent_in(work: Work, round_: Round, owed: Owed, form: Form, filled: Mapping[str, Given]) -> str:
    """Has what was sent in become business; returns it in words for the answer, empty where nothing did.

    The row of `owed` must be held by this transaction. Called again for the same, it changes only what differs.
    """
    told = [*_actions(work, round_, owed, form, filled), *_escalations(work, round_, owed, form, filled)]
    return "\n".join(told)


def taken_back(work: Work, round_: Round, owed: Owed) -> str:
    """Withdraws what became of a form whose sending is taken back; returns it in words, empty where nothing did."""
    told = [*_withdrawn(work, _open_of(work, owed)), *_no_longer_raised(work, _raised_of(work, owed), "taken back")]
    return "\n".join(told)


# Actions


def _actions(work: Work, round_: Round, owed: Owed, form: Form, filled: Mapping[str, Given]) -> Iterator[str]:
    rows = [
        promised_in(work, owed, question, row)
        for question in becoming(form, "actions")
        for row in rows_of(question, filled.get(question.id, Given()))
    ]
    rows = [row for row in rows if row.title]
    entered: list[Item] = []
    done: list[Item] = []
    moved: list[str] = []
    taken: set[str] = set()
    known = _matched(rows, known_of(work, owed), owed)
    for number, row in enumerate(rows):
        item = known.get(number)
        if item is None:
            item = actions.enter(
                work, title=row.title, owner=row.owner, due=row.due, group=round_.group, came_from=owed.record
            )
            entered.append(item)
        else:
            moved += _followed(work, item, row, owed)
        taken.add(item.record)
        if row.done and item.state == "open":
            actions.close(work, item, "done", row.effect)
            done.append(item)
    if entered:
        yield f"{_some(len(entered), 'action')} entered: {_numbers(entered)}."
    if done:
        yield f"{_some(len(done), 'action')} closed as done: {_numbers(done)}."
    yield from moved
    yield from _withdrawn(work, [item for item in _open_of(work, owed) if item.record not in taken])


def _matched(rows: Sequence[Promised], known: Sequence[Item], owed: Owed) -> dict[int, Item]:
    """Which row is about which action: by the number before it, else by its words, else by its owner and day."""
    found: dict[int, Item] = {}
    left = {item.record: item for item in known}

    def take(fits: Callable[[Promised, Item], bool]) -> None:
        for number, row in enumerate(rows):
            item = next((each for each in left.values() if fits(row, each)), None) if number not in found else None
            if item is not None:
                found[number] = left.pop(item.record)

    def mine(item: Item) -> bool:
        return item.came_from == owed.record

    take(lambda row, item: row.number == item.number)
    take(lambda row, item: row.number is None and plain(row.title) == plain(item.title) and mine(item))
    take(lambda row, item: row.number is None and plain(row.title) == plain(item.title) and item.state == "open")
    take(lambda row, item: mine(item) and item.state == "open" and (row.owner, row.due) == (item.owner, item.due))
    return found


def _followed(work: Work, item: Item, row: Promised, owed: Owed) -> Iterator[str]:
    """Brings an action that is known to what its row says; one that was withdrawn with the form comes back."""
    mine = item.came_from == owed.record
    if mine and item.state == "withdrawn":
        actions.open_again(work, item)
        yield f"Action {item.number} is open again."
    if item.state != "open":
        return
    if mine and not is_cut_from(row.title, item.title):
        item.title = row.title
        work.scope.session.add(item)
    due = row.due or item.due
    if due != item.due and due is not None:
        yield f"Action {item.number} is due on {long_day(due)} from now on."
    if row.owner != item.owner:
        yield f"Action {item.number} is now for the {work.arrangements.title(row.owner)}."
    actions.follow(work, item, owner=row.owner, due=due)


def _open_of(work: Work, owed: Owed) -> list[Item]:
    """The open actions that came from this one form."""
    return [each for each in actions.promised_by(work, owed.who) if each.came_from == owed.record
            and each.state == "open"]  # fmt: skip


def _withdrawn(work: Work, items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        actions.close(work, item, "withdrawn")
    if items:
        yield f"{_some(len(items), 'action')} withdrawn: {_numbers(items)}."


# Escalations


def _escalations(work: Work, round_: Round, owed: Owed, form: Form, filled: Mapping[str, Given]) -> Iterator[str]:
    mine = {each.record: each for each in _raised_of(work, owed)}
    others = {each.number: each for each in raised.every(work.scope, who=owed.who)}
    new: list[Raised] = []
    for question in becoming(form, "escalations"):
        for row in rows_of(question, filled.get(question.id, Given())):
            number, text = apart(OF_RAISED, as_text(question, row))
            if not text:
                continue
            found = others.get(number) if number is not None else _same(mine.values(), question, text)
            if found is not None and not is_cut_from(text, found.text):
                found.text = text
                work.scope.session.add(found)
            if found is None:
                found = raised.add(
                    work.scope,
                    group=round_.group,
                    who=owed.who,
                    text=text,
                    now=work.now,
                    came_from=owed.record,
                    question=question.id,
                )
                new.append(found)
            mine.pop(found.record, None)
    if new:
        yield _stands(work, new)
    yield from _no_longer_raised(work, list(mine.values()), "taken out of the report")


def _same(among: Iterable[Raised], question: Question, text: str) -> Raised | None:
    return next((each for each in among if each.question == question.id and plain(each.text) == plain(text)), None)


def _raised_of(work: Work, owed: Owed) -> list[Raised]:
    """What is open and came from this one form, wherever it stands now."""
    return [each for each in raised.every(work.scope, who=owed.who) if each.came_from == owed.record]


def _no_longer_raised(work: Work, rows: Sequence[Raised], outcome: str) -> Iterator[str]:
    for row in rows:
        row.state, row.outcome, row.closed_at = "closed", outcome, work.now
        work.scope.session.add(row)
        work.release(row.record, ("what-came-of",), outcome)
    if rows:
        yield f"{_some(len(rows), 'escalation')} withdrawn: {_numbers(rows)}."


def _stands(work: Work, new: Sequence[Raised]) -> str:
    """Where what was raised stands from now on."""
    which = "1 escalation" if len(new) == 1 else f"{len(new)} escalations"
    verb = "stands" if len(new) == 1 else "stand"
    group = work.arrangements.groups_by_id.get(new[0].group)
    if group is None:
        return f"{which} {verb} on the business manager's list: {_numbers(new)}."
    meeting = meeting_of(work, new[0])
    if meeting is None:
        return f"{which} {verb} with the {group.name}, which has no meeting ahead: {_numbers(new)}."
    return f"{which} {verb} on the agenda of the {group.name} of {long_day(meeting.day)}: {_numbers(new)}."


def _some(number: int, what: str) -> str:
    return f"1 {what} is" if number == 1 else f"{counted(number, what)} are"


def _numbers(rows: Sequence[Item] | Sequence[Raised]) -> str:
    return listed([str(row.number) for row in rows])
