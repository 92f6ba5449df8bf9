"""A Slack for measuring: it types as fast as answers come, and does nothing that costs more than what is measured.

It speaks Socket Mode (hello, envelopes, acknowledgements) and answers the few calls that a bot makes. It refuses
nothing: what Slack refuses is for the stand-in of the tests, whose checks would cost more than a bare bot does.
"""

import asyncio
import hashlib
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

TEAM = "T0BENCH"
BOT_USER = "U0BOT"
COMMAND = "/convenor"
PATIENCE = 30.0
"""Seconds after which an answer that has not come is a failure."""

Line = Callable[[int], tuple[str, str]]
"""Gives the address of whoever types, and what they type, by the number of the line."""


class NoAnswer(RuntimeError):
    """A line was answered wrongly, or not at all: figures of that would say nothing."""


@dataclass(frozen=True)
class Rounds:
    """Lines that were answered: how long it took altogether, and each of them, in seconds."""

    seconds: float
    times: tuple[float, ...]


@dataclass
class Lines:
    """The connection of one bot, by its app token, and the lines that wait for their acknowledgement."""

    socket: ServerConnection | None = None
    waiting: dict[str, asyncio.Future[str]] = field(default_factory=dict)


class Load:
    """The server. `delay`: seconds by which every post (all calls but the connection's own) is answered later."""

    def __init__(self, emails: Iterator[str] | list[str]) -> None:
        self.delay = 0.0
        self.posts = 0
        self.last_post = time.monotonic()
        self._users = {user_of(email): email for email in emails}
        self._bots: dict[str, Lines] = {}
        self._numbers = itertools.count(1)
        self._server: Server | None = None
        self._http: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The base URL of the Web API."""
        assert self._http is not None
        return f"http://127.0.0.1:{self._http.server_port}/api/"

    async def __aenter__(self) -> "Load":
        self._server = await serve(self._link, "127.0.0.1", 0, compression=None, ping_interval=None, max_size=None)
        port = self._server.sockets[0].getsockname()[1]
        self._http = _web_api(self, port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None and self._http is not None
        self._http.shutdown()
        self._http.server_close()
        self._server.close()
        await self._server.wait_closed()

    # Typing

    def has(self, app: str) -> bool:
        """Whether a bot has its connection."""
        return self._bot(app).socket is not None

    async def types(self, app: str, email: str, text: str) -> str:
        """One line; gives what was acknowledged, as it came."""
        bot = self._bot(app)
        if bot.socket is None:
            raise NoAnswer(f"the bot {app} has no connection")
        number = next(self._numbers)
        envelope = f"envelope-{number}"
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        bot.waiting[envelope] = answered
        await bot.socket.send(json.dumps(_envelope(envelope, number, user_of(email), text, self.url)))
        try:
            return await asyncio.wait_for(answered, PATIENCE)
        except TimeoutError:
            raise NoAnswer("a line was not answered") from None
        finally:
            bot.waiting.pop(envelope, None)

    async def rounds(self, app: str, line: Line, sees: str, *, at_once: int, seconds: float) -> Rounds:
        """Types for so many seconds, with so many lines under way. Raises NoAnswer for an answer without `sees`."""
        times: list[float] = []
        began = time.perf_counter()

        async def typist() -> None:
            while (start := time.perf_counter()) - began < seconds:
                answer = await self.types(app, *line(next(self._numbers)))
                times.append(time.perf_counter() - start)
                if sees not in answer:
                    raise NoAnswer(f"{sees!r} is not in {answer}")

        await asyncio.gather(*(typist() for _ in range(at_once)))
        return Rounds(time.perf_counter() - began, tuple(times))

    async def quiet(self, for_: float = 2.0) -> None:
        """Waits until no post has come for so many seconds."""
        while time.monotonic() - self.last_post < for_:
            await asyncio.sleep(0.1)

    # Socket Mode

    def _bot(self, app: str) -> Lines:
        return self._bots.setdefault(app, Lines())

    async def _link(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        bot = self._bot(socket.request.path.strip("/?"))
        await socket.send(json.dumps({"type": "hello", "num_connections": 1}))
        bot.socket = socket
        try:
            async for message in socket:
                word = json.loads(message)
                answered = bot.waiting.get(word.get("envelope_id", ""))
                if answered is not None and not answered.done():
                    answered.set_result(str(message))
        except ConnectionClosed:
            pass  # a bot that is ended hangs up
        finally:
            bot.socket = None

    # The Web API

    def answer(self, method: str, sent: dict[str, str], token: str, socket_port: int) -> dict[str, Any]:
        """What a call is answered."""
        if method == "apps.connections.open":
            return {"url": f"ws://127.0.0.1:{socket_port}/{token}"}
        self.posts += 1
        self.last_post = time.monotonic()
        time.sleep(self.delay)
        match method:
            case "auth.test":
                return {"team_id": TEAM, "team": "Bench", "user_id": BOT_USER, "bot_id": "B0BOT"}
            case "users.info":
                return {"user": _user(sent["user"], self._users[sent["user"]])}
            case "users.lookupByEmail" if user_of(sent["email"]) in self._users:
                return {"user": _user(user_of(sent["email"]), sent["email"])}
            case "users.lookupByEmail":
                return {"ok": False, "error": "users_not_found"}
            case "conversations.open":
                return {"channel": {"id": sent["users"].replace("U", "D", 1)}}
            case "views.publish":
                return {"view": {"id": "V0BENCH", "hash": "1"}}
        return {"channel": sent.get("channel", ""), "ts": f"{time.time():.6f}", "message": {}, "messages": []}


def user_of(email: str) -> str:
    """The user's id of whoever has an address."""
    return "U" + hashlib.sha256(email.encode()).hexdigest()[:10].upper()


def _user(id_: str, email: str) -> dict[str, Any]:
    return {"id": id_, "team_id": TEAM, "tz": "Europe/London", "profile": {"email": email}}


def _envelope(envelope: str, number: int, user: str, text: str, url: str) -> dict[str, Any]:
    return {
        "envelope_id": envelope,
        "type": "slash_commands",
        "accepts_response_payload": True,
        "payload": {
            "token": "bench",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": "C0BENCH",
            "channel_name": "general",
            "user_id": user,
            "user_name": "somebody",
            "command": COMMAND,
            "text": text,
            "api_app_id": "A0BENCH",
            "is_enterprise_install": "false",
            "response_url": f"{url}response/{number}",
            "trigger_id": f"{number}.bench",
        },
    }


def _web_api(load: Load, socket_port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if self.headers.get("Content-Type", "").startswith("application/json"):
                sent = {name: str(value) for name, value in json.loads(body or "{}").items()}
            else:
                sent = {name: values[0] for name, values in parse_qs(body).items()}
            token = self.headers.get("Authorization", "").removeprefix("Bearer ") or sent.get("token", "")
            answer = json.dumps({"ok": True, **load.answer(self.path.rpartition("/")[2], sent, token, socket_port)})
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="web api", daemon=True).start()
    return server
