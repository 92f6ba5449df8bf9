"""Alert drills: planned, held with the same people and steps as in earnest, timed, and never taken for an incident."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from commands import case_lists as lists
from commands import drills, forecasts, incidents, watching
from commands.saying import Typed
from commands.words_people_type import watch
from storage.records import case_lists, duties, tellings
from storage.records import incidents as records
from storage.records.incidents import Case
from storage.records.message import Message
from tests.offices import ALL_WAYS, Office, an_office

MANAGER = "business-manager"
TOLD = ["assistant-chief-constable", "chief-nurse", "director-childrens-services"]


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-01-06 09:00") as office:  # a Wednesday
        yield office


def planned(office: Office, day: str = "2027-01-06", starts: str = "14:00") -> Message:
    return office.done(MANAGER, "drill.plan", day=day, starts=starts)


def begun(office: Office) -> str:
    """A drill that has just begun, at two in the afternoon; its reference."""
    planned(office)
    office.run_to("2027-01-06 14:00:30")
    return case(office).reference


def case(office: Office) -> Case:
    with office.reading() as scope:
        [found] = [each for each in records.every(scope) if each.drill]
        scope.session.expunge(found)
        return found


def answer(office: Office, post: str, reference: str, what: str = "known", of: str = "") -> Message:
    return office.done(post, "incident.answer", reference=reference, post=of or post, answer=what)


def listing(office: Office, post: str = MANAGER) -> str:
    with office.looking(post) as work:
        return drills.listing(work).text


def digest_lines(office: Office) -> list[str]:
    with office.looking(MANAGER) as work:
        return drills.for_digest(work)


def alerts(office: Office, post: str) -> list[Message]:
    return [message for message in office.sent_to(post) if "drill" in message.title and "TEST-" in message.title]


RESULT = "OSCP: the drill of Wednesday 6 January 2027, 3 alerted, "


# planned


def test_a_drill_is_planned_by_day_and_hour_and_begins_then(office: Office) -> None:
    said = planned(office)
    assert said.title == "A drill is planned for 14:00 on Wednesday 6 January 2027"
    office.run_to("2027-01-06 13:59")
    assert not any(alerts(office, post) for post in TOLD)
    office.run_to("2027-01-06 14:00:30")
    assert all(len(alerts(office, post)) == 1 for post in TOLD)


def test_what_people_type_names_day_and_hour_in_either_order(office: Office) -> None:
    word = next(word for word in watch.WORDS if word.name == "drill plan")
    with office.looking(MANAGER) as work:
        for words in (("3", "February", "14:00"), ("14:00", "3", "February"), ("3", "February", "at", "14:00")):
            found = word.means(work, Typed(word, words))
            assert not isinstance(found, Message)
            assert found.raw == {"day": "3 February", "starts": "14:00"}


def test_a_time_that_is_past_or_that_does_not_exist_is_refused(office: Office) -> None:
    assert "This is past." in office.refused(MANAGER, "drill.plan", day="2027-01-06", starts="08:59")
    assert "the clocks go forward" in office.refused(MANAGER, "drill.plan", day="2027-03-28", starts="01:30")
    assert "more than a year ahead" in office.refused(MANAGER, "drill.plan", day="2028-03-01", starts="14:00")
    planned(office)
    assert "planned for that time already" in office.refused(MANAGER, "drill.plan", day="2027-01-06", starts="14:00")


def test_only_the_business_manager_and_the_administrator_plan_one_and_only_who_is_confirmed(office: Office) -> None:
    for post in ("chief-nurse", "head-teacher"):
        said = office.refused(post, "drill.plan", day="2027-01-06", starts="14:00")
        assert said.startswith("This can be done by the business manager.")
    proposed = office.actor(MANAGER, confirmed=False)
    assert "confirmed who you are" in office.refused(proposed, "drill.plan", day="2027-01-06", starts="14:00")
    assert office.done("administrator", "drill.plan", day="2027-01-06", starts="14:00")


def test_nothing_is_planned_while_nothing_is_switched_on(office: Office) -> None:
    office.done(MANAGER, "incident.switch-off")
    assert "nothing to try" in office.refused(MANAGER, "drill.plan", day="2027-01-06", starts="14:00")


def test_a_drill_is_cancelled_and_can_be_planned_for_the_same_time_again(office: Office) -> None:
    planned(office)
    office.done(MANAGER, "undo")
    assert "No such drill" in office.refused(MANAGER, "drill.cancel", part="serious-incident:2027-01-06T14:00")
    planned(office)
    with office.looking(MANAGER) as work:
        assert [duty.part for duty in drills.planned(work)] == ["serious-incident:2027-01-06T14:00"]
    office.done(MANAGER, "drill.cancel", part="serious-incident:2027-01-06T14:00")
    office.run_to("2027-01-06 15:00")
    assert not any(alerts(office, post) for post in TOLD)
    assert "cancelled" not in listing(office)


def test_by_night_the_planner_is_told_that_people_are_woken(office: Office) -> None:
    assert "people are woken" in planned(office, starts="23:00").text
    assert "people are woken" not in planned(office).text


def test_a_drill_whose_hour_the_bot_has_missed_is_not_held_and_that_is_said(office: Office) -> None:
    planned(office)
    office.moves_to("2027-01-06 14:31")
    office.run_to("2027-01-06 15:00")
    assert not any(alerts(office, post) for post in TOLD)
    missed = "The drill planned for 14:00 on Wednesday 6 January 2027 was not held: the bot did not run, or was paused"
    assert [line for line in digest_lines(office) if line.startswith(missed)] and missed in listing(office)


def test_a_drill_of_what_was_switched_off_meanwhile_is_not_held(office: Office) -> None:
    planned(office)
    office.done(MANAGER, "incident.switch-off")
    office.run_to("2027-01-06 15:00")
    with office.reading() as scope:
        assert records.every(scope) == []
        [duty] = duties.of_kind(scope, "alert-drill")
        assert duty.reason == "not held: what it was to try is switched off"


# held


def test_everything_that_is_told_in_a_drill_begins_with_saying_so() -> None:
    with an_office(opened="2027-01-06 09:00", ways=ALL_WAYS - {"mail", "text"}) as office:
        begun(office)
        office.run_to("2027-01-06 16:30")
        about = [p for _, p in office.notebook.sent if p.about_case or p.kind.startswith("incident")]
        kinds = {parcel.kind for parcel in about}
        assert {"incident-alert", "incident-again", "incident-ring", "incident-status"} <= kinds
        for parcel in about:
            if parcel.kind != "drill-result":
                assert parcel.message.title.startswith("This is a drill: "), parcel.kind
            by_mail = parcel.message.by_mail
            assert by_mail is None or "drill" in by_mail.title, parcel.kind


def test_the_steps_run_as_in_earnest_until_somebody_is_asked_to_ring(office: Office) -> None:
    reference = begun(office)
    office.run_to("2027-01-06 15:30")
    with office.reading() as scope:
        of_the_council = [s.what for s in tellings.said(scope, reference) if s.post == "director-childrens-services"]
    assert of_the_council[:3] == ["told", "again", "deputy"] and "asked to ring" in of_the_council


def test_it_has_no_stages_and_no_reminders_and_only_those_who_are_told_are_on_its_list(office: Office) -> None:
    reference = begun(office)
    with office.reading() as scope:
        assert records.stages(scope, reference) == []
        assert {duty.kind for duty in duties.of_record(scope, f"incident:{reference}")} <= {"incident-status"}
        who = {row.who for row in case_lists.on_list(scope, reference, office.now)}
    assert who == {f"post:{post}" for post in [*TOLD, "head-of-safeguarding", MANAGER]}


def test_it_ends_when_all_have_answered_and_all_hear_how_long_it_took(office: Office) -> None:
    reference = begun(office)
    answer(office, "chief-nurse", reference)
    office.run_to("2027-01-06 14:04")
    answer(office, "assistant-chief-constable", reference, "have")
    office.run_to("2027-01-06 14:21")
    assert case(office).closed_at is None
    answer(office, "head-of-safeguarding", reference, "known", of="director-childrens-services")
    office.run_to("2027-01-06 14:26")
    assert case(office).closed_at is not None
    for post in [*TOLD, "head-of-safeguarding", MANAGER]:
        [result] = [m for m in office.sent_to(post) if m.title == f"{RESULT}3 answered"]
        assert {field.label: field.value for field in result.fields} == {
            "NHS Ourshire (Chief Nurse)": "answered within a minute",
            "Ourshire Police (Assistant Chief Constable)": "answered after 4 minutes",
            "Ourshire Council (Director of Children's Services)": (
                "answered after 21 minutes; told next: the same person again and the deputy"
            ),
        }, post


def test_it_ends_after_two_hours_and_says_who_was_not_reached(office: Office) -> None:
    reference = begun(office)
    answer(office, "chief-nurse", reference)
    office.run_to("2027-01-06 16:01")
    assert f"{RESULT}1 answered" in office.told(MANAGER)
    assert not [title for title in office.told("head-teacher") if "drill" in title]
    found = digest_lines(office)
    assert found == [
        "Drill of Wed 6 Jan 2027, 14:00: 1 of 3 answered, the last within a minute; not reached: "
        "Ourshire Police (Assistant Chief Constable) and Ourshire Council (Director of Children's Services)"
    ]
    assert found[0] in listing(office, "chief-nurse")
    before = len(office.notebook.sent)
    office.run_to("2027-01-06 17:59")
    assert len(office.notebook.sent) == before, "nobody is told next, nor asked to ring, once it is over"


def test_a_promise_of_a_drill_that_is_over_does_not_lapse(office: Office) -> None:
    reference = begun(office)
    for post in TOLD:
        answer(office, post, reference, "have")
    office.run_to("2027-01-06 16:00")
    with office.reading() as scope:
        assert not [said for said in tellings.said(scope, reference) if said.what == "lapsed"]


def test_once_it_is_over_nothing_can_be_answered_any_more(office: Office) -> None:
    reference = begun(office)
    office.run_to("2027-01-06 16:01")
    said = office.refused("chief-nurse", "incident.answer", reference=reference, post="chief-nurse", answer="known")
    assert said == "Nothing is asked any more about this."


def test_what_was_rung_counts_as_an_answer(office: Office) -> None:
    reference = begun(office)
    office.run_to("2027-01-06 15:10")
    office.done(MANAGER, "incident.said", reference=reference, post="chief-nurse", said="has-it")
    with office.looking(MANAGER) as work:
        found = {one.post: one for one in drills.results(work, case(office))}
    assert found["chief-nurse"].minutes == 70
    assert found["assistant-chief-constable"].words.startswith("not reached; told next: ")


def test_during_a_pause_no_drill_begins_but_one_that_runs_ends(office: Office) -> None:
    reference = begun(office)
    office.done(MANAGER, "partnership.pause")
    office.run_to("2027-01-06 16:01")
    assert case(office).reference == reference and case(office).closed_at is not None
    planned(office, starts="17:00")
    office.run_to("2027-01-06 17:10")
    assert case(office).reference == reference, "there is still one drill alone"


# no incident


def test_a_drill_is_no_incident_in_digests_lists_or_counts(office: Office) -> None:
    begun(office)
    person = office.person(MANAGER)
    with office.looking(MANAGER) as work:
        assert watching.open_cases(work) == []
        assert lists.seen_by(work, person) == []
        assert drills.held(work) != []
        assert not [line for line in forecasts.forecast(work) if "drill" in line]


def test_a_drill_does_not_answer_for_a_month_without_incidents(office: Office) -> None:
    begun(office)
    office.moves_to("2027-02-01 03:00")
    office.run_to("2027-02-01 09:01")
    assert not [title for title in office.told("chief-nurse") if "January 2027, is that right" in title], (
        "it was not on for the whole of January"
    )
    office.moves_to("2027-03-01 03:00")
    planned(office, day="2027-03-01", starts="04:00")
    office.run_to("2027-03-01 09:01")
    assert [title for title in office.told("chief-nurse") if "February 2027, is that right" in title]


def test_where_there_was_none_the_digest_says_so(office: Office) -> None:
    assert digest_lines(office) == ["No drill has been held yet, and none is planned: drill plan DAY HOUR"]
    planned(office)
    assert digest_lines(office) == ["A drill is planned for 14:00 on Wednesday 6 January 2027"]


def test_drills_are_shown_to_those_who_would_be_told_and_to_nobody_else(office: Office) -> None:
    begun(office)
    for post in [*TOLD, "head-of-safeguarding", MANAGER]:
        assert "under way, 0 of 3 answered" in listing(office, post)
    with pytest.raises(drills.Refused):
        listing(office, "head-teacher")


def test_a_drill_needs_what_an_incident_needs(office: Office) -> None:
    planned(office)
    office.runner = replace(office.runner, seal=None)
    office.run_to("2027-01-06 14:01")
    with office.looking(MANAGER) as work:
        assert incidents.lacking(work) == ["No encryption key is set."]
        assert next(duty.reason for duty in drills.not_held(work)).startswith("not held: ")
