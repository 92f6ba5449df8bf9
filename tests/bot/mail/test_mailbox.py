"""The mailbox to which calendar programs answer: its address read, and a real IMAP line to it, whatever goes wrong."""

from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from bot import doors, settings
from bot.mail.mailbox import LARGEST, Mailbox, NotRead, check, opened, read_url
from tests.bot.mail.office import a_certificate, free_port
from tests.standins.imap import PASSWORD, USER, StandIn

CAME = datetime(2027, 1, 5, 9, tzinfo=UTC)
SINCE = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("url", "mailbox"),
    [
        ("imaps://unit:a%2Fb@mail.ours.example", Mailbox("mail.ours.example", 993, "unit", "a/b", tls="imaps")),
        ("imap://unit:secret@mail.ours.example:1143/", Mailbox("mail.ours.example", 1143, "unit", "secret")),
        (
            "imaps://unit:secret@mail.ours.example/Calendar%20answers",
            Mailbox("mail.ours.example", 993, "unit", "secret", "Calendar answers", "imaps"),
        ),
        ("imap://unit:secret@[::1]:143?tls=none", Mailbox("::1", 143, "unit", "secret", tls="none")),
    ],
)
def test_an_address_is_read(url: str, mailbox: Mailbox) -> None:
    assert read_url(url) == mailbox


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mail.ours.example", "is no mailbox's address"),
        ("smtp://unit:hidden@mail.ours.example", "is no mailbox's address"),
        ("imaps://mail.ours.example", "has no user name and password"),
        ("imaps://unit@mail.ours.example", "without a password"),
        ("imaps://unit:hidden#x@mail.ours.example", "%23"),
        ("imap://unit:hidden@mail.ours.example?tls=none", "on this machine only"),
        ("imaps://unit:hidden@localhost?tls=none", "only imap:// with ?tls=none"),
        ("imaps://unit:hidden@mail.ours.example?ca=/nowhere.pem", "certificates"),
        ("imaps://unit:hidden@mail.ours.example/Sent%22x", "names a folder"),
    ],
)
def test_a_wrong_address_is_refused_with_words_that_tell_no_password(url: str, words: str) -> None:
    with pytest.raises(ValueError) as refused:
        read_url(url)
    assert words in str(refused.value)
    assert "hidden" not in str(refused.value)


def at(standin: StandIn, **given: object) -> Mailbox:
    """The stand-in as settings would have it."""
    return Mailbox(
        **{"host": "127.0.0.1", "port": standin.port, "user": USER, "password": PASSWORD, "tls": "none"} | given
    )  # type: ignore[arg-type]


def a_letter(subject: str, *, entry: str = "", file: str = "") -> bytes:
    """A letter; with a calendar entry in it, or with a file of that name."""
    made = EmailMessage()
    made["Subject"] = subject
    made.set_content("Words")
    if entry:
        made.add_alternative(entry, subtype="calendar", params={"method": "REPLY"})
    if file:
        made.add_attachment(b"words", maintype="application", subtype="pdf", filename=file)
    return made.as_bytes()


def test_only_unread_letters_with_an_entry_are_fetched_and_only_what_counted_is_marked_as_read() -> None:
    with StandIn() as mailbox:
        mailbox.comes(a_letter("a bounce", file='a "strange" name £.pdf'), CAME)
        with_entry = mailbox.comes(a_letter("an answer", entry="BEGIN:VCALENDAR"), CAME)
        mailbox.comes(a_letter("too large", entry="x" * (LARGEST + 1)), CAME)
        mailbox.comes(a_letter("read already", entry="BEGIN:VCALENDAR"), CAME).seen = True
        mailbox.comes(a_letter("long ago", entry="BEGIN:VCALENDAR"), datetime(2025, 12, 31, tzinfo=UTC))
        with opened(at(mailbox)) as box:
            unread = box.unread(SINCE)
            assert (box.validity, unread) == ("1", [1, 2, 3])
            assert box.with_entry(unread) == [2]
            letter = box.letter(2)
            assert letter is not None and (letter.came_at, letter.content) == (CAME, with_entry.content)
            assert box.letter(99) is None
            assert not with_entry.seen
            box.mark_read(2)
        assert [each.number for each in mailbox.letters if each.seen] == [2, 4]
        assert mailbox.fetched() == [2]


@pytest.mark.parametrize("tls", ["starttls", "imaps"])
def test_the_way_is_encrypted_for_those_whom_we_trust_and_nobody_else(tmp_path: Path, tls: str) -> None:
    certificate = a_certificate(tmp_path)
    context = certificate.context()
    with StandIn(tls=context if tls == "starttls" else None, imaps=context if tls == "imaps" else None) as mailbox:
        found = check(at(mailbox, tls=tls, ca=str(certificate.file)))
        assert found.ok and "encrypted" in found.sentence
        with pytest.raises(NotRead) as refused, opened(at(mailbox, tls=tls)):
            pass
        assert refused.value.stage == "secure"


@pytest.mark.parametrize(
    ("answers", "given", "stage"),
    [
        ({}, {"password": "another"}, "sign in"),
        ({}, {"folder": "Elsewhere"}, "folder"),
        ({}, {"tls": "starttls"}, "secure"),
        ({"greeting": "drop"}, {}, "reach"),
        ({"LOGIN": "drop"}, {}, "reach"),
        ({"SELECT": "NO"}, {}, "folder"),
        ({"SEARCH": "NO"}, {}, "read"),
        ({"SEARCH": "drop"}, {}, "reach"),
    ],
)
def test_what_goes_wrong_is_known_by_its_stage(answers: dict[str, str], given: dict[str, object], stage: str) -> None:
    with StandIn(answers=answers) as mailbox:
        with pytest.raises(NotRead) as failure, opened(at(mailbox, timeout=2, **given)) as box:
            box.unread(SINCE)
        assert failure.value.stage == stage
        assert PASSWORD not in failure.value.sentence


def test_a_server_that_is_not_there_is_said() -> None:
    found = check(Mailbox("127.0.0.1", free_port(), USER, PASSWORD, tls="none", timeout=2))
    assert not found.ok and "could not be reached" in found.sentence and "CONVENOR_MAILBOX_URL" in found.sentence


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_the_doctor_opens_the_mailbox_and_looks_at_no_letter(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    with StandIn() as mailbox:
        mailbox.comes(a_letter("an answer", entry="BEGIN:VCALENDAR"), CAME)
        signs_in = f"{quote(USER, safe='')}:{quote(password, safe='')}"
        monkeypatch.setenv("CONVENOR_MAILBOX_URL", f"imap://{signs_in}@127.0.0.1:{mailbox.port}?tls=none")
        monkeypatch.setenv("CONVENOR_MAILBOX_ADDRESS", USER)
        found = settings.read()
        assert PASSWORD not in repr(found)
        said = [one for look in doors.looks(found) for one in look()]
        assert [one.state for one in said] == ["OK" if password == PASSWORD else "wrong", "OK"]
        assert mailbox.fetched() == [] and not any(each.seen for each in mailbox.letters)
