"""A report answered in Slack: real Bolt over a real socket, forms one after the other, drafts that survive."""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.records.requests import Request
from tests.returns_given import (
    AGENCY,
    AUDIT,
    CHAIR,
    MANAGER,
    Given,
    an_agency_owes,
    an_owed_report,
    arrangements_of_reports,
    filled_so_far,
    in_the_post,
    owed,
)
from tests.standins.slack import Answer, Person, View, buttons, rendered

from .offices import COMMAND, SlackOffice, a_slack_office

CANARY = "Capybaras were counted"
NHS_NUMBER = "943 476 5919"


@pytest.fixture(autouse=True)
def _on_a_monday() -> None:
    """In the place of the fixture that stops the clock: here seconds pass."""


@pytest.fixture
def slack_office(tmp_path: Path) -> Iterator[SlackOffice]:
    arrangements = arrangements_of_reports()
    with a_slack_office(tmp_path, definition=arrangements, socket=True, clock=time.time, burst=20) as opened:
        opened.standin.post_office.ack_timeout = 10.0
        yield opened


@pytest.fixture
def given(slack_office: SlackOffice) -> Given:
    return an_owed_report(slack_office.office)


@pytest.fixture
def chair(slack_office: SlackOffice, given: Given) -> Person:
    assert given
    return slack_office.user(CHAIR)


def types(slack_office: SlackOffice, who: Person, line: str) -> Answer:
    answer = slack_office.shown(who.types_command(COMMAND, line))
    assert not answer.failed, answer.reason
    return answer


def top(who: Person) -> View:
    view = who.modal()
    assert view is not None
    return view


def confirms(slack_office: SlackOffice, who: Person, label: str) -> Answer:
    """Presses the button of what a view shows, wherever the view has it."""
    view = top(who)
    has_own = (view.body.get("submit") or {}).get("text") == label
    return slack_office.shown(who.submits(view) if has_own else who.presses(view, label))


def an_audit(slack_office: SlackOffice) -> tuple[Given, Person]:
    """An audit of three sections that the chair answers for as an agency's lead too."""
    office = slack_office.office
    account = slack_office.user(CHAIR)
    email = f"{CHAIR}@{office.partnership}.invalid"
    assert in_the_post(office, f"lead:{AGENCY}", email) == office.person(CHAIR)
    return an_agency_owes(office, AGENCY, report=AUDIT), account


def test_a_report_is_filed_in_three_presses_after_the_word(
    slack_office: SlackOffice, given: Given, chair: Person
) -> None:
    types(slack_office, chair, "report")  # 1: the form is there at once
    assert "Exception report: Best Start in Life" in rendered(top(chair))
    slack_office.shown(chair.submits(values={"achieved": "Two protocols"}))  # 2: saved, and shown to be looked through
    assert "Two protocols" in rendered(top(chair)) and owed(slack_office.office, given).state == "draft"
    confirms(slack_office, chair, "Send it in")  # 3
    assert "is sent in" in rendered(top(chair))
    assert owed(slack_office.office, given).state == "answered"


def test_the_button_under_what_is_typed_opens_the_form_too(
    slack_office: SlackOffice, given: Given, chair: Person
) -> None:
    answer = slack_office.shown(chair.writes_in_dm("report"))
    assert chair.modals() == []
    slack_office.shown(chair.presses(answer, "Fill it in"))
    assert "What has been achieved" in rendered(top(chair)) and owed(slack_office.office, given).state == "nothing"


def test_nothing_by_exception_is_two_presses(slack_office: SlackOffice, given: Given, chair: Person) -> None:
    answer = types(slack_office, chair, "report")
    chair.closes()
    slack_office.shown(chair.presses(answer, "Nothing by exception"))  # 1
    assert owed(slack_office.office, given).state == "nothing"
    (private, *_) = [one for one in chair.ephemerals() if "Send in: nothing" in buttons(one)]
    assert "Nothing to report by exception" in rendered(private)
    slack_office.shown(chair.presses(private, "Send in: nothing"))  # 2
    assert owed(slack_office.office, given).by_exception and owed(slack_office.office, given).state == "answered"


def test_each_section_follows_the_one_before_in_the_same_view(slack_office: SlackOffice) -> None:
    audit, lead = an_audit(slack_office)
    types(slack_office, lead, "audit")
    first = top(lead)
    slack_office.shown(lead.submits(values={"leadership-met": "Met"}))
    assert top(lead).id == first.id and "How far training is met" in rendered(top(lead))
    slack_office.shown(lead.submits(values={"training-met": "Not met"}))
    slack_office.shown(lead.submits(values={"listening-met": "Met"}))
    assert "look it through" in rendered(top(lead))
    slack_office.shown(lead.presses(top(lead), "Change: Training"))
    slack_office.shown(lead.submits(values={"training-met": "Met", "training-how": "By a survey"}))
    assert "By a survey" in rendered(top(lead))  # back at the summary, with no section in between
    confirms(slack_office, lead, "Send it in")
    assert owed(slack_office.office, audit).state == "answered"


def test_what_was_saved_is_there_again_after_the_view_was_closed_and_the_bot_began_anew(
    slack_office: SlackOffice,
) -> None:
    audit, lead = an_audit(slack_office)
    types(slack_office, lead, "audit")
    slack_office.shown(lead.submits(values={"leadership-met": "Met", "leadership-how": "By asking"}))
    lead.closes()
    slack_office.begins_anew()
    assert filled_so_far(slack_office.office, audit)["leadership-how"].value == "By asking"
    types(slack_office, lead, "audit")
    assert "How far training is met" in rendered(top(lead))  # it goes on where something is still wanting


def test_what_was_typed_and_refused_is_there_again_instead_of_what_was_saved_before(
    slack_office: SlackOffice, given: Given, chair: Person
) -> None:
    types(slack_office, chair, "report")
    slack_office.shown(chair.submits(values={"achieved": "First words"}))
    slack_office.shown(chair.presses(top(chair), "Change: Report"))
    wrong = {"achieved": "Better words", "actions.1.what": "Write", "actions.1.due": "32 January"}
    slack_office.shown(chair.submits(values=wrong))
    assert "Better words" in rendered(top(chair)) and "32 January" in rendered(top(chair))
    chair.closes()
    slack_office.begins_anew()
    types(slack_office, chair, "report")
    shown = rendered(top(chair))
    assert "Better words" in shown and "32 January" in shown and "First words" not in shown
    assert "stands here again" in shown
    slack_office.shown(chair.submits(values={"actions.1.due": "8 March 2027", "actions.1.owner": "Business Manager"}))
    assert filled_so_far(slack_office.office, given)["achieved"].value == "Better words"
    chair.closes()
    types(slack_office, chair, "report")
    assert "stands here again" not in rendered(top(chair))


def test_what_somebody_saved_meanwhile_is_shown_before_it_is_overwritten(
    slack_office: SlackOffice, given: Given, chair: Person
) -> None:
    office = slack_office.office
    in_the_post(office, CHAIR, "pa@council.example", name="Staff Officer", capacity="pa")
    types(slack_office, chair, "report")
    office.done("pa@council.example", "return.save", **given.about, achieved="By the staff officer")
    slack_office.shown(chair.submits(values={"achieved": "By the chair"}))
    shown = rendered(top(chair))
    assert "By the staff officer" in shown and "By the chair" in shown and "Staff Officer" in shown
    assert filled_so_far(office, given)["achieved"].value == "By the staff officer"
    slack_office.shown(chair.submits(values={"achieved": "By both"}))
    assert filled_so_far(office, given)["achieved"].value == "By both"


@pytest.mark.parametrize("how", ["twice", "two_links"])
def test_a_double_submit_counts_once(slack_office: SlackOffice, given: Given, chair: Person, how: str) -> None:
    types(slack_office, chair, "report")
    slack_office.standin.spoil_next(how)
    slack_office.shown(chair.submits(values={"achieved": "Once"}))
    slack_office.standin.spoil_next(how)
    confirms(slack_office, chair, "Send it in")
    row = owed(slack_office.office, given)
    assert (row.state, row.sent) == ("answered", 1)


def test_a_leavers_press_sends_nothing_in(slack_office: SlackOffice, given: Given, chair: Person) -> None:
    office = slack_office.office
    types(slack_office, chair, "report")
    in_the_post(office, "bs-vulnerable-chair", f"{CHAIR}@{office.partnership}.invalid", capacity="deputy")
    office.done(MANAGER, "people.leave", post=CHAIR, until="2027-01-04")
    office.now += timedelta(days=1)
    slack_office.shown(chair.submits(values={"achieved": "Too late"}))
    assert "This can be done by whoever answers for it" in rendered(top(chair))
    assert owed(office, given).state == "nothing"


def test_words_that_must_not_be_stored_are_refused_and_kept_nowhere(
    slack_office: SlackOffice, given: Given, chair: Person
) -> None:
    types(slack_office, chair, "report")
    slack_office.shown(chair.submits(values={"achieved": f"See {NHS_NUMBER}"}))
    assert "This holds an NHS number." in rendered(top(chair))
    chair.closes()
    types(slack_office, chair, "report")
    assert NHS_NUMBER not in rendered(top(chair)) and owed(slack_office.office, given).state == "nothing"


def test_what_is_filled_in_is_neither_logged_nor_stored_in_clear(
    slack_office: SlackOffice, given: Given, chair: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert given
    types(slack_office, chair, "report")
    wrong = {"achieved": CANARY, "actions.1.what": "Write", "actions.1.due": "32 January"}
    slack_office.shown(chair.submits(values=wrong))
    slack_office.shown(chair.submits(values={"actions.1.due": "8 March 2027", "actions.1.owner": "Business Manager"}))
    confirms(slack_office, chair, "Send it in")
    with slack_office.office.reading() as scope:
        presses = scope.session.exec(select(Request).where(col(Request.key).like("slack:%"))).all()
        assert presses and not [row for row in presses if "Capybara" in str(row.answer)]
    ours = [each for each in caplog.records if each.name.startswith(("commands", "bot.", "storage", "scheduler"))]
    assert not [each for each in ours if "Capybara" in f"{each.getMessage()}{each.__dict__}"]
    file = Path(str(slack_office.office.runner.store.url.database))
    stored = "".join(one.read_bytes().decode("latin-1") for one in file.parent.glob(f"{file.name}*"))
    assert "Capybara" not in stored
