"""Rounds: opened by the meeting, by the year, by hand; moved and ended with their meeting; closed and cancelled."""

import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from commands import chasing_letters, return_rounds
from storage.records import meetings, outbox, returns
from storage.records.meetings import MeetingRow
from storage.records.returns import Enrolled, Round
from storage.records.scope import Scope
from tests.offices import Office
from tests.returns_given import (
    AUDIT,
    LIFE,
    REPORT,
    Given,
    a_partnership_of_reports,
    an_owed_report,
    in_the_post,
    owed,
    says_nothing,
    the_round,
)

from .chased import MANAGER, due_times, letters, lines, mornings_to, settings, stored

CHAIRS = ("bs-life-chair", "bs-vulnerable-chair", "bs-complex-chair")


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports("2027-01-12 06:00") as office:
        yield office


def the_sog(office: Office) -> MeetingRow:
    """The next meeting of the Senior Officers Group."""
    with office.reading() as scope:
        row = meetings.upcoming(scope, "sog", office.today)
        assert row is not None
        scope.session.expunge(row)
        return row


def rounds(office: Office) -> list[Round]:
    with office.reading() as scope:
        found = returns.rounds(scope)
        scope.session.expunge_all()
        return found


# By the meeting


def test_a_round_opens_a_fortnight_before_it_is_due_and_asks_each_chair_once(office: Office) -> None:
    meeting = the_sog(office)
    due, opens = date(2027, 1, 29), date(2027, 1, 15)  # Fridays; ten days before is a Saturday
    assert meeting.day == date(2027, 2, 9)
    mornings_to(office, (opens - timedelta(days=1)).isoformat())
    assert rounds(office) == []
    mornings_to(office, (opens + timedelta(days=1)).isoformat())
    [round_] = rounds(office)
    assert (round_.place, round_.due, round_.group) == (f"sog.{meeting.place}", due, "sog")
    assert round_.name.startswith("Exception report for the Senior Officers Group of ")
    for chair in CHAIRS:
        [asked] = letters(office, office.person(chair), "report-asked")
        assert [button.does for button in asked.buttons] == ["return.save", "return.nothing", "return.not-us"]
    assert {row.created_at.date() for row in stored(office, "report-asked")} == {opens}


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2027-02-02 06:00", [date(2027, 2, 3)]),  # Tuesday: a day is left, for the meeting of Tuesday 9 February
        ("2027-02-08 06:00", []),  # Monday: the next open day is the meeting's own
    ],
)
def test_where_a_meeting_comes_into_sight_after_the_day_due_a_day_is_left_or_nobody_is_asked(
    opened: str, due: list[date]
) -> None:
    with a_partnership_of_reports(opened) as office:
        office.run_to(f"{opened[:10]} 12:00")
        assert [each.due for each in rounds(office)] == due


def test_a_moved_meeting_takes_its_round_along_and_whoever_was_asked_hears_it_once(office: Office) -> None:
    given = an_owed_report(office)
    meeting, before = the_sog(office), the_round(office, given)
    says_nothing(office, "bs-complex-chair", Given(REPORT, given.place, "group.bs-complex"))
    later = meeting.day + timedelta(days=14)
    office.done(MANAGER, "meeting.move", group="sog", place=meeting.place, day=later)
    after = the_round(office, given)
    assert after.due == before.due + timedelta(days=14) and after.generation == before.generation + 1
    assert f"{later.day} {later:%B %Y}" in after.name
    told = [row.person for row in stored(office, "report-moved")]
    assert sorted(told) == sorted(office.person(chair) for chair in CHAIRS[:2])
    mornings_to(office, (before.due + timedelta(days=3)).isoformat())
    assert lines(office, office.person("bs-life-chair")) == []  # nothing is asked by the day that was


def test_moved_twice_before_anybody_reads_it_the_round_has_the_last_day(office: Office) -> None:
    given = an_owed_report(office)
    meeting, due = the_sog(office), the_round(office, given).due
    for days in (7, 21):
        day = meeting.day + timedelta(days=days)
        office.done(MANAGER, "meeting.move", group="sog", place=meeting.place, day=day)
    assert the_round(office, given).due == due + timedelta(days=21)
    assert len(due_times(office, given.record)) == 6


def test_a_cancelled_meeting_ends_its_round_and_taking_that_back_opens_it_again(office: Office) -> None:
    office.moves_to("2027-01-12 10:00")
    given = an_owed_report(office)
    office.deliver()
    meeting = the_sog(office)
    office.done(MANAGER, "meeting.cancel", group="sog", place=meeting.place)
    assert the_round(office, given).state == "cancelled" and due_times(office, given.record) == []
    gone = letters(office, office.person("bs-life-chair"), "report-moved")
    assert len(gone) == 1 and gone[0].title.startswith("No longer asked for")
    office.done(MANAGER, "undo")
    again = the_round(office, given)
    assert (again.state, again.ended_because) == ("open", "") and due_times(office, given.record)
    assert len(letters(office, office.person("bs-life-chair"), "report-moved")) == 2


def test_what_was_asked_and_has_not_gone_out_is_taken_back_instead_of_being_cancelled_by_a_second_letter(
    office: Office,
) -> None:
    an_owed_report(office)
    office.done(MANAGER, "return.cancel", because="opened by mistake")
    assert {row.state for row in stored(office, "report-asked")} == {"dropped"}
    assert stored(office, "report-moved") == []


def test_a_round_that_was_cancelled_by_hand_stays_so_whatever_becomes_of_its_meeting(office: Office) -> None:
    given = an_owed_report(office)
    meeting = the_sog(office)
    office.done(MANAGER, "return.cancel", because="it is asked for by telephone")
    day = meeting.day + timedelta(days=7)
    office.done(MANAGER, "meeting.move", group="sog", place=meeting.place, day=day)
    assert the_round(office, given).state == "cancelled"


def test_a_round_closes_by_itself_two_weeks_after_its_meeting_and_says_what_is_missing(office: Office) -> None:
    given = an_owed_report(office)
    meeting = the_sog(office)
    office.tick(f"{meeting.day + timedelta(days=14)} 06:00")
    assert the_round(office, given).state == "open"
    office.tick(f"{meeting.day + timedelta(days=16)} 06:00")
    closed = the_round(office, given)
    assert closed.state == "closed" and closed.ended_because.startswith("its meeting was on ")
    assert owed(office, given).state == "nothing"


# By the year


def test_a_round_of_a_year_opens_by_itself_and_the_day_before_it_does_not() -> None:
    audit = {"by_hand": False, "month": 3, "from_agencies": ["constabulary"], "opens_days": 30}
    with a_partnership_of_reports("2027-02-25 06:00", audit=audit, lead_days=None) as office:
        in_the_post(office, "lead:constabulary", "lead@constabulary.example")
        mornings_to(office, "2027-02-28")
        assert rounds(office) == []
        mornings_to(office, "2027-03-01")
        [round_] = rounds(office)
        assert (round_.place, round_.due, round_.name) == ("2027", date(2027, 3, 31), "Audit 2027")


def test_a_round_that_nobody_owes_is_not_opened_and_the_business_manager_hears_it() -> None:
    audit = {"by_hand": False, "month": 3, "from_agencies": [], "from_duty": "section-175"}
    with a_partnership_of_reports("2027-02-25 06:00", audit=audit, lead_days=None) as office:
        mornings_to(office, "2027-02-25")
        assert rounds(office) == []
        [told] = letters(office, office.person(MANAGER), "round-opens")
        assert "Nobody owes it" in told.text


# By hand


def test_what_is_opened_by_hand_shows_first_who_is_asked_and_changes_nothing(office: Office) -> None:
    shown = office.preview(MANAGER, "return.open", report=REPORT, due="2027-03-12", name="for the new chair")
    words = "\n".join(map(str, shown.changes))
    assert "asked of 3" in words and "Best Start in Life" in words and "chosen, since our arrangements" in words
    assert rounds(office) == []
    office.done(MANAGER, "return.open", report=REPORT, due="2027-03-12", name="for the new chair")
    [round_] = rounds(office)
    assert round_.name == "Exception report, for the new chair"
    again = {"report": REPORT, "due": "2027-04-12", "name": "for the new chair"}
    assert "already" in office.refused(MANAGER, "return.open", **again)


def test_opening_by_hand_tells_every_mistake_at_once_and_opens_nothing(office: Office) -> None:
    said = office.refused(MANAGER, "return.open", report=REPORT, due="2026-03-12", only="Best Start in Life; Atlantis")
    assert "That day is past." in said and '"Atlantis"' in said
    assert rounds(office) == []


def test_only_those_who_are_named_are_asked(office: Office) -> None:
    office.done(MANAGER, "return.open", report=REPORT, due="2027-03-12", only="Best Start in Life")
    with office.reading() as scope:
        [round_] = returns.rounds(scope)
        assert [each.who for each in returns.all_owed(scope, round_)] == [LIFE]


def test_undoing_an_opening_takes_it_back(office: Office) -> None:
    office.done(MANAGER, "return.open", report=REPORT, due="2027-03-12")
    office.done(MANAGER, "undo")
    assert [each.state for each in rounds(office)] == ["cancelled"]


def test_a_closed_round_says_what_is_missing_and_nobody_is_reminded(office: Office) -> None:
    given = an_owed_report(office)
    said = office.done(MANAGER, "return.close", round=the_round(office, given).record)
    assert "Not in: " in said.text and "Best Start in Life" in said.text
    assert due_times(office, given.record) == []
    assert "No report or audit" in office.refused(MANAGER, "return.close")
    office.done(MANAGER, "undo")
    assert the_round(office, given).state == "open" and due_times(office, given.record)


def test_reminding_by_hand_tells_those_who_are_out_once_a_day_and_counts_it(office: Office) -> None:
    given = an_owed_report(office)
    says_nothing(office, "bs-life-chair", given)
    office.moves_to("2027-01-12 10:00")
    first = office.done(MANAGER, "return.remind")
    assert "2 reminders" in first.title and "2 prompts in seven days" in first.text
    assert {row.person for row in stored(office, "report-reminder")} == {office.person(c) for c in CHAIRS[1:]}
    second = office.done(MANAGER, "return.remind")
    assert "0 reminders" in second.title and "reminded today already" in second.text


def test_what_is_sent_by_hand_at_night_goes_out_in_the_next_open_morning(office: Office) -> None:
    office.moves_to("2027-01-15 22:00")  # a Friday
    an_owed_report(office)
    assert {row.not_before for row in stored(office, "report-asked")} == {office.at("2027-01-18 07:00")}


# Large rounds


def test_a_round_of_400_settings_opens_in_seconds_and_asks_each_of_them(office: Office) -> None:
    settings(office, 400)
    office.moves_to("2027-01-12 10:00")
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        report = next(each for each in work.arrangements.returns if each.id == AUDIT)
        report = report.model_copy(update={"from_agencies": (), "from_duty": "section-175"})
        began = time.perf_counter()
        return_rounds.open_round(work, report, place="2027", name="Audit 2027", due=date(2027, 2, 26))
        took = time.perf_counter() - began
    assert took < 10, f"it took {took:.1f} seconds"
    asked = stored(office, "report-asked")
    assert len(asked) == 400 == len({row.person for row in asked}) and all(row.words.link for row in asked)
    waits = [row.not_before - office.now for row in asked]
    assert min(waits) >= timedelta(0) and max(waits) < 400 * chasing_letters.EACH
    assert len({row.not_before for row in asked}) > 200  # one by one, and nothing else waits for them
    assert {row.lane for row in asked} == {outbox.IN_TURN}


def test_opening_asks_no_question_for_each_respondent(office: Office) -> None:
    """The number of queries that read does not grow with those who owe, beside one look for each message."""
    counts = []
    for number in (20, 40):
        with a_partnership_of_reports("2027-01-12 10:00", lead_days=None) as other:
            settings(other, number)
            seen: list[str] = []
            engine = other.runner.store.engine
            with other.runner.store.writing() as session:
                work = other.runner.work(Scope(session, other.partnership), other.actor(MANAGER), other.now)
                report = next(each for each in work.arrangements.returns if each.id == AUDIT)
                report = report.model_copy(update={"from_agencies": (), "from_duty": "section-175"})

                def listens(_c: object, _cursor: object, sql: str, *_rest: object, into: list[str] = seen) -> None:
                    into.append(sql)

                event.listen(engine, "before_cursor_execute", listens)
                return_rounds.open_round(work, report, place="2027", name="Audit 2027", due=date(2027, 2, 26))
            event.remove(engine, "before_cursor_execute", listens)
            counts.append(sum(sql.lstrip().startswith("SELECT") and "outbox" not in sql for sql in seen))
    assert counts[0] == counts[1]


def test_a_setting_that_ended_is_asked_for_nothing_new(office: Office) -> None:
    settings(office, 2, leads=False)
    with office.runner.store.writing() as session:
        ended = session.get(Enrolled, (office.partnership, "school-000"))
        assert ended is not None
        ended.until = office.today - timedelta(days=1)
        session.add(ended)
    said = office.refused(MANAGER, "return.open", report=REPORT, due="2027-03-12", only="School 000; School 001")
    assert 'nobody called "School 000"' in said and 'called "School 001"' not in said
