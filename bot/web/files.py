"""Styles and scripts, from the package: their names hold their version, so browsers may keep them for long."""

import hashlib
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

_LONG = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"


async def asset(request: Request) -> Response:
    """One of the files; whatever is none of them is not there."""
    name = request.path_params["file"]
    content = contents().get(name)
    if content is None:
        return PlainTextResponse("There is nothing here.\n", 404)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"Cache-Control": _LONG if name[-1:] and any(c.isdigit() for c in name) else _A_DAY, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=_KINDS[name.rpartition(".")[2]])


@cache
def contents() -> dict[str, bytes]:
    """Every file that may be asked for, by name."""
    folder = files(__package__) / "assets"
    named = [each for each in folder.iterdir() if each.name.rpartition(".")[2] in _KINDS]
    return {each.name: each.read_bytes() for each in named}
