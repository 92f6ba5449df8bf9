"""Personal links to the page where one who owes answers: one for each person and return, good as long as it is of use.

The page asks for no code: whoever has the letter may answer, which is what the letter is for (docs/reports.md).
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from storage.records import links, returns
from storage.records.links import Link
from storage.records.returns import Owed, Round

from . import respondents, returning_opened
from .work import Work

PURPOSE = "return"

AFTER_DUE = timedelta(days=60)
"""How long after the day it is due, and after a round was closed, the page can still be seen; chosen."""


def link_for(work: Work, owed: Owed, person: str) -> tuple[str, str]:
    """The id of somebody's link for what is owed, made where there is none that still leads there; it has no code."""
    round_ = returns.find(work.scope, owed.report, owed.place)
    assert round_ is not None, "what is owed belongs to a round"
    return links_for(work, round_, [(owed, person)])[owed.record, person], ""


def links_for(work: Work, round_: Round, pairs: Sequence[tuple[Owed, str]]) -> dict[tuple[str, str], str]:
    """The same for many of one round at one go: the links' ids, by what is owed and whose it is."""
    existing = links.open_of(work.scope, {person for _, person in pairs}, work.now, PURPOSE)
    found = {(link.record, link.person): link.id for link in existing}
    wanted: dict[tuple[str, str], str] = {}
    for owed, person in pairs:
        key = (owed.record, person)
        if key not in found:
            new = _new(work, round_, owed, person)
            work.scope.session.add(new)
            found[key] = new.id
        wanted[key] = found[key]
    work.scope.session.flush()
    return wanted


def _new(work: Work, round_: Round, owed: Owed, person: str) -> Link:
    due = datetime.combine(returns.due_day(round_, owed), datetime.max.time(), work.terms.zone).astimezone(UTC)
    return Link(
        id=secrets.token_urlsafe(16),
        partnership=work.scope.partnership,
        person=person,
        purpose=PURPOSE,
        record=owed.record,
        made_at=work.now,
        expires_at=max(due.replace(microsecond=0), work.now) + AFTER_DUE,
    )


def leads_somewhere(work: Work, link: Link) -> bool:
    """Whether a link's person may still answer, sign off or look at what was sent in: some time after it was closed."""
    owed = returns.owed_of_record(work.scope, link.record)
    round_ = returns.of_record(work.scope, link.record)
    if owed is None or round_ is None or round_.state == "cancelled":
        return False
    if round_.closed_at is not None and work.now - round_.closed_at > AFTER_DUE:
        return False
    return _answers_or_signs(work, link.person, owed)


def _answers_or_signs(work: Work, person: str, owed: Owed) -> bool:
    if respondents.may_answer(work, person, owed):
        return True
    opened = returning_opened.find(work, owed.model_dump())
    return opened is not None and returning_opened.may_sign(work, person, opened)


def end_of_leaver(work: Work, person: str) -> None:
    """Ends somebody's links to what they neither answer for nor sign off any more; one who comes back gets new ones."""
    for link in links.open_of(work.scope, [person], work.now, PURPOSE):
        owed = returns.owed_of_record(work.scope, link.record)
        if owed is None or not _answers_or_signs(work, person, owed):
            link.revoked_at = work.now
            work.scope.session.add(link)
    work.scope.session.flush()


def others_of(work: Work, link: Link) -> list[tuple[Link, Owed]]:
    """What else the person of a link has a link for, so that its page leads to all that one letter was about."""
    found = []
    for other in links.open_of(work.scope, [link.person], work.now, PURPOSE):
        owed = returns.owed_of_record(work.scope, other.record)
        if other.id != link.id and owed is not None and leads_somewhere(work, other):
            found.append((other, owed))
    return found
