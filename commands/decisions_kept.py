"""The record of a decision: what is decided and by which rule, frozen when it is asked, and why a seat disagrees.

The words are sealed where the installation has keys. A digest of all that was frozen, and one of how it was closed,
stand in the ledger, so that a change made past this bot shows. Nothing here changes a question that was asked.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from storage.arrangements.decisions import Result
from storage.records import ledger, meetings, polls
from storage.records.columns import canonical
from storage.records.polls import Poll, Seat, SeatSaid
from storage.records.sealing import NotOpened

from .work import Work

UNREADABLE = "(These words cannot be read: the key with which they were sealed is not set.)"

Between = Literal["yes", "not said", "at a meeting", "sent on"]
"""How it stands to the group's meetings: it may decide between them, nothing is said of that, it was taken at one; or
it was sent on to those whom the arrangements name for that."""

Dealt = Literal["", "ratified", "not ratified", "dealt with"]


class Rule(BaseModel):
    """By which rule it is decided, as the arrangements were when it was asked.

    `says_who`: they say of every seat that is asked whether it decides. `undecided` are the seats of which they leave
    open whether a deputy decides. `sent_on_from` is the place of the decision that came to nothing and led to this one.
    """

    model_config = ConfigDict(frozen=True)

    by: Literal["consensus", "not said"] = "not said"
    failing: tuple[str, ...] = ()
    recommends: bool = False
    between: Between = "not said"
    says_who: bool = True
    undecided: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    sent_on_from: str = ""


class Ended(BaseModel):
    """What came of a decision: the result, where it was sent on to, and what a meeting made of it."""

    model_config = ConfigDict(frozen=True)

    result: Result
    by_time: bool = False
    sent_on_to: str = ""
    dealt: Dealt = ""


def rule(poll: Poll) -> Rule:
    """The rule that was frozen."""
    return Rule.model_validate(poll.question["rule"])


def ended(poll: Poll) -> Ended | None:
    """What came of it; None while it is open, and where it was withdrawn."""
    return Ended.model_validate(poll.outcome) if poll.outcome else None


def proposal(work: Work, poll: Poll) -> str:
    """What is to be decided, as it was asked."""
    return _opened(work, poll.sealed, poll.question).get("text") or UNREADABLE


def why(work: Work, poll: Poll) -> str:
    """Why it was withdrawn or not ratified, or what came of it at a meeting; empty where nothing was said."""
    content = _opened(work, poll.sealed, poll.question)
    return content.get("why", "") if content else UNREADABLE


def ratified_on(work: Work, poll: Poll) -> date | None:
    """The day of the meeting that ratified it or dealt with it."""
    row = meetings.find(work.scope, poll.group, poll.ratified) if poll.ratified else None
    return row.day if row is not None else None


def reason(work: Work, said: Seat | SeatSaid) -> str:
    """Why a seat answers so; empty where it gives no reason."""
    if not said.sealed:
        return said.because
    return _opened(work, said.sealed, {}).get("because") or UNREADABLE


def freeze(work: Work, poll: Poll, text: str, by: Rule) -> None:
    """Puts what is asked into a new poll, for good."""
    content = {"text": text, "salt": secrets.token_hex(16)}
    poll.question = {"rule": by.model_dump(mode="json")}
    _close(work, poll, content)


def say_why(work: Work, poll: Poll, words: str) -> None:
    """Keeps why it was withdrawn or not ratified, or what came of it, beside what was asked, which stays."""
    content = _opened(work, poll.sealed, poll.question)
    if content:
        _close(work, poll, content | {"why": words})


def as_stored(work: Work, words: str) -> tuple[str, str]:
    """A reason as it is stored with an answer, in plain and sealed: one of them, by whether there are keys."""
    if not words or work.seal is None:
        return words, ""
    return "", work.seal.close({"because": words})


def _close(work: Work, poll: Poll, content: Mapping[str, str]) -> None:
    plain = {name: value for name, value in poll.question.items() if name == "rule"}
    poll.sealed = work.seal.close(content) if work.seal is not None else ""
    poll.question = plain if work.seal is not None else {**plain, **content}
    work.scope.session.add(poll)


def _opened(work: Work, sealed: str, plain: Mapping[str, object]) -> dict[str, str]:
    """What is sealed, or stands there in plain; empty where no key opens it."""
    if not sealed:
        return {name: str(value) for name, value in plain.items() if name != "rule"}
    try:
        return {name: str(value) for name, value in work.seal.open(sealed).items()} if work.seal is not None else {}
    except NotOpened:
        return {}


# Whether it is as it was


def digest(work: Work, poll: Poll) -> str:
    """A digest of what was frozen: the words, the rule, and which seats were asked; nobody can guess words from it."""
    content = _opened(work, poll.sealed, poll.question)
    seats = [[each.post, each.decides] for each in polls.seats(work.scope, poll)]
    frozen = [content.get("text", ""), content.get("salt", ""), poll.question["rule"], poll.version, seats]
    return _hashed(frozen)


def closing_digest(work: Work, poll: Poll) -> str:
    """A digest of the whole as it was closed: what was frozen, every answer with its reason, and the result."""
    found = ended(poll)
    said = [
        [each.post, each.number, each.value, reason(work, each), each.person, each.at.isoformat()]
        for seat in polls.seats(work.scope, poll)
        for each in polls.said(work.scope, poll, seat.post)
    ]
    stands = [[each.post, each.value, each.answers] for each in polls.seats(work.scope, poll)]
    return _hashed([digest(work, poll), said, stands, found.result if found is not None else ""])


def is_as_it_was(work: Work, poll: Poll) -> bool:
    """Whether what was frozen, and how it was closed, still has the digest that the ledger holds since then."""
    asked = _holds(work, poll.opened_at, digest(work, poll))
    if ended(poll) is None or poll.closed_at is None:
        return asked
    return asked and _holds(work, poll.closed_at, closing_digest(work, poll))


def _holds(work: Work, at: datetime, wanted: str) -> bool:
    return any(wanted in canonical(entry.ids) for entry in ledger.made_at(work.scope, at))


def _hashed(content: object) -> str:
    return hashlib.sha256(canonical(json.loads(json.dumps(content))).encode()).hexdigest()
