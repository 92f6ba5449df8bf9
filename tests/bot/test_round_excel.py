"""A round for Excel: everything that somebody wrote is text there, however it begins."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from bot.round_excel import CUT, LONGEST, workbook
from commands.round_looking import Look
from commands.round_tables import report
from commands.work import Work
from storage.records import returns
from tests.offices import Office
from tests.rounds_given import a_round, an_office_with_an_audit, begins, moderates, sends, the_round, writes

FORMULAS = (
    '=HYPERLINK("http://somewhere.invalid")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "=cmd|' /C calc'!A0",
    "  =1",
)


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_an_audit() as office:
        yield office


def book(office: Office, record: str, who: str = "business-manager") -> Workbook:
    with office.looking(who) as work:
        content = workbook(report(Look(work, the_round(work, record))))
    return load_workbook(BytesIO(content))


def rows(found: Workbook, name: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in found[name].iter_rows()]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_that_somebody_wrote_is_a_formula(office: Office, text: str) -> None:
    record = a_round(office)
    sends(office, record, "agency.nhs", {"line-rating": "met"}, texts={"line-how": text})

    def is_called(work: Work) -> None:
        owed = returns.owed(work.scope, "section-11", "2027", "agency.fire")
        assert owed is not None
        owed.name = text

    writes(office, is_called)
    found = book(office, record)
    cells = [cell for sheet in found.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    written = [cell for cell in cells if str(cell.value).strip() == text.strip()]
    assert len(written) == 2
    assert all(cell.quotePrefix for cell in written)


def test_each_question_has_its_column_and_each_who_sent_in_a_row(office: Office) -> None:
    record = a_round(office)
    sends(office, record, "agency.nhs", {"line-rating": "met"}, texts={"line-how": "By a walk through."})
    sends(office, record, "agency.police", {}, na=["line-rating"])
    begins(office, record, "agency.fire")
    assert rows(book(office, record), "Answers") == [
        [
            "Who",
            "How",
            "A clear line of accountability: How far is it met?",
            "A clear line of accountability: How do you know?",
            "A culture of listening to children: How far is it met?",
        ],
        ["NHS Ourshire", "Answered", "Met", "By a walk through.", None],
        ["Ourshire Police", "Answered", "Not applicable, because: It does not apply.", None, None],
    ]


def test_states_and_ratings_stand_on_sheets_of_their_own_with_a_head_that_stays(office: Office) -> None:
    record = a_round(office)
    sends(office, record, "agency.nhs", {"line-rating": "partly"})
    moderates(office, record, "agency.nhs", "line-rating", "not")
    found = book(office, record)
    assert found.sheetnames == ["About", "Who has answered", "Answers", "Ratings", "Ratings counted"]
    assert found["Who has answered"].freeze_panes == found["Answers"].freeze_panes == "B2"
    states = rows(found, "Who has answered")
    assert [row[0] for row in states] == [
        "Who",
        "Ourshire Council",
        "Ourshire Fire and Rescue",
        "Ourshire Police",
        "Ourshire Schools Forum",
        "NHS Ourshire",
    ]
    assert rows(found, "Ratings")[1] == [
        "NHS Ourshire",
        "Partly met, looked at by the secretariat: Not met",
        "not rated",
    ]
    assert "Answered: 1 of 5 (20%), of those who owe." in [row[0] for row in rows(found, "About")]
    widths = [found["Answers"].column_dimensions[letter].width for letter in "ABC"]
    assert all(12 <= width <= 60 for width in widths)


def test_whoever_may_not_read_what_was_sent_in_has_no_sheet_of_it(office: Office) -> None:
    record = a_round(office)
    sends(office, record, "agency.nhs", {"line-rating": "partly"}, texts={"line-how": "By a walk through."})
    found = book(office, record, "scrutineer")
    assert "Answers" not in found.sheetnames
    assert "walk through" not in str([rows(found, name) for name in found.sheetnames])


def test_a_text_that_no_cell_holds_is_cut_and_says_so_and_control_characters_are_left_out(office: Office) -> None:
    record = a_round(office)
    sends(office, record, "agency.nhs", {}, texts={"line-how": "x" * (LONGEST + 10)})
    sends(office, record, "agency.police", {}, texts={"line-how": "before\x0bafter\x00"})
    [_, nhs, police] = rows(book(office, record), "Answers")
    assert str(nhs[3]).endswith(CUT) and len(str(nhs[3])) == LONGEST
    assert police[3] == "beforeafter"


def test_an_empty_round_has_its_sheets_too(office: Office) -> None:
    found = book(office, a_round(office))
    assert rows(found, "Answers")[1][0] == "Nothing has been sent in yet."
