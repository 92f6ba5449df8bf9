"""A list of settings from a file: every mistake with its line, only what changed is changed."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import Workbook

from commands.refusals import Refused
from commands.return_settings import form_of
from storage.records import people, returns
from tests.offices import Office
from tests.returns_given import AUDIT, a_partnership_of_reports, an_agency_owes

from .chased import MANAGER, letters

FILE = """name,sector,duty,partner,lead,email,telephone,substitute,substitute email,senior,senior email
Oak Primary School,school,section 175,council,Head Teacher,head@oak.example,01454 868000,Deputy,deputy@oak.example,,
Elm Nursery,nursery,s175,,Manager,manager@elm.example,,,,Owner,owner@elm.example
"""


@pytest.fixture
def office() -> Iterator[Office]:
    with a_partnership_of_reports("2027-01-18 10:00", lead_days=None) as office:
        yield office


def entered(office: Office, text: str = FILE) -> str:
    return office.done("administrator", "return.enrol-file", **form_of("list.csv", text.encode())).title


def test_settings_and_their_people_are_entered_from_a_file_once(office: Office) -> None:
    assert entered(office) == "The list of settings: 2 added, 0 changed, 0 left alone"
    with office.reading() as scope:
        rows = {each.id: each for each in returns.every_enrolled(scope)}
        assert rows.keys() == {"oak-primary-school", "elm-nursery"}
        assert rows["oak-primary-school"].section_175 and rows["oak-primary-school"].partner == "council"
        held = people.holdings(scope, office.today, posts=["lead:oak-primary-school"])
        assert sorted(each.capacity for each in held) == ["deputy", "holder"]
        head = people.by_email(scope.session, "head@oak.example")
        assert head is not None and head.telephone == "01454 868000"
    assert entered(office) == "The list of settings: 0 added, 0 changed, 2 left alone"
    assert entered(office, FILE.replace("nursery,s175", "nursery,both")).endswith("1 changed, 1 left alone")


def test_a_workbook_is_read_like_a_file(office: Office) -> None:
    book = Workbook()
    for line in FILE.splitlines():
        book.active.append([cell or None for cell in line.split(",")])
    content = BytesIO()
    book.save(content)
    answer = office.done("administrator", "return.enrol-file", **form_of("list.xlsx", content.getvalue()))
    assert answer.title.startswith("The list of settings: 2 added")


def test_every_mistake_is_told_with_its_line_and_nothing_is_entered(office: Office) -> None:
    text = """name,duty,partner,lead,email,telephone
,section 175,,,,
Ash School,everything,,,,
Yew School,section 175,atlantis,Head,nowhere,12
Fir School,both,,Head,,
fir school,both,,,,
"""
    said = office.refused("administrator", "return.enrol-file", **form_of("list.csv", text.encode()))
    with office.looking() as work:
        outcome = office.perform("administrator", "return.enrol-file", **form_of("list.csv", text.encode()))
        assert work.today == office.today
    places = {refusal.field for refusal in outcome.refusals}
    expected = {
        "line 2, name", "line 3, duty", "line 4, partner", "line 4, email", "line 4, telephone", "line 5, email",
        "line 6, name",
    }  # fmt: skip
    assert expected <= places, places ^ expected
    assert "The same setting stands in line 5 already." in said
    with office.reading() as scope:
        assert returns.every_enrolled(scope) == []


def test_columns_that_are_none_and_those_that_are_missing_are_named() -> None:
    with pytest.raises(Refused) as refused:
        form_of("list.csv", b"nmae,duty\nOak,both\n")
    said = str(refused.value)
    assert '"nmae" is no column' in said and 'The column "name" is missing.' in said


def test_who_is_named_in_the_file_is_asked_for_what_is_open(office: Office) -> None:
    entered(office, "name,duty\nOak Primary School,section 175\n")
    an_agency_owes(office, "oak-primary-school", report=AUDIT)
    entered(office)
    [asked] = letters(office, people.person_id("head@oak.example"), "report-asked")
    assert asked.title.startswith("Audit 2027")


def test_an_agency_of_the_arrangements_keeps_its_duties_and_gets_its_people(office: Office) -> None:
    name = next(each.name for each in office.definition.arrangements.agencies if each.id == "constabulary")
    title = entered(office, f"name,duty,lead,email\n{name},none,Lead,lead@constabulary.example\n")
    assert title == "The list of settings: 0 added, 1 changed, 0 left alone"
    with office.reading() as scope:
        assert returns.every_enrolled(scope) == []
        assert people.in_post(scope, "lead:constabulary", office.today)


def test_only_whoever_keeps_the_list_of_people_may(office: Office) -> None:
    said = office.refused("bs-life-chair", "return.enrol-file", **form_of("list.csv", FILE.encode()))
    assert said.startswith("This can be done by the business manager")
    assert office.preview(MANAGER, "return.enrol-file", **form_of("list.csv", FILE.encode())).answer is not None
