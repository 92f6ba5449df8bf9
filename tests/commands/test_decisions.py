"""Decisions by seats: asked, frozen, answered for one's own seat alone, ended as declared, ratified, and sealed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from commands import decisions_kept, decisions_words, owing, standing
from commands.catalogue import ACTIONS
from storage.arrangements.groups import Deciding
from storage.records import ledger, meetings, outbox, people, polls
from storage.records.message import Message
from storage.records.polls import DECISION, Poll
from storage.records.scope import Scope
from tests.offices import Office, a_definition, an_office

MANAGER, CHAIR = "business-manager", "director-childrens-services"
POLICE, NURSE = "assistant-chief-constable", "chief-nurse"
THREE = (CHAIR, POLICE, NURSE)
EXECUTIVE = {"group": "executive", "number": 1}
PROPOSAL = "We pay for one more social worker in each hospital."
REASON = "Our budget for this year is spent."


MEETING = "2027-03-16"


def an_executive(**deciding: object) -> Office:
    """Ourshire, where the Executive decides so; the papers of Policies stay outside, and nobody is said to decide."""
    arrangements = a_definition("ourshire").arrangements
    changed: dict[str, dict[str, object]] = {
        "executive": {"deciding": Deciding.model_validate({"source": "ours §4.6", **deciding})},
        "policies": {"content_outside": True, "seats": ()},
    }
    groups = tuple(group.model_copy(update=changed.get(group.id, {})) for group in arrangements.groups)
    definition = arrangements.model_copy(update={"groups": groups})
    return an_office(definition=definition, opened="2027-02-01 09:00", incidents=False)


@pytest.fixture
def office() -> Iterator[Office]:
    with an_executive(by="consensus", failing=["head-teacher", "designated-doctor"], between=True) as office:
        yield office


@pytest.fixture
def bound() -> Iterator[Office]:
    """At its meeting of 16 March: an Executive that decides nowhere else, only recommends, and has no further step."""
    rule = {"by": "consensus", "between": False, "recommends": True, "note": "Its members decide."}
    with an_executive(**rule) as office:
        office.moves_to(f"{MEETING} 11:00")
        yield office


def asks(office: Office, **more: object) -> Message:
    """The Director asks; it closes the next day."""
    form = {"group": "executive", "proposal": PROPOSAL, "until": office.today + timedelta(days=1), **more}
    return office.done(CHAIR, "decision.open", **form)


def answers(office: Office, who: str, value: str, because: str = "", post: str = "", number: int = 1) -> Message:
    form = {"group": "executive", "number": number, "post": post or who, "value": value, "because": because}
    return office.done(who, "decision.answer", **form)


def refused(office: Office, who: str, post: str, value: str = "agree", because: str = "") -> str:
    return office.refused(who, "decision.answer", **EXECUTIVE, post=post, value=value, because=because)


def the_decision(scope: Scope, number: int = 1) -> Poll:
    found = polls.find(scope, DECISION, f"executive.{number}")
    assert found is not None
    return found


def shown(office: Office, number: int = 1) -> list[str]:
    """What came of it, as people read it."""
    with office.looking() as work:
        return decisions_words.result_lines(work, the_decision(work.scope, number))


def told(office: Office, post: str, kind: str) -> list[Message]:
    with office.reading() as scope:
        found = outbox.of_person(scope, office.person(post))
        return [Message.model_validate(each.message) for each in found if each.kind == kind]


def enters(office: Office, capacity: str) -> None:
    """Somebody is the Chief Nurse's deputy or PA from now on."""
    office.done(MANAGER, "people.enter", name="New", email=f"{capacity}@ours.example", post=NURSE, capacity=capacity)
    with office.reading() as scope:
        assert {each.capacity for each in people.holdings(scope, posts=[NURSE])} == {"holder", capacity}


def closes(office: Office) -> None:
    """Its time is over: the tick of that minute closes it."""
    office.tick("2027-02-02 17:00")


def on_agenda(office: Office, day: str) -> list[str]:
    with office.looking(MANAGER) as work:
        row = next(row for row in meetings.every(work.scope) if row.group == "executive" and f"{row.day}" == day)
        return standing.standing(work, row)


# Asked


def test_who_decides_until_when_and_by_which_rule_is_shown_before_anybody_is_asked(office: Office) -> None:
    outcome = office.preview(CHAIR, "decision.open", group="executive", proposal=PROPOSAL)
    said = "\n".join(map(str, outcome.changes))
    assert "the Director of Children's Services, the Assistant Chief Constable and the Chief Nurse" in said
    assert "It closes at: 17:00 on Monday 8 February 2027" in said
    assert "Our arrangements ask for consensus (ours §4.6). Where there is none it may go to" in said
    assert "This group may decide between its meetings (ours §4.6)" in said
    assert "can be withdrawn, not changed" in said
    with office.reading() as scope:
        assert polls.every(scope, state=None) == []


def test_words_that_may_name_somebody_are_given_back_first(office: Office) -> None:
    outcome = office.preview(CHAIR, "decision.open", group="executive", proposal="We write to Rowan Lane Academy.")
    assert any(
        "Is one of these a child" in f"{each}" and "Rowan Lane Academy" in each.after for each in outcome.changes
    )


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"proposal": ""}, "This is needed."),
        ({"proposal": "The child with 943 476 5919"}, "This holds an NHS number."),
        ({"proposal": "x" * 2001}, "This is longer than 2000 characters."),
        ({"until": "2027-01-29"}, "It would close before anybody is asked. They are asked at 09:00 on Monday 1 Feb"),
        ({"at": "meeting"}, "The Executive has no meeting today."),
        ({"group": "nobody"}, "There is no such group."),
    ],
)
def test_what_cannot_be_put_to_a_group_is_refused(office: Office, form: dict[str, object], expected: str) -> None:
    assert expected in office.refused(MANAGER, "decision.open", **{"group": "executive", "proposal": PROPOSAL} | form)


def test_a_group_whose_papers_stay_outside_or_that_has_no_seats_or_may_not_is_not_asked(bound: Office) -> None:
    said = bound.refused(MANAGER, "decision.open", group="policies", proposal=PROPOSAL)
    assert "The papers of the Policies Group stay outside, and so does what it decides." in said
    assert "Our arrangements do not say who decides in the Policies Group." in said
    said = bound.refused(MANAGER, "decision.open", group="executive", proposal=PROPOSAL)
    assert "By our arrangements the Executive does not decide between its meetings." in said
    assert "It is taken at a meeting of the Executive." in asks(bound, at="meeting").text


def test_each_seat_is_asked_once_with_four_answers_and_nobody_else_is(office: Office) -> None:
    asks(office)
    office.deliver()
    for post in THREE:
        [asked] = told(office, post, "decision-asked")
        assert PROPOSAL in asked.text
        assert [button.label for button in asked.buttons] == [*decisions_words.LABELS.values()]
    assert told(office, "scrutineer", "decision-asked") == told(office, MANAGER, "decision-asked") == []


def test_what_our_arrangements_do_not_say_is_said(office: Office) -> None:
    office.done(MANAGER, "decision.open", group="practice", proposal=PROPOSAL)
    [asked] = told(office, "designated-nurse", "decision-asked")
    for words in ("do not say how this group decides", "do not say that this group may decide between its meetings"):
        assert words in asked.text
    assert "Our arrangements do not say which seats decide" in asked.text


def test_once_it_is_asked_words_rule_and_seats_stay_and_another_proposal_is_another_decision(office: Office) -> None:
    asks(office)
    with office.looking() as work:
        before = decisions_kept.digest(work, the_decision(work.scope))
    answers(office, NURSE, "disagree", REASON)
    office.done(CHAIR, "decision.open", group="executive", proposal="We pay for two.")
    closes(office)
    with office.looking() as work:
        poll = the_decision(work.scope)
        assert (decisions_kept.proposal(work, poll), decisions_kept.digest(work, poll)) == (PROPOSAL, before)
        assert decisions_kept.proposal(work, the_decision(work.scope, 2)) == "We pay for two."
    assert {name.partition(".")[2] for name in ACTIONS if name.startswith("decision.")} == {
        "open", "answer", "close", "withdraw", "ratify", "send-on",
    }  # fmt: skip


# Answering


def test_a_reservation_and_a_disagreement_need_their_reason_and_other_answers_do_not(office: Office) -> None:
    asks(office)
    for value in ("reservation", "disagree"):
        assert "This is needed." in refused(office, NURSE, NURSE, value)
    assert "NHS number" in refused(office, NURSE, NURSE, "disagree", "As for 9434765919")
    answers(office, NURSE, "abstain")
    answers(office, NURSE, "agree")


def test_nobody_answers_for_a_seat_that_is_not_theirs_and_no_pa_ever(office: Office) -> None:
    asks(office)
    enters(office, "pa")
    said = {refused(office, who, NURSE) for who in (MANAGER, CHAIR, POLICE, "scrutineer", "pa@ours.example")}
    said |= {office.refused(NURSE, "decision.answer", group="executive", number=7, post=NURSE, value="agree")}
    assert said == {"This can be done by whoever decides in that seat. Ask the business manager if you need it done."}
    with office.reading() as scope:
        assert all(not seat.value for seat in polls.seats(scope, the_decision(scope)))


def test_whoever_covers_the_post_for_that_group_decides_and_it_is_said_who_answered(office: Office) -> None:
    with office.runner.store.writing() as session:
        scope = Scope(session, office.partnership)
        day, covers = office.today, {"person": office.person("scrutineer"), "post": NURSE, "group": "executive"}
        people.enter_cover(scope, since=day, until=day, **covers)
    asks(office)
    assert told(office, "scrutineer", "decision-asked")
    answers(office, "scrutineer", "agree", post=NURSE)
    closes(office)
    with office.looking() as work:
        fields = {each.label: each.value for each in decisions_words.seat_fields(work, the_decision(work.scope))}
    assert fields["Chief Nurse"] == "agrees (whoever covers it answered)"


def test_a_deputy_decides_until_the_holder_has_and_what_is_not_said_of_deputies_is_said(office: Office) -> None:
    enters(office, "deputy")
    asks(office)
    answers(office, "deputy@ours.example", "agree", post=NURSE)
    with office.looking() as work:
        [said] = decisions_words.named(work, the_decision(work.scope), "agree")
    assert said == "The Chief Nurse agrees (its deputy answered; our arrangements do not say whether a deputy decides)"
    answers(office, NURSE, "disagree", REASON)
    assert "The Chief Nurse has answered; only they can change it." in refused(office, "deputy@ours.example", NURSE)


def test_the_newest_answer_counts_once_and_what_was_said_before_stays(office: Office) -> None:
    asks(office)
    answers(office, NURSE, "disagree", REASON)
    form = {**EXECUTIVE, "post": NURSE, "value": "agree"}
    first, again = (office.press(NURSE, "decision.answer", "press-1", **form) for _ in range(2))
    assert (first.repeated, again.repeated) == (False, True)
    with office.looking() as work:
        poll = the_decision(work.scope)
        said = [(each.value, decisions_kept.reason(work, each)) for each in polls.said(work.scope, poll, NURSE)]
        assert said == [("disagree", REASON), ("agree", "")]
        assert decisions_words.counts(polls.seats(work.scope, poll)) == "1 agrees, 2 have not answered"
        [before] = decisions_words.history(work, poll)
        assert before == f"Before, at 09:00 on Mon 1 Feb 2027: the Chief Nurse disagrees, because: {REASON}"


def test_the_chairs_and_the_managers_message_is_right_after_each_press(office: Office) -> None:
    asks(office)
    for who, value in zip(THREE, ("agree", "reservation", "abstain"), strict=True):
        answers(office, who, value, REASON)
    office.deliver()
    for post in (CHAIR, MANAGER):
        [status] = told(office, post, "decision-status")
        assert status.title.endswith("1 agrees, 1 agrees with a reservation, 1 abstains")
        assert "Every seat has answered." in status.text
        assert [field.value for field in status.fields][1] == f"agrees with a reservation, because: {REASON}"


def test_whoever_has_not_answered_has_one_line_the_working_day_before_and_others_none(office: Office) -> None:
    asks(office, until="2027-02-08")
    answers(office, NURSE, "agree")
    office.moves_to("2027-02-05 06:59")
    office.run_to("2027-02-05 08:01")
    notes = {post: [m.text for m in office.sent_to(post) if m.title.startswith("To do")] for post in THREE}
    line = "Decision 1 of the Executive waits for your answer until 17:00 on Monday 8 February 2027"
    assert [any(line in text for text in notes[post]) for post in THREE] == [True, True, False]


def test_what_waits_for_ones_seat_is_among_what_one_owes_and_not_among_a_pas(office: Office) -> None:
    enters(office, "pa")
    asks(office)
    for who, owes in ((NURSE, True), ("pa@ours.example", False), (MANAGER, False)):
        with office.looking(who) as work:
            found = [each.words for each in owing.owed(work, office.actor(who).person or "")]
        assert ("your answer to: Decision 1 of the Executive" in found) == owes, who


# Ending


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (("agree", "agree", "reservation"), "Agreed"),
        (("agree", "agree", "disagree"), "Not agreed"),
        (("agree", "agree", ""), "Not settled"),
        (("abstain", "abstain", "abstain"), "Not settled"),
    ],
)
def test_it_closes_by_itself_and_everybody_who_was_asked_hears_what_came_of_it(
    office: Office, said: tuple[str, ...], title: str
) -> None:
    asks(office)
    for who, value in zip(THREE, said, strict=True):
        if value:
            answers(office, who, value, REASON)
    closes(office)
    for post in (*THREE, MANAGER):
        [taken] = told(office, post, "decision-taken")
        assert taken.title == f"{title}: Decision 1 of the Executive"
    assert "It is closed" in refused(office, NURSE, NURSE)


def test_dissent_is_named_with_its_reason_to_all(office: Office) -> None:
    asks(office)
    answers(office, CHAIR, "agree")
    answers(office, POLICE, "disagree", REASON)
    closes(office)
    for post in THREE:
        [taken] = told(office, post, "decision-taken")
        assert f"The Assistant Chief Constable disagrees, because: {REASON}" in taken.text
        assert "Not answered: the Chief Nurse." in taken.text


def test_what_only_recommends_recommends(bound: Office) -> None:
    agreed(bound, at="meeting")
    assert shown(bound)[0] == "It is recommended: of 3 seats, 3 agree."
    assert "Its members decide." in shown(bound)


def test_a_withdrawn_decision_is_told_to_whoever_was_asked_and_to_nobody_who_was_not_yet(office: Office) -> None:
    asks(office)
    office.deliver()
    answers(office, NURSE, "agree")
    assert "This is needed." in office.refused(CHAIR, "decision.withdraw", **EXECUTIVE)
    office.done(CHAIR, "decision.withdraw", **EXECUTIVE, because="It belongs before the council")
    [taken] = told(office, POLICE, "decision-taken")
    assert taken.title == "Withdrawn: Decision 1 of the Executive"
    assert "because: It belongs before the council" in taken.text
    assert "It was withdrawn" in refused(office, POLICE, POLICE)
    office.done(CHAIR, "decision.open", group="executive", proposal="We pay for two.")
    office.done(CHAIR, "undo")
    assert len(told(office, POLICE, "decision-taken")) == 1


def test_only_its_chairs_and_the_manager_open_close_and_send_on(office: Office) -> None:
    for who in (POLICE, "scrutineer", "head-teacher"):
        assert "This can be done by" in office.refused(who, "decision.open", group="executive", proposal=PROPOSAL)
    asks(office)
    for name in ("decision.close", "decision.send-on"):
        assert "This can be done by" in office.refused(POLICE, name, **EXECUTIVE)


# No consensus


def without_consensus(office: Office) -> None:
    asks(office)
    answers(office, CHAIR, "agree")
    answers(office, NURSE, "agree")
    answers(office, POLICE, "disagree", REASON)
    closes(office)


def test_without_consensus_the_step_that_is_declared_is_offered_to_the_chair_and_taken(office: Office) -> None:
    without_consensus(office)
    [taken] = told(office, CHAIR, "decision-taken")
    [button] = taken.buttons
    assert told(office, POLICE, "decision-taken")[0].buttons == ()
    office.moves_to("2027-02-09 09:00")
    office.done(CHAIR, button.does, **button.form)
    for post in ("head-teacher", "designated-doctor"):
        [asked] = told(office, post, "decision-asked")
        assert asked.title.endswith("Decision 2, sent on by the Executive")
        assert f"The Assistant Chief Constable disagrees, because: {REASON}" in asked.text
        answers(office, post, "agree", number=2)
    assert told(office, POLICE, "decision-asked")[0].title.endswith("Decision 1 of the Executive")
    office.done(CHAIR, "decision.close", group="executive", number=2)
    for post in (POLICE, "head-teacher", MANAGER):
        assert told(office, post, "decision-taken")[-1].title == "Agreed: Decision 2, sent on by the Executive"
    assert "It was sent on already, as decision 2." in office.refused(CHAIR, "decision.send-on", **EXECUTIVE)
    assert "no step for that" not in "\n".join(shown(office))


def test_what_was_sent_on_by_mistake_waits_for_its_step_again(office: Office) -> None:
    without_consensus(office)
    office.moves_to("2027-02-09 09:00")
    office.done(CHAIR, "decision.send-on", **EXECUTIVE)
    office.done(CHAIR, "undo")
    office.done(CHAIR, "decision.send-on", **EXECUTIVE)
    with office.reading() as scope:
        assert [the_decision(scope, number).state for number in (1, 2, 3)] == ["closed", "cancelled", "open"]


def test_no_step_is_taken_while_it_is_open_or_where_there_is_consensus(office: Office) -> None:
    asks(office)
    assert "It is still open" in office.refused(CHAIR, "decision.send-on", **EXECUTIVE)
    for post in THREE:
        answers(office, post, "agree")
    closes(office)
    assert "There is consensus" in office.refused(CHAIR, "decision.send-on", **EXECUTIVE)


def test_no_step_is_made_up_where_none_is_declared(bound: Office) -> None:
    asks(bound, at="meeting")
    answers(bound, POLICE, "disagree", REASON)
    assert bound.done(CHAIR, "decision.close", **EXECUTIVE).buttons == ()
    assert "Our arrangements name no step for that." in shown(bound)
    assert "name no step" in bound.refused(CHAIR, "decision.send-on", **EXECUTIVE)


# Between meetings


def agreed(office: Office, **more: object) -> None:
    asks(office, **more)
    for post in THREE:
        answers(office, post, "agree")
    office.done(CHAIR, "decision.close", **EXECUTIVE)


def test_what_is_decided_between_meetings_stands_on_the_next_agenda_until_it_is_ratified(office: Office) -> None:
    agreed(office)
    line = f"Decision 1, agreed on Monday 1 February 2027, to be ratified (3 agree): {PROPOSAL}"
    assert on_agenda(office, "2027-03-16") == [line]
    assert on_agenda(office, "2027-06-15") == []
    said = office.refused(MANAGER, "decision.ratify", **EXECUTIVE)
    assert "has not met since it was closed" in said and "Tuesday 16 March 2027" in said
    office.moves_to("2027-03-16 16:00")
    office.done(MANAGER, "decision.ratify", **EXECUTIVE)
    assert on_agenda(office, "2027-03-16") == []
    assert "It was ratified at the meeting of Tuesday 16 March 2027." in shown(office)
    office.done(MANAGER, "undo")
    assert on_agenda(office, "2027-03-16") == [line]


def test_what_was_not_ratified_says_why_and_what_was_not_agreed_is_dealt_with(office: Office) -> None:
    agreed(office)
    asks(office)
    answers(office, POLICE, "disagree", REASON, number=2)
    office.done(CHAIR, "decision.close", group="executive", number=2)
    office.moves_to(f"{MEETING} 16:00")
    assert "This is needed." in office.refused(MANAGER, "decision.ratify", **EXECUTIVE, result="not ratified")
    office.done(MANAGER, "decision.ratify", **EXECUTIVE, result="not ratified", because="The council has said no")
    lines = shown(office)
    assert lines[-1] == "It was not ratified at the meeting of Tuesday 16 March 2027, because: The council has said no"
    second = {"group": "executive", "number": 2}
    assert "There is nothing to ratify" in office.refused(MANAGER, "decision.ratify", **second)
    office.done(MANAGER, "decision.ratify", **second, result="dealt with", because="It is dropped")
    assert on_agenda(office, "2027-06-15") == []


def test_what_is_taken_at_a_meeting_is_not_ratified_again(bound: Office) -> None:
    agreed(bound, at="meeting")
    assert on_agenda(bound, "2027-06-15") == []
    assert "Nothing waits for a meeting here" in bound.refused(MANAGER, "decision.ratify", **EXECUTIVE)


# The record


def test_words_and_reasons_are_sealed_and_the_ledger_holds_ids_only(office: Office) -> None:
    without_consensus(office)
    with office.reading() as scope:
        poll = the_decision(scope)
        seats = polls.seats(scope, poll)
        rows = [poll, *seats, *(row for seat in seats for row in polls.said(scope, poll, seat.post))]
        stored = "\n".join(str(each.model_dump()) for each in rows)
        entries = "\n".join(str(entry.ids) for entry in ledger.entries(scope))
    for words in (PROPOSAL, REASON):
        assert words not in stored and words not in entries


@pytest.mark.parametrize("what", ["answer", "rule", "result"])
def test_a_change_made_past_the_bot_shows(office: Office, what: str) -> None:
    without_consensus(office)
    with office.looking() as work:
        assert decisions_words.sealed_words(work, the_decision(work.scope)) == "The record is as it was sealed."
    with office.runner.store.writing() as session:
        scope = Scope(session, office.partnership)
        poll = the_decision(scope)
        if what == "answer":
            seat = polls.seat_locked(scope, poll, POLICE)
            assert seat is not None
            seat.value = "agree"
        elif what == "rule":
            rule = poll.question["rule"]
            assert isinstance(rule, dict)
            poll.question = {"rule": {**rule, "failing": []}}
        else:
            poll.outcome = {**poll.outcome, "result": "agreed"}
        session.add(poll)
    with office.looking() as work:
        said = decisions_words.sealed_words(work, the_decision(work.scope))
    assert said.startswith("The record is not as it was sealed.")


def test_where_there_are_no_keys_it_works_alike_and_where_they_are_lost_it_says_so(office: Office) -> None:
    sealed = office.runner
    office.runner = replace(sealed, seal=None)
    asks(office)
    answers(office, NURSE, "disagree", REASON)
    with office.looking() as work:
        poll = the_decision(work.scope)
        assert decisions_kept.proposal(work, poll) == PROPOSAL
        assert decisions_words.named(work, poll, "disagree") == [f"The Chief Nurse disagrees, because: {REASON}"]
        assert decisions_kept.is_as_it_was(work, poll)
    office.runner = sealed
    office.done(CHAIR, "decision.open", group="executive", proposal="We pay for two.")
    office.runner = replace(sealed, seal=None)
    with office.looking() as work:
        poll = the_decision(work.scope, 2)
        assert decisions_kept.proposal(work, poll) == decisions_kept.UNREADABLE
        assert "cannot be looked at without its key" in decisions_words.sealed_words(work, poll)
