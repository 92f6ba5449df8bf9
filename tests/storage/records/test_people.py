"""People: who is in a post on a day. Cover goes before the holder, the holder before the deputy, days are whole."""

from datetime import date, time, timedelta

import pytest

from storage.records import people
from storage.records.people import Cover
from storage.records.scope import Scope
from storage.records.store import Store

from .rows import NOON, THEIRS, reading, somebody, takes_post, writing

POST = "designated-nurse"
FIRST, LAST = date(2027, 4, 1), date(2027, 9, 30)
DAY = timedelta(days=1)


def covers(scope: Scope, title: str, since: date, until: date, *, withdrawn: bool = False) -> str:
    person = somebody(scope, title)
    scope.session.add(
        Cover(partnership=scope.partnership, post=POST, person=person, since=since, until=until, withdrawn=withdrawn)
    )
    return person


def in_post(store: Store, day: date, post: str = POST) -> str | None:
    with reading(store) as scope:
        found = people.in_post(scope, post, day)
        person = people.get(scope.session, found) if found else None
        return person.name if person else None


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (FIRST - DAY, None),
        (FIRST, "Designated Nurse"),
        (LAST, "Designated Nurse"),
        (LAST + DAY, None),
    ],
)
def test_a_holder_is_in_post_from_the_first_day_to_the_last(store: Store, day: date, name: str | None) -> None:
    with writing(store) as scope:
        takes_post(scope, "Designated Nurse", POST, FIRST, LAST)
    assert in_post(store, day) == name


def test_a_holder_without_a_last_day_stays(store: Store) -> None:
    with writing(store) as scope:
        takes_post(scope, "Designated Nurse", POST, FIRST)
    assert in_post(store, date(2099, 1, 1)) == "Designated Nurse"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (LAST - DAY, "Designated Nurse"),
        (LAST, "Designated Nurse"),
        (LAST + DAY, "Next Designated Nurse"),
    ],
)
def test_a_successor_takes_over_the_day_after(store: Store, day: date, name: str) -> None:
    with writing(store) as scope:
        takes_post(scope, "Designated Nurse", POST, FIRST, LAST)
        takes_post(scope, "Next Designated Nurse", POST, LAST + DAY)
    assert in_post(store, day) == name


COVER_FIRST, COVER_LAST = date(2027, 8, 2), date(2027, 8, 13)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (FIRST - DAY, "Deputy Designated Nurse"),
        (FIRST, "Designated Nurse"),
        (COVER_FIRST - DAY, "Designated Nurse"),
        (COVER_FIRST, "Named Nurse"),
        (COVER_LAST, "Named Nurse"),
        (COVER_LAST + DAY, "Designated Nurse"),
        (LAST + DAY, "Deputy Designated Nurse"),
    ],
)
def test_cover_goes_before_the_holder_and_the_holder_before_the_deputy(store: Store, day: date, name: str) -> None:
    with writing(store) as scope:
        takes_post(scope, "Deputy Designated Nurse", POST, FIRST - 10 * DAY, capacity="deputy")
        takes_post(scope, "Designated Nurse", POST, FIRST, LAST)
        covers(scope, "Named Nurse", COVER_FIRST, COVER_LAST)
    assert in_post(store, day) == name


def test_cover_that_was_withdrawn_does_not_count(store: Store) -> None:
    with writing(store) as scope:
        takes_post(scope, "Designated Nurse", POST, FIRST)
        covers(scope, "Named Nurse", COVER_FIRST, COVER_LAST, withdrawn=True)
    assert in_post(store, COVER_FIRST) == "Designated Nurse"


def test_a_pa_is_never_in_the_post_of_the_officer(store: Store) -> None:
    with writing(store) as scope:
        takes_post(scope, "PA to the Designated Nurse", POST, FIRST, capacity="pa")
    assert in_post(store, FIRST) is None


def test_all_who_stand_for_a_post_may_have_what_was_sent_to_it(store: Store) -> None:
    with writing(store) as scope:
        holder = takes_post(scope, "Designated Nurse", POST, FIRST)
        deputy = takes_post(scope, "Deputy Designated Nurse", POST, FIRST, capacity="deputy")
        pa = takes_post(scope, "PA to the Designated Nurse", POST, FIRST, capacity="pa")
        cover = covers(scope, "Named Nurse", COVER_FIRST, COVER_LAST)
    with reading(store) as scope:
        assert people.all_in_post(scope, POST, COVER_FIRST) == {holder, deputy, cover}
        assert people.all_in_post(scope, POST, COVER_LAST + DAY) == {holder, deputy}
        assert people.may_act_for(scope, cover, COVER_FIRST) == {POST}
        assert people.may_act_for(scope, cover, COVER_LAST + DAY) == set()
        assert people.may_act_for(scope, pa, FIRST) == set()
        assert [held.capacity for held in people.holdings_of(scope, pa, FIRST)] == ["pa"]


def test_a_post_in_one_partnership_says_nothing_about_the_same_post_in_another(store: Store) -> None:
    with writing(store, THEIRS) as scope:
        takes_post(scope, "Designated Nurse", POST, FIRST)
    assert in_post(store, FIRST) is None


def test_several_posts_are_answered_at_once_and_those_with_nobody_left_out(store: Store) -> None:
    with writing(store) as scope:
        nurse = takes_post(scope, "Designated Nurse", POST, FIRST)
        doctor = takes_post(scope, "Designated Doctor", "designated-doctor", FIRST)
        takes_post(scope, "Head Teacher", "head-teacher", FIRST)
    with reading(store) as scope:
        asked = [POST, "designated-doctor", "lay-member"]
        assert people.in_posts(scope, asked, FIRST) == {POST: nurse, "designated-doctor": doctor}


def test_somebody_is_the_same_person_in_every_database_and_in_any_case_of_letters(store: Store, memory: Store) -> None:
    with writing(store) as scope:
        here = people.enter(scope.session, name="Designated Nurse", email=" Nurse@NHS.example ", now=NOON).id
    with writing(memory) as scope:
        there = people.enter(scope.session, name="Designated Nurse", email="nurse@nhs.example", now=NOON).id
    assert here == there
    with reading(store) as scope:
        found = people.by_email(scope.session, "NURSE@nhs.example")
        assert found is not None and found.id == here


def test_a_person_who_is_entered_again_keeps_their_id_and_gets_the_new_name(store: Store) -> None:
    for name in ("Designated Nurse", "Designated Nurse for Children"):
        with writing(store) as scope:
            people.enter(scope.session, name=name, email="nurse@nhs.example", now=NOON)
    with reading(store) as scope:
        found = people.by_email(scope.session, "nurse@nhs.example")
        assert found is not None and found.name == "Designated Nurse for Children"


def test_an_identity_that_was_confirmed_is_not_proposed_away(store: Store) -> None:
    with writing(store) as scope:
        nurse, doctor = somebody(scope, "Designated Nurse"), somebody(scope, "Designated Doctor")
        known = people.propose(scope.session, door="terminal", tenant="", user="U1", person=nurse, now=NOON)
        known.state = "confirmed"
    with writing(store) as scope:
        again = people.propose(scope.session, door="terminal", tenant="", user="U1", person=doctor, now=NOON)
        assert (again.person, again.state) == (nurse, "confirmed")
    with reading(store) as scope:
        assert [identity.user for identity in people.identities(scope.session, nurse)] == ["U1"]


def test_the_confirmed_identity_comes_first(store: Store) -> None:
    with writing(store) as scope:
        nurse = somebody(scope, "Designated Nurse")
        people.propose(scope.session, door="mail", tenant="", user="nurse@nhs.example", person=nurse, now=NOON)
        people.propose(scope.session, door="terminal", tenant="", user="U1", person=nurse, now=NOON).state = "confirmed"
    with reading(store) as scope:
        assert [identity.door for identity in people.identities(scope.session, nurse)] == ["terminal", "mail"]


# Cover of a group, or of a part of the day


@pytest.mark.parametrize(
    ("group", "hour", "counts", "entitles"),
    [
        ("", None, False, False),
        ("practice", None, False, False),
        ("practice", time(12, 59), False, False),
        ("practice", time(13, 0), True, True),
        ("practice", time(16, 59), True, True),
        ("practice", time(17, 0), False, True),  # what came in those hours can still be answered
        ("executive", time(14, 0), False, False),
        (people.ANY_GROUP, time(14, 0), False, True),
    ],
)
def test_cover_counts_for_its_group_and_hours_only(group: str, hour: time | None, counts: bool, entitles: bool) -> None:
    cover = Cover(
        partnership="ours",
        post=POST,
        person="p",
        since=FIRST,
        until=LAST,
        group="practice",
        starts="13:00",
        ends="17:00",
    )
    assert (cover.counts(group, hour), cover.entitles(group, hour)) == (counts, entitles)


def test_cover_for_a_group_goes_before_cover_of_the_post_and_stands_in_no_other_list(store: Store) -> None:
    with writing(store) as scope:
        holder = takes_post(scope, "Designated Nurse", POST, FIRST)
        every = covers(scope, "Head Teacher", FIRST, LAST)
        one = somebody(scope, "Lay Member")
        people.enter_cover(scope, post=POST, person=one, since=FIRST, until=LAST, group="practice")
    with reading(store) as scope:
        assert people.in_post(scope, POST, FIRST, group="practice") == one
        assert people.in_post(scope, POST, FIRST, group="executive") == people.in_post(scope, POST, FIRST) == every
        assert people.all_in_post(scope, POST, FIRST, group="practice") == {holder, every, one}
        assert people.all_in_post(scope, POST, FIRST) == {holder, every}
        assert people.may_act_for(scope, one, FIRST, group="practice") == {POST}
        assert people.may_act_for(scope, one, FIRST) == set()
        assert {cover.person for cover in people.covering_on(scope, FIRST)} == {every, one}
