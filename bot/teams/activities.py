"""What Teams sends, read tolerantly: nothing else looks into its JSON, and nothing in it can break the reading.

The SDK's own models refuse what they do not know with an error (installation updates, unknown types and names), so they
are not used. Schema: Microsoft's "Bot Framework Activity", and what Teams adds in `channelData`.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

CHANNEL = "msteams"
"""The only channel of the Bot Framework from which anything is taken."""

Scope = Literal["personal", "group", "channel"]

_SCOPES: Mapping[str, Scope] = {"personal": "personal", "groupchat": "group", "channel": "channel"}
_THREAD = ";messageid="
_AT = re.compile(r"<at\b[^>]*>(.*?)</at\s*>", re.IGNORECASE | re.DOTALL)
_SAME_TEXT = "text/html"
"""The type of the attachment that Teams puts beside every formatted text: it is no upload."""


@dataclass(frozen=True)
class Activity:
    """One activity. Ids are as Teams has them, but for `tenant` and `user`, which are in small letters; empty where
    none was given.

    `tenant` is empty where several that contradict each other were given; `user` is the person's object id in Entra,
    `member` what Teams calls them to the bot. `conversation` is without the thread, which `thread` has too (in channels
    alone it differs). `value` is what a button or a form sent. `targeted`: a message that only the bot and its writer
    see. `added`: the members (theirs, as in `member`) who came, the bot's own among them when it was put somewhere.
    `attachments`: whether files came with it. `bot`: what Teams calls the bot itself.
    """

    type: str = ""
    name: str = ""
    id: str = ""
    tenant: str = ""
    user: str = ""
    member: str = ""
    conversation: str = ""
    thread: str = ""
    scope: Scope = "personal"
    service: str = ""
    text: str = ""
    value: Mapping[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    targeted: bool = False
    added: tuple[str, ...] = ()
    attachments: bool = False
    channel: str = ""
    action: str = ""
    bot: str = ""


def read(raw: Mapping[str, Any]) -> Activity:
    """An activity as it came. What is missing, or is not what it should be, is empty."""
    conversation, sender, bot = _in(raw, "conversation"), _in(raw, "from"), _in(raw, "recipient")
    thread = _text(conversation, "id")
    return Activity(
        type=_text(raw, "type"),
        name=_text(raw, "name"),
        id=_text(raw, "id"),
        tenant=_tenant(raw),
        user=_text(sender, "aadObjectId").lower(),
        member=_text(sender, "id"),
        conversation=without_thread(thread),
        thread=thread,
        scope=_scope(conversation),
        service=_text(raw, "serviceUrl"),
        text=_words(raw, bot),
        value=_in(raw, "value"),
        reply_to=_text(raw, "replyToId"),
        targeted=bot.get("isTargeted") is True,
        added=tuple(id_ for each in _each(raw, "membersAdded") if (id_ := _text(each, "id"))),
        attachments=any(not _text(each, "contentType").startswith(_SAME_TEXT) for each in _each(raw, "attachments")),
        channel=_text(raw, "channelId"),
        action=_text(raw, "action"),
        bot=_text(bot, "id"),
    )


def tenants(raw: Mapping[str, Any]) -> frozenset[str]:
    """Every tenant that an activity names for itself, in small letters. They have to agree."""
    told = (
        _text(_in(_in(raw, "channelData"), "tenant"), "id"),
        _text(_in(raw, "conversation"), "tenantId"),
    )
    return frozenset(each.lower() for each in told if each)


def without_thread(conversation: str) -> str:
    """A conversation's id without the message that began a thread: sent there, a message begins a new one."""
    return conversation.partition(_THREAD)[0]


def _tenant(raw: Mapping[str, Any]) -> str:
    found = tenants(raw)
    return next(iter(found)) if len(found) == 1 else ""


def _scope(conversation: Mapping[str, Any]) -> Scope:
    """Where it was said. What may have several readers counts as a group, so that nothing private is said there."""
    kind = _text(conversation, "conversationType").lower()
    if kind in _SCOPES:
        return _SCOPES[kind]
    several = kind or conversation.get("isGroup") is True or _text(conversation, "id").startswith("19:")
    return "group" if several else "personal"


def _words(raw: Mapping[str, Any], bot: Mapping[str, Any]) -> str:
    """What was typed, without the bot's mentions in it; others who are mentioned stay, by their names."""
    id_, names = _text(bot, "id"), {_plain(_text(bot, "name"))}
    for mention in _each(raw, "entities"):
        if _text(mention, "type") == "mention" and id_ and _text(_in(mention, "mentioned"), "id") == id_:
            names.add(_plain(_AT.sub(r"\1", _text(mention, "text"))))
    text = _AT.sub(lambda found: " " if _plain(found[1]) in names else found[1], _text(raw, "text"))
    return _plain(text)


def _plain(text: str) -> str:
    """What was written as HTML writes it, as people read it."""
    return html.unescape(text).replace("\u00a0", " ").strip()


def _each(raw: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    found = raw.get(name)
    if isinstance(found, Sequence) and not isinstance(found, str):
        yield from (each for each in found if isinstance(each, Mapping))


def _in(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""
