"""Cover by post, by group and for a part of the day; being away; and that all that is owed uses it."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from commands import alerting, case_lists, owing, permissions, respondents
from commands.conversation import Conversation
from commands.permissions import Role
from commands.saying import Do, Typed
from commands.speakers import Speaker
from commands.words_people_type import WORDS
from storage.records import duties, meetings, outbox, people
from storage.records.notes import NoteLine
from storage.records.tellings import Telling
from tests.offices import Office, an_office

MANAGER, NURSE, DOCTOR = "business-manager", "designated-nurse", "designated-doctor"
WEEK = {"since": "2027-01-11", "until": "2027-01-15"}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(incidents=False) as office:
        yield office


def in_post(office: Office, post: str, when: str, group: str = "") -> str:
    """Who is in a post on a day, for what concerns a group, at an hour if one is given."""
    with office.reading() as scope:
        at = office.at(when).astimezone(office.zone)
        hour = at.time() if " " in when else None
        found = people.in_post(scope, post, at.date(), group=group, at=hour)
        person = people.get(scope.session, found) if found else None
        return person.name if person else "nobody"


def a_deputy(office: Office, post: str, name: str = "Deputy Nurse") -> str:
    email = f"{name.replace(' ', '.').casefold()}@nhs.example"
    office.done(MANAGER, "people.enter", name=name, email=email, post=post, capacity="deputy")
    return email


# For one group


def test_cover_for_a_group_takes_what_concerns_it_and_nothing_else(office: Office) -> None:
    answer = office.done(MANAGER, "people.cover", post=NURSE, person=DOCTOR, group="Practice Group", **WEEK)
    assert answer.text == (
        "Designated Doctor covers the Designated Nurse from Mon 11 Jan 2027 to Fri 15 Jan 2027, for what concerns the "
        "Practice Group only. What concerns that group goes there on those days; all else stays as it is."
    )
    assert in_post(office, NURSE, "2027-01-12", "practice") == "Designated Doctor"
    assert in_post(office, NURSE, "2027-01-12", "executive") == "Designated Nurse"
    assert in_post(office, NURSE, "2027-01-12") == "Designated Nurse"


def test_cover_for_a_group_goes_before_cover_of_the_whole_post(office: Office) -> None:
    office.done(MANAGER, "people.cover", post=NURSE, person="head-teacher", **WEEK)
    office.done(MANAGER, "people.cover", post=NURSE, person=DOCTOR, group="practice", **WEEK)
    assert in_post(office, NURSE, "2027-01-12", "practice") == "Designated Doctor"
    assert in_post(office, NURSE, "2027-01-12", "executive") == "Head Teacher"


def test_a_group_is_covered_by_one_person_at_a_time(office: Office) -> None:
    office.done(MANAGER, "people.cover", post=NURSE, person=DOCTOR, group="practice", **WEEK)
    said = office.refused(MANAGER, "people.cover", post=NURSE, person="head-teacher", group="pg", **WEEK)
    assert "covers it from Mon 11 Jan 2027 to Fri 15 Jan 2027, for what concerns the Practice Group only" in said


def test_who_covers_for_a_group_has_its_roles_there_and_nowhere_else(office: Office) -> None:
    today = {"until": "2027-01-08"}
    office.done(MANAGER, "people.cover", post="chief-nurse", person="head-teacher", group="executive", **today)
    teacher = office.actor("head-teacher")
    with office.looking() as work:
        _, there = permissions.roles(work.scope, work.arrangements, teacher, work.today, "executive")
        _, elsewhere = permissions.roles(work.scope, work.arrangements, teacher, work.today, "policies")
    assert {Role.VICE_CHAIR, Role.MEMBER} <= there
    assert Role.PARTNER_LEAD not in there | elsewhere


def test_who_covers_for_a_group_hears_of_no_case_and_needs_no_second_person() -> None:
    with an_office() as office:
        form = {"post": "chief-nurse", "person": DOCTOR, "until": "2027-01-08"}
        assert office.done(MANAGER, "people.cover", **form, group="executive").title == "Covered"
        doctor = office.person(DOCTOR)
        with office.looking() as work:
            assert doctor not in case_lists.who_hear(work)
        assert office.done(MANAGER, "people.cover", **form).title == "This waits for a second person"


def test_a_reminder_of_a_meeting_goes_to_whoever_covers_for_its_group(office: Office) -> None:
    with office.reading() as scope:
        row = meetings.upcoming(scope, "practice", office.today)
        assert row is not None
        every = duties.of_record(scope, row.record)
        [due] = [d for d in every if d.kind == "meeting-tomorrow" and d.part == f"seat:{NURSE}"]
        record, at = row.record, due.due_at
        key = {"record": due.record, "kind": due.kind, "part": due.part, "generation": due.generation}
    day = str(at.date())
    office.done(MANAGER, "people.cover", post=NURSE, person="lay-member", group="practice", since=day, until=day)
    office.moves_to(at)
    office.done("time", "duty.handle", duties=[key])
    with office.reading() as scope:
        [line] = [line for line in scope.session.exec(select(NoteLine)) if line.record == record]
        found = people.get(scope.session, line.person)
        assert found is not None and found.name == "Lay Member"


def test_what_is_owed_about_a_group_is_shown_to_whoever_covers_for_it(office: Office) -> None:
    office.done(MANAGER, "people.cover", post=MANAGER, person="lay-member", group="practice", until="2027-02-26")
    covering, manager = office.person("lay-member"), office.person(MANAGER)
    with office.looking() as work:
        whose, theirs = owing.tasks_of(work, covering), owing.tasks_of(work, manager)
    assert MANAGER in whose.about("practice") and MANAGER not in whose.about("executive") | whose.posts
    assert MANAGER not in theirs.about("practice") and MANAGER in theirs.about("executive") & theirs.posts


def test_the_report_of_a_group_is_answered_by_whoever_covers_its_chair_for_it(office: Office) -> None:
    office.done(MANAGER, "people.cover", post=NURSE, person=DOCTOR, group="practice", until="2027-01-08")
    doctor = office.person(DOCTOR)
    with office.looking() as work:
        assert NURSE in respondents.posts_answered_for(work, doctor, "practice")
        assert NURSE not in respondents.posts_answered_for(work, doctor, "policies")


# For a part of the day


def test_cover_for_a_part_of_the_day_counts_at_those_hours_only(office: Office) -> None:
    office.done(MANAGER, "people.cover", post=NURSE, person=DOCTOR, **WEEK, starts="13:00", ends="17:00")
    hours = {hour: in_post(office, NURSE, f"2027-01-12 {hour}") for hour in ("12:59", "13:00", "16:59", "17:00")}
    assert hours == {
        "12:59": "Designated Nurse", "13:00": "Designated Doctor", "16:59": "Designated Doctor",
        "17:00": "Designated Nurse",
    }  # fmt: skip
    assert in_post(office, NURSE, "2027-01-12") == "Designated Nurse"  # what goes out by the day


def test_two_people_share_a_day_and_the_same_hour_is_one_persons(office: Office) -> None:
    office.done(MANAGER, "people.cover", post=NURSE, person=DOCTOR, **WEEK, starts="09:00", ends="13:00")
    office.done(MANAGER, "people.cover", post=NURSE, person="head-teacher", **WEEK, starts="13:00", ends="00:00")
    assert in_post(office, NURSE, "2027-01-12 23:59") == "Head Teacher"
    said = office.refused(
        MANAGER, "people.cover", post=NURSE, person="lay-member", **WEEK, starts="12:00", ends="14:00"
    )
    assert "Designated Doctor covers it" in said and "Head Teacher covers it" in said


def test_hours_over_midnight_are_two_entries(office: Office) -> None:
    form = {"post": NURSE, "person": DOCTOR, **WEEK, "starts": "22:00", "ends": "06:00"}
    said = office.refused(MANAGER, "people.cover", **form)
    assert said.startswith("The hours end at 06:00, before they begin. Cover over midnight is two entries")


@pytest.mark.parametrize(
    ("hour", "first", "may"), [("12:00", False, False), ("14:00", True, True), ("18:00", False, True)]
)
def test_an_alert_goes_to_whoever_covers_at_that_hour_who_may_answer_it_to_midnight(
    office: Office, hour: str, first: bool, may: bool
) -> None:
    form = {"post": "chief-nurse", "person": DOCTOR, "until": "2027-01-04", "starts": "13:00", "ends": "17:00"}
    office.done(MANAGER, "people.cover", **form)
    office.moves_to(f"2027-01-04 {hour}")
    doctor = office.person(DOCTOR)
    with office.looking() as work:
        telling = Telling(partnership="ourshire", reference="X", post="chief-nurse", told_at=work.now, steps=[])
        assert (doctor in alerting.persons(work, telling)) is first
        assert (doctor in alerting.entitled(work, "chief-nurse")) is may


def test_who_covers_at_the_hour_of_a_meeting_is_invited_to_it(office: Office) -> None:
    with office.reading() as scope:
        row = meetings.upcoming(scope, "practice", office.today)
        assert row is not None and row.starts_at is not None
        day, starts = str(row.day), row.starts_at.astimezone(office.zone)
        place, record = row.place, row.record
    member = office.person("lay-member")
    office.done(MANAGER, "meeting.confirm", group="practice", place=place)
    hours = {"starts": f"{starts:%H}:00", "ends": "23:00"}
    office.done(MANAGER, "people.cover", post=NURSE, person="lay-member", since=day, until=day, **hours)
    with office.reading() as scope:
        kinds = {r.kind for r in outbox.of_person(scope, member) if r.record == record}
    assert kinds == {"meeting-confirmed"}


# Ended, undone


def test_ending_and_undoing_keep_the_hours_and_the_group(office: Office) -> None:
    hours = {"starts": "13:00", "ends": "00:00"}
    office.done(MANAGER, "people.cover", post=NURSE, person=DOCTOR, **WEEK, group="practice", **hours)
    office.done(MANAGER, "people.cover", post=NURSE, person="head-teacher", **WEEK)
    office.done(MANAGER, "people.uncover", post=NURSE, group="practice")
    assert in_post(office, NURSE, "2027-01-12 14:00", "practice") == "Head Teacher"
    office.done(MANAGER, "undo")
    assert in_post(office, NURSE, "2027-01-12 23:30", "practice") == "Designated Doctor"
    assert in_post(office, NURSE, "2027-01-12 12:00", "practice") == "Head Teacher"


# Away


def test_away_has_each_post_covered_by_its_one_deputy_and_it_comes_back(office: Office) -> None:
    a_deputy(office, NURSE)
    answer = office.done(NURSE, "people.away", **WEEK)
    assert answer.title == "Away from Mon 11 Jan 2027 to Fri 15 Jan 2027"
    assert answer.text == "Designated Nurse: Deputy Nurse covers it."
    assert in_post(office, NURSE, "2027-01-15") == "Deputy Nurse"
    assert in_post(office, NURSE, "2027-01-16") == "Designated Nurse"
    office.done(NURSE, "undo")
    assert in_post(office, NURSE, "2027-01-15") == "Designated Nurse"


def test_a_post_left_with_nobody_is_said_by_its_name_to_them_and_to_the_business_manager(office: Office) -> None:
    answer = office.done(NURSE, "people.away", **WEEK)
    assert "Nobody covers the Designated Nurse from Mon 11 Jan 2027 to Fri 15 Jan 2027" in answer.text
    assert [button.label for button in answer.buttons] == ["Name who covers: Designated Nurse"]
    office.deliver("2027-01-04 09:00")
    [told] = [each for each in office.sent_to(MANAGER) if each.title.startswith("Left with nobody")]
    assert told.title.endswith(": Designated Nurse")
    assert "what is owed there keeps coming to Designated Nurse" in told.text
    assert told.buttons[0].form["post"] == NURSE


def test_who_is_named_covers_all_posts_and_what_stands_is_said(office: Office) -> None:
    office.done(MANAGER, "people.hold", person=NURSE, post="lay-member", since="2027-01-05", capacity="deputy")
    office.done(MANAGER, "people.cover", post=NURSE, person="head-teacher", **WEEK)
    said = office.refused(NURSE, "people.away", **WEEK, person="designated doctor")
    assert said == "Designated Nurse: Head Teacher covers it already."


def test_nobody_covers_for_themselves_and_no_post_is_covered_that_is_not_held(office: Office) -> None:
    assert "You cannot cover for yourself." in office.refused(NURSE, "people.away", **WEEK, person="designated nurse")
    email = a_deputy(office, NURSE)
    assert office.done(email, "people.away", **WEEK).title == "Nothing to cover"


def test_back_ends_todays_cover_and_leaves_what_lies_ahead(office: Office) -> None:
    a_deputy(office, NURSE)
    nurse = office.actor("designated-nurse@ourshire.invalid")
    office.done(nurse, "people.away", since="2027-01-04", until="2027-01-08")
    office.done(nurse, "people.away", since="2027-02-01", until="2027-02-05")
    office.moves_to("2027-01-06 09:00")
    assert office.done(nurse, "people.back").title == "Back"
    assert in_post(office, NURSE, "2027-01-06") == "Designated Nurse"
    assert in_post(office, NURSE, "2027-02-03") == "Deputy Nurse"


def test_a_post_that_hears_of_cases_waits_for_a_second_person_and_is_not_covered_by_somebody_unsure() -> None:
    with an_office() as office:
        a_deputy_answer = office.done(
            MANAGER, "people.enter", name="Deputy Nurse", email="deputy@nhs.example", post="chief-nurse",
            capacity="deputy",
        )  # fmt: skip
        office.done("administrator", "proposal.agree", **a_deputy_answer.buttons[0].form)
        unsure = office.actor("chief-nurse", confirmed=False)
        assert "somebody who has confirmed who they are" in office.refused(unsure, "people.away", **WEEK)
        said = office.done("chief-nurse", "people.away", **WEEK).text
        assert said == "Chief Nurse: Deputy Nurse covers it. This waits for a second person, who has been told."
        assert in_post(office, "chief-nurse", "2027-01-12") == "Chief Nurse"


# What is typed


def means(office: Office, line: str) -> dict[str, str]:
    """The fields that a line fills."""
    word, _, rest = line.partition(" ")
    path = (word, rest.partition(" ")[0]) if word == "people" else (word,)
    found = next(each for each in WORDS if each.path == path)
    words = tuple(rest.split())[len(path) - 1 :]
    with office.looking() as work:
        meaning = found.means(work, Typed(found, words))
    assert isinstance(meaning, Do)
    return meaning.raw


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("away Wednesday to Friday", {"since": "Wednesday", "until": "Friday"}),
        ("away Friday to Wednesday", {"since": "Friday", "until": "2027-01-13"}),
        ("away from Tuesday until Friday, by Chief Nurse",
         {"since": "Tuesday", "until": "Friday", "person": "Chief Nurse"}),
        ("away next week covered by Head Teacher",
         {"since": "2027-01-11", "until": "2027-01-15", "person": "Head Teacher"}),
        ("away tomorrow between 13:00 and 17:00", {"since": "tomorrow", "starts": "13:00", "ends": "17:00"}),
        ("away until Friday only for the Executive", {"since": "today", "until": "Friday", "group": "the Executive"}),
        ("cover for me by Head Teacher until Friday", {"since": "today", "person": "Head Teacher", "until": "Friday"}),
        ("people cover Chief Nurse by x@y.example until Friday only pg",
         {"post": "Chief Nurse", "person": "x@y.example", "until": "Friday", "group": "pg"}),
    ],
)  # fmt: skip
def test_lines_about_cover_are_read_by_field(office: Office, line: str, fields: dict[str, str]) -> None:
    assert means(office, line) == fields


def test_the_words_of_my_posts_say_for_which_group_and_hours_they_are_covered(office: Office) -> None:
    form = {"post": NURSE, "person": DOCTOR, "until": "2027-01-08", "starts": "13:00", "ends": "17:00"}
    office.done(MANAGER, "people.cover", **form, group="practice")
    doctor = office.person(DOCTOR)
    with office.looking() as work:
        lines = owing.posts_of(work, doctor, work.today)
    assert lines[-1] == (
        "Designated Nurse, covering until Fri 8 Jan 2027, from 13:00 to 17:00 on each day, for what concerns the "
        "Practice Group only"
    )


def test_lines_are_answered_in_conversation(office: Office) -> None:
    a_deputy(office, NURSE)
    speaker = Speaker("notebook", office.partnership, office.person(NURSE))
    talk = Conversation(office.runner, local_doors=("notebook",))
    lines = ("away", "away Wednesday to Friday", "away over", "cover for me by Head Teacher until Tuesday")
    said = [talk.answer(speaker, line, None, office.now) for line in lines]
    assert [message.title for message in said] == [
        "You are away",
        "Away from Wed 6 Jan 2027 to Fri 8 Jan 2027",
        "Back",
        "Away from Mon 4 Jan 2027 to Tue 5 Jan 2027",
    ]
    assert said[0].buttons[0].label == "Fill in a form"
    assert said[3].text == "Designated Nurse: Head Teacher covers it."
