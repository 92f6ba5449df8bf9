"""Slack over HTTP: signed requests, each answered in a thread once what was asked for is committed.

Bolt checks the signature and the timestamp (five minutes). What is larger than Slack's requests are is refused before
it is read, and nothing of a request that is refused reaches a log.
"""

from collections.abc import Awaitable, Callable, Sequence

import anyio
import anyio.to_thread
from slack_bolt import App, BoltRequest, BoltResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.chat.bodies import read_body

from .manifest import EVENTS_PATH

LARGEST = 2_000_000
"""Bytes that a request of Slack's may have; a view with everything in it stays below."""

AT_ONCE = 20
"""How many requests are worked on at once."""


def route(app: App) -> Route:
    """The route of Slack's requests."""
    return Route(EVENTS_PATH, _endpoint(app), methods=["POST"])


def _endpoint(app: App) -> Callable[[Request], Awaitable[Response]]:
    limiter: list[anyio.CapacityLimiter] = []

    async def endpoint(request: Request) -> Response:
        if not limiter:
            limiter.append(anyio.CapacityLimiter(AT_ONCE))  # it belongs to the loop that runs now
        body = await read_body(request, LARGEST)
        if body is None:
            return Response(status_code=413, headers={"Connection": "close"})
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return Response(status_code=400)
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        asked = BoltRequest(body=text, query=request.url.query, headers=headers)
        return _as_response(await anyio.to_thread.run_sync(app.dispatch, asked, limiter=limiter[0]))

    return endpoint


def _as_response(answer: BoltResponse) -> Response:
    response = Response(answer.body, answer.status)
    for name, values in answer.headers.items():
        if name.casefold() != "content-length":
            for value in values:
                response.headers[name] = value
    return response
