"""Terms as they are entered: Gloucestershire's chair over six years, the Districts' three offices, who follows."""

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from commands import chairing, permissions
from commands import people as commands
from commands.permissions import Role
from storage.records import duties, notes, people
from tests.offices import Office, an_office

MANAGER = "business-manager"
CHAIR = "executive-chair"
TERMS = (
    ("chief-nurse", "2027-01-04", "2028-12-31"),
    ("director-childrens-services", "2029-01-01", "2030-12-31"),
    ("assistant-chief-constable", "2031-01-01", "2032-12-31"),
)
"""Six years of the Executive's chair, two years each, in an order that nobody has agreed: it is what was entered."""


def reminders(office: Office, post: str) -> dict[str, date]:
    """The local day of each reminder that a post's terms owe now, by its part."""
    with office.reading() as scope:
        found = duties.of_record(scope, f"post:{post}")
        return {d.part: d.due_at.astimezone(office.zone).date() for d in found if d.kind == chairing.TERM}


def handled(office: Office, post: str, part: str) -> str:
    """Has the reminder handled on its day; gives the line that the business manager has, or the reason for none."""
    with office.reading() as scope:
        [due] = [d for d in duties.of_record(scope, f"post:{post}") if d.kind == chairing.TERM and d.part == part]
        key = {"record": due.record, "kind": due.kind, "part": due.part, "generation": due.generation}
        at = due.due_at
    office.moves_to(at)
    answer = office.done("time", "duty.handle", duties=[key])
    manager = office.person(MANAGER)
    with office.reading() as scope:
        lines = [line.text for line in notes.of_day(scope, manager, office.today) if line.kind == chairing.TERM]
    return lines[-1] if lines and answer.text.startswith("told") else answer.text


@pytest.fixture
def gloucestershire() -> Iterator[Office]:
    with _gloucestershire().copy() as office:
        yield office


@cache
def _gloucestershire() -> Office:
    """Its Executive's chair entered for six years, at one go."""
    office = an_office(definition="gloucestershire", incidents=False)
    office.done(MANAGER, "people.leave", post=CHAIR, until="2027-01-04")
    office.done("administrator", "people.take-back", **first_holder(office))
    for post, since, until in TERMS:
        office.done(MANAGER, "people.hold", person=post, post=CHAIR, since=since, until=until)
    return office


def first_holder(office: Office) -> dict[str, object]:
    with office.reading() as scope:
        [held] = people.holdings(scope, posts=[CHAIR])
        return {"post": CHAIR, "person": held.person, "capacity": "holder", "since": str(held.since)}


@pytest.mark.ids("GRP-GLOS-EXEC-ROTATE", "AMB-GLOS-BIANNUAL")
def test_gloucestershires_chair_over_six_years_is_who_was_entered_on_each_day(gloucestershire: Office) -> None:
    chairs = {}
    for day in ("2027-01-04", "2028-12-31", "2029-01-01", "2030-12-31", "2031-01-01", "2032-12-31", "2033-01-01"):
        with gloucestershire.reading() as scope:
            found = people.in_post(scope, CHAIR, date.fromisoformat(day))
            person = people.get(scope.session, found) if found else None
            chairs[day] = person.name if person else "nobody"
    assert chairs == {
        "2027-01-04": "Chief Nurse",
        "2028-12-31": "Chief Nurse",
        "2029-01-01": "Director of Children's Services",
        "2030-12-31": "Director of Children's Services",
        "2031-01-01": "Assistant Chief Constable",
        "2032-12-31": "Assistant Chief Constable",
        "2033-01-01": "nobody",
    }


def test_what_a_chair_may_do_moves_on_with_the_term(gloucestershire: Office) -> None:
    for post, since, until in TERMS:
        for day, chairs in ((since, True), (until, True)):
            gloucestershire.moves_to(f"{day} 12:00")
            actor = gloucestershire.actor(post)
            with gloucestershire.looking() as work:
                _, here = permissions.roles(work.scope, work.arrangements, actor, work.today, "executive")
            assert (Role.CHAIR in here) is chairs
    gloucestershire.moves_to("2029-01-01 12:00")
    before = gloucestershire.actor("chief-nurse")
    with gloucestershire.looking() as work:
        assert Role.CHAIR not in permissions.roles(work.scope, work.arrangements, before, work.today, "executive")[1]


@pytest.mark.ids("CYC-GLOS-ROT-EXEC", "AMB-GLOS-BIANNUAL")
def test_each_of_the_three_ends_is_told_of_one_cycle_ahead_and_the_last_has_nobody_who_follows(
    gloucestershire: Office,
) -> None:
    assert reminders(gloucestershire, CHAIR) == {
        "executive:2028-12-31": date(2028, 9, 29),  # three months before is Saturday 30 September
        "executive:2030-12-31": date(2030, 9, 30),
        "executive:2032-12-31": date(2032, 9, 30),
    }
    first = handled(gloucestershire, CHAIR, "executive:2028-12-31")
    assert first.endswith("Director of Children's Services follows from Monday 1 January 2029.")
    second = handled(gloucestershire, CHAIR, "executive:2030-12-31")
    assert second.endswith("Assistant Chief Constable follows from Wednesday 1 January 2031.")
    third = handled(gloucestershire, CHAIR, "executive:2032-12-31")
    assert "ends on Friday 31 December 2032. The order is not agreed; those who take turns are: Chief Nurse" in third


def test_who_goes_on_in_the_post_is_no_end_of_a_term(gloucestershire: Office) -> None:
    gloucestershire.done(
        MANAGER, "people.hold", person="assistant-chief-constable", post=CHAIR, since="2033-01-01", until="2034-12-31"
    )
    said = handled(gloucestershire, CHAIR, "executive:2032-12-31")
    assert said == "not asked: the post is filled beyond that day"


def test_the_list_of_terms_has_what_was_entered_and_what_is_open(gloucestershire: Office) -> None:
    with gloucestershire.looking() as work:
        lines = chairing.listed(work, "executive").text.splitlines()
    assert lines == [
        "Chair, Gloucestershire Safeguarding Children Partnership Executive (Chair of the GSCP Executive)",
        "- Chief Nurse, from Mon 4 Jan 2027 to Sun 31 Dec 2028",
        "- Director of Children's Services, from Mon 1 Jan 2029 to Tue 31 Dec 2030",
        "- Assistant Chief Constable, from Wed 1 Jan 2031 to Fri 31 Dec 2032",
        "- the order is not agreed; those who take turns are: Chief Nurse, Director of Children's Services, "
        "Assistant Chief Constable",
        "- our arrangements say 24 months; the days are those that were entered",
    ]


def test_a_term_is_never_worked_out_and_it_is_said_what_the_arrangements_say(gloucestershire: Office) -> None:
    gloucestershire.moves_to("2033-01-01 12:00")
    form = {"person": "chief-nurse", "post": CHAIR, "since": "2033-01-01"}
    answer = gloucestershire.done(MANAGER, "people.hold", **form)
    assert answer.text.splitlines()[1] == (
        "No last day is entered; our arrangements say 24 months. Nobody is reminded of the end of a term without one."
    )
    gloucestershire.done(MANAGER, "undo")
    answer = gloucestershire.done(MANAGER, "people.hold", **form, until="2033-12-31")
    assert answer.text.splitlines()[1] == "The days are kept as you gave them; our arrangements say 24 months."


@pytest.mark.parametrize("post", ["districts-chair", "districts-deputy-chair", "districts-s11-lead"])
@pytest.mark.ids("CYC-GLOS-ROT-DIST", "GRP-GLOS-DIST-CHAIR", "GRP-GLOS-DIST-S11LEAD", "AMB-GLOS-ROTDIST")
def test_each_of_the_districts_three_offices_is_told_of_two_months_ahead(post: str) -> None:
    with an_office(definition="gloucestershire", incidents=False) as office:
        office.done(MANAGER, "people.leave", post=post, until="2027-12-31")
        [(part, day)] = reminders(office, post).items()
        assert day == date(2027, 10, 29)  # the working day before Sunday 31 October
        said = handled(office, post, part)
    title = office.definition.arrangements.title(post)
    assert said.startswith(f"The term of the {title} of the Districts Safeguarding Subgroup ends on Friday 31 December")
    follows = "The order is not agreed" if post == "districts-chair" else "Our arrangements do not say who follows."
    assert follows in said


def test_where_the_order_is_agreed_who_is_next_in_line_is_named() -> None:
    with an_office(incidents=False) as office:
        office.done(MANAGER, "people.leave", post="director-childrens-services", until="2027-12-31")
        said = handled(office, "director-childrens-services", "executive:2027-12-31")
    assert said.endswith("Next in line, as agreed: Assistant Chief Constable. Nobody is entered yet.")


def test_an_acting_holder_is_shown_as_acting_and_is_no_deputy() -> None:
    with an_office(incidents=False) as office:
        office.done(MANAGER, "people.leave", post="head-teacher", until="2027-01-04")
        form = {"name": "Deputy Head", "email": "deputy.head@school.example", "post": "head-teacher"}
        said = office.refused(MANAGER, "people.enter", **form, since="2027-01-05", acting=True, capacity="pa")
        assert said.startswith("Only whoever holds a post can be acting in it.")
        answer = office.done(MANAGER, "people.enter", **form, since="2027-01-05", acting=True)
        assert answer.text == "Deputy Head is acting Head Teacher from Tue 5 Jan 2027."
        office.moves_to("2027-01-05 09:00")
        with office.looking() as work:
            assert commands.whois(work, "head teacher").text == "Deputy Head (acting)"
