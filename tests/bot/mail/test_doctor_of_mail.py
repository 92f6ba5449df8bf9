"""What the doctor says of mail: whether the server takes it, and that nobody here reads what bounces later."""

import pytest

from bot import doors, settings
from tests.bot.mail.office import a_mail_office, free_port


def said(monkeypatch: pytest.MonkeyPatch, port: int) -> list[tuple[str, str]]:
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{port}?tls=none")
    monkeypatch.setenv("CONVENOR_MAIL_FROM", "convenor@ours.example")
    return [(one.state, one.sentence) for look in doors.looks(settings.read()) for one in look()]


BOUNCES = "What bounces later comes to convenor@ours.example and is not read here: somebody has to read that mailbox."


def test_a_server_that_answers_is_well_and_the_mailbox_is_somebody_s_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_mail_office() as office:
        (server, bounces) = said(monkeypatch, office.port)
    assert server[0] == "OK"
    assert bounces == ("OK", BOUNCES)
    assert office.mails == []


def test_a_server_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    (server, bounces) = said(monkeypatch, free_port())
    assert (server[0], bounces[1]) == ("wrong", BOUNCES)
