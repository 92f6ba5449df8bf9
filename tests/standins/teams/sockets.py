"""The listening socket, and what it does with each request: takes it, spoils it or refuses it."""

import contextlib
import json
import socket
import socketserver
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from . import connector, files, tokens
from .connector import Reply
from .errors import Json, Refused
from .faults import Fault

if TYPE_CHECKING:
    from .server import StandIn

SERVICE = "/teams"


class Listener:
    """The stand-in's port. It is kept while connections are refused: nobody else can take it meanwhile."""

    def __init__(self, standin: "StandIn") -> None:
        self.standin = standin
        self._held: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def port(self) -> int:
        assert self._port, "start the stand-in first"
        return self._port

    def open(self) -> None:
        """Listens, again or for the first time; does nothing where it does already."""
        if self._server is not None:
            return
        taken = self._held or _bound(0)
        self._held = None
        self._port = int(taken.getsockname()[1])
        self._server = _Server(taken, self.standin)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="stand-in Teams")
        self._thread.start()

    def refuse(self) -> None:
        """Stops to listen, and keeps the port."""
        if self._server is not None:
            self._stop()
            self._held = _bound(self._port)

    def close(self) -> None:
        """Lets go of everything."""
        self._stop()
        if self._held is not None:
            self._held.close()
            self._held = None

    def _stop(self) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.ending.set()
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()
        self._server = None


def _bound(port: int) -> socket.socket:
    """A socket with a port that does not listen yet: connections to it are refused."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 256

    def __init__(self, bound: socket.socket, standin: "StandIn") -> None:
        self.standin = standin
        self.connections: set[Any] = set()
        self.ending = threading.Event()
        super().__init__(bound.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = bound
        self.server_activate()

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
                with contextlib.suppress(OSError):
                    request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error here; anything else is one of the stand-in's own."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            self.standin.problems.append(f"the stand-in failed: {error!r}")
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    @property
    def standin(self) -> "StandIn":
        return self.server.standin

    def log_message(self, *_: Any) -> None:
        """Nothing goes to the error stream: it would hold what people write."""

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def do_PUT(self) -> None:
        self._take()

    def do_DELETE(self) -> None:
        self._take()

    def _take(self) -> None:
        self.close_connection = True
        expected = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(expected)
        if len(body) < expected:  # whoever was writing is gone, as a bot that was killed: there was no request
            return
        self.standin.calls.append((self.command, self.path))
        try:
            self._route(body)
        except Refused as refused:
            self._refuse(refused)
        self.standin.count()

    def _route(self, body: bytes) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/upload/"):
            return self._answer(
                self._with_faults("upload", lambda: files.take(self.standin, self.path, self.headers, body))
            )
        if path.endswith("/openidconfiguration"):
            return self._answer(
                self._with_faults("metadata", lambda: Reply(200, tokens.metadata(self.standin.keys_url)))
            )
        if path.endswith("/keys"):
            return self._answer(self._with_faults("keys", lambda: Reply(200, tokens.keys())))
        if not path.startswith(SERVICE + "/"):
            raise Refused(404)
        request = connector.read(self.command, self.path.removeprefix(SERVICE), body)
        if self.headers.get("Authorization") != f"Bearer {self.standin.token()}":
            raise Refused(401)
        return self._answer(self._with_faults(request.route, lambda: connector.perform(self.standin, request)))

    def _with_faults(self, route: str, take: Any) -> Reply | None:
        """What goes back, or nothing where the connection ends without."""
        fault = self.standin.faults.next_for(route)
        if fault is None:
            return take()  # type: ignore[no-any-return]
        if fault.taken:
            taken: Reply = take()
        if fault.how == "placeholder":
            return Reply(taken.status, {name: value for name, value in taken.body.items() if name != "id"})
        if fault.how == "status":
            self._refuse(Refused(fault.status, fault.code), fault)
        elif fault.how == "hang":
            self.server.ending.wait(fault.seconds)
            self._reset()
        else:
            self._reset()
        return None

    def _reset(self) -> None:
        """The connection ends without a word: reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _refuse(self, refused: Refused, fault: Fault | None = None) -> None:
        wait = fault.retry_after if fault else refused.retry_after
        headers = {} if wait is None else {"Retry-After": str(wait)}
        self._write(refused.status, refused.body(), headers)

    def _answer(self, reply: Reply | None) -> None:
        if reply is not None:
            self._write(reply.status, reply.body, {})

    def _write(self, status: int, body: Json, headers: Json) -> None:
        said = json.dumps(body).encode()
        self.send_response(status)
        typed = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(said))}
        for name, value in {**typed, "Connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)
