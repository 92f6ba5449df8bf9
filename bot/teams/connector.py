"""Posting to Teams: one request each, with time-outs, and failures told apart by whether anything may have got through.

Activities go out as plain JSON by the SDK's client, not by its typed models: these take out what is empty in a card,
know no fields that are newer than they are, and need an id in every answer. Nothing is repeated here: the outbox does
that. Rules: "REST API reference - Bot Framework" (Microsoft), and for throttling and sizes Teams' own pages.
"""

import email.utils
import mimetypes
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import anyio
import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from .library import Library
from .tenants import Allowed
from .tokens import CONNECTS
from .tokens import NoToken as NoToken
from .tokens import NotReached as NotReached

PLACEHOLDER = "DO_NOT_USE_PLACEHOLDER_ID"
"""What Microsoft's SDK writes where Teams gave no id."""

UNAUTHORISED = 401

PAGE = 200
"""How many members a page of a roster has; Teams gives 500 at most."""

MOST_PAGES = 500
"""After so many pages a roster counts as read: it would have gone round."""

_Given = TypeVar("_Given")


@dataclass(frozen=True)
class Place:
    """A conversation: the address of the connector, and the conversation's id (with `;messageid=` for a thread)."""

    service: str
    conversation: str


@dataclass(frozen=True)
class Member:
    """Somebody in a conversation: `user` is the object id in Entra, in small letters; `member` what Teams calls them to
    the bot. Empty where Teams did not say. `guest`: they are at home in another tenant, or nowhere."""

    user: str
    member: str
    name: str
    email: str
    tenant: str
    guest: bool


class Refused(Exception):
    """Teams answered with an error: the HTTP status, its own code such as "BotNotInConversationRoster" (empty where it
    gave none), and the seconds for which it asked to wait, if it did."""

    def __init__(self, status: int, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Broke(Exception):
    """The connection broke, or no answer came in time: it may have got through."""


class NotAllowed(NotReached):
    """The address is none to which the bot sends: nothing was sent. Settings may have changed since it was kept."""


class Connector:
    """Posts to Teams. To be used from threads; its own thread begins with the first request.

    Everything here raises Refused, NoToken, NotReached or Broke, and nothing else.
    """

    def __init__(self, library: Library, allowed: Allowed) -> None:
        self._library = library
        self._allowed = allowed
        self._lock = threading.Lock()
        self._opened: AbstractContextManager[BlockingPortal] | None = None
        self._portal: BlockingPortal | None = None
        self._closed = False

    # Messages

    def send(self, place: Place, activity: Mapping[str, Any]) -> str:
        """Posts an activity; gives its id, or an empty text where Teams gave none.

        One whose recipient is targeted is seen by them alone.
        """
        answer = self._ask("POST", place, "/activities" + _targeted(activity), activity)
        id_ = str(answer.get("id") or "")
        return "" if id_ == PLACEHOLDER else id_

    def update(self, place: Place, id_: str, activity: Mapping[str, Any]) -> None:
        """Puts an activity into the place of one that the bot posted."""
        self._ask("PUT", place, f"/activities/{_quoted(id_)}{_targeted(activity)}", {**activity, "id": id_})

    def delete(self, place: Place, id_: str) -> None:
        """Takes away an activity that the bot posted."""
        self._ask("DELETE", place, f"/activities/{_quoted(id_)}")

    def open_chat(self, service: str, tenant: str, member: str) -> str:
        """Begins somebody's personal chat with the bot, or finds it; gives its conversation id.

        `member` is what Teams calls them to the bot, or their object id in Entra. The app must be installed for them.
        """
        asked = {
            "bot": {"id": f"28:{self._library.client_id}"},
            "members": [{"id": member}],
            "isGroup": False,
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        answer = self._call("POST", service, "/v3/conversations", asked)
        id_ = str(answer.get("id") or "")
        if not id_:
            raise Broke("Teams gave no conversation")
        return id_

    # People

    def member(self, place: Place, user: str) -> Member:
        """One member of a conversation, by object id in Entra or by what Teams calls them to the bot."""
        return _as_member(self._ask("GET", place, f"/members/{_quoted(user)}"))

    def members(self, place: Place) -> Iterator[Member]:
        """All members of a conversation, page by page as they are read."""
        more = ""
        for _ in range(MOST_PAGES):
            question = f"?pageSize={PAGE}" + (f"&continuationToken={quote(more, safe='')}" if more else "")
            answer = self._ask("GET", place, f"/pagedMembers{question}")
            found = answer.get("members")
            yield from (_as_member(each) for each in found or () if isinstance(each, Mapping))
            more = str(answer.get("continuationToken") or "")
            if not more:
                return

    # Files

    def upload(self, url: str, content: bytes, name: str) -> None:
        """Puts a file to where somebody has allowed it, in one piece and without the bot's token.

        Rule: "Send and receive files from a bot" (Microsoft Teams): the address is a OneDrive upload session.
        """
        if not self._allowed.uploads(url):
            raise NotAllowed("no address of an allowed file")
        headers = {
            "Content-Type": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}",
        }
        with _told_apart():
            answer = httpx.put(url, content=content, headers=headers, timeout=self._waits())
            answer.raise_for_status()

    def close(self) -> None:
        """Ends the connections, once what is under way has its answer; nothing is sent afterwards."""
        with self._lock:
            self._closed = True
            portal, opened = self._portal, self._opened
            self._portal = self._opened = None
        if portal is not None and opened is not None:
            portal.call(self._library.close)
            opened.__exit__(None, None, None)

    # How

    def _ask(self, method: str, place: Place, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        return self._call(method, place.service, f"/v3/conversations/{_quoted(place.conversation)}{path}", body)

    def _call(self, method: str, service: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Asks a connector for something; gives its answer, or an empty one where it is no JSON object."""
        if not self._allowed.service(service):
            raise NotAllowed("no address of Teams that is allowed")
        token = self._library.token()  # in the caller's thread: one that waits for Entra keeps nobody else waiting
        portal = self._running()
        try:
            with _told_apart():
                return portal.call(self._request, method, service.rstrip("/") + path, token, body)
        except Refused as refused:
            if refused.status == UNAUTHORISED:
                self._library.drop_token()
            raise

    async def _request(self, method: str, url: str, token: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
        with anyio.fail_after(self._library.timeout):
            answer = await self._library.request(method, url, token=token, json=body, timeout=self._waits())
        try:
            found = answer.json()
        except ValueError:
            return {}
        return found if isinstance(found, Mapping) else {}

    def _waits(self) -> httpx.Timeout:
        """How long each step may take. To connect takes less than the whole: who does not connect has sent nothing."""
        whole = self._library.timeout
        connects = min(CONNECTS, whole / 2)
        return httpx.Timeout(whole, connect=connects, pool=connects)

    def _running(self) -> BlockingPortal:
        with self._lock:
            if self._closed:
                raise NotReached("the door is shut")
            if self._portal is None:
                self._opened = start_blocking_portal(name="teams-connector")
                self._portal = self._opened.__enter__()
            return self._portal


class _told_apart:  # noqa: N801 it is used as a verb
    """Turns what goes wrong into what it means: was nothing sent, may it have got through, or was it refused."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, failure: BaseException | None, trace: object) -> None:
        match failure:
            case httpx.HTTPStatusError():
                raise _refused(failure.response) from None
            case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.ProxyError():
                raise NotReached("Teams cannot be reached") from None
            case httpx.UnsupportedProtocol() | httpx.InvalidURL():
                raise NotReached("no address") from None
            case httpx.HTTPError() | TimeoutError() | OSError():
                raise Broke("the connection to Teams broke") from None
            case _:
                return


def _refused(answer: httpx.Response) -> Refused:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    error = body.get("error") if isinstance(body, Mapping) else None
    code = error.get("code") if isinstance(error, Mapping) else None
    known = isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_.:-]{1,80}", code) is not None
    return Refused(answer.status_code, str(code) if known else "", _waits_for(answer.headers))


def _waits_for(headers: httpx.Headers) -> float | None:
    """The seconds for which we are asked to wait: told in seconds, or as a date (RFC 9110, section 10.2.3).

    A date is measured by the platform's own clock, which it tells beside it.
    """
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,6}", said):
        return float(said)
    try:
        until, at = (email.utils.parsedate_to_datetime(each) for each in (said, headers.get("date", "")))
        return max(0.0, (until - at).total_seconds())
    except (ValueError, TypeError):
        return None


def _as_member(raw: Mapping[str, Any]) -> Member:
    tenant, role = _text(raw, "tenantId").lower(), _text(raw, "userRole").lower()
    principal = _text(raw, "userPrincipalName")
    return Member(
        user=(_text(raw, "aadObjectId") or _text(raw, "objectId")).lower(),
        member=_text(raw, "id"),
        name=_text(raw, "name"),
        email=_text(raw, "email"),
        tenant=tenant,
        guest=role in ("guest", "anonymous") or "#ext#" in principal.lower(),
    )


def _text(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""


def _quoted(id_: str) -> str:
    """An id as a part of an address: as Teams writes it, but it can't lead elsewhere."""
    quoted = quote(id_, safe=":;@=,+!$'()*")
    return quoted if quoted.strip(".") else quoted.replace(".", "%2E")


def _targeted(activity: Mapping[str, Any]) -> str:
    recipient = activity.get("recipient")
    return "?isTargetedActivity=true" if isinstance(recipient, Mapping) and recipient.get("isTargeted") is True else ""
