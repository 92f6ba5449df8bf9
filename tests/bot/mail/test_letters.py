"""A message as a letter: the same words come out at the other end, whatever they are, and no header can be begun."""

import unicodedata
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.mail.letters import (
    TO_ANSWER,
    Letterhead,
    is_reference,
    letter,
    read_sender,
    recipient,
    reference,
    says_the_same,
)
from bot.mail.smtp import post
from commands.danger import not_the_way
from storage.records.message import Attached, Button, Message, MessageField
from tests.bot.mail.office import a_mail_office

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
SENDER = read_sender("Safeguarding Unit <convenor@ours.example>")
NURSE = "designated.nurse@health.example"

ENTRY = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Convenor//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
    "UID:executive-4@ourshire.example\r\nSEQUENCE:2\r\nDTSTAMP:20270104T090000Z\r\nDTSTART:20270204T093000Z\r\n"
    "SUMMARY:Exécutive\\, a very long name of a group that has to be folded within the text of the \r\n entry\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)

ANYTHING = st.text(max_size=300)
HARD = st.text(alphabet=st.sampled_from('aé–😀 \t\r\n\x0b\x85\u2028.=?_"<>:;,@-F&'), max_size=300)
WORDS = st.one_of(ANYTHING, HARD)


def read(made: EmailMessage) -> EmailMessage:
    """The letter as a mail program reads it."""
    found = BytesParser(policy=default).parsebytes(made.as_bytes())
    assert isinstance(found, EmailMessage)
    return found


def a_letter(message: Message, head: Letterhead | None = None, follows: str = "") -> EmailMessage:
    return read(letter(message, to=NURSE, sender=SENDER, key="ours:note", now=NOW, head=head, follows=follows))


def body(found: EmailMessage, kind: str = "plain") -> str:
    part = found.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def words(text: str) -> list[str]:
    """The words of a text, whatever stands between them: a sign that only steers a machine is as good as a space."""
    return "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text).split()


class _Shown(HTMLParser):
    """What a page shows of its body, and which languages, headings of rows and list items it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.body = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.body |= tag == "body"
        self.shown.append(" ")

    def handle_data(self, data: str) -> None:
        if self.body:
            self.shown.append(data)


@given(title=WORDS, text=WORDS, label=WORDS, value=WORDS)
@example(title="=?utf-8?q?a=0D=0ABcc:_x@y.example?=", text=".", label="", value="\r\n.\r\n")
@example(title="x" * 2000, text="y" * 10_000, label="é" * 500, value="From here")
@example(title="é é  é" * 40, text="From the chair\n.\n..\n", label=":", value="=20 =\n")
def test_every_letter_is_read_as_the_words_that_were_written(title: str, text: str, label: str, value: str) -> None:
    message = Message(title=title, text=text, fields=(MessageField(label=label, value=value),))
    found = a_letter(message, Letterhead("Ourshire Partnership"))
    assert found.defects == []
    assert str(found["Subject"] or "").split() == words(title)
    closing = words(f"----- Ourshire Partnership {not_the_way(())}")
    assert words(body(found)) == [*words(text), *words(f"{' '.join(words(label))}: {value}"), *closing]
    shown = "".join(_Shown(body(found, "html")).shown)
    bullets = [line.removeprefix("- ") for line in _lines(text)]
    assert words(shown) == [*words("\n".join(bullets)), *words(f"{label} {value}"), *closing[1:]]
    known = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"]
    assert found.keys() == [*known, "MIME-Version", "Content-Type"]
    assert all(len(line) <= 998 and line.isascii() for line in _raw(message).split(b"\r\n"))


def _lines(text: str) -> list[str]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign if sign in "\n\t" or unicodedata.category(sign) != "Cc" else " " for sign in plain).split("\n")


def _raw(message: Message) -> bytes:
    return letter(message, to=NURSE, sender=SENDER, key="ours:note", now=NOW).as_bytes()


@pytest.mark.parametrize(
    "title",
    [
        "To do\r\nBcc: somebody@other.example",
        "To do\nBcc: somebody@other.example",
        "To do\rBcc: somebody@other.example",
        "To do\x0bBcc: somebody@other.example",
        "To do\x85Bcc: somebody@other.example",
        "To do\u2028Bcc: somebody@other.example",
        "To do\r\n\r\n<script>",
        "=?utf-8?q?To_do=0D=0ABcc:_somebody=40other.example?=",
    ],
)
def test_a_title_begins_no_header_and_adds_nobody(title: str) -> None:
    message = Message(title=title, text="Papers are due.")
    with a_mail_office() as office:
        made = letter(message, to=NURSE, sender=SENDER, key="ours:note", now=NOW)
        post(office.at(), SENDER.addr_spec, NURSE, made.as_bytes())
    assert office.letter()["Bcc"] is None
    assert office.taken[0].rcpt_tos == [NURSE]
    assert "Papers are due." in body(office.letter())
    assert str(office.letter()["Subject"]).split() == words(title)


def test_long_and_foreign_words_arrive_over_a_real_server() -> None:
    long = "Ôl-nodyn – “papers” " * 500
    message = Message(title="Bwrdd Diogelu Plant – cyfarfod y Gweithgor ‘Llesiant’ ym mis Medi, 2027", text=long)
    with a_mail_office() as office:
        sender = read_sender("Uned Ddiogelu Môn <convenor@ours.example>")
        made = letter(message, to=NURSE, sender=sender, key="ours:note", now=NOW)
        post(office.at(), sender.addr_spec, NURSE, made.as_bytes())
    assert office.letter()["Subject"] == message.title
    assert body(office.letter()).startswith(long.rstrip())
    assert office.letter()["From"].addresses[0].display_name == "Uned Ddiogelu Môn"


def test_the_page_says_its_language_and_shows_lists_and_facts_as_such() -> None:
    message = Message(
        title="To do <now>",
        text="Due today:\n\n- papers <b>\n- minutes\nand no more",
        fields=(MessageField(label="Day", value="4 January"),),
    )
    page = _Shown(body(a_letter(message), "html"))
    tags = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "en-GB"}) in page.tags
    assert (tags.count("li"), tags.count("b"), tags.count("th")) == (2, 0, 1)
    assert not {"img", "script", "link", "a", "form"} & set(tags)


def test_buttons_become_a_sentence_and_what_they_do_is_not_told() -> None:
    button = Button(label="I have this", does="incident.take", form={"reference": "R-1"})
    with_it = a_letter(Message(title="To do", text="Papers.", buttons=(button,)))
    without = a_letter(Message(title="To do", text="Papers."))
    assert (TO_ANSWER in body(with_it), TO_ANSWER in body(with_it, "html")) == (True, True)
    assert TO_ANSWER not in body(without)
    assert "incident.take" not in str(with_it)


def test_everybody_reads_where_help_for_a_child_is_to_be_had() -> None:
    message = Message(title="To do", text="Papers.")
    assert "ring 999" in body(a_letter(message))
    own = a_letter(message, Letterhead(standing="This is not the way. Ring 999, or Ourshire on 01234 567890."))
    assert body(own).rstrip().endswith("Ourshire on 01234 567890.")
    assert "01234 567890" in body(own, "html")


def test_an_alert_is_marked_as_important_and_nothing_else_is() -> None:
    assert a_letter(Message(title="Alert", text="Ring.", tone="alert"))["Importance"] == "high"
    assert a_letter(Message(title="To do", text="Papers."))["Importance"] is None


def test_a_letter_says_that_a_machine_wrote_it_so_that_absence_notes_stay_away() -> None:
    found = a_letter(Message(title="To do", text="Papers."))
    assert (found["Auto-Submitted"], found["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert found["Date"].datetime == NOW


# Calendar entries


def an_entry(method: str = "REQUEST", name: str = "executive-4.ics") -> Attached:
    return Attached(name=name, kind="calendar", text=ENTRY.format(method=method))


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_a_calendar_entry_is_an_invitation_and_a_file_and_both_read_the_same(method: str) -> None:
    with a_mail_office() as office:
        made = letter(
            Message(title="Executive", text="It meets.", attached=(an_entry(method),)),
            to=NURSE,
            sender=SENDER,
            key="ours:note",
            now=NOW,
        )
        post(office.at(), SENDER.addr_spec, NURSE, made.as_bytes())
    found = office.letter()
    parts = {part.get_content_type(): part for part in found.walk()}
    invitation, file = parts["text/calendar"], parts["application/ics"]
    assert (invitation.get_param("method"), invitation.get_content_charset()) == (method, "utf-8")
    assert invitation.get_payload(decode=True) == file.get_payload(decode=True) == an_entry(method).text.encode()
    assert (file.get_filename(), file.get_content_disposition()) == ("executive-4.ics", "attachment")
    entry = Calendar.from_ical(invitation.get_content())
    assert (entry["METHOD"], entry.walk("VEVENT")[0]["UID"]) == (method, "executive-4@ourshire.example")
    assert [part.get_content_type() for part in found.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip


@pytest.mark.parametrize("text", [ENTRY.format(method="EVIL\r\nX"), ENTRY.format(method="REPLY"), "no calendar", ""])
def test_what_asks_for_nothing_that_is_known_is_only_a_file(text: str) -> None:
    entry = Attached(name="a\r\nBcc: x@y.example.ics", kind="calendar", text=text)
    found = a_letter(Message(title="Executive", text="It meets.", attached=(entry,)))
    assert [part.get_content_type() for part in found.walk()][-1] == "application/ics"
    assert "text/calendar" not in [part.get_content_type() for part in found.walk()]
    assert [part.get_filename() for part in found.iter_attachments()] == ["a Bcc: x@y.example.ics"]


def test_several_entries_are_files_since_programs_would_take_only_one_invitation() -> None:
    entries = (an_entry(), an_entry(name="executive-5.ics"))
    found = a_letter(Message(title="Executive", text="It meets.", attached=entries))
    assert [part.get_filename() for part in found.iter_attachments()] == ["executive-4.ics", "executive-5.ics"]
    assert "text/calendar" not in [part.get_content_type() for part in found.walk()]


# References and addresses


@given(text=WORDS, other=WORDS)
def test_a_reference_tells_whether_the_words_have_changed(text: str, other: str) -> None:
    first = reference(Message(title="To do", text=text), key="ours:note", sender=SENDER)
    assert is_reference(first)
    assert says_the_same(Message(title="To do", text=text), key="ours:note", earlier=first)
    same = says_the_same(Message(title="To do", text=f"{text} and {other}"), key="ours:note", earlier=first)
    assert not same


def test_a_reference_has_the_sender_s_domain_and_is_the_same_at_any_time() -> None:
    message = Message(title="To do", text="Papers.")
    made = [letter(message, to=NURSE, sender=SENDER, key="ours:note", now=NOW + timedelta(days=day)) for day in (0, 1)]
    assert made[0]["Message-ID"] == made[1]["Message-ID"]
    assert made[0]["Message-ID"].endswith("@ours.example>")
    assert "note" not in made[0]["Message-ID"]


def test_a_reference_stays_in_one_piece_however_long_the_domain() -> None:
    sender = read_sender(f"convenor@{'very-long-name.' * 8}ours.example")
    message = Message(title="To do", text="Papers.")
    first = reference(message, key="ours:note", sender=sender)
    made = letter(message, to=NURSE, sender=sender, key="ours:note", now=NOW, follows=first)
    assert f"\r\nIn-Reply-To: {first}\r\nReferences: {first}\r\n".encode() in made.as_bytes()
    found = read(made)
    assert (found["In-Reply-To"], found["References"]) == (first, first)
    assert is_reference(str(found["Message-ID"]))


def test_what_changes_only_for_those_who_can_press_sends_no_letter() -> None:
    button = Button(label="Confirm", does="meeting.confirm")
    first = reference(Message(title="To do", text="Papers.", buttons=(button,)), key="k", sender=SENDER)
    renamed = Button(label="Confirmed", does="meeting.confirm")
    assert says_the_same(Message(title="To do", text="Papers.", buttons=(renamed,)), key="k", earlier=first)
    entry = Message(title="To do", text="Papers.", buttons=(button,), attached=(an_entry(),))
    assert not says_the_same(entry, key="k", earlier=first)


def test_a_sender_is_read_with_and_without_a_name() -> None:
    named = read_sender(' "Safeguarding Unit, Ourshire" <convenor@ours.example> ')
    assert (named.display_name, named.addr_spec) == ("Safeguarding Unit, Ourshire", "convenor@ours.example")
    assert read_sender("convenor@ours.example").addr_spec == "convenor@ours.example"


@pytest.mark.parametrize(
    "text",
    ["", "Safeguarding Unit", "convenor@", "@ours.example", "convenor@ours", "<convenor@ours.example",
     "Unit <convenor@ours.example> more", "Unit\r\nBcc: <a@b.example>", "a@b.example, c@d.example", "é@ours.example",
     "convenor@ours..example", "convenor@-ours.example", "a b@ours.example"],
)  # fmt: skip
def test_what_is_no_sender_is_refused_with_words(text: str) -> None:
    with pytest.raises(ValueError, match="is no mail address: write it like"):
        read_sender(text)


def test_an_address_is_taken_as_it_stands() -> None:
    assert recipient(" O'Neil+panel@Health.example ") == "O'Neil+panel@Health.example"
