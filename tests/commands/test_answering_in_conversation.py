"""Reports answered by words and presses, as every door hands them in: from the word to what was sent in."""

from collections.abc import Iterator

import pytest

from commands.conversation import Conversation
from commands.speakers import Speaker
from storage.records import returns
from storage.records.message import Button, Message
from tests.offices import Office
from tests.returns_given import (
    AGENCY,
    AUDIT,
    CHAIR,
    COMPLEX,
    LEAD,
    MANAGER,
    Given,
    a_partnership_of_reports,
    an_agency_owes,
    an_owed_report,
    in_the_post,
    owed,
    saves,
    sends_in,
)

HELP = "This is not the way to get help for a child."
OTHER_CHAIR = "bs-vulnerable-chair"


class Talk:
    """One person's conversation with the bot; what a form shows is sent in again with what is changed."""

    def __init__(self, office: Office, post: str) -> None:
        self.office, self.conversation, self.keys = office, Conversation(office.runner, local_doors=("notebook",)), 0
        self.speaker = Speaker("notebook", office.partnership, office.person(post))

    def types(self, line: str) -> Message:
        return self.conversation.answer(self.speaker, line, self._key(), self.office.now)

    def presses(self, button: Button, key: str = "") -> Message:
        return self.conversation.press(self.speaker, button.does, button.form, key or self._key(), self.office.now)

    def labelled(self, message: Message, label: str) -> Message:
        return self.presses(next(each for each in message.buttons if each.label == label))

    def sends(self, message: Message, key: str = "", **filled: str) -> Message:
        sheet = message.sheet
        assert sheet is not None, message
        values = {b.name: b.value for b in sheet.blanks if b.value} | {
            k.replace("__", "."): v for k, v in filled.items()
        }
        return self.presses(Button(label=sheet.label, does=sheet.does, form={**sheet.form, **values}), key)

    def _key(self) -> str:
        self.keys += 1
        return f"talk:{self.speaker.user}:{self.keys}"


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports() as office:
        yield office


@pytest.fixture
def given(office: Office) -> Given:
    return an_owed_report(office)


@pytest.fixture
def chair(office: Office, given: Given) -> Talk:
    assert given
    return Talk(office, CHAIR)


# What one owes


@pytest.mark.parametrize("line", ["report", "report mine", "return", "report best start in life", "report bs-life"])
def test_the_word_alone_brings_the_form_of_the_one_report_that_is_owed(chair: Talk, line: str) -> None:
    answer = chair.types(line)
    assert answer.title == "Exception report: Best Start in Life"
    assert [button.label for button in answer.buttons] == [
        "Fill it in", "Nothing by exception", "This is not for us",
    ]  # fmt: skip
    assert answer.sheet is not None and answer.sheet.does == "return.save"
    assert HELP in answer.text


def test_somebody_who_owes_nothing_is_told_so_with_where_to_ring_first(office: Office) -> None:
    for line, what in (("report", "report"), ("audit", "audit"), ("return", "form")):
        answer = Talk(office, CHAIR).types(line)
        assert answer.title == f"You owe no {what}" and answer.text.startswith(HELP)


def test_a_report_of_a_child_in_danger_is_answered_with_999(chair: Talk) -> None:
    for line in ("report my daughter is being hurt", "report that the child next door is being abused"):
        assert chair.types(line).title == "If a child is in danger, ring 999 now"


def test_somebody_who_owes_several_chooses_by_name(office: Office, chair: Talk) -> None:
    office.done(MANAGER, "people.cover", post="bs-complex-chair", person=CHAIR, until="2027-01-31")
    answer = chair.types("report")
    assert answer.sheet is None and [b.label for b in answer.buttons][::2] == [
        "Fill it in: Best Start for Children with Complex Needs", "Fill it in: Best Start in Life",
    ]  # fmt: skip
    assert chair.types("report complex").title == "Exception report: Best Start for Children with Complex Needs"


def test_an_audit_is_no_report_but_a_form_like_any(office: Office) -> None:
    person = in_the_post(office, LEAD, "lead@fire.example")
    an_agency_owes(office, AGENCY, report=AUDIT)
    lead = Talk(office, LEAD)
    assert lead.speaker.user == person
    assert lead.types("audit").sheet is not None and lead.types("return").sheet is not None
    assert lead.types("report").title == "You owe no report"


# Filling in and sending in


def test_a_report_is_filed_in_three_presses(office: Office, given: Given, chair: Talk) -> None:
    form = chair.labelled(chair.types("report"), "Fill it in")
    summary = chair.sends(form, achieved="Two protocols")
    assert "Two protocols" in summary.text
    done = chair.labelled(summary, "Send it in")
    assert "is sent in" in done.title and owed(office, given).state == "answered"


def test_nothing_by_exception_takes_two_presses_of_which_the_first_changes_nothing(
    office: Office, given: Given, chair: Talk
) -> None:
    first = chair.labelled(chair.types("report"), "Nothing by exception")
    assert "Nothing has changed yet" in first.text and owed(office, given).state == "nothing"
    done = chair.labelled(first, "Send in: nothing")
    assert "Nothing to report by exception" in done.text and owed(office, given).by_exception


def test_a_double_submit_of_a_form_counts_once_and_answers_the_same(office: Office, given: Given, chair: Talk) -> None:
    form = chair.labelled(chair.types("report"), "Fill it in")
    first, again = (chair.sends(form, "press-1", achieved="Once") for _ in range(2))
    assert first == again and owed(office, given).state == "draft"


def test_mistakes_come_back_beside_what_was_typed(chair: Talk) -> None:
    form = chair.labelled(chair.types("report"), "Fill it in")
    wrong = chair.sends(form, achieved="All", actions__1__what="Write it", actions__1__due="32 January")
    assert wrong.sheet is not None
    blanks = {blank.name: blank for blank in wrong.sheet.blanks}
    assert blanks["actions.1.due"].problem and blanks["actions.1.due"].value == "32 January"
    assert blanks["achieved"].value == "All" and not blanks["achieved"].problem


def test_an_empty_form_can_be_saved_and_what_is_missing_has_a_button_to_it(chair: Talk) -> None:
    form = chair.labelled(chair.types("report"), "Fill it in")
    summary = chair.sends(form)
    assert "Still needed" in summary.text and [b.label for b in summary.buttons] == ["Fill in: Report"]
    press = Button(
        label="Send it in",
        does="return.send",
        form={k: v for k, v in summary.buttons[0].form.items() if k in ("in", "report", "place", "who")},
    )
    refused = chair.presses(press)
    assert "What has been achieved since the last report: This is needed." in refused.text
    assert chair.labelled(refused, "Fill in: Report").sheet is not None


def test_what_is_emptied_is_empty_when_it_is_saved(office: Office, given: Given, chair: Talk) -> None:
    saves(office, CHAIR, given, achieved="All", promised="Kept")
    form = chair.labelled(chair.types("report"), "Go on with it")
    assert form.sheet is not None
    kept = [blank for blank in form.sheet.blanks if blank.name == "promised"]
    assert kept[0].value == "Kept"
    sheet = form.sheet
    summary = chair.presses(Button(label="", does=sheet.does, form={**sheet.form, "achieved": "All"}))
    assert "Kept" not in summary.text and "All" in summary.text


def test_a_form_that_speaks_of_harm_is_kept_with_where_to_ring_above(office: Office, given: Given, chair: Talk) -> None:
    form = chair.labelled(chair.types("report"), "Fill it in")
    answer = chair.sends(form, achieved="Fewer children were reported missing and none was being hurt")
    assert answer.text.startswith("If what you wrote tells of a child who is in danger now, ring 999.")
    assert owed(office, given).state == "draft" and "Fewer children" in answer.text


# What others see


def test_what_was_sent_in_is_shown_to_those_who_may_read_it_and_is_not_there_for_others(
    office: Office, given: Given, chair: Talk
) -> None:
    sends_in(office, CHAIR, given, achieved="Two protocols")
    manager, other = Talk(office, MANAGER), Talk(office, OTHER_CHAIR)
    assert "Two protocols" in chair.types("report show life").text
    shown = manager.types("report show Best Start in Life")
    assert "Two protocols" in shown.text
    assert [b.label for b in shown.buttons] == ["Approve it", "Open it again"]
    mine = an_owed_report(office, "group.bs-vulnerable")
    assert mine
    for line in ("report show life", "report show zebra"):
        answer = other.types(line)
        assert "There is nothing of that name here." in answer.text and "Life" not in answer.text


def test_a_button_of_what_others_owe_shows_nothing_of_it(office: Office, given: Given) -> None:
    saves(office, CHAIR, given, achieved="Secret of Life")
    other = Talk(office, OTHER_CHAIR)
    for action in (
        "return.save",
        "return.send",
        "return.nothing",
        "return.for-them",
        "return.reopen",
        "return.moderate",
    ):
        for about in (given.about, {**given.about, "place": "sog.1999-9"}):
            answer = other.presses(Button(label="", does=action, form={"in": office.partnership, **about}))
            assert answer.title == "Nothing has changed" and answer.sheet is None
            assert "Secret" not in str(answer) and "This can be done by" in answer.text


def test_the_manager_fills_in_for_somebody_by_the_same_form(office: Office, given: Given) -> None:
    manager = Talk(office, MANAGER)
    form = manager.labelled(manager.types("report fill-for life"), "Fill it in for them")
    summary = manager.sends(form, achieved="As told by telephone")
    done = manager.labelled(summary, "Send it in for them")
    assert "by the secretariat" in done.text and owed(office, given).came_by == "on-behalf"
    shown = manager.types("report show life")
    assert "filled in for them by the secretariat" in shown.text


def test_opening_again_asks_why_and_a_visit_asks_what_it_was(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given)
    manager = Talk(office, MANAGER)
    form = manager.labelled(manager.types("report reopen life"), "Open it again")
    assert manager.sends(form).sheet is not None
    manager.sends(form, because="a figure is missing")
    assert owed(office, given).state == "reopened"
    visit = manager.labelled(manager.types("report visit life"), "Record a visit or a workshop")
    manager.sends(visit, how="workshop", day="4 January 2027", outcome="All is met")
    assert (owed(office, given).state, owed(office, given).came_by) == ("other-way", "workshop")
    assert "All is met" in manager.types("report show life").text


def test_a_rating_is_looked_at_again_with_their_own_beside(office: Office) -> None:
    in_the_post(office, LEAD, "lead@fire.example")
    given = an_agency_owes(office, AGENCY, report=AUDIT)
    sends_in(office, office.actor(LEAD), given, **{"training-met": "not-met"})
    manager = Talk(office, MANAGER)
    which = manager.labelled(manager.types("audit moderate"), "Look at the ratings again")
    form = manager.sends(which, question="training-met")
    assert "Their own rating: Not met" in form.text
    done = manager.sends(form, rating="met", because="it was seen at a visit")
    assert "After another look: Met." in done.text


def test_one_that_is_approved_by_name_is_done_at_once_and_nobody_else_may(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given)
    assert "nothing here that you could" in Talk(office, OTHER_CHAIR).types("report approve life").text
    assert Talk(office, MANAGER).types("report approve").title == "Which one is meant?"
    assert Talk(office, MANAGER).types("report approve life").title.endswith("is approved")
    assert an_owed_report(office, COMPLEX) and owed(office, given).state == "approved"


def test_what_was_typed_while_the_round_was_closed_stays_on_the_form_with_the_reason(
    office: Office, given: Given, chair: Talk
) -> None:
    form = chair.labelled(chair.types("report"), "Fill it in")
    with office.runner.store.writing() as session:
        round_ = session.get_one(returns.Round, (office.partnership, given.report, given.place))
        round_.state = "closed"
        session.add(round_)
    answer = chair.sends(form, achieved="All that was done")
    assert "is closed" in answer.text and answer.sheet is not None
    assert "All that was done" in [blank.value for blank in answer.sheet.blanks]
    assert owed(office, given).state == "nothing"


def test_an_escalation_can_be_told_at_once_to_the_chair_above(office: Office, given: Given, chair: Talk) -> None:
    form = chair.labelled(chair.types("report"), "Fill it in")
    summary = chair.sends(form, achieved="All", raised__1__what="No room for the training")
    done = chair.labelled(summary, "Send it in")
    executive = office.definition.arrangements.groups_by_id["executive"]
    shown = chair.labelled(done, f"Tell the {executive.name}'s chair now")
    told = chair.presses(next(each for each in shown.buttons if each.does == "raised.tell-now"))
    assert "is told at once" in told.title
    again = chair.types("report show life")
    assert "No room for the training" in again.text and given
