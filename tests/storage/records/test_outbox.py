"""The outbox and its bookkeeping: put once, kept true, claimed by one worker, and never told as sent by a late one."""

import time
from datetime import timedelta

import pytest
from sqlmodel import text

from storage.records import delivery, outbox
from storage.records.delivery import Claimed
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.store import Store

from .rows import DAY, HOUR, NOON, OURS, THEIRS, a_message, a_partnership, at_once, plans, reading, writing

OVER_AT_ONCE = timedelta(0)


def put(store: Store, *messages: Outgoing) -> None:
    with writing(store) as scope:
        for message in messages:
            assert outbox.put(scope, message)


def found(store: Store, key: str = "agenda:1") -> Outgoing:
    with reading(store) as scope:
        row = outbox.find(scope, key)
        assert row is not None
        scope.session.expunge(row)  # to be looked at outside
    return row


def claim(store: Store, owner: str = "worker", lease: timedelta = delivery.LEASE) -> list[Claimed]:
    return delivery.claim(store, owner, NOON, 50, lease)


def keys(claimed: list[Claimed]) -> list[str]:
    return [one.row.key for one in claimed]


def note_sent(store: Store, claimed: Claimed, owner: str = "worker") -> bool:
    return delivery.note_sent(store, claimed, owner, place=("terminal", "", "nurse"), reference="17", now=NOON)


# What is stored


def test_a_message_is_put_once_for_its_key(store: Store) -> None:
    put(store, a_message(title="Agenda"))
    with writing(store) as scope:
        assert not outbox.put(scope, a_message(title="Another agenda"))
    assert found(store).words.title == "Agenda"


def test_two_partnerships_may_use_the_same_key(store: Store) -> None:
    put(store, a_message())
    with writing(store, THEIRS) as scope:
        assert outbox.put(scope, a_message(partnership=THEIRS))


def keep_true(store: Store, words: str) -> None:
    with writing(store) as scope:
        outbox.keep_true(scope, a_message("incident-status:1", title=words), NOON)


def test_several_changes_of_a_live_message_before_it_is_sent_become_one_sending(store: Store) -> None:
    for words in ("one stage open", "no stage open", "closed"):
        keep_true(store, words)
    claimed = claim(store)
    assert [one.row.words.title for one in claimed] == ["closed"]
    assert note_sent(store, claimed[0])
    assert claim(store) == []
    assert (found(store, "incident-status:1").wanted, found(store, "incident-status:1").sent) == (3, 3)


def test_a_live_message_whose_words_have_not_changed_is_left_alone(store: Store) -> None:
    keep_true(store, "closed")
    note_sent(store, claim(store)[0])
    keep_true(store, "closed")
    assert claim(store) == []


def test_a_live_message_that_changes_after_it_went_goes_again_in_its_place(store: Store) -> None:
    keep_true(store, "open")
    note_sent(store, claim(store)[0])
    keep_true(store, "closed")
    (again,) = claim(store)
    assert (again.row.words.title, again.revision, again.row.reference) == ("closed", 2, "17")


def test_a_live_message_that_changes_while_it_is_being_sent_waits_to_go_again(store: Store) -> None:
    keep_true(store, "open")
    (claimed,) = claim(store)
    keep_true(store, "closed")
    assert note_sent(store, claimed)
    assert (found(store, "incident-status:1").state, found(store, "incident-status:1").sent) == ("waiting", 1)
    assert [one.row.words.title for one in claim(store)] == ["closed"]


def test_the_words_come_back_as_a_message(store: Store) -> None:
    put(store, a_message())
    assert found(store).words == Message(title="Agenda", text="The agenda of the Executive.")


# Who sends


def test_of_several_workers_at_once_each_message_is_claimed_by_one(store: Store) -> None:
    put(store, *(a_message(f"agenda:{number}") for number in range(60)))
    claimed: dict[int, list[str]] = {number: [] for number in range(6)}

    def work(number: int) -> None:
        while sum(len(mine) for mine in claimed.values()) < 60:
            claimed[number] += keys(delivery.claim(store, f"worker {number}", NOON, 4))

    assert at_once(6, work) == []
    everything = [key for mine in claimed.values() for key in mine]
    assert sorted(everything) == sorted(f"agenda:{number}" for number in range(60))


def test_a_message_that_is_held_is_left_alone_until_its_lease_ends(store: Store) -> None:
    put(store, a_message())
    (mine,) = claim(store, "mine")
    assert claim(store, "other") == []
    assert not delivery.begin_try(store, mine, "other")
    assert delivery.begin_try(store, mine, "mine")


def test_a_lease_that_ended_after_a_try_gives_the_message_to_another_worker_who_looks_first(store: Store) -> None:
    put(store, a_message())
    (mine,) = claim(store, "mine", timedelta(milliseconds=200))
    assert not mine.look_first
    assert delivery.begin_try(store, mine, "mine")
    time.sleep(0.25)  # the lease is measured by the database's clock
    assert not delivery.begin_try(store, mine, "mine")
    (other,) = claim(store, "other")
    assert other.look_first


def test_a_message_that_was_claimed_and_never_tried_need_not_be_looked_up(store: Store) -> None:
    put(store, a_message())
    claim(store, "mine", OVER_AT_ONCE)
    time.sleep(0.01)
    (other,) = claim(store, "other")
    assert not other.look_first


def test_a_worker_for_alerts_takes_nothing_else(store: Store) -> None:
    put(store, a_message("note"), a_message("alert", lane="alert"))
    assert keys(delivery.claim(store, "alerts", NOON, 50, lanes=("alert",))) == ["alert"]


def test_a_late_worker_is_told_that_its_message_is_no_longer_its_own(store: Store) -> None:
    put(store, a_message())
    (mine,) = claim(store, "mine", OVER_AT_ONCE)
    time.sleep(0.01)
    (other,) = claim(store, "other")
    assert not note_sent(store, mine, "mine"), "so it takes its own message back"
    delivery.note_ended(store, mine, "mine", state="failed", reason="late")
    delivery.note_waiting(store, mine, "mine", until=NOON, unsure=False, reason="late")
    assert found(store).state == "sending"
    assert note_sent(store, other, "other")
    assert not note_sent(store, mine, "mine")
    assert (found(store).state, found(store).reference) == ("sent", "17")


def test_alerts_come_before_all_else_and_the_rest_in_the_order_of_time(store: Store) -> None:
    put(
        store,
        a_message("second", not_before=NOON - HOUR),
        a_message("alert", not_before=NOON, lane="alert"),
        a_message("first", not_before=NOON - DAY),
        a_message("later", not_before=NOON + HOUR),
    )
    assert keys(claim(store)) == ["alert", "first", "second"]


def test_a_partnership_that_is_paused_sends_alerts_only(store: Store) -> None:
    with store.writing() as session:
        session.add(a_partnership(OURS, paused_since=NOON))
        session.add(a_partnership(THEIRS))
    put(store, a_message("ours"), a_message("our alert", lane="alert"), a_message("theirs", partnership=THEIRS))
    assert keys(claim(store)) == ["our alert", "theirs"]
    with writing(store) as scope:
        paused = scope.session.get(type(a_partnership()), OURS)
        assert paused is not None
        paused.paused_since = None
    assert keys(claim(store)) == ["ours"]


# How a try ends


def test_a_message_that_must_wait_is_not_claimed_before_its_time(store: Store) -> None:
    put(store, a_message())
    (claimed,) = claim(store)
    assert delivery.begin_try(store, claimed, "worker")
    delivery.note_waiting(store, claimed, "worker", until=NOON + HOUR, unsure=False, reason="the platform asked")
    assert claim(store) == []
    (again,) = delivery.claim(store, "worker", NOON + HOUR, 50)
    assert not again.look_first
    assert again.row.attempts == 1


def test_a_message_that_may_have_got_through_is_looked_up_first(store: Store) -> None:
    put(store, a_message())
    delivery.note_waiting(store, claim(store)[0], "worker", until=NOON, unsure=True, reason="no answer")
    assert claim(store)[0].look_first


def test_a_message_that_went_is_noted_with_where_it_is(store: Store) -> None:
    put(store, a_message())
    assert note_sent(store, claim(store)[0])
    row = found(store)
    assert (row.state, row.door, row.address, row.reference) == ("sent", "terminal", "nurse", "17")
    assert (row.sent_at, row.unsure, row.lease_owner, row.lease_until) == (NOON, False, "", None)
    assert claim(store) == []


@pytest.mark.parametrize("state", ["dropped", "failed"])
def test_a_message_that_ended_stays_with_its_reason(store: Store, state: str) -> None:
    put(store, a_message())
    delivery.note_ended(store, claim(store)[0], "worker", state=state, reason="nobody entitled was left")
    assert (found(store).state, found(store).reason) == (state, "nobody entitled was left")
    assert claim(store) == []


def test_what_was_not_delivered_can_be_listed(store: Store) -> None:
    put(store, a_message("went"), a_message("did not"), a_message("theirs", partnership=THEIRS))
    went, did_not, theirs = sorted(claim(store), key=lambda one: ["went", "did not", "theirs"].index(one.row.key))
    note_sent(store, went)
    for claimed in (did_not, theirs):
        delivery.note_ended(store, claimed, "worker", state="failed", reason="gone")
    with reading(store) as scope:
        assert [row.key for row in outbox.not_delivered(scope)] == ["did not"]


def test_the_latest_messages_of_somebody_come_oldest_first(store: Store) -> None:
    put(store, *(a_message(f"agenda:{number}") for number in range(5)), a_message("other", person="somebody-else"))
    with reading(store) as scope:
        latest = outbox.of_person(scope, a_message().person, limit=3)
        assert [row.key for row in latest] == ["agenda:2", "agenda:3", "agenda:4"]


def test_the_next_time_is_that_of_the_first_message_that_waits(store: Store) -> None:
    with store.reading() as session:
        assert outbox.next_time(session) is None
    put(store, a_message("later", not_before=NOON + DAY), a_message("gone", state="sent", not_before=NOON - DAY))
    with store.reading() as session:
        assert outbox.next_time(session) == NOON + DAY


# What a round costs


def many_sent(store: Store) -> None:
    with writing(store) as scope:
        scope.session.add_all(a_message(f"agenda:{number}", state="sent", sent_at=NOON) for number in range(1000))
    with store.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def test_what_waits_is_found_by_the_index_of_waiting_messages(store: Store) -> None:
    many_sent(store)
    put(store, a_message("waits"))
    assert "outbox_next" in plans(store, lambda: claim(store))


def test_what_failed_is_found_by_its_own_index(store: Store) -> None:
    many_sent(store)

    def as_the_digest_does() -> None:
        with reading(store) as scope:
            outbox.not_delivered(scope)

    assert "outbox_failed" in plans(store, as_the_digest_does)


def test_a_round_with_nothing_to_send_takes_no_writers_place(store: Store) -> None:
    many_sent(store)
    claimed: list[list[Claimed]] = []
    with store.writing() as session:
        session.connection()
        assert at_once(1, lambda _: claimed.append(claim(store))) == []
    assert claimed == [[]]


def test_a_part_of_the_bot_notes_its_last_round(store: Store) -> None:
    delivery.beat(store, "tick", NOON)
    delivery.beat(store, "tick", NOON + HOUR)
    with store.reading() as session:
        assert delivery.last_beats(session, ["tick", "delivery"]) == {"tick": NOON + HOUR}


def test_where_a_message_is_tried_is_kept_as_long_as_it_may_have_got_through_there(store: Store) -> None:
    put(store, a_message())
    (mine,) = claim(store)
    assert delivery.begin_try(store, mine, "worker", ("teams", "T1", "nurse"))
    delivery.note_waiting(store, mine, "worker", until=NOON, unsure=True, reason="no answer")
    row = found(store)
    assert row.unsure and (row.door, row.tenant, row.address, row.reference) == ("teams", "T1", "nurse", "")
    (again,) = claim(store)
    delivery.note_waiting(store, again, "worker", until=NOON, unsure=False, reason="gone", elsewhere=True)
    row = found(store)
    assert not row.unsure and (row.door, row.tenant, row.address) == ("", "", "")
