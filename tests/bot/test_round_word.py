"""A round as a Word document: the ratings as a picture with words, and the same as a table beside it."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as Opened
from docx.oxml.ns import qn
from PIL import Image

from bot import round_picture
from bot.round_word import document
from commands.round_analysis import RatingsTable
from commands.round_looking import Look
from commands.round_tables import report
from storage.records.returns import Owed
from tests.offices import Office
from tests.rounds_given import RATINGS, a_round, an_office_with_an_audit, moderates, sends, the_round


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office_with_an_audit() as office:
        yield office


def word(office: Office, record: str) -> Opened:
    with office.looking("business-manager") as work:
        look = Look(work, the_round(work, record))
        return Document(BytesIO(document(look, report(look))))


def pictures(office: Office, record: str) -> list[round_picture.Picture]:
    with office.looking("business-manager") as work:
        return round_picture.pictures(RatingsTable(Look(work, the_round(work, record))))


@pytest.fixture
def record(office: Office) -> str:
    record = a_round(office)
    for who, rating in zip(("nhs", "police", "fire"), RATINGS, strict=True):
        sends(office, record, f"agency.{who}", {"line-rating": rating})
    moderates(office, record, "agency.fire", "line-rating", "partly")
    return record


def test_the_picture_says_in_words_what_it_shows_and_the_table_beside_it_has_each_rating(
    office: Office, record: str
) -> None:
    made = word(office, record)
    [picture] = made.inline_shapes
    said = picture._inline.docPr.get("descr")
    assert "3 respondents in rows, 2 standards in columns" in said
    assert "1. A clear line of accountability: 1 not met, 1 partly met, 1 met; with the secretariat's look" in said
    ratings = made.tables[1]
    assert [[cell.text for cell in row.cells] for row in ratings.rows] == [
        ["Who", "1. A clear line of accountability", "2. A culture of listening to children"],
        ["NHS Ourshire", "Not met", "not rated"],
        ["Ourshire Fire and Rescue", "Met, looked at by the secretariat: Partly met", "not rated"],
        ["Ourshire Police", "Partly met", "not rated"],
    ]


def test_headings_header_rows_names_of_tables_and_the_language_are_marked(office: Office, record: str) -> None:
    made = word(office, record)
    headings = [p.text for p in made.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == ["How many gave which rating", "Ratings", "Who has answered"]
    for table in made.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    languages = {found.get(qn("w:val")) for found in made.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}
    assert made.core_properties.title == "Section 11 audit 2027"


def test_the_picture_needs_no_colour(office: Office, record: str) -> None:
    [picture] = pictures(office, record)
    grey = Image.open(BytesIO(picture.content)).convert("L")
    wide, high = grey.size
    row = round_picture._FIELD_HIGH / (round_picture._HEAD_HIGH + 3 * round_picture._FIELD_HIGH + 0.1)
    head = round_picture._HEAD_HIGH / (round_picture._HEAD_HIGH + 3 * round_picture._FIELD_HIGH + 0.1)
    seen = set()
    for number in range(3):  # the field of each respondent in the first column, without its letters
        top = int(high * (head + row * number)) + 3
        left = wide - int(150 * (2 * round_picture._FIELD_WIDE + 0.1)) + 3
        field = grey.crop((left, top, left + 20, top + int(high * row) - 6))
        seen.add(tuple(sorted(field.getcolors() or [])))
    assert len(seen) == 3


def test_many_respondents_stand_in_several_pictures_and_hundreds_in_the_table_alone(office: Office) -> None:
    record = a_round(office, place="schools", settings=round_picture.MOST + 1)
    for number in range(round_picture.ROWS + 1):
        sends(office, record, f"agency.school-{number}", {"line-rating": "met"})
    assert [each.words.partition(":")[0] for each in pictures(office, record)] == [
        "Ratings by respondent and standard, part 1 of 2",
        "Ratings by respondent and standard, part 2 of 2",
    ]
    for number in range(round_picture.ROWS + 1, round_picture.MOST + 1):
        sends(office, record, f"agency.school-{number}", {"line-rating": "met"})
    assert pictures(office, record) == []
    assert len(word(office, record).tables[1].rows) == round_picture.MOST + 2


def test_a_name_is_no_formula_and_no_mark_up_for_the_picture(office: Office) -> None:
    record = a_round(office, place="schools", settings=1)
    with office.runner.store.writing() as session:
        row = session.get(Owed, (office.partnership, "section-11", "schools", "agency.school-0"))
        assert row is not None
        row.name = r"A $\frac{1}{0}$ school & <b>more</b>"
    sends(office, record, "agency.school-0", {"line-rating": "met"})
    assert len(pictures(office, record)) == 1
    names = [cell.text for cell in word(office, record).tables[1].columns[0].cells]
    assert names == ["Who", r"A $\frac{1}{0}$ school & <b>more</b>"]


def test_a_round_nobody_has_answered_says_so(office: Office) -> None:
    made = word(office, a_round(office))
    assert len(made.inline_shapes) == 0
    assert "Nobody has rated anything yet." in [p.text for p in made.paragraphs]
