"""What has been overtaken is taken back as long as it surely reached nobody, on both databases."""

import pytest

from storage.records import delivery, outbox
from storage.records.store import Store

from .rows import HOUR, NOON, a_message, reading, writing


def taken_back(store: Store, *keys: str) -> bool:
    with writing(store) as scope:
        return outbox.take_back(scope, keys, "its day has changed", NOON)


def put(store: Store, key: str, **given: object) -> None:
    with writing(store) as scope:
        assert outbox.put(scope, a_message(key, **given))


def state(store: Store, key: str) -> tuple[str, str]:
    with reading(store) as scope:
        row = outbox.find(scope, key)
        assert row is not None
        return row.state, row.reason


def test_what_waits_is_dropped_with_the_reason_and_never_claimed(store: Store) -> None:
    put(store, "agenda:1")
    put(store, "agenda:2")
    assert taken_back(store, "agenda:1", "agenda:1:mail")
    assert state(store, "agenda:1") == ("dropped", "its day has changed")
    assert [one.row.key for one in delivery.claim(store, "worker", NOON, 50)] == ["agenda:2"]


@pytest.mark.parametrize("given", [{"state": "sent", "sent_at": NOON}, {"unsure": True}, {"state": "sending"}])
def test_what_may_have_been_read_is_not_taken_back(store: Store, given: dict[str, object]) -> None:
    put(store, "agenda:1", **given)
    assert not taken_back(store, "agenda:1")
    assert state(store, "agenda:1")[0] == given.get("state", "waiting")


@pytest.mark.parametrize("given", [{"unsure": True}, {"state": "sending"}])
def test_what_is_on_its_way_is_not_tried_again(store: Store, given: dict[str, object]) -> None:
    put(store, "agenda:1", expires_at=NOON + HOUR, **given)
    taken_back(store, "agenda:1")
    with reading(store) as scope:
        row = outbox.find(scope, "agenda:1")
        assert row is not None and row.expires_at == NOON


def test_a_copy_by_mail_that_has_gone_counts_as_read(store: Store) -> None:
    put(store, "agenda:1")
    put(store, "agenda:1:mail", state="sent", sent_at=NOON)
    assert not taken_back(store, "agenda:1", "agenda:1:mail")
    assert state(store, "agenda:1")[0] == "dropped"


def test_what_is_not_there_counts_as_read(store: Store) -> None:
    assert not taken_back(store, "agenda:1")


def test_what_reached_nobody_is_dropped_too(store: Store) -> None:
    put(store, "agenda:1", state="failed", reason="no door")
    assert taken_back(store, "agenda:1")
    assert state(store, "agenda:1") == ("dropped", "its day has changed")


def test_what_ended_in_the_unknown_is_over(store: Store) -> None:
    put(store, "agenda:1", state="failed", unsure=True)
    assert not taken_back(store, "agenda:1")
    with reading(store) as scope:
        row = outbox.find(scope, "agenda:1")
        assert row is not None and (row.state, row.expires_at) == ("failed", NOON)
