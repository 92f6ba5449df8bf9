"""Copies a running partnership into a database in memory, to rehearse with what has really happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import make_transient
from sqlmodel import Session, SQLModel, col, func, or_, select

from .case_lists import Listed
from .duties import Duty
from .incidents import Case, CaseStage, Overdue, View
from .invited import Invited
from .meetings import MeetingRow
from .notes import NoteLine
from .outbox import Outgoing
from .partnerships import Partnership, Version
from .people import Cover, Holding, Identity, Person
from .raised import Raised
from .registers import Item, MilestoneDone
from .returns import Consent, Enrolled, Filled, Moderated, Named, Owed, Round
from .scope import Scope
from .statements import Statement
from .store import Store
from .switched import Switched

LAST_DAYS = timedelta(days=14)
"""How long before the newest one notes and messages are copied: today's note must be known to have gone."""

LAST_YEAR = timedelta(days=400)
"""How long before the newest closing closed duties are copied: what was asked already must not be asked again."""

WAITING_STATES = ("waiting", "sending")

_OF_RETURNS = (Round, Owed, Filled, Moderated, Named, Enrolled, Consent, Raised)

_WHOLE = (Version, Holding, Cover, MeetingRow, Invited, Item, MilestoneDone, Switched, Statement, *_OF_RETURNS)
"""Tables that are copied whole: a rule about the next meeting looks at those before it."""


def copy_partnership(
    source: Store, target: Store, partnership: str, *, open_only: bool = True, waiting: bool = False
) -> bool:
    """Copies what runs into `target`, which must be in memory; False where there is no such partnership.

    The source is only read, as it stood at one moment. `open_only` leaves out closed cases, duties closed long ago and
    older notes and messages. Messages come as said already, without when and where: nothing is said twice, and nothing
    of the past counts as told by the copy. With `waiting` those that have not gone yet will go from the copy.
    Ledger, requests and steps stay where they are: a copy begins its own.
    """
    with source.reading() as session:
        if not source.is_sqlite:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        original = _Original(Scope(session, partnership), open_only)
        found = session.get(Partnership, partnership)
        if found is None:
            return False
        rows = [found, *original.facts(), *original.cases(), *original.duties(), *original.lines()]
        messages = original.messages()
        persons = _persons(session, [*rows, *messages])
        identities = session.exec(select(Identity).where(col(Identity.person).in_([p.id for p in persons]))).all()
        rows += messages
        for row in [*persons, *identities, *rows]:
            session.expunge(row)
            make_transient(row)
            if isinstance(row, Case):
                row.sealed = ""  # what was told of a case is nobody's business in a copy
    for message in messages:
        _as_said(message, waiting)
    with target.filling() as session:
        for shared in [*persons, *identities]:  # another partnership may have brought them
            session.merge(shared)
        session.flush()
        session.add_all(rows)
    return True


@dataclass(frozen=True)
class _Original:
    """The partnership that is copied, and whether only what is open and recent is."""

    scope: Scope
    open_only: bool

    def facts(self) -> list[SQLModel]:
        """What is copied whole."""
        return [row for table in _WHOLE for row in self._rows(table)]

    def cases(self) -> list[SQLModel]:
        """Open cases, or all, with their stages, lists, views, and the dates that passed unmet.

        Who is being told of them stays where it is: a copy alerts nobody.
        """
        cases: list[Case] = self._rows(Case, col(Case.closed_at).is_(None))
        references = [case.reference for case in cases]
        stages = self._every(CaseStage, col(CaseStage.reference).in_(references))
        of_cases = (Overdue, Listed, View)
        return [*cases, *stages, *(row for t in of_cases for row in self._every(t, col(t.reference).in_(references)))]

    def duties(self) -> list[Duty]:
        """Open duties and dead ends, and what has been asked within a year."""
        newest = self._newest(Duty.closed_at)
        since = col(Duty.closed_at) >= newest - LAST_YEAR if newest else col(Duty.closed_at).is_not(None)
        return self._rows(Duty, or_(col(Duty.closed_at).is_(None), since))

    def lines(self) -> list[NoteLine]:
        """The lines of the last days' notes."""
        newest = self._newest(NoteLine.day)
        return self._rows(NoteLine, col(NoteLine.day) >= newest - LAST_DAYS) if newest else []

    def messages(self) -> list[Outgoing]:
        """The messages of the last days, those that wait, and those that are kept true."""
        newest = self._newest(Outgoing.created_at)
        if newest is None:
            return []
        recent = col(Outgoing.created_at) >= newest - LAST_DAYS
        return self._rows(Outgoing, or_(recent, col(Outgoing.state).in_(WAITING_STATES), Outgoing.shape == "live"))

    def _rows(self, table: type[Any], *conditions: Any) -> list[Any]:
        """The partnership's rows of a table; the conditions hold for `open_only`."""
        return self._every(table, *(conditions if self.open_only else ()))

    def _every(self, table: type[Any], *conditions: Any) -> list[Any]:
        query = select(table).where(table.partnership == self.scope.partnership, *conditions)
        return list(self.scope.session.exec(query))

    def _newest(self, column: Any) -> Any:
        query = select(func.max(column)).where(column.class_.partnership == self.scope.partnership)
        return self.scope.session.exec(query).first()


def _persons(session: Session, rows: Iterable[SQLModel]) -> list[Person]:
    """Everybody whom the rows name."""
    ids = {row.person for row in rows if isinstance(row, Holding | Cover | NoteLine | Outgoing)}
    return list(session.exec(select(Person).where(col(Person.id).in_(ids))))


def _as_said(row: Outgoing, waiting: bool) -> None:
    """A message as the copy has it: said already, or waiting; it has reached no door of the copy."""
    row.sent_at, row.lease_owner, row.lease_until = None, "", None
    row.door, row.address, row.reference = "", "", ""
    if row.state in WAITING_STATES:
        row.state, row.unsure, row.attempts = ("waiting" if waiting else "sent"), False, 0
