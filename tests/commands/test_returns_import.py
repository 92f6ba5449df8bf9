"""Last year's actions and audits from their files: all mistakes with their cell, nothing told, importable again."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from commands import actions_import, returns_import
from commands.outcomes import Outcome
from commands.refusals import Refused
from commands.round_analysis import analysed, figures
from commands.round_looking import Look
from storage.records import duties, registers, returns
from tests.offices import Office
from tests.rounds_given import AUDIT, a_round, an_office_with_an_audit, sends, the_round

MANAGER = "business-manager"
Rows = Sequence[Sequence[object]]


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_an_audit() as office:
        yield office


def a_workbook(rows: Rows) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def a_csv(rows: Rows) -> bytes:
    return "".join(";".join(map(str, row)) + "\n" for row in rows).encode()


def log(office: Office, rows: Rows, *, excel: bool = True, who: str = MANAGER) -> Outcome:
    name, content = ("log.xlsx", a_workbook(rows)) if excel else ("log.csv", a_csv(rows))
    return office.perform(who, "action.import", **actions_import.form_of(name, content))


def audit(
    office: Office, rows: Rows, *, excel: bool = True, due: date = date(2026, 3, 27), place: str = "2026"
) -> Outcome:
    name, content = ("audit.xlsx", a_workbook(rows)) if excel else ("audit.csv", a_csv(rows))
    return office.perform(
        MANAGER, "return.import", **returns_import.form_of(name, content, report="", place=place, due=due)
    )


def said(outcome: Outcome) -> str:
    assert outcome.answer is not None, [f"{each.field}: {each}" for each in outcome.refusals]
    return f"{outcome.answer.title}\n{outcome.answer.text}"


def beside(outcome: Outcome) -> dict[str, str]:
    return {each.field: str(each) for each in outcome.refusals}


def actions(office: Office) -> list[registers.Item]:
    with office.reading() as scope:
        found = registers.items(scope, state=None)
        for each in found:
            scope.session.expunge(each)
        return found


# The action log

HEAD = ("Status", "Action", "Due date", "Owner", "Comments")
LOG = [
    HEAD,
    ("In progress", "Agree the threshold document", "30/04/2027", "Head of Safeguarding", "Two workshops were held."),
    ("Complete", "Name a lead for supervision", date(2026, 9, 30), "designated-nurse", None),
    ("", "Share the training plan", None, "the Designated Doctor", None),
]


@pytest.mark.parametrize("excel", [True, False])
def test_actions_are_entered_whatever_the_order_of_the_columns(office: Office, excel: bool) -> None:
    rows = LOG if excel else [["" if cell is None else cell for cell in row] for row in LOG]
    assert said(log(office, rows, excel=excel)).startswith("The action log: 3 actions entered, 0 there already")
    found = {item.title: item for item in actions(office)}
    threshold = found["Agree the threshold document"]
    assert (threshold.owner, threshold.due, threshold.state, threshold.said) == (
        "head-of-safeguarding",
        date(2027, 4, 30),
        "open",
        "Two workshops were held.",
    )
    lead = found["Name a lead for supervision"]
    assert (lead.owner, lead.due, lead.state, lead.said) == ("designated-nurse", date(2026, 9, 30), "done", "Complete")
    assert found["Share the training plan"].due is None


def test_an_imported_action_is_reminded_of_from_now_on_and_not_of_the_past(office: Office) -> None:
    log(office, [HEAD, ("Overdue", "Agree the threshold document", "30/04/2026", "head-of-safeguarding", "")])
    log(office, [HEAD, ("Done", "Name a lead", "30/04/2026", "head-of-safeguarding", "")])
    with office.reading() as scope:
        found = [
            (duty.due_at, duty.part)
            for item in registers.items(scope, state=None)
            for duty in duties.of_record(scope, item.record)
        ]
    assert found and all(at > office.now for at, _ in found)
    assert len(found) == 1  # the one that is done is not reminded of


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    log(office, LOG)
    assert "0 actions entered, 3 there already" in said(log(office, LOG))
    assert len(actions(office)) == 3


def test_all_mistakes_of_a_log_are_said_with_their_cell_and_nothing_is_entered(office: Office) -> None:
    found = beside(
        log(
            office,
            [
                HEAD,
                ("Open", "", "30/04/2027", "head-of-safeguarding", ""),
                ("Nearly", "Agree it", "31/02/2027", "head-of-safegarding", "Ring 943 476 5919 first"),
                ("Open", "Plan it", "4 May", "designated-nurse", ""),
                ("Open", "This one would do", "", "designated-nurse", ""),
            ],
        )
    )
    assert set(found) == {"cell B2", "cell A3", "cell C3", "cell D3", "cell E3", "cell C4"}
    assert 'Did you mean "head-of-safeguarding"?' in found["cell D3"]
    assert "NHS number" in found["cell E3"]
    assert "like 14/01/2026" in found["cell C3"] and "like 14/01/2026" in found["cell C4"]
    assert "in progress" in found["cell A3"]
    assert actions(office) == []


def test_a_cell_of_a_csv_file_is_named_by_its_line_and_column(office: Office) -> None:
    found = beside(log(office, [HEAD, ("Open", "", "", "designated-nurse", "")], excel=False))
    assert set(found) == {"line 2, action"}


def test_columns_that_are_missing_or_could_be_the_same_are_mistakes_and_unknown_ones_are_said(office: Office) -> None:
    with pytest.raises(Refused) as missing:
        actions_import.form_of("log.csv", a_csv([("Status", "Due"), ("open", "")]))
    assert [str(each).partition(",")[0] for each in missing.value.refusals] == [
        'No column is called "what"',
        'No column is called "owner"',
    ]
    with pytest.raises(Refused) as twice:
        actions_import.form_of("log.csv", a_csv([("Action", "Title", "Owner"), ("a", "b", "c")]))
    assert "Several columns" in str(twice.value.refusals[0])
    rows = [("Action", "Owner", "RAG"), ("Agree it", "designated-nurse", "amber")]
    assert said(log(office, rows)).endswith("Columns that were not read: rag.")


def test_only_the_business_manager_and_the_administrator_import(office: Office) -> None:
    assert log(office, LOG, who="designated-nurse").refused
    assert not log(office, LOG, who="administrator").refused


def test_an_import_is_shown_first_without_changing_anything(office: Office) -> None:
    form = actions_import.form_of("log.xlsx", a_workbook(LOG))
    outcome = office.preview(MANAGER, "action.import", **form)
    assert outcome.answer is not None and "3 actions entered" in outcome.answer.title
    assert actions(office) == []


# An audit

ASKED = ("Organisation", "Standard", "Rating", "Comment")
ANSWERS = [
    ASKED,
    ("NHS Ourshire", "1", "Met", "Our line is on our page."),
    ("NHS Ourshire", "A culture of listening to children", "Partly met", ""),
    ("police", "Standard 1", "partly met", ""),
    ("Ourshire Police", 2, "N/A", "We provide no such service."),
]


def a_look(office: Office, place: str = "2026") -> tuple[list[str], dict[tuple[str, str], str], list[str]]:
    with office.looking(MANAGER) as work:
        look = Look(work, the_round(work, f"round:{AUDIT}:{place}"))
        ratings = {(who.removeprefix("agency."), question): each.own for (who, question), each in look.ratings.items()}
        answers = [str(given.value) for filled in look.answers.values() for given in filled.values()]
        return figures(look), ratings, answers


@pytest.mark.parametrize("excel", [True, False])
def test_an_earlier_audit_is_a_closed_round_with_its_ratings_and_comments(office: Office, excel: bool) -> None:
    text = said(audit(office, ANSWERS, excel=excel))
    assert text.startswith("Section 11 audit 2026: 2 entered, 0 changed, 0 there already")
    missing = "Ourshire Council; Ourshire Fire and Rescue; Ourshire Schools Forum"
    assert f"They owe it today and are not in the file: {missing}." in text
    lines, ratings, answers = a_look(office)
    assert ratings == {
        ("nhs", "line-rating"): "met",
        ("nhs", "listening-rating"): "partly",
        ("police", "line-rating"): "partly",
        ("police", "listening-rating"): "not-applicable",
    }
    assert "Our line is on our page." in answers
    assert "Answered: 2 of 2 (100%), of those who owe." in lines
    assert "In time: not known, since the file they came from does not say when 2 of them answered." in lines


def test_nobody_is_told_of_an_earlier_audit_and_nobody_is_chased(office: Office) -> None:
    audit(office, ANSWERS)
    with office.reading() as scope:
        assert [each.state for each in returns.rounds(scope)] == ["closed"]
        for each in returns.all_owed(scope, returns.rounds(scope)[0]):
            assert duties.of_record(scope, each.record) == []
    office.deliver()
    assert not any("Section 11" in title for title in office.told(MANAGER))


def test_this_years_ratings_are_compared_with_what_was_imported(office: Office) -> None:
    audit(office, ANSWERS)
    record = a_round(office)
    sends(office, record, "agency.nhs", {"line-rating": "partly", "listening-rating": "met"})
    with office.looking(MANAGER) as work:
        text = analysed(Look(work, the_round(work, record)), 1, "audit analyse").text
    assert "Last time (Section 11 audit 2026): 2 of 2 (100%) answered.\n" in text
    assert "- NHS Ourshire: 1 PM-; 2 M+" in text


def test_the_days_on_which_they_answered_count_where_the_file_has_them(office: Office) -> None:
    rows = [
        (*row, when) for row, when in zip(ANSWERS, ("Answered on", "20/03/2026", "", "30/03/2026", ""), strict=True)
    ]
    audit(office, rows)
    assert "In time: 1 of 2 (50%), of those who owe." in a_look(office)[0]


def test_the_same_audit_again_changes_nothing_and_a_corrected_one_only_what_is_other(office: Office) -> None:
    audit(office, ANSWERS)
    assert "0 entered, 0 changed, 2 there already" in said(audit(office, ANSWERS))
    corrected = [*ANSWERS[:3], ("police", 1, "Not met", ""), ANSWERS[4], ("fire", 1, "Met", "")]
    assert "1 entered, 1 changed, 1 there already" in said(audit(office, corrected))
    assert a_look(office)[1]["police", "line-rating"] == "not"


def test_all_mistakes_of_an_audit_are_said_with_their_cell_and_nothing_is_entered(office: Office) -> None:
    found = beside(
        audit(
            office,
            [
                ASKED,
                ("NHS Ourshir", "1", "Met", ""),
                ("NHS Ourshire", "9", "Good", ""),
                ("NHS Ourshire", "2", "", "There is no place for this."),
                ("NHS Ourshire", "2", "Met", "There is no place for this."),
                ("NHS Ourshire", "1", "Brilliant", "Born 12/03/2014"),
            ],
        )
    )
    assert set(found) == {"cell A2", "cell B3", "cell C4", "cell D5", "cell C6", "cell D6"}
    assert "Did you mean" in found["cell A2"] and "from 1 to 3" in found["cell B3"]
    assert "Not met, Partly met, Met, N/A" in found["cell C6"]
    with office.reading() as scope:
        assert returns.rounds(scope) == []


def test_what_is_rated_twice_is_a_mistake(office: Office) -> None:
    found = beside(audit(office, [*ANSWERS, ("nhs", "1", "Not met", "")]))
    assert found == {
        "cell B6": "Row 2 rates the same standard of the same agency already. Leave one of the two rows out."
    }


def test_nothing_is_put_into_a_round_that_was_asked_for_here_nor_into_one_to_come(office: Office) -> None:
    a_round(office, date(2026, 3, 27), "2026")
    assert "was asked for here" in beside(audit(office, ANSWERS))["place"]
    assert set(beside(audit(office, ANSWERS, due=date(2027, 6, 1), place="2028"))) == {"due"}
