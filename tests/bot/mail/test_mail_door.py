"""The mail door over a real mail server: what counts as sent, what is tried again, what is over, what nobody knows."""

import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.mail.door import ALERT, LATER, SOON, MailDoor
from bot.mail.letters import Letterhead, read_sender
from bot.mail.smtp import Server
from scheduler.doors import Gone, Parcel, RetryAt, Sent, Unsure
from storage.records.message import Attached, Button, Less, Message, MessageField
from tests.bot.mail.office import PASSWORD, USER, a_certificate, a_mail_office, free_port

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
SENDER = read_sender("Safeguarding Unit <convenor@ours.example>")
NURSE = "designated.nurse@health.example"


def a_parcel(key: str = "ours:note", text: str = "Papers are due.", **given: object) -> Parcel:
    parcel = Parcel(key, "ours", "nurse", NURSE, Message(title="To do", text=text), "post")
    return replace(parcel, **given)  # type: ignore[arg-type]


def a_door(server: Server) -> MailDoor:
    return MailDoor(server, SENDER)


def reference(result: object) -> str:
    assert isinstance(result, Sent)
    return result.reference


def test_a_letter_that_the_server_took_is_sent_and_known_by_its_message_id() -> None:
    with a_mail_office() as office:
        result = a_door(office.at()).send(a_parcel(), NOW)
    assert reference(result) == office.letter()["Message-ID"]
    assert office.taken[0].rcpt_tos == [NURSE]
    assert office.taken[0].mail_from == "convenor@ours.example"
    assert office.letter()["To"] == NURSE
    assert office.letter()["Subject"] == "To do"


def test_a_second_try_has_the_same_message_id_so_that_mail_programs_show_it_once() -> None:
    with a_mail_office() as office:
        door = a_door(office.at())
        first, again = door.send(a_parcel(), NOW), door.send(a_parcel(), NOW + timedelta(hours=1))
        other = door.send(a_parcel(key="ours:other"), NOW)
    assert reference(first) == reference(again)
    assert reference(other) != reference(first)


def test_the_partnership_s_letterhead_is_on_it() -> None:
    head = Letterhead("Ourshire Partnership", "Ring 01234 567890.")
    with a_mail_office() as office:
        MailDoor(office.at(), SENDER, head={"ours": head}.__getitem__).send(a_parcel(), NOW)
    body = office.letter().get_body(("plain",))
    assert body is not None
    assert "Ourshire Partnership" in body.get_content()
    assert "Ring 01234 567890." in body.get_content()


def test_lines_that_begin_with_a_dot_arrive_with_their_dot_and_end_nothing() -> None:
    with a_mail_office() as office:
        a_door(office.at()).send(a_parcel(text=".\n.hidden\n..\nthe end"), NOW)
    body = office.letter().get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[:4] == [".", ".hidden", "..", "the end"]


# Signing in and encryption


def test_it_signs_in_where_the_server_wants_it() -> None:
    with a_mail_office() as office:
        reference(a_door(office.at(user=USER, password=PASSWORD)).send(a_parcel(), NOW))
    assert office.signed_in == [True]


def test_a_wrong_password_is_somebody_s_to_mend_and_ends_no_address() -> None:
    with a_mail_office() as office:
        result = a_door(office.at(user=USER, password="wrong")).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert (result.at, office.taken) == (NOW + LATER, [])
    assert "user name and password" in result.reason
    assert "wrong" not in result.reason


def test_a_server_that_cannot_sign_anybody_in_just_now_is_asked_again_soon() -> None:
    with a_mail_office(AUTH="454 4.7.0 Temporary authentication failure") as office:
        result = a_door(office.at(user=USER, password=PASSWORD)).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert result.at == NOW + SOON


def test_a_password_goes_only_over_an_encrypted_line(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path)
    with a_mail_office(tls=certificate.context()) as office:
        server = office.at(tls="starttls", ca=str(certificate.file), user=USER, password=PASSWORD)
        reference(a_door(server).send(a_parcel(), NOW))
    assert (office.encrypted, office.signed_in) == ([True], [True])


def test_an_encrypted_line_is_enough_where_the_server_wants_no_password(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path)
    with a_mail_office(tls=certificate.context()) as office:
        reference(a_door(office.at(tls="starttls", ca=str(certificate.file))).send(a_parcel(), NOW))
    assert (office.encrypted, office.signed_in) == ([True], [False])


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_said(tmp_path: Path) -> None:
    with a_mail_office(tls=a_certificate(tmp_path).context()) as office:
        result = a_door(office.at(tls="starttls", user=USER, password=PASSWORD)).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert "encryption" in result.reason
    assert (office.mails, office.taken) == ([], [])


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    other = a_certificate(tmp_path, "mail.other.example")
    with a_mail_office(tls=other.context()) as office:
        result = a_door(office.at(tls="starttls", ca=str(other.file))).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert office.mails == []


def test_a_server_that_offers_no_encryption_gets_nothing() -> None:
    with a_mail_office() as office:
        result = a_door(office.at(tls="starttls", user=USER, password=PASSWORD)).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert "encryption" in result.reason
    assert office.mails == []


def test_a_server_that_speaks_tls_from_the_first_byte_is_understood(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path)
    with a_mail_office(smtps=certificate.context()) as office:
        reference(a_door(office.at(tls="smtps", ca=str(certificate.file))).send(a_parcel(), NOW))
        refused = a_door(office.at(tls="smtps")).send(a_parcel(), NOW)
    assert isinstance(refused, RetryAt)
    assert len(office.taken) == 1


def test_certificates_that_have_vanished_since_the_start_stop_the_letter_and_not_the_bot(tmp_path: Path) -> None:
    with a_mail_office(tls=a_certificate(tmp_path).context()) as office:
        result = a_door(office.at(tls="starttls", ca=str(tmp_path / "gone.pem"))).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)


# What the server refuses, at each stage


@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT", "DATA", "end"])
@pytest.mark.parametrize("code", ["421 4.3.2 Closing", "450 4.2.0 Greylisted", "451 4.7.1 Try later", "432 4.3.2 Many"])
def test_a_busy_server_is_asked_again_and_nothing_is_unsure(stage: str, code: str) -> None:
    with a_mail_office(**{stage: code}) as office:
        result = a_door(office.at()).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert (result.at, office.taken) == (NOW + SOON, [])
    assert NURSE not in result.reason


@pytest.mark.parametrize("code", ["550 5.1.1 No such user", "551 Not local", "553 5.1.3 Bad mailbox", "550 unknown"])
def test_an_address_that_is_not_there_is_over_and_its_words_are_not_told(code: str) -> None:
    with a_mail_office(RCPT=f"{code} <{NURSE}>") as office:
        result = a_door(office.at()).send(a_parcel(), NOW)
    assert isinstance(result, Gone)
    assert (NURSE in result.reason, "user" in result.reason, result.whole) == (False, False, False)
    assert "does not take mail for this address" in result.reason


@pytest.mark.parametrize(
    ("stage", "code"),
    [
        ("EHLO", "554 5.7.1 Go away"),
        ("MAIL", "550 5.7.60 Not allowed to send as this sender"),
        ("MAIL", "550 Not allowed"),
        ("MAIL", "552 5.3.4 Too big"),
        ("RCPT", "550 5.7.1 Relaying denied"),
        ("RCPT", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
        ("RCPT", "552 5.2.2 Mailbox full"),
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("DATA", "554 5.5.1 No valid recipients"),
        ("end", "550 5.7.1 Looks like advertising"),
        ("end", "550 Refused"),
        ("end", "554 5.6.0 Refused"),
    ],
)
def test_a_no_that_is_not_about_the_address_ends_no_address(stage: str, code: str) -> None:
    with a_mail_office(**{stage: code}) as office:
        result = a_door(office.at()).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert (result.at, office.taken) == (NOW + LATER, [])


def test_an_alert_never_waits_longer_than_a_minute() -> None:
    for answer in ("451 4.7.1 Greylisted", "554 5.7.1 Relay access denied"):
        with a_mail_office(RCPT=answer) as office:
            result = a_door(office.at()).send(a_parcel(lane="alert"), NOW)
        assert isinstance(result, RetryAt)
        assert result.at == NOW + ALERT


# Lines that break


@pytest.mark.parametrize("stage", ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
def test_a_line_that_breaks_before_the_letter_began_leaves_nothing_unsure(stage: str) -> None:
    with a_mail_office(**{stage: "drop"}) as office:
        result = a_door(office.at(user=USER, password=PASSWORD)).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert (result.at, office.taken) == (NOW + SOON, [])


@pytest.mark.parametrize(("end", "taken"), [("drop", 0), ("taken, then drop", 1)])
def test_a_line_that_breaks_after_the_letter_began_leaves_it_unsure(end: str, taken: int) -> None:
    with a_mail_office(end=end) as office:
        result = a_door(office.at()).send(a_parcel(), NOW)
    assert isinstance(result, Unsure)
    assert len(office.taken) == taken


def test_an_answer_that_means_nothing_leaves_the_letter_unsure() -> None:
    with a_mail_office(end="hello there") as office:
        assert isinstance(a_door(office.at()).send(a_parcel(), NOW), Unsure)


def test_a_server_that_cannot_be_reached_is_asked_again() -> None:
    result = a_door(Server("127.0.0.1", free_port(), tls="none")).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert (result.at, result.reason) == (NOW + SOON, "the mail server could not be reached")


@contextmanager
def a_raw_server(*says: bytes) -> Iterator[int]:
    """Accepts connections one after the other; says the first words at once, each other after something was heard."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        try:
            while not over.is_set():
                line, _ = listener.accept()
                with line:
                    line.settimeout(5)
                    for words in says:
                        line.sendall(words)
                        if not line.recv(65536):
                            break
                    else:
                        over.wait(5)
        except OSError:
            return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def test_a_server_that_says_nothing_is_left_after_a_while() -> None:
    with a_raw_server(b"") as port:
        result = a_door(Server("127.0.0.1", port, tls="none", timeout=0.3)).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)


@pytest.mark.parametrize(("greeting", "wait"), [(b"421 4.3.2 Busy\r\n", SOON), (b"554 5.7.1 Not you\r\n", LATER)])
def test_a_server_that_sends_us_away_at_the_door_is_asked_again(greeting: bytes, wait: timedelta) -> None:
    with a_raw_server(greeting) as port:
        result = a_door(Server("127.0.0.1", port, tls="none", timeout=2)).send(a_parcel(), NOW)
    assert isinstance(result, RetryAt)
    assert result.at == NOW + wait


def test_a_server_that_never_answers_the_whole_letter_leaves_it_unsure() -> None:
    ok = b"250 OK\r\n"
    with a_raw_server(b"220 here\r\n", ok, ok, ok, b"354 go on\r\n") as port:
        result = a_door(Server("127.0.0.1", port, tls="none", timeout=2, end_timeout=0.3)).send(a_parcel(), NOW)
    assert isinstance(result, Unsure)


def test_a_server_that_takes_its_time_over_a_whole_letter_is_waited_for() -> None:
    with a_mail_office() as office:
        office.slow = 1.5
        reference(a_door(office.at(timeout=1, end_timeout=20)).send(a_parcel(), NOW))
    assert len(office.taken) == 1


def test_a_server_that_forgets_to_say_goodbye_has_still_taken_the_letter() -> None:
    ok = b"250 OK\r\n"
    with a_raw_server(b"220 here\r\n", ok, ok, ok, b"354 go on\r\n", ok) as port:
        result = a_door(Server("127.0.0.1", port, tls="none", timeout=2)).send(a_parcel(), NOW)
    assert isinstance(result, Sent)


# Newer words


def test_newer_words_go_as_a_letter_that_follows_the_first() -> None:
    with a_mail_office() as office:
        door = a_door(office.at())
        first = reference(door.send(a_parcel(), NOW))
        second = reference(door.edit(a_parcel(text="Papers are out."), first, NOW))
        third = reference(door.edit(a_parcel(text="Papers are due."), second, NOW))
    letters = office.letters()
    assert [one["Subject"] for one in letters] == ["To do", "To do (changed)", "To do (changed)"]
    assert [one["In-Reply-To"] for one in letters] == [None, first, second]
    assert letters[1]["References"] == first
    assert len({first, second, third}) == 3


def test_words_that_are_the_same_are_not_sent_again() -> None:
    with a_mail_office() as office:
        door = a_door(office.at())
        first = reference(door.send(a_parcel(), NOW))
        assert door.edit(a_parcel(), first, NOW) == Sent(first)
        second = reference(door.edit(a_parcel(text="Papers are out."), first, NOW))
        assert door.edit(a_parcel(text="Papers are out."), second, NOW) == Sent(second)
    assert len(office.taken) == 2


@pytest.mark.parametrize("foreign", ["C024BE91L/1700000000.000100", "<a@b>\r\nBcc: somebody@other.example"])
def test_a_message_that_first_went_by_another_door_is_a_new_letter_here(foreign: str) -> None:
    with a_mail_office() as office:
        reference(a_door(office.at()).edit(a_parcel(), foreign, NOW))
    assert office.letter()["In-Reply-To"] is None
    assert office.letter()["Subject"] == "To do"
    assert office.letter()["Bcc"] is None


def test_nothing_can_be_looked_up_and_nothing_taken_back() -> None:
    with a_mail_office() as office:
        door = a_door(office.at())
        sent = reference(door.send(a_parcel(), NOW))
        assert (door.can_find, door.find(a_parcel(), NOW)) == (False, None)
        door.delete(a_parcel(), sent)
    assert len(office.taken) == 1


# Secrecy


def test_a_case_without_words_for_mail_is_not_told_by_mail() -> None:
    with a_mail_office() as office:
        door = a_door(office.at())
        assert isinstance(door.send(a_parcel(about_case=True), NOW), Gone)
        assert isinstance(door.edit(a_parcel(about_case=True), "<x@ours.example>", NOW), Gone)
    assert office.mails == []


A_CASE = Message(
    title="Ourshire: ABC-DEF",
    text="A serious child safeguarding incident has been notified.",
    fields=(MessageField(label="Ring", value="01234 567890"),),
    buttons=(Button(label="I have this", does="incident.answer"),),
    attached=(Attached(name="a.ics", kind="calendar", text="BEGIN:VCALENDAR"),),
    tone="alert",
    by_mail=Less(title="Ourshire: please answer ABC-DEF", text="The partnership waits for your answer."),
    link="link-1",
    link_code="123456",
)


def pages(link: str) -> str:
    return f"https://convenor.example/l/{link}.signed"


def test_a_case_goes_with_the_words_for_mail_the_personal_link_and_its_code_and_nothing_else() -> None:
    with a_mail_office() as office:
        door = MailDoor(office.at(), SENDER, url_of=pages)
        reference(door.send(a_parcel(message=A_CASE, about_case=True, lane="alert"), NOW))
    letter = office.letter()
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None and page is not None
    words, _, foot = "\n".join(plain.get_content().splitlines()).partition("\n\n-----\n")
    assert words.split("\n\n") == [
        "The partnership waits for your answer.",
        "Answer here: https://convenor.example/l/link-1.signed",
        "The page asks for this code: 123456",
    ]
    assert "999" in foot
    assert (letter["Subject"], letter["Importance"]) == ("Ourshire: please answer ABC-DEF", "high")
    assert list(letter.iter_attachments()) == []
    assert '<a href="https://convenor.example/l/link-1.signed">' in page.get_content()
    raw = letter.as_string() + plain.get_content() + page.get_content()
    assert not any(told in raw for told in ("serious child", "01234 567890", "I have this", "business manager"))


def test_where_there_are_no_pages_a_letter_names_none() -> None:
    with a_mail_office() as office:
        reference(a_door(office.at()).send(a_parcel(message=A_CASE, about_case=True), NOW))
    body = office.letter().get_body(("plain",))
    assert body is not None
    assert not any(told in body.get_content() for told in ("Answer here", "link-1", "123456"))


def test_a_letter_about_no_case_may_carry_a_link_too_and_keeps_its_words() -> None:
    with a_mail_office() as office:
        message = A_CASE.model_copy(update={"attached": (), "link_code": "", "by_mail": None})
        reference(MailDoor(office.at(), SENDER, url_of=pages).send(a_parcel(message=message), NOW))
    body = office.letter().get_body(("plain",))
    assert body is not None
    words = "\n".join(body.get_content().splitlines()).partition("\n\n-----\n")[0]
    assert words.endswith("Ring: 01234 567890\n\nAnswer here: https://convenor.example/l/link-1.signed")


def test_what_has_words_for_mail_is_one_letter_however_it_changes_in_chat() -> None:
    status = Message(
        title="3 of 30 answered", text="Due.", by_mail=Less(title="It has been opened", text="Ask in chat.")
    )
    with a_mail_office() as office:
        first = reference(a_door(office.at()).send(a_parcel(message=status), NOW))
        later = status.model_copy(update={"title": "4 of 30 answered"})
        assert a_door(office.at()).edit(a_parcel(message=later), first, NOW) == Sent(first)
    assert office.letter()["Subject"] == "It has been opened"


def test_a_case_whose_words_change_in_chat_alone_sends_no_second_letter_even_if_its_address_is_signed_anew() -> None:
    with a_mail_office() as office:
        first = reference(
            MailDoor(office.at(), SENDER, url_of=pages).send(a_parcel(message=A_CASE, about_case=True), NOW)
        )
        answered = A_CASE.model_copy(update={"text": "Your agency has answered.", "buttons": ()})
        door = MailDoor(office.at(), SENDER, url_of=lambda link: f"{pages(link)}.anew")
        assert door.edit(a_parcel(message=answered, about_case=True), first, NOW) == Sent(first)
    assert len(office.taken) == 1


@pytest.mark.parametrize(
    "address",
    ["", "nurse", "nurse@", "@health.example", "a@b.example\r\nRCPT TO:<c@d.example>", "a b@c.example", "é@c.example",
     "a@b.example,c@d.example", "<a@b.example>", "Nurse <a@b.example>", "a@b..example>", '"a\\"b"@c.example'],
)  # fmt: skip
def test_what_is_no_address_is_never_written_to(address: str) -> None:
    with a_mail_office() as office:
        result = a_door(office.at()).send(a_parcel(address=address), NOW)
    assert isinstance(result, Gone)
    assert office.mails == []


def test_the_log_holds_no_address_no_subject_and_no_words_of_the_server(caplog: pytest.LogCaptureFixture) -> None:
    with a_mail_office(RCPT=f"550 5.1.1 <{NURSE}> unknown") as office, caplog.at_level(logging.DEBUG):
        a_door(office.at()).send(a_parcel(kind="daily-note"), NOW)
    ours = [record for record in caplog.records if record.name.startswith("bot.")]
    assert [vars(record)["error"] for record in ours] == ["recipient 550 5.1.1"]
    assert [vars(record)["kind"] for record in ours] == ["daily-note"]
    everything = " ".join(str(vars(record)) for record in ours)
    assert not any(word in everything for word in (NURSE, "To do", "unknown", "Papers"))


# Many at once, and the doctor


def test_eight_workers_send_at_once_and_each_letter_arrives_once() -> None:
    keys = [f"ours:{number}" for number in range(40)]
    with a_mail_office() as office, ThreadPoolExecutor(8) as pool:
        door = a_door(office.at())
        results = list(pool.map(lambda key: door.send(a_parcel(key=key, text=key), NOW), keys))
    assert sorted(map(reference, results)) == sorted(str(one["Message-ID"]) for one in office.letters())
    assert len({one["Message-ID"] for one in office.letters()}) == len(keys)


def test_the_doctor_hears_that_all_is_well_and_no_letter_is_begun(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path)
    with a_mail_office(tls=certificate.context()) as office:
        server = office.at(tls="starttls", ca=str(certificate.file), user=USER, password=PASSWORD)
        found = a_door(server).check()
    assert found.ok
    assert found.sentence == f"The mail server at 127.0.0.1:{office.port} answers (encrypted, signed in)."
    assert office.mails == []


def test_the_doctor_hears_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    with a_mail_office(tls=a_certificate(tmp_path).context()) as office:
        untrusted = a_door(office.at(tls="starttls")).check()
    with a_mail_office() as office:
        wrong = a_door(office.at(user=USER, password="secret-and-wrong")).check()
    nobody = a_door(Server("127.0.0.1", free_port(), tls="none")).check()
    assert (untrusted.ok, wrong.ok, nobody.ok) == (False, False, False)
    assert "?ca=FILE" in untrusted.sentence
    assert "Are user and password in SMTP_URL right" in wrong.sentence
    assert "secret-and-wrong" not in wrong.sentence
    assert "could not be reached" in nobody.sentence
