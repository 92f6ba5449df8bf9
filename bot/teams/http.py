"""Teams over HTTP: each request's sender is checked, then its tenant; what is right is answered in a thread.

What is larger than Teams' requests are is refused before it is read, nobody learns from an answer why a request was
refused, and nothing of one reaches a log.
"""

import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.chat.bodies import read_body
from commands.tracing import trace_of

from .activities import CHANNEL, Activity, read
from .library import PATH, Library
from .tenants import Allowed

log = logging.getLogger(__name__)

LARGEST = 1_000_000
"""Bytes that a request of Teams' may have; a full form stays far below."""

AT_ONCE = 20
"""How many requests are worked on at once."""


@dataclass(frozen=True)
class Reply:
    """What Teams is answered: the HTTP status, and a JSON object where it wants one, such as the answer to a press."""

    status: int = 200
    body: Mapping[str, Any] | None = None


Take = Callable[[Activity], Reply]
"""What is done with an activity of an allowed tenant; it runs in a worker thread."""


def route(library: Library, allowed: Allowed, take: Take) -> Route:
    """The route of Teams' requests."""
    return Route(PATH, _endpoint(library, allowed, take), methods=["POST"])


def _endpoint(library: Library, allowed: Allowed, take: Take) -> Callable[[Request], Awaitable[Response]]:
    limiter: list[anyio.CapacityLimiter] = []

    def answer(body: bytes, headers: Mapping[str, str]) -> Response:
        raw = _object(body)
        if raw is None:
            return _refuse(400, "it is no JSON object")
        verdict = library.authenticate(raw, headers)
        if not verdict.ok:
            return _refuse(503 if verdict.later else 401, verdict.why)
        if not allowed.service(str(raw.get("serviceUrl"))):
            return _refuse(401, "its service address is not allowed")
        activity = read(raw)
        if activity.channel != CHANNEL:
            return _leave("it is of another channel")
        if not allowed.tenant(activity.tenant):
            return _leave("its tenant is not allowed")
        return _taken(take, activity)

    async def endpoint(request: Request) -> Response:
        if not limiter:
            limiter.append(anyio.CapacityLimiter(AT_ONCE))  # it belongs to the loop that runs now
        body = await read_body(request, LARGEST)
        if body is None:
            _refuse(413, "it is too large")
            return Response(status_code=413, headers={"Connection": "close"})
        headers = {"authorization": request.headers.get("authorization", "")}
        return await anyio.to_thread.run_sync(answer, body, headers, limiter=limiter[0])

    return endpoint


def _taken(take: Take, activity: Activity) -> Response:
    """What is answered to an activity. Where that goes wrong, Teams brings it once more; the number finds it here."""
    try:
        reply = take(activity)
    except Exception as failure:
        extra = {"action": "teams.take", "error": uuid.uuid4().hex[:12], "trace": trace_of(failure)}
        log.error("an activity from Teams could not be taken", extra=extra)
        return Response(status_code=500)
    if reply.body is None:
        return Response(status_code=reply.status)
    return JSONResponse(reply.body, reply.status)


def _refuse(status: int, why: str) -> Response:
    log.warning("a request was refused: %s", why, extra={"action": "teams.refused"})
    return Response(status_code=status)


def _leave(why: str) -> Response:
    log.warning("an activity was left alone: %s", why, extra={"action": "teams.left"})
    return Response()


def _object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a request, or None where it holds something else."""
    try:
        found = _sound(json.loads(body.decode()))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _sound(value: Any) -> Any:
    """The same without what no text can hold that is to be stored: halves of characters, and the character zero."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_sound(each) for each in value]
    if isinstance(value, dict):
        return {_sound(name): _sound(each) for name, each in value.items()}
    return value
