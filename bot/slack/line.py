"""The line to Slack in Socket Mode, watched: one that is silent or lost is replaced within a minute."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError

from .answers import error_of
from .workspaces import QUIET, a_client

log = logging.getLogger(__name__)

AT_ONCE = 20
"""How many deliveries are worked on at once."""

PING_SECONDS = 5.0
SILENT_SECONDS = 30.0
"""After so many seconds without any answer to a ping a line counts as silent."""

LOOK_SECONDS = 2.0
LONGEST_END = 4.0
A_LOOK = 0.05
"""How long the end of an old line is waited for, and how often it is looked at, in seconds."""

LONGEST_WAIT = 30.0
"""The longest pause between two tries to get a line, in seconds."""


@dataclass
class Line:
    """Keeps a socket to Slack open. `up` is told whenever a line is there again, `looks` in seconds."""

    app: App
    token: str
    api_url: str
    up: Callable[[], None] = lambda: None
    silent: float = SILENT_SECONDS
    looks: float = LOOK_SECONDS
    pings: float = PING_SECONDS
    _stopping: threading.Event = field(default_factory=threading.Event)
    _began: float = 0.0
    _session: str | None = None
    _failures: int = 0

    def __post_init__(self) -> None:
        client = a_client(self.token, self.api_url)
        self._handler = SocketModeHandler(
            self.app,
            self.token,
            logger=QUIET,
            web_client=client,
            ping_interval=self.pings,
            concurrency=AT_ONCE,
            auto_reconnect_enabled=False,  # one hand alone replaces a line: two would end each other's
        )
        self._watch = threading.Thread(target=self._keep, name="slack-line", daemon=True)

    def start(self) -> None:
        """Begins to connect, and goes on trying; returns at once."""
        self._watch.start()

    def stop(self) -> None:
        """Lets go of the line; what is being worked on is finished first."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join()
        self._hang_up()
        try:
            self._handler.client.close()
        except AttributeError:
            self._handler.client.close()  # the library stumbled over a socket that ended meanwhile: once more

    def _hang_up(self) -> None:
        """Ends the socket itself first: the library would wait for its next message, up to three seconds."""
        client = self._handler.client
        session = client.current_session
        if session is not None and session.sock is not None:
            with suppress(OSError):
                session.sock.shutdown(socket.SHUT_RDWR)

    @property
    def is_up(self) -> bool:
        """Whether there is a line that answers."""
        return self._handler.client.is_connected() and not self._is_silent()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            if self._session != self._handler.client.session_id():  # Slack asked the library to take a new line
                self._note_new()
            if not self.is_up:
                self._connect()
            pause = self.looks if self.is_up else min(self.looks * 2 ** min(self._failures, 5), LONGEST_WAIT)
            self._stopping.wait(pause)

    def _connect(self) -> None:
        try:
            ended = self._let_go()
            # Not by force where the old one has ended: Slack may have made the library take a new line meanwhile.
            self._handler.client.connect_to_new_endpoint(force=not ended)
            self._failures = 0
            self._note_new()
        except (SlackApiError, OSError) as failure:
            self._failures += 1
            word = error_of(failure) if isinstance(failure, SlackApiError) else type(failure).__name__
            log.warning("no line to Slack", extra={"action": "connect", "error": word})
        except Exception as failure:
            self._failures += 1
            log.warning("no line to Slack", extra={"action": "connect", "error": type(failure).__name__})

    def _let_go(self) -> bool:
        """Ends the old line and waits until the library has seen it: it stumbles where both end it at once."""
        if self._session == self._handler.client.session_id():
            self._hang_up()
        for _ in range(int(LONGEST_END / A_LOOK)):
            if not self._handler.client.is_connected():
                return True
            if self._session != self._handler.client.session_id():
                return True
            self._stopping.wait(A_LOOK)
        return False

    def _note_new(self) -> None:
        self._session, self._began = self._handler.client.session_id(), time.time()
        log.info("a line to Slack is open", extra={"action": "connect"})
        self.up()

    def _is_silent(self) -> bool:
        """Whether no ping has been answered for too long, counted from when the line came about if none ever was."""
        session = self._handler.client.current_session
        if session is None:
            return False
        heard = session.last_ping_pong_time or self._began or time.time()
        return time.time() - heard > self.silent
