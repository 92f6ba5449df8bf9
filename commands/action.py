"""What an action is: a name, a form, who may, and the function that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from storage.records.message import Message

from .permissions import Allowed
from .work import Work


class Form(BaseModel):
    """What an action is called with; an unknown field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Own = Literal[
    "post", "identity", "step", "any post", "person", "action", "raised", "carried",
    "owed", "signed", "approved", "moderated", "received", "round", "seat", "asked", "decides", "minutes",
]  # fmt: skip
"""What can be somebody's own: see `Action.own`."""


@dataclass(frozen=True)
class Action:
    """Something that changes facts. `about` names the form's field that holds the group for the roles in a group.

    `words` says for people what it does, for the permission matrix. `own` says what somebody may do it to whatever
    their roles (own.py): the post in the form, if it is theirs or their officer's; the account in it, if it is theirs;
    the person in it, if it is they; their own latest step. "any post": whoever is in any post may,
    also in one that gives no role. "action": the action in the form, if they do it; "raised": what was raised under
    the number in it, if they raised it; "carried": the report in it, if they carry it on to another group. "owed": what
    the form names in a round, if they answer for it; "signed", "approved", "moderated" and "received": the same, if
    they do that with it; "round": the round in the form, if they may see how it stands. "seat": the seat of a meeting
    that the form names by group, place and post, if they are in it, stand in, cover it, or are its PA. "asked": the
    same of a date poll, by group, number and post, and for whoever sees to the group's papers or minutes.
    "minutes": the group in the form, if they see to its papers or minutes. "decides": the seat of a
    decision that the form names, if they hold it, stand in or cover it.

    `newest`: the newest press counts, so that a button pressed once more later, after another one, is a press of its
    own: doors give it a key of its own, and only a second delivery of the same press is a repeat.
    """

    name: str
    form: type[Form]
    does: Callable[[Work, Any], Message]
    allowed: Allowed
    words: str
    about: str | None = None
    needs_confirmed: bool = False
    own: Own | None = None
    newest: bool = False
