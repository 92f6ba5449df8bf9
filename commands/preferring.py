"""By which door messages go to somebody first: the one they have chosen, else the one at which they spoke last.

The order itself is `places.in_order`. A chosen door that is not there, or takes nothing any more, is not first.
"""

from typing import Literal

from storage.arrangements.phrases import listed
from storage.records import people
from storage.records.message import Button, Message
from storage.records.people import Identity, Person

from .action import Action, Form
from .permissions import PEOPLE
from .places import DOOR_NAMES, MAIL, in_order
from .refusals import Refusal, Refused
from .welcoming import CHATS
from .work import Work

ANY = "any"
"""What is written where no door is chosen any more."""

DOORS = (*sorted(CHATS), MAIL)
"""The doors that can be chosen: where people talk with the bot, and mail."""

NOT_BY_MAIL = "Alerts, and what is about an incident, go to a chat first all the same."
"""What mail is not chosen for: alerts wait for an answer, and of a case mail says less."""


class Prefer(Form):
    """The door by which messages are to go to the actor first; "any": no longer one in particular."""

    door: Literal["slack", "teams", "mail", "any"]


def _prefer(work: Work, form: Prefer) -> Message:
    person = _actor(work)
    chosen = "" if form.door == ANY else form.door
    if chosen == person.door:
        raise Refused(Refusal("That is so already.", "door"))
    known = people.identities(work.scope.session, person.id)
    _only_confirmed(work, known)
    if chosen in CHATS and not any(each.door == chosen and not each.gone for each in known):
        want = f"Write to the bot in {DOOR_NAMES[chosen]} once; then choose it."
        raise Refused(Refusal(f"You are not known in {DOOR_NAMES[chosen]}.", "door", want))
    if chosen == MAIL and MAIL not in work.ways:
        raise Refused(Refusal("The bot sends no mail here.", "door"))
    before, person.door = person.door, chosen
    work.scope.session.add(person)
    work.about_person(person.id)
    work.note(f"person:{person.id}", door=form.door)
    work.can_be_taken_back(PREFER.name, {"door": before or ANY}, "choosing where messages come first")
    return Message(title="Recorded", text=sentence(person, known), buttons=(Button(label="Undo", does="undo"),))


def _actor(work: Work) -> Person:
    found = people.get(work.scope.session, work.actor.person or "")
    if found is None:
        raise Refused("Only somebody with a post can choose where messages come first.")
    return found


def _only_confirmed(work: Work, known: list[Identity]) -> None:
    """Whoever has confirmed who they are chooses from there: nobody who is only taken for them turns messages away."""
    if not work.actor.confirmed and any(each.state == "confirmed" for each in known):
        raise Refused("You can choose this where you have confirmed who you are.")


def sentence(person: Person, known: list[Identity]) -> str:
    """Where messages come to somebody first, as they read it themselves."""
    if person.door:
        words = f"Messages come to you {_by(person.door)} first, as you have chosen."
        return f"{words} {NOT_BY_MAIL}" if person.door == MAIL else words
    names = _names(person, known)
    if not names:
        return "Messages come to you by mail, where the bot sends any: you are known at no chat."
    if len(names) == 1:
        return f"Messages come to you {_by(names[0])}."
    return f"Messages come to you where you spoke last: {_by(names[0])}. You are also known {_where(names[1:])}."


def shown(work: Work) -> Message:
    """Where messages come to the actor first, and what else can be chosen."""
    person = _actor(work)
    known = people.identities(work.scope.session, person.id)
    offered = [name for name in _names(person, known) if name in CHATS]
    offered += [MAIL] if MAIL in work.ways else []
    choices = [*(name for name in offered if name != person.door), *([ANY] if person.door else [])]
    if len(offered) < 2 and not person.door:
        choices = []
    buttons = (Button(label=_label(name), does=PREFER.name, form={"door": name}) for name in choices)
    how = f"To choose, write: me door {' or '.join(DOORS)}; or: me door {ANY}, for where you spoke last."
    return Message(title="Where messages come first", text=f"{sentence(person, known)}\n{how}", buttons=tuple(buttons))


def said_of(person: Person) -> str:
    """What somebody has chosen, as the business manager reads it; empty where they have chosen nothing."""
    return f"messages go {_by(person.door)} first, as they have chosen" if person.door else ""


def _names(person: Person, known: list[Identity]) -> list[str]:
    """The doors at which somebody is reached, each once, the first one first."""
    return list(dict.fromkeys(each.door for each in in_order(known, person.door) if not each.gone))


def _by(door: str) -> str:
    if door == MAIL:
        return "by mail"
    return f"{'in' if door in CHATS else 'at'} {DOOR_NAMES.get(door, door)}"


def _where(doors: list[str]) -> str:
    return listed([_by(door) for door in doors])


def _label(door: str) -> str:
    if door == ANY:
        return "Where I spoke last"
    return f"{'B' if door == MAIL else 'I'}{_by(door)[1:]}"


PREFER = Action(
    "people.door",
    Prefer,
    _prefer,
    PEOPLE,
    "choose by which door one's own messages come first",
    own="any post",
    newest=True,
)

ACTIONS = (PREFER,)
