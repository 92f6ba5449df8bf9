"""How events, commands and interactions reach the app: envelopes through Socket Mode, or signed HTTP requests.

What Slack does, and so the stand-in:

- An envelope goes to one of the open connections, in turn. It is acknowledged by its id within three seconds.
- An event that is not acknowledged is sent again, three times at most, with `retry_attempt` and `retry_reason`, to any
  connection. Slack does so at once, after a minute and after five; here the waits are seconds (`retry_waits`), and a
  new connection ends them: what had no connection or lost it is sent again as soon as there is one.
- A command or an interaction is never sent again. The person sees `operation_timeout`, or `dispatch_failed` where the
  app answered with an error or nobody was there.
"""

import contextlib
import hashlib
import hmac
import http.client
import json
import secrets
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .apps import KINDS, SlackApp
from .errors import Json

if TYPE_CHECKING:
    from .server import StandIn
    from .sockets import Link
    from .workspaces import Workspace

HUGE = 3_000_000
"""Characters of the huge body that a spoilt request has."""

SPOILS = frozenset(
    {
        "wrong_signature",
        "stale",
        "missing_headers",
        "huge",  # HTTP
        "twice",  # both
        "two_links",  # Socket Mode
    }
)


Retry = tuple[int, str]
"""Which attempt again it is, and why."""


@dataclass
class Receipt:
    """What became of an envelope. `body` is what the app answered; `status` the HTTP status, 0 in Socket Mode."""

    done: threading.Event = field(default_factory=threading.Event)
    acknowledged: bool = False
    reason: str = ""
    body: Any = None
    status: int = 0
    times: int = 0
    """How many copies of the envelope were acknowledged."""

    def settle(self, acknowledged: bool, reason: str = "", body: Any = None, status: int = 0) -> None:
        """The first word counts; further ones are only counted."""
        self.times += acknowledged
        if not self.done.is_set():
            self.acknowledged, self.reason, self.body, self.status = acknowledged, reason, body, status
            self.done.set()


@dataclass
class Delivery:
    """An event on its way to the app: it ends acknowledged or given up."""

    team: str
    event_id: str
    payload: Json
    receipts: list[Receipt] = field(default_factory=list)
    first: Receipt = field(default_factory=Receipt)
    ended: threading.Event = field(default_factory=threading.Event)
    given_up: bool = False


class PostOffice:
    """Sends to the app and waits for its word."""

    def __init__(self, standin: "StandIn", ack_timeout: float) -> None:
        self.standin = standin
        self.ack_timeout = ack_timeout
        self.retry_waits: tuple[float, ...] = (0.0, 1.0, 5.0)
        self.deliveries: list[Delivery] = []
        self._waiting: dict[str, Receipt] = {}
        self._spoils: list[str] = []
        self._linked = threading.Condition()
        self._threads: list[threading.Thread] = []

    # A test's hands

    def spoil_next(self, how: str, times: int = 1) -> None:
        """Spoils the next deliveries; see SPOILS. Over HTTP: `Answer.status` and `Receipt.status` tell the answer."""
        if how not in SPOILS:
            raise ValueError(f"{how} is not among {sorted(SPOILS)}")
        self._spoils += [how] * times

    def given_up(self) -> list[Delivery]:
        """Events that were sent for the last time and never acknowledged."""
        return [one for one in self.deliveries if one.given_up]

    # Sending

    def ask(self, workspace: "Workspace", kind: str, payload: Json) -> Receipt:
        """Sends a command or an interaction once and waits for the answer."""
        return self._attempt(workspace.app, kind, payload)

    def event(self, workspace: "Workspace", event: Json) -> Delivery:
        """Sends an event in a thread of its own, again where it must."""
        delivery = Delivery(workspace.id, event_id := f"Ev{secrets.token_hex(5).upper()}", {})
        delivery.payload = {
            "token": workspace.app.verification_token,
            "team_id": workspace.id,
            "context_team_id": workspace.id,
            "api_app_id": workspace.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(self.standin.clock()),
            "is_ext_shared_channel": False,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.id,
                    "user_id": workspace.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
        }
        self.deliveries.append(delivery)
        thread = threading.Thread(target=self._carry, args=(workspace.app, delivery), name="stand-in event")
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()
        return delivery

    def _carry(self, app: SlackApp, delivery: Delivery) -> None:
        for attempt in range(1 + len(self.retry_waits)):
            if attempt and not self._wait_before(self.retry_waits[attempt - 1], app):
                break
            retry = (attempt, delivery.receipts[-1].reason if delivery.receipts else "") if attempt else None
            receipt = self._attempt(app, "events_api", delivery.payload, retry)
            delivery.receipts.append(receipt)
            if attempt == 0:
                delivery.first.settle(receipt.acknowledged, receipt.reason, receipt.body, receipt.status)
            if receipt.acknowledged or self.standin.stopping.is_set():
                break
        else:
            delivery.given_up = True
        delivery.first.settle(False, "stopped")
        delivery.ended.set()

    def _wait_before(self, seconds: float, app: SlackApp) -> bool:
        """Waits; a new connection ends the wait where there was none. False: the stand-in stops."""
        with self._linked:
            before = len(app.links)
            self._linked.wait_for(
                lambda: self.standin.stopping.is_set() or (not app.request_urls and len(app.links) > before), seconds
            )
        return not self.standin.stopping.is_set()

    def _attempt(self, app: SlackApp, kind: str, payload: Json, retry: Retry | None = None) -> Receipt:
        spoil = self._spoils.pop(0) if self._spoils else ""
        if app.request_urls:
            return self._by_http(app, kind, payload, retry, spoil)
        return self._by_socket(app, kind, payload, retry, spoil)

    # Socket Mode

    def linked(self) -> None:
        """A connection has come or gone."""
        with self._linked:
            self._linked.notify_all()

    def acknowledged(self, _link: "Link", message: Json) -> None:
        """Takes the app's word through a socket."""
        receipt = self._waiting.get(str(message.get("envelope_id")))
        if receipt is not None:
            receipt.settle(True, body=message.get("payload"))
            self.standin.stir()

    def _by_socket(self, app: SlackApp, kind: str, payload: Json, retry: Retry | None, spoil: str) -> Receipt:
        receipt = Receipt()
        envelope = secrets.token_hex(8)
        self._waiting[envelope] = receipt
        message: Json = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            message |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        times = 2 if spoil in ("twice", "two_links") else 1
        sent = [self._next_link(app, avoid=None)]
        if times == 2:
            sent.append(self._next_link(app, avoid=sent[0]) if spoil == "two_links" else sent[0])
        went = [link is not None and link.send(message) for link in sent]
        if not any(went):
            receipt.settle(False, "dispatch_failed")
            return receipt
        receipt.done.wait(self.ack_timeout)
        if times == 1:
            self._waiting.pop(envelope, None)
        if not receipt.done.is_set():
            receipt.settle(False, "timeout" if kind == "events_api" else "operation_timeout")
        return receipt

    def _next_link(self, app: SlackApp, avoid: "Link | None") -> "Link | None":
        with self.standin.lock:
            links = [link for link in app.links if link.open and not link.leaving and link is not avoid]
            if not links:
                return avoid
            app.turn += 1
            return links[app.turn % len(links)]

    # HTTP

    def _by_http(self, app: SlackApp, kind: str, payload: Json, retry: Retry | None, spoil: str) -> Receipt:
        receipt = Receipt()
        url = app.request_urls.get(KINDS[kind])
        if not url:
            receipt.settle(False, "dispatch_failed")
            return receipt
        body, content_type = self._written(kind, payload, spoil)
        headers = {"Content-Type": content_type, **signed(app.signing_secret, body, spoil)}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        if spoil == "twice":
            second = threading.Thread(
                target=self._send, args=(url, body, headers, kind, receipt), name="stand-in twice"
            )
            self._threads.append(second)
            second.start()
        self._send(url, body, headers, kind, receipt)
        return receipt

    def _written(self, kind: str, payload: Json, spoil: str) -> tuple[bytes, str]:
        padding = "x" * HUGE if spoil == "huge" else ""
        if kind == "events_api":
            return json.dumps(payload | {"padding": padding} if padding else payload).encode(), "application/json"
        if kind == "slash_commands":
            fields = payload | {"padding": padding} if padding else payload
        else:
            fields = {"payload": json.dumps(payload | {"padding": padding} if padding else payload)}
        return urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"

    def _send(self, url: str, body: bytes, headers: dict[str, str], kind: str, receipt: Receipt) -> None:
        parts = urllib.parse.urlsplit(url)
        late, failed = (
            ("http_timeout", "http_error") if kind == "events_api" else ("operation_timeout", "dispatch_failed")
        )
        connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=self.ack_timeout)
        try:
            connection.request("POST", parts.path or "/", body, headers)
            response = connection.getresponse()
            said = response.read()
            if response.status == 200:
                receipt.settle(True, body=_read(said, response.headers.get("Content-Type", "")), status=200)
            else:
                receipt.settle(False, failed, said.decode(errors="replace"), response.status)
        except TimeoutError:
            receipt.settle(False, late)
        except (OSError, http.client.HTTPException):
            receipt.settle(False, failed)
        finally:
            connection.close()
            self.standin.stir()

    def stop(self) -> None:
        """Ends what is on its way."""
        self.linked()
        for receipt in list(self._waiting.values()):
            receipt.settle(False, "stopped")
        for thread in self._threads:
            with contextlib.suppress(RuntimeError):
                thread.join(self.ack_timeout + 1)


def signed(secret: str, body: bytes, spoil: str = "", now: float | None = None) -> dict[str, str]:
    """The headers that show that a request comes from Slack; spoilt where a test wants it. By the real clock."""
    if spoil == "missing_headers":
        return {}
    at = int(now if now is not None else time.time()) - (301 if spoil == "stale" else 0)
    key = "another secret" if spoil == "wrong_signature" else secret
    digest = hmac.new(key.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}


def _read(said: bytes, content_type: str) -> Any:
    """What an app answered: an object where it says so, else text, else None."""
    if not said:
        return None
    if content_type.startswith("application/json"):
        with contextlib.suppress(ValueError):
            return json.loads(said)
    return said.decode(errors="replace")
