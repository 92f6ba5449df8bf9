"""A colleague is asked to help: by whoever answers for an agency, with a link of their own; it can be taken back."""

from collections.abc import Iterator

import pytest

from commands import links, returning_colleagues
from commands.conversation import Conversation
from commands.speakers import Speaker
from storage.records import ledger, people
from storage.records.message import Button, Message
from tests.offices import Office
from tests.returns_given import (
    AUDIT,
    CHAIR,
    LIFE,
    Given,
    a_partnership_of_reports,
    an_agency_owes,
    an_owed_report,
    in_the_post,
    owed,
    sends_in,
)

from .chased import MANAGER, by_mail_only, letters, stored

AGENCY = "constabulary"
LEAD, SENIOR = f"lead:{AGENCY}", f"senior:{AGENCY}"
ASKER, COLLEAGUE = "lead@constabulary.example", "colleague@constabulary.example"
NHS_NUMBER = "943 476 5919"
"""A number that is valid by its check digit and is set aside for examples."""


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports("2027-01-18 10:00") as office:
        in_the_post(office, LEAD, ASKER, name="Head of Safeguarding")
        yield office


@pytest.fixture
def given(office: Office) -> Given:
    return an_agency_owes(office, AGENCY, report=AUDIT)


def asks(office: Office, given: Given, email: str = COLLEAGUE, name: str = "Detective Inspector") -> str:
    """Asks a colleague, and gives the answer's text."""
    return office.done(ASKER, "return.colleague", **given.about, name=name, email=email).text


def refused(office: Office, given: Given, email: str = COLLEAGUE, name: str = "Detective Inspector") -> str:
    return office.refused(ASKER, "return.colleague", **given.about, name=name, email=email)


def is_open(office: Office, id_: str) -> bool:
    with office.reading() as scope:
        return links.open_link(scope.session, id_, office.now) is not None


def link_of(office: Office, email: str = COLLEAGUE) -> str:
    return letters(office, people.person_id(email), "report-shared")[-1].link


def test_a_colleague_gets_a_link_of_their_own_and_may_fill_in_and_send_in(office: Office, given: Given) -> None:
    assert "Detective Inspector is sent a link of their own" in asks(office, given)
    [letter] = letters(office, people.person_id(COLLEAGUE), "report-shared")
    assert letter.title == "Audit 2027: Head of Safeguarding asks you to help"
    assert is_open(office, letter.link) and "The link below is yours alone" in letter.text
    sends_in(office, COLLEAGUE, given)
    assert owed(office, given).answered_by == people.person_id(COLLEAGUE)


def test_the_letter_goes_out_though_they_hold_no_post_and_by_chat_it_has_the_form(office: Office, given: Given) -> None:
    in_the_post(office, "archivist-of-the-agency", COLLEAGUE)
    asks(office, given)
    office.deliver()
    [row] = stored(office, "report-shared")
    assert row.state == "sent" and [button.does for button in row.words.buttons] == ["return.save"]
    assert not row.words.link and "link" not in row.words.text


def test_the_business_manager_hears_who_was_named_by_whom_and_can_take_it_back(office: Office, given: Given) -> None:
    asks(office, given)
    [told] = letters(office, office.person(MANAGER), "colleague-named")
    for words in ("Head of Safeguarding", "Detective Inspector", COLLEAGUE, "Audit 2027"):
        assert words in told.text
    [button] = told.buttons
    office.done(MANAGER, button.does, **button.form)
    assert not is_open(office, link_of(office))
    assert "answers for it" in office.refused(COLLEAGUE, "return.save", **given.about, section="leadership")


def test_whoever_asked_can_take_it_back_before_anybody_has_read_it(office: Office, given: Given) -> None:
    office.moves_to("2027-01-18 20:00")
    assert "It goes out in the morning of Tuesday 19 January 2027." in asks(office, given)
    answer = office.done(ASKER, "undo")
    assert "They had not been told yet." in answer.text
    office.deliver("2027-01-19 07:30")
    assert [row.state for row in stored(office, "report-shared")] == ["dropped"]


def test_who_was_taken_back_can_be_asked_again_and_gets_another_letter(office: Office, given: Given) -> None:
    asks(office, given)
    office.done(ASKER, "return.colleague-ends", **given.about, email=COLLEAGUE)
    before = link_of(office)
    asks(office, given)
    assert is_open(office, link_of(office)) and not is_open(office, before)


def test_who_was_asked_already_is_not_asked_twice(office: Office, given: Given) -> None:
    asks(office, given)
    assert "asked already" in refused(office, given)
    assert len(stored(office, "report-shared")) == 1


def test_no_more_than_five_can_be_asked_for_one_report(office: Office, given: Given) -> None:
    for number in range(returning_colleagues.MOST):
        asks(office, given, f"officer-{number}@constabulary.example", f"Officer {number}")
    assert "5 colleagues have been asked" in refused(office, given)
    office.done(ASKER, "return.colleague-ends", **given.about, email="officer-0@constabulary.example")
    assert "5 colleagues have been asked" in refused(office, given)
    asks(office, an_agency_owes(office, AGENCY, report=AUDIT, place="2027-again"))


def test_an_address_elsewhere_is_left_to_the_business_manager(office: Office, given: Given) -> None:
    said = refused(office, given, "colleague@elsewhere.example")
    assert "have theirs at constabulary.example" in said and "entered by the business manager" in said
    assert stored(office, "report-shared", "colleague-named") == []
    in_the_post(office, SENIOR, "senior@elsewhere.example")
    asks(office, given, "colleague@elsewhere.example")


@pytest.mark.parametrize(
    ("name", "email", "said"),
    [
        ("", COLLEAGUE, "A name is missing"),
        (f"See {NHS_NUMBER}", COLLEAGUE, "This holds an NHS number"),
        ("Look at https://pages.example", COLLEAGUE, "This is more than a name"),
        ("Detective Inspector", "colleague", "is no e-mail address"),
        ("See " + "x" * 100, COLLEAGUE, "80"),
    ],
)
def test_a_name_is_a_name_and_an_address_an_address(
    office: Office, given: Given, name: str, email: str, said: str
) -> None:
    assert said in refused(office, given, email, name)


def test_nobody_is_renamed_by_being_named(office: Office, given: Given) -> None:
    in_the_post(office, SENIOR, "senior@constabulary.example", name="Chief Officer")
    assert "Chief Officer is sent a link" in asks(office, given, "senior@constabulary.example", "Somebody Else")
    with office.reading() as scope:
        known = people.by_email(scope.session, "senior@constabulary.example")
        assert known is not None and known.name == "Chief Officer"


def test_who_does_not_answer_for_it_names_nobody(office: Office, given: Given) -> None:
    in_the_post(office, "lead:avon-fire-and-rescue", "lead@fire.example")
    for who in (CHAIR, MANAGER, "lead@fire.example"):
        form = {**given.about, "name": "Officer", "email": COLLEAGUE}
        assert "answers for it" in office.refused(who, "return.colleague", **form)


def test_for_what_a_group_owes_cover_or_a_pa_is_arranged_instead(office: Office) -> None:
    given = an_owed_report(office, LIFE)
    said = office.refused(CHAIR, "return.colleague", **given.about, name="Officer", email="officer@ours.example")
    assert "people cover" in said and "PA or staff officer" in said


def test_once_it_is_in_nobody_is_asked_to_help(office: Office, given: Given) -> None:
    sends_in(office, ASKER, given)
    assert "have it opened again" in refused(office, given)


def test_who_helped_before_is_not_ended_by_being_asked_and_taken_back(office: Office, given: Given) -> None:
    by_mail_only(office, LEAD, COLLEAGUE, "pa")
    office.moves_to("2027-01-19 10:00")
    asks(office, given)
    said = office.refused(ASKER, "return.colleague-ends", **given.about, email=COLLEAGUE)
    assert "return contact-ends" in said and is_open(office, link_of(office))


def test_a_colleague_who_sends_it_in_on_the_page_has_the_receipt(office: Office, given: Given) -> None:
    asks(office, given)
    sends_in(office, COLLEAGUE, given)
    office.done(COLLEAGUE, "return.take-back", **given.about)
    office.done(COLLEAGUE, "return.send", **given.about, came_by="web")
    [receipt] = [row for row in stored(office, "report-in") if row.person == people.person_id(COLLEAGUE)]
    office.deliver()
    assert receipt.words.link == link_of(office)
    assert [row.person for row in stored(office, "report-in")] == [people.person_id(COLLEAGUE)]


def test_the_ledger_holds_the_colleagues_id_and_neither_name_nor_address(office: Office, given: Given) -> None:
    asks(office, given)
    with office.reading() as scope:
        entries = "".join(str(entry.model_dump()) for entry in ledger.entries(scope))
    assert people.person_id(COLLEAGUE) in entries
    assert COLLEAGUE not in entries and "Detective Inspector" not in entries


# In chat


def says(office: Office, who: str, line: str) -> Message:
    """What somebody reads who types a line."""
    speaker = Speaker("notebook", office.partnership, office.actor(who).person or "")
    return Conversation(office.runner, local_doors=("notebook",)).answer(speaker, line, None, office.now)


def presses(office: Office, who: str, button: Button, **filled: str) -> Message:
    """What somebody reads who presses a button, or sends in the form behind it."""
    speaker = Speaker("notebook", office.partnership, office.actor(who).person or "")
    form = {**button.form, **filled}
    return Conversation(office.runner, local_doors=("notebook",)).press(speaker, button.does, form, None, office.now)


def test_in_chat_a_colleague_is_named_in_a_form_and_taken_back_by_a_button(office: Office, given: Given) -> None:
    offered = says(office, ASKER, "audit colleague")
    form = presses(office, ASKER, offered.buttons[0])
    assert form.sheet is not None and [blank.name for blank in form.sheet.blanks] == ["name", "email"]
    answer = presses(office, ASKER, offered.buttons[0], name="Detective Inspector", email=COLLEAGUE)
    assert answer.title == "Your colleague is asked"
    again = says(office, ASKER, "audit colleague constabulary")
    assert f"Detective Inspector ({COLLEAGUE}) has been asked." in again.text
    assert presses(office, ASKER, again.buttons[1]).title == "Taken back"
    assert not is_open(office, link_of(office))


def test_the_form_of_what_one_owes_offers_it_for_an_agency_and_not_for_a_group(office: Office, given: Given) -> None:
    an_owed_report(office, LIFE)
    assert "Ask a colleague" in [button.label for button in says(office, ASKER, "audit").buttons]
    assert "Ask a colleague" not in [button.label for button in says(office, CHAIR, "report").buttons]


def test_a_mistake_in_the_form_is_said_beside_its_field_and_nothing_typed_is_lost(office: Office, given: Given) -> None:
    offered = says(office, ASKER, "audit colleague")
    form = presses(office, ASKER, offered.buttons[0], name="Detective Inspector", email="colleague@elsewhere.example")
    assert form.sheet is not None
    name, email = form.sheet.blanks
    assert name.value == "Detective Inspector" and "theirs at constabulary.example" in email.problem


def test_for_what_a_group_owes_chat_says_what_to_do_instead(office: Office) -> None:
    an_owed_report(office, LIFE)
    shown = says(office, CHAIR, "report colleague")
    assert "people cover" in shown.text and not shown.buttons
