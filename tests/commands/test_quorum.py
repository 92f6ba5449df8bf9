"""Whether a meeting can do its business: the forecast, each reading, who confirms it, and what would mend it."""

from collections.abc import Iterator

import pytest

from commands import attendance_standing, attendance_status, quorum_words
from storage.records import outbox, people
from storage.records.attended import Needed, Signed
from storage.records.scope import Scope
from tests.commands.nine import (
    CHAIR,
    MANAGER,
    OFFERED,
    SEATS,
    about,
    an_office_of_nine,
    asked_office_of_nine,
    comes_to,
    live,
    meeting_in,
    says,
    seat,
    stands,
    the_nine,
    told,
)
from tests.offices import Office, an_office

TITLE = "Executive, Tue 20 Apr 2027: "


@pytest.fixture
def office() -> Iterator[Office]:
    with asked_office_of_nine() as office:
        yield office


def lines(office: Office) -> list[str]:
    with office.looking() as work:
        return quorum_words.lines(work, attendance_standing.standing(work, meeting_in(work.scope)))


def shown(office: Office) -> str:
    """The whole of how it stands, as somebody at the table sees it."""
    with office.looking() as work:
        found = attendance_status.shown(work, attendance_standing.standing(work, meeting_in(work.scope)))
        return f"{found.title}\n{found.text}"


def numbers(office: Office) -> list[tuple[int, int, int | None]]:
    return [(one.here, one.base, one.needed) for one in stands(office).readings]


def enters(office: Office, email: str, post: str, capacity: str = "holder", **more: object) -> None:
    office.done(
        MANAGER, "people.enter", email=email, name=email.partition("@")[0], post=post, capacity=capacity, **more
    )


# The forecast, and the message that is kept true


def test_nine_reach_lose_and_regain_their_number_and_the_message_is_right_after_each(office: Office) -> None:
    for number, post in enumerate(SEATS[:6], 1):
        says(office, post, "yes")
        assert live(office).title == live(office, MANAGER).title == f"{TITLE}{number} of 9 come"
    assert "6 of 9 representatives are needed, 6 come: as it stands the meeting is quorate." in live(office).text
    says(office, "seat-6", "no", because="in court")
    assert "5 come: 1 more has to come." in live(office).text and "because in court" in live(office).text
    office.done(MANAGER, "people.leave", post="seat-5", until="2027-04-10")
    assert live(office).title == f"{TITLE}4 of 8 come; of 9 with vacant posts"
    says(office, "seat-7", "yes")
    says(office, "seat-8", "yes")
    assert "6 of 8 without vacant posts, 6 needed; 6 of 9 with vacant posts counted, 6 needed" in live(office).text
    assert "Either way the number is reached." in live(office).text
    assert stands(office).met is True


def test_cover_that_is_known_counts_as_a_deputy_in_the_forecast_until_it_ends(office: Office) -> None:
    for post in SEATS[:5]:
        says(office, post, "yes")
    says(office, "seat-6", "no")
    cover = {"post": "seat-6", "person": "auditor", "since": "2027-04-19", "until": "2027-04-23"}
    office.done(MANAGER, "people.cover", **cover)
    assert live(office).title == f"{TITLE}5 of 9 come without deputies, 6 with"
    assert "Seat 6: does not come; Auditor covers the post that day" in shown(office)
    office.done(MANAGER, "people.uncover", post="seat-6")
    assert live(office).title == f"{TITLE}5 of 9 come"


def test_cover_for_another_group_or_another_hour_is_none(office: Office) -> None:
    with office.runner.store.writing() as session:
        scope = Scope(session, office.partnership)
        day, who = meeting_in(scope).day, people.in_post(scope, "auditor", office.today)
        assert who is not None
        for post, group, hours in (("seat-6", "other", ("", "")), ("seat-7", "", ("13:00", "17:00"))):
            people.enter_cover(scope, post=post, person=who, since=day, until=day, group=group, hours=hours)
        people.enter_cover(scope, post="seat-8", person=who, since=day, until=day, hours=("09:00", "12:00"))
    assert [seat(office, post).comes for post in ("seat-6", "seat-7", "seat-8")] == ["", "", "deputy"]


# Each reading, until somebody by name confirms one


def test_with_a_deputy_in_both_readings_stand_and_quorate_is_said_only_once_one_is_confirmed(office: Office) -> None:
    for post in SEATS[:5]:
        says(office, post, "yes")
    says(office, "seat-6", "deputy")
    assert numbers(office) == [(5, 9, 6), (6, 9, 6)]
    assert lines(office) == [
        "5 without deputies, 6 with: our arrangements do not say. 6 of 9 representatives are needed."
    ]
    assert "quorate" not in shown(office) + live(office).text
    confirmed = {"what": "deputies", "counts": "yes", "because": "agreed in January"}
    answer = office.done(CHAIR, "quorum.confirm", **about(office), **confirmed)
    said = "That deputies count was confirmed for this meeting by Seat 1 on Tue 30 Mar 2027, because agreed in January."
    assert answer.text == said
    assert numbers(office) == [(6, 9, 6)]
    assert lines(office)[1] == said and "as it stands the meeting is quorate" in live(office).text
    office.done(CHAIR, "undo")
    assert numbers(office) == [(5, 9, 6), (6, 9, 6)]


def test_what_is_confirmed_for_good_holds_for_every_meeting_and_one_meeting_may_differ(office: Office) -> None:
    says(office, "seat-6", "deputy")
    office.done(MANAGER, "quorum.confirm", group="executive", what="deputies", counts="no", for_good="yes")
    assert numbers(office) == [(0, 9, 6)]
    office.done(CHAIR, "quorum.confirm", **about(office), what="deputies", counts="yes")
    assert numbers(office) == [(1, 9, 6)]


@pytest.mark.parametrize(
    ("who", "form", "said"),
    [
        ("seat-2", {}, "This can be done by the business manager, the chair or the vice chair of that group."),
        (MANAGER, {"place": ""}, "Say of which meeting, or that it is for good."),
        (MANAGER, {"because": "as for 943 476 5919"}, "This holds an NHS number."),
    ],
)
def test_how_a_quorum_is_read_is_confirmed_by_those_who_may_for_a_meeting(
    office: Office, who: str, form: dict[str, object], said: str
) -> None:
    given = {**about(office), "what": "deputies", "counts": "yes", **form}
    assert office.refused(who, "quorum.confirm", **given).startswith(said)


def test_what_our_arrangements_say_is_not_confirmed_otherwise() -> None:
    quorum = {"kind": "fraction", "percent": 66, "deputies": "count"}
    definition = the_nine(quorum=quorum)
    with an_office(definition=definition) as office:
        given = {"group": "executive", "place": "n1", "what": "deputies", "counts": "no"}
        assert "Our arrangements say it: deputies count" in office.refused(MANAGER, "quorum.confirm", **given)


# What would mend it


def test_ten_days_before_the_chair_hears_how_it_stands_with_all_that_would_mend_it(office: Office) -> None:
    says(office, "seat-2", "no")
    says(office, "seat-3", "deputy")
    comes_to(office, OFFERED)
    [offer] = told(office, CHAIR, "quorum-needed")
    assert offer.title == f"{TITLE}0 of 9 come without deputies, 1 with"
    assert [button.label for button in offer.buttons] == [
        "Confirm whether deputies count",
        "Remind who has not answered (7)",
        "Ask for deputies (1)",
        "Find another date",
        "Defer it",
    ]
    assert "- Seat 2: does not come" in offer.text


def test_where_every_seat_comes_the_chair_is_left_in_peace(office: Office) -> None:
    for post in SEATS:
        says(office, post, "yes")
    comes_to(office, OFFERED)
    assert told(office, CHAIR, "quorum-needed") == []


def test_the_chair_reminds_those_without_an_answer_once_a_day(office: Office) -> None:
    says(office, "seat-2", "yes")
    for day, more in (("2027-03-31 10:00", 1), ("2027-03-31 15:00", 1), ("2027-04-01 10:00", 2)):
        office.moves_to(day)
        answer = office.done(CHAIR, "attendance.remind", **about(office))
        assert [len(told(office, post, "attendance-asked")) for post in ("seat-2", "seat-3")] == [1, 1 + more]
    assert answer.text.startswith("Reminded: Seat 1, Seat 3")
    for post in SEATS:
        says(office, post, "yes")
    assert "has answered" in office.refused(CHAIR, "attendance.remind", **about(office))


def test_deputies_are_asked_for_those_who_do_not_come_and_else_the_holder_is_asked_to_send_one(office: Office) -> None:
    enters(office, "deputy@agency.example", "seat-2", "deputy")
    says(office, "seat-2", "no")
    says(office, "seat-3", "unsure")
    answer = office.done(CHAIR, "attendance.ask-deputies", **about(office))
    assert answer.text == "Asked as deputies: Seat 2.\nAsked to send one: Seat 3."
    with office.reading() as scope:
        keys = outbox.keys_of(scope, "attendance-asked:")[people.person_id("deputy@agency.example")]
        assert [":deputy:" in key for key in keys] == [True]
    [asked] = told(office, "seat-3", "attendance-asked")[1:]
    assert [button.label for button in asked.buttons] == ["My deputy comes"]


def test_a_meeting_is_deferred_with_its_reason_and_all_who_are_invited_hear_it(office: Office) -> None:
    says(office, "seat-2", "yes")
    answer = office.done(CHAIR, "attendance.defer", **about(office), because="numbers", words="half-term")
    assert answer.title == "Deferred, with no day yet"
    with office.reading() as scope:
        row = meeting_in(scope)
        assert row.status == "cancelled"
        assert row.reason == "deferred by Seat 1: too few come (1 of 9 come); half-term"
    assert [button.label for button in answer.buttons] == ["Undo", "Find a date"]
    office.done(CHAIR, "undo")
    assert seat(office, "seat-2").comes == "yes"


def test_a_meeting_is_deferred_to_a_day_that_is_known(office: Office) -> None:
    office.done(CHAIR, "attendance.defer", **about(office), because="other", words="snow", day="2027-05-11")
    with office.reading() as scope:
        row = meeting_in(scope)
        assert (str(row.day), row.status) == ("2027-05-11", "confirmed")
        assert row.reason.startswith("deferred by Seat 1: snow")


def test_another_reason_has_to_be_said_and_only_whoever_chairs_defers(office: Office) -> None:
    assert office.refused(CHAIR, "attendance.defer", **about(office), because="other").startswith("This is needed.")
    assert "the chair" in office.refused("seat-2", "attendance.defer", **about(office), because="numbers")


# A panel: signed first, skills, and no number


@pytest.fixture
def panel() -> Iterator[Office]:
    seats = [
        {"post": "seat-1", "skill": "public health"},
        {"post": "seat-2", "skill": "paediatrics"},
        {"post": "seat-3", "skill": "nursing"},
        {"post": "seat-4", "capacity": "co-opted", "skill": "paediatrics"},
    ]
    quorum = {"kind": "discretion", "deputies": "count"}
    agreement = {"name": "confidentiality agreement"}
    with an_office_of_nine(the_nine(quorum=quorum, seats=seats, agreement=agreement, content_outside=True)) as office:
        with office.runner.store.writing() as session:
            scope = Scope(session, office.partnership)
            given = {"partnership": office.partnership, "group": "executive", "at": office.now}
            for post in ("seat-1", "seat-3", "seat-4"):
                person = people.in_post(scope, post, office.today)
                assert person is not None
                session.add(Signed(**given, person=person, on=office.today))
            session.add(Needed(**given, meeting=meeting_in(scope).place, skill="paediatrics"))
        yield office


def test_who_has_not_signed_is_asked_to_sign_first_and_does_not_count(panel: Office) -> None:
    comes_to(panel, "2027-03-30 09:30")
    [asked] = told(panel, "seat-2", "attendance-asked")
    assert "the confidentiality agreement has to be signed" in asked.text
    assert "has to be signed" not in told(panel, "seat-3", "attendance-asked")[0].text
    answer = says(panel, "seat-2", "yes")
    assert "has to sign the confidentiality agreement before taking part" in answer.text
    assert seat(panel, "seat-2").unsigned and stands(panel).readings[0].here == 0


def test_a_skill_that_is_needed_is_missing_until_somebody_brings_it_be_they_co_opted(panel: Office) -> None:
    says(panel, "seat-1", "yes")
    says(panel, "seat-2", "no")
    assert lines(panel) == [
        "1 of 3 come. No number is stated: whoever chairs decides whether it can do its business.",
        "Skills not there yet: paediatrics.",
    ]
    panel.done(MANAGER, "attendance.told", **about(panel), post="seat-4", value="yes")
    assert lines(panel) == ["1 of 3 come. No number is stated: whoever chairs decides whether it can do its business."]
    answer = panel.done(CHAIR, "attendance.defer", **about(panel), because="skills")
    assert "a skill that is needed is missing" in answer.text


def test_without_a_rule_no_number_is_invented() -> None:
    with an_office_of_nine(the_nine(quorum=None)) as office:
        says(office, "seat-2", "yes")
        assert lines(office) == [
            "1 of 9 come. No quorum: our arrangements do not say, so no number is said. Whoever chairs decides."
        ]
        assert "quorate" not in shown(office)
        given = {**about(office), "what": "deputies", "counts": "yes"}
        assert "have no quorum for the Executive" in office.refused(CHAIR, "quorum.confirm", **given)
