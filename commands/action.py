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
    "owed", "signed", "approved", "moderated", "received", "round",
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
    they do that with it; "round": the round in the form, if they may see how it stands.
    """

    name: str
    form: type[Form]
    does: Callable[[Work, Any], Message]
    allowed: Allowed
    words: str
    about: str | None = None
    needs_confirmed: bool = False
    own: Own | None = None
