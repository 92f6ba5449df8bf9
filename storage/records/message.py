"""The neutral message: words ready to be shown, before any door turns them into blocks, a card, a mail or a text."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

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


class Choice(_Part):
    """One of the answers that a blank offers."""

    value: str
    label: str


class Blank(_Part):
    """A place to be filled in. `value` is what stands in it already, `problem` why that will not do, said beside it.

    `text` takes several lines, `words` one. Of `choices` several may be ticked; their values stand in `value` with
    commas between, and none of them holds one.
    """

    name: str
    label: str
    kind: Literal["day", "hour", "words", "text", "number", "choice", "choices"] = "words"
    value: str = ""
    hint: str = ""
    problem: str = ""
    needed: bool = True
    choices: tuple[Choice, ...] = ()


class Sheet(_Part):
    """A form to be filled in. Sending it in presses `does` with `form` and what was filled in; nothing is lost."""

    does: str
    label: str
    blanks: tuple[Blank, ...]
    form: dict[str, str] = {}


class Moment(_Part):
    """A time that is told in the words: `words` exactly as they stand there, in the partnership's zone, and when it is.

    A door that knows that its reader lives by another clock says the time there beside it.
    """

    words: str
    at: AwareDatetime


class Attached(_Part):
    """A small text file that goes with a message. `calendar`: an iCalendar object that calendar programs take."""

    name: str
    kind: Literal["calendar"]
    text: str


class Less(_Part):
    """What a door that everybody could read says in place of the words, where they are about a case."""

    title: str
    text: str


class Message(_Part):
    """A message as people will read it. Long texts are cut into several messages by the door, never shortened.

    `sheet` is there only in the answer to a press or a line, never in what is sent by itself; beside it in the
    answer to a line stands a button that opens it, for a door that opens none without a press. What is about a case
    goes by mail only with `by_mail`, and as a text message only with `by_text`, which says less still. `link` is
    the id of the personal link to our own page whose address a letter ends with, and `link_code` the code that the
    page asks for.
    """

    title: str
    text: str
    fields: tuple[MessageField, ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = "plain"
    sheet: Sheet | None = None
    times: tuple[Moment, ...] = ()
    attached: tuple[Attached, ...] = ()
    by_mail: Less | None = None
    by_text: str = ""
    link: str = ""
    link_code: str = ""
