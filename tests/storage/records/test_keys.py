"""The sealed sample: whether the keys that are set open what is stored, and what happens when they change."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from threading import Barrier

import pytest
from cryptography.fernet import Fernet

from storage.records import delivery, drafts, keys
from storage.records.keys import KeySample
from storage.records.sealing import NotOpened, Seal
from storage.records.store import Store

from .rows import NOON, at_once

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
DRAFT = {"what": "half a report"}


@pytest.fixture
def kept(store: Store) -> Iterator[Store]:
    """A database that was begun with the old key, with one draft in it."""
    delivery.keep_keys(store, Seal([OLD]))
    with store.writing() as session:
        drafts.keep(session, "chair", "report", Seal([OLD]).close(DRAFT), NOON)
    yield store


def opens(store: Store, *with_keys: str) -> bool:
    with store.reading() as session:
        return keys.can_open(session, Seal(with_keys))


def the_draft(store: Store) -> str:
    with store.reading() as session:
        found = drafts.find(session, "chair", "report", NOON + timedelta(days=1))
        assert found is not None
        return found.sealed


def the_sample(store: Store) -> str:
    with store.reading() as session:
        found = session.get(KeySample, "sample")
        assert found is not None
        return found.sealed


def test_before_the_first_start_every_key_will_do(store: Store) -> None:
    assert opens(store, OTHER)


def test_afterwards_only_a_key_that_was_there_then(kept: Store) -> None:
    assert opens(kept, OLD) and opens(kept, NEW, OLD)
    assert not opens(kept, OTHER)


def test_a_start_with_the_same_key_writes_nothing(kept: Store) -> None:
    before = the_sample(kept)
    delivery.keep_keys(kept, Seal([OLD, OTHER]))
    assert the_sample(kept) == before


def test_with_a_newer_key_everything_is_sealed_anew_and_the_old_one_can_go(kept: Store) -> None:
    delivery.keep_keys(kept, Seal([NEW, OLD]))
    assert opens(kept, NEW) and not opens(kept, OLD)
    assert Seal([NEW]).open(the_draft(kept)) == DRAFT


def test_what_no_key_opens_is_left_as_it_is(kept: Store) -> None:
    lost = Seal([OTHER]).close(DRAFT)
    with kept.writing() as session:
        drafts.keep(session, "chair", "report", lost, NOON)
    delivery.keep_keys(kept, Seal([NEW, OLD]))
    assert the_draft(kept) == lost


def test_a_wrong_key_changes_nothing(kept: Store) -> None:
    with pytest.raises(NotOpened):
        delivery.keep_keys(kept, Seal([OTHER]))
    assert opens(kept, OLD)


class Meanwhile(Seal):
    """While it seals a draft anew, another process stores a newer one."""

    def __init__(self, store: Store) -> None:
        super().__init__([NEW, OLD])
        self.store = store

    def close_anew(self, sealed: str) -> str:
        if self.open(sealed) == DRAFT:
            delivery.keep_draft(self.store, "chair", "report", Seal([NEW]).close({"what": "all of it"}), NOON)
        return super().close_anew(sealed)


@pytest.mark.postgres
def test_what_is_stored_while_all_is_sealed_anew_stays(postgres_store: Store) -> None:
    delivery.keep_keys(postgres_store, Seal([OLD]))
    delivery.keep_draft(postgres_store, "chair", "report", Seal([OLD]).close(DRAFT), NOON)
    delivery.keep_keys(postgres_store, Meanwhile(postgres_store))
    assert Seal([NEW]).open(the_draft(postgres_store)) == {"what": "all of it"}


@pytest.mark.postgres
def test_several_that_start_at_once_for_the_first_time_leave_one_sample(postgres_store: Store) -> None:
    together = Barrier(4)

    class Waits(Seal):
        """All of them have seen that there is none."""

        def close(self, content: Mapping[str, object]) -> str:
            together.wait(10)
            return super().close(content)

    assert at_once(4, lambda _: delivery.keep_keys(postgres_store, Waits([OLD]))) == []
    assert opens(postgres_store, OLD)
