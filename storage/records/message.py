"""The neutral message: words ready to be shown, before any door turns them into blocks, a card, a mail or a text."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Tone = Literal["plain", "warning", "alert"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MessageField(_Part):
    """A short fact with its label."""

    label: str
    value: str


class Button(_Part):
    """Something to press: `does` is the action's name, `form` what it is called with."""

    label: str
    does: str
    form: dict[str, str] = {}
    tone: Tone = "plain"


class Message(_Part):
    """A message as people will read it. Long texts are cut into several messages by the door, never shortened."""

    title: str
    text: str
    fields: tuple[MessageField, ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = "plain"
