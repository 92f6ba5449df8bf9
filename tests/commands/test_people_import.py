"""The people file: read from CSV as people really save it, or from Excel; every mistake at once; only what changed."""

import sys
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from commands import people as reading
from commands.conversation import Conversation
from commands.outcomes import Outcome
from commands.people_import import form_of
from commands.refusals import Refused
from commands.speakers import Speaker
from commands.steps import AGAIN
from storage.records import ledger, people
from storage.records.message import Message
from tests.offices import Office, an_office

HEAD = "name,email,agency,post,from,until,covers\n"
LEAVES = "Lay Member,lay-member@ourshire.invalid,,lay-member,,2027-01-31,\n"
COMES = "New Member,new.member@ours.example,council,Lay Member,2027-02-01,,\n"


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office(incidents=False) as office:
        yield office


def imported(office: Office, text: str | bytes, name: str = "people.csv") -> Outcome:
    content = text if isinstance(text, bytes) else (HEAD + text).encode()
    return office.perform("business-manager", "people.import", **form_of(name, content))


def mistakes(office: Office, text: str | bytes, name: str = "people.csv") -> list[str]:
    outcome = imported(office, text, name)
    assert outcome.refused
    return [f"{refusal.field}: {refusal}" for refusal in outcome.refusals]


def unreadable(content: bytes, name: str = "people.csv") -> str:
    with pytest.raises(Refused) as caught:
        form_of(name, content)
    return "\n".join(f"{refusal.field}: {refusal}" for refusal in caught.value.refusals)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


# How it is saved


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + LEAVES).encode(),
        (HEAD + LEAVES).encode("utf-8-sig"),
        (HEAD + LEAVES).replace(",", ";").encode("utf-8-sig"),
        ("sep=;\n" + (HEAD + LEAVES).replace(",", ";")).encode(),
        (HEAD + LEAVES).replace(",", "\t").encode("utf-16"),
        (HEAD + LEAVES).replace("\n", "\r\n").encode("cp1252"),
        ("\n" + HEAD.upper() + "\n" + LEAVES + ",,,,,,\n\n").encode(),
        (HEAD + LEAVES.replace("2027-01-31", "31/01/2027")).encode(),
        (HEAD + LEAVES.replace("2027-01-31", "31 January 2027")).encode(),
        ("email,until,name,post\n" + "lay-member@ourshire.invalid,2027-01-31,Lay Member,lay-member\n").encode(),
    ],
    ids=["utf-8", "mark", "semicolons", "sep line", "utf-16 tabs", "Windows", "blank rows", "d/m/y", "words", "order"],
)
def test_a_file_is_read_as_excel_and_others_write_it(office: Office, content: bytes) -> None:
    outcome = imported(office, content)
    assert outcome.answer is not None and outcome.answer.title == "The people file: 0 added, 1 changed, 0 left alone"


def test_a_name_with_letters_of_windows_or_a_comma_in_quotes_is_kept(office: Office) -> None:
    line = '"O’Neill, Zoë",zoe@ours.example,,head-teacher,,,\n'.replace(",head-teacher,,,", ",,,,head-teacher")
    imported(office, (HEAD + line).encode("cp1252"))
    with office.reading() as scope:
        found = people.by_email(scope.session, "zoe@ours.example")
        assert found is not None and found.name == "O’Neill, Zoë"


def test_a_workbook_is_read_with_its_dates_and_a_formula_is_its_text(office: Office) -> None:
    content = workbook(
        ["Name", "Email", "Post", "From", "Until"],
        ["Lay Member", "lay-member@ourshire.invalid", "Lay Member", None, datetime(2027, 1, 31)],  # noqa: DTZ001
        ["=1+1", "formula@ours.example", "Lay Member", date(2027, 2, 1), None],
    )
    outcome = imported(office, content, "people.xlsx")
    assert outcome.answer is not None and outcome.answer.title.endswith("1 added, 1 changed, 0 left alone")
    with office.reading() as scope:
        found = people.by_email(scope.session, "formula@ours.example")
        assert found is not None and found.name == "=1+1"


def test_a_mistake_in_a_workbook_is_named_by_its_cell(office: Office) -> None:
    content = workbook(["name", "email", "post"], ["A Member", '=LOWER("A@B.UK")', "Lay Membr"])
    assert mistakes(office, content, "people.xlsx") == [
        'cell B2: "=LOWER("A@B.UK")" is no e-mail address. Write it like name@example.org.',
        'cell C2: There is no post called "Lay Membr". Did you mean "Lay Member"? See the posts with: people list',
    ]


def test_without_openpyxl_a_workbook_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.delitem(sys.modules, "commands.workbooks", raising=False)
    assert 'install "convenor[xlsx]", or save the list as "CSV UTF-8"' in unreadable(b"PK", "people.xlsx")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("people.csv", b"", "This file is empty."),
        ("people.csv", HEAD.encode(), "second row: There is nobody in it."),
        (
            "people.csv",
            b"name,mail,post\nx,y,z\n",
            'first row: "mail" is no column of the people file. Did you mean "email"?',
        ),
        ("people.csv", b"name,post,post,email\nx,y,z,w\n", "first row: Two columns have the same name."),
        ("people.csv", (HEAD + '"open,x@y.uk,,,,,\n').encode(), "Line 2 cannot be read: a quotation mark"),
        ("people.csv", (HEAD + "a,b,c,d,e,f,g,h\n").encode(), "Line 2 has more cells than there are columns."),
        ("people.csv", b"\x00\x01\x02", "This is no text file."),
        ("people.xls", b"\xd0\xcf", "This is Excel's old form."),
        ("people.xlsx", b"no workbook", "This is no Excel workbook"),
        ("people.csv", b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_do(name: str, content: bytes, said: str) -> None:
    assert said in unreadable(content, name)


# Mistakes


def test_every_mistake_is_named_at_once_with_its_place_and_what_would_be_right(office: Office) -> None:
    text = (
        ",nobody,,lay-member,,,\n"
        "A Member,a@ours.example,NHS Oursher,Lay Membr,soon,01/02/27,\n"
        "B Member,b@ours.example,,,2027-03-01,2027-02-01,\n"
    )
    assert mistakes(office, text) == [
        "line 2, name: A name is missing. Give the person's name.",
        'line 2, email: "nobody" is no e-mail address. Write it like name@example.org.',
        'line 3, from: "soon" is no date that can be read without guessing. '
        "Write it with its year, like 2027-01-14 or 14/01/2027.",
        'line 3, until: "01/02/27" is no date that can be read without guessing. '
        "Write it with its year, like 2027-01-14 or 14/01/2027.",
        'line 3, agency: Our arrangements list no agency called "NHS Oursher". Did you mean "NHS Ourshire"? '
        "Give an agency that they list, or leave this empty.",
        'line 3, post: There is no post called "Lay Membr". Did you mean "Lay Member"? See the posts with: people list',
        "line 4, post: This row names no post. Give a post, or one that is covered.",
        "line 4, until: The last day lies before the first. Give a day from 2027-03-01 on.",
    ]


def test_a_day_that_cannot_be_is_answered_with_what_a_file_may_say_and_not_with_what_one_may_type(
    office: Office,
) -> None:
    text = "A Member,a@ours.example,,Lay Member,about 2027,31/02/2027,\n"
    assert mistakes(office, text) == [
        'line 2, from: "about 2027" is no day that can be read without guessing. '
        "Write it with its year, like 2027-01-14 or 14/01/2027.",
        'line 2, until: "31/02/2027" is no day: February 2027 has 28 days. '
        "Write it with its year, like 2027-01-14 or 14/01/2027.",
    ]


@pytest.mark.parametrize(("agency", "id_"), [("icb", "nhs"), ("NHS OURSHIRE", "nhs"), ("police", "police")])
def test_an_agency_goes_by_its_id_its_name_and_its_aliases(office: Office, agency: str, id_: str) -> None:
    imported(office, f"New Member,new.member@ours.example,{agency},head-teacher,2027-02-01,,\n" + HEAD_TEACHER_LEAVES)
    assert _agency_of(office, "new.member@ours.example") == id_


def test_an_agency_goes_by_what_its_safeguarding_partner_is_called() -> None:
    with an_office(definition="gloucestershire", incidents=False) as office:
        partner = next(p for p in office.definition.arrangements.partners if p.id != p.agency)
        post = office.definition.arrangements.posts[0].id
        text = f"A Deputy,a.deputy@ours.example,{partner.id},,,,{post}\n"
        assert imported(office, text).refusals == ()
        assert _agency_of(office, "a.deputy@ours.example") == partner.agency


HEAD_TEACHER_LEAVES = "Head Teacher,head-teacher@ourshire.invalid,,head-teacher,,2027-01-31,\n"


def _agency_of(office: Office, address: str) -> str:
    with office.reading() as scope:
        found = people.by_email(scope.session, address)
        assert found is not None
        (held,) = people.holdings(scope, person=found.id)
        return held.agency


def test_one_address_has_one_name(office: Office) -> None:
    text = "A Member,a@ours.example,,,,,lay-member\nB Member,A@OURS.example,,,,,head-teacher\n"
    assert mistakes(office, text) == [
        'line 3, name: a@ours.example is "A Member" in line 2 and "B Member" here. '
        "Give the same name, or another address."
    ]


def test_two_holders_at_once_are_refused_within_the_file_and_beside_the_record(office: Office) -> None:
    text = LEAVES + COMES + "Other Member,other@ours.example,,lay-member,2027-02-15,,\n"
    assert mistakes(office, text) == [
        "line 4, post: The Lay Member would be Other Member and New Member in line 3 on the same days. "
        'Give one of them a last day in "until", or make them deputy with "covers".'
    ]
    assert mistakes(office, COMES) == [
        "line 2, post: The Lay Member is Lay Member from Mon 4 Jan 2027, so New Member would be a second one. "
        "Add a row for Lay Member with a last day."
    ]


def test_the_same_row_twice_is_a_mistake(office: Office) -> None:
    assert mistakes(office, LEAVES + LEAVES)[0].startswith("line 3, post: Line 2 says this of the same person")


def test_with_one_mistake_nothing_at_all_is_entered(office: Office) -> None:
    mistakes(office, LEAVES + COMES + "C Member,c@ours.example,,no such post,,,\n")
    with office.reading() as scope:
        assert people.by_email(scope.session, "new.member@ours.example") is None


# What it does


def test_a_successor_and_the_leaver_go_through_in_one_import(office: Office) -> None:
    outcome = imported(office, LEAVES + COMES)
    assert outcome.answer is not None
    assert outcome.answer.title == "The people file: 1 added, 1 changed, 0 left alone"
    assert outcome.answer.text.splitlines() == [
        "added: New Member as Lay Member from Mon 1 Feb 2027",
        "changed: Lay Member as Lay Member: from Mon 4 Jan 2027 becomes from Mon 4 Jan 2027 to Sun 31 Jan 2027",
    ]


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    imported(office, LEAVES + COMES)
    outcome = imported(office, LEAVES + COMES)
    assert outcome.answer is not None
    assert outcome.answer.title == "The people file: 0 added, 0 changed, 2 left alone"
    assert outcome.changes == ()


def test_a_dry_run_says_the_same_and_changes_nothing(office: Office) -> None:
    form = form_of("people.csv", (HEAD + LEAVES + COMES).encode())
    dry = office.preview("business-manager", "people.import", **form)
    assert office.perform("business-manager", "people.import", **form).changes == dry.changes


def test_only_what_changed_is_changed(office: Office) -> None:
    imported(office, LEAVES + COMES)
    newer = COMES.replace("New Member", "Newer Name").replace("council", "Ourshire Schools Forum")
    outcome = imported(office, LEAVES + newer)
    assert [str(change) for change in outcome.changes] == [
        "changed: New Member is now called Newer Name",
        "changed: Newer Name as Lay Member; agency schools",
    ]


def test_an_empty_last_day_does_not_take_back_that_somebody_leaves(office: Office) -> None:
    office.done("business-manager", "people.leave", post="lay-member", until="2027-01-31")
    outcome = imported(office, LEAVES.replace("2027-01-31", ""))
    assert outcome.changes == ()


def test_a_corrected_first_day_corrects_and_a_second_term_is_a_second_entry(office: Office) -> None:
    imported(office, LEAVES.replace(",,2027", ",2027-01-01,2027"))
    imported(office, LEAVES.replace(",,2027-01-31", ",2027-06-01,2027-12-31"))
    with office.reading() as scope:
        held = people.holdings(scope, posts=["lay-member"])
        assert [(h.since, h.until) for h in held] == [
            (date(2027, 1, 1), date(2027, 1, 31)),
            (date(2027, 6, 1), date(2027, 12, 31)),
        ]


def test_a_row_that_covers_makes_a_deputy_beside_the_post(office: Office) -> None:
    line = "Head of Safeguarding,head-of-safeguarding@ourshire.invalid,,head-of-safeguarding,,,DCS\n"
    outcome = imported(office, line)
    assert outcome.answer is not None and outcome.answer.title.endswith("1 added, 0 changed, 1 left alone")
    with office.looking() as work:
        assert reading.whois(work, "DCS").text == ("Director of Children's Services; deputy Head of Safeguarding")


def test_people_who_are_not_in_the_file_are_left_alone(office: Office) -> None:
    with office.looking() as work:
        before = reading.listed(work).text
    imported(office, LEAVES + COMES)
    with office.looking() as work:
        after = reading.listed(work).text
    differ = [line for line in after.splitlines() if line not in before.splitlines()]
    assert differ == [
        "Lay Member: Lay Member (from Mon 4 Jan 2027 to Sun 31 Jan 2027); New Member (from Mon 1 Feb 2027)"
    ]


def test_the_ledger_holds_ids_and_no_names(office: Office) -> None:
    imported(office, LEAVES + COMES)
    with office.reading() as scope:
        entry = list(ledger.entries(scope))[-1]
        assert entry.action == "people.import"
        assert people.person_id("new.member@ours.example") in str(entry.ids)
        assert "New Member" not in str(entry.ids) and "@" not in str(entry.ids)


# Pasted into a form

HOLDER = "Lay Member\tlay-member@ourshire.invalid\tLay Member\t\t2027-01-31"
NEXT = "New Member\tnew.member@ours.example\tLay Member\t2027-02-01\t"


def presses(office: Office, **form: str) -> Message:
    person = office.person("business-manager")
    speaker = Speaker(office.notebook.name, office.partnership, person)
    return Conversation(office.runner, (office.notebook.name,)).press(speaker, "people.import", form, None, office.now)


def beside(message: Message) -> str:
    assert message.sheet is not None, message
    return message.sheet.blanks[0].problem


@pytest.mark.parametrize(
    "text",
    [
        f"{HOLDER}\n{NEXT}",
        f"\r\n{HOLDER}\r\n\r\n{NEXT}\r\n",
        f"{HOLDER}\n{NEXT}".replace("\t", ","),
        f"{HOLDER}\n{NEXT}".replace("\t", ";"),
        HEAD + LEAVES + COMES,
        "post\tuntil\temail\tname\tfrom\nLay Member\t2027-01-31\tlay-member@ourshire.invalid\tLay Member\t\n"
        "Lay Member\t\tnew.member@ours.example\tNew Member\t2027-02-01",
    ],
    ids=["tabs", "Windows", "commas", "semicolons", "the people file", "a heading in another order"],
)
def test_rows_are_pasted_as_people_have_them_with_or_without_a_heading(office: Office, text: str) -> None:
    shown = presses(office, pasted=text)
    assert shown.title == "This is what would change"
    assert "New Member as Lay Member from Mon 1 Feb 2027" in shown.text
    with office.reading() as scope:
        assert people.by_email(scope.session, "new.member@ours.example") is None
    done = presses(office, **shown.buttons[0].form)
    assert done.title == "The people file: 1 added, 1 changed, 0 left alone"
    assert presses(office, **shown.buttons[0].form).title == "The people file: 0 added, 0 changed, 2 left alone"


def test_every_mistake_in_pasted_rows_stands_beside_them_with_its_line_and_they_stand_there_again(
    office: Office,
) -> None:
    text = HOLDER.replace("2027-01-31", "31/01/27") + "\n\n" + NEXT.replace("Lay Member", "Lay Membr")
    refused = presses(office, pasted=text)
    assert beside(refused).startswith('Line 1, until: "31/01/27" is no date that can be read without guessing.')
    assert 'Line 3, post: There is no post called "Lay Membr". Did you mean "Lay Member"?' in beside(refused)
    assert refused.sheet is not None and refused.sheet.blanks[0].value == text
    assert refused.text == ""


def test_an_empty_first_cell_stays_a_cell(office: Office) -> None:
    assert "Line 1, name: A name is missing." in beside(presses(office, pasted=f"\t{HOLDER.partition(chr(9))[2]}"))


def test_rows_that_do_not_fit_their_columns_are_all_named(office: Office) -> None:
    said = beside(presses(office, pasted="A,a@ours.example,Lay Member,,,,x\nB,b@ours.example,Lay Member,,,,y"))
    assert "Line 1 has more cells" in said and "Line 2 has more cells" in said
    assert "The column" in beside(presses(office, pasted="name,until\nA,2027-01-31"))


def test_more_mistakes_than_fit_beside_the_rows_are_named_above_them(office: Office) -> None:
    text = "\n".join(f"Person {number}\tnobody\tNo Such Post" for number in range(1, 41))
    refused = presses(office, pasted=text)
    assert len(beside(refused)) <= 2_000
    for number in range(1, 41):
        assert f"Line {number}, email:" in f"{refused.text}\n{beside(refused)}"


def test_the_form_says_what_it_takes_and_only_the_business_manager_sees_it(office: Office) -> None:
    sheet = presses(office, **{AGAIN: "yes"}).sheet
    assert sheet is not None and "name, email, post, from, until" in sheet.blanks[0].hint
    assert "3,000 characters" in sheet.blanks[0].hint and sheet.blanks[0].kind == "text"
    assert "This can be done by the business manager" in office.refused("lay-member", "people.import", pasted=HOLDER)


def test_nothing_that_was_pasted_is_in_the_ledger(office: Office) -> None:
    office.done("business-manager", "people.import", pasted=f"{HOLDER}\n{NEXT}")
    with office.reading() as scope:
        entries = str([entry.model_dump() for entry in ledger.entries(scope)][-1])
    assert "people.import" in entries and "lay-member" in entries
    assert "New Member" not in entries and "new.member" not in entries
