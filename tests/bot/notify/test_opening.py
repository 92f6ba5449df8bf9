"""Which doors the settings open, and that the whole way from settings to a text message holds."""

from pathlib import Path

import pytest

from bot import settings, wiring
from bot.notify.door import NotifyMailDoor, TextDoor
from bot.terminal.adopting import fresh_keys
from tests.bot.conftest import Shell
from tests.bot.notify.office import NOW, Office, a_text


def a_bot(monkeypatch: pytest.MonkeyPatch, office: Office, *names: str) -> wiring.Installation:
    Path(".env").write_text(fresh_keys())
    ids = {"TEXT": office.text_template, "MAIL": office.mail_template}
    monkeypatch.setenv("GOVUK_NOTIFY_API_KEY", office.standin.key)
    monkeypatch.setenv("GOVUK_NOTIFY_URL", office.standin.url)
    for name in names:
        monkeypatch.setenv(f"CONVENOR_NOTIFY_{name}_TEMPLATE", ids[name])
    return wiring.open(settings.read())


def test_texts_alone_leave_the_terminal_open_since_they_say_too_little(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = a_bot(monkeypatch, office, "TEXT")
    assert bot.doors.keys() == {"terminal", "text"}
    door = bot.doors["text"]
    assert isinstance(door, TextDoor)
    door.send(a_text(), NOW)
    assert len(office.standin.texts()) == 1
    bot.close()


def test_mail_through_notify_is_the_mail_door_where_there_is_no_mail_server(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = a_bot(monkeypatch, office, "TEXT", "MAIL")
    assert bot.doors.keys() == {"mail", "text"}
    assert isinstance(bot.doors["mail"], NotifyMailDoor)
    bot.close()


def test_a_mail_server_keeps_its_door(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://mail.ours.example:587")
    monkeypatch.setenv("CONVENOR_MAIL_FROM", "convenor@ours.example")
    bot = a_bot(monkeypatch, office, "TEXT", "MAIL")
    assert not isinstance(bot.doors["mail"], NotifyMailDoor)
    assert bot.doors.keys() == {"mail", "text"}
    bot.close()


@pytest.mark.usefixtures("installed")
def test_the_doctor_looks_at_notify(office: Office, monkeypatch: pytest.MonkeyPatch, shell: Shell) -> None:
    monkeypatch.setenv("GOVUK_NOTIFY_API_KEY", office.standin.key)
    monkeypatch.setenv("GOVUK_NOTIFY_URL", office.standin.url)
    monkeypatch.setenv("CONVENOR_NOTIFY_TEXT_TEMPLATE", office.text_template)
    assert "GOV.UK Notify takes our key, template and sender" in " ".join(shell("doctor").out.split())
    office.standin.revoke(office.standin.key)
    assert "GOV.UK Notify does not take our key" in " ".join(shell("doctor").out.split())
