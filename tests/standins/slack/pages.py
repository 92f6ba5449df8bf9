"""What lies beside the Web API: the page of consent, uploads, and response URLs."""

import json
import urllib.parse
from typing import TYPE_CHECKING

from .errors import Headers, Json, Refused
from .limits import check_message
from .methods_chat import change, own
from .methods_files import upload
from .methods_oauth import consent
from .things import ResponseUrl, new_id, with_ids

if TYPE_CHECKING:
    from .server import StandIn
    from .workspaces import Workspace

URL_LIVES = 1800.0
URL_USES = 5

Said = tuple[int, dict[str, str], bytes]


def answer(standin: "StandIn", parts: urllib.parse.SplitResult, headers: Headers, body: bytes) -> Said:
    """Answers a request for a page: status, headers, body."""
    try:
        if parts.path == "/oauth/v2/authorize":
            return 302, {"Location": consent(standin, dict(urllib.parse.parse_qsl(parts.query)))}, b""
        if parts.path.startswith("/upload/v1/"):
            with standin.lock:
                status, said = upload(standin, parts.path.rpartition("/")[2], headers, body)
            return status, {}, said.encode()
        if parts.path.startswith("/actions/"):
            _respond(standin, parts.path, json.loads(body or b"{}"))
            return 200, {}, b"ok"
    except Refused as refused:
        return (404 if refused.error in ("used_url", "expired_url") else 400), {}, refused.error.encode()
    except ValueError:
        return 400, {}, b"invalid_payload"
    return 404, {}, b"no such page"


def new_response_url(
    workspace: "Workspace", user: str, channel: str, message: Json | None = None, ephemeral: bool = False
) -> str:
    """A URL at which the app may answer what somebody has just done."""
    url = ResponseUrl(new_id("R"), user, channel, workspace.standin.clock(), message, ephemeral)
    workspace.response_urls[url.id] = url
    return f"{workspace.standin.origin}/actions/{workspace.id}/{url.id}"


def _respond(standin: "StandIn", path: str, said: Json) -> None:
    with standin.lock:
        _empty, _actions, team, url_id = path.split("/")
        workspace = standin.workspaces.get(team)
        url = workspace.response_urls.get(url_id) if workspace else None
        if workspace is None or url is None:
            raise Refused("invalid_url")
        if standin.clock() - url.made > URL_LIVES:
            raise Refused("expired_url")
        if url.uses >= URL_USES:
            raise Refused("used_url")
        if not said.get("delete_original"):
            check_message(said.get("text"), said.get("blocks"))
            if said.get("blocks") and not str(said.get("text") or "").strip():
                standin.missing_text.append("response_url")
        url.uses += 1
        show(workspace, url, said)
        standin.changed.notify_all()


def show(workspace: "Workspace", url: ResponseUrl, said: Json) -> Json | None:
    """Shows an answer: in place of what was pressed, to the person alone, or to all. Gives what is shown, if new."""
    message = url.message
    if message is not None and (said.get("delete_original") or said.get("replace_original")):
        _change_original(workspace, url, message, said)
        return None
    if said.get("delete_original"):
        return None
    content: Json = {"text": said.get("text") or ""}
    if said.get("blocks"):
        content["blocks"] = with_ids(said["blocks"])
    if said.get("response_type") == "in_channel":
        channel = workspace.channels[url.channel]
        return workspace.post(channel, own(workspace) | content)
    return workspace.show_ephemeral(url.user, url.channel, content)


def _change_original(workspace: "Workspace", url: ResponseUrl, message: Json, said: Json) -> None:
    if url.ephemeral:
        seen = workspace.ephemeral.get(url.user, [])
        if said.get("delete_original"):
            workspace.ephemeral[url.user] = [one for one in seen if one is not message]
            kind = "deleted"
        else:
            message["text"] = said.get("text") or ""
            message.pop("blocks", None)
            if said.get("blocks"):
                message["blocks"] = with_ids(said["blocks"])
            kind = "ephemeral"
        workspace.standin.note(workspace.id, kind, message, [url.user], url.channel)
        return
    channel = workspace.channels[url.channel]
    if channel.find(message["ts"]) is None:
        raise Refused("message_not_found")
    if said.get("delete_original"):
        workspace.drop(channel, message)
    else:
        change(workspace, channel, message, said)
