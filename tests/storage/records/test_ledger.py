"""The ledger: whatever is done to a chain behind our back is found at the first entry that no longer holds."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, delete, func, select, update

from storage.records import ledger
from storage.records.ledger import Entry, Head, Verdict
from storage.records.scope import Scope
from storage.records.store import Store

from .rows import NOON, OURS, THEIRS, at_once, reading, writing

KEY = b"kept outside the database"


def enter(scope: Scope, action: str = "meeting.confirm", record: str = "meeting:executive:2027-1") -> Entry:
    return ledger.append(
        scope, KEY, at=NOON, actor="business-manager", action=action, record=record, ids={"generation": 1}
    )


def a_chain(store: Store, entries: int = 5, partnership: str = OURS) -> str:
    """A chain of so many entries; its head, as somebody noted it."""
    for number in range(entries):
        with writing(store, partnership) as scope:
            enter(scope, record=f"meeting:executive:2027-{number}")
    with reading(store, partnership) as scope:
        return ledger.head(scope)


def verdict(store: Store, partnership: str = OURS, known_head: str | None = None, key: bytes = KEY) -> Verdict:
    with reading(store, partnership) as scope:
        return ledger.verify(scope, key, known_head)


def change(number: int, **values: object) -> Callable[[Scope], None]:
    def does(scope: Scope) -> None:
        scope.session.exec(update(Entry).where(*_at(number)).values(**values))

    return does


def remove(number: int) -> Callable[[Scope], None]:
    def does(scope: Scope) -> None:
        scope.session.exec(delete(Entry).where(*_at(number)))

    return does


def _at(number: int) -> tuple[Any, Any]:
    return col(Entry.partnership) == OURS, col(Entry.seq) == number


def put_in_before(number: int) -> Callable[[Scope], None]:
    """Moves the entries from there on up by one, and puts a copy of an earlier one, seal and all, in the gap."""

    def does(scope: Scope) -> None:
        last = scope.session.exec(select(func.max(Entry.seq))).one()
        for seq in range(last, number - 1, -1):
            change(seq, seq=seq + 1)(scope)
        copied = scope.session.get(Entry, (OURS, number - 1))
        assert copied is not None
        scope.session.add(Entry.model_validate(copied.model_dump() | {"seq": number}))

    return does


def test_a_chain_that_nobody_touched_holds_to_its_head(store: Store) -> None:
    head = a_chain(store, 5)
    assert verdict(store) == Verdict(entries=5, head=head)


def test_no_chain_at_all_holds_too(store: Store) -> None:
    assert verdict(store).broken_at is None


@pytest.mark.parametrize(
    ("tampering", "broken_at"),
    [
        (change(1, actor="somebody-else"), 1),
        (change(2, at=NOON + timedelta(seconds=1)), 2),
        (change(3, action="meeting.cancel"), 3),
        (change(3, record="meeting:executive:2027-9"), 3),
        (change(4, ids={"generation": 2}), 4),
        (change(5, seal="0" * 64), 5),
        (remove(1), 1),
        (remove(3), 3),
        (put_in_before(2), 2),
        (put_in_before(5), 5),
        (remove(5), 6 - 1),
    ],
    ids=[
        "who",
        "when",
        "what",
        "on which record",
        "with which ids",
        "the seal",
        "the first removed",
        "one in the middle removed",
        "one put in near the start",
        "one put in near the end",
        "the last removed",
    ],
)
def test_the_first_entry_that_does_not_hold_is_found(
    store: Store, tampering: Callable[[Scope], None], broken_at: int
) -> None:
    a_chain(store, 5)
    with writing(store) as scope:
        tampering(scope)
    found = verdict(store)
    assert found.broken_at == broken_at
    assert found.entries == broken_at - 1
    assert found.sentence


def test_of_several_changes_the_first_is_told(store: Store) -> None:
    a_chain(store, 5)
    with writing(store) as scope:
        change(4, actor="x")(scope)
        change(2, actor="x")(scope)
    assert verdict(store).broken_at == 2


def test_a_chain_sealed_with_another_key_does_not_hold(store: Store) -> None:
    a_chain(store, 2)
    assert verdict(store, key=b"somebody else's").broken_at == 1


def cut_after(store: Store, number: int) -> None:
    """Cuts the tail the clever way: the stored head is set back too."""
    with writing(store) as scope:
        kept = scope.session.get(Entry, (OURS, number))
        assert kept is not None
        scope.session.exec(delete(Entry).where(col(Entry.partnership) == OURS, col(Entry.seq) > number))
        scope.session.exec(update(Head).where(col(Head.partnership) == OURS).values(seq=number, seal=kept.seal))


def test_a_tail_cut_together_with_the_head_is_found_against_a_head_that_was_noted_elsewhere(store: Store) -> None:
    noted = a_chain(store, 5)
    cut_after(store, 3)
    assert verdict(store).broken_at is None, "nothing in the database can show it"
    found = verdict(store, known_head=noted)
    assert (found.broken_at, found.sentence) == (4, "The chain was cut after entry 3.")


def test_a_chain_that_was_cut_and_grew_again_is_found_against_a_noted_head(store: Store) -> None:
    noted = a_chain(store, 5)
    cut_after(store, 3)
    for _ in range(4):
        with writing(store) as scope:
            enter(scope, action="meeting.move")
    assert verdict(store).broken_at is None
    assert verdict(store, known_head=noted).broken_at == 5


def test_a_head_noted_earlier_still_holds_when_the_chain_has_grown(store: Store) -> None:
    noted = a_chain(store, 3)
    a_chain(store, 3)
    assert verdict(store, known_head=noted) == Verdict(entries=6, head=verdict(store).head)


@pytest.mark.parametrize("written", ["17", "abc:def", "17:"])
def test_a_head_that_is_not_number_and_seal_is_refused(store: Store, written: str) -> None:
    with pytest.raises(ValueError, match="number and seal"):
        verdict(store, known_head=written)


def test_two_partnerships_have_chains_that_know_nothing_of_each_other(store: Store) -> None:
    a_chain(store, 2)
    a_chain(store, 3, THEIRS)
    a_chain(store, 1)
    with writing(store) as scope:
        change(2, actor="x")(scope)
    assert verdict(store).broken_at == 2
    assert verdict(store, THEIRS).entries == 3
    assert verdict(store, THEIRS).broken_at is None


def test_an_entry_of_one_partnership_does_not_hold_in_the_chain_of_another(store: Store) -> None:
    a_chain(store, 1)
    with writing(store) as scope:
        scope.session.exec(update(Entry).where(*_at(1)).values(partnership=THEIRS))
    assert verdict(store, THEIRS).broken_at == 1


def test_an_entry_that_is_taken_back_with_its_transaction_leaves_the_chain_whole(store: Store) -> None:
    a_chain(store, 2)
    with pytest.raises(ZeroDivisionError), writing(store) as scope:
        enter(scope)
        _ = 1 / 0
    a_chain(store, 1)
    assert verdict(store).entries == 3


def test_many_writers_at_once_never_fork_a_chain_not_even_with_its_first_entry(store: Store) -> None:
    def write(number: int) -> None:
        for _ in range(5):
            with writing(store) as scope:
                enter(scope, record=f"item:actions:{number}")

    assert at_once(8, write) == []
    found = verdict(store)
    assert (found.entries, found.broken_at) == (40, None)


# The key


OTHER_KEY = b"a key that was put in by mistake"


def test_a_wrong_key_is_named_and_no_entry_is_blamed(store: Store) -> None:
    a_chain(store, 3)
    found = verdict(store, key=OTHER_KEY)
    assert found.wrong_key
    assert found.sentence == "The key does not fit: not one of its 3 entries was sealed with it."
    assert not verdict(store).wrong_key


def test_of_a_single_entry_it_is_said_that_it_may_have_been_changed_too(store: Store) -> None:
    a_chain(store, 1)
    assert verdict(store, key=OTHER_KEY).sentence.endswith("sealed with another one, or was changed.")


def test_a_changed_first_entry_is_no_wrong_key(store: Store) -> None:
    a_chain(store, 3)
    with writing(store) as scope:
        change(1, actor="somebody")(scope)
    found = verdict(store)
    assert (found.broken_at, found.wrong_key) == (1, False)
    assert found.sentence.startswith("Entry 1 is not what was sealed")


def test_from_where_another_key_sealed_on_is_said(store: Store) -> None:
    a_chain(store, 3)
    for number in range(2):
        with writing(store) as scope:
            ledger.append(scope, OTHER_KEY, at=NOON, actor="time", action="duty.handle", record=str(number), ids={})
    found = verdict(store)
    assert (found.entries, found.broken_at, found.wrong_key) == (3, 4, False)
    assert found.sentence.startswith("Entries 4 to 5 do not fit the key")


def test_whether_the_ends_of_a_chain_fit_a_key_is_seen_without_walking_it(store: Store) -> None:
    a_chain(store, 3)
    with reading(store) as scope:
        assert ledger.sealed_with(scope, KEY) and ledger.begun_with(scope, KEY)
        assert not ledger.sealed_with(scope, OTHER_KEY) and not ledger.begun_with(scope, OTHER_KEY)
        assert ledger.chains(scope.session) == [OURS]
    with reading(store, THEIRS) as scope:
        assert ledger.sealed_with(scope, OTHER_KEY) and ledger.begun_with(scope, OTHER_KEY)


def test_the_entries_about_a_record_are_its_own_and_those_of_what_belongs_to_it(store: Store) -> None:
    about = ["incident:A_1", "incident:AB1", "incident:A_1:chief-nurse", "incident:A_12", "meeting:a"]
    for record in about:
        with writing(store) as scope:
            enter(scope, record=record)
    with writing(store, THEIRS) as scope:
        enter(scope, record="incident:A_1")
    with reading(store) as scope:
        found = [(entry.seq, entry.record) for entry in ledger.about(scope, "incident:A_1")]
    assert found == [(1, "incident:A_1"), (3, "incident:A_1:chief-nurse")]
