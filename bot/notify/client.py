"""GOV.UK Notify through its own client library: what is asked of it, and what its refusals are about.

The only module that knows the library. Refusals and their words: alphagov/notifications-api, app/v2/errors.py and
app/notifications/validators.py. Each call has a connection of its own: the library's client is not made for several
threads, and a kept connection that has gone stale would leave a message unsure that was never sent.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    import requests
    from notifications_python_client.errors import APIError

Why = Literal[
    "recipient", "team", "template", "words", "long", "sender", "not allowed", "clock", "key", "limit", "day's limit",
    "missing", "busy", "broken", "reach", "silence", "other",
]  # fmt: skip
"""What a refusal is about."""

TIMEOUT = 15.0
"""Seconds for an answer. An alert that is not answered for is looked up soon after."""

FAILED = ("permanent-failure", "technical-failure", "temporary-failure")
"""What Notify says of a message that reached nobody."""

_LIBRARY = "notifications_python_client"

Answer = TypeVar("Answer")


class NotTaken(Exception):
    """Notify did not take a message, or did not answer a question. `perhaps`: it may have taken it after all."""

    def __init__(self, why: Why, status: int = 0) -> None:
        super().__init__(f"{why} {status}")
        self.why = why
        self.status = status

    @property
    def perhaps(self) -> bool:
        """Whether what was sent may have been taken: no answer came, or Notify failed while it was at it."""
        return self.why in ("silence", "broken")

    @property
    def sentence(self) -> str:
        """What happened, without any word of Notify's, which may quote an address."""
        return SENTENCES[self.why] + (f" (it answered {self.status})" if self.status else "")


SENTENCES: Mapping[Why, str] = {
    "recipient": "GOV.UK Notify does not send to this number or address",
    "team": "GOV.UK Notify sends to its own team only: the key is for the team, or the service is in trial mode",
    "template": "GOV.UK Notify does not have our template, or it is of the wrong kind",
    "words": "our template at GOV.UK Notify asks for something that we do not fill in",
    "long": "the message is too long for GOV.UK Notify",
    "sender": "GOV.UK Notify does not have our sender, or the address for answers",
    "not allowed": "our service at GOV.UK Notify may not send this kind of message",
    "clock": "this machine's clock is more than 30 seconds from GOV.UK Notify's",
    "key": "GOV.UK Notify does not take our key",
    "limit": "GOV.UK Notify asked to wait: too many messages in a minute",
    "day's limit": "GOV.UK Notify sends no more for us today: the day's limit is reached",
    "missing": "GOV.UK Notify does not have what was asked for",
    "busy": "GOV.UK Notify is busy",
    "broken": "GOV.UK Notify failed while it was at it",
    "reach": "GOV.UK Notify could not be reached",
    "silence": "no answer came back from GOV.UK Notify",
    "other": "GOV.UK Notify did not take the message",
}


@dataclass(frozen=True)
class Template:
    """A template as it stands at Notify: "sms" or "email", and the names that it asks for."""

    kind: str
    asks: frozenset[str]


@dataclass(frozen=True)
class Failed:
    """A message that reached nobody after all: Notify's id, our reference, how it ended ("permanent-failure", ...)."""

    id: str
    reference: str
    status: str
    created_at: datetime


@dataclass(frozen=True)
class Notify:
    """A service at GOV.UK Notify. `url`: another than the library's own. It may be used by many threads."""

    key: str = field(repr=False)
    url: str = ""
    timeout: float = TIMEOUT

    def text(self, number: str, template: str, words: str, *, reference: str = "", sender: str = "") -> None:
        """Sends a text message; when this returns, Notify has taken it. Raises NotTaken."""
        personal = {"message": words}
        self._asked(
            lambda client: client.send_sms_notification(number, template, personal, reference, sender_or_none(sender)),
            wanted="id",
        )

    def mail(
        self, address: str, template: str, subject: str, body: str, *, reference: str = "", reply_to: str = ""
    ) -> None:
        """Sends a mail; when this returns, Notify has taken it. Raises NotTaken."""
        personal = {"subject": subject, "body": body}
        self._asked(
            lambda client: client.send_email_notification(
                address, template, personal, reference, sender_or_none(reply_to)
            ),
            wanted="id",
        )

    def has(self, reference: str) -> bool:
        """Whether Notify has taken a message with that reference, within the days for which it keeps them (seven)."""
        found = self._asked(lambda client: client.get_all_notifications(reference=reference), wanted="notifications")
        return bool(found["notifications"])

    def failed(self, since: datetime) -> list[Failed]:
        """The messages with a reference, sent since then by the same kind of key, that reached nobody; newest first."""
        return self._asked(lambda client: list(_failed(client, since)))

    def template(self, template: str) -> Template:
        """A template as it stands. Raises NotTaken, "missing" where there is none of that id."""
        found = self._asked(lambda client: client.get_template(template), wanted="personalisation")
        return Template(str(found.get("type")), frozenset(map(_plain, found["personalisation"])))

    def _asked(self, ask: Callable[[Any], Answer], wanted: str = "") -> Answer:
        """What Notify answered. Raises NotTaken. `wanted`: what an answer of Notify's has; a stranger's has it not."""
        # Imported here, since urllib3 opens a socket when it is imported, to see whether there is IPv6.
        from notifications_python_client.errors import APIError
        from notifications_python_client.notifications import NotificationsAPIClient
        from requests import RequestException

        _quiet()
        try:
            where = {"base_url": self.url} if self.url else {}
            client = NotificationsAPIClient(self.key, **where)  # type: ignore[no-untyped-call]
            client.timeout = self.timeout
            with closing(client.request_session):
                found = ask(client)
        except APIError as failure:
            raise _not_taken(failure) from None
        except RequestException:  # while an answer was read
            raise NotTaken("silence") from None
        if wanted and not (isinstance(found, dict) and wanted in found):
            raise NotTaken("silence")
        return found


def sender_or_none(sender: str) -> str | None:
    """A sender's id as the library takes it."""
    return sender or None


def _plain(name: str) -> str:
    """The name of a blank as Notify compares it: ((Sub ject)) is filled in with "subject"."""
    return re.sub(r"[\s_-]", "", name).casefold()


def _quiet() -> None:
    """The library writes refusals into the log as Notify words them; ours is written by the door."""
    logging.getLogger(_LIBRARY).setLevel(logging.CRITICAL)


def _failed(client: Any, since: datetime) -> Iterator[Failed]:
    for one in client.get_all_notifications_iterator(status=list(FAILED)):
        created_at = datetime.fromisoformat(one["created_at"])
        if created_at < since:
            return
        if one["reference"]:
            yield Failed(one["id"], one["reference"], one["status"], created_at)


# What a refusal is about


def _not_taken(failure: "APIError") -> NotTaken:
    answer = failure.response
    if answer is None:
        return NotTaken("reach" if _never_began(failure.__cause__) else "silence")
    status = int(answer.status_code)
    return NotTaken(_why(status, _words(answer)), status)


def _never_began(cause: BaseException | None) -> bool:
    """Whether a connection failed before anything could be said over it."""
    from requests.exceptions import ConnectionError, ConnectTimeout, ProxyError, SSLError
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    if isinstance(cause, ConnectTimeout | SSLError | ProxyError):
        return True
    inner = cause.args[0] if isinstance(cause, ConnectionError) and cause.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)


def _words(answer: "requests.Response") -> str:
    """Notify's own words for a refusal, each with its name, to be looked through and told to nobody."""
    try:
        errors = answer.json()["errors"]
        return "\n".join(f"{one['error']}: {one['message']}" for one in errors)
    except (ValueError, KeyError, TypeError):
        return ""


_BY_WORDS: tuple[tuple[int, str, Why], ...] = (
    (400, "team-only", "team"),
    (400, "trial mode", "team"),
    (400, "InvalidPhoneError", "recipient"),
    (400, "InvalidEmailError", "recipient"),
    (400, "ValidationError: phone_number", "recipient"),
    (400, "ValidationError: email_address", "recipient"),
    (400, "international mobile numbers", "recipient"),
    (400, "Missing personalisation", "words"),
    (400, "emplate", "template"),
    (400, "sms_sender_id", "sender"),
    (400, "email_reply_to_id", "sender"),
    (400, "too long", "long"),
    (400, "not allowed to send", "not allowed"),
    (403, "system clock", "clock"),
    (429, "for today", "day's limit"),
)
"""What words in an answer say; the first that stands there counts."""

_BY_STATUS: Mapping[int, Why] = {401: "key", 403: "key", 404: "missing", 429: "limit", 503: "busy"}


def _why(status: int, words: str) -> Why:
    for answered, part, why in _BY_WORDS:
        if answered == status and part in words:
            return why
    # 500, 502 and 504 may come after a message was stored; 503 comes where nobody was there to take it.
    return _BY_STATUS.get(status, "broken" if status >= 500 else "silence" if status < 400 else "other")
