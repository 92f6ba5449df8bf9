"""South Gloucestershire: three chairs owe the Senior Officers Group a report, and what they write becomes business.

The chair for complex needs files in chat; the one for vulnerable children is on holiday, and whoever covers says that
there is nothing by exception; the one for Best Start in Life has mail only, is chased to the end and files on our page.
The days are those of `report_days`, worked by hand.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands.definitions import Definition, load
from tests.bot.web.chromium import MISSING, PROGRAM, REQUIRED, Tab, a_tab
from tests.offices import a_definition
from tests.scenarios.language import Scenario
from tests.scenarios.letters import Letters, with_letters
from tests.scenarios.report_days import SPRING, SUMMER
from tests.scenarios.terminal import TerminalDriver
from tests.scenarios.web import Browser, Shown

Opens = Callable[..., Scenario]

MANAGER, CARRIER, PARTNER = "business-manager", "strategic-safeguarding-manager", "director-cah"
COMPLEX, VULNERABLE, LIFE = "bs-complex-chair", "bs-vulnerable-chair", "bs-life-chair"
COVER = "early-help-lead"
HEAD, DEPUTY = "head@schools.example", "deputy@schools.example"

PEOPLE = f"""name,email,post,from,until,covers,telephone
Chair of Best Start in Life,{LIFE}@south-gloucestershire.invalid,{LIFE},2027-04-08,2027-04-09,,
Head for the schools,{HEAD},{LIFE},2027-04-10,,,01454 500100
Deputy for the schools,{DEPUTY},,,,{LIFE},
"""
AGREED = {"by": "Executive of 3 March"}

THERAPIST = "There has been no speech therapist since January"
ROOM = "There is no room for the clinic"

WORK = {
    "work": "Two of three clinics are open; the third waits for its lease.",
    "next": "The third clinic is open.",
}
ASSURANCE = {
    "assurance": "Six cases were audited, each by two people.",
    "evidence.1.what": "The audit",
    "evidence.1.where": "BSC 12",
}
BUSINESS = {
    "raised.1.what": THERAPIST,
    "raised.1.ask": "Agree who pays for one.",
    "actions.1.what": "Sign the lease of the third clinic",
    "actions.1.owner": "0-25 service representative",
    "actions.1.due": "2027-06-01",
}
ON_THE_PAGE = (
    {"work": "The offer to schools is late.", "next": "Every school has the offer."},
    {"aligned": "partly", "aligned.because": "The plan says nothing of early years."},
    {"assurance": "Children in three schools said so."},
    {
        "raised.1.what": ROOM,
        "actions.1.what": "Find a room",
        "actions.1.owner": "Early help leads",
        "actions.1.due": "2027-05-28",
    },
)


@pytest.fixture
def tab() -> Iterator[Tab]:
    """A real browser."""
    if PROGRAM is None:
        if REQUIRED:
            pytest.fail(f"CONVENOR_TEST_REQUIRE names browser. {MISSING}", pytrace=False)
        pytest.skip(MISSING)
    with a_tab() as found:
        yield found


def as_it_was_agreed_since() -> Definition:
    """The partnership where it is said which partner leads Best Start in Life; incidents are another story."""
    found = load("south-gloucestershire").arrangements
    posts = tuple(post.model_copy(update={"agency": "council"}) if post.id == LIFE else post for post in found.posts)
    return a_definition(found.model_copy(update={"posts": posts, "pathways": ()}))


@pytest.mark.slow
@pytest.mark.ids("RET-SGLOS-EXC", "RET-SGLOS-EXC-TESTS", "RET-SGLOS-SOGFEED", "GRP-SGLOS-SOG-REP")
def test_three_reports_come_in_and_become_business_until_the_next_quarter(long_scenario: Opens) -> None:
    office = long_scenario(as_it_was_agreed_since(), at="2027-04-08 09:00", letters=True)
    what_is_open_is_answered(office)
    the_reports_are_asked_for(office)
    the_meeting_moves_and_the_day_with_it(office)
    nothing_by_exception_is_said_by_whoever_covers(office)
    one_is_filed_section_by_section(office)
    one_is_chased_to_the_end(office)
    what_is_missing_is_said_plainly(office)
    files_on_the_page(letters(office).link_to(HEAD, "Not in yet: Exception report"))
    all_of_it_stands_before_the_senior_officers(office)
    what_they_send_on_stands_before_the_executive(office)
    actions_are_done_or_overdue(office)
    the_next_form_begins_with_what_was_promised(office)


@pytest.mark.slow
@pytest.mark.long
def test_one_is_filed_in_a_real_browser(tmp_path: Path, tab: Tab) -> None:
    driver = with_letters(TerminalDriver)(tmp_path)
    driver.open([as_it_was_agreed_since()], "2027-04-08 09:00")
    try:
        office = Scenario(driver, "south-gloucestershire")
        what_is_open_is_answered(office)
        office.time_passes_to(SPRING.at("due as planned", "08:30"))
        tab.goes_to(driver.link_to(HEAD, "Exception report", "The link below is yours alone"))
        files_in_a_browser(tab)
        office.as_(MANAGER).says("report status").sees("1 of 3 (33%) answered", "Fri 30 Apr 2027, on our page")
        office.as_(MANAGER).says("meeting show sog 2027-1").sees(f"Raised 1, by Best Start in Life: {ROOM}")
    finally:
        driver.close()


def files_in_a_browser(tab: Tab) -> None:
    """Presses and types what a person does; axe finds nothing wrong on the way."""
    tab.presses("a[href$='/section/work']")
    for section in ON_THE_PAGE:
        assert tab.faults() == []
        for name, value in section.items():
            if name == "aligned":
                tab.ticks(f"input[name='{name}'][value='{value}']")
            else:
                tab.fills(f"[name='{name}']", value)
        tab.presses("form button")
    assert tab.evaluates("document.querySelector('h1').textContent").strip() == "Check your answers"
    assert tab.faults() == []
    tab.ticks("input[value='read']")
    tab.presses("form button")
    assert "is sent in" in tab.evaluates("document.querySelector('h1').textContent")
    assert tab.faults() == []


def letters(office: Scenario) -> Letters:
    driver = office.driver
    assert isinstance(driver, Letters)
    return driver


def what_is_open_is_answered(office: Scenario) -> None:
    manager = office.as_(MANAGER)
    lead = "setup about returns.exception-report.lead_days"
    manager.says(lead).sees("do not say how long before the meeting").presses("Answer").fills(days="10", **AGREED)
    manager.presses("Confirm").sees("Entered")
    manager.says("setup about groups.sog.chair").presses("Answer")
    manager.fills(post="Strategic Safeguarding Manager", **AGREED).presses("Confirm").sees("Entered")
    manager.says("people import").presses("Enter several people").fills(pasted=PEOPLE).presses("Confirm")
    manager.sees("2 added")
    manager.says("meeting confirm sog").sees(SPRING.words("planned"))
    manager.says("meeting confirm executive").sees(SPRING.words("executive"))
    manager.says(f"people cover {VULNERABLE} by {COVER} from 20 April until 23 April").sees("Covered")


def the_reports_are_asked_for(office: Scenario) -> None:
    office.time_passes_to(SPRING.at("opened", "12:00"))
    asked = f"Exception report for the Senior Officers Group of {SPRING.words('planned')}: please answer by Fri 30 Apr"
    for chair in (COMPLEX, VULNERABLE):
        office.as_(chair).receives(asked, "You answer for", times=1).receives(asked, on="2027-04-16")
    assert len(letters(office).words_to(HEAD, asked, "You answer for: Best Start in Life.")) == 1
    assert letters(office).words_to(DEPUTY) == []
    office.as_(MANAGER).receives("0 of 3", times=1)
    office.as_(COMPLEX).says("report").presses("Fill it in").fills(**WORK).sees("Section 2 of 4").leaves()


def the_meeting_moves_and_the_day_with_it(office: Scenario) -> None:
    office.time_passes_to("2027-04-19 11:00")
    manager = office.as_(MANAGER)
    manager.says("meeting move sog 2027-1 Thu 6 May").sees(SPRING.words("meeting"), f"due on {SPRING.words('due')}")
    manager.presses("Confirm move").sees("Moved")
    office.time_passes_to("2027-04-19 12:00")
    moved = "Now due on Mon 26 Apr 2027: Exception report"
    for chair in (COMPLEX, VULNERABLE):
        office.as_(chair).receives(moved, "What you have saved or sent in is kept", times=1)
    assert len(letters(office).words_to(HEAD, moved)) == 1


def nothing_by_exception_is_said_by_whoever_covers(office: Scenario) -> None:
    office.time_passes_to(SPRING.at("3 before", "12:00"))
    due = f"Due on {SPRING.words('due')}: Exception report"
    cover = office.as_(COVER).receives(due, "Best Start for Vulnerable Children", times=1)
    office.as_(VULNERABLE).receives_nothing(due)
    office.as_(COMPLEX).receives(due, on="2027-04-21", times=1)
    cover.says("report").sees("Best Start for Vulnerable Children", "ring 999").presses("Nothing by exception")
    cover.sees("This is what would change", "Nothing to report by exception", "Nothing has changed yet")
    cover.presses("Send in: nothing").sees("is sent in", "Nothing to report by exception")
    office.as_(VULNERABLE).says("report").sees("Sent in on Wednesday 21 April 2027")


def one_is_filed_section_by_section(office: Scenario) -> None:
    chair = office.as_(COMPLEX)
    chair.says("report").sees("Begun, not sent in").presses("Go on with it").sees("Alignment to the business plan")
    chair.fills(aligned="Yes").sees("Section 3 of 4").fills(**ASSURANCE).sees("Section 4 of 4").fills(**BUSINESS)
    chair.sees("look it through", WORK["work"], "BSC 12", THERAPIST, "Tue 1 Jun 2027", "counts once you send it in")
    chair.presses("Send it in").sees(
        "is sent in",
        "1 action is entered: 1",
        f"1 escalation stands on the agenda of the Senior Officers Group of {SPRING.words('meeting')}: 1",
    )


def one_is_chased_to_the_end(office: Scenario) -> None:
    manager, above, partner = office.as_(MANAGER), office.as_(CARRIER), office.as_(PARTNER)
    manager.says("report chase").sees("Mon 26 Apr 2027, to whoever answers: Best Start in Life")
    late, link = "Not in yet: Exception report", "The link below is yours alone"
    for day, reminders, of_them_late, to_the_deputy in (
        ("due", 2, 0, 0),
        ("1 after", 3, 1, 0),
        ("2 after", 3, 1, 1),  # three letters in seven days have gone to the head
        ("3 after", 3, 1, 1),
    ):
        office.time_passes_to(SPRING.at(day, "12:00"))
        assert len(letters(office).words_to(HEAD, "still awaits from you", link)) == reminders, day
        assert len(letters(office).words_to(HEAD, late)) == of_them_late, day
        assert len(letters(office).words_to(DEPUTY, late, link)) == to_the_deputy, day
    told = ("Not in yet: Exception report", "from Best Start in Life", "It is asked of: Head for the schools")
    above.receives(*told, times=1).receives(*told, on=SPRING.typed("3 after"))
    partner.receives_nothing(*told)
    office.time_passes_to(SPRING.at("4 after", "12:00"))
    partner.receives(*told, times=1)
    office.time_passes_to("2027-05-03 23:00")
    manager.receives_nothing("There are no more reminders")
    office.time_passes_to(SPRING.at("no more", "12:00"))
    manager.receives("There are no more reminders", "Best Start in Life (01454 500100)", times=1)
    for chair in (COMPLEX, VULNERABLE, COVER):
        office.as_(chair).receives_nothing("Not in yet")


def what_is_missing_is_said_plainly(office: Scenario) -> None:
    office.as_(MANAGER).says("report status").sees("2 of 3 (67%) answered", "was due Mon 26 Apr 2027")
    pack = office.as_(MANAGER).says("report pack sog")
    pack.sees("Exception report: 2 of 3 in, of which 1 with nothing by exception")
    pack.sees("Best Start in Life (Chair of Best Start in Life): nothing has come in.")
    pack.sees(f"It was due on {SPRING.words('due')}, 8 days ago")
    pack.sees("Raised: 1 matter on the agenda", "Actions: 1 open")


def files_on_the_page(url: str) -> None:
    """Fills in what is asked, with its mistakes, as a browser without scripts does."""
    page = Browser().follows(url)
    assert "Due Monday 26 April 2027 (overdue)" in page.text
    page = page.leads("The work of the group")
    for section in ON_THE_PAGE:
        page = page.sends(**section)
    assert page.title == "Check your answers"
    ends_with_a_tick(page)


def ends_with_a_tick(page: Shown) -> None:
    assert "Please tick" in " ".join(page.sends().errors)
    sent = page.sends(_tick=["read"])
    assert "is sent in" in sent.title
    assert "1 action is entered: 2" in sent.text


def all_of_it_stands_before_the_senior_officers(office: Scenario) -> None:
    office.as_(MANAGER).says("report status").sees("3 of 3 (100%) answered", "In time: 2 of 3", "after its day")
    raised = (
        f"Raised 1, by Best Start for Children with Complex Needs: {THERAPIST}",
        f"Raised 2, by Best Start in Life: {ROOM}",
    )
    office.time_passes_to("2027-05-05 12:00")
    office.as_(CARRIER).receives("Brief for the chair: Senior Officers Group", *raised, "Exception report: 3 of 3 in")
    office.as_(COMPLEX).says("meeting show sog 2027-1").sees("On its agenda", *raised)
    office.time_passes_to(SPRING.at("meeting", "09:00"))
    ready = ("The pack is ready: Senior Officers Group", "Exception report: 3 of 3 in", "2 matters", "Actions: 2 open")
    office.as_(MANAGER).receives(*ready, on=SPRING.typed("meeting"))
    office.as_("next-link").says("report pack sog").does_not_see("Exception report: 3 of 3 in")


def what_they_send_on_stands_before_the_executive(office: Scenario) -> None:
    office.time_passes_to(SPRING.at("meeting", "13:00"))
    manager, carrier = office.as_(MANAGER), office.as_(CARRIER)
    manager.says("meeting held sog").sees("Recorded as held")
    carrier.says("report send-on 1").sees(
        f"Children's Partnership Executive of {SPRING.words('executive')}", "carries it"
    )
    office.time_passes_to("2027-05-07 12:00")
    carrier.receives("To be carried to the Children's Partnership Executive: raised 1", THERAPIST, times=1)
    manager.receives("Raised 2", "What came of it?", times=1, on="2027-05-07")
    manager.says("report outcome 2 A room is found in the library").sees("Raised 2 is closed")
    manager.says("meeting show executive").sees(
        "On its agenda",
        "Raised 1, by Best Start for Children with Complex Needs, sent on by the Senior Officers Group, carried by the "
        f"Strategic Safeguarding Manager: {THERAPIST}",
    ).does_not_see(ROOM)


def actions_are_done_or_overdue(office: Scenario) -> None:
    doer = office.as_("life-early-help")
    office.time_passes_to("2027-05-28 12:00")
    doer.receives("Find a room", on="2027-05-28")
    doer.says("action done 2").sees("say what it changed for children").presses("Put it right")
    doer.fills(effect="Eleven families are seen in the library.").sees("Action 2 is done")
    office.time_passes_to("2027-06-07 12:00")
    office.as_("complex-0-25").receives("Sign the lease", on="2027-06-01")
    office.as_(MANAGER).says("report pack executive").sees("Raised: ")
    office.time_passes_to(SPRING.at("executive", "13:00"))
    office.as_(MANAGER).says("meeting held executive").sees("Recorded as held")


def the_next_form_begins_with_what_was_promised(office: Scenario) -> None:
    office.time_passes_to(SUMMER.at("opened", "12:00"))
    chair = office.as_(COMPLEX)
    chair.receives(f"of {SUMMER.words('planned')}: please answer by Fri 6 Aug 2027", times=1)
    form = chair.says("report").presses("Fill it in")
    form.sees(WORK["next"], "Action 1, Sign the lease of the third clinic: overdue since Tue 1 Jun 2027")
    form.sees(f"Answered for {SPRING.words('due')}: {WORK['work']}")
    last = form.fills(work="The lease is signed.").fills(aligned="Yes").fills(assurance="The lease itself.")
    last.sees(f"Raised 1: {THERAPIST}", "Action 1: Sign the lease of the third clinic")
    assert letters(office).words_to(HEAD, "please answer by Fri 6 Aug 2027")
    page = Browser().follows(letters(office).link_to(HEAD, "please answer by Fri 6 Aug 2027"))
    page = page.leads("The work of the group")
    promised = dict(page.form.fields)["promised"]
    assert "Every school has the offer." in promised
    assert "Action 2, Find a room: done on Fri 28 May 2027; what it changed: Eleven families" in promised
