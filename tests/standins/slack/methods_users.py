"""users.info, users.list, users.lookupByEmail."""

from typing import TYPE_CHECKING

from .errors import Json, Refused
from .methods_conversations import page

if TYPE_CHECKING:
    from .workspaces import Workspace


def _sees_addresses(workspace: "Workspace") -> bool:
    return "users:read.email" in workspace.scopes


def info(workspace: "Workspace", params: Json) -> Json:
    workspace.require("users:read")
    return {"user": workspace.someone(str(params.get("user", ""))).shown(_sees_addresses(workspace))}


def list_(workspace: "Workspace", params: Json) -> Json:
    workspace.require("users:read")
    found, cursor = page(list(workspace.users.values()), params, 200, 1000)
    shown = [user.shown(_sees_addresses(workspace)) for user in found]
    return {"members": shown, "cache_ts": 0, "response_metadata": {"next_cursor": cursor}}


def lookup_by_email(workspace: "Workspace", params: Json) -> Json:
    """Somebody by address, whichever case it is in. Who has left and who comes from elsewhere is not found."""
    workspace.require("users:read.email")
    wanted = str(params.get("email", "")).casefold()
    for user in workspace.users.values():
        if wanted and user.email.casefold() == wanted and not (user.deleted or user.stranger or user.bot):
            return {"user": user.shown(True)}
    raise Refused("users_not_found")


METHODS = {"users.info": info, "users.list": list_, "users.lookupByEmail": lookup_by_email}
