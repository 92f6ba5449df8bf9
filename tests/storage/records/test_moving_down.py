"""A live message is sent anew at once, where somebody looks now; whoever was at the old one finds that out."""

from sqlmodel import select

from storage.records import delivery, outbox
from storage.records.delivery import Claimed
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.scope import Scope
from storage.records.store import Store

from .rows import NOON

OURS, KEY, OWNER, PLACE = "ourshire", "home:teams:t:p", "a worker", ("teams", "t", "u")


def keeps(store: Store, text: str = "First") -> None:
    """Stores a live message."""
    new = Outgoing(
        partnership=OURS,
        key=KEY,
        kind="home",
        record="person:p",
        person="p",
        message=Message(title="Home", text=text).model_dump(mode="json"),
        created_at=NOON,
        not_before=NOON,
    )
    with store.writing() as session:
        outbox.keep_true(Scope(session, OURS), new, NOON)


def claims(store: Store) -> Claimed:
    """A worker takes the message."""
    (claimed,) = delivery.claim(store, OWNER, NOON, 10)
    return claimed


def sends(store: Store, claimed: Claimed, reference: str) -> None:
    assert delivery.begin_try(store, claimed, OWNER)
    assert delivery.note_sent(store, claimed, OWNER, place=PLACE, reference=reference, now=NOON)


def row(store: Store) -> Outgoing:
    with store.reading() as session:
        found = session.exec(select(Outgoing)).one()
        session.expunge(found)
        return found


def test_what_stands_somewhere_is_sent_anew_and_its_old_reference_is_given(store: Store) -> None:
    keeps(store)
    sends(store, claims(store), "old")
    assert delivery.move_down(store, OURS, KEY) == "old"
    again = claims(store)
    assert again.row.reference == "" and not again.look_first
    sends(store, again, "new")
    assert (row(store).state, row(store).reference) == ("sent", "new")


def test_what_stands_nowhere_yet_or_is_not_there_is_left_alone(store: Store) -> None:
    assert delivery.move_down(store, OURS, KEY) == ""
    keeps(store)
    assert delivery.move_down(store, OURS, KEY) == ""
    assert row(store).wanted == 1


def test_what_a_worker_is_changing_meanwhile_is_looked_at_once_more(store: Store) -> None:
    keeps(store)
    sends(store, claims(store), "old")
    keeps(store, "Second")
    changing = claims(store)
    assert delivery.begin_try(store, changing, OWNER)
    assert delivery.move_down(store, OURS, KEY) == "old"
    assert delivery.note_sent(store, changing, OWNER, place=PLACE, reference="old", now=NOON)
    assert row(store).state == "waiting"


def test_what_may_have_got_through_counts_no_more(store: Store) -> None:
    keeps(store)
    sends(store, claims(store), "old")
    keeps(store, "Second")
    unsure = claims(store)
    assert delivery.begin_try(store, unsure, OWNER)
    delivery.note_waiting(store, unsure, OWNER, until=NOON, unsure=True, reason="no answer came back")
    delivery.move_down(store, OURS, KEY)
    assert not claims(store).look_first


def test_a_post_is_never_sent_anew(store: Store) -> None:
    keeps(store)
    sends(store, claims(store), "old")
    with store.writing() as session:
        found = session.exec(select(Outgoing)).one()
        found.shape = "post"
        session.add(found)
    assert delivery.move_down(store, OURS, KEY) == ""
    assert row(store).state == "sent"


def test_what_could_not_be_answered_is_taken_when_it_comes_again(store: Store) -> None:
    one = ("teams", "a:chat", "1700000000001")
    assert delivery.arrive(store, *one, NOON)
    delivery.not_answered(store, *one)
    assert delivery.arrive(store, *one, NOON)
    delivery.answered(store, *one)
    delivery.not_answered(store, *one)
    assert not delivery.arrive(store, *one, NOON)
