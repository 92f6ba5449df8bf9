"""Mail through GOV.UK Notify, where there is no mail server: the same letters, found again, with nothing attached."""

from dataclasses import replace
from typing import Any

import pytest

from bot.mail.letters import Letterhead
from bot.notify.door import NO_ENTRY, NotifyMailDoor
from scheduler.doors import Gone, RetryAt, Sent, Unsure
from storage.records.message import Attached, Button, Message, MessageField
from tests.bot.notify.office import LESS, NOW, NURSE, Office, a_mail

CASE = Message(
    title="Ourshire: ABC-DEF",
    text="A serious child safeguarding incident has been notified.",
    fields=(MessageField(label="Ring", value="01234 567890"),),
    buttons=(Button(label="I have this", does="incident.answer"),),
    tone="alert",
    by_mail=LESS,
    link="link-1",
    link_code="123456",
)


def reference(result: object) -> str:
    assert isinstance(result, Sent)
    return result.reference


def test_a_mail_holds_title_words_facts_and_the_letterhead(office: Office) -> None:
    head = Letterhead("Ourshire Partnership", "Ring 999.")
    door = NotifyMailDoor(office.notify(), office.mail_template, head={"ours": head}.__getitem__)
    fields = (MessageField(label="By", value="Friday"),)
    message = Message(title="To do", text="Papers are due.", fields=fields)
    sent = reference(door.send(a_mail(message=message), NOW))
    [taken] = office.standin.mails()
    assert (taken.to, taken.subject, taken.reference) == (NURSE, "To do", sent)
    assert taken.body == "Papers are due.\n\nBy: Friday\n\n-----\nOurshire Partnership\n\nRing 999.\n"


def test_a_case_goes_with_the_words_for_mail_and_the_personal_link_and_nothing_else(office: Office) -> None:
    reference(office.mail_door().send(a_mail(message=CASE, about_case=True), NOW))
    [taken] = office.standin.mails()
    assert taken.subject == LESS.title
    words, _, foot = taken.body.partition("\n\n-----\n")
    assert words == (
        f"{LESS.text}\n\nAnswer here: https://convenor.example/l/link-1\n\nThe page asks for this code: 123456"
    )
    assert "999" in foot


def test_a_case_without_words_for_mail_is_not_told(office: Office) -> None:
    told = CASE.model_copy(update={"by_mail": None})
    assert isinstance(office.mail_door().send(a_mail(message=told, about_case=True), NOW), Gone)
    assert office.mail_door().find(a_mail(message=told, about_case=True), NOW) is None
    assert office.standin.asked == []


def test_a_calendar_entry_cannot_come_with_it_and_the_mail_says_so(office: Office) -> None:
    entry = Attached(name="meeting.ics", kind="calendar", text="BEGIN:VCALENDAR")
    message = Message(title="Executive", text="It meets on Friday.", attached=(entry,))
    reference(office.mail_door().send(a_mail(message=message), NOW))
    assert NO_ENTRY in office.standin.mails()[0].body


def test_what_was_sent_is_found_again(office: Office) -> None:
    office.standin.spoil("taken, then 500")
    door = office.mail_door()
    assert isinstance(door.send(a_mail(), NOW), Unsure)
    assert door.find(a_mail(), NOW) == office.standin.mails()[0].reference
    assert door.find(a_mail(text="Papers are out."), NOW) is None


def test_newer_words_go_as_another_mail_that_says_so_and_the_same_words_do_not(office: Office) -> None:
    door = office.mail_door()
    first = reference(door.send(a_mail(), NOW))
    assert door.edit(a_mail(), first, NOW) == Sent(first)
    second = reference(door.edit(a_mail(text="Papers are out."), first, NOW))
    assert door.edit(a_mail(text="Papers are out."), second, NOW) == Sent(second)
    assert [one.subject for one in office.standin.mails()] == ["To do", "To do (changed)"]


def test_a_message_that_first_went_by_another_door_is_a_new_mail_here(office: Office) -> None:
    reference(office.mail_door().edit(a_mail(), "C024BE91L/1700000000.000100", NOW))
    assert office.standin.mails()[0].subject == "To do"


def test_a_case_that_is_answered_by_somebody_else_sends_no_second_mail(office: Office) -> None:
    door = office.mail_door()
    first = reference(door.send(a_mail(message=CASE, about_case=True), NOW))
    answered = CASE.model_copy(update={"text": "Your agency has answered.", "buttons": ()})
    assert door.edit(a_mail(message=answered, about_case=True), first, NOW) == Sent(first)


@pytest.mark.parametrize("address", ["", "nurse", "a@b.example\r\nBcc: c@d.example", "a b@c.example"])
def test_what_is_no_address_is_never_written_to(office: Office, address: str) -> None:
    assert isinstance(office.mail_door().send(a_mail(address=address), NOW), Gone)
    assert office.standin.asked == []


def test_an_address_that_notify_does_not_take_is_over(office: Office) -> None:
    result = office.mail_door().send(a_mail(address="nurse@health.1234"), NOW)
    assert isinstance(result, Gone)
    assert "nurse" not in result.reason


def test_the_address_for_answers_is_asked_for(office: Office) -> None:
    right, wrong = office.standin.add_reply_to(), "00000000-0000-0000-0000-000000000000"
    results: dict[str, Any] = {
        id_: replace(office.mail_door(), reply_to=id_).send(a_mail(), NOW) for id_ in (right, wrong)
    }
    assert isinstance(results[right], Sent)
    assert isinstance(results[wrong], RetryAt)
