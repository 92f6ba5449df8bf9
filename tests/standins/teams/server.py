"""The stand-in itself: a server on a free port of the loopback, with threads, and what a test sets and reads.

As the stand-in Slack it is built on the standard library's threading server, because what it must do with sockets (take
a request and close, say nothing, refuse connections) is what a good server never does.
"""

import contextlib
import itertools
import json
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, Self, TypeVar

from . import activities, tokens
from .delivery import Receipt, deliver
from .errors import Json
from .faults import Faults
from .limits import Windows
from .odd import ODD
from .people import Person
from .sockets import Listener
from .tenants import Tenant
from .things import Conversation, Dialog, Post, Upload

T = TypeVar("T")
SIGNED = "signed as it should be"
"""In the place of a token: a good one."""
METADATA = "/v1/.well-known/openidconfiguration"
KEYS = "/v1/.well-known/keys"


class StandIn:
    """A Teams for tests. A context manager, or `start()` and `stop()`. Several may run in one process.

    `clock` (epoch seconds) stamps messages and runs the throttling windows; tokens and time-outs go by the real clock.
    `burst` multiplies the windows, for where the clock stands still. `answer_timeout`: seconds that Teams waits for the
    bot's answer.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time, burst: int = 1, answer_timeout: float = 15.0) -> None:
        self.clock = clock
        self.answer_timeout = answer_timeout
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.stopping = threading.Event()
        self.client_id = str(uuid.uuid4())
        self.bot_id = f"28:{self.client_id}"
        self.endpoint = ""
        self.tenants: dict[str, Tenant] = {}
        self.conversations: dict[str, Conversation] = {}
        self.posted: list[Post] = []
        """Every message of the bot's that was ever taken, also those that are deleted."""
        self.dialogs: dict[tuple[str, str], Dialog] = {}
        """The dialog open before somebody, by tenant and user."""
        self.uploads: dict[str, Upload] = {}
        self.sent: list[Json] = []
        """Every activity that went to the bot."""
        self.calls: list[tuple[str, str]] = []
        """Every request of the bot: method and path with its query."""
        self.problems: list[str] = []
        """What the real one would have refused, or its client not shown. Should be empty at the end of a test."""
        self.faults = Faults()
        self.windows = Windows(self._now, burst)
        self.most_per_page = 500
        self._listener = Listener(self)
        self._numbers = itertools.count(1)
        self._last_id = 0
        self._token = self._new_token()

    def _now(self) -> float:
        return self.clock()

    # Beginning and end

    def start(self) -> Self:
        """Starts to listen; ready when it returns."""
        self._listener.open()
        return self

    def stop(self) -> None:
        """Closes every connection and waits for every thread. A second time does nothing."""
        self.stopping.set()
        self._listener.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def origin(self) -> str:
        """http://127.0.0.1:PORT"""
        return f"http://127.0.0.1:{self._listener.port}"

    @property
    def metadata_url(self) -> str:
        """The OpenID metadata, for TEAMS_OPENID_METADATA_URL."""
        return self.origin + METADATA

    @property
    def keys_url(self) -> str:
        """The keys that sign what Teams sends."""
        return self.origin + KEYS

    @property
    def service_url(self) -> str:
        """The connector's address, as each activity names it."""
        return f"{self.origin}/teams/"

    def outage(self, on: bool = True) -> None:
        """Connections are refused until lifted: what the bot sends has certainly not arrived."""
        if on:
            self._listener.refuse()
        else:
            self._listener.open()

    # Tokens

    def token(self) -> str:
        """The token that the bot shows to the connector, which answers 401 to any other."""
        return self._token

    def renew_token(self) -> str:
        """Another one; the one before is no longer taken."""
        self._token = self._new_token()
        return self._token

    def _new_token(self) -> str:
        claims = {"iss": "https://sts.windows.net/stand-in/", "aud": tokens.ISSUER, "appid": self.client_id}
        return tokens.signed(claims | {"jti": str(uuid.uuid4())}, signing_key="entra")

    def sign(self, *, signing_key: str = "own", kid: str = tokens.KEY_ID, alg: str = "RS256", **claims: Any) -> str:
        """The token of an activity, right unless told otherwise; a claim that is None is left out.

        Claims: iss, aud, exp, nbf, iat (epoch seconds of the real clock), serviceurl, any other. `signing_key`: any
        other name gives a key that nobody knows; `alg` none: no signature at all.
        """
        right = {"aud": self.client_id, "serviceurl": self.service_url}
        return tokens.signed(right | claims, signing_key=signing_key, kid=kid, alg=alg)

    # What a test sets

    def reaches(self, url: str) -> None:
        """Where the bot is: the address of its /api/messages."""
        self.endpoint = url

    def add_tenant(self, name: str) -> Tenant:
        """An organisation."""
        tenant = Tenant(self, name)
        self.tenants[tenant.id] = tenant
        return tenant

    # What goes to the bot

    def post(
        self,
        activity: Json | bytes,
        token: str | None = SIGNED,
        *,
        headers: Json | None = None,
    ) -> tuple[int, Any]:
        """Sends any activity, or any bytes; gives the status (0: no answer) and the body. Token None: no header."""
        receipt = self.send(activity, token, headers=headers)
        return receipt.status, receipt.body

    def send(self, activity: Json | bytes, token: str | None = SIGNED, *, headers: Json | None = None) -> Receipt:
        """The same, with what failed."""
        assert self.endpoint, "say first where the bot is: standin.reaches(url)"
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        if isinstance(activity, dict):
            self.sent.append(activity)
        shown = self.sign() if token is SIGNED else token
        given = {} if shown is None else {"Authorization": f"Bearer {shown}"}
        return deliver(self.endpoint, body, given | (headers or {}), self.answer_timeout)

    def odd(self, kind: str, person: Person, **changes: Any) -> Receipt:
        """Sends something unusual that Teams does send, by its name in `odd.ODD`; `changes` go over it."""
        return self.send(ODD[kind](self, person.record, person.chat) | changes)

    def message(self, person: Person, text: str) -> Json:
        """The activity of somebody typing in the personal chat, not sent: for tests that change it and `post` it."""
        return activities.message(self, person.record, person.chat, text)

    # What a test reads

    def called(self, method: str, part: str) -> list[str]:
        """The paths of requests by this method that hold `part`."""
        return [path for one, path in list(self.calls) if one == method and part in path]

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

    # What the parts tell it

    def new_id(self) -> str:
        """The id of a message: milliseconds since 1970, later than any before."""
        with self.lock:
            self._last_id = max(self._last_id + 1, int(self.clock() * 1000))
            return str(self._last_id)

    def count(self) -> int:
        """The number of something that has just happened."""
        number = next(self._numbers)
        with contextlib.suppress(RuntimeError), self.changed:
            self.changed.notify_all()
        return number
