"""How activities reach the bot: one POST over a real socket, and what came back."""

import http.client
import json
import urllib.parse
from dataclasses import dataclass
from typing import Any

from .errors import Json


@dataclass(frozen=True)
class Receipt:
    """What came back. `status` 0: nothing, for the reason in `failure`."""

    status: int
    body: Any = None
    failure: str = ""

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


def deliver(url: str, body: bytes, headers: Json, timeout: float) -> Receipt:
    """POSTs to the bot and waits for its answer, for so many seconds."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("POST", parts.path or "/", body, {"Content-Type": "application/json"} | headers)
        answer = connection.getresponse()
        return Receipt(answer.status, _read(answer.read()))
    except TimeoutError:
        return Receipt(0, failure=f"no answer in {timeout:g} seconds")
    except (OSError, http.client.HTTPException) as problem:
        return Receipt(0, failure=f"nobody there: {type(problem).__name__}")
    finally:
        connection.close()


def _read(said: bytes) -> Any:
    """JSON where it is any; else the words."""
    if not said:
        return None
    try:
        return json.loads(said)
    except ValueError:
        return said.decode(errors="replace")
