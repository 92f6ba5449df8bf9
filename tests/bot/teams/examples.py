"""Every kind of thing that the bot says, to be drawn as cards: what goes out, homes, answers, forms of every step.

Most of it is overheard where the leak drill plays its story (bot/leak_drill), which tries every word and every action
about cases; of what does not come up there the words of its template stand for it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from bot.leak_drill import drill, drilled
from bot.leak_drill.doors import ChatDoor
from bot.leak_drill.stage import Stage
from commands import homes
from commands.conversation import Conversation
from commands.made_steps import MADE
from commands.speakers import Speaker
from commands.steps import AGAIN, STEPS
from scheduler.doors import Parcel, Result
from storage.records.message import Blank, Button, Choice, Message, MessageField, Sheet
from templates.words import message_kinds, words
from tests.bot.web.looking import an_office_with_an_incident

Hear = Callable[[str, Message], None]


@dataclass
class Examples:
    """What was heard: of each name the longest."""

    found: dict[str, Message] = field(default_factory=dict)

    def hear(self, name: str, message: Message) -> None:
        """Takes a message in."""
        if name not in self.found or _length(message) > _length(self.found[name]):
            self.found[name] = message


def _length(message: Message) -> int:
    return len(message.model_dump_json(exclude={"by_mail", "by_text"}))


@dataclass
class Overheard(ChatDoor):
    """The drill's chat, overheard."""

    hear: Hear = field(kw_only=True)

    def send(self, parcel: Parcel, now: datetime) -> Result:
        """Hears a message."""
        self.hear(f"message {parcel.kind}", parcel.message)
        return super().send(parcel, now)

    def edit(self, parcel: Parcel, reference: str, now: datetime) -> Result:
        """Hears newer words."""
        self.hear(f"message {parcel.kind}", parcel.message)
        return super().edit(parcel, reference, now)


def _nobody(_name: str, _message: Message) -> None:
    """Nobody hears."""


@dataclass(frozen=True)
class OverheardConversation(Conversation):
    """The drill's conversation, overheard."""

    hear: Hear = _nobody

    def answer(self, speaker: Speaker, text: str, key: str | None, now: datetime) -> Message:
        """Hears the answer to a typed line."""
        return self._heard("", super().answer(speaker, text, key, now))

    def press(self, speaker: Speaker, action: str, form: Mapping[str, str], key: str | None, now: datetime) -> Message:
        """Hears the answer to a press."""
        return self._heard(action, super().press(speaker, action, form, key, now))

    def _heard(self, action: str, answer: Message) -> Message:
        sheet = answer.sheet
        if sheet is not None:
            wrong = ", with mistakes" if any(blank.problem for blank in sheet.blanks) else ""
            self.hear(f"form {sheet.does}{wrong}", answer)
        elif action:
            self.hear(f"answer to {action}, {answer.tone}", answer)
        else:
            self.hear(f"answer {re.sub('[^A-Za-z ]+', '', answer.title)[:40]}", answer)
        return answer


def examples() -> dict[str, Message]:
    """All of them, by name. It takes about as long as the leak drill, half a minute."""
    heard = Examples()

    def planted(point: str, stage: Stage) -> None:
        if point == "doors":
            stage.doors["notebook"] = Overheard(record=stage.record, by=stage.by, hear=heard.hear)
        if point == "conversation":
            kept = {each.name: getattr(stage.conversation, each.name) for each in fields(stage.conversation)}
            stage.conversation = OverheardConversation(**kept, hear=heard.hear)
        if point == "kept":
            _look_round(stage, heard)

    report = drill.run(planted)
    assert not report.broken, report.broken
    for kind in message_kinds():
        if f"message {kind}" not in heard.found:
            heard.hear(f"template {kind}", _of_template(kind))
    for name, message in MADE_UP.items():
        heard.hear(name, message)
    return heard.found


def _look_round(stage: Stage, heard: Examples) -> None:
    """Everybody's home, and the empty form of every step."""
    for post in drilled.posts():
        for confirmed in (True, False):
            with stage.looking() as work:
                home = homes.home(work, stage.person(post), confirmed=confirmed)
            heard.hear(f"home of {post}", home)
    manager = Speaker("notebook", drilled.ID, stage.person(drilled.HANDLER), vouched=True)
    for action in (*STEPS, *MADE):
        stage.conversation.press(manager, action, {AGAIN: "yes"}, None, stage.now)


def pictured() -> dict[str, Message]:
    """What the pictures show, by the names of their files."""
    with an_office_with_an_incident() as office:
        manager = office.person("business-manager")
        with office.looking() as work:
            home = homes.home(work, manager, confirmed=True)
        speaker = Speaker("notebook", office.partnership, manager, vouched=True)
        typed = {"group": "executive", "day": "Sat 32 March", "starts": "noonish"}
        conversation = Conversation(office.runner, local_doors=("notebook",))
        return {
            "teams-alert": office.sent_to("director-childrens-services")[-1],
            "teams-home": home,
            "teams-form": conversation.press(speaker, "meeting.move", typed, None, office.now),
        }


def _of_template(kind: str) -> Message:
    """The words of a kind as its template has them, each value by its name; all that may be said, in its order."""
    found = words(kind)
    return Message(title=_read(found.title or kind), text=_read(found.text or found.line or ""))


def _read(template: str) -> str:
    bare = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", template, flags=re.DOTALL)
    return re.sub(r"\{\{\s*(.*?)\s*\}\}", lambda found: re.sub(r"\W+", " ", found[1]), bare, flags=re.DOTALL).strip()


SIGNS = "1. *A* _title_ with [signs](https://ours.example) <b>of</b> `Markdown` {{DATE(2027-02-14T06:08:39Z,LONG)}}"

MADE_UP: dict[str, Message] = {
    "made up: a long list": Message(
        title="Actions of all groups",
        text="\n".join(f"{n}. Write to the partners about paper {n} of the threshold guide" for n in range(1, 400)),
        buttons=tuple(Button(label=f"Action {n} is done", does="action.done", form={"n": f"{n}"}) for n in range(20)),
    ),
    "made up: signs": Message(
        title=SIGNS,
        text=f"{SIGNS}\n# {SIGNS}\n- {SIGNS}",
        fields=(MessageField(label=SIGNS, value=SIGNS),),
        buttons=(Button(label=SIGNS, does="a"), Button(label="*Yes*", does="a", tone="alert")),
        tone="alert",
    ),
    "made up: long words": Message(
        title="designated.nurse@ourshire-icb.example", text="safeguarding.unit@ourshire-council.example", tone="warning"
    ),
    "made up: a form of signs": Message(
        title="A form",
        text="",
        sheet=Sheet(
            does="a",
            label=SIGNS,
            blanks=tuple(
                Blank(name=kind, label=SIGNS, kind=kind, hint=SIGNS, problem=SIGNS, choices=(
                    Choice(value="one", label=SIGNS), Choice(value="two", label="2. Two"),
                ))
                for kind in ("day", "text", "choice", "choices")
            ),
        ),
    ),
    "made up: a form of long lists": Message(
        title="A form",
        text="Of long lists.",
        sheet=Sheet(
            does="a",
            label="Send",
            blanks=tuple(
                Blank(name=kind, label="Whom", kind=kind, needed=False, choices=tuple(
                    Choice(value=f"post-{n}", label=f"Designated Nurse for place number {n}") for n in range(60)
                ))
                for kind in ("choice", "choices")
            ),
        ),
    ),
    "made up: a long form": Message(
        title="A long form",
        text="",
        sheet=Sheet(
            does="a",
            label="Send",
            blanks=tuple(Blank(name=f"n{n}", label=f"Number {n}", kind="number") for n in range(90)),
        ),
    ),
}  # fmt: skip
