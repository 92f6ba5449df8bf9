"""How a round stands, said in one message for 5 or for 400; who may see it; and the message that is kept true."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from commands import round_status
from commands.conversation import Conversation
from commands.round_analysis import analysed
from commands.round_looking import Look, may_read, may_see
from commands.speakers import Speaker
from commands.work import Work
from storage.arrangements.reminders import Ask
from storage.records import outbox, returns
from storage.records.message import Message
from storage.records.scope import Scope
from tests.offices import Office
from tests.rounds_given import (
    a_round,
    an_office_with_an_audit,
    begins,
    closes,
    moderates,
    sends,
    stands,
    the_round,
    writes,
)

MANAGER = "business-manager"
FIRE, POLICE, NHS, COUNCIL, SCHOOLS = (f"agency.{id_}" for id_ in ("fire", "police", "nhs", "council", "schools"))


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_an_audit() as office:
        yield office


@pytest.fixture
def record(office: Office) -> str:
    return a_round(office)


def status(office: Office, record: str) -> Message:
    with office.looking(MANAGER) as work:
        return round_status.status(Look(work, the_round(work, record)))


def says(office: Office, line: str, who: str = MANAGER) -> Message:
    speaker = Speaker("notebook", office.partnership, office.person(who))
    return Conversation(office.runner, local_doors=("notebook",)).answer(speaker, line, None, office.now)


def presses(office: Office, message: Message, label: str, who: str = MANAGER) -> Message:
    [button] = [each for each in message.buttons if each.label == label]
    speaker = Speaker("notebook", office.partnership, office.person(who))
    talk = Conversation(office.runner, local_doors=("notebook",))
    return talk.press(speaker, button.does, button.form, None, office.now)


# In one message


def test_counts_come_first_and_what_is_overdue_before_all_else(office: Office, record: str) -> None:
    sends(office, record, NHS, {"line-rating": "met"}, at="2027-03-20 10:00")
    sends(office, record, POLICE, {}, at="2027-03-29 10:00", by_exception=True)
    begins(office, record, COUNCIL)
    stands(office, record, SCHOOLS, due=date(2027, 4, 9))
    office.moves_to("2027-04-02 09:00")
    message = status(office, record)
    assert message.title == "Section 11 audit 2027: 2 of 5 (40%) answered"
    assert message.text.splitlines() == [
        "It was due Friday 26 March 2027. As it stands on Friday 2 April 2027.",
        "In time: 1 of 5 (20%), of those who owe.",
        "",
        "2 overdue",
        "1 nothing yet",
        "2 answered",
        "",
        "Overdue:",
        "- Ourshire Council: was due Fri 26 Mar 2027, a draft is there",
        "- Ourshire Fire and Rescue: was due Fri 26 Mar 2027",
        "",
        "Nothing yet:",
        "- Ourshire Schools Forum: due Fri 9 Apr 2027, put off because of a reason given",
        "",
        "Answered:",
        "- NHS Ourshire: Sat 20 Mar 2027, on our page",
        "- Ourshire Police: Mon 29 Mar 2027, on our page, nothing by exception, after its day",
    ]


def test_not_us_is_said_while_it_is_asked_and_leaves_the_count_once_it_is_granted(office: Office, record: str) -> None:
    stands(office, record, FIRE, not_us="asked")
    stands(office, record, SCHOOLS, not_us="granted", state="not-us")
    message = status(office, record)
    assert message.title.endswith("0 of 4 (0%) answered")
    assert "Said that it is not theirs to answer, not decided:\n- Ourshire Fire and Rescue" in message.text
    assert "Not theirs to answer, agreed:\n- Ourshire Schools Forum" in message.text
    office.moves_to("2027-04-02 09:00")
    late = "- Ourshire Fire and Rescue: was due Fri 26 Mar 2027, said that it is not theirs to answer, not decided"
    assert late in status(office, record).text


def test_who_is_asked_next_stands_beside_them(office: Office, record: str) -> None:
    def owes(work: Work) -> None:
        at = work.terms.setting.morning(date(2027, 3, 23))
        for days in (9, 0):
            ask = Ask("report-due", f"{days}:lead", at + timedelta(days=days), "lead:fire", "why", "chosen")
            work.owe_also(f"owed:section-11:2027:{FIRE}", 1, [ask])

    writes(office, owes)
    assert "- Ourshire Fire and Rescue: asked next on Tue 23 Mar 2027" in status(office, record).text
    closes(office, record, "2027-03-10 09:00")
    assert "asked next" not in status(office, record).text


def test_of_400_those_who_wait_for_somebody_are_named_first_and_the_rest_is_counted(office: Office) -> None:
    record = a_round(office, place="schools", settings=400)
    for number in range(0, 400, 4):
        stands(office, record, f"agency.school-{number}", state="answered", answered_at=office.now)
    office.moves_to("2027-04-02 09:00")
    message = status(office, record)
    assert message.title == "Section 11 audit schools: 100 of 400 (25%) answered"
    assert "- School 001: was due Fri 26 Mar 2027" in message.text
    assert "- and 292 more: they stand on the page, and in its Excel file" in message.text
    assert "School 000" not in message.text
    assert len(message.text) < 1500


def test_a_closed_round_is_shown_as_it_was(office: Office, record: str) -> None:
    closes(office, record, "2027-03-25 17:00")
    office.moves_to("2027-09-01 09:00")
    message = status(office, record)
    assert "closed on Thursday 25 March 2027" in message.text
    assert "5 nothing yet" in message.text
    assert [button.label for button in message.buttons] == ["What came in", "Send me the page"]


# What came in


def test_ratings_are_a_table_in_letters_with_their_key_and_the_change_since_last_time(office: Office) -> None:
    before = a_round(office, date(2026, 3, 27), "2026")
    sends(office, before, NHS, {"line-rating": "met", "listening-rating": "partly"}, at="2026-03-20 10:00")
    closes(office, before, "2026-05-01 10:00")
    record = a_round(office)
    sends(office, record, NHS, {"line-rating": "partly", "listening-rating": "met"})
    moderates(office, record, NHS, "listening-rating", "partly")
    sends(office, record, POLICE, {"line-rating": "partly"}, na=["listening-rating"])
    with office.looking(MANAGER) as work:
        text = analysed(Look(work, the_round(work, record)), 1, "audit analyse").text
    assert "Last time (Section 11 audit 2026): 1 of 5 (20%) answered, 1 of 5 (20%) in time." in text
    assert "1. A clear line of accountability: 2 partly met (1 lower than last time)" in text
    assert "with the secretariat's look: 1 partly met, 1 not applicable (1 higher than last time)" in text
    assert "- NHS Ourshire: 1 PM-; 2 M+, looked at: PM\n- Ourshire Police: 1 PM; 2 NA" in text
    assert (
        "NM not met; PM partly met; M met; NA not applicable; + higher than last time; - lower than last time." in text
    )
    assert "- Fire: 0 of 1 (0%); 0 of 1 (0%)" in text


def test_many_ratings_come_in_pages_and_the_last_has_no_more(office: Office) -> None:
    record = a_round(office, place="schools", settings=45)
    for number in range(45):
        sends(office, record, f"agency.school-{number}", {"line-rating": "met"})
    first = says(office, "audit analyse section-11 schools")
    second = presses(office, first, "More")
    third = presses(office, second, "More")
    assert "page 1 of 3" in first.text and "page 2 of 3" in second.text and "page 3 of 3" in third.text
    assert "School 000" in first.text and "School 020" in second.text and "School 044" in third.text
    assert "More" not in [button.label for button in third.buttons]


def test_a_form_without_ratings_says_so(office: Office, record: str) -> None:
    def plain(work: Work) -> None:
        row = the_round(work, record)
        sections = row.form["sections"]
        assert isinstance(sections, list)
        kept = [{**s, "questions": [q for q in s["questions"] if q["kind"] != "rating"]} for s in sections]
        row.form = row.form | {"sections": [each for each in kept if each["questions"]]}
        work.scope.session.add(row)

    writes(office, plain)
    with office.looking(MANAGER) as work:
        text = analysed(Look(work, the_round(work, record)), 1, "audit analyse").text
    assert "This form asks for no rating." in text


# What is typed


def test_the_round_is_meant_by_return_by_place_or_by_nothing_where_one_is_open(office: Office, record: str) -> None:
    for line in ("audit status", "audit status section-11", "audit status Section 11 audit 2027", "audit status 2027"):
        assert says(office, line).title == "Section 11 audit 2027: 0 of 5 (0%) answered", line
    assert says(office, "audit analyse").title == "Section 11 audit 2027: what came in"
    assert "There are: section-11 2027" in says(office, "audit status 2099").text


def test_of_several_rounds_the_open_one_is_meant_and_all_stand_in_the_list(office: Office) -> None:
    old = a_round(office, date(2026, 3, 27), "2026")
    closes(office, old, "2026-05-01 10:00")
    a_round(office)
    assert says(office, "audit status section-11").title.startswith("Section 11 audit 2027")
    assert says(office, "audit status section-11 2026").title.startswith("Section 11 audit 2026")
    lines = says(office, "audit list").text.splitlines()
    assert lines == [
        "Section 11 audit 2027: 0 of 5 (0%) answered, due Fri 26 Mar 2027. Write: audit status section-11 2027",
        "Section 11 audit 2026: 0 of 5 (0%) answered, 5 overdue, closed Fri 1 May 2026. "
        "Write: audit status section-11 2026",
    ]
    a_round(office, date(2027, 6, 25), "summer")
    both = says(office, "audit status")
    assert [button.label for button in both.buttons] == ["Section 11 audit 2027", "Section 11 audit summer"]
    assert presses(office, both, "Section 11 audit summer").title.startswith("Section 11 audit summer")


# Who may see it


@pytest.mark.parametrize(
    ("post", "sees", "reads"),
    [
        (MANAGER, True, True),
        ("director-childrens-services", True, True),  # chairs the Executive, which receives it
        ("chief-nurse", False, False),
        ("audit-lead", True, True),  # moderates it
        ("scrutineer", True, False),
        ("lay-member", False, False),
        ("head-teacher", False, False),
    ],
)
def test_who_sees_how_a_round_stands(office: Office, record: str, post: str, sees: bool, reads: bool) -> None:
    with office.looking(post) as work:
        round_ = the_round(work, record)
        assert (may_see(work, round_), may_read(work, round_)) == (sees, reads)
    answer = says(office, "audit status", post)
    assert ("Section 11 audit 2027" in answer.title) is sees


def test_whoever_may_not_see_a_round_hears_the_same_as_where_there_is_none(office: Office) -> None:
    nothing = says(office, "audit status section-11", "head-teacher")
    record = a_round(office)
    assert says(office, "audit status section-11", "head-teacher") == nothing
    there = office.refused("head-teacher", "return.page", round=record)
    assert there == office.refused("head-teacher", "return.page", round="round:section-11:2099")


# Kept true


def kept(office: Office) -> list[Message]:
    office.deliver()
    return [m for m in office.sent_to(MANAGER) if m.title.startswith("Section 11 audit 2027")]


def test_the_managers_message_follows_every_change_and_several_at_once_are_one(office: Office, record: str) -> None:
    def changes(work: Work) -> None:
        round_status.changed(work, the_round(work, record))

    writes(office, changes)
    assert [m.title for m in kept(office)] == ["Section 11 audit 2027: 0 of 5 (0%) answered"]
    for who in (NHS, POLICE):
        sends(office, record, who, {})
        writes(office, changes)
    [shown] = kept(office)
    assert shown.title == "Section 11 audit 2027: 2 of 5 (40%) answered"
    assert {field.label: field.value for field in shown.fields} == {"Nothing yet": "3", "Answered": "2"}
    writes(office, changes)
    with office.reading() as scope:
        [row] = outbox.about(scope, record, ["round-status"])
        assert (row.wanted, row.sent) == (3, 3)  # both changes went out at one go


def test_by_mail_it_is_one_letter_that_never_changes(office: Office, record: str) -> None:
    writes(office, lambda work: round_status.changed(work, the_round(work, record)))
    first = kept(office)[-1].by_mail
    sends(office, record, NHS, {})
    writes(office, lambda work: round_status.changed(work, the_round(work, record)))
    assert first is not None and kept(office)[-1].by_mail == first


def test_the_night_says_who_has_become_overdue() -> None:
    with an_office_with_an_audit(opened="2027-03-26 12:00") as office:
        record = a_round(office)
        writes(office, lambda work: round_status.changed(work, the_round(work, record)))
        office.run_to("2027-03-27 06:00")
        last = kept(office)[-1]
    assert "It was due Friday 26 March 2027." in last.text
    assert "- Ourshire Council, was due Fri 26 Mar 2027" in last.text


def test_a_round_that_ended_says_so_and_a_cancelled_one_has_no_buttons(office: Office, record: str) -> None:
    closes(office, record, "2027-03-30 10:00")
    writes(office, lambda work: round_status.changed(work, the_round(work, record)))
    last = kept(office)[-1]
    assert last.title.endswith(", closed") and "closed on Tuesday 30 March 2027" in last.text

    def cancelled(work: Work) -> None:
        row = returns.of_record(work.scope, record)
        assert row is not None
        row.state = "cancelled"
        round_status.changed(work, row)

    writes(office, cancelled)
    last = kept(office)[-1]
    assert "It was cancelled" in last.text and last.buttons == ()


def test_a_round_of_400_is_looked_at_in_few_queries(office: Office) -> None:
    record = a_round(office, place="schools", settings=400)
    asked: list[str] = []
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor("time"), office.now)
        round_ = the_round(work, record)
        event.listen(session.connection(), "before_cursor_execute", lambda *given: asked.append(given[2]))
        round_status.changed(work, round_)
    assert len(asked) < 25, asked
