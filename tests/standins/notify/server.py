"""The server: a free port of the loopback, the questions that Notify answers, and what goes wrong when a test says."""

import json
import re
import socket
import struct
import threading
import time
import urllib.parse
import uuid
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

from . import tokens
from .service import Refused, Sent, Service, Template, stamp

KeyKind = Literal["live", "team", "test"]

_TEMPLATE = re.compile(r"/v2/template/([^/]+)")
_MESSAGE = re.compile(r"/v2/notifications/(sms|email)")
_ONE = re.compile(r"/v2/notifications/([0-9a-f-]{36})")


class StandIn:
    """A GOV.UK Notify with one service. A context manager. Its clock is this machine's, which tests may move.

    `key`, `team_key` and `test_key` are the service's keys as they are pasted into settings.
    """

    def __init__(self) -> None:
        self.service = Service()
        self.slow = 0.0
        self.rate = 3000
        self.day_limit = 250_000
        self.clock_off = 0.0
        self.asked: list[str] = []
        """Method and path of each request, with its query."""
        self.lock = threading.RLock()
        self.over = threading.Event()
        self._keys: dict[str, tuple[KeyKind, str]] = {}
        self._revoked: set[str] = set()
        self._spoilt: dict[str, list[str]] = {"POST": [], "GET": []}
        self._arrived: list[float] = []
        self.key, self.team_key, self.test_key = (self.add_key(kind) for kind in ("live", "team", "test"))
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.standin = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None and self._thread is not None
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    @property
    def url(self) -> str:
        """Its address, for GOVUK_NOTIFY_URL."""
        assert self._server is not None, "start the stand-in first"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    # What there is

    def add_key(self, kind: KeyKind) -> str:
        """Another key of the service, as it is pasted into settings."""
        secret, name = str(uuid.uuid4()), f"{kind}-{len(self._keys)}"
        self._keys[name] = (kind, secret)
        return f"{name}-{self.service.id}-{secret}"

    def revoke(self, key: str) -> None:
        """Takes a key back."""
        self._revoked.add(next(name for name, (_, secret) in self._keys.items() if key.endswith(secret)))

    def add_template(self, kind: str, content: str, subject: str = "", *, deleted: bool = False) -> str:
        """Another template; its id."""
        made = Template(str(uuid.uuid4()), kind, content, subject, deleted)
        self.service.templates[made.id] = made
        return made.id

    def add_sender(self, name: str = "Convenor") -> str:
        """Another sender of text messages; its id."""
        self.service.senders[id_ := str(uuid.uuid4())] = name
        return id_

    def add_reply_to(self, address: str = "secretariat@ours.example") -> str:
        """Another address to which answers to mail go; its id."""
        self.service.reply_tos[id_ := str(uuid.uuid4())] = address
        return id_

    # What came of it

    @property
    def taken(self) -> list[Sent]:
        """Every message that was taken, in order."""
        with self.lock:
            return list(self.service.taken)

    def texts(self) -> list[Sent]:
        """The text messages that were taken."""
        return [one for one in self.taken if one.kind == "sms"]

    def mails(self) -> list[Sent]:
        """The mails that were taken."""
        return [one for one in self.taken if one.kind == "email"]

    def fails(self, sent: Sent, how: str) -> None:
        """A message fails after it was taken: "permanent-failure", "temporary-failure" or "technical-failure"."""
        sent.status = how

    # Trouble

    def spoil(self, how: str, times: int = 1, *, method: str = "POST") -> None:
        """What goes wrong with the messages ("POST") or questions ("GET") that come next; see the package."""
        self._spoilt[method] += [how] * times

    def next_trouble(self, method: str) -> str:
        """What goes wrong with a request that is at hand; empty where nothing does."""
        with self.lock:
            return self._spoilt[method].pop(0) if self._spoilt[method] else ""

    # What a request is answered with

    def answer(self, method: str, path: str, query: str, header: str | None, body: bytes) -> tuple[int, Any]:
        """Status and body of the answer to a request. What is taken is kept from here on."""
        with self.lock:
            try:
                return self._answer(method, path, query, self._kind_of_key(header), body)
            except tokens.WrongToken as wrong:
                return _no(wrong.status, ("AuthError", wrong.message))
            except Refused as refused:
                return _no(refused.status, *refused.errors)

    def _kind_of_key(self, header: str | None) -> KeyKind:
        secrets = {name: secret for name, (_, secret) in self._keys.items()}
        name = tokens.read(header, self.service.id, secrets, time.time() + self.clock_off)
        if name in self._revoked:
            raise tokens.WrongToken(403, "Invalid token: API key revoked")
        return self._keys[name][0]

    def _answer(self, method: str, path: str, query: str, kind: KeyKind, body: bytes) -> tuple[int, Any]:
        now = datetime.now(UTC)
        if method == "POST" and (found := _MESSAGE.fullmatch(path)):
            self._limits(kind, found[1])
            try:
                form = json.loads(body)
            except ValueError:
                raise Refused(400, ("BadRequestError", "Invalid JSON supplied in POST data")) from None
            return self._take(found[1], form, kind, now)
        if method == "GET" and path == "/v2/notifications":
            wanted = urllib.parse.parse_qs(query)
            page = self.service.listed(wanted, kind, now)
            links = {"current": f"{self.url}{path}?{query}"}
            if page:
                following = urllib.parse.urlencode(wanted | {"older_than": [page[-1].id]}, doseq=True)
                links["next"] = f"{self.url}{path}?{following}"
            return 200, {"notifications": [one.as_json() for one in page], "links": links}
        if method == "GET" and (found := _ONE.fullmatch(path)):
            for one in self.service.taken:
                if one.id == found[1]:
                    return 200, one.as_json()
        if method == "GET" and (found := _TEMPLATE.fullmatch(path)):
            return self._template(found[1], now)
        raise Refused(404, ("NoResultFound", "No result found"))

    def _limits(self, kind: KeyKind, what: str) -> None:
        now = time.time()
        self._arrived = [at for at in self._arrived if now - at < 60]
        if len(self._arrived) >= self.rate:
            words = f"Exceeded rate limit for key type {kind.upper()} of {self.rate} requests per 60 seconds"
            raise Refused(429, ("RateLimitError", words))
        self._arrived.append(now)
        if len(self.service.taken) >= self.day_limit:
            words = f"Exceeded send limits ({what}: {self.day_limit}) for today"
            raise Refused(429, ("TooManyRequestsError", words))

    def _take(self, what: str, form: Any, kind: KeyKind, now: datetime) -> tuple[int, Any]:
        sent, is_kept = self.service.take(what, form, kind, now)
        if is_kept:
            self.service.taken.append(sent)
        content = {"body": sent.body, "from_number": "Convenor"}
        if what == "email":
            content = {"body": sent.body, "subject": sent.subject, "from_email": "ours@notify.example"}
        template = {"id": sent.template, "version": 1, "uri": ""}
        answer = {"id": sent.id, "reference": sent.reference, "uri": f"{self.url}/v2/notifications/{sent.id}"}
        return 201, {**answer, "template": template, "content": content, "scheduled_for": None}

    def _template(self, id_: str, now: datetime) -> tuple[int, Any]:
        try:
            uuid.UUID(id_)
        except ValueError:
            raise Refused(400, ("ValidationError", "id is not a valid UUID")) from None
        found = self.service.templates.get(id_)
        if found is None:
            raise Refused(404, ("NoResultFound", "No result found"))
        return 200, {
            "id": found.id,
            "type": found.kind,
            "created_at": stamp(now),
            "updated_at": None,
            "created_by": "somebody@ours.example",
            "version": 1,
            "body": found.content,
            "subject": found.subject or None,
            "name": "Convenor",
            "personalisation": {name: {"required": True} for name in found.blanks},
            "postage": None,
            "letter_contact_block": None,
        }


def _no(status: int, *errors: tuple[str, str]) -> tuple[int, Any]:
    return status, {"status_code": status, "errors": [{"error": name, "message": words} for name, words in errors]}


class _Server(ThreadingHTTPServer):
    standin: StandIn
    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing is written where a client has gone: tests make it go."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is written."""

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _serve(self, body: bytes) -> None:
        standin = self.server.standin
        path, _, query = self.path.partition("?")
        with standin.lock:
            standin.asked.append(f"{self.command} {self.path}")
        trouble = standin.next_trouble(self.command)
        taken = trouble.startswith("taken, then ")
        trouble = trouble.removeprefix("taken, then ")
        status, answer = 0, None
        if not trouble or taken:
            status, answer = standin.answer(self.command, path, query, self.headers.get("Authorization"), body)
        if standin.slow:
            standin.over.wait(standin.slow)
        if trouble == "drop":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        if trouble == "silence":
            standin.over.wait(30)
            self.close_connection = True
            return
        if trouble:
            status, answer = _no(int(trouble), ("Exception", "Internal server error"))
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")  # so that no thread waits for a client that keeps its line
        self.end_headers()
        self.wfile.write(content)
