"""The stand-in GOV.UK Notify refuses what the real one refuses, for the real client library over real sockets."""

import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
import requests
import time_machine
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from tests.standins.notify import PAGE, StandIn

NUMBER = "07700900123"
NURSE = "designated.nurse@health.example"


@pytest.fixture
def notify() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


@pytest.fixture
def text(notify: StandIn) -> str:
    return notify.add_template("sms", "((message))")


@pytest.fixture
def mail(notify: StandIn) -> str:
    return notify.add_template("email", "((body))", "((subject))")


def a_client(notify: StandIn, key: str = "", timeout: float = 5) -> Any:
    return NotificationsAPIClient(key or notify.key, base_url=notify.url, timeout=timeout)


def refused(does: Any, *arguments: Any, **named: Any) -> tuple[int, list[tuple[str, str]]]:
    with pytest.raises(HTTPError) as error:
        does(*arguments, **named)
    answer = error.value.response
    return answer.status_code, [(one["error"], one["message"]) for one in answer.json()["errors"]]


# Tokens


def asked_with(notify: StandIn, **claims: Any) -> tuple[int, str]:
    secret = claims.pop("secret", notify.key[-36:])
    algorithm = claims.pop("algorithm", "HS256")
    claims = {"iss": notify.service.id, "iat": int(time.time())} | claims
    token = jwt.encode({k: v for k, v in claims.items() if v is not None}, secret, algorithm=algorithm)
    answer = requests.get(f"{notify.url}/v2/notifications", headers={"Authorization": f"Bearer {token}"}, timeout=5)
    return answer.status_code, "" if answer.ok else answer.json()["errors"][0]["message"]


def test_a_right_token_is_taken(notify: StandIn) -> None:
    assert asked_with(notify) == (200, "")


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"secret": "0" * 36}, "API key not found"),
        ({"iss": None}, "iss field not provided"),
        ({"iss": "00000000-0000-0000-0000-000000000000"}, "service not found"),
        ({"iat": None}, "Invalid token"),
        ({"iat": int(time.time()) - 90}, "system clock"),
        ({"iat": int(time.time()) + 90}, "system clock"),
        ({"algorithm": "HS512", "secret": "0" * 64}, "algorithm used is not HS256"),
    ],
)
def test_a_wrong_token_is_refused_with_its_reason(notify: StandIn, claims: dict[str, Any], says: str) -> None:
    status, said = asked_with(notify, **claims)
    assert status == 403
    assert says in said


def test_a_request_without_a_token_is_refused(notify: StandIn) -> None:
    answer = requests.get(f"{notify.url}/v2/notifications", timeout=5)
    assert answer.status_code == 401
    answer = requests.get(f"{notify.url}/v2/notifications", headers={"Authorization": "Basic abc"}, timeout=5)
    assert answer.status_code == 401
    answer = requests.get(f"{notify.url}/v2/notifications", headers={"Authorization": "Bearer abc"}, timeout=5)
    assert answer.status_code == 403


def test_a_key_that_was_taken_back_is_refused(notify: StandIn, text: str) -> None:
    notify.revoke(notify.key)
    status, errors = refused(a_client(notify).send_sms_notification, NUMBER, text, {"message": "Ring."})
    assert (status, errors) == (403, [("AuthError", "Invalid token: API key revoked")])


# Messages


def test_a_text_message_is_taken_and_shows_what_was_filled_in(notify: StandIn, text: str) -> None:
    answer = a_client(notify).send_sms_notification(NUMBER, text, {"Mes sage": "Ring."}, "ours")
    [sent] = notify.texts()
    assert (answer["id"], answer["reference"], answer["content"]["body"]) == (sent.id, "ours", "Ring.")
    assert (sent.to, sent.body, sent.reference) == (NUMBER, "Ring.", "ours")


def test_a_mail_is_taken_with_its_subject(notify: StandIn, mail: str) -> None:
    a_client(notify).send_email_notification(NURSE, mail, {"subject": "To do", "body": "Papers are due."})
    [sent] = notify.mails()
    assert (sent.to, sent.subject, sent.body) == (NURSE, "To do", "Papers are due.")


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("077009001", "Not enough digits"),
        ("0770090012345", "Too many digits"),
        ("nurse", "Must not contain letters or symbols"),
        ("01632960123", "Not a UK mobile number"),
        ("+33612345678", "Cannot send to international mobile numbers"),
    ],
)
def test_a_wrong_number_is_refused(notify: StandIn, text: str, number: str, says: str) -> None:
    status, errors = refused(a_client(notify).send_sms_notification, number, text, {"message": "Ring."})
    assert status == 400
    assert says in errors[0][1]
    assert notify.taken == []


@pytest.mark.parametrize("number", ["07700 900123", "+44 7700 900123", "00447700900123", "(07700) 900-123"])
def test_a_number_may_be_written_in_several_ways(notify: StandIn, text: str, number: str) -> None:
    a_client(notify).send_sms_notification(number, text, {"message": "Ring."})
    assert len(notify.texts()) == 1


@pytest.mark.parametrize("address", ["nurse", "a@b", "a@b..example", "a b@c.example", ""])
def test_a_wrong_address_is_refused(notify: StandIn, mail: str, address: str) -> None:
    personal = {"subject": "To do", "body": "Due."}
    status, errors = refused(a_client(notify).send_email_notification, address, mail, personal)
    assert (status, errors) == (400, [("ValidationError", "email_address Not a valid email address")])


def test_templates_that_are_not_there_deleted_or_of_another_kind_are_refused(
    notify: StandIn, text: str, mail: str
) -> None:
    client, words = a_client(notify), {"message": "Ring."}
    gone = notify.add_template("sms", "((message))", deleted=True)
    unknown = "00000000-0000-0000-0000-000000000000"
    says = [refused(client.send_sms_notification, NUMBER, one, words)[1][0][1] for one in (unknown, gone, mail, "x")]
    assert says == [
        "Template not found",
        "Template has been deleted",
        "email template is not suitable for sms notification",
        "template_id is not a valid UUID",
    ]


def test_a_blank_that_is_not_filled_in_is_named(notify: StandIn) -> None:
    asks = notify.add_template("sms", "((name)), ((message))")
    assert refused(a_client(notify).send_sms_notification, NUMBER, asks, {"message": "Ring."}) == (
        400,
        [("BadRequestError", "Missing personalisation: name")],
    )


def test_a_text_message_that_is_too_long_or_empty_is_refused(notify: StandIn, text: str) -> None:
    client = a_client(notify)
    client.send_sms_notification(NUMBER, text, {"message": "a" * 918})
    assert "cannot be longer" in refused(client.send_sms_notification, NUMBER, text, {"message": "a" * 919})[1][0][1]
    assert "is empty" in refused(client.send_sms_notification, NUMBER, text, {"message": " "})[1][0][1]


def test_a_sender_that_is_not_the_service_s_is_refused(notify: StandIn, text: str, mail: str) -> None:
    client, unknown = a_client(notify), "00000000-0000-0000-0000-000000000000"
    client.send_sms_notification(NUMBER, text, {"message": "Ring."}, None, notify.add_sender())
    said = refused(client.send_sms_notification, NUMBER, text, {"message": "Ring."}, None, unknown)[1][0][1]
    assert f"sms_sender_id {unknown} does not exist" in said
    personal = {"subject": "To do", "body": "Due."}
    said = refused(client.send_email_notification, NURSE, mail, personal, None, unknown)[1][0][1]
    assert f"email_reply_to_id {unknown} does not exist" in said


def test_a_team_key_and_a_service_on_trial_send_to_the_team_only(notify: StandIn, text: str) -> None:
    notify.service.members = {"+44 7700 900999"}
    team = a_client(notify, notify.team_key)
    team.send_sms_notification("07700900999", text, {"message": "Ring."})
    assert "team-only API key" in refused(team.send_sms_notification, NUMBER, text, {"message": "Ring."})[1][0][1]
    notify.service.trial = True
    said = refused(a_client(notify).send_sms_notification, NUMBER, text, {"message": "Ring."})[1][0][1]
    assert "trial mode" in said


def test_a_service_that_may_not_send_texts_sends_none(notify: StandIn, text: str) -> None:
    notify.service.sends = {"email"}
    said = refused(a_client(notify).send_sms_notification, NUMBER, text, {"message": "Ring."})[1][0][1]
    assert said == "Service is not allowed to send text messages"


def test_what_is_no_field_of_a_message_is_refused(notify: StandIn, text: str) -> None:
    form = {"phone_number": NUMBER, "template_id": text, "personalisation": {"message": "a"}, "urgent": True}
    status, errors = refused(a_client(notify).post, "/v2/notifications/sms", form)
    assert status == 400
    assert "urgent was unexpected" in errors[0][1]
    assert refused(a_client(notify).post, "/v2/notifications/sms", {})[1] == [
        ("ValidationError", "phone_number is a required property"),
        ("ValidationError", "template_id is a required property"),
    ]


def test_the_trial_recipients_are_looked_at_and_nothing_is_kept(notify: StandIn, text: str, mail: str) -> None:
    client = a_client(notify)
    client.send_sms_notification("07700900000", text, {"message": "Ring."})
    personal = {"subject": "To do", "body": "Due."}
    client.send_email_notification("simulate-delivered@notifications.service.gov.uk", mail, personal)
    assert notify.taken == []


def test_limits_of_a_minute_and_of_a_day_are_answered_with_429(notify: StandIn, text: str) -> None:
    client, words = a_client(notify), {"message": "Ring."}
    notify.rate = 1
    client.send_sms_notification(NUMBER, text, words)
    assert refused(client.send_sms_notification, NUMBER, text, words)[1][0][0] == "RateLimitError"
    notify.rate, notify.day_limit = 100, 1
    status, errors = refused(client.send_sms_notification, NUMBER, text, words)
    assert (status, errors[0][1]) == (429, "Exceeded send limits (sms: 1) for today")


# Looking


def test_what_was_sent_is_found_by_reference_for_the_same_kind_of_key(notify: StandIn, text: str) -> None:
    client = a_client(notify)
    client.send_sms_notification(NUMBER, text, {"message": "Ring."}, "ours")
    assert [one["reference"] for one in client.get_all_notifications(reference="ours")["notifications"]] == ["ours"]
    assert client.get_all_notifications(reference="other")["notifications"] == []
    other = a_client(notify, notify.test_key)
    assert other.get_all_notifications(reference="ours")["notifications"] == []
    assert client.get_notification_by_id(notify.taken[0].id)["status"] == "sending"


def test_failures_are_found_by_status_and_with_a_test_key_made_by_the_number(notify: StandIn, text: str) -> None:
    client = a_client(notify)
    client.send_sms_notification(NUMBER, text, {"message": "Ring."}, "ours")
    notify.fails(notify.taken[0], "permanent-failure")
    found = client.get_all_notifications(status=["permanent-failure", "technical-failure"])["notifications"]
    assert [one["status"] for one in found] == ["permanent-failure"]
    test = a_client(notify, notify.test_key)
    for number in ("07700900001", "07700900002", "07700900003"):
        test.send_sms_notification(number, text, {"message": "Ring."})
    ended = [one["status"] for one in test.get_all_notifications()["notifications"]]
    assert ended == ["temporary-failure", "permanent-failure", "delivered"]


def test_long_lists_come_in_pages_newest_first(notify: StandIn, text: str) -> None:
    client = a_client(notify)
    client.send_sms_notification(NUMBER, text, {"message": "Ring."}, "0")
    [first] = notify.service.taken
    notify.service.taken += [
        type(first)(**(vars(first) | {"id": str(uuid.uuid4()), "reference": str(number)}))
        for number in range(1, PAGE + 50)
    ]
    found = [int(one["reference"]) for one in client.get_all_notifications_iterator()]
    assert found == list(range(PAGE + 49, -1, -1))
    assert len(notify.asked) == 1 + 3


def test_after_a_week_nothing_is_kept(notify: StandIn, text: str) -> None:
    client = a_client(notify)
    client.send_sms_notification(NUMBER, text, {"message": "Ring."}, "ours")
    with time_machine.travel(notify.taken[0].created_at + timedelta(days=8)):
        assert client.get_all_notifications(reference="ours")["notifications"] == []


def test_a_question_with_an_unknown_part_is_refused(notify: StandIn) -> None:
    client = a_client(notify)
    assert refused(client.get, "/v2/notifications?colour=red")[0] == 400
    assert refused(client.get, "/v2/notifications?status=lost")[0] == 400
    assert refused(client.get, "/v2/letters")[0] == 404


def test_a_template_shows_what_it_asks_for(notify: StandIn, mail: str) -> None:
    found = a_client(notify).get_template(mail)
    assert (found["type"], list(found["personalisation"])) == ("email", ["subject", "body"])
    assert refused(a_client(notify).get_template, "00000000-0000-0000-0000-000000000000")[0] == 404


# Trouble


@pytest.mark.parametrize(("how", "taken"), [("503", 0), ("500", 0), ("taken, then 500", 1)])
def test_it_fails_before_or_after_a_message_is_taken(notify: StandIn, text: str, how: str, taken: int) -> None:
    notify.spoil(how)
    status, _ = refused(a_client(notify).send_sms_notification, NUMBER, text, {"message": "Ring."})
    assert (status, len(notify.taken)) == (int(how[-3:]), taken)
    a_client(notify).send_sms_notification(NUMBER, text, {"message": "Ring."})
    assert len(notify.taken) == taken + 1


@pytest.mark.parametrize(
    ("how", "taken"), [("drop", 0), ("taken, then drop", 1), ("silence", 0), ("taken, then silence", 1)]
)
def test_it_breaks_off_or_falls_silent(notify: StandIn, text: str, how: str, taken: int) -> None:
    notify.spoil(how)
    with pytest.raises(HTTPError) as error:
        a_client(notify, timeout=0.3).send_sms_notification(NUMBER, text, {"message": "Ring."})
    assert error.value.response is None
    assert len(notify.taken) == taken


def test_it_can_be_slow(notify: StandIn, text: str) -> None:
    notify.slow = 0.4
    began = time.monotonic()
    a_client(notify).send_sms_notification(NUMBER, text, {"message": "Ring."})
    assert time.monotonic() - began >= 0.4


def test_its_clock_may_be_another_than_ours(notify: StandIn, text: str) -> None:
    notify.clock_off = 120
    status, errors = refused(a_client(notify).send_sms_notification, NUMBER, text, {"message": "Ring."})
    assert status == 403
    assert "system clock" in errors[0][1]
