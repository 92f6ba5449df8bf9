"""chat.postMessage, chat.postEphemeral, chat.update, chat.delete."""

import math
from typing import TYPE_CHECKING, Any

from .errors import Json, Refused
from .limits import check_message, check_metadata
from .methods_files import share_linked
from .things import Channel, own_copy, with_ids

if TYPE_CHECKING:
    from .workspaces import Workspace

PER_SECOND = 1.0
"""Messages a second that a channel takes."""


def _keep_pace(workspace: "Workspace", channel: Channel) -> None:
    """One message a second and channel, after a burst if the stand-in allows one."""
    now = workspace.standin.clock()
    key = ("chat.postMessage", channel.id)
    left, at = workspace.limits.get(key) or (float(workspace.standin.burst), now)
    left = min(workspace.standin.burst, left + max(0.0, now - at) * PER_SECOND)
    if left < 1 - 1e-6:
        seconds = str(max(1, math.ceil(1 - left)))
        raise Refused("ratelimited", status=429, headers={"Retry-After": seconds})
    workspace.limits[key] = [left - 1, now]


def _content(params: Json) -> Json:
    """What a message says, with the blocks' ids filled in."""
    content: Json = {"text": params.get("text") or ""}
    if params.get("blocks"):
        content["blocks"] = with_ids(params["blocks"])
    return content


def own(workspace: "Workspace") -> Json:
    """Whose message it is: the app's."""
    return {"user": workspace.bot_user_id, "bot_id": workspace.bot_id, "app_id": workspace.app.id}


def _note_text(workspace: "Workspace", method: str, params: Json) -> None:
    if params.get("blocks") and not str(params.get("text") or "").strip():
        workspace.standin.missing_text.append(method)


def public(message: Json, with_metadata: bool = False) -> Json:
    """A message as the Web API shows it: metadata only to who asks for it."""
    return {key: value for key, value in own_copy(message).items() if with_metadata or key != "metadata"}


def post_message(workspace: "Workspace", params: Json) -> Json:
    workspace.require("chat:write")
    channel = workspace.channel_for_posting(str(params.get("channel", "")))
    check_message(params.get("text"), params.get("blocks"), params.get("metadata"))
    thread = params.get("thread_ts")
    if thread and channel.find(str(thread)) is None:
        raise Refused("thread_not_found")
    _keep_pace(workspace, channel)
    _note_text(workspace, "chat.postMessage", params)
    message = own(workspace) | _content(params)
    if thread:
        message["thread_ts"] = str(thread)
    if params.get("metadata"):
        message["metadata"] = params["metadata"]
    files = share_linked(workspace, channel, message["text"])
    if files:
        message["files"] = files
    message = workspace.post(channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": public(message)}


def post_ephemeral(workspace: "Workspace", params: Json) -> Json:
    workspace.require("chat:write")
    channel = workspace.channel_known(str(params.get("channel", "")))
    check_message(params.get("text"), params.get("blocks"))
    if channel.archived:
        raise Refused("is_archived")
    user = str(params.get("user", ""))
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    if workspace.bot_user_id not in channel.members:
        raise Refused("channel_not_found")
    _note_text(workspace, "chat.postEphemeral", params)
    shown = workspace.show_ephemeral(user, channel.id, _content(params))
    return {"message_ts": shown["ts"]}


def change(workspace: "Workspace", channel: Channel, message: Json, params: Json) -> None:
    """Puts new content into a message. Text without blocks takes the blocks away, as Slack does."""
    if params.get("text") is not None or params.get("blocks") is not None:
        if params.get("text") is not None:
            message["text"] = params["text"]
            message.pop("blocks", None)
        if params.get("blocks"):
            message["blocks"] = with_ids(params["blocks"])
    if params.get("metadata") is not None:
        message["metadata"] = params["metadata"]
    message["edited"] = {"user": workspace.bot_user_id, "ts": workspace.next_ts()}
    workspace.standin.note(workspace.id, "changed", message, channel.members, channel.id)


def _ours(workspace: "Workspace", params: Json, refusal: str) -> tuple[Channel, Json]:
    channel = workspace.channel_known(str(params.get("channel", "")))
    message = channel.find(str(params.get("ts", "")))
    if message is None:
        raise Refused("message_not_found")
    if message.get("bot_id") != workspace.bot_id:
        raise Refused(refusal)
    return channel, message


def update(workspace: "Workspace", params: Json) -> Json:
    workspace.require("chat:write")
    channel, message = _ours(workspace, params, "cant_update_message")
    if channel.archived:
        raise Refused("is_archived")
    metadata: Any = params.get("metadata")
    if metadata:
        check_metadata(metadata)
    check_message(params.get("text"), params.get("blocks"))
    _note_text(workspace, "chat.update", params)
    change(workspace, channel, message, params)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": public(message)}


def delete(workspace: "Workspace", params: Json) -> Json:
    workspace.require("chat:write")
    channel, message = _ours(workspace, params, "cant_delete_message")
    workspace.drop(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
}
