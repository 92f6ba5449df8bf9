"""What is wrong with a card or an activity: what the official schema says, and what Teams says beside it."""

from typing import Any

from .errors import Json
from .schema import valid
from .things import CARD, CONSENT, FILE_INFO
from .walking import actions, elements, inputs, title

MOST_ACTIONS = 6
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")


def activity_wrong(activity: Json) -> list[str]:
    """Why Teams would not take a message; empty where it would."""
    if not isinstance(activity.get("type"), str):
        return ["an activity without a type"]
    attachments = activity.get("attachments") or []
    if activity["type"] == "message" and not attachments and not str(activity.get("text") or "").strip():
        return ["a message with nothing in it"]
    return [wrong for one in attachments for wrong in attachment_wrong(one)]


def attachment_wrong(attachment: Any) -> list[str]:
    """Why Teams would not take an attachment."""
    if not isinstance(attachment, dict) or not isinstance(attachment.get("contentType"), str):
        return ["an attachment without a content type"]
    content = attachment.get("content")
    match attachment["contentType"]:
        case kind if kind == CARD:
            return card_wrong(content)
        case kind if kind == CONSENT:
            needed = ("description", "sizeInBytes", "acceptContext", "declineContext")
            lacks = [name for name in needed if not isinstance(content, dict) or name not in content]
            named = [] if attachment.get("name") else ["name"]
            return [f"a file consent card without {name}" for name in lacks + named]
        case kind if kind == FILE_INFO:
            lacks = [name for name in ("contentUrl", "name") if not attachment.get(name)]
            inside = [name for name in ("uniqueId", "fileType") if not isinstance(content, dict) or name not in content]
            return [f"a file info card without {name}" for name in lacks + inside]
    return []


def card_wrong(card: Any) -> list[str]:
    """Why a card would not be taken, or not be shown as it is meant."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["a card that is no AdaptiveCard"]
    wrong = [] if card.get("version") in VERSIONS else [f"a card of version {card.get('version')!r}"]
    wrong += _actions_wrong(card) + _inputs_wrong(card)
    return wrong + [f"against the schema: {one}" for one in valid(card)]


def _actions_wrong(card: Json) -> list[str]:
    wrong = []
    sets = [one.get("actions") or [] for one in elements(card, hidden=True) if one.get("type") == "ActionSet"]
    if any(len(one) > MOST_ACTIONS for one in [*sets, card.get("actions") or []]):
        wrong.append(f"more than {MOST_ACTIONS} actions together")
    for action in actions(card, hidden=True):
        if action.get("type") == "Action.Execute" and not action.get("verb"):
            wrong.append(f"an Action.Execute without a verb: {title(action)!r}")
        if not title(action):
            wrong.append("an action without a title")
        if isinstance(action.get("card"), dict):
            wrong += card_wrong({"version": card.get("version"), **action["card"]})
    return wrong


def _inputs_wrong(card: Json) -> list[str]:
    found = inputs(card, hidden=True)
    ids = [str(one.get("id") or "") for one in found]
    wrong = ["an input without an id" for one in ids if not one]
    wrong += [f"two inputs with the id {one!r}" for one in sorted(set(ids)) if one and ids.count(one) > 1]
    return wrong + [f"an input without a label: {one.get('id')!r}" for one in found if not one.get("label")]
