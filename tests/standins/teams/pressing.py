"""What Teams's client does when a button is pressed, and with what the bot answers."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import activities, checks, inputs
from .errors import Json
from .limits import too_big
from .outcomes import Answer
from .things import CARD, Dialog, Message, Post, Toast, moment
from .walking import actions, elements, title

if TYPE_CHECKING:
    from .people import Person
    from .server import StandIn

SAID = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
FETCH = "task/fetch"


def now(standin: "StandIn") -> datetime:
    """The moment by the stand-in's clock."""
    return moment(standin.clock())


def place(where: Any, label: str) -> Message | Dialog:
    """Where that button is: of an answer the newest thing that has it."""
    if not isinstance(where, Answer):
        assert isinstance(where, Message | Dialog), f"{where!r} has no buttons"
        return where
    things = [*where.messages, *where.everything()]
    for thing in reversed(things):
        if not isinstance(thing, Toast) and any(label == title(one) for card in thing.cards for one in actions(card)):
            return thing
    raise AssertionError(f"{label!r} is nowhere in the answer")


def _button(cards: list[Json], label: str, nth: int | None) -> tuple[Json, Json]:
    """The card and the action with that label."""
    found = [(card, one) for card in cards for one in actions(card) if title(one) == label]
    assert found, f"{label!r} is not among {[title(one) for card in cards for one in actions(card)]}"
    assert len(found) == 1 or nth is not None, f"{len(found)} are called {label!r}: say which with nth"
    return found[nth or 0]


# In a message


def press(
    person: "Person", message: Message, label: str, values: Mapping[str, object], nth: int | None, twice: bool
) -> Answer:
    """Presses a button of a message, with what is filled in."""
    card, action = _button(message.cards, label, nth)
    typed: dict[str, str] = {}
    inputs.fill(card, values, typed)
    answer = person.begins()
    match action.get("type"):
        case "Action.OpenUrl":
            answer.opened = str(action["url"])
            return answer
        case "Action.ToggleVisibility":
            return _toggle(person, answer, message, card, action)
    data = _data(answer, card, action, typed)
    if data is None:
        return answer
    if action["type"] == "Action.Execute":
        if not action.get("verb"):  # measured: the client sends nothing, and says nothing
            person.standin.problems.append(f"an Action.Execute without a verb was pressed: {label!r}")
            return answer.fails("an Action.Execute without a verb sends nothing")
        for _ in range(2 if twice else 1):
            _execute(person, answer, message, card, action, data)
        return answer
    if (data.get("msteams") or {}).get("type") == FETCH:
        value = {"data": data, "context": {"theme": "default"}}
        _ask(person, answer, message.conversation, FETCH, value, message.id, message.thread)
        return answer if answer.failed else _dialog_answer(person, answer, message.conversation, message.id)
    conversation = person.standin.conversations[message.conversation]
    said = activities.value_message(person.standin, person.record, conversation, data, message.id)
    for _ in range(2 if twice else 1):
        person.gives(answer, said)
    return answer


def _data(answer: Answer, card: Json, action: Json, typed: Mapping[str, str]) -> Json | None:
    """What is sent with a press; nothing where the client refuses, which is then noted."""
    data = deepcopy(action.get("data"))
    if action.get("associatedInputs") == "none":
        return data if isinstance(data, dict) else {}
    answer.refused = inputs.refused(card, typed)
    if answer.refused:
        said = "; ".join(f"{id_}: {words}" for id_, words in answer.refused.items())
        answer.fails(f"the client did not send it: {said}")
        return None
    return (data if isinstance(data, dict) else {}) | inputs.sent(card, typed)


def _toggle(person: "Person", answer: Answer, message: Message, card: Json, action: Json) -> Answer:
    """Shows or hides elements, for this person."""
    changed = deepcopy(card)
    by_id = {one.get("id"): one for one in elements(changed, hidden=True)}
    for target in action.get("targetElements") or []:
        wanted = target if isinstance(target, dict) else {"elementId": target}
        element = by_id[wanted["elementId"]]
        element["isVisible"] = wanted.get("isVisible", not element.get("isVisible", True))
    return _replace(person, answer, message, card, changed)


def _replace(person: "Person", answer: Answer, message: Message, card: Json, new: Json) -> Answer:
    """The presser, and nobody else, sees another card in the place of one."""
    post = _post(person, message)
    activity = deepcopy(message.activity)
    for attachment in activity["attachments"]:
        if attachment.get("contentType") == CARD and attachment["content"] == card:
            attachment["content"] = deepcopy(new)
    if post is None:  # it has been taken away meanwhile
        return answer
    post.shown[person.id] = activity
    return answer.shows(post.as_seen(person.id))


def _post(person: "Person", message: Message) -> Post | None:
    posts = person.standin.conversations[message.conversation].posts
    return next((post for post in posts if post.id == message.id and not post.deleted), None)


def _ask(
    person: "Person", answer: Answer, conversation: str, name: str, value: Json, reply_to: str, thread: str
) -> None:
    where = person.standin.conversations[conversation]
    person.gives(answer, activities.invoke(person.standin, person.record, where, name, value, reply_to, thread))
    if answer.failed and answer.status == 501:
        _problem(person, answer, f"{name} was answered with 501")


def _execute(person: "Person", answer: Answer, message: Message, card: Json, action: Json, data: Json) -> None:
    said = {"type": "Action.Execute", "id": action.get("id", ""), "title": title(action)}
    value = {"action": {**said, "verb": action["verb"], "data": data}, "trigger": "manual"}
    _ask(person, answer, message.conversation, "adaptiveCard/action", value, message.id, message.thread)
    if answer.failed:
        return
    body = answer.body
    if not isinstance(body, dict) or "statusCode" not in body or "type" not in body:
        _problem(person, answer, f"an Action.Execute was not answered as it must be: {type(body).__name__}")
    elif body["type"] == CARD and body["statusCode"] == 200:
        if _shown(person, answer, body.get("value")):
            _replace(person, answer, message, card, body["value"])
    elif body["type"] == SAID and body["statusCode"] == 200 and isinstance(body.get("value"), str):
        answer.shows(Toast(body["value"]))
    elif body["type"] == ERROR and isinstance(body.get("value"), dict):
        answer.fails(f"error {body['statusCode']}: {body['value'].get('message', '')}")
    else:
        _problem(person, answer, f"an Action.Execute was answered with {body['type']} {body['statusCode']}")


def _shown(person: "Person", answer: Answer, card: Any) -> bool:
    """Whether the client can show the card of an answer."""
    if not isinstance(card, dict) or (wrong := checks.card_wrong(card)):
        _problem(person, answer, f"a card that cannot be shown: {'; '.join(wrong) if isinstance(card, dict) else ''}")
        return False
    if too_big(card):
        _problem(person, answer, "a card over 80 KB in an answer")
        return False
    return True


def _problem(person: "Person", answer: Answer, words: str) -> None:
    person.standin.problems.append(words)
    answer.fails(words)


# In a dialog


def submit(person: "Person", dialog: Dialog, values: Mapping[str, object], label: str | None) -> Answer:
    """Fills in the dialog and presses one of its buttons."""
    assert person.dialog() is dialog, "that dialog is no longer before them"
    wanted = label if label is not None else _main(dialog.card)
    card, action = _button(dialog.cards, wanted, None if label is not None else 0)
    inputs.fill(card, values, dialog.typed)
    answer = person.begins()
    if action.get("type") == "Action.OpenUrl":
        answer.opened = str(action["url"])
        return answer
    if action.get("type") != "Action.Submit":  # Microsoft: dialogs take Action.Submit alone
        _problem(person, answer, f"in a dialog, {action.get('type')} does nothing: {wanted!r}")
        return answer
    data = _data(answer, card, action, dialog.typed)
    if data is None:
        return answer
    value = {"data": data, "context": {"theme": "default"}}
    _ask(person, answer, dialog.conversation, "task/submit", value, "", dialog.reply_to)
    return answer if answer.failed else _dialog_answer(person, answer, dialog.conversation, dialog.reply_to)


def _main(card: Json) -> str:
    """The button that sends what is filled in."""
    found = [one for one in actions(card) if one.get("type") == "Action.Submit"]
    assert found, "the dialog has no button that sends it"
    return title(next((one for one in found if one.get("associatedInputs") != "none"), found[0]))


def _dialog_answer(person: "Person", answer: Answer, conversation: str, reply_to: str) -> Answer:
    """Opens, changes or closes the dialog, as the bot says."""
    task = (answer.body or {}).get("task") if isinstance(answer.body, dict | None) else answer.body
    if not task:  # nothing more: it closes
        person.standin.dialogs.pop(person.key, None)
        return answer
    kind, value = (task.get("type"), task.get("value")) if isinstance(task, dict) else (None, None)
    if kind == "message" and isinstance(value, str):
        person.standin.dialogs.pop(person.key, None)
        return answer.shows(Toast(value))
    if kind != "continue" or not isinstance(value, dict):
        _problem(person, answer, f"a dialog was answered with {task!r}")
        return answer
    attached = value.get("card")
    if not isinstance(attached, dict) or attached.get("contentType") != CARD:
        _problem(person, answer, "a dialog without a card")
        return answer
    if _shown(person, answer, attached.get("content")):
        dialog = Dialog(str(value.get("title") or ""), attached["content"], conversation, reply_to)
        person.standin.dialogs[person.key] = dialog
        answer.shows(dialog)
    return answer
