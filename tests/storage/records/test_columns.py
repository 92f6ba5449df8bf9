"""Columns: a time comes back in UTC, a time without its zone is refused, one structure has one text."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError
from sqlmodel import col, select

from storage.records.columns import canonical
from storage.records.delivery import Heartbeat
from storage.records.requests import Request
from storage.records.store import Store

LONDON = ZoneInfo("Europe/London")


def stored(store: Store, at: datetime) -> datetime:
    with store.writing() as session:
        session.add(Heartbeat(name="tick", at=at))
    with store.reading() as session:
        return session.exec(select(Heartbeat)).one().at


@pytest.mark.parametrize(
    ("at", "utc"),
    [
        (datetime(2027, 1, 14, 9, 30, tzinfo=LONDON), "2027-01-14T09:30:00+00:00"),
        (datetime(2027, 7, 14, 9, 30, tzinfo=LONDON), "2027-07-14T08:30:00+00:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON), "2026-10-25T00:30:00+00:00"),
        (datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON), "2026-10-25T01:30:00+00:00"),
        (datetime(2027, 1, 14, 9, 30, 0, 123456, tzinfo=UTC), "2027-01-14T09:30:00.123456+00:00"),
    ],
)
def test_an_aware_time_comes_back_as_the_same_moment_in_utc(store: Store, at: datetime, utc: str) -> None:
    found = stored(store, at)
    assert found.isoformat() == utc
    assert found.tzinfo is UTC


def test_a_time_without_its_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="a stored time needs its zone"):
        stored(store, datetime(2027, 1, 14, 9, 30))  # noqa: DTZ001


def test_times_of_different_zones_compare_as_moments(store: Store) -> None:
    stored(store, datetime(2027, 7, 14, 9, 30, tzinfo=LONDON))
    with store.reading() as session:
        earlier = select(Heartbeat).where(col(Heartbeat.at) < datetime(2027, 7, 14, 9, 0, tzinfo=UTC))
        assert session.exec(earlier).first() is not None


def test_a_structure_is_stored_as_one_text_on_both_databases(store: Store) -> None:
    answer = {"title": "Børn", "fields": [{"b": 1, "a": None}], "done": True}
    with store.writing() as session:
        session.add(Request(partnership="ourshire", key="press-1", at=datetime(2027, 1, 1, tzinfo=UTC), answer=answer))
    with store.reading() as session:
        raw = session.connection().execute(text("SELECT answer FROM request")).scalar_one()
        assert raw == '{"done":true,"fields":[{"a":null,"b":1}],"title":"Børn"}'
        assert session.exec(select(Request)).one().answer == answer


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})
