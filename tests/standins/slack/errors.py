"""What the stand-in says when Slack would refuse."""

from collections.abc import Mapping, Sequence
from email.message import Message
from typing import Any

Json = dict[str, Any]
"""An object as it stands in JSON: what Slack and apps hand to each other."""

Headers = Message
"""The headers of a request, by name in whatever case."""


class Refused(Exception):
    """A refusal with Slack's own word for it, such as `channel_not_found`. `messages` name the places."""

    def __init__(
        self,
        error: str,
        *,
        status: int = 200,
        messages: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.messages = list(messages)
        self.headers = dict(headers or {})
        self.fields = fields

    def answer(self) -> Json:
        """The body of the answer, as the Web API gives it."""
        body: Json = {"ok": False, "error": self.error, **self.fields}
        if self.messages:
            body["errors"] = self.messages
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body
