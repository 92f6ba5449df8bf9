"""What was filled into a form, kept and read again: sealed where the installation has keys; each sending is kept."""

import json

from storage.arrangements.forms import Filled, Given
from storage.records import returns
from storage.records.returns import DRAFT, Owed, Round
from storage.records.sealing import NotOpened

from .work import Work


def draft(work: Work, owed: Owed) -> Filled | None:
    """What is filled in and not yet sent; None where there is nothing, or no key opens it."""
    return _read(work, owed, DRAFT)


def sent(work: Work, owed: Owed, number: int | None = None) -> Filled | None:
    """What was sent in: the latest, or that number from 1. None where nothing was, or no key opens it."""
    return _read(work, owed, number or owed.sent) if owed.sent else None


def all_sent(work: Work, round_: Round) -> dict[str, Filled]:
    """What everybody in a round sent in last, by who; those who sent nothing, or whose no key opens, are not in it."""
    found = ((row.who, _opened(work, row)) for row in returns.latest_sent(work.scope, round_))
    return {who: content for who, content in found if content is not None}


def keep_draft(work: Work, owed: Owed, filled: Filled) -> None:
    """Keeps what is filled in so far, in the place of the draft before it."""
    _write(work, owed, DRAFT, filled)
    if owed.state == "nothing":
        owed.state = "draft"
        work.scope.session.add(owed)


def keep_sent(work: Work, owed: Owed, filled: Filled) -> int:
    """Keeps what is sent in under the next number, which it gives; the draft is gone."""
    owed.sent += 1
    _write(work, owed, owed.sent, filled)
    drop_draft(work, owed)
    work.scope.session.add(owed)
    return owed.sent


def drop_draft(work: Work, owed: Owed) -> None:
    """Removes the draft: it was sent in, or given up."""
    row = returns.filled(work.scope, owed, DRAFT)
    if row is not None:
        work.scope.session.delete(row)
        work.scope.session.flush()


def _write(work: Work, owed: Owed, number: int, filled: Filled) -> None:
    content: dict[str, object] = {id_: given.model_dump(mode="json") for id_, given in filled.items()}
    row = returns.filled(work.scope, owed, number) or returns.Filled(
        partnership=owed.partnership,
        report=owed.report,
        place=owed.place,
        who=owed.who,
        number=number,
        at=work.now,
    )
    row.sealed = work.seal.close(content) if work.seal is not None else ""
    row.plain = "" if work.seal is not None else json.dumps(content, ensure_ascii=False)
    row.person, row.at = work.actor.id, work.now
    work.scope.session.add(row)
    work.scope.session.flush()


def _read(work: Work, owed: Owed, number: int) -> Filled | None:
    row = returns.filled(work.scope, owed, number)
    return _opened(work, row) if row is not None else None


def _opened(work: Work, row: returns.Filled) -> Filled | None:
    if not row.sealed:
        content = json.loads(row.plain or "{}")
    else:
        try:
            content = work.seal.open(row.sealed) if work.seal is not None else None
        except NotOpened:
            content = None
    if content is None:
        return None
    return {id_: Given.model_validate(given) for id_, given in content.items()}
