"""Text messages through GOV.UK Notify: only words made for a text, each once where that is known, and refusals."""

import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.mail.door import ALERT, LATER, SOON
from bot.notify.client import Notify
from bot.notify.door import MINUTE, TextDoor, number
from scheduler.doors import Gone, NotLooked, RetryAt, Sent, Unsure
from tests.bot.notify.office import BY_TEXT, NOW, NUMBER, Office, a_text

UNKNOWN = "00000000-0000-0000-0000-000000000000"


def reference(result: object) -> str:
    assert isinstance(result, Sent)
    return result.reference


def test_a_text_message_holds_the_words_for_a_text_and_no_others(office: Office) -> None:
    sent = reference(office.text_door().send(a_text(), NOW))
    [taken] = office.standin.texts()
    assert (taken.to, taken.body, taken.reference) == (NUMBER, BY_TEXT, sent)
    assert "ABC-DEF" not in f"{taken.body}{taken.reference}"


def test_what_has_no_words_for_a_text_is_not_sent(office: Office) -> None:
    assert office.text_door().send(a_text(words=" \n"), NOW) == Gone("a text message says nothing of this")
    assert office.standin.asked == []


def test_the_sender_of_the_settings_is_asked_for(office: Office) -> None:
    sender = office.standin.add_sender()
    assert isinstance(TextDoor(office.notify(), office.text_template, sender).send(a_text(), NOW), Sent)


@pytest.mark.parametrize(
    ("written", "taken"),
    [("07700 900123", NUMBER), ("+44 7700 900123", NUMBER), ("0044 (0)7700-900123", NUMBER), ("447700900123", NUMBER)],
)
def test_a_uk_mobile_number_may_be_written_in_several_ways(written: str, taken: str) -> None:
    assert number(written) == taken


@pytest.mark.parametrize(
    "written", ["", "nurse", "01632 960123", "0770090012", "077009001234", "+33612345678", "999", "٠7700900123"]
)
def test_nothing_is_sent_to_what_is_no_uk_mobile_number(office: Office, written: str) -> None:
    result = office.text_door().send(a_text(address=written), NOW)
    assert result == Gone("no text message can be sent to this number")
    assert office.standin.asked == []


# Once


def test_a_message_is_found_again_after_a_try_whose_answer_was_lost(office: Office) -> None:
    office.standin.spoil("taken, then drop")
    door = office.text_door()
    assert door.find(a_text(), NOW) is None
    assert isinstance(door.send(a_text(), NOW), Unsure)
    found = door.find(a_text(), NOW)
    assert found == office.standin.texts()[0].reference
    assert door.find(a_text(key="ours:other"), NOW) is None


def test_a_try_that_was_not_taken_is_not_found(office: Office) -> None:
    office.standin.spoil("drop")
    assert isinstance(office.text_door().send(a_text(), NOW), Unsure)
    assert office.text_door().find(a_text(), NOW) is None


def test_newer_words_go_as_another_text_and_the_same_words_do_not(office: Office) -> None:
    door = office.text_door()
    first = reference(door.send(a_text(), NOW))
    assert door.edit(a_text(), first, NOW) == Sent(first)
    second = reference(door.edit(a_text(words="Ourshire: somebody has answered."), first, NOW))
    assert second != first
    door.delete(a_text(), second)
    assert [one.body for one in office.standin.texts()] == [BY_TEXT, "Ourshire: somebody has answered."]


def test_eight_workers_send_at_once_and_each_text_arrives_once(office: Office) -> None:
    door = office.text_door()
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda key: door.send(a_text(key=f"ours:{key}"), NOW), range(40)))
    assert sorted(map(reference, results)) == sorted(str(one.reference) for one in office.standin.texts())
    assert len(set(results)) == 40


# What refusals and failures mean


@pytest.mark.parametrize("how", ["500", "502", "504", "taken, then 500", "taken, then drop", "drop"])
def test_a_failure_while_notify_was_at_it_leaves_it_unsure(office: Office, how: str) -> None:
    office.standin.spoil(how)
    assert isinstance(office.text_door().send(a_text(), NOW), Unsure)


@pytest.mark.parametrize("how", ["silence", "taken, then silence"])
def test_silence_leaves_it_unsure_after_a_while(office: Office, how: str) -> None:
    office.standin.spoil(how)
    result = office.text_door(timeout=0.3).send(a_text(), NOW)
    assert result == Unsure("no answer came back from GOV.UK Notify")


def test_a_slow_answer_is_waited_for(office: Office) -> None:
    office.standin.slow = 1.0
    assert isinstance(office.text_door().send(a_text(), NOW), Sent)


def test_a_notify_that_is_busy_or_out_of_reach_took_nothing(office: Office) -> None:
    office.standin.spoil("503")
    busy = office.text_door().send(a_text(lane="post"), NOW)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        nobody = Notify(office.standin.key, f"http://127.0.0.1:{one.getsockname()[1]}", 2)
        away = TextDoor(nobody, office.text_template).send(a_text(lane="post"), NOW)
    unknown = Notify(office.standin.key, "http://notify.invalid", 2)
    nowhere = TextDoor(unknown, office.text_template).send(a_text(lane="post"), NOW)
    assert [result.at for result in (busy, away, nowhere) if isinstance(result, RetryAt)] == [NOW + SOON] * 3


def test_a_limit_of_a_minute_waits_a_minute_and_one_of_a_day_an_hour(office: Office) -> None:
    office.standin.rate = 0
    assert office.text_door().send(a_text(lane="post"), NOW) == RetryAt(
        NOW + MINUTE, "GOV.UK Notify asked to wait: too many messages in a minute (it answered 429)"
    )
    office.standin.rate, office.standin.day_limit = 10, 0
    result = office.text_door().send(a_text(lane="post"), NOW)
    assert isinstance(result, RetryAt)
    assert (result.at, "day's limit" in result.reason) == (NOW + LATER, True)


def test_what_somebody_has_to_mend_is_tried_again_and_says_what_it_is(office: Office) -> None:
    standin, words = office.standin, a_text(lane="post")
    asks = standin.add_template("sms", "((name)): ((message))")
    standin.revoke(standin.key)
    fresh = office.notify(standin.add_key("live"))
    tries = {
        "key": office.text_door().send(words, NOW),
        "our template": TextDoor(fresh, UNKNOWN).send(words, NOW),
        "wrong kind": TextDoor(fresh, office.mail_template).send(words, NOW),
        "do not fill in": TextDoor(fresh, asks).send(words, NOW),
        "our sender": TextDoor(fresh, office.text_template, UNKNOWN).send(words, NOW),
        "own team": TextDoor(office.notify(standin.team_key), office.text_template).send(words, NOW),
        "too long": TextDoor(fresh, office.text_template).send(a_text(words="a" * 919, lane="post"), NOW),
    }
    standin.service.sends = {"email"}
    tries["may not send"] = TextDoor(fresh, office.text_template).send(words, NOW)
    standin.clock_off = 300
    tries["clock"] = TextDoor(fresh, office.text_template).send(words, NOW)
    for says, result in tries.items():
        assert isinstance(result, RetryAt), says
        assert (result.at, says in result.reason) == (NOW + LATER, True), result.reason
    assert standin.taken == []


def test_an_alert_never_waits_longer_than_a_minute(office: Office) -> None:
    office.standin.revoke(office.standin.key)
    result = office.text_door().send(a_text(), NOW)
    assert isinstance(result, RetryAt)
    assert result.at == NOW + ALERT


def test_a_number_that_notify_does_not_take_is_over_and_is_not_told(office: Office) -> None:
    office.standin.service.not_valid = {f"44{NUMBER[1:]}"}
    result = office.text_door().send(a_text(), NOW)
    assert result == Gone("GOV.UK Notify does not send to this number or address (it answered 400)")


def test_a_refusal_whose_reason_is_not_known_ends_no_number(office: Office) -> None:
    office.standin.spoil("400")
    assert isinstance(office.text_door().send(a_text(), NOW), RetryAt)


def test_where_notify_cannot_be_asked_nothing_is_sent_on_a_guess(office: Office) -> None:
    office.standin.spoil("500", method="GET")
    with pytest.raises(NotLooked) as told:
        office.text_door().find(a_text(), NOW)
    assert told.value.result == RetryAt(NOW + ALERT, "GOV.UK Notify failed while it was at it (it answered 500)")
    with pytest.raises(NotLooked) as told:
        office.standin.spoil("503", method="GET")
        office.text_door().find(a_text(lane="post"), NOW)
    assert isinstance(told.value.result, RetryAt)
    assert told.value.result.at == NOW + timedelta(minutes=5)


# Secrecy


def test_the_log_holds_no_number_no_words_and_nothing_that_notify_says(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        TextDoor(office.notify(), UNKNOWN).send(a_text(), NOW)
        TextDoor(office.notify("live-" + "-".join([UNKNOWN] * 2)), UNKNOWN).send(a_text(), NOW)
    ours = [record for record in caplog.records if record.name.startswith(("bot.", "notifications"))]
    assert [(vars(one)["error"], vars(one)["kind"]) for one in ours] == [
        ("template 400", "incident-alert"),
        ("key 403", "incident-alert"),
    ]
    everything = " ".join(str(vars(record)) for record in caplog.records)
    assert not any(word in everything for word in (NUMBER, "alert waits", "Template not found", office.standin.key))


def test_the_key_does_not_show_where_a_door_is_printed(office: Office) -> None:
    assert office.standin.key not in repr(office.text_door())
