"""What the private page of a report shows, without the page: how far each section is, who answers, what is wanting."""

from collections.abc import Iterator

import pytest

from commands.refusals import Refused
from commands.return_pages import Desk, desk_of
from storage.records import returns
from storage.records.links import Link
from storage.records.scope import Scope
from tests.bot.web.reports import CHAIR, MANAGER, an_office_of_reports
from tests.offices import Office
from tests.returns_given import Given, an_owed_report, in_the_post, sends_in


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_of_reports() as found:
        yield found


@pytest.fixture
def given(office: Office) -> Given:
    return an_owed_report(office)


def link(office: Office, given: Given, who: str = CHAIR) -> Link:
    """A link of whoever is in a post, which nobody has stored."""
    actor = office.actor(who)
    return Link(
        id="x", partnership=office.partnership, person=actor.person or "", purpose="return", record=given.record,
        made_at=office.now, expires_at=office.now,
    )  # fmt: skip


def states(office: Office, given: Given) -> dict[str, str]:
    with office.looking(CHAIR) as work:
        return {each.section.id: each.state for each in desk_of(work, link(office, given)).parts}


def test_a_section_is_nothing_then_begun_then_complete(office: Office, given: Given) -> None:
    assert states(office, given) == {"standard": "nothing", "progress": "nothing"}
    office.done(CHAIR, "return.save", **given.about, section="standard", how="By looking")
    assert states(office, given) == {"standard": "begun", "progress": "nothing"}
    office.done(CHAIR, "return.save", **given.about, section="standard", how="By looking", rating="met")
    assert states(office, given) == {"standard": "complete", "progress": "nothing"}


def test_sections_follow_one_another_and_after_the_last_comes_none(office: Office, given: Given) -> None:
    with office.looking(CHAIR) as work:
        desk = desk_of(work, link(office, given))
        first, last = desk.sections
        assert (desk.place(first), desk.place(last)) == (1, 2)
        assert desk.after(first) is last and desk.after(last) is None
        gone = first.model_copy(update={"id": "gone"})
        assert desk.section("gone") is None and desk.after(gone) is None and desk.place(gone) == 3


def test_what_is_wanting_leads_to_its_section(office: Office, given: Given) -> None:
    with office.looking(CHAIR) as work:
        desk = desk_of(work, link(office, given))
        found = {each.field: (desk.section_of(each) or desk.sections[0]).id for each in desk.wanting}
    assert found == {"rating": "standard", "blocked": "progress"}


def test_whoever_does_not_answer_for_it_finds_nothing(office: Office, given: Given) -> None:
    for who in ("bs-complex-chair", MANAGER):
        with office.looking(who) as work, pytest.raises(Refused):
            desk_of(work, link(office, given, who))
    unknown = Given(given.report, given.place, "group.nonsense")
    with office.looking(CHAIR) as work, pytest.raises(Refused):
        desk_of(work, link(office, unknown))


def test_everybody_who_can_fill_it_in_is_named_with_what_they_are_to_it(office: Office, given: Given) -> None:
    in_the_post(office, CHAIR, "officer@council.example", name="Staff Officer", capacity="pa")
    in_the_post(office, CHAIR, "deputy@council.example", name="Deputy Chair", capacity="deputy")
    with office.looking(CHAIR) as work:
        found = desk_of(work, link(office, given)).who_answers()
    assert sorted(found) == ["Chair of Best Start in Life", "Deputy Chair (stands in)", "Staff Officer (contributes)"]


def test_nothing_by_exception_says_that_a_draft_is_kept_and_not_sent(office: Office, given: Given) -> None:
    def means() -> list[str]:
        with office.looking(CHAIR) as work:
            return desk_of(work, link(office, given)).what_nothing_means()

    assert len(means()) == 1
    office.done(CHAIR, "return.save", **given.about, section="standard", how="By looking")
    assert means()[1] == "What is filled in so far is not sent, and is kept while this is open."


def test_two_states_of_a_section_have_two_marks_and_the_same_state_has_one(office: Office, given: Given) -> None:
    def mark(section: str) -> str:
        with office.looking(CHAIR) as work:
            desk = desk_of(work, link(office, given))
            return desk.mark(next(each for each in desk.sections if each.id == section)).partition(".")[0]

    before = mark("standard")
    office.done(CHAIR, "return.save", **given.about, section="progress", blocked="no")
    assert mark("standard") == before
    office.done(CHAIR, "return.save", **given.about, section="standard", how="By looking")
    assert mark("standard") != before


def test_once_it_is_in_what_was_sent_stands_there_and_nothing_is_taken(office: Office, given: Given) -> None:
    sends_in(office, CHAIR, given, blocked="no", how="As sent")
    with office.looking(CHAIR) as work:
        desk: Desk = desk_of(work, link(office, given))
        assert not desk.can_be_filled_in
        assert desk.filled["how"].value == "As sent"


def test_the_day_is_their_own_where_it_was_moved(office: Office, given: Given) -> None:
    with office.runner.store.writing() as session:
        owed = returns.owed_of_record(Scope(session, office.partnership), given.record)
        assert owed is not None
        owed.due = office.today.replace(month=3, day=1)
        session.add(owed)
    with office.looking(CHAIR) as work:
        assert desk_of(work, link(office, given)).due.isoformat() == "2027-03-01"
