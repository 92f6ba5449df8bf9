"""conversations.open, info, members, history, replies; and paging, which users.list shares."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from .errors import Json, Refused
from .methods_chat import public
from .things import Channel

if TYPE_CHECKING:
    from .workspaces import Workspace

T = TypeVar("T")


def true(value: object) -> bool:
    """Whether a parameter says yes: Slack takes 1 and true, as text or not."""
    return value in (True, 1, "1", "true", "True")


def number(params: Json, name: str, default: int, most: int) -> int:
    """A whole number among the parameters, at most so large."""
    try:
        wanted = int(params.get(name) or default)
    except ValueError:
        raise Refused("invalid_arguments", messages=[f"must be a number [json-pointer:/{name}]"]) from None
    if wanted < 1:
        raise Refused("invalid_limit")
    return min(wanted, most)


def page(found: Sequence[T], params: Json, default: int, most: int) -> tuple[list[T], str]:
    """A page of what was found, and the cursor of the next one: empty at the end."""
    limit = number(params, "limit", default, most)
    cursor = str(params.get("cursor") or "")
    if cursor and not (cursor.startswith("page:") and cursor[5:].isdigit() and int(cursor[5:]) <= len(found)):
        raise Refused("invalid_cursor")
    begin = int(cursor[5:]) if cursor else 0
    end = begin + limit
    return list(found[begin:end]), f"page:{end}" if end < len(found) else ""


def _channel(workspace: "Workspace", params: Json) -> Channel:
    return workspace.channel_known(str(params.get("channel", "")))


def open_(workspace: "Workspace", params: Json) -> Json:
    workspace.require("im:write")
    if params.get("channel"):
        channel = _channel(workspace, params)
        if channel.kind != "im":
            raise Refused("method_not_supported_for_channel_type")
        return {"channel": channel.shown(workspace.bot_user_id)}
    users = [one for one in str(params.get("users") or "").split(",") if one]
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > 1:
        raise Refused("invalid_arguments", messages=["the stand-in opens no group messages [json-pointer:/users]"])
    user = workspace.someone(users[0])
    if user.bot:
        raise Refused("cannot_dm_bot")
    if user.deleted:
        raise Refused("user_disabled")
    already = workspace.dm_if_open(user.id)
    channel = already or workspace.dm(user.id)
    shown = channel.shown(workspace.bot_user_id) if true(params.get("return_im")) else {"id": channel.id}
    more = {"no_op": True, "already_open": True} if already else {}
    return {"channel": shown, **more}


def info(workspace: "Workspace", params: Json) -> Json:
    channel = _channel(workspace, params)
    workspace.require(f"{channel.scope_word}:read")
    return {"channel": channel.shown(workspace.bot_user_id)}


def members(workspace: "Workspace", params: Json) -> Json:
    channel = _channel(workspace, params)
    workspace.require(f"{channel.scope_word}:read")
    found, cursor = page(channel.members, params, 100, 999)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def _within(params: Json, messages: Sequence[Json]) -> list[Json]:
    """Messages between oldest and latest; on the edges only if inclusive."""
    oldest, latest = float(params.get("oldest") or 0), float(params.get("latest") or "inf")
    edges = true(params.get("inclusive"))
    times = [(float(one["ts"]), one) for one in messages]
    return [m for at, m in times if oldest < at < latest or (edges and at in (oldest, latest))]


def _told(workspace: "Workspace", params: Json, found: Sequence[Json]) -> Json:
    most = workspace.standin.most_per_page
    shown, cursor = page(found, params, min(100, most), most)
    with_metadata = true(params.get("include_all_metadata"))
    told: Json = {"messages": [public(one, with_metadata) for one in shown], "has_more": bool(cursor)}
    return told | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _readable(workspace: "Workspace", params: Json) -> Channel:
    channel = _channel(workspace, params)
    workspace.require(f"{channel.scope_word}:history")
    if workspace.bot_user_id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def history(workspace: "Workspace", params: Json) -> Json:
    """Newest first, without the replies in threads."""
    channel = _readable(workspace, params)
    own = [one for one in channel.messages if one.get("thread_ts") in (None, one["ts"])]
    return _told(workspace, params, _within(params, own)[::-1])


def replies(workspace: "Workspace", params: Json) -> Json:
    """A thread: its first message and the replies, oldest first."""
    channel = _readable(workspace, params)
    ts = str(params.get("ts", ""))
    parent = channel.find(ts)
    if parent is None:
        raise Refused("thread_not_found")
    answers = [one for one in channel.messages if one.get("thread_ts") == ts and one is not parent]
    return _told(workspace, params, [parent, *_within(params, answers)])


METHODS = {
    "conversations.open": open_,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.history": history,
    "conversations.replies": replies,
}
