"""`setup`: an answer becomes a version, whoever answers at the same time; a wrong one comes back beside its field."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from commands import setting_up
from commands.conversation import Conversation
from commands.definitions import definition_text, read_definition, shipped
from commands.outcomes import Outcome
from commands.rehearsing import person_of
from commands.setting_up_words import overview as overview_of
from commands.speakers import Speaker
from scheduler.weeks_ahead import WeeksAhead
from storage.arrangements.questions import Question, questions
from storage.records import ledger, partnerships
from storage.records.message import Message
from tests.offices import Office, an_office

MANAGER = "business-manager"
BY = {"by": "Executive of 3 March"}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(definition="buckinghamshire", opened="2027-03-04 09:00", incidents=False) as office:
        yield office


def answer(office: Office, question: str, form: str, **given: object) -> Message:
    return office.done(MANAGER, "setup.answer", question=question, form=form, **BY, **given)


def wrong(office: Office, question: str, form: str, **given: object) -> dict[str, str]:
    """The sentence beside each field of an answer that is refused."""
    outcome: Outcome = office.perform(MANAGER, "setup.answer", question=question, form=form, **{**BY, **given})
    assert outcome.refused, outcome.answer
    return {refusal.field: refusal.sentence for refusal in outcome.refusals}


def text(office: Office) -> str:
    with office.reading() as scope:
        stored = partnerships.version(scope)
        assert stored is not None
        return stored.text


def test_an_answer_becomes_a_version_that_remembers_how_it_came(office: Office) -> None:
    answer(office, "front_door.telephone", "telephone", telephone="01296 383962")
    with office.reading() as scope:
        assert [(one.number, one.made_by) for one in partnerships.versions(scope)] == [(1, "file"), (2, "setup")]
    found = read_definition(text(office)).arrangements.front_door
    assert (found.telephone, found.source) == (
        "01296 383962",
        "telephone: agreed by Executive of 3 March on 4 March 2027",
    )


def test_the_ledger_holds_ids_and_nothing_that_was_written(office: Office) -> None:
    answer(office, "groups.pqi.papers", "stays", said="The Executive decides in May")
    with office.reading() as scope:
        entry = ledger.newest(scope)
        assert entry is not None
        assert (entry.action, entry.record, set(entry.ids)) == ("setup.answer", "arrangements", {"version", "hash"})


def test_what_is_answered_holds_at_once_for_what_follows_in_the_same_step(office: Office) -> None:
    answer(office, "groups.executive.cycles[0]", "cycle", rule="yearly", number=4)
    given = {"months": "June, September, December and March", "slot": "2nd tuesday", "starts": "14:00"}
    said = answer(office, "planning.groups.executive", "dates:months,slot", **given)
    assert "Executive partnership group (2026-4) is planned for: Tuesday 9 March 2027" in said.text
    said = answer(office, "groups.executive.papers", "papers", days=1)
    assert "papers: Monday 8 March 2027" in said.text


def test_two_answers_at_the_same_time_lose_none(tmp_path: Path) -> None:
    with an_office(tmp_path, "buckinghamshire", "2027-03-04 09:00") as office:
        ids = ["groups.pqi.papers", "groups.ppp.papers", "groups.cdop.papers", "groups.lcspr.papers"]
        together, actor = Barrier(len(ids)), office.actor(MANAGER)
        refused: list[Outcome] = []

        def one(id_: str) -> None:
            form = {"question": id_, "form": "papers", "days": 7, **BY}
            together.wait()
            outcome = office.runner.perform(actor, "setup.answer", form, None, office.now)
            refused.extend([outcome] if outcome.refused else [])

        threads = [Thread(target=one, args=(id_,)) for id_ in ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert refused == []
        groups = read_definition(text(office)).arrangements.groups_by_id
        assert all(groups[id_.split(".")[1]].papers is not None for id_ in ids)


def test_what_was_answered_meanwhile_is_not_answered_again(office: Office) -> None:
    answer(office, "groups.pqi.papers", "papers", days=7)
    assert "answered already" in wrong(office, "groups.pqi.papers", "papers", days=9)[""]


@pytest.mark.parametrize(
    ("question", "form", "given", "field", "sentence"),
    [
        ("front_door.telephone", "telephone", {"telephone": "999"}, "telephone", "always named"),
        ("front_door.telephone", "telephone", {"telephone": "ask Ann"}, "telephone", "no telephone number"),
        ("front_door.telephone", "telephone", {}, "telephone", "needed"),
        ("front_door.telephone", "telephone", {"telephone": "01234 500500", "on": "2027-03-05"}, "on", "to come"),
        ("front_door.telephone", "telephone", {"telephone": "01234 500500", "by": "born 3/4/2019"}, "by", "birth"),
        ("front_door.telephone", "telephone", {"telephone": "01234 500500", "by": "x" * 121}, "by", "At most"),
        ("front_door.telephone", "papers", {"days": 7}, "", "another form"),
        ("groups.executive.cycles[0]", "cycle", {"rule": "weekly"}, "rule", "none of the answers"),
        ("groups.executive.cycles[0]", "cycle", {"rule": "yearly", "number": 13}, "number", "out of range"),
        ("groups.executive.cycles[0]", "cycle", {"rule": "before", "number": 9, "group": "x"}, "group", "none of the"),
        ("groups.executive.chair", "chair", {"post": "nobody"}, "post", "none of the answers"),
        ("groups.executive.papers", "papers", {"days": 91}, "days", "out of range"),
        ("groups.executive.quorum", "quorum", {"rule": "fraction", "number": 101}, "number", "out of range"),
        ("posts.independent-chair.stand_in", "stand-in", {"post": "independent-chair"}, "post", "vacant post itself"),
        ("returns.subgroup-report.lead_days", "lead", {"days": 181}, "days", "out of range"),
        ("returns.annual-report-part.month", "month", {"months": "May and June"}, "months", "due in one month"),
        ("returns.annual-report-part.month", "month", {"months": "soon"}, "months", "no month"),
        ("agencies", "section-11", {"agencies": "Nurserys", "rule": "owes"}, "agencies", "Did you mean"),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field(
    office: Office, question: str, form: str, given: dict[str, object], field: str, sentence: str
) -> None:
    before = text(office)
    assert sentence in wrong(office, question, form, **given)[field]
    assert text(office) == before


def test_the_month_of_a_yearly_report_is_answered_in_words(office: Office) -> None:
    answer(office, "returns.annual-report-part.month", "month", months="September")
    [part] = [each for each in read_definition(text(office)).arrangements.returns if each.id == "annual-report-part"]
    assert part.month == 9
    assert "month: agreed by" in part.source


def test_agencies_are_called_by_name_alias_or_id_on_lines_or_with_commas(office: Office) -> None:
    names = "Nursery's (early year's sectors)\nNHS England, Wessex and Thames Valley regions\ncafcass, TVP"
    answer(office, "agencies", "section-11", agencies=names, rule="owes")
    said = {a.id for a in read_definition(text(office)).arrangements.agencies if a.section_11}
    assert said == {"nurseries", "nhs-england", "cafcass", "thames-valley-police"}
    assert "already" in wrong(office, "agencies", "section-11", agencies="cafcass", rule="owes-none")["agencies"]
    answer(office, "agencies", "section-11", agencies="all", rule="owes-none")
    assert not [one for one in questions(read_definition(text(office)).arrangements) if one.id == "agencies"]


# Taking back


def test_undo_puts_the_text_before_the_answer_in_force_again(office: Office) -> None:
    before = text(office)
    answer(office, "groups.executive.papers", "papers", days=7)
    office.done(MANAGER, "undo")
    assert text(office) == before
    with office.reading() as scope:
        assert [one.made_by for one in partnerships.versions(scope)] == ["file", "setup", "setup"]
        assert setting_up.answered_here(scope) == {}


def test_meetings_that_an_answer_planned_are_off_when_it_is_taken_back(office: Office) -> None:
    answer(office, "groups.executive.cycles[0]", "cycle", rule="yearly", number=4)
    answer(office, "planning.groups.executive", "dates:months,slot", months="6, 9, 12, 3", slot="2nd tuesday")
    said = office.done(MANAGER, "undo")
    assert said.title == "Taken back: the answer on dates of the Executive partnership group"
    answer(office, "planning.groups.executive", "dates:months,slot", months="6, 9, 12, 3", slot="3rd tuesday")
    with office.looking() as work:
        assert [one.id for one in questions(work.arrangements) if one.id.startswith("planning")] == []


def test_an_answer_is_not_taken_back_over_another_change(office: Office) -> None:
    answer(office, "groups.executive.papers", "papers", days=7)
    office.done("administrator", "arrangements.apply", text=text(office) + "\n# Looked through in May.\n")
    assert "changed again since" in office.refused(MANAGER, "setup.take-back", version=2)
    assert "not made by an answer" in office.refused(MANAGER, "setup.take-back", version=3)


# Beside a file


def test_answers_that_a_file_lacks_are_named_and_those_it_holds_are_not(office: Office) -> None:
    file = read_definition(text(office))
    answer(office, "groups.executive.papers", "papers", days=7)
    answer(office, "front_door.telephone", "telephone", telephone="01296 383962")
    now = read_definition(text(office))
    with office.reading() as scope:
        assert setting_up.is_only_older(scope, file)
        assert setting_up.would_take_back(scope, file) == [
            "papers of the Executive partnership group",
            "the front door's telephone number",
        ]
        assert setting_up.would_take_back(scope, now) == []
        assert not setting_up.is_only_older(scope, now)
        assert not setting_up.is_only_older(scope, read_definition(file.text + "\n# Another.\n"))


# Every question can be come by


@pytest.mark.long
def test_every_question_of_every_definition_can_be_shown_and_its_form_opened() -> None:
    for name in shipped():
        with an_office(definition=name, opened="2027-03-04 09:00") as office:
            talk = Conversation(office.runner, ("notebook",))
            manager = read_definition(definition_text(name)).arrangements.secretariat.business_manager
            who = Speaker("notebook", name, person_of(name, manager), vouched=True)
            for question in questions(office.definition.arrangements):
                shown = talk.answer(who, f"setup about {question.id}", None, office.now)
                assert question.sentence in shown.text, question
                assert len(f"Go on: {question.about}") <= 75, "it would not fit on a button"
                [press] = [b for b in shown.buttons if b.label == "Answer"] or [None]
                if press is not None:
                    form = talk.press(who, press.does, press.form, None, office.now)
                    assert form.sheet is not None and form.sheet.form["question"] == question.id, form
                assert (press is None) == (question.form == "")


# Before anything is sent


def overview(office: Office, *, sandbox: bool = False) -> Message:
    with office.looking(MANAGER) as work:
        work.sandbox = sandbox
        return overview_of(work, may_answer=True)


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


def test_the_first_message_offers_a_rehearsal_and_a_pause_until_something_was_sent(office: Office) -> None:
    first = overview(office)
    assert "Nothing has been sent yet. Pause until you have looked" in first.text
    assert labels(first)[-2:] == ["Rehearse the next quarter", "Pause"]
    office.run_to("2027-03-09 09:00")
    later = overview(office)
    assert "Nothing has been sent yet" not in later.text
    assert labels(later)[-1] == "Rehearse the next quarter" and "Pause" not in labels(later)


def test_a_welcome_and_a_rehearsal_are_not_what_a_pause_is_offered_against(office: Office) -> None:
    office.done(MANAGER, "rehearsal.ask", weeks=1)
    WeeksAhead(office.runner).work_out(office.now)
    office.deliver()
    assert [message.title for message in office.sent_to(MANAGER)] == ["Buckinghamshire: the next week rehearsed"]
    assert "Nothing has been sent yet" in overview(office).text


def test_with_the_sandbox_on_no_pause_is_offered_and_while_paused_going_on_is(office: Office) -> None:
    trial = overview(office, sandbox=True)
    assert "all messages go to one place" in trial.text and "Pause" not in labels(trial)
    office.done(MANAGER, "partnership.pause")
    assert "Sending is paused" in overview(office).text
    assert labels(overview(office))[-1] == "Resume"


def test_people_can_be_pasted_from_the_first_message_while_posts_are_empty(office: Office) -> None:
    assert "Enter several people" not in labels(overview(office))
    office.done(MANAGER, "people.leave", post="lcspr-chair", until="2027-03-04")
    office.moves_to("2027-03-05 09:00")
    first = overview(office)
    assert "several with: people import" in first.text and "Enter several people" in labels(first)


@pytest.mark.long
def test_the_last_answer_of_the_first_themes_offers_a_rehearsal_and_none_before_it(office: Office) -> None:
    offered = []
    while asked := first_asked(office):
        form = "noted" if asked[0].form == "noted" else "stays"
        done = answer(office, asked[0].id, form, said="The Executive decides in May", rule="stays")
        offered.append("Rehearse the next quarter" in labels(done))
    assert len(offered) > 5
    assert offered == [False] * (len(offered) - 1) + [True]


def first_asked(office: Office) -> list[Question]:
    """What is still to be answered about the front door, how groups meet, and their dates."""
    themes = ("front-door", "meetings", "dates")
    with office.looking(MANAGER) as work:
        return [q for q in questions(work.arrangements) if q.theme in themes and q.form and not q.stays]
