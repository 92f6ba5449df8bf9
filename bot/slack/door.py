"""Slack's door: messages by direct message, kept true where they live, looked up before they are sent again.

What may have got through is found by the metadata that each message carries: its key and which part of it it is. A long
message goes out as several, each found by itself, so that a retry sends only the missing ones.
"""

import contextlib
import hashlib
import json
import logging
import threading
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from commands.delivering import Finds
from scheduler.doors import Gone, NotLooked, Parcel, Result, RetryAt, Sent
from storage.records.message import Attached, Message
from storage.records.outbox import ALERT

from .answers import LOST, NO_FILES, NOT_READABLE, error_of, meaning
from .blocks import Words, as_messages, home_view, mrkdwn, plain
from .readers import Readers
from .workspaces import NAME, NoWorkspace, Workspaces

log = logging.getLogger(__name__)

EVENT = "convenor"
"""The type of our messages' metadata."""

PAGE = 100
MOST_PAGES = 20
"""How far back a message is looked for: pages of its channel since just before the first try."""

LOOK_BACK = timedelta(days=2)
"""How far back, where nobody says since when the message has been on its way."""

MARGIN = timedelta(hours=1)
"""What our clock may be ahead of Slack's."""

NO_CHANNEL = "the channel is not there, or the bot is not in it: invite it with /invite, and look at CONVENOR_SANDBOX"
"""Slack says the same of a channel that is not there and of a private one without the bot."""

A_SECOND = timedelta(seconds=1)
"""Slack takes one message a second and channel; what comes sooner waits here instead of being refused there."""

EDITS_AT_ONCE = 20
ANOTHER_EDIT = timedelta(seconds=2)
"""So many changes go out at once in a workspace, and one more each time so long has passed: not more than fifty in any
minute, which is what Slack takes of them (chat.update is of its tier 3). Those of alerts never wait for it."""

HOME = "home"
"""The kind of message that is a person's home tab, and the reference of each."""

NOT_ATTACHED = "The calendar entry could not be attached: Slack does not let the bot send files here."

MOST_UPLOADS = 1000
"""How many files are remembered, so that a further try or a change shows the same one."""

Standing = dict[int, tuple[str, str]]
"""Parts of a message that stand in a channel: for each its timestamp and the sum of its words."""


class _NotReadable(Exception):
    """The bot may not read the channel: it was not given the permission for it."""


@dataclass
class SlackDoor:
    """Direct messages in Slack. `zone_of` gives a partnership's zone, `keep` stores what no button can carry.

    `homes`: what stands in the home tab of a person in a workspace, for each partnership that it serves.
    """

    workspaces: Workspaces
    zone_of: Callable[[str], ZoneInfo]
    keep: Callable[[str], str]
    readers: Readers
    homes: Callable[[str, str], Sequence[tuple[str, Message]]]
    command: str = "/convenor"
    name: str = NAME
    can_find: bool = True
    finds: Finds = "workspace"
    _channels: dict[tuple[str, str], str] = field(default_factory=dict)
    _last: dict[str, datetime] = field(default_factory=dict)
    _changed: dict[str, datetime] = field(default_factory=dict)
    _edits: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _begun: dict[tuple[str, str], Standing] = field(default_factory=dict)
    _uploads: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _pages: dict[tuple[str, str], threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Posts a message, or what is missing of it; publishes a home tab."""
        return self._told(parcel, now, lambda client: self._post(client, parcel, now))

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Puts new words in the place of the old; where those are gone, posts them anew."""
        return self._told(parcel, now, lambda client: self._change(client, parcel, reference, now))

    def find(self, parcel: Parcel, now: datetime) -> str | None:
        """The reference of a message with this key whose parts all stand in the channel.

        Raises NotLooked with what Slack said; without a result where the bot may not read its direct messages.
        """
        if parcel.kind == HOME or not _can_look(parcel):
            return None  # publishing a home once more does no harm; a sandbox's channel may show a message twice
        try:
            client = self.workspaces.client(parcel.tenant)
            channel = self._channel(client, parcel)
            parts = len(self._words(client, parcel))
            found = self._standing(client, channel, parcel, now)
        except _NotReadable:
            raise NotLooked(None) from None
        except NoWorkspace as reason:
            raise NotLooked(Gone(str(reason), whole=True)) from None
        except Exception as failure:
            raise NotLooked(self._meaning(parcel, failure, now)) from failure
        if set(range(parts)) <= found.keys():
            return _reference(channel, [found[part][0] for part in sorted(found)])
        return None

    def delete(self, parcel: Parcel, reference: str) -> None:
        """Takes a message back."""
        if reference == HOME:
            return
        client = self.workspaces.client(parcel.tenant)
        channel, stamps = _read_reference(reference)
        for stamp in stamps:
            self._delete(client, channel, stamp)

    def _told(self, parcel: Parcel, now: datetime, does: Callable[[WebClient], Result]) -> Result:
        try:
            return does(self.workspaces.client(parcel.tenant))
        except NoWorkspace as reason:
            return Gone(str(reason), whole=True)
        except Exception as failure:
            return self._meaning(parcel, failure, now)

    def _meaning(self, parcel: Parcel, failure: Exception, now: datetime) -> Result:
        result = meaning(failure, now)
        if isinstance(result, Gone):
            self._channels.pop((parcel.tenant, parcel.address), None)  # who comes back may have another one
            if not result.whole and not _can_look(parcel):
                return Gone(NO_CHANNEL)
        return result

    # Posting

    def _post(
        self, client: WebClient, parcel: Parcel, now: datetime, *, anew: bool = False, besides: Sequence[str] = ()
    ) -> Result:
        """Posts each part that does not stand there yet. `anew`: in the place of `besides`, which do not count."""
        if parcel.kind == HOME:
            return self._publish(client, parcel)
        channel = self._channel(client, parcel)
        words = self._words(client, parcel)
        there: Standing = {}
        if anew or len(words) > 1:  # an earlier try may have come half-way
            there = self._half_way(client, channel, parcel, besides, now)
        for part, each in enumerate(words):
            sum_ = _sum(each)
            stamp, stood = there.get(part, ("", ""))
            if not stamp:
                waits = self._too_soon(channel, now)
                if waits is not None:
                    return waits
                links = self._links(client, parcel, words, part)
                shows = any(links)  # a file is shared by the link to it, and only where that is unfolded
                posted = client.chat_postMessage(
                    channel=channel,
                    unfurl_links=shows,
                    unfurl_media=shows,
                    **_dressed(parcel.key, words[part], part, links),
                )
                stamp = str(posted["ts"])
            elif stood != sum_:  # it got through with older words
                self._update(client, channel, stamp, parcel, words, part)
            there[part] = stamp, sum_
            if len(words) > 1:
                self._begun.setdefault((channel, parcel.key), {})[part] = stamp, sum_
        for part in sorted(there.keys() - set(range(len(words)))):
            self._delete(client, channel, there[part][0])
        self._begun.pop((channel, parcel.key), None)
        return Sent(_reference(channel, [there[part][0] for part in range(len(words))]))

    def _half_way(
        self, client: WebClient, channel: str, parcel: Parcel, besides: Sequence[str], now: datetime
    ) -> Standing:
        """The parts that stand there: what the channel says, or what we remember where we may not read it."""
        there = dict(self._begun.get((channel, parcel.key), {}))
        if _can_look(parcel):
            with contextlib.suppress(_NotReadable):
                there = self._standing(client, channel, parcel, now)
        return {part: stands for part, stands in there.items() if stands[0] not in besides}

    def _links(self, client: WebClient, parcel: Parcel, words: Sequence[Words], part: int) -> list[str]:
        """The link to each file of a message, which stand on its last part; empty for one that Slack will not have."""
        if part < len(words) - 1:
            return []
        return [self._uploaded(client, parcel, each) for each in parcel.message.attached]

    def _uploaded(self, client: WebClient, parcel: Parcel, attached: Attached) -> str:
        """The link to a file, uploaded once for all tries and changes of a message."""
        content = hashlib.sha256(f"{attached.name}\0{attached.text}".encode()).hexdigest()
        known = (parcel.tenant, parcel.key, content)
        with self._lock:
            link = self._uploads.get(known, "")
        if link:
            return link
        link = self._upload(client, attached)
        if link:
            with self._lock:
                self._uploads[known] = link
                while len(self._uploads) > MOST_UPLOADS:
                    del self._uploads[next(iter(self._uploads))]
        return link

    def _upload(self, client: WebClient, attached: Attached) -> str:
        """Uploads a file that nobody sees until a message of ours links to it; gives that link.

        An empty text where Slack will not have the file: the message is worth sending without it.
        """
        content = attached.text.encode()
        try:
            place = client.files_getUploadURLExternal(filename=attached.name, length=len(content))
            request = urllib.request.Request(str(place["upload_url"]), data=content, method="POST")
            request.add_header("Content-Type", "application/octet-stream")
            with urllib.request.urlopen(request, timeout=self.workspaces.timeout):
                pass
            done = client.files_completeUploadExternal(files=[{"id": str(place["file_id"]), "title": attached.name}])
        except SlackApiError as failure:
            if error_of(failure) not in NO_FILES:
                raise
            log.warning("a file was refused", extra={"action": "upload", "error": error_of(failure)})
            return ""
        return str(done["files"][0]["permalink"])

    def _publish(self, client: WebClient, parcel: Parcel) -> Result:
        """Shows a home: read and shown by one worker at a time, so that what was read first never comes last."""
        with self._lock:
            page = self._pages.setdefault((parcel.tenant, parcel.address), threading.Lock())
        with page:
            messages = self.homes(parcel.tenant, parcel.person)
            told = any(message.times for _, message in messages)
            view = home_view(
                messages,
                zone=self.zone_of(parcel.partnership),
                reader=self.readers.zone(client, parcel.tenant, parcel.address) if told else "",
                keep=self.keep,
                command=self.command,
            )
            client.views_publish(user_id=parcel.address, view=view)
        return Sent(HOME)

    def _too_soon(self, channel: str, now: datetime) -> RetryAt | None:
        with self._lock:
            last = self._last.get(channel)
            if last is not None and last <= now < last + A_SECOND:
                return RetryAt(last + A_SECOND, "one message a second")
            self._last[channel] = now
            return None

    def _changes_too_soon(self, parcel: Parcel, channel: str, now: datetime) -> RetryAt | None:
        """Until when a change waits: one a second and channel, and what the whole workspace may have of them.

        Whatever changes meanwhile goes out with it, as one.
        """
        with self._lock:
            last = self._changed.get(channel)
            left, at = self._edits.get(parcel.tenant, (float(EDITS_AT_ONCE), now))
            left = min(EDITS_AT_ONCE, left + max(0.0, (now - at) / ANOTHER_EDIT))
            if parcel.lane != ALERT:
                if last is not None and last <= now < last + A_SECOND:
                    return RetryAt(last + A_SECOND, "one change a second")
                if left < 1:
                    return RetryAt(now + (1 - left) * ANOTHER_EDIT, "fifty changes a minute")
            self._changed[channel], self._edits[parcel.tenant] = now, (max(0.0, left - 1), now)
            return None

    # Changing

    def _change(self, client: WebClient, parcel: Parcel, reference: str, now: datetime) -> Result:
        if parcel.kind == HOME:
            return self._publish(client, parcel)
        channel, stamps = _read_reference(reference)
        waits = self._changes_too_soon(parcel, channel, now)
        if waits is not None:
            return waits
        words = self._words(client, parcel)
        if len(words) != len(stamps):
            return self._replace(client, parcel, channel, stamps, now)
        try:
            for part, stamp in enumerate(stamps):
                self._update(client, channel, stamp, parcel, words, part)
        except SlackApiError as failure:
            if error_of(failure) not in LOST:
                raise
            return self._replace(client, parcel, channel, stamps, now)
        return Sent(reference)

    def _update(
        self, client: WebClient, channel: str, stamp: str, parcel: Parcel, words: Sequence[Words], part: int
    ) -> None:
        links = self._links(client, parcel, words, part)
        client.chat_update(channel=channel, ts=stamp, **_dressed(parcel.key, words[part], part, links))

    def _replace(self, client: WebClient, parcel: Parcel, channel: str, stamps: list[str], now: datetime) -> Result:
        """Takes back what stands and posts the new words: there are more or fewer parts, or somebody deleted some."""
        for stamp in stamps:
            self._delete(client, channel, stamp)
        return self._post(client, parcel, now, anew=True, besides=stamps)

    def _delete(self, client: WebClient, channel: str, stamp: str) -> None:
        try:
            client.chat_delete(channel=channel, ts=stamp)
        except SlackApiError as failure:
            if error_of(failure) not in LOST:
                raise

    # Looking

    def _standing(self, client: WebClient, channel: str, parcel: Parcel, now: datetime) -> Standing:
        """Which parts of a message with its key stand in a channel. Raises _NotReadable where we may not look."""
        oldest = now - LOOK_BACK if parcel.since is None else parcel.since - MARGIN
        found: Standing = {}
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = self._page(client, channel, oldest, cursor)
            for message in page["messages"]:
                about = (message.get("metadata") or {}).get("event_payload") or {}
                if about.get("key") == parcel.key:
                    found.setdefault(int(about.get("part", 0)), (str(message["ts"]), str(about.get("sum", ""))))
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return found

    def _page(self, client: WebClient, channel: str, oldest: datetime, cursor: str | None) -> SlackResponse:
        try:
            return client.conversations_history(
                channel=channel,
                oldest=f"{oldest.timestamp():.6f}",
                limit=PAGE,
                include_all_metadata=True,
                cursor=cursor,
            )
        except SlackApiError as failure:
            if error_of(failure) in NOT_READABLE:
                raise _NotReadable from None
            raise

    def _channel(self, client: WebClient, parcel: Parcel) -> str:
        """The channel of the direct message with a user; a channel is taken as it is."""
        if not parcel.address.startswith(("U", "W")):
            return parcel.address
        place = parcel.tenant, parcel.address
        if place not in self._channels:
            opened: Any = client.conversations_open(users=parcel.address)
            self._channels[place] = str(opened["channel"]["id"])
        return self._channels[place]

    def _words(self, client: WebClient, parcel: Parcel) -> list[Words]:
        return as_messages(
            parcel.message,
            partnership=parcel.partnership,
            zone=self.zone_of(parcel.partnership),
            reader=self.readers.zone(client, parcel.tenant, parcel.address) if parcel.message.times else "",
            keep=self.keep,
        )


def _can_look(parcel: Parcel) -> bool:
    """Whether the bot may read the channel: its direct messages, not the sandbox's channel."""
    return parcel.address.startswith(("U", "W", "D"))


def _dressed(key: str, words: Words, part: int, links: Sequence[str]) -> dict[str, Any]:
    """What a part says, with its files, and what finds it again.

    Slack shares a file with a message in which the bare link to it stands, so it stands there in a line of its own.
    """
    text, blocks = words.text, list(words.blocks)
    for link in links:
        text = f"{text}\n{link or NOT_ATTACHED}"
        said = mrkdwn(f"Calendar entry:\n{link}") | {"verbatim": False} if link else plain(NOT_ATTACHED)
        blocks.append({"type": "section", "text": said})
    about = {"key": key, "part": part, "sum": _sum(words)}
    return {"text": text, "blocks": blocks, "metadata": {"event_type": EVENT, "event_payload": about}}


def _sum(words: Words) -> str:
    """What tells a part's words from other words."""
    return hashlib.sha256(words.text.encode()).hexdigest()[:16]


def _reference(channel: str, stamps: list[str]) -> str:
    return json.dumps([channel, *stamps], separators=(",", ":"))


def _read_reference(reference: str) -> tuple[str, list[str]]:
    channel, *stamps = json.loads(reference)
    return channel, stamps
