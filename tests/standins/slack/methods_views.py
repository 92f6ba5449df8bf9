"""views.open, views.update, views.push, views.publish: modals in stacks per person, and homes."""

import secrets
from typing import TYPE_CHECKING

from .errors import Json, Refused
from .limits import MOST_VIEWS_IN_A_STACK, check_view, elements_of
from .things import Trigger, View, new_id, own_copy, with_ids

if TYPE_CHECKING:
    from .workspaces import Workspace

TRIGGER_LIVES = 3.0
"""Seconds within which a trigger id must be used."""


def new_trigger(workspace: "Workspace", user: str, view: str = "") -> str:
    """A trigger id for what somebody has just done, in a modal or elsewhere."""
    trigger = Trigger(
        f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}",
        user,
        workspace.standin.clock(),
        view,
    )
    workspace.triggers[trigger.id] = trigger
    return trigger.id


def _exchange(workspace: "Workspace", params: Json) -> Trigger:
    """Uses up a trigger id: known, within three seconds, for the first time."""
    trigger = workspace.triggers.get(str(params.get("trigger_id", "")))
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if workspace.standin.clock() - trigger.made > TRIGGER_LIVES:
        raise Refused("expired_trigger_id")
    return trigger


def _new_hash(workspace: "Workspace") -> str:
    return f"{int(workspace.standin.clock())}.{secrets.token_hex(4)}"


def _check_external_id(workspace: "Workspace", body: Json, own: View | None) -> None:
    name = body.get("external_id")
    taken = [v for v in [*workspace.views.values(), *workspace.homes.values()] if v is not own]
    if name and any(view.body.get("external_id") == name for view in taken):
        raise Refused("duplicate_external_id")


def make(workspace: "Workspace", user: str, body: Json, below: View | None = None) -> View:
    """Puts a modal before somebody, on top of another or as the first of a new stack."""
    check_view(body, "modal")
    _check_external_id(workspace, body, None)
    stack = workspace.stacks.setdefault(user, [])
    if below is None:
        for old in stack:
            workspace.views.pop(old, None)
        stack.clear()
    elif len(stack) >= MOST_VIEWS_IN_A_STACK:
        raise Refused("push_limit_reached")
    view = View(new_id("V"), user, {}, _new_hash(workspace))
    view.root, view.previous = (below.root, below.id) if below else (view.id, None)
    view.body = own_copy(body) | {"blocks": with_ids(body["blocks"])}
    workspace.views[view.id] = view
    stack.append(view.id)
    workspace.standin.note(workspace.id, "modal", view, [user])
    return view


def put(workspace: "Workspace", view: View, body: Json, kind: str = "modal") -> None:
    """Puts new content into a view. What was typed stays where block and action have the same ids."""
    check_view(body, kind)
    _check_external_id(workspace, body, view)
    view.body = own_copy(body) | {"blocks": with_ids(body["blocks"])}
    view.hash = _new_hash(workspace)
    view.errors = {}
    places = {(block["block_id"], one["action_id"]) for block in view.blocks for one in elements_of(block)}
    view.typed = {place: value for place, value in view.typed.items() if place in places}
    workspace.standin.note(workspace.id, "modal" if kind == "modal" else "home", view, [view.user])


def shown(workspace: "Workspace", view: View, state: Json | None = None) -> Json:
    """A view as Slack hands it to the app. `state` are the values of its inputs."""
    body = view.body
    told: Json = {
        "id": view.id,
        "team_id": workspace.id,
        "type": body["type"],
        "blocks": own_copy(body)["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": state or {}},
        "hash": view.hash,
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "root_view_id": view.root or view.id,
        "previous_view_id": view.previous,
        "app_id": workspace.app.id,
        "app_installed_team_id": workspace.id,
        "bot_id": workspace.bot_id,
    }
    for key in ("title", "submit", "close"):
        told[key] = body.get(key)
    return told


def open_(workspace: "Workspace", params: Json) -> Json:
    trigger = _exchange(workspace, params)
    view = make(workspace, trigger.user, params.get("view") or {})
    trigger.used = True
    return {"view": shown(workspace, view)}


def push(workspace: "Workspace", params: Json) -> Json:
    """Only with a trigger from within a modal, which must still be there."""
    trigger = _exchange(workspace, params)
    below = workspace.views.get(trigger.view)
    if below is None:
        raise Refused("not_found" if trigger.view else "invalid_trigger_id")
    view = make(workspace, trigger.user, params.get("view") or {}, below)
    trigger.used = True
    return {"view": shown(workspace, view)}


def update(workspace: "Workspace", params: Json) -> Json:
    view = workspace.views.get(str(params.get("view_id", "")))
    if view is None and params.get("external_id"):
        named = [v for v in workspace.views.values() if v.body.get("external_id") == params["external_id"]]
        view = named[0] if named else None
    if view is None:
        raise Refused("not_found")
    if params.get("hash") and params["hash"] != view.hash:
        raise Refused("hash_conflict")
    put(workspace, view, params.get("view") or {})
    return {"view": shown(workspace, view)}


def publish(workspace: "Workspace", params: Json) -> Json:
    user = workspace.someone(str(params.get("user_id", "")))
    if not workspace.app.home_tab:
        raise Refused("not_enabled")
    body = params.get("view") or {}
    check_view(body, "home")
    home = workspace.homes.get(user.id)
    if params.get("hash") and (home is None or params["hash"] != home.hash):
        raise Refused("hash_conflict")
    if home is None:
        home = View(new_id("V"), user.id, {"type": "home", "blocks": []}, "")
        home.root = home.id
    put(workspace, home, body, "home")
    workspace.homes[user.id] = home
    return {"view": shown(workspace, home)}


METHODS = {"views.open": open_, "views.push": push, "views.update": update, "views.publish": publish}
