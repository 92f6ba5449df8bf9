"""Where somebody is reached at a door that cannot be asked, and when they last spoke there."""

from datetime import datetime

from storage.records import conversations, delivery, people
from storage.records.conversations import Reached
from storage.records.store import Store

from .rows import DAY, HOUR, NOON, at_once, somebody, writing

EUROPE, WORLD = "https://smba.example/emea/", "https://smba.example/amer/"


def reached(place: str = "nurse", **given: object) -> Reached:
    values: dict[str, object] = {"door": "teams", "tenant": "T1", "place": place, "at": NOON}
    return Reached(**values | given)


def found(store: Store, place: str = "nurse") -> Reached | None:
    with store.reading() as session:
        here = conversations.find(session, "teams", "T1", place)
        if here is not None:
            session.expunge(here)  # to be looked at outside
        return here


def test_what_was_said_of_a_place_is_found(store: Store) -> None:
    delivery.keep_conversation(store, reached(conversation="a:1", service=EUROPE, member="29:nurse"))
    here = found(store)
    assert here is not None
    assert (here.conversation, here.service, here.member, here.at) == ("a:1", EUROPE, "29:nurse", NOON)
    assert found(store, "doctor") is None


def test_what_is_not_said_stays_as_it_was_and_what_is_new_takes_its_place(store: Store) -> None:
    delivery.keep_conversation(store, reached(conversation="a:1", service=EUROPE, member="29:nurse"))
    delivery.keep_conversation(store, reached(service=WORLD, at=NOON + HOUR))
    here = found(store)
    assert here is not None
    assert (here.conversation, here.service, here.member, here.at) == ("a:1", WORLD, "29:nurse", NOON + HOUR)


def test_what_stands_there_already_is_not_written_again(store: Store) -> None:
    delivery.keep_conversation(store, reached(conversation="a:1"))
    delivery.keep_conversation(store, reached(conversation="a:1", at=NOON + DAY))
    here = found(store)
    assert here is not None
    assert here.at == NOON


def test_what_is_said_by_several_at_once_is_kept_once(store: Store) -> None:
    for number in range(10):
        place = f"nurse {number}"

        def hears(thread: int, place: str = place) -> None:
            said = {"member": "29:nurse"} if thread else {"conversation": "a:1"}
            delivery.keep_conversation(store, reached(place, service=EUROPE, **said))

        assert at_once(2, hears) == []
        here = found(store, place)
        assert here is not None
        assert (here.conversation, here.member, here.service) == ("a:1", "29:nurse", EUROPE)


def test_a_place_is_forgotten_alone(store: Store) -> None:
    delivery.keep_conversation(store, reached("nurse"))
    delivery.keep_conversation(store, reached("doctor"))
    delivery.keep_conversation(store, reached("nurse", tenant="T2"))
    delivery.forget_conversation(store, "teams", "T1", "nurse")
    assert found(store, "nurse") is None
    assert found(store, "doctor") is not None
    with store.reading() as session:
        assert conversations.find(session, "teams", "T2", "nurse") is not None


def test_the_address_of_a_tenant_is_the_one_that_was_said_last(store: Store) -> None:
    with store.reading() as session:
        assert conversations.any_service(session, "teams", "T1") == ""
    delivery.keep_conversation(store, reached("nurse", service=EUROPE, at=NOON))
    delivery.keep_conversation(store, reached("doctor", service=WORLD, at=NOON + HOUR))
    delivery.keep_conversation(store, reached("channel", conversation="19:1", at=NOON + DAY))
    with store.reading() as session:
        assert conversations.any_service(session, "teams", "T1") == WORLD
        assert conversations.any_service(session, "teams", "T2") == ""


# When they spoke


def spoke(store: Store) -> datetime | None:
    with store.reading() as session:
        here = people.identity(session, "teams", "T1", "nurse")
        assert here is not None
        return here.spoke_at


def test_when_somebody_spoke_is_noted_and_never_an_earlier_time(store: Store) -> None:
    with writing(store) as scope:
        person = somebody(scope, "Designated Nurse")
        people.propose(scope.session, door="teams", tenant="T1", user="nurse", person=person, now=NOON)
    assert spoke(store) is None
    delivery.note_spoke(store, "teams", "T1", "nurse", NOON + HOUR)
    delivery.note_spoke(store, "teams", "T1", "nurse", NOON)
    assert spoke(store) == NOON + HOUR


def test_of_a_stranger_nothing_is_noted(store: Store) -> None:
    delivery.note_spoke(store, "teams", "T1", "stranger", NOON)
    with store.reading() as session:
        assert people.identity(session, "teams", "T1", "stranger") is None


def test_those_who_have_chosen_a_door_are_found(store: Store) -> None:
    with writing(store) as scope:
        nurse, doctor = somebody(scope, "Designated Nurse"), somebody(scope, "Designated Doctor")
        chosen = people.get(scope.session, nurse)
        assert chosen is not None
        chosen.door = "mail"
        scope.session.add(chosen)
        scope.session.flush()
        assert people.chose(scope.session, [nurse, doctor], "mail") == {nurse}
        assert people.chose(scope.session, [doctor], "mail") == set()
        assert people.chose(scope.session, [nurse, doctor], "teams") == set()
