"""A request as our pages see it: its form read, small, and of the one kind that our own pages send.

Files and long texts are refused with a sentence before they are read; what is wrong is said, never what was written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import anyio
from starlette.requests import ClientDisconnect, Request

LARGEST = 64 * 1024
"""Bytes that a form may have: a notification with everything in it stays far below."""

MOST_FIELDS = 300


@dataclass(frozen=True)
class Most:
    """What a form may have at most: bytes, and fields."""

    size: int = LARGEST
    fields: int = MOST_FIELDS


MOST = Most()

MOST_OF_A_SECTION = Most(1024 * 1024, 3000)
"""A section of a report: twenty rows of six columns with long texts are a quarter of this; fifty such rows fit."""

SECONDS = 20
"""How long a form may take to come in."""

_FORM = "application/x-www-form-urlencoded"

MARK = "mark"
"""The field that shows that a form came from our page."""


class NotRead(Exception):
    """A request that is not read further; `sentence` says why and what to do."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status, self.sentence = status, sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Asked:
    """One request. `path` is as the browser sees it; `genuine`: its form came from our own page, in this browser."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    genuine: bool = False

    def one(self, name: str) -> str:
        """What was filled into a field; empty where nothing was."""
        return self.form.get(name, ("",))[-1].strip()

    @property
    def raw(self) -> dict[str, str]:
        """All that was filled in, as text by field; several ticks with commas between, as steps read them."""
        return {name: ",".join(each for each in values if each) for name, values in self.form.items() if name != MARK}


async def form_of(request: Request, most: Most = MOST) -> dict[str, tuple[str, ...]]:
    """The form of a request, which may have so much `most`; nothing where it has none. Raises NotRead."""
    if request.method != "POST":
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind.startswith("multipart/"):
        raise NotRead(415, "No files can be sent here. Documents stay in your own system; give their reference.")
    if kind != _FORM:
        raise NotRead(415, "This page takes only its own form.")
    try:
        with anyio.fail_after(SECONDS):
            body = await _body(request, most.size)
    except TimeoutError:
        raise NotRead(408, "This took too long to arrive. Nothing has been sent; please try again.") from None
    except ClientDisconnect:
        raise NotRead(400, "The connection ended.") from None
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=most.fields, errors="strict")
    except (UnicodeError, ValueError):
        raise NotRead(400, "This form could not be read. Nothing has been sent; please try again.") from None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), _clean(value))
    return found


async def _body(request: Request, largest: int) -> bytes:
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > largest:
        raise _too_large()
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > largest:
            raise _too_large()
        pieces.append(piece)
    return b"".join(pieces)


def _too_large() -> NotRead:
    return NotRead(413, "This is too long for this page. Documents stay in your own system; give their reference.")


def _clean(value: str) -> str:
    """The text without control characters; lines end as everywhere else."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in "\n\t" or each.isprintable())
