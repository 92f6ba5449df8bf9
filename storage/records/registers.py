"""Items of registers: actions with an owner and a due date, and what became of them."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel, col, select

from .columns import UtcTime
from .scope import Scope


class Item(SQLModel, table=True):
    """One item. `book` is the register that holds it; `number` counts up within it; `owner` is a post.

    `came_from` is what it was promised in ("owed:…"), `said` the latest that its owner said about it, `effect` what it
    changed for children, asked when it is closed.
    """

    __tablename__ = "register_item"
    partnership: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    title: str
    owner: str
    due: date | None = None
    state: str = "open"
    generation: int = 1
    entered_at: datetime = Field(sa_column=Column(UtcTime, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcTime, nullable=True))
    came_from: str = ""
    said: str = ""
    effect: str = ""

    @property
    def record(self) -> str:
        """The key of this item as a record that owes duties."""
        return f"item:{self.book}:{self.number}"


class MilestoneDone(SQLModel, table=True):
    """A milestone of the definition that was recorded as done."""

    __tablename__ = "milestone_done"
    partnership: str = Field(primary_key=True)
    milestone: str = Field(primary_key=True)
    on: date


def find(scope: Scope, register: str, number: int) -> Item | None:
    """The item with that number."""
    return scope.session.get(Item, (scope.partnership, register, number))


def items(scope: Scope, register: str | None = None, state: str | None = "open") -> list[Item]:
    """Items of one register or all, open or all, by due date."""
    query = select(Item).where(Item.partnership == scope.partnership)
    if register is not None:
        query = query.where(Item.book == register)
    if state is not None:
        query = query.where(Item.state == state)
    return sorted(scope.session.exec(query), key=lambda i: (i.due or date.max, i.book, i.number))


def numbered(scope: Scope, books: Collection[str], number: int) -> Item | None:
    """The item with that number in one of some registers that count their numbers together."""
    query = select(Item).where(
        Item.partnership == scope.partnership, col(Item.book).in_(list(books)), Item.number == number
    )
    return scope.session.exec(query.order_by(Item.book)).first()


def add(
    scope: Scope,
    *,
    register: str,
    title: str,
    owner: str,
    due: date | None,
    now: datetime,
    came_from: str = "",
    beside: Collection[str] = (),
) -> Item:
    """Enters an item under the next number of its register, and of those that count their numbers with it."""
    books = list({register, *beside})
    query = select(Item.number).where(Item.partnership == scope.partnership, col(Item.book).in_(books))
    latest = scope.session.exec(query.order_by(col(Item.number).desc())).first()
    item = Item(
        partnership=scope.partnership,
        book=register,
        number=(latest or 0) + 1,
        title=title,
        owner=owner,
        due=due,
        entered_at=now,
        came_from=came_from,
    )
    scope.session.add(item)
    scope.session.flush()
    return item


def milestones_done(scope: Scope) -> frozenset[str]:
    """The ids of the milestones that were recorded as done."""
    query = select(MilestoneDone.milestone).where(MilestoneDone.partnership == scope.partnership)
    return frozenset(scope.session.exec(query))
