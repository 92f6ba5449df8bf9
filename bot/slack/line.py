"""The line to Slack in Socket Mode, watched: one that is silent or lost is replaced within a minute."""

import logging
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web import SlackResponse

from .answers import asked_to_wait, error_of
from .workspaces import QUIET, TIMEOUT

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
LONGEST_ASKED = 120.0
"""The longest pause between two tries to get a line, in seconds; and where Slack asks for one."""

LONGEST_WORK = 5.0
LONGEST_STOP = 5.0
"""How long a stop waits for what is in hand, and then for each thing that is to end, in seconds."""


class AskedToWait(OSError):
    """Slack wants to be asked for a line later, after so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Slack asked to wait")
        self.seconds = seconds


class _Client(WebClient):
    """Asks for lines. Where Slack asks to wait the library would sleep as long as it says, and no stop would end it."""

    def apps_connections_open(self, *, app_token: str, **kwargs: Any) -> SlackResponse:
        """Asks once. Raises AskedToWait."""
        try:
            return super().apps_connections_open(app_token=app_token, **kwargs)
        except SlackApiError as failure:
            if (wait := asked_to_wait(failure)) is not None:
                raise AskedToWait(wait) from None
            raise


@dataclass
class Line:
    """Keeps a socket to Slack open; how often it is looked at, and when it counts as silent, in seconds."""

    app: App
    token: str
    api_url: str
    silent: float = SILENT_SECONDS
    looks: float = LOOK_SECONDS
    pings: float = PING_SECONDS
    _stopping: threading.Event = field(default_factory=threading.Event)
    _began: float = 0.0
    _session: str | None = None
    _failures: int = 0
    _wait: float = 0.0
    _in_hand: int = 0
    _idle: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        client = _Client(token=self.token, base_url=self.api_url, timeout=TIMEOUT, retry_handlers=[], logger=QUIET)
        self._handler = SocketModeHandler(
            self.app,
            self.token,
            logger=QUIET,
            web_client=client,
            ping_interval=self.pings,
            concurrency=AT_ONCE,
            auto_reconnect_enabled=False,  # one hand alone replaces a line: two would end each other's
        )
        self._handler.client.socket_mode_request_listeners[:] = [self._work]
        self._watch = threading.Thread(target=self._keep, name="slack-line", daemon=True)

    def start(self) -> None:
        """Begins to connect, and goes on trying; returns at once."""
        self._watch.start()

    def stop(self) -> None:
        """Takes nothing new, finishes what is in hand with its acknowledgement, and lets go of the line.

        It waits for some seconds at most: what hangs then is not acknowledged, and Slack delivers it again.
        """
        with self._idle:
            self._stopping.set()
            self._idle.wait_for(lambda: not self._in_hand, LONGEST_WORK)
        if self._watch.is_alive():
            self._watch.join(LONGEST_STOP)
        ending = threading.Thread(target=self._end, name="slack-line-end", daemon=True)
        ending.start()
        ending.join(LONGEST_STOP)

    def _work(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Handles one delivery, unless the bot is about to stop: then it is left to whoever is there next."""
        with self._idle:
            if self._stopping.is_set():
                return
            self._in_hand += 1
        try:
            self._handler.handle(self._handler.client, request)
        finally:
            with self._idle:
                self._in_hand -= 1
                self._idle.notify_all()

    def _end(self) -> None:
        self._hang_up()
        self._handler.client.closed = True
        self._handler.client.message_queue.put(None)  # else its reader waits a second for the next message
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
            self._stopping.wait(max(pause, self._wait))
            self._wait = 0.0

    def _connect(self) -> None:
        try:
            ended = self._let_go()
            # Not by force where the old one has ended: Slack may have made the library take a new line meanwhile.
            self._handler.client.connect_to_new_endpoint(force=not ended)
            self._failures = 0
            self._note_new()
        except (SlackApiError, OSError) as failure:
            self._failures += 1
            self._wait = min(failure.seconds, LONGEST_ASKED) if isinstance(failure, AskedToWait) else 0.0
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

    def _is_silent(self) -> bool:
        """Whether no ping has been answered for too long, counted from when the line came about if none ever was."""
        session = self._handler.client.current_session
        if session is None:
            return False
        heard = session.last_ping_pong_time or self._began or time.time()
        return time.time() - heard > self.silent
