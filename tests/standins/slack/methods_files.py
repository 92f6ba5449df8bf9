"""files.getUploadURLExternal, files.completeUploadExternal, files.info, files.delete, and the upload between them."""

import secrets
import urllib.parse
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING

from .errors import Headers, Json, Refused
from .things import Channel, File, new_id

if TYPE_CHECKING:
    from .server import StandIn
    from .workspaces import Workspace


def get_upload_url(workspace: "Workspace", params: Json) -> Json:
    workspace.require("files:write")
    name = str(params.get("filename") or "")
    length = str(params.get("length") or "")
    if not name or not length.isdigit() or int(length) < 1:
        raise Refused("invalid_arguments", messages=["filename and length must be given [json-pointer:/]"])
    file_id = new_id("F")
    link = f"https://{workspace.domain}.slack.com/files/{workspace.bot_user_id}/{file_id}"
    permalink = f"{link}/{urllib.parse.quote(name.lower())}"
    file = File(file_id, name, int(length), workspace.bot_user_id, permalink, secrets.token_hex(16))
    workspace.files[file_id] = file
    return {"upload_url": f"{workspace.standin.origin}/upload/v1/{file.ticket}", "file_id": file_id}


def upload(standin: "StandIn", ticket: str, headers: Headers, body: bytes) -> tuple[int, str]:
    """Takes the bytes of a file, bare or as a form. The length must be the one that was announced."""
    content = _bytes_of(headers, body)
    for workspace in standin.workspaces.values():
        for file in workspace.files.values():
            if file.ticket == ticket and not file.complete:
                if len(content) != file.length:
                    return 400, f"length is {len(content)}, not {file.length}"
                file.content = content
                return 200, f"OK - {len(content)}"
    return 404, "no such upload"


def _bytes_of(headers: Headers, body: bytes) -> bytes:
    content_type = headers.get("Content-Type", "")
    if not content_type.startswith("multipart/form-data"):
        return body
    form = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = [part for part in form.iter_parts() if part.get_filename()]
    found = parts[0].get_payload(decode=True) if parts else b""
    return found if isinstance(found, bytes) else b""


def complete_upload(workspace: "Workspace", params: Json) -> Json:
    """Ends uploads and shares the files into a channel, if one is named. Slack shares a little later; here at once."""
    workspace.require("files:write")
    wanted = params.get("files")
    if not isinstance(wanted, list) or not wanted:
        raise Refused("invalid_arguments", messages=["must be a list with ids [json-pointer:/files]"])
    files = []
    for one in wanted:
        file = workspace.files.get(str(one.get("id")))
        if file is None or file.content is None or file.complete:
            raise Refused("file_not_found")
        files.append((file, one.get("title")))
    channel = None
    if params.get("channel_id"):
        channel = workspace.channel_known(str(params["channel_id"]))
        if channel.archived:
            raise Refused("is_archived")
        if workspace.bot_user_id not in channel.members:
            raise Refused("not_in_channel")
    for file, title in files:
        file.complete, file.title = True, title or file.name
    if channel is not None:
        _share_with_message(workspace, channel, [file for file, _title in files], params)
    return {"files": [file.shown() for file, _title in files]}


def _share_with_message(workspace: "Workspace", channel: Channel, files: list[File], params: Json) -> None:
    for file in files:
        _share(file, channel)
    message: Json = {
        "user": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "app_id": workspace.app.id,
        "subtype": "file_share",
        "text": params.get("initial_comment") or "",
        "files": [file.shown() for file in files],
    }
    if params.get("thread_ts"):
        message["thread_ts"] = str(params["thread_ts"])
    workspace.post(channel, message)


def _share(file: File, channel: Channel) -> None:
    if channel.id not in file.shared_in:
        file.shared_in.append(channel.id)


def share_linked(workspace: "Workspace", channel: Channel, text: str) -> list[Json]:
    """The app's own files whose permalink stands in a message's text: they are shared into the channel with it."""
    linked = [file for file in workspace.files.values() if file.complete and file.permalink in text]
    for file in linked:
        _share(file, channel)
    return [file.shown() for file in linked]


def _file(workspace: "Workspace", params: Json) -> File:
    file = workspace.files.get(str(params.get("file", "")))
    if file is None or not file.complete:
        raise Refused("file_not_found")
    return file


def info(workspace: "Workspace", params: Json) -> Json:
    workspace.require("files:read")
    return {"file": _file(workspace, params).shown()}


def delete(workspace: "Workspace", params: Json) -> Json:
    """Deletes a file; messages that showed it say that it is gone."""
    workspace.require("files:write")
    file = _file(workspace, params)
    del workspace.files[file.id]
    for channel in workspace.channels.values():
        for message in channel.messages:
            shown = message.get("files", [])
            if any(one["id"] == file.id for one in shown):
                message["files"] = [
                    {"id": file.id, "mode": "tombstone"} if one["id"] == file.id else one for one in shown
                ]
    return {}


METHODS = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
    "files.delete": delete,
}
