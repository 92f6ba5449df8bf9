"""Files that the bot gives: the place for an upload, as OneDrive opens it once somebody has said yes."""

import re
import uuid
from typing import TYPE_CHECKING, Any

from .connector import Reply
from .errors import Json, Refused
from .things import Upload

if TYPE_CHECKING:
    from .server import StandIn

_RANGE = re.compile(r"bytes 0-(\d+)/(\d+)")


def opened(standin: "StandIn", name: str, size: int, user: str) -> tuple[Upload, Json]:
    """A place for a file, and what the bot is told of it."""
    upload = Upload(str(uuid.uuid4()), name, size, user)
    standin.uploads[upload.id] = upload
    told = {
        "contentUrl": f"https://ourshire-my.sharepoint.example/Documents/{name}",
        "name": name,
        "uploadUrl": f"{standin.origin}/upload/{upload.id}",
        "uniqueId": upload.id,
        "fileType": name.rpartition(".")[2],
    }
    return upload, told


def take(standin: "StandIn", path: str, headers: Any, body: bytes) -> Reply:
    """Takes a file in one piece. Refused: 404 no such place, 401 with a token, 409 a second time, 400 a wrong range."""
    upload = standin.uploads.get(path.rpartition("/")[2])
    if upload is None:
        raise Refused(404, "itemNotFound")
    if headers.get("Authorization"):
        standin.problems.append("the bot's token went to an upload address")
        raise Refused(401)
    if upload.received:
        raise Refused(409, "nameAlreadyExists")
    found = _RANGE.fullmatch(headers.get("Content-Range") or "")
    if not found or (int(found[1]) + 1, int(found[2])) != (len(body), len(body)) or len(body) != upload.size:
        standin.problems.append("an upload whose Content-Range is not that of the whole file")
        raise Refused(400, "invalidRange")
    upload.received.append(body)
    return Reply(201, {"id": upload.id, "name": upload.name, "size": len(body)})
