"""A bot of a few lines, for the stand-in's own tests: it notes what comes, and answers what a test says."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import httpx

from .errors import Json
from .people import Person
from .server import StandIn
from .tenants import Tenant
from .things import CARD

Reply = tuple[int, Any]


@dataclass
class SmallBot:
    """Listens on a free port. `replies`: what it answers to an activity; 200 and nothing unless told otherwise."""

    standin: StandIn
    heard: list[Json] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    replies: Callable[[Json], Reply] = lambda activity: (200, None)

    def __enter__(self) -> Self:
        bot = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Says nothing."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                bot.heard.append(json.loads(body))
                bot.tokens.append(self.headers.get("Authorization") or "")
                status, said = bot.replies(bot.heard[-1])
                with contextlib.suppress(OSError):  # Teams has given up meanwhile
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(b"" if said is None else json.dumps(said).encode())

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.standin.reaches(f"http://127.0.0.1:{self._server.server_address[1]}/api/messages")
        self._client = httpx.Client(timeout=5)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # Towards the connector

    def asks(self, method: str, path: str, body: Json | None = None, token: str = "") -> httpx.Response:
        """One request to the connector, with its token unless another is given."""
        headers = {"Authorization": f"Bearer {token or self.standin.token()}"}
        return self._client.request(method, self.standin.service_url.rstrip("/") + path, json=body, headers=headers)

    def sends(self, conversation: str, activity: Json) -> str:
        """Posts a message; gives its id."""
        answer = self.asks("POST", f"/v3/conversations/{conversation}/activities", activity)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def changes(self, conversation: str, id_: str, activity: Json) -> httpx.Response:
        """Puts something else into a message's place."""
        return self.asks("PUT", f"/v3/conversations/{conversation}/activities/{id_}", activity)


@dataclass
class Stage:
    """A stand-in with one tenant, one person and a small bot. Its clock stands until a test moves it."""

    standin: StandIn
    tenant: Tenant
    nurse: Person
    bot: SmallBot
    time: list[float]

    def gives(self, *actions: Json, body: list[Json] | None = None, to: str = "") -> Any:
        """The bot posts a card with these buttons; gives the message as the nurse sees it."""
        where = to or self.nurse.chat.id
        self.bot.sends(where, message(card(*actions, body=body)))
        return self.nurse.sees_in(where)[-1]


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Everything that most of the tests need."""
    time = [1_800_000_000.0]
    with StandIn(clock=lambda: time[0], answer_timeout=2.0) as standin, SmallBot(standin) as bot:
        tenant = standin.add_tenant("Ourshire Council")
        nurse = tenant.person("Designated Nurse", "Designated.Nurse@ourshire.example")
        yield Stage(standin, tenant, nurse, bot, time)


# Cards


def card(*actions: Json, body: list[Json] | None = None) -> Json:
    """A card with words and these actions."""
    inside = body if body is not None else [words("Who is to come?")]
    buttons: list[Json] = [{"type": "ActionSet", "actions": list(actions)}] if actions else []
    return {"type": "AdaptiveCard", "version": "1.5", "body": [*inside, *buttons]}


def words(text: str) -> Json:
    """A line of text."""
    return {"type": "TextBlock", "text": text, "wrap": True}


def blank(name: str, **more: Any) -> Json:
    """Something to fill in."""
    return {"type": "Input.Text", "id": f"b.{name}", "label": name.capitalize(), **more}


def execute(title: str, **data: Any) -> Json:
    """A button that is answered at once."""
    return {"type": "Action.Execute", "title": title, "verb": title.lower(), "data": data}


def submit(title: str, **more: Any) -> Json:
    """A button of a dialog."""
    return {"type": "Action.Submit", "title": title, **more}


def opens(title: str = "Open") -> Json:
    """A button that opens a dialog."""
    return submit(title, data={"msteams": {"type": "task/fetch"}, "which": 7})


def message(*cards: Json, **more: Any) -> Json:
    """A message with these cards."""
    return {"type": "message", "attachments": [{"contentType": CARD, "content": one} for one in cards], **more}


def text(said: str) -> Json:
    """A message of words only."""
    return {"type": "message", "text": said}


# Answers


def instead(new: Json) -> Reply:
    """A card in the place of the one that was pressed."""
    return 200, {"statusCode": 200, "type": CARD, "value": new}


def toast(said: str) -> Reply:
    """A short message."""
    return 200, {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": said}


def dialog(new: Json, title: str = "A form") -> Reply:
    """A dialog, opened or changed."""
    value = {"title": title, "card": {"contentType": CARD, "content": new}}
    return 200, {"task": {"type": "continue", "value": value}}
