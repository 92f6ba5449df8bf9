"""One Socket Mode connection, from its handshake to its end, and the ways in which it can go wrong.

The WebSocket protocol is that of the `websockets` library without its own input and output, so that the stand-in can
leave a socket open and say nothing on it, which no ready-made server does.
"""

import contextlib
import json
import secrets
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from .errors import Json

MOST_LINKS = 10
OnMessage = Callable[["Link", Json], None]


class Link:
    """A connection of an app. Test hands: `drop`, `go_silent`, `stop_events`, `disconnect`."""

    def __init__(self, sock: socket.socket, app_id: str, on_message: OnMessage) -> None:
        self.id = secrets.token_hex(4)
        self.app_id = app_id
        self.open = False
        self.silent = False
        self.events_stopped = False
        self.leaving = False
        self.pings = 0
        self._sock = sock
        self._on_message = on_message
        self._protocol = ServerProtocol(max_size=None)
        self._lock = threading.Lock()
        self._text = b""

    def shake_hands(self, path: str, headers: Mapping[str, str]) -> bool:
        """Answers the upgrade, of which the HTTP server has read the request. True: the connection stands."""
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        with self._lock:
            self._protocol.receive_data("\r\n".join(lines).encode("latin-1"))
            for request in self._protocol.events_received():
                if isinstance(request, Request):
                    self._protocol.send_response(self._protocol.accept(request))
            self._flush()
            self.open = self._protocol.state is State.OPEN
        return self.open

    def serve(self) -> None:
        """Reads until the connection ends."""
        with contextlib.suppress(OSError):
            while data := self._sock.recv(65_536):
                with self._lock:
                    self._protocol.receive_data(data)
                    frames = [one for one in self._protocol.events_received() if isinstance(one, Frame)]
                    self._flush()
                for frame in frames:
                    self._take(frame)
                if self._protocol.close_expected():
                    break
        self.open = False

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PING:
            self.pings += 1
        elif frame.opcode in (Opcode.TEXT, Opcode.CONT):
            self._text += bytes(frame.data)
            if frame.fin:
                whole, self._text = self._text, b""
                with contextlib.suppress(ValueError):
                    self._on_message(self, json.loads(whole))

    def send(self, message: Mapping[str, Any]) -> bool:
        """Sends a message; False if the connection has ended. A silent one swallows it, and Slack does not know."""
        if self.events_stopped and "envelope_id" in message:
            return self.open
        with self._lock:
            if not self.open:
                return False
            self._protocol.send_text(json.dumps(message).encode())
            return self._flush()

    def _flush(self) -> bool:
        data = b"".join(self._protocol.data_to_send())
        if self.silent or not data:
            return True
        try:
            self._sock.sendall(data)
        except OSError:
            self.open = False
        return self.open

    # A test's hands

    def go_silent(self) -> None:
        """The socket stays open, and nothing comes any more: no events, no pongs, no close."""
        self.silent = True

    def stop_events(self) -> None:
        """Pings are answered, but no event comes any more."""
        self.events_stopped = True

    def speak_again(self) -> None:
        """Ends the silence. What was sent meanwhile is lost."""
        self.silent = self.events_stopped = False

    def drop(self) -> None:
        """Ends the connection without a word, as a broken line does."""
        self.open = False
        reset(self._sock)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Says that the connection will go: warning, refresh_requested, link_disabled or too_many_websockets.

        At a warning envelopes still come; after any other reason none do, and the app is to open a new one.
        """
        self.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}})
        if reason != "warning":
            self.leaving = True

    def close(self) -> None:
        """Ends the connection with a close frame."""
        with self._lock, contextlib.suppress(Exception):
            if self.open:
                self._protocol.send_close(1000)
                self._flush()
        self.open = False
        shut(self._sock)


def shut(sock: socket.socket) -> None:
    """Ends a connection in both directions, so that whoever reads from it stops."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def reset(sock: socket.socket) -> None:
    """Ends a connection with a reset: nothing that was on its way arrives."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.shutdown(socket.SHUT_RD)
