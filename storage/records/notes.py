"""Lines for the daily note: nags do not send, they write a line for a person and a day."""

from collections import Counter
from datetime import date

from sqlalchemy import Index, func
from sqlmodel import Field, SQLModel, col, select

from .scope import Scope


class NoteLine(SQLModel, table=True):
    """One line of one person's note of one day. `key` is the duty's key, so nothing is said twice."""

    __tablename__ = "note_line"
    __table_args__ = (Index("note_line_day", "partnership", "person", "day"),)
    partnership: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    day: date
    kind: str
    post: str
    record: str
    text: str
    why: str = ""
    source: str = ""


def write(scope: Scope, line: NoteLine) -> bool:
    """Writes a line once; False when it is there already."""
    if scope.session.get(NoteLine, (line.partnership, line.person, line.key)) is not None:
        return False
    scope.session.add(line)
    scope.session.flush()
    return True


def of_day(scope: Scope, person: str, day: date) -> list[NoteLine]:
    """A person's lines of one day, in the order of their keys."""
    query = select(NoteLine).where(
        NoteLine.partnership == scope.partnership, NoteLine.person == person, NoteLine.day == day
    )
    return list(scope.session.exec(query.order_by(col(NoteLine.key))))


def has(scope: Scope, person: str, key: str) -> bool:
    """Whether a person has that line in a note, of whatever day."""
    return scope.session.get(NoteLine, (scope.partnership, person, key)) is not None


def count_since(scope: Scope, kind: str, day: date) -> Counter[str]:
    """On how many days from one on each person had a line of that kind in their note."""
    query = select(NoteLine.person, func.count(func.distinct(NoteLine.day))).where(
        NoteLine.partnership == scope.partnership, NoteLine.kind == kind, col(NoteLine.day) >= day
    )
    return Counter(dict(scope.session.exec(query.group_by(NoteLine.person)).all()))
