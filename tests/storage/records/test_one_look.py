"""One look at the records: each thing is read once in it, and never longer than it holds."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from storage.records import partnerships, people, schema
from storage.records.people import Identity, Person
from storage.records.scope import Scope
from storage.records.store import Store

from .rows import NOON, a_partnership

DAY = date(2027, 1, 4)


def a_nurse(store: Store) -> None:
    """The Designated Nurse, known at Slack, in a post."""
    with store.writing() as session:
        session.add(a_partnership())
        person = Person(id="nurse", name="Designated Nurse", email="nurse@ourshire.example", created_at=NOON)
        session.add(person)
        session.flush()
        session.add(Identity(door="slack", tenant="T1", user="U1", person="nurse", state="confirmed", since=NOON))
        people.enter_holding(
            Scope(session, "ourshire"),
            post="designated-nurse",
            person="nurse",
            capacity="holder",
            agency="",
            since=DAY,
            until=None,
        )


def posts(store: Store) -> list[str]:
    """What the nurse holds, as somebody reads it who answers a press."""
    with store.one_look(), store.reading() as session:
        return [holding.post for holding in people.holdings_of(Scope(session, "ourshire"), "nurse", DAY)]


def leave(store: Store) -> None:
    with store.writing() as session:
        for holding in people.holdings(Scope(session, "ourshire")):
            people.take_back(holding)


def selects(store: Store) -> list[str]:
    """Every query from now on."""
    asked: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    return asked


def test_in_one_look_a_thing_is_asked_once(store: Store) -> None:
    a_nurse(store)
    asked = selects(store)
    with store.one_look():
        for _ in range(3):
            with store.reading() as session:
                assert people.identity(session, "slack", "T1", "U1") is not None
                assert partnerships.number_in_force(Scope(session, "ourshire")) == 1
    assert len(asked) == 2


def test_outside_of_a_look_it_is_asked_each_time(store: Store) -> None:
    a_nurse(store)
    asked = selects(store)
    for _ in range(3):
        with store.reading() as session:
            people.identity(session, "slack", "T1", "U1")
    assert len(asked) == 3


def test_who_has_left_a_post_is_not_in_it_at_the_next_press(store: Store) -> None:
    a_nurse(store)
    assert posts(store) == ["designated-nurse"] == posts(store)
    leave(store)
    assert posts(store) == []


def test_what_another_process_changed_is_seen_at_the_next_press(store: Store) -> None:
    a_nurse(store)
    assert posts(store) == ["designated-nurse"] == posts(store)
    other = Store(store.url.render_as_string(hide_password=False))
    leave(other)
    other.close()
    assert posts(store) == []


def test_what_is_written_in_a_look_is_seen_in_it(store: Store) -> None:
    a_nurse(store)
    with store.one_look():
        with store.reading() as session:
            assert people.holdings_of(Scope(session, "ourshire"), "nurse", DAY)
        leave(store)
        with store.reading() as session:
            assert people.holdings_of(Scope(session, "ourshire"), "nurse", DAY) == []


def test_a_look_holds_no_connection_while_something_is_written(store: Store) -> None:
    a_nurse(store)
    with store.one_look():
        posts(store)
        with store.writing() as session:
            session.connection()
            assert store.engine.pool.checkedout() == 1  # type: ignore[attr-defined]


def test_after_a_query_that_failed_the_look_goes_on(store: Store) -> None:
    a_nurse(store)
    with store.one_look():
        with pytest.raises(DBAPIError), store.reading() as session:
            session.connection().exec_driver_sql("SELECT nothing FROM nowhere")
        assert posts(store) == ["designated-nurse"]


def test_a_look_sees_one_state_though_others_write_meanwhile(tmp_path: Path) -> None:
    store, other = (Store(f"sqlite:///{tmp_path / 'convenor.db'}") for _ in range(2))
    schema.bring_up_to_date(store)
    a_nurse(store)
    with store.one_look():
        with store.reading() as session:
            assert people.identity(session, "slack", "T1", "U1") is not None  # with the first thing read it begins
            leave(other)
        assert posts(store) == ["designated-nurse"]
    assert posts(store) == []
    store.close()
    other.close()


def test_a_writing_transaction_remembers_nothing(store: Store) -> None:
    a_nurse(store)
    with store.one_look(), store.writing() as session:
        scope = Scope(session, "ourshire")
        assert people.holdings_of(scope, "nurse", DAY)
        for holding in people.holdings(scope):
            people.take_back(holding)
        assert people.holdings_of(scope, "nurse", DAY) == []


def test_a_changed_list_is_nobody_elses(store: Store) -> None:
    a_nurse(store)
    with store.one_look(), store.reading() as session:
        people.holdings_of(Scope(session, "ourshire"), "nurse", DAY).clear()
        assert people.holdings_of(Scope(session, "ourshire"), "nurse", DAY)
