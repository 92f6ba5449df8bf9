"""Activities that Teams sends beside those of everyday, and others that an SDK stumbles over."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import activities
from .errors import Json
from .things import Conversation, User

if TYPE_CHECKING:
    from .server import StandIn

Make = Callable[["StandIn", User, Conversation], Json]


def _of_type(kind: str, **fields: object) -> Make:
    return lambda standin, user, chat: activities.base(standin, user, chat, kind) | fields


def _message(**fields: object) -> Make:
    return lambda standin, user, chat: activities.message(standin, user, chat, "help") | fields


def _installation(action: str) -> Make:
    return lambda standin, user, chat: activities.installation(standin, user, chat, action)


def _invoke(name: str, value: object) -> Make:
    return lambda standin, user, chat: activities.invoke(standin, user, chat, name, value)  # type: ignore[arg-type]


def _mention_of_nobody(standin: "StandIn", user: User, chat: Conversation) -> Json:
    said = activities.mention(standin, user, chat, "help")
    said["entities"][0].pop("mentioned")
    return said


def _without(field: str) -> Make:
    def made(standin: "StandIn", user: User, chat: Conversation) -> Json:
        said = activities.message(standin, user, chat, "help")
        said.pop(field)
        return said

    return made


ODD: dict[str, Make] = {
    "add-upgrade": _installation("add-upgrade"),
    "remove-upgrade": _installation("remove-upgrade"),
    "unknown installation": _installation("rearrange"),
    "typing": _of_type("typing"),
    "unknown type": _of_type("holographicUpdate", value={"depth": 3}),
    "end of conversation": _of_type("endOfConversation", code="unknown"),
    "unknown event": _of_type("event", name="application/vnd.microsoft.somethingNew", value={}),
    "reaction": _of_type("messageReaction", reactionsAdded=[{"type": "like"}], replyToId="1700000000000"),
    "message changed": _of_type("messageUpdate", text="help", channelData={"eventType": "editMessage"}),
    "message deleted": _of_type("messageDelete", channelData={"eventType": "softDeleteMessage"}),
    "channel renamed": _of_type("conversationUpdate", topicName="Board"),
    "unknown invoke": _invoke("composeExtension/somethingNew", {}),
    "invoke without value": _invoke("adaptiveCard/action", None),
    "execute without data": _invoke(
        "adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "show"}, "trigger": "manual"}
    ),
    "task/fetch without data": _invoke("task/fetch", {"context": {"theme": "default"}}),
    "mention without mentioned": _mention_of_nobody,
    "unknown text format": _message(textFormat="hologram"),
    "entities that are none": _message(entities=[{"type": "somethingNew"}, {}]),
    "text that is none": _message(text=None),
    "without text": _without("text"),
    "without from": _without("from"),
    "without conversation": _without("conversation"),
    "without id": _without("id"),
}
"""By name. Each in somebody's personal chat; `StandIn.odd` sends one."""
