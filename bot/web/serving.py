"""The server: one Starlette app on CONVENOR_PORT, with what each chat platform needs and whether the bot is well.

It runs in a thread of its own beside the loops. What is asked is never logged: an address may say who somebody is.
"""

import errno
import logging
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import uvicorn
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.wiring import Installation, NotReady
from commands.tracing import trace_of
from storage.records import delivery

from .guard import Headed

log = logging.getLogger(__name__)

HEALTH = "/healthz"
LATE = timedelta(minutes=5)
"""How long ago the last tick may be before the bot is no longer well."""

BACKLOG = 128
STOPS_WITHIN = 10
"""Seconds for what is being answered when the server stops."""


@dataclass
class Server:
    """A server that runs in its thread."""

    app: Starlette
    listening: socket.socket
    _server: uvicorn.Server = field(init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        config = uvicorn.Config(
            self.app,
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOPS_WITHIN,
            lifespan="off",
        )
        for name in ("uvicorn.access", "uvicorn.error", "uvicorn.asgi"):
            logging.getLogger(name).disabled = True  # addresses and traces may hold what nobody is to read
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self.listening],), name="web", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return int(self.listening.getsockname()[1])

    def stop(self) -> None:
        """Stops; what is being answered is finished first."""
        self._server.should_exit = True
        self._thread.join(STOPS_WITHIN + 5)
        self.listening.close()


def serve(installation: Installation) -> Server:
    """Starts the server of an installation. Raises NotReady where the port is taken."""
    server = Server(application(routes_of(installation)), _listen(installation.settings.port))
    log.info("listening", extra={"action": "listen"})
    return server


def routes_of(installation: Installation) -> list[BaseRoute]:
    """All that an installation answers."""
    routes: list[BaseRoute] = [Route(HEALTH, _health(installation), methods=["GET"])]
    for chat in installation.chats:
        routes += chat.routes()
    if installation.pages is not None:
        routes += installation.pages.routes()
    return routes


def application(routes: Iterable[BaseRoute]) -> Starlette:
    """The app with these routes; what is not there and what fails is answered without a word about why."""
    return Starlette(
        routes=list(routes),
        middleware=[Middleware(Headed)],
        exception_handlers={404: _not_there, 405: _not_there, 500: _failed},
    )


def _listen(port: int) -> socket.socket:
    both = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if both else socket.AF_INET
    try:
        return socket.create_server(("", port), family=family, dualstack_ipv6=both, backlog=BACKLOG)
    except OSError as failure:
        if failure.errno == errno.EADDRINUSE:
            sentence = f"Port {port} is taken: another program listens there. Set CONVENOR_PORT to a free one."
        else:
            sentence = f"The bot may not listen on port {port} ({failure.strerror}). Set CONVENOR_PORT to another one."
        raise NotReady([sentence]) from None


def _health(installation: Installation) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        """200 while the database answers and the loops go round; 503 else, for whoever watches the bot."""
        try:
            with installation.store.reading() as session:
                beats = delivery.last_beats(session, ("tick", "delivery"))
        except DBAPIError:
            return JSONResponse({"well": False}, 503)
        well = all(installation.now() - at < LATE for at in beats.values())
        return JSONResponse({"well": well}, 200 if well else 503)

    return answer


def _not_there(request: Request, failure: Exception) -> Response:
    return Response("There is nothing here.\n", 404, media_type="text/plain")


def _failed(request: Request, failure: Exception) -> Response:
    log.error("a request broke", extra={"action": "web", "trace": trace_of(failure)})
    return Response("Something went wrong on our side. Please try again.\n", 500, media_type="text/plain")
