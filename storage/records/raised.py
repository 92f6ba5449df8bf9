"""What was raised in a report: it stands on the next agenda of whoever receives it, until it is dealt with there."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, select

from .columns import UtcTime
from .scope import Scope


class Raised(SQLModel, table=True):
    """An escalation or blockage. `group` is where it stands now, `came_from` what was sent in ("owed:…").

    `who` raised it, as in what is owed; `sent_on_from` is the group that sent it on, `carried_by` the post that
    carries it. `state`: open or closed, with what came of it in `outcome`. `told_now_at`: a chair was told at once.
    """

    __tablename__ = "raised"
    partnership: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    group: str
    who: str
    came_from: str = ""
    question: str = ""
    text: str
    state: str = "open"
    outcome: str = ""
    sent_on_from: str = ""
    carried_by: str = ""
    raised_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    told_now_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))

    @property
    def record(self) -> str:
        """The key of this as a record."""
        return f"raised:{self.number}"


def find(scope: Scope, number: int) -> Raised | None:
    """What was raised under that number."""
    return scope.session.get(Raised, (scope.partnership, number))


def every(
    scope: Scope, *, group: str | None = None, who: str | None = None, state: str | None = "open"
) -> list[Raised]:
    """What stands with a group, or was raised by one; open or all; in the order in which it was raised."""
    query = select(Raised).where(Raised.partnership == scope.partnership)
    if group is not None:
        query = query.where(Raised.group == group)
    if who is not None:
        query = query.where(Raised.who == who)
    if state is not None:
        query = query.where(Raised.state == state)
    return list(scope.session.exec(query.order_by(col(Raised.number))))


def add(
    scope: Scope, *, group: str, who: str, text: str, now: datetime, came_from: str = "", question: str = ""
) -> Raised:
    """Enters what was raised under the next number."""
    query = select(Raised.number).where(Raised.partnership == scope.partnership)
    latest = scope.session.exec(query.order_by(col(Raised.number).desc())).first()
    row = Raised(
        partnership=scope.partnership,
        number=(latest or 0) + 1,
        group=group,
        who=who,
        text=text,
        came_from=came_from,
        question=question,
        raised_at=now,
    )
    scope.session.add(row)
    scope.session.flush()
    return row
