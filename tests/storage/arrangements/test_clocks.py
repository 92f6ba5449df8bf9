"""The clocks of stages: the worked examples of the contract and the catalogue, and the awkward days of the year."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.arrangements.calendars import england
from storage.arrangements.clocks import Deadline, UnknownFact, UnknownPathway, clock
from storage.arrangements.counting import instant
from storage.arrangements.partnership import Arrangements
from storage.arrangements.plannings import Closure
from tests.storage.arrangements.small import arrangements, pack, with_pathway

LONDON = ZoneInfo("Europe/London")
CALENDAR = england(2017, 2043)
PACK = pack()
Time = date | datetime


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


def numbered(id_: str, number: int, **more: Any) -> dict[str, Any]:
    due = {"from": "received", "day": number, "unit": "working"}
    early = [{"from": "received", "day": number, "unit": "calendar"}]
    return {"id": id_, "name": f"Day {number}", "owner": "manager", "due": due, "earliest": early, **more}


def stage(id_: str, due: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": id_, "owner": "manager", "due": due, **more}


FIVE_DAYS = {"from": "authority-aware", "days": 5, "unit": "working"}
ADVANCE_COPY = stage("advance-copy", {"before": "publish", "days": 7, "unit": "working"})
AWARE = {"id": "aware", "name": "a professional becomes aware"}
AUTHORITY = {"id": "authority-aware", "name": "the authority becomes aware", "assumed": "aware"}
PUBLISH = {"id": "publish", "name": "the publication", "date_only": True}

BUCKS = with_pathway(
    {
        "id": "serious-incident",
        "name": "Serious incident",
        "facts": [
            AWARE,
            AUTHORITY,
            {"id": "received", "name": "the form is received"},
            {"id": "decided", "name": "the decision is recorded"},
            PUBLISH,
        ],
        "stages": [
            stage("referral", {"from": "aware", "hours": 24}, produces="received"),
            numbered("alert", 1),
            numbered("panel", 2, limit=FIVE_DAYS, latest=[FIVE_DAYS], statutory="notify"),
            numbered("rapid-review", 10),
            numbered("submission", 12),
            numbered("decision", 14, produces="decided"),
            numbered("feedback", 15),
            stage("report", {"from": "decided", "months": 6}),
            ADVANCE_COPY,
        ],
    }
)

GLOS = with_pathway(
    {
        "id": "serious-incident",
        "name": "Serious incident",
        "facts": [AWARE, AUTHORITY, {"id": "notified", "name": "the Panel is notified", "stands_in": "aware"}, PUBLISH],
        "stages": [
            stage("panel", FIVE_DAYS, statutory="notify"),
            stage(
                "rapid-review",
                {"from": "notified", "days": 15, "unit": "calendar"},
                earliest=[{"from": "aware", "days": 15, "unit": "calendar"}],
                latest=[{"from": "notified", "days": 15, "unit": "working"}],
            ),
            ADVANCE_COPY,
        ],
    }
)

RESOLUTION = with_pathway(
    {
        "id": "resolution-referral",
        "name": "Resolution Group",
        "facts": [{"id": "meeting", "name": "the meeting", "date_only": True}],
        "stages": [
            stage("ideal", {"before": "meeting", "days": 10, "unit": "working"}),
            stage("latest", {"before": "meeting", "days": 5, "unit": "working"}),
        ],
    }
)


def one_rule(rule: dict[str, Any], **more: Any) -> Arrangements:
    """A pathway with one stage, counted from the one fact "start"."""
    facts = [{"id": "start", "name": "the start"}]
    return with_pathway({"id": "p", "name": "P", "facts": facts, "stages": [stage("s", rule, **more)]})


def stages_of(definition: Arrangements, **facts: Time) -> dict[str, Deadline]:
    """The deadlines of the only pathway by stage; facts have underscores for dashes."""
    given_facts = {name.replace("_", "-"): when for name, when in facts.items()}
    deadlines = clock(definition, definition.pathways[0].id, given_facts, CALENDAR, PACK)
    return {deadline.stage: deadline for deadline in deadlines}


@pytest.mark.ids("PATH-BUCKS-SI-D2", "PATH-BUCKS-SI-D10", "PATH-BUCKS-SI-D14", "AMB-BUCKS-DAYS", "AMB-BUCKS-DAY1")
@pytest.mark.parametrize(
    ("name", "earliest", "due", "latest"),
    [
        ("alert", "Fri 6 Sep 2019", "Fri 6 Sep 2019", "Fri 6 Sep 2019"),
        ("panel", "Sat 7 Sep 2019", "Mon 9 Sep 2019", "Thu 12 Sep 2019"),
        ("rapid-review", "Sun 15 Sep 2019", "Thu 19 Sep 2019", "Thu 19 Sep 2019"),
        ("submission", "Tue 17 Sep 2019", "Mon 23 Sep 2019", "Mon 23 Sep 2019"),
        ("decision", "Thu 19 Sep 2019", "Wed 25 Sep 2019", "Wed 25 Sep 2019"),
        ("feedback", "Fri 20 Sep 2019", "Thu 26 Sep 2019", "Thu 26 Sep 2019"),
        ("report", "Wed 25 Mar 2020", "Wed 25 Mar 2020", "Wed 25 Mar 2020"),
    ],
)
def test_the_contracts_worked_example(name: str, earliest: str, due: str, latest: str) -> None:
    stages = stages_of(BUCKS, aware=at("Thu 5 Sep 2019 16:00"), received=at("Fri 6 Sep 2019 10:00"))
    found = stages[name]
    assert (found.earliest, found.due, found.latest) == (day(earliest), day(due), day(latest))
    assert found.provisional is (name == "report")


def test_the_referral_is_due_24_hours_after_awareness_and_the_copy_has_no_date_without_publication() -> None:
    stages = stages_of(BUCKS, aware=at("Thu 5 Sep 2019 16:00"), received=at("Fri 6 Sep 2019 10:00"))
    referral, copy = stages["referral"], stages["advance-copy"]
    assert isinstance(referral.due, datetime) and referral.due.isoformat() == "2019-09-06T16:00:00+01:00"
    assert (copy.earliest, copy.due, copy.latest, copy.reminder_day, copy.provisional) == (None,) * 4 + (False,)
    assert stages["panel"].edition == "2018" and referral.edition is None


@pytest.mark.ids("AMB-NATIONAL-NOTIFY")
@pytest.mark.parametrize(
    ("aware", "due"), [("Thu 5 Sep 2019 16:00", "Thu 12 Sep 2019"), ("Fri 6 Sep 2019 16:00", "Fri 13 Sep 2019")]
)
def test_a_form_that_comes_late_does_not_move_the_statutory_limit(aware: str, due: str) -> None:
    panel = stages_of(BUCKS, aware=at(aware), received=at("Mon 16 Sep 2019 10:00"))["panel"]
    assert (panel.earliest, panel.due, panel.latest) == (day(due),) * 3
    assert panel.late_at_birth and not panel.provisional
    assert any("caps the day" in words for words in panel.working)
    assert any("Late from the start" in words for words in panel.working)


def test_the_authoritys_own_awareness_replaces_the_professionals() -> None:
    aware, received = at("Thu 5 Sep 2019 16:00"), at("Mon 16 Sep 2019 10:00")
    panel = stages_of(BUCKS, aware=aware, authority_aware=day("Wed 11 Sep 2019"), received=received)["panel"]
    assert panel.due == day("Tue 17 Sep 2019") and panel.latest == day("Wed 18 Sep 2019")
    assert not panel.late_at_birth


@pytest.mark.ids("AMB-BUCKS-DAY1")
@pytest.mark.parametrize(
    ("received", "day_1", "day_2"),
    [
        ("Fri 6 Sep 2019 23:59", "Fri 6 Sep 2019", "Mon 9 Sep 2019"),
        ("Sat 7 Sep 2019 09:00", "Mon 9 Sep 2019", "Tue 10 Sep 2019"),
        ("Fri 10 Apr 2020 09:00", "Tue 14 Apr 2020", "Wed 15 Apr 2020"),
        ("Thu 24 Dec 2026 18:00", "Thu 24 Dec 2026", "Tue 29 Dec 2026"),
        ("Fri 25 Dec 2026 18:00", "Tue 29 Dec 2026", "Wed 30 Dec 2026"),
    ],
)
def test_day_1_is_the_day_of_receipt_or_the_next_working_day(received: str, day_1: str, day_2: str) -> None:
    stages = stages_of(BUCKS, aware=at(received), received=at(received))
    assert (stages["alert"].due, stages["panel"].due) == (day(day_1), day(day_2))
    # Calendar days count from the same settled Day 1.
    assert stages["rapid-review"].earliest == day(day_1) + timedelta(days=9)


def test_without_a_receipt_the_days_count_provisionally_from_when_the_form_is_due() -> None:
    stages = stages_of(BUCKS, aware=at("Thu 5 Sep 2019 16:00"))
    assert stages["alert"].due == day("Fri 6 Sep 2019") and stages["alert"].provisional
    assert stages["panel"].provisional and not stages["referral"].provisional
    assert "is not recorded" in stages["alert"].working[0]


@pytest.mark.ids("PATH-GLOS-SI-5WD", "PATH-GLOS-RR-15", "AMB-GLOS-15DAYS", "AMB-GLOS-15START")
def test_gloucestershires_fifteen_days_in_every_reading() -> None:
    stages = stages_of(GLOS, aware=day("Fri 1 Oct 2021"), notified=day("Fri 8 Oct 2021"))
    assert stages["panel"].due == day("Fri 8 Oct 2021")
    review = stages["rapid-review"]
    assert (review.earliest, review.due, review.latest) == (
        day("Sat 16 Oct 2021"),
        day("Sat 23 Oct 2021"),
        day("Fri 29 Oct 2021"),
    )
    assert review.reminder_day == day("Fri 15 Oct 2021") and not review.provisional


@pytest.mark.ids("AMB-GLOS-15START")
def test_until_the_notification_is_recorded_the_fifteen_days_run_from_awareness_provisionally() -> None:
    review = stages_of(GLOS, aware=at("Fri 1 Oct 2021 12:00"))["rapid-review"]
    assert review.provisional
    assert (review.earliest, review.due, review.latest) == (
        day("Sat 16 Oct 2021"),
        day("Sat 16 Oct 2021"),
        day("Fri 22 Oct 2021"),
    )


def test_a_reminder_goes_on_the_working_day_before_a_saturday() -> None:
    rule = {"from": "start", "days": 15, "unit": "calendar"}
    found = stages_of(one_rule(rule), start=day("Fri 8 Oct 2021"))["s"]
    assert (found.due, found.reminder_day) == (day("Sat 23 Oct 2021"), day("Fri 22 Oct 2021"))


@pytest.mark.ids("PATH-GLOS-RES-10WD", "PATH-GLOS-RES-5WD", "AMB-GLOS-RESDAYS")
def test_the_resolution_groups_two_thresholds_over_easter() -> None:
    stages = stages_of(RESOLUTION, meeting=day("Wed 14 Apr 2021"))
    assert stages["ideal"].due == day("Mon 29 Mar 2021")
    assert stages["latest"].due == day("Wed 7 Apr 2021")
    named = " ".join(stages["ideal"].working)
    assert "Friday 2 April 2021 (Good Friday)" in named and "Monday 5 April 2021 (Easter Monday)" in named


@pytest.mark.ids("PATH-BUCKS-PUB-7WD", "PATH-GLOS-PUB-7WD", "AMB-PUB-COUNT")
@pytest.mark.parametrize(
    ("publish", "copy"),
    [
        ("Fri 20 Mar 2020", "Wed 11 Mar 2020"),
        ("Thu 16 Apr 2020", "Fri 3 Apr 2020"),
        ("Mon 4 Jan 2027", "Mon 21 Dec 2026"),
    ],
)
def test_the_copy_goes_seven_full_working_days_before_publication(publish: str, copy: str) -> None:
    assert stages_of(BUCKS, publish=day(publish))["advance-copy"].due == day(copy)


@pytest.mark.ids("AMB-BUCKS-24H")
@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("Sat 24 Oct 2026 16:00", "2026-10-25T15:00:00+00:00"),
        ("Sun 25 Oct 2026 00:30", "2026-10-25T23:30:00+00:00"),
        ("Sun 25 Oct 2026 01:30", "2026-10-26T00:30:00+00:00"),
        ("Sat 28 Mar 2026 16:00", "2026-03-29T17:00:00+01:00"),
        ("Sat 28 Mar 2026 01:30", "2026-03-29T02:30:00+01:00"),
        ("Sun 29 Mar 2026 01:30", "2026-03-30T02:30:00+01:00"),
        ("Wed 28 Feb 2024 10:00", "2024-02-29T10:00:00+00:00"),
        ("Fri 28 Feb 2025 10:00", "2025-03-01T10:00:00+00:00"),
    ],
)
def test_24_hours_are_24_hours_when_the_clocks_change(start: str, due: str) -> None:
    found = stages_of(one_rule({"from": "start", "hours": 24}), start=at(start))["s"]
    assert isinstance(found.due, datetime) and found.due.isoformat() == due
    assert not found.provisional


def test_a_bare_day_counts_hours_from_midnight_provisionally() -> None:
    found = stages_of(one_rule({"from": "start", "hours": 24}), start=day("Sun 25 Oct 2026"))["s"]
    assert isinstance(found.due, datetime) and found.due.isoformat() == "2026-10-25T23:00:00+00:00"
    assert found.provisional and any("00:00" in words for words in found.working)


def test_a_time_with_another_offset_counts_from_the_local_day() -> None:
    rule = {"from": "start", "days": 1, "unit": "calendar"}
    late_in_utc = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # already Thursday 2 July in London
    assert stages_of(one_rule(rule), start=late_in_utc)["s"].due == day("Fri 3 Jul 2026")


@pytest.mark.ids("AMB-BUCKS-6MONTHS", "PATH-BUCKS-LCSPR-6M")
@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("Wed 25 Sep 2019", "Wed 25 Mar 2020"),
        ("Sat 31 Aug 2019", "Sat 29 Feb 2020"),
        ("Mon 31 Aug 2020", "Sun 28 Feb 2021"),
        ("Thu 29 Feb 2024", "Thu 29 Aug 2024"),
    ],
)
def test_six_months_end_on_the_same_day_or_the_months_last(start: str, due: str) -> None:
    assert stages_of(one_rule({"from": "start", "months": 6}), start=day(start))["s"].due == day(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("Wed 8 Apr 2020", 2, "Tue 14 Apr 2020"),
        ("Thu 24 Dec 2020", 2, "Wed 30 Dec 2020"),
        ("Fri 24 Dec 2021", 5, "Wed 5 Jan 2022"),
        ("Sat 31 Dec 2022", 1, "Tue 3 Jan 2023"),
        ("Wed 28 Feb 2024", 1, "Thu 29 Feb 2024"),
        ("Thu 7 May 2020", 1, "Mon 11 May 2020"),
    ],
)
def test_working_days_pass_over_weekends_and_bank_holidays(start: str, days: int, due: str) -> None:
    rule = {"from": "start", "days": days, "unit": "working"}
    assert stages_of(one_rule(rule), start=day(start))["s"].due == day(due)


def test_the_partnerships_own_closed_days_change_no_clock() -> None:
    closed = CALENDAR.with_closures([Closure.model_validate({"from": date(2019, 9, 9), "until": date(2019, 9, 30)})])
    facts = {"aware": at("Thu 5 Sep 2019 16:00"), "received": at("Fri 6 Sep 2019 10:00")}
    with_closures = clock(BUCKS, "serious-incident", facts, closed, PACK)
    assert with_closures == clock(BUCKS, "serious-incident", facts, CALENDAR, PACK)


@pytest.mark.parametrize(
    ("aware", "edition"),
    [
        ("Tue 3 Jul 2018", None),
        ("Wed 4 Jul 2018", "2018"),
        ("Thu 14 Dec 2023", "2018"),
        ("Fri 15 Dec 2023", "2023"),
        ("Tue 17 Mar 2026", "2023"),
        ("Wed 18 Mar 2026", "2026"),
    ],
)
def test_the_edition_is_the_one_in_force_on_the_day_of_awareness(aware: str, edition: str | None) -> None:
    stages = stages_of(GLOS, aware=day(aware), notified=day("Wed 1 Apr 2026"))
    assert stages["panel"].edition == edition and stages["rapid-review"].edition is None


def test_what_is_not_confirmed_is_said() -> None:
    words = " ".join(stages_of(GLOS, aware=day("Mon 2 Sep 2019"))["panel"].working)
    assert "Not confirmed: that version 2018 is in force from Wednesday 4 July 2018." in words
    confirmed = " ".join(stages_of(GLOS, aware=day("Mon 30 Mar 2026"))["panel"].working)
    assert "Not confirmed" not in confirmed and "quoted, 004 §9.1" in confirmed
    unsure = one_rule({"from": "start", "days": 15, "unit": "working"}, statutory="review")
    assert "somebody should look this rule up" in " ".join(stages_of(unsure, start=day("Mon 2 Sep 2019"))["s"].working)
    assert 'whether "review" holds in version 2026' in " ".join(
        stages_of(unsure, start=day("Mon 30 Mar 2026"))["s"].working
    )


@pytest.mark.parametrize("extra", [{"pack": True}, {}])
def test_a_partnership_that_declares_no_stages_has_those_of_the_pack(extra: dict[str, Any]) -> None:
    silent = with_pathway({"id": "serious-incident", "name": "Serious incident", **extra})
    panel = stages_of(silent, aware=day("Mon 30 Mar 2026"))["panel"]
    assert panel.due == day("Wed 8 Apr 2026") and panel.edition == "2026"
    assert "from the current rule pack: the arrangements do not say" in panel.working[0]
    # The pack's "local-authority" is no post here, so the pathway's handler owns the stage.
    assert panel.owner == "manager"


def test_another_silent_pathway_borrows_nothing_from_the_pack() -> None:
    silent = with_pathway({"id": "escalation", "name": "Escalation"})
    assert clock(silent, "escalation", {}, CALENDAR, PACK) == []


def test_a_fact_that_the_pathway_does_not_use_is_refused_with_a_hint() -> None:
    with pytest.raises(UnknownFact, match=r'does not use "recieved"\. Did you mean "received"\? It uses: aware'):
        clock(BUCKS, "serious-incident", {"recieved": day("Fri 6 Sep 2019")}, CALENDAR, PACK)


def test_a_rule_that_counts_from_an_undeclared_fact_is_refused() -> None:
    with pytest.raises(UnknownFact, match='"elsewhere"'):
        stages_of(one_rule({"from": "elsewhere", "hours": 24}), start=day("Fri 6 Sep 2019"))


def test_an_unknown_pathway_names_the_known_ones() -> None:
    with pytest.raises(UnknownPathway, match="Known: serious-incident"):
        clock(arrangements(), "serious", {}, CALENDAR, PACK)


def test_without_any_fact_nothing_is_due_and_nothing_breaks() -> None:
    for found in stages_of(BUCKS).values():
        assert (found.due, found.earliest, found.latest) == (None, None, None)
        assert not found.provisional and not found.late_at_birth


def test_a_known_limit_stands_in_where_the_rules_own_fact_is_missing() -> None:
    facts = [{"id": "aware", "name": "aware"}, {"id": "received", "name": "received", "date_only": True}]
    only = numbered("panel", 2, limit={"from": "aware", "days": 5, "unit": "working"})
    definition = with_pathway({"id": "p", "name": "P", "facts": facts, "stages": [only]})
    panel = stages_of(definition, aware=day("Thu 5 Sep 2019"))["panel"]
    assert panel.due == day("Thu 12 Sep 2019") and panel.provisional


def test_facts_that_stand_in_for_each_other_end_without_a_date() -> None:
    facts = [{"id": "a", "name": "A", "stands_in": "b"}, {"id": "b", "name": "B", "stands_in": "a"}]
    circle = with_pathway({"id": "p", "name": "P", "facts": facts, "stages": [stage("s", {"from": "a", "hours": 1})]})
    assert stages_of(circle)["s"].due is None


moments = st.datetimes(at("Tue 1 Jan 2019 00:00"), at("Mon 31 Dec 2040 23:59"))
times = st.one_of(st.none(), moments, moments.map(datetime.date))


@given(aware=times, authority=times, received=times, notified=times, decided=times, publish=times)
def test_earliest_never_lies_after_due_nor_due_after_latest(
    aware: Time | None,
    authority: Time | None,
    received: Time | None,
    notified: Time | None,
    decided: Time | None,
    publish: Time | None,
) -> None:
    """Whatever is known, in any order, in 2019 to 2040; what is missing runs a clock or has no date at all."""
    shared = {"aware": aware, "authority-aware": authority, "publish": publish}
    cases: list[tuple[Arrangements, dict[str, Time | None]]] = [
        (BUCKS, shared | {"received": received, "decided": decided}),
        (GLOS, shared | {"notified": notified}),
    ]
    for definition, maybe in cases:
        facts = {name: when for name, when in maybe.items() if when is not None}
        for found in clock(definition, "serious-incident", facts, CALENDAR, PACK):
            if found.due is None:
                assert found.earliest is None and found.latest is None and found.reminder_day is None
                continue
            assert found.earliest is not None and found.latest is not None and found.reminder_day is not None
            early, due, late = (instant(when, LONDON) for when in (found.earliest, found.due, found.latest))
            assert early <= due <= late
            assert CALENDAR.is_working(found.reminder_day)
