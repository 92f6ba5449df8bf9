"""Activities as Teams sends them: copied, but for names and ids, from Microsoft's pages and from the SDK's fixtures."""

import html
import uuid
from datetime import timedelta, timezone
from typing import TYPE_CHECKING

from .errors import Json
from .things import CHANNEL, PERSONAL, Conversation, User, moment

if TYPE_CHECKING:
    from .server import StandIn

BOT_NAME = "Convenor"


def base(standin: "StandIn", user: User, conversation: Conversation, kind: str, thread: str = "") -> Json:
    """What all activities share. `thread`: the id of the message that a channel's thread begins with."""
    now = moment(standin.clock())
    id_ = standin.new_id() if kind == "message" else f"f:{uuid.uuid4()}"
    place: Json = {"conversationType": conversation.kind, "tenantId": conversation.tenant, "id": conversation.id}
    data: Json = {"tenant": {"id": conversation.tenant}}
    if conversation.kind != PERSONAL:
        place["isGroup"] = True
    if conversation.kind == CHANNEL:
        place["id"] = f"{conversation.id};messageid={thread or id_}" if kind in ("message", "invoke") else place["id"]
        team = {"id": conversation.team, "name": conversation.name}
        data |= {"teamsChannelId": conversation.id, "teamsTeamId": conversation.team}
        data |= {"channel": {"id": conversation.id}, "team": team}
    who: Json = {"id": user.member, "name": user.name}
    if user.has_aad:
        who["aadObjectId"] = user.aad
    return {
        "type": kind,
        "id": id_,
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "localTimestamp": now.astimezone(timezone(timedelta(0))).isoformat(timespec="milliseconds"),
        "localTimezone": "Europe/London",
        "channelId": "msteams",
        "serviceUrl": standin.service_url,
        "from": who,
        "conversation": place,
        "recipient": {"id": standin.bot_id, "name": BOT_NAME},
        "entities": [client_info()],
        "channelData": data,
        "locale": "en-GB",
    }


def client_info() -> Json:
    """What the client says of itself."""
    return {
        "type": "clientInfo",
        "locale": "en-GB",
        "country": "GB",
        "platform": "Web",
        "timezone": "Europe/London",
    }


def message(standin: "StandIn", user: User, conversation: Conversation, text: str) -> Json:
    """Words typed in the personal chat, with the HTML of them beside."""
    said = base(standin, user, conversation, "message")
    return said | {"text": text, "textFormat": "plain", "attachments": [_html(f"<p>{html.escape(text)}</p>")]}


def mention(standin: "StandIn", user: User, conversation: Conversation, text: str, thread: str = "") -> Json:
    """Words after a mention of the bot, in a channel or group: with no-break spaces and a line's end, as clients do."""
    said = base(standin, user, conversation, "message", thread)
    named = {"id": standin.bot_id, "name": BOT_NAME}
    said["entities"] = [{"type": "mention", "mentioned": named, "text": f"<at>{BOT_NAME}</at>"}, client_info()]
    shown = f'<p><span itemtype="http://schema.skype.com/Mention" itemscope="" itemid="0">{BOT_NAME}</span>&nbsp;'
    return said | {
        "text": f"<at>{BOT_NAME}</at>\u00a0{text}\n",
        "textFormat": "plain",
        "attachments": [_html(f"{shown}{html.escape(text)}</p>")],
    }


def slash(standin: "StandIn", user: User, conversation: Conversation, text: str) -> Json:
    """A slash command in a channel or group: a targeted message, which only the bot and the person see."""
    said = base(standin, user, conversation, "message")
    said["recipient"]["isTargeted"] = True
    return said | {"text": "/" + text.removeprefix("/"), "textFormat": "plain"}


def value_message(standin: "StandIn", user: User, conversation: Conversation, value: Json, reply_to: str) -> Json:
    """An Action.Submit outside a dialog: a message without words, but with a value."""
    said = base(standin, user, conversation, "message", reply_to)
    said["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": reply_to}}
    return said | {"value": value, "replyToId": reply_to}


def invoke(
    standin: "StandIn",
    user: User,
    conversation: Conversation,
    name: str,
    value: Json,
    reply_to: str = "",
    thread: str = "",
) -> Json:
    """Something that is answered at once."""
    said = base(standin, user, conversation, "invoke", thread or reply_to)
    said["channelData"] |= {"source": {"name": "message"}} | ({"legacy": {"replyToId": reply_to}} if reply_to else {})
    return said | {"name": name, "value": value} | ({"replyToId": reply_to} if reply_to else {})


def installation(standin: "StandIn", user: User, conversation: Conversation, action: str) -> Json:
    """The app comes or goes: add, remove, add-upgrade, remove-upgrade."""
    said = base(standin, user, conversation, "installationUpdate")
    said["channelData"] |= {"settings": {"selectedChannel": {"id": conversation.id}}, "source": {"name": "message"}}
    return said | {"action": action}


def members(
    standin: "StandIn",
    user: User,
    conversation: Conversation,
    added: "list[str] | None" = None,
    removed: "list[str] | None" = None,
) -> Json:
    """Somebody, or the bot, comes to a conversation or leaves it; by their ids of the kind 28: and 29:."""
    said = base(standin, user, conversation, "conversationUpdate")
    event = "teamMemberAdded" if added else "teamMemberRemoved"
    if conversation.kind == CHANNEL:
        said["channelData"]["eventType"] = event
    if added:
        said["membersAdded"] = [{"id": one} for one in added]
    if removed:
        said["membersRemoved"] = [{"id": one} for one in removed]
    return said


def _html(content: str) -> Json:
    return {"contentType": "text/html", "content": content}
