"""Notifying from our own page, without an account: it waits, encrypted, until its address is confirmed by mail."""

import hashlib
import secrets
from datetime import datetime, timedelta

from storage.records import incidents, notifications, people
from storage.records.incidents import Case, Words
from storage.records.message import Less, Message
from storage.records.notifications import Notification
from storage.records.people import Person
from storage.records.sealing import NotOpened

from . import links
from .action import Action, Form
from .cases import clock_words
from .danger import not_the_way
from .incidents import Opening
from .notifying import Notified, checked, known_or_entered, meanwhile, open_with, received, write_received
from .notifying_checks import problems
from .notifying_forms import BEGIN, told_of
from .permissions import TIME_ONLY
from .refusals import Refused
from .words import rendered
from .work import Work

CONFIRM_HOURS = 24
"""How long what was filled in on our page waits to be confirmed."""

MOST_AN_HOUR = 3
"""How often in an hour one address is written to."""


class Begun(Notified):
    """The same from our own page: who writes, and words about the case where the arrangements allow them."""

    notifier_name: str
    notifier_role: str
    notifier_email: str
    words: str = ""


class Confirmed(Form):
    """What was filled in on our page, by the id that stands in its link's record ("notification:ID")."""

    notification: str


def _begin(work: Work, form: Begun) -> Message:
    given = form.model_dump()
    checked(work, given, problems(work, given))
    if work.seal is None or not {"mail", "pages"} <= work.ways:
        raise Refused(f"This page cannot write to you, so nothing can be notified on it. {meanwhile(work)}")
    address = _hashed(form.notifier_email)
    if notifications.made_since(work.scope.session, address, work.now - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise Refused(f"We have written to that address {MOST_AN_HOUR} times in this hour. {meanwhile(work)}")
    person = known_or_entered(work, form.notifier_email, form.notifier_name)
    assert person is not None
    ends = work.now + timedelta(hours=CONFIRM_HOURS)
    row = Notification(
        id=secrets.token_urlsafe(16),
        partnership=work.scope.partnership,
        address=address,
        sealed=work.seal.close({"form": form.model_dump(mode="json"), "person": person.id}),
        made_at=work.now,
        expires_at=ends,
    )
    work.scope.session.add(row)
    work.note(record_of(row), person=person.id)
    _ask_to_confirm(work, row, person, ends)
    return Message(
        title="Look into your mail",
        text="Nothing has been notified yet. We have written to you: open the link in the letter and confirm it there.",
    )


def record_of(row: Notification) -> str:
    """The key of a notification that waits, which its link is about."""
    return f"notification:{row.id}"


def _ask_to_confirm(work: Work, row: Notification, person: Person, ends: datetime) -> None:
    link, code = links.make(work, person.id, "notified", record_of(row), hours=CONFIRM_HOURS)
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "until": clock_words(work, ends),
        "help": not_the_way([work.arrangements]),
    }
    title, text = rendered(CONFIRM, "title", data), rendered(CONFIRM, "text", data)
    work.send(
        person.id,
        CONFIRM,
        Message(title=title, text=text, by_mail=Less(title=title, text=text), link=link, link_code=code),
        post="",
        key=f"{CONFIRM}:{row.id}",
        record=record_of(row),
        why="what was filled in on our page is notified once its address is confirmed",
        source="",
        through="mail",
        about_case=False,
        expires_at=ends,
    )


CONFIRM = "confirm-notification"


def _confirm(work: Work, form: Confirmed) -> Message:
    row = notifications.get(work.scope.session, form.notification)
    if row is None or row.partnership != work.scope.partnership or (row.expires_at <= work.now and not row.reference):
        raise Refused(f"This can no longer be confirmed. {meanwhile(work)}")
    if row.reference:
        work.note(f"incident:{row.reference}")
        case = incidents.find(work.scope, row.reference)
        assert case is not None
        return received(work, case)
    kept = _opened(work, row)
    begun = Begun.model_validate(kept["form"])
    given = begun.model_dump()
    pathway = checked(work, given, problems(work, given))
    opening = Opening({}, told=told_of(work, given), came_by="web", received_at=work.now, notifier=str(kept["person"]))
    case = open_with(work, pathway, given, opening)
    _keep_words(work, case, begun.words, str(kept["person"]))
    row.reference, row.confirmed_at, row.sealed = case.reference, work.now, ""
    work.scope.session.add(row)
    if (person := people.get(work.scope.session, str(kept["person"]))) is not None:
        write_received(work, case, person, pathway)
    return received(work, case)


def _opened(work: Work, row: Notification) -> dict[str, object]:
    try:
        return work.seal.open(row.sealed) if work.seal is not None else {}
    except NotOpened:
        raise Refused(f"What was filled in can no longer be opened. {meanwhile(work)}") from None


def _keep_words(work: Work, case: Case, text: str, person: str) -> None:
    """Keeps words about the case, encrypted, where the arrangements allow them on our own page."""
    if not text or work.seal is None or not work.arrangements.pathway(case.pathway).words:
        return
    work.scope.session.add(
        Words(
            partnership=case.partnership,
            reference=case.reference,
            person=person,
            sealed=work.seal.close({"text": text}),
            at=work.now,
        )
    )


def _hashed(email: str) -> str:
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()


ACTIONS = (
    Action(BEGIN, Begun, _begin, TIME_ONLY, "keep what was filled in on our page until it is confirmed by mail"),
    Action("notification.confirm", Confirmed, _confirm, TIME_ONLY, "notify what was confirmed by mail"),
)
