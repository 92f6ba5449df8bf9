"""The clocks of a serious incident in both counties, against dates worked by hand: each with its weekday.

Beside the catalogue's worked dates (REQUIREMENTS section 10): Easter 2027, Christmas with the office closed, both
changes of the clocks, a leap year. Bank holidays in them: 25 and 28 December 2026, 1 January 2027, Good Friday
26 March and Easter Monday 29 March 2027, 3 and 31 May 2027.
"""

import tomllib
from datetime import UTC, date, datetime
from functools import cache

import pytest

from storage.arrangements.calendars import WorkingDays, england
from storage.arrangements.clocks import Deadline, clock, tasks
from storage.arrangements.packs import RulePack
from storage.arrangements.partnership import Arrangements
from storage.arrangements.plannings import Closure
from templates import pack_text, partnership_text

Time = date | datetime
CLOSED = [
    Closure.model_validate({"from": date(2026, 12, 21), "until": date(2027, 1, 8)}),
    Closure.model_validate({"from": date(2027, 3, 22), "until": date(2027, 4, 9)}),
]


@cache
def county(name: str) -> Arrangements:
    return Arrangements.model_validate(tomllib.loads(partnership_text(name)))


@cache
def rules() -> RulePack:
    return RulePack.model_validate(tomllib.loads(pack_text("working-together")))


@cache
def calendar() -> WorkingDays:
    return england(2019, 2030)


def day(text: str) -> date:
    """ "Fri 6 Sep 2019", whose weekday must be right."""
    read = datetime.strptime(text, "%a %d %b %Y").replace(tzinfo=UTC).date()
    assert f"{read:%a}" == text[:3], f"{text} is a {read:%A}"
    return read


def at(text: str) -> datetime:
    """ "Fri 6 Sep 2019 10:00", local and without offset, as somebody types it."""
    words, clock_time = text.rsplit(" ", 1)
    hour, minute = clock_time.split(":")
    return datetime.combine(day(words), datetime.min.time()).replace(hour=int(hour), minute=int(minute))


def stages(name: str, days: WorkingDays | None = None, **facts: Time) -> dict[str, Deadline]:
    given = {fact.replace("_", "-"): when for fact, when in facts.items()}
    found = clock(county(name), "serious-incident", given, days or calendar(), rules())
    return {each.stage: each for each in found}


def readings(found: Deadline) -> tuple[Time | None, Time | None, Time | None]:
    return found.earliest, found.due, found.latest


# Buckinghamshire: numbered working days from the receipt, their calendar days as the early warning

NUMBERED = ("alert", "panel", "rapid-review", "submission", "decision", "feedback")
BUCKS = {
    # The catalogue's worked example.
    ("Thu 5 Sep 2019 16:00", "Fri 6 Sep 2019 10:00"): {
        "referral": "2019-09-06T16:00:00+01:00",
        "alert": ("Fri 6 Sep 2019", "Fri 6 Sep 2019", "Fri 6 Sep 2019"),
        "panel": ("Sat 7 Sep 2019", "Mon 9 Sep 2019", "Thu 12 Sep 2019"),
        "rapid-review": ("Sun 15 Sep 2019", "Thu 19 Sep 2019", "Thu 19 Sep 2019"),
        "submission": ("Tue 17 Sep 2019", "Mon 23 Sep 2019", "Mon 23 Sep 2019"),
        "decision": ("Thu 19 Sep 2019", "Wed 25 Sep 2019", "Wed 25 Sep 2019"),
        "feedback": ("Fri 20 Sep 2019", "Thu 26 Sep 2019", "Thu 26 Sep 2019"),
        "report": "Wed 25 Mar 2020",
    },
    # A doctor's mail of a Friday evening, typed in on Tuesday: the days count from the receipt, over Easter.
    ("Thu 18 Mar 2027 20:00", "Fri 19 Mar 2027 18:10"): {
        "referral": "2027-03-19T20:00:00+00:00",
        "alert": ("Fri 19 Mar 2027", "Fri 19 Mar 2027", "Fri 19 Mar 2027"),
        "panel": ("Sat 20 Mar 2027", "Mon 22 Mar 2027", "Thu 25 Mar 2027"),
        "rapid-review": ("Sun 28 Mar 2027", "Mon 5 Apr 2027", "Mon 5 Apr 2027"),
        "submission": ("Tue 30 Mar 2027", "Wed 7 Apr 2027", "Wed 7 Apr 2027"),
        "decision": ("Thu 1 Apr 2027", "Fri 9 Apr 2027", "Fri 9 Apr 2027"),
        "feedback": ("Fri 2 Apr 2027", "Mon 12 Apr 2027", "Mon 12 Apr 2027"),
        "report": "Sat 9 Oct 2027",
    },
    # Received on Good Friday: Day 1 is the Tuesday after Easter. The clocks go on within the weekend.
    ("Fri 26 Mar 2027 09:00", "Fri 26 Mar 2027 18:10"): {
        "referral": "2027-03-27T09:00:00+00:00",
        "alert": ("Tue 30 Mar 2027", "Tue 30 Mar 2027", "Tue 30 Mar 2027"),
        "panel": ("Wed 31 Mar 2027", "Wed 31 Mar 2027", "Mon 5 Apr 2027"),
        "rapid-review": ("Thu 8 Apr 2027", "Mon 12 Apr 2027", "Mon 12 Apr 2027"),
        "submission": ("Sat 10 Apr 2027", "Wed 14 Apr 2027", "Wed 14 Apr 2027"),
        "decision": ("Mon 12 Apr 2027", "Fri 16 Apr 2027", "Fri 16 Apr 2027"),
        "feedback": ("Tue 13 Apr 2027", "Mon 19 Apr 2027", "Mon 19 Apr 2027"),
        "report": "Sat 16 Oct 2027",
    },
    # Two days before Christmas, with the office closed until 8 January: no clock of a stage stops.
    ("Wed 23 Dec 2026 10:00", "Wed 23 Dec 2026 16:00"): {
        "referral": "2026-12-24T10:00:00+00:00",
        "alert": ("Wed 23 Dec 2026", "Wed 23 Dec 2026", "Wed 23 Dec 2026"),
        "panel": ("Thu 24 Dec 2026", "Thu 24 Dec 2026", "Mon 4 Jan 2027"),
        "rapid-review": ("Fri 1 Jan 2027", "Fri 8 Jan 2027", "Fri 8 Jan 2027"),
        "submission": ("Sun 3 Jan 2027", "Tue 12 Jan 2027", "Tue 12 Jan 2027"),
        "decision": ("Tue 5 Jan 2027", "Thu 14 Jan 2027", "Thu 14 Jan 2027"),
        "feedback": ("Wed 6 Jan 2027", "Fri 15 Jan 2027", "Fri 15 Jan 2027"),
        "report": "Wed 14 Jul 2027",
    },
    # The night in which the clocks go back: 24 hours end an hour earlier on the wall.
    ("Sat 30 Oct 2027 20:00", "Mon 1 Nov 2027 08:00"): {
        "referral": "2027-10-31T19:00:00+00:00",
        "alert": ("Mon 1 Nov 2027", "Mon 1 Nov 2027", "Mon 1 Nov 2027"),
        "panel": ("Tue 2 Nov 2027", "Tue 2 Nov 2027", "Fri 5 Nov 2027"),
        "rapid-review": ("Wed 10 Nov 2027", "Fri 12 Nov 2027", "Fri 12 Nov 2027"),
        "submission": ("Fri 12 Nov 2027", "Tue 16 Nov 2027", "Tue 16 Nov 2027"),
        "decision": ("Sun 14 Nov 2027", "Thu 18 Nov 2027", "Thu 18 Nov 2027"),
        "feedback": ("Mon 15 Nov 2027", "Fri 19 Nov 2027", "Fri 19 Nov 2027"),
        "report": "Thu 18 May 2028",
    },
    # The night in which they go on: an hour later on the wall.
    ("Sat 27 Mar 2027 20:00", "Tue 30 Mar 2027 09:00"): {
        "referral": "2027-03-28T21:00:00+01:00",
        "alert": ("Tue 30 Mar 2027", "Tue 30 Mar 2027", "Tue 30 Mar 2027"),
        "panel": ("Wed 31 Mar 2027", "Wed 31 Mar 2027", "Mon 5 Apr 2027"),
        "rapid-review": ("Thu 8 Apr 2027", "Mon 12 Apr 2027", "Mon 12 Apr 2027"),
        "submission": ("Sat 10 Apr 2027", "Wed 14 Apr 2027", "Wed 14 Apr 2027"),
        "decision": ("Mon 12 Apr 2027", "Fri 16 Apr 2027", "Fri 16 Apr 2027"),
        "feedback": ("Tue 13 Apr 2027", "Mon 19 Apr 2027", "Mon 19 Apr 2027"),
        "report": "Sat 16 Oct 2027",
    },
    # A leap year: 29 February counts.
    ("Mon 21 Feb 2028 08:00", "Mon 21 Feb 2028 12:00"): {
        "referral": "2028-02-22T08:00:00+00:00",
        "alert": ("Mon 21 Feb 2028", "Mon 21 Feb 2028", "Mon 21 Feb 2028"),
        "panel": ("Tue 22 Feb 2028", "Tue 22 Feb 2028", "Mon 28 Feb 2028"),
        "rapid-review": ("Wed 1 Mar 2028", "Fri 3 Mar 2028", "Fri 3 Mar 2028"),
        "submission": ("Fri 3 Mar 2028", "Tue 7 Mar 2028", "Tue 7 Mar 2028"),
        "decision": ("Sun 5 Mar 2028", "Thu 9 Mar 2028", "Thu 9 Mar 2028"),
        "feedback": ("Mon 6 Mar 2028", "Fri 10 Mar 2028", "Fri 10 Mar 2028"),
        "report": "Sat 9 Sep 2028",
    },
}


@pytest.mark.ids("PATH-BUCKS-SI-24H", "AMB-BUCKS-24H", "AMB-BUCKS-DAY1", "AMB-BUCKS-DAYS", "AMB-NATIONAL-NOTIFY")
@pytest.mark.ids("PATH-BUCKS-SI-D1", "PATH-BUCKS-SI-D2", "PATH-BUCKS-SI-D10", "PATH-BUCKS-SI-D12", "PATH-BUCKS-SI-D15")
@pytest.mark.parametrize(("aware", "received"), BUCKS)
def test_buckinghamshires_numbered_days(aware: str, received: str) -> None:
    by_hand = BUCKS[aware, received]
    found = stages("buckinghamshire", aware=at(aware), received=at(received))
    referral, report = found["referral"].due, found["report"]
    assert isinstance(referral, datetime) and referral.isoformat() == by_hand["referral"]
    for name in NUMBERED:
        assert readings(found[name]) == tuple(day(text) for text in by_hand[name]), name
    assert (report.due, report.provisional) == (day(str(by_hand["report"])), True)
    closed = calendar().with_closures(CLOSED)
    assert stages("buckinghamshire", closed, aware=at(aware), received=at(received)) == found


@pytest.mark.ids("PATH-BUCKS-LCSPR-6M", "AMB-BUCKS-6MONTHS")
@pytest.mark.parametrize(
    ("decided", "due"),
    [
        ("Wed 25 Sep 2019", "Wed 25 Mar 2020"),
        ("Tue 31 Aug 2027", "Tue 29 Feb 2028"),
        ("Mon 31 Aug 2026", "Sun 28 Feb 2027"),
        ("Tue 29 Feb 2028", "Tue 29 Aug 2028"),
        ("Wed 30 Jun 2027", "Thu 30 Dec 2027"),
    ],
)
def test_buckinghamshires_report_is_aimed_at_six_months_after_the_decision(decided: str, due: str) -> None:
    found = stages("buckinghamshire", aware=day(decided), received=day(decided), decided=day(decided))["report"]
    assert readings(found) == (day(due),) * 3 and not found.provisional


@pytest.mark.ids("PATH-BUCKS-SI-D14-NOTIFY", "AMB-BUCKS-NOTIFYTWICE")
def test_buckinghamshires_two_notifications_of_the_panel_have_two_owners_and_two_days() -> None:
    found = stages("buckinghamshire", aware=at("Thu 5 Sep 2019 16:00"), received=at("Fri 6 Sep 2019 10:00"))
    (of_decision,) = tasks(county("buckinghamshire"), "serious-incident", rules(), list(found.values()))
    told = ("national-panel", "dfe", "ofsted")
    assert [(each.owner, each.due, each.told) for each in (found["panel"], of_decision)] == [
        ("council-notification-team", day("Mon 9 Sep 2019"), told),
        ("business-manager", day("Wed 25 Sep 2019"), told),
    ]


# Gloucestershire: five working days; fifteen days of a kind that is not said, from a start that is not settled

GLOS = {
    # The catalogue's worked example.
    ("Fri 1 Oct 2021 09:00", "Fri 8 Oct 2021 15:00"): (
        "Fri 8 Oct 2021",
        ("Sat 16 Oct 2021", "Sat 23 Oct 2021", "Fri 29 Oct 2021"),
        "Fri 15 Oct 2021",
    ),
    # Easter, and the clocks go on.
    ("Fri 19 Mar 2027 18:10", "Wed 24 Mar 2027 12:00"): (
        "Tue 30 Mar 2027",
        ("Sat 3 Apr 2027", "Thu 8 Apr 2027", "Fri 16 Apr 2027"),
        "Fri 2 Apr 2027",
    ),
    # Christmas, with the office closed.
    ("Mon 21 Dec 2026 11:00", "Wed 30 Dec 2026 16:00"): (
        "Wed 30 Dec 2026",
        ("Tue 5 Jan 2027", "Thu 14 Jan 2027", "Thu 21 Jan 2027"),
        "Tue 5 Jan 2027",
    ),
    # The clocks go back; half an hour before midnight is the local day.
    ("Thu 28 Oct 2027 23:30", "Mon 1 Nov 2027 09:00"): (
        "Thu 4 Nov 2027",
        ("Fri 12 Nov 2027", "Tue 16 Nov 2027", "Mon 22 Nov 2027"),
        "Fri 12 Nov 2027",
    ),
    # A leap year.
    ("Tue 15 Feb 2028 10:00", "Thu 17 Feb 2028 10:00"): (
        "Tue 22 Feb 2028",
        ("Wed 1 Mar 2028", "Fri 3 Mar 2028", "Thu 9 Mar 2028"),
        "Wed 1 Mar 2028",
    ),
}


@pytest.mark.ids("PATH-GLOS-SI-5WD", "PATH-GLOS-RR-15", "AMB-GLOS-15DAYS", "AMB-GLOS-15START", "AMB-WORKINGDAY")
@pytest.mark.parametrize(("aware", "notified"), GLOS)
def test_gloucestershires_five_days_and_every_reading_of_its_fifteen(aware: str, notified: str) -> None:
    panel, review, reminded = GLOS[aware, notified]
    facts = {"aware": at(aware), "notified": at(notified)}
    found = stages("gloucestershire", **facts)
    assert readings(found["panel"]) == (day(panel),) * 3
    assert readings(found["rapid-review"]) == tuple(day(text) for text in review)
    assert found["rapid-review"].reminder_day == day(reminded), "the earliest reading is chased, on a working day"
    assert not found["panel"].provisional and not found["rapid-review"].provisional
    assert stages("gloucestershire", calendar().with_closures(CLOSED), **facts) == found


@pytest.mark.ids("AMB-GLOS-15DAYS", "AMB-GLOS-15START")
def test_gloucestershires_working_names_fifteen_days_from_each_start_in_each_unit() -> None:
    found = stages("gloucestershire", aware=day("Fri 1 Oct 2021"), notified=day("Fri 8 Oct 2021"))["rapid-review"]
    said = "\n".join(found.working)
    aware, notified = "a professional becomes aware of the incident", "the national Panel is notified"
    for unit, start, due in (
        ("calendar", aware, "Saturday 16 October 2021"),
        ("working", aware, "Friday 22 October 2021"),
        ("calendar", notified, "Saturday 23 October 2021"),
        ("working", notified, "Friday 29 October 2021"),
    ):
        assert f'15 {unit} days after "{start}": {due}.' in said


# Both: the copy ahead of publication, and who runs on the national rules


@pytest.mark.ids("PATH-BUCKS-PUB-7WD", "PATH-GLOS-PUB-7WD", "PATH-GLOS-PUB-NOT", "AMB-PUB-COUNT", "AMB-PUB-WHO")
@pytest.mark.parametrize(
    ("publish", "copy"),
    [
        ("Fri 20 Mar 2020", "Wed 11 Mar 2020"),
        ("Thu 16 Apr 2020", "Fri 3 Apr 2020"),
        ("Wed 7 Apr 2027", "Thu 25 Mar 2027"),
        ("Thu 8 Apr 2027", "Tue 30 Mar 2027"),
        ("Fri 8 Jan 2027", "Tue 29 Dec 2026"),
        ("Thu 9 Mar 2028", "Tue 29 Feb 2028"),
    ],
)
def test_the_copy_goes_seven_full_working_days_before_publication(publish: str, copy: str) -> None:
    closed = calendar().with_closures(CLOSED)
    for name, told in (("buckinghamshire", ("national-panel",)), ("gloucestershire", ("national-panel", "dfe"))):
        for days in (calendar(), closed):
            found = stages(name, days, publish=day(publish))
            assert (found["advance-copy"].due, found["advance-copy"].told) == (day(copy), told)
    # The rationale for not publishing has the same day, counted from the planned one, and goes to the same bodies.
    glos = list(stages("gloucestershire", publish=day(publish)).values())
    without_time = {each.stage: each for each in tasks(county("gloucestershire"), "serious-incident", rules(), glos)}
    assert (without_time["rationale"].due, without_time["rationale"].told) == (day(copy), ("national-panel", "dfe"))
    assert {name for name, each in without_time.items() if each.due is not None} == {"rationale"}


@pytest.mark.parametrize("name", ["south-gloucestershire", "somerset", "avon-and-somerset"])
def test_who_declares_no_stages_has_the_national_days_labelled_so(name: str) -> None:
    found = stages(name, aware=at("Fri 19 Mar 2027 18:10"))
    assert found["panel"].due == day("Tue 30 Mar 2027")
    assert (found["rapid-review"].due, found["rapid-review"].provisional) == (day("Tue 13 Apr 2027"), True)
    assert (found["report"].due, found["report"].provisional) == (day("Wed 13 Oct 2027"), True)
    assert all("from the current rule pack" in each.working[0] for each in found.values())
    assert tasks(county(name), "serious-incident", rules()) == []
