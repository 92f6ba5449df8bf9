"""The pack for a meeting as one list of headings, texts, points and tables, which page and Word show alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from storage.arrangements.phrases import counted, listed

from .packs_for_meetings import Answer, Doing, Pack, Report, Reported

Kind = Literal["heading", "name", "section", "question", "text", "point", "notice", "table"]
"""A heading of the pack, who reported, a section of their form, a question, a paragraph, a point of a list, something
to be known first, or a table."""


@dataclass(frozen=True)
class Block:
    """One piece. A table has the `words` as its name, its columns with their shares of the page, and its rows."""

    kind: Kind
    words: str
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def blocks(pack: Pack) -> tuple[Block, ...]:
    """The whole pack, in the order in which it is read."""
    return tuple(_blocks(pack))


def _blocks(pack: Pack) -> Iterator[Block]:
    for notice in pack.notices:
        yield Block("notice", notice)
    yield Block("heading", "What is missing")
    if not pack.reports:
        yield Block("text", "No report is owed for this meeting.")
    elif not pack.missing:
        yield Block("text", "Nothing is missing.")
    yield from _points(pack.missing)
    for report in pack.reports:
        yield from _report(report)
    yield Block("heading", "Raised for this meeting")
    yield from _points(pack.raised) if pack.raised else [Block("text", "Nothing is raised.")]
    yield Block("heading", "Actions that are open")
    yield _doing("Actions that are open", pack.doing) if pack.doing else Block("text", "No action is open.")
    if pack.done:
        yield Block("heading", "Actions done since the last meeting")
        yield _doing("Actions done since the last meeting", pack.done)
    if pack.items:
        yield Block("heading", "On every agenda")
        yield from _points(pack.items)


def _points(lines: Sequence[str]) -> Iterator[Block]:
    return (Block("point", line) for line in lines)


def _report(report: Report) -> Iterator[Block]:
    of = len(report.received) + len(report.missing)
    yield Block("heading", report.name)
    yield Block("text", f"Due on {report.due}. {len(report.received)} of {counted(of, 'report')} in.")
    if report.by_exception:
        yield Block("text", f"Nothing by exception: {listed(list(report.by_exception))}.")
    yield from _points([*report.missing, *report.not_theirs])
    for each in report.received:
        yield from _reported(each)


def _reported(each: Reported) -> Iterator[Block]:
    yield Block("name", each.name)
    yield Block("text", f"{each.how[:1].upper()}{each.how[1:]}.")
    if each.nothing:
        yield Block("text", each.nothing)
    for part in each.parts:
        yield Block("section", part.title)
        for answer in part.answers:
            yield from _answer(answer)


def _answer(answer: Answer) -> Iterator[Block]:
    yield Block("question", answer.question)
    if answer.rows and len(answer.columns) <= MOST_COLUMNS:
        yield Block("table", answer.question, answer.columns, (1,) * len(answer.columns), answer.rows)
        return
    yield from (Block("text", line) for line in answer.answer.splitlines() if line.strip())


MOST_COLUMNS = 6
"""The columns that fit on a page; what has more is said in lines."""


def _doing(name: str, actions: Sequence[Doing]) -> Block:
    columns = ("Number", "What", "Who", "By when", "How it stands", "Where from")
    rows = tuple((str(a.number), a.title, a.owner, a.due, a.stands, a.origin or "entered by hand") for a in actions)
    return Block("table", name, columns, (11, 25, 16, 12, 18, 18), rows)
