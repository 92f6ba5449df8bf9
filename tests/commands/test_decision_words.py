"""What people type about decisions: how a line is read, and that what one may not see is not there."""

from collections.abc import Iterator

import pytest

from commands import decisions_forms
from commands.grammar import read
from commands.refusals import Refused
from commands.saying import Do, Meaning, Typed
from storage.records.message import Message
from tests.offices import Office, an_office

CHAIR, NURSE = "director-childrens-services", "chief-nurse"
ANSWER = {"group": "executive", "number": "1", "post": NURSE}


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with an_office(opened="2027-02-01 09:00", incidents=False) as office:
        office.done(CHAIR, "decision.open", group="executive", proposal="We adopt the plan.")
        yield office


def means(office: Office, who: str, line: str) -> Meaning:
    typed, _ = read(line)
    assert isinstance(typed, Typed)
    with office.looking(who) as work:
        return typed.word.means(work, typed)


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("decision open", {}),
        ("decision open executive", {"group": "executive"}),
        ("decision open pg We buy it", {"group": "practice", "proposal": "We buy it"}),
        (
            "decision open the Practice Group by 5 March: we buy it by May",
            {"group": "practice", "until": "5 March", "proposal": "we buy it by May"},
        ),
        ("decision open practice until next friday we buy it", {"until": "next friday", "proposal": "we buy it"}),
        ("decision open practice by the way we buy it", {"proposal": "by the way we buy it"}),
    ],
)
def test_a_proposal_is_read_with_its_group_and_its_last_day(office: Office, line: str, form: dict[str, str]) -> None:
    found = means(office, CHAIR, line)
    assert isinstance(found, Do)
    assert found.raw == {"group": found.raw["group"], **form} if form else not found.raw


@pytest.mark.parametrize(
    ("line", "value", "because"),
    [
        ("decision answer executive 1 agree", "agree", None),
        ("decision answer Agree with a reservation because it costs", "reservation", "it costs"),
        ("decision answer executive #1 disagrees because we were not asked", "disagree", "we were not asked"),
        ("decision answer executive 1: abstain", "abstain", None),
    ],
)
def test_an_answer_is_read_in_our_words_for_ones_own_seat(
    office: Office, line: str, value: str, because: str | None
) -> None:
    expected = ANSWER | {"value": value} | ({"because": because} if because else {})
    assert means(office, NURSE, line) == Do("decision.answer", expected)


def test_another_word_is_no_answer_and_says_what_is(office: Office) -> None:
    with pytest.raises(Refused, match="Choose one of: Agree; Agree with a reservation; Disagree; Abstain"):
        means(office, NURSE, "decision answer executive 1 maybe")


def test_the_buttons_are_those_of_ones_own_seat_or_of_whoever_leads_it(office: Office) -> None:
    labels = {}
    for who in (NURSE, CHAIR, "scrutineer"):
        shown = means(office, who, "decision show executive 1")
        assert isinstance(shown, Message)
        labels[who] = [button.label for button in shown.buttons]
    answers = ["Agree", "Agree with a reservation", "Disagree", "Abstain"]
    assert labels == {NURSE: [*answers], CHAIR: [*answers, "Close it now", "Withdraw it"], "scrutineer": []} | {
        NURSE: [*answers, "Close it now", "Withdraw it"]  # the vice chair
    }


def test_what_one_may_not_see_looks_like_what_is_not_there(office: Office) -> None:
    said = set()
    for line in ("decision show executive 1", "decision show executive 9", "decision close executive 1"):
        with pytest.raises(Refused) as refused:
            means(office, "head-teacher", line)
        said.add(str(refused.value))
    assert len(said) == 1 and "We adopt" not in said.pop()
    listed = means(office, "head-teacher", "decision list")
    assert isinstance(listed, Message) and "Decision 1" not in listed.text


def test_a_reason_that_may_name_somebody_is_shown_back_before_it_is_given(office: Office) -> None:
    made = decisions_forms.MADE["decision.answer"]
    with office.looking(NURSE) as work:
        plain = made(work, ANSWER | {"value": "disagree", "because": "it costs too much"})
        naming = made(work, ANSWER | {"value": "disagree", "because": "it was said by Rowan Lane"})
        assert plain is not None and naming is not None
        assert (plain.sure, naming.sure) == ("", "Answer so")
        assert made(work, ANSWER | {"value": "agree"}) is None


def test_whoever_has_no_seat_in_it_is_told_so_before_a_form_opens(office: Office) -> None:
    made = decisions_forms.MADE["decision.answer"]
    for who in ("business-manager", "head-teacher"):
        with office.looking(who) as work, pytest.raises(Refused, match="whoever decides in that seat"):
            made(work, ANSWER | {"value": "disagree"})
