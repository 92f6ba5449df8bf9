"""One service at the stand-in: its templates, senders and limits, what it took, and how a message is looked at."""

import re
import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

LONGEST_TEXT = 918
LONGEST_REFERENCE = 1000
PAGE = 250
KEPT_DAYS = 7
STATUSES = {
    "cancelled", "created", "sending", "sent", "delivered", "pending", "failed", "technical-failure",
    "temporary-failure", "permanent-failure", "pending-virus-check", "validation-failed", "virus-scan-failed",
    "returned-letter", "accepted", "received",
}  # fmt: skip

TRIAL_NUMBERS = {"447700900000", "447700900111", "447700900222"}
TRIAL_ADDRESSES = {f"simulate-delivered{end}@notifications.service.gov.uk" for end in ("", "-2", "-3")}
FAIL_WITH_A_TEST_KEY = {
    "447700900002": "permanent-failure",
    "447700900003": "temporary-failure",
    "perm-fail@simulator.notify": "permanent-failure",
    "temp-fail@simulator.notify": "temporary-failure",
}

_BLANK = re.compile(r"\({2}([^()]+)\){2}")
_ADDRESS = re.compile(r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~\-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}", re.I)
_FORMS: Mapping[str, Mapping[str, str]] = {
    "sms": {"phone_number": "number", "template_id": "id", "sms_sender_id": "id"},
    "email": {
        "email_address": "address",
        "template_id": "id",
        "email_reply_to_id": "id",
        "one_click_unsubscribe_url": "url",
        "sanitise_content_for": "list",
    },
}
_BOTH = {"reference": "reference", "personalisation": "object", "scheduled_for": "time"}
_NEEDED = {"sms": ("phone_number", "template_id"), "email": ("email_address", "template_id")}


class Refused(Exception):
    """An answer that is no: its status, and each error with its name and words."""

    def __init__(self, status: int, *errors: tuple[str, str]) -> None:
        super().__init__(str(errors))
        self.status = status
        self.errors = errors


@dataclass(frozen=True)
class Template:
    """A template: "sms" or "email", with its blanks in double brackets."""

    id: str
    kind: str
    content: str
    subject: str = ""
    deleted: bool = False

    @property
    def blanks(self) -> list[str]:
        """The names that it asks for, in their order."""
        return list(dict.fromkeys(_BLANK.findall(f"{self.subject}{self.content}")))


@dataclass
class Sent:
    """A message that was taken. `status`: how it stands; `kind`: "sms" or "email"; `key_kind`: that of its key."""

    id: str
    kind: str
    to: str
    body: str
    subject: str
    reference: str | None
    template: str
    key_kind: str
    created_at: datetime
    status: str = "sending"

    def as_json(self) -> dict[str, Any]:
        """The message as the list shows it."""
        lines = {f"line_{number}": None for number in range(1, 7)}
        return {
            "id": self.id,
            "reference": self.reference,
            "email_address": self.to if self.kind == "email" else None,
            "phone_number": self.to if self.kind == "sms" else None,
            **lines,
            "postcode": None,
            "type": self.kind,
            "status": self.status,
            "template": {"id": self.template, "version": 1, "uri": ""},
            "body": self.body,
            "subject": self.subject or None,
            "created_at": stamp(self.created_at),
            "sent_at": None,
            "completed_at": None,
            "scheduled_for": None,
            "is_cost_data_ready": False,
        }


def stamp(moment: datetime) -> str:
    """A time as Notify writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Service:
    """A service. `members`: numbers and addresses that a team key, or a service on trial, may send to."""

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    templates: dict[str, Template] = field(default_factory=dict)
    senders: dict[str, str] = field(default_factory=dict)
    reply_tos: dict[str, str] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    sends: set[str] = field(default_factory=lambda: {"sms", "email"})
    trial: bool = False
    not_valid: set[str] = field(default_factory=set)
    """Numbers that nobody has been given, such as 447000000000."""
    taken: list[Sent] = field(default_factory=list)

    def take(self, kind: str, form: Any, key_kind: str, now: datetime) -> tuple[Sent, bool]:
        """Looks at a message as the real service does, in its order. The second: whether it is kept and sent."""
        checked_form(kind, form, self.not_valid)
        if kind not in self.sends:
            raise bad(f"Service is not allowed to send {'text messages' if kind == 'sms' else 'emails'}")
        template = self._template(kind, form["template_id"])
        subject, body = filled(template, form.get("personalisation") or {})
        self._sender(kind, form)
        to = self._recipient(kind, form, key_kind)
        if kind == "sms" and len(body) > LONGEST_TEXT:
            raise bad(
                f"Your message is too long. Text messages cannot be longer than {LONGEST_TEXT} characters. "
                f"Your message is {len(body)} characters long."
            )
        given = form["phone_number" if kind == "sms" else "email_address"]
        sent = Sent(str(uuid.uuid4()), kind, given, body, subject, form.get("reference"), template.id, key_kind, now)
        if key_kind == "test":
            sent.status = FAIL_WITH_A_TEST_KEY.get(to, "delivered")
        return sent, to not in TRIAL_NUMBERS | TRIAL_ADDRESSES

    def _template(self, kind: str, id_: str) -> Template:
        found = self.templates.get(id_)
        if found is None:
            raise bad("Template not found")
        if found.kind != kind:
            raise bad(f"{found.kind} template is not suitable for {kind} notification")
        if found.deleted:
            raise bad("Template has been deleted")
        return found

    def _sender(self, kind: str, form: Mapping[str, Any]) -> None:
        name, known = ("sms_sender_id", self.senders) if kind == "sms" else ("email_reply_to_id", self.reply_tos)
        if form.get(name) and form[name] not in known:
            raise bad(f"{name} {form[name]} does not exist in database for service id {self.id}")

    def _recipient(self, kind: str, form: Mapping[str, Any], key_kind: str) -> str:
        given = form["phone_number"] if kind == "sms" else form["email_address"].strip().lower()
        to = mobile(given) if kind == "sms" else given
        if key_kind == "team" and to not in self._members():
            raise bad("Can’t send to this recipient using a team-only API key")
        if key_kind == "live" and self.trial and to not in self._members():
            where = "see https://www.notifications.service.gov.uk/trial-mode"
            raise bad(f"Can’t send to this recipient when service is in trial mode – {where}")
        if kind == "sms" and not re.fullmatch(r"447\d{9}", to):
            if not to.startswith("44"):
                raise bad("Cannot send to international mobile numbers")
            raise Refused(400, ("InvalidPhoneError", "Not a UK mobile number"))
        return to

    def _members(self) -> set[str]:
        return {mobile(each) if "@" not in each else each.lower() for each in self.members}

    def listed(self, query: Mapping[str, Sequence[str]], key_kind: str, now: datetime) -> list[Sent]:
        """A page of what was taken with keys of that kind, newest first."""
        unknown = query.keys() - {"reference", "status", "template_type", "include_jobs", "older_than"}
        if unknown:
            words = f"Additional properties are not allowed ({', '.join(sorted(unknown))} was unexpected)"
            raise Refused(400, ("ValidationError", words))
        for status in query.get("status", ()):
            if status not in STATUSES:
                raise Refused(400, ("ValidationError", f"status {status} is not one of [{', '.join(STATUSES)}]"))
        wanted = [one for one in self.taken if one.key_kind == key_kind]
        wanted = [one for one in wanted if now - one.created_at < timedelta(days=KEPT_DAYS)]
        if "reference" in query:
            wanted = [one for one in wanted if one.reference == query["reference"][0]]
        if "status" in query:
            wanted = [one for one in wanted if one.status in query["status"]]
        if "template_type" in query:
            wanted = [one for one in wanted if one.kind in query["template_type"]]
        wanted.reverse()
        if "older_than" in query:
            ids = [one.id for one in wanted]
            last = query["older_than"][0]
            wanted = wanted[ids.index(last) + 1 :] if last in ids else []
        return wanted[:PAGE]


def bad(words: str) -> Refused:
    """What Notify calls a bad request."""
    return Refused(400, ("BadRequestError", words))


def checked_form(kind: str, form: Any, not_valid: Set[str] = frozenset()) -> None:
    """Looks at a message's form. Raises Refused with everything that is wrong about it."""
    if not isinstance(form, dict):
        raise Refused(400, ("BadRequestError", "Invalid JSON supplied in POST data"))
    known = {**_FORMS[kind], **_BOTH}
    errors = [f"{name} is a required property" for name in _NEEDED[kind] if name not in form]
    errors += [f"Additional properties are not allowed ({name} was unexpected)" for name in form if name not in known]
    for name, value in form.items():
        if name in known and (wrong := _wrong(known[name], value)):
            errors.append(f"{name} {wrong}")
    if not errors and kind == "sms" and mobile(form["phone_number"]) in not_valid:
        errors.append("phone_number Number is not valid – double check the phone number you entered")
    if errors:
        raise Refused(400, *(("ValidationError", words) for words in errors))


def _wrong(what: str, value: Any) -> str:
    match what:
        case "object":
            return "" if isinstance(value, dict) else f"{value} is not of type object"
        case "list":
            return "" if value is None or isinstance(value, list) else f"{value} is not of type array, null"
        case "time" if value is None:
            return ""
    if not isinstance(value, str):
        return f"{value} is not of type string"
    match what:
        case "id":
            try:
                uuid.UUID(value)
            except ValueError:
                return "is not a valid UUID"
        case "number":
            return _wrong_number(value)
        case "address":
            return "" if _ADDRESS.fullmatch(value.strip()) and ".." not in value else "Not a valid email address"
        case "reference":
            return "" if len(value) <= LONGEST_REFERENCE else f"{value} is too long"
    return ""


def _wrong_number(value: str) -> str:
    if re.search(r"[^\s()+\d-]", value):
        return "Must not contain letters or symbols"
    figures = mobile(value)
    if figures.startswith("44") and len(figures) != 12:
        return "Not enough digits" if len(figures) < 12 else "Too many digits"
    return "" if 8 <= len(figures) <= 15 else "Not enough digits" if len(figures) < 8 else "Too many digits"


def mobile(value: str) -> str:
    """A telephone number in figures with its country: 447700900123."""
    figures = re.sub(r"\D", "", value.replace("(0)", "")).removeprefix("00")
    return f"44{figures[1:]}" if figures.startswith("0") else f"44{figures}" if figures.startswith("7") else figures


def filled(template: Template, personal: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body with the blanks filled in. Raises Refused for those that are not given, or an empty message."""
    given = {_plain(name): value for name, value in personal.items()}
    missing = [name for name in template.blanks if given.get(_plain(name)) is None]
    if missing:
        raise bad(f"Missing personalisation: {', '.join(missing)}")

    def fill(found: re.Match[str]) -> str:
        return str(given[_plain(found[1])])

    subject, body = (_BLANK.sub(fill, part) for part in (template.subject, template.content))
    if not body.strip():
        raise bad("Your message is empty.")
    return subject, body


def _plain(name: str) -> str:
    return re.sub(r"[ _-]", "", name).lower()
