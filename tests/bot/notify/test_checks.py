"""What the doctor says of GOV.UK Notify: a line for each thing, with what to do, and nothing is sent."""

from typing import Any

import pytest

from bot import settings as settings_
from bot.notify.checks import checks
from tests.bot.notify.office import Office

UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def given(office: Office, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings with the office's own, and others in their place: `given(text="...")`."""

    def read(**others: str) -> settings_.Settings:
        names = {
            "key": "GOVUK_NOTIFY_API_KEY",
            "text": "CONVENOR_NOTIFY_TEXT_TEMPLATE",
            "mail": "CONVENOR_NOTIFY_MAIL_TEMPLATE",
            "sender": "CONVENOR_NOTIFY_TEXT_SENDER",
            "reply_to": "CONVENOR_NOTIFY_MAIL_REPLY_TO",
        }
        ours = {"key": office.standin.key, "text": office.text_template, "mail": office.mail_template}
        monkeypatch.setenv("GOVUK_NOTIFY_URL", office.standin.url)
        for name, value in (ours | others).items():
            monkeypatch.setenv(names[name], value)
        return settings_.read()

    return read


def said(settings: settings_.Settings) -> list[tuple[str, str, str]]:
    return [(one.name, one.state, f"{one.sentence} {one.todo}") for one in checks(settings, 2)]


def test_all_is_well_and_nothing_was_sent(office: Office, given: Any) -> None:
    found = said(given(sender=office.standin.add_sender(), reply_to=office.standin.add_reply_to()))
    assert [(name, state) for name, state, _ in found] == [("text", "OK"), ("mail", "OK")]
    assert office.standin.taken == []
    assert len([one for one in office.standin.asked if one.startswith("POST")]) == 2


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ({"text": UNKNOWN}, "no template with the id in CONVENOR_NOTIFY_TEXT_TEMPLATE"),
        ({"sender": UNKNOWN}, "does not have our sender"),
        ({"reply_to": UNKNOWN}, "the address for answers"),
        ({"key": f"ours-{UNKNOWN}-{UNKNOWN}"}, "does not take our key"),
    ],
)
def test_what_is_not_there_is_said(given: Any, others: dict[str, str], says: str) -> None:
    wrong = [words for _, state, words in said(given(**others)) if state == "wrong"]
    assert wrong
    assert all(says in words for words in wrong)


def test_a_template_of_another_kind_or_with_other_blanks_is_said(office: Office, given: Any) -> None:
    standin = office.standin
    swapped = given(text=office.mail_template, mail=office.text_template)
    assert [state for _, state, _ in said(swapped)] == ["wrong", "wrong"]
    other = standin.add_template("sms", "Dear ((name))")
    [text, _] = said(given(text=other, mail=office.mail_template))
    assert "lacks ((message)) and asks for ((name)), which is not filled in" in text[2]
    loosely = standin.add_template("sms", "((Message))")
    assert said(given(text=loosely))[0][1] == "OK"


def test_a_key_that_reaches_only_the_team_is_said(office: Office, given: Any) -> None:
    assert "own team only" in said(given(key=office.standin.team_key))[0][2]
    office.standin.service.trial = True
    assert "trial mode" in said(given(key=office.standin.key))[0][2]


def test_a_clock_that_is_off_a_service_that_may_not_and_a_limit_are_said(office: Office, given: Any) -> None:
    settings = given()
    office.standin.service.sends = {"email"}
    assert "may not send this kind" in said(settings)[0][2]
    office.standin.service.sends, office.standin.day_limit = {"sms", "email"}, 0
    assert "day's limit" in said(settings)[0][2]
    office.standin.clock_off = 300
    assert "clock is more than 30 seconds" in said(settings)[0][2]


def test_a_notify_that_does_not_answer_is_one_line_for_each_door(office: Office, given: Any) -> None:
    settings = given()
    office.standin.spoil("503", 2, method="GET")
    assert [state for _, state, _ in said(settings)] == ["wrong", "wrong"]
    assert said(settings)[0][1] == "OK"


def test_a_mail_template_beside_a_mail_server_is_not_used_and_that_is_said(
    given: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://mail.ours.example:587")
    monkeypatch.setenv("CONVENOR_MAIL_FROM", "convenor@ours.example")
    assert [(name, state) for name, state, _ in said(given())] == [("mail", "look"), ("text", "OK")]
