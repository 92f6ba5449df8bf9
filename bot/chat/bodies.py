"""The body of a request, read as far as it may be large: what is larger is refused before it is parsed."""

from starlette.requests import Request


async def read_body(request: Request, largest: int) -> bytes | None:
    """The request's body; None where it has more bytes than that: then what is left of it is not read."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > largest:
        return None
    size = 0
    pieces = []
    async for piece in request.stream():
        size += len(piece)
        if size > largest:
            return None
        pieces.append(piece)
    return b"".join(pieces)
