"""The paper copy: each evening by mail to two people, the clocks that run and whom to ring; nothing about a child."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from commands import paper_twins
from commands.incidents import Opening, open_case
from scheduler.delivery import Delivery
from scheduler.doors import Parcel
from scheduler.rehearsal import Notebook, play
from storage.records import case_lists, duties, outbox, people
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, OURSHIRE, Office, an_office

MANAGER = "business-manager"
FACTS = {"aware": "2027-01-05T08:00:00+00:00"}
TITLE = "OSCP: incidents on paper, Tuesday 5 January 2027"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(opened="2027-01-04 20:00", ways=ALL_WAYS) as office:
        yield office


def letters(office: Office, end: str) -> list[Parcel]:
    """The letters that go out until a time, where mail goes out beside the chat."""
    mail = Notebook("mail", finds="address")
    play(Delivery(office.runner, {"notebook": office.notebook, "mail": mail}, threads=0), office.now, office.at(end))
    office.moves_to(end)
    return [parcel for _, parcel in mail.sent if parcel.kind == "paper-twin"]


def deputises(office: Office, post: str, email: str, name: str = "Deputy Manager") -> str:
    """Somebody deputises in a post from today on."""
    with office.runner.store.writing() as session:
        new = people.enter(session, name=name, email=email, now=office.now)
        scope, today = Scope(session, office.partnership), office.today
        people.enter_holding(scope, post=post, person=new.id, capacity="deputy", agency="", since=today, until=None)
        return new.id


def sheet(office: Office, who: str = MANAGER) -> str:
    person = office.person(who)
    with office.looking(MANAGER) as work:
        return paper_twins.sheet(work, person)[1]


def started(office: Office) -> str:
    done = office.done(MANAGER, "incident.start", pathway="serious-incident", facts=FACTS)
    return done.title.split()[0]


def part_of(text: str, head: str) -> list[str]:
    """The lines of one part of the sheet."""
    return text.partition(f"{head}\n")[2].partition("\n\n")[0].splitlines()


# who gets it, and when


def test_it_goes_at_six_each_evening_to_the_handler_and_their_deputy_and_by_mail_alone(office: Office) -> None:
    deputises(office, MANAGER, "deputy@ours.example")
    assert letters(office, "2027-01-05 17:59") == []
    sent = letters(office, "2027-01-05 18:01")
    assert sorted(parcel.address for parcel in sent) == ["business-manager@ourshire.invalid", "deputy@ours.example"]
    assert {parcel.message.title for parcel in sent} == {TITLE}
    assert not [parcel for _, parcel in office.notebook.sent if parcel.kind == "paper-twin"]
    saturday = letters(office, "2027-01-09 18:01")
    assert len(saturday) == 4 * 2, "at the weekend too"


def test_the_words_for_mail_are_the_sheet_itself_though_it_names_cases(office: Office) -> None:
    [parcel] = letters(office, "2027-01-05 18:01")
    assert parcel.about_case
    assert parcel.message.by_mail is not None
    assert (parcel.message.by_mail.title, parcel.message.by_mail.text) == (parcel.message.title, parcel.message.text)


def test_whoever_was_chosen_gets_it_and_no_more_than_two_people() -> None:
    chosen = 'paper_copy = ["scrutineer", "chief-nurse", "head-teacher"]'
    text = OURSHIRE.read_text("utf-8").replace("[planning]", f"[planning]\n{chosen}", 1)
    with an_office(definition=text, ways=ALL_WAYS) as office, office.looking(MANAGER) as work:
        assert [each.post for each in paper_twins.recipients(work)] == ["scrutineer", "chief-nurse"]


def test_where_one_person_alone_gets_it_the_digest_says_so(office: Office) -> None:
    letters(office, "2027-01-05 18:01")
    with office.looking(MANAGER) as work:
        assert paper_twins.for_digest(work) == ["Paper copy: only Business Manager gets it; two people should"]
    deputises(office, MANAGER, "deputy@ours.example")
    with office.looking(MANAGER) as work:
        assert paper_twins.for_digest(work) == []


@pytest.mark.long
def test_a_copy_that_could_not_go_out_is_left_after_a_day_and_named(office: Office) -> None:
    deputises(office, MANAGER, "deputy@ours.example")
    office.run_to("2027-01-06 17:30")  # no mail door is open here
    with office.reading() as scope:
        rows = outbox.about(scope, "watch", ["paper-twin"])
        assert [row.state for row in rows] == ["dropped", "dropped"]
    with office.looking(MANAGER) as work:
        [line] = paper_twins.for_digest(work)
    assert line.startswith("Paper copy of Tue 5 Jan 2027: did not go out to ") and "Deputy Manager" in line


def test_without_mail_or_while_nothing_is_on_and_open_there_is_none(office: Office) -> None:
    office.done(MANAGER, "incident.switch-off")
    assert letters(office, "2027-01-06 18:01") == []
    with office.reading() as scope:
        assert duties.of_kind(scope, "paper-twin") == []
    with an_office(opened="2027-01-04 20:00") as chat_only:
        chat_only.run_to("2027-01-05 18:01")
        with chat_only.reading() as scope:
            assert [duty.reason for duty in duties.of_kind(scope, "paper-twin")] == ["not sent: no mail is set up"]


def test_an_open_case_is_on_paper_though_its_pathway_was_switched_off(office: Office) -> None:
    office.moves_to("2027-01-05 09:00")
    reference = started(office)
    office.done(MANAGER, "incident.switch-off")
    sent = letters(office, "2027-01-06 18:01")
    assert sent and reference in sent[-1].message.text


# what stands on it


def test_it_shows_the_clocks_that_run_with_stage_date_and_owner(office: Office) -> None:
    assert part_of(sheet(office), "Clocks that run") == ["- none"]
    office.moves_to("2027-01-05 09:00")
    reference = started(office)
    lines = part_of(sheet(office), "Clocks that run")
    stages = [line for line in lines if " due " in line]
    assert len(stages) == 3 and all(line.startswith(f"- {reference}: ") and line.endswith(")") for line in stages)
    assert f"- {reference}: not answered yet by the Chief Nurse" in lines
    office.done("chief-nurse", "incident.answer", reference=reference, post="chief-nurse", answer="known")
    assert f"- {reference}: not answered yet by the Chief Nurse" not in part_of(sheet(office), "Clocks that run")


def test_what_is_overdue_comes_first_and_says_so(office: Office) -> None:
    office.moves_to("2027-01-05 09:00")
    reference = started(office)
    office.moves_to("2027-01-20 09:00")
    assert f"- {reference}: " in sheet(office) and "OVERDUE, was due Tuesday 12 January 2027" in sheet(office)


def test_a_drill_stands_on_no_sheet(office: Office) -> None:
    office.moves_to("2027-01-05 09:00")
    office.done(MANAGER, "drill.plan", day="2027-01-05", starts="10:00")
    office.tick("2027-01-05 10:00")
    assert part_of(sheet(office), "Clocks that run") == ["- none"]


def test_only_cases_of_which_its_reader_may_know_stand_on_it(office: Office) -> None:
    office.moves_to("2027-01-05 09:00")
    reference = started(office)
    assert reference in sheet(office, "chief-nurse")
    assert reference not in sheet(office, "head-teacher")
    with office.runner.store.writing() as session:
        for row in case_lists.on_list(Scope(session, office.partnership), reference, office.now):
            if row.who == "post:chief-nurse":
                row.until = office.now
                session.add(row)
    assert reference not in sheet(office, "chief-nurse")


def test_it_has_the_telephone_tree_with_deputies_seniors_and_the_front_door(office: Office) -> None:
    person = deputises(office, "chief-nurse", "deputy@ours.example", "Deputy Chief Nurse")
    with office.runner.store.writing() as session:
        found = people.get(session, person)
        assert found is not None
        found.telephone = "01234 555123"
        session.add(found)
    text = sheet(office)
    assert "Ourshire front door: 01234 500500, out of hours 01234 500999. A child in danger now: 999." in text
    assert part_of(text, "Whom to ring") == [
        "- Business Manager: Business Manager, no number is entered",
        "- Director of Children's Services: Director of Children's Services, no number is entered",
        "- Head of Safeguarding: Head of Safeguarding, no number is entered",
        "- Assistant Chief Constable: Assistant Chief Constable, no number is entered",
        "- Chief Nurse: Chief Nurse, no number is entered",
        "- Chief Nurse: Deputy Chief Nurse, 01234 555123",
    ]


def test_whoever_covers_today_comes_first(office: Office) -> None:
    covers = office.person("designated-nurse")
    with office.runner.store.writing() as session:
        scope = Scope(session, office.partnership)
        today = office.today
        people.enter_cover(scope, post="chief-nurse", person=covers, since=today, until=today + timedelta(days=1))
    lines = [line for line in part_of(sheet(office), "Whom to ring") if line.startswith("- Chief Nurse: ")]
    assert lines[0] == "- Chief Nurse: Designated Nurse, no number is entered" and len(lines) == 2


def test_with_twelve_cases_it_prints_on_two_pages(office: Office) -> None:
    for day in range(5, 17):
        office.moves_to(f"2027-01-{day:02} 09:00")
        started(office)
    text = sheet(office)
    assert "- And 2 more, which stand in the chat only: incident list" in text
    assert len(text.splitlines()) < 120, "two sheets of A4 at sixty lines"


def test_nothing_that_was_told_of_a_case_stands_on_it(office: Office) -> None:
    office.moves_to("2027-01-05 09:00")
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(MANAGER), office.now)
        told = {"authority_reference": "CANARY-1", "ring_who": "Canary", "ring_number": "01234 999111", "children": 2}
        facts = {"aware": office.at("2027-01-05 08:00")}
        open_case(work, work.arrangements.pathway("serious-incident"), Opening(facts=facts, told=told))
    text = sheet(office)
    for canary in ("CANARY", "Canary", "999111", "children"):
        assert canary not in text
    assert date(2027, 1, 5) == office.today
