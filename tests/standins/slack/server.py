"""The stand-in itself: a server on a free port of the loopback, with threads, and what a test sets and reads.

It is built on the standard library's threading server and not on Starlette and uvicorn, because what it must do with
sockets (take a request and close, reset, leave a socket open and say nothing) is what a good server never does.
"""

import contextlib
import json
import socket
import socketserver
import struct
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self, TypeVar

from . import pages, web_api
from .apps import SCOPES, SlackApp
from .delivery import PostOffice
from .errors import Json
from .faults import Fault, Faults
from .sockets import MOST_LINKS, Link, reset, shut
from .things import Posted
from .workspaces import Workspace

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """A call of the Web API: method, its parameters without the token, the workspace if known, when."""

    method: str
    params: Json
    team: str
    at: float
    error: str = ""
    """Why it was refused, or which fault hid or stopped it. Empty: answered well."""


@dataclass(frozen=True)
class Arrival:
    """Something that came before somebody: message, changed, deleted, ephemeral, modal, closed or home."""

    number: int
    team: str
    kind: str
    thing: Any
    people: tuple[str, ...]
    channel: str = ""


class StandIn:
    """A Slack for tests. A context manager, or `start()` and `stop()`. Several may run in one process.

    `clock` (epoch seconds) is used for all that has a time: timestamps of messages, rate limits, trigger ids, response
    URLs. Only the three seconds for an acknowledgement, and signatures, go by the real clock. `burst` is how many
    messages a channel takes before one a second is kept. `ack_timeout` in seconds.
    """

    def __init__(
        self, *, clock: Callable[[], float] = time.time, ack_timeout: float = 3.0, burst: int = 1, port: int = 0
    ) -> None:
        self.clock = clock
        self.burst = burst
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.stopping = threading.Event()
        self.app = SlackApp()
        self.apps = [self.app]
        self.workspaces: dict[str, Workspace] = {}
        self.faults = Faults()
        self.post_office = PostOffice(self, ack_timeout)
        self.calls: list[Call] = []
        self.posted: list[Posted] = []
        self.arrivals: list[Arrival] = []
        self.missing_text: list[str] = []
        self.problems: list[str] = []
        """What an app did that Slack ignores or shows as trouble: refused answers, errors beside inputs not there."""
        self.method_limits: dict[str, tuple[int, float]] = {}
        self.most_per_page = 999
        self.out = False
        self._outages = 0
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._wanted_port = port

    # Beginning and end

    def start(self) -> Self:
        """Starts to listen; ready when it returns."""
        self._server = _Server(("127.0.0.1", self._wanted_port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="stand-in Slack")
        self._thread.start()
        return self

    def stop(self) -> None:
        """Closes every connection and waits for every thread. A second time does nothing."""
        if self._server is None or self._thread is None:
            return
        self.stopping.set()
        self.end_links()
        self._server.shutdown()
        self._server.end_connections()
        self.post_office.stop()
        self._server.server_close()
        self._thread.join()
        self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None, "start the stand-in first"
        return int(self._server.server_address[1])

    @property
    def origin(self) -> str:
        """Where pages are, such as /oauth/v2/authorize: http://127.0.0.1:PORT."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The base URL for `WebClient(base_url=...)`."""
        return f"{self.origin}/api/"

    @property
    def authorize_url(self) -> str:
        """The page of consent, for `AuthorizeUrlGenerator(authorization_url=...)`."""
        return f"{self.origin}/oauth/v2/authorize"

    # What a test sets

    def add_app(self) -> SlackApp:
        """Another app beside the first (`app`)."""
        self.apps.append(SlackApp())
        return self.apps[-1]

    def add_workspace(
        self,
        name: str,
        *,
        bot_token: str | None = None,
        app_token: str | None = None,
        scopes: str | Iterable[str] = SCOPES,
        signing_secret: str | None = None,
        app: SlackApp | None = None,
        installed: bool = True,
    ) -> Workspace:
        """A workspace with the app (the first one unless named) installed in it, or not yet."""
        app = app or self.app
        app.app_token = app_token or app.app_token
        app.signing_secret = signing_secret or app.signing_secret
        workspace = Workspace(self, app, name, bot_token=bot_token, scopes=scopes, installed=installed)
        self.workspaces[workspace.id] = workspace
        return workspace

    def limit(self, method: str, calls: int, per: float = 60.0) -> None:
        """Allows so many calls of a method per so many seconds and workspace; none are limited by themselves."""
        self.method_limits[method] = (calls, per)

    def outage(self, on: bool = True) -> None:
        """Refuses everything until lifted: connections are reset or answered with 503 in turn; sockets drop."""
        self.out = on
        if on:
            for link in self.links():
                link.drop()

    def end_links(self) -> None:
        """Closes every Socket Mode connection with a close frame. Makes the end of a client quick: see README.md."""
        for link in self.links():
            link.close()

    def links(self) -> list[Link]:
        """All open Socket Mode connections, oldest first."""
        with self.lock:
            return [link for app in self.apps for link in app.links]

    def spoil_next(self, how: str, times: int = 1) -> None:
        """Spoils the next deliveries to the app: wrong_signature, stale, missing_headers, huge, twice, two_links."""
        self.post_office.spoil_next(how, times)

    # What a test reads

    def called(self, method: str) -> list[Call]:
        """The calls of a method, also those refused."""
        return [call for call in list(self.calls) if call.method == method]

    def wait_for(self, seen: Callable[[], T], timeout: float = 5.0) -> T:
        """Waits until `seen` gives something true, and gives it. AssertionError when it does not come in time."""
        end = time.monotonic() + timeout
        while True:
            if found := seen():
                return found
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not seen within {timeout} seconds")
            with self.changed:
                self.changed.wait(min(left, 0.05))

    def wait_for_links(self, count: int = 1, timeout: float = 5.0) -> list[Link]:
        """Waits until exactly so many Socket Mode connections stand."""
        self.wait_for(lambda: len(self.links()) == count, timeout)
        return self.links()

    # What the parts tell it

    def stir(self) -> None:
        """Something has changed: whoever waits looks again."""
        with self.changed:
            self.changed.notify_all()

    def note(self, team: str, kind: str, thing: Any, people: Iterable[str], channel: str = "") -> None:
        """Remembers that something came before people."""
        with self.lock:
            self.arrivals.append(Arrival(len(self.arrivals), team, kind, thing, tuple(people), channel))
            self.changed.notify_all()

    def refuses_now(self) -> str:
        """In an outage: how this connection is refused, `reset` or `503`."""
        if not self.out:
            return ""
        with self.lock:
            self._outages += 1
            return "reset" if self._outages % 2 else "503"


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = False
    block_on_close = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], standin: StandIn) -> None:
        self.standin = standin
        self.connections: set[Any] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.standin.lock:
            self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self.standin.lock:
            self.connections.discard(request)
        with contextlib.suppress(OSError):
            lingers, _seconds = struct.unpack("ii", request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))
            if lingers:  # set where the end is to be a reset
                request.close()
                return
        super().shutdown_request(request)

    def end_connections(self) -> None:
        with self.standin.lock:
            for request in self.connections:
                shut(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error here; anything else is one of the stand-in's own."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            self.standin.problems.append(f"the stand-in failed: {error!r}")
            super().handle_error(request, client_address)


@dataclass
class _Reply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    @property
    def standin(self) -> StandIn:
        return self.server.standin

    def log_message(self, *_: Any) -> None:
        """Nothing goes to the error stream: it would hold what people write."""

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def _take(self) -> None:
        self.close_connection = True
        refused = self.standin.refuses_now()
        if refused == "reset":
            return reset(self.connection)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urllib.parse.urlsplit(self.path)
        if refused:
            return self._answer(_Reply(503, b"Service Unavailable"))
        if parts.path.startswith("/link"):
            return self._link(parts)
        if parts.path.startswith("/api/"):
            return self._api(parts, body)
        status, headers, said = pages.answer(self.standin, parts, self.headers, body)
        return self._answer(_Reply(status, said, headers))

    def _answer(self, reply: _Reply) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), "Connection": "close", **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def _json(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        typed = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        self._answer(_Reply(status, json.dumps(body).encode(), typed))

    # The Web API

    def _api(self, parts: urllib.parse.SplitResult, body: bytes) -> None:
        standin = self.standin
        method = parts.path.removeprefix("/api/").strip("/")
        params, token = web_api.read(self.headers, parts.query, body)
        if seconds := standin.faults.delay_for(method, params):
            standin.stopping.wait(seconds)
        fault = standin.faults.next_for(method, params)
        if fault is not None and fault.how in ("reset", "status-before", "limit", "error"):
            standin.calls.append(Call(method, params, "", standin.clock(), f"fault: {fault.how}"))
            standin.stir()
            return self._not_taken(fault)
        result = web_api.perform(standin, method, params, token)
        hidden = f"fault: {fault.how}" if fault else result.body.get("error", "")
        standin.calls.append(Call(method, params, result.team, standin.clock(), hidden))
        standin.stir()
        if fault is None:
            return self._json(result.status, result.body, result.headers)
        if fault.how == "status-after":
            return self._json(fault.status, {"ok": False, "error": "service_unavailable"})
        if fault.how == "hang":
            standin.stopping.wait(fault.seconds)
        return None

    def _not_taken(self, fault: Fault) -> None:
        if fault.how == "reset":
            reset(self.connection)
        elif fault.how == "status-before":
            self._json(fault.status, {"ok": False, "error": "service_unavailable"})
        elif fault.how == "limit":
            self._json(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(int(fault.seconds))})
        else:
            self._json(200, {"ok": False, "error": fault.error})

    # Socket Mode

    def _link(self, parts: urllib.parse.SplitResult) -> None:
        standin = self.standin
        wanted = urllib.parse.parse_qs(parts.query).get("app_id", [""])[0]
        app = next((one for one in standin.apps if one.id == wanted), None)
        if app is None:
            return self._answer(_Reply(404, b"no such link"))
        self.wfile.flush()
        link = Link(self.connection, app.id, standin.post_office.acknowledged)
        if not link.shake_hands(self.path, dict(self.headers.items())):
            return None
        with standin.lock:
            too_many = len(app.links) >= MOST_LINKS
            if not too_many:
                app.links.append(link)
            count = len(app.links)
        if too_many:
            link.disconnect("too_many_websockets")
            return link.close()
        hello = {"type": "hello", "num_connections": count, "connection_info": {"app_id": app.id}}
        link.send(hello | {"debug_info": {"host": "stand-in", "approximate_connection_time": 18_060}})
        standin.post_office.linked()
        standin.stir()
        try:
            link.serve()
        finally:
            with standin.lock:
                app.links.remove(link)
            standin.post_office.linked()
            standin.stir()
        return None
