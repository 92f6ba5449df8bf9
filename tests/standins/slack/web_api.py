"""The Web API: reads a call, knows whose token it is, keeps the limits, and hands it to the method."""

import contextlib
import json
import math
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import methods_chat, methods_conversations, methods_files, methods_oauth, methods_users, methods_views
from .errors import Headers, Json, Refused

if TYPE_CHECKING:
    from .server import StandIn
    from .workspaces import Workspace

Method = Callable[["Workspace", Json], Json]

METHODS: dict[str, Method] = {
    **methods_chat.METHODS,
    **methods_conversations.METHODS,
    **methods_files.METHODS,
    **methods_users.METHODS,
    **methods_views.METHODS,
}
"""Methods that need the token of a bot."""


@dataclass
class Result:
    """What is answered, and which workspace it was about."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    team: str = ""


def read(headers: Headers, query: str, body: bytes) -> tuple[Json, str]:
    """The parameters of a call, JSON inside forms included, and its token (of an app or a bot; may be empty)."""
    params: Json = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
    if "json" in headers.get("Content-Type", ""):
        with contextlib.suppress(ValueError):
            params |= json.loads(body or b"{}")
    else:
        params |= dict(urllib.parse.parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    authorization = headers.get("Authorization", "")
    token = authorization.removeprefix("Bearer ") if authorization.startswith("Bearer ") else ""
    token = token or str(params.get("token", ""))
    params.pop("token", None)
    if authorization.startswith("Basic "):
        params |= methods_oauth.credentials(authorization)
    return {name: _unpacked(value) for name, value in params.items()}, token


def _unpacked(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


def perform(standin: "StandIn", method: str, params: Json, token: str) -> Result:
    """Takes a call: does it, or says why not, in Slack's words."""
    with standin.lock:
        try:
            return _perform(standin, method, params, token)
        except Refused as refused:
            return Result(refused.answer(), refused.status, refused.headers)


def _perform(standin: "StandIn", method: str, params: Json, token: str) -> Result:
    if method == "api.test":
        return Result({"ok": True, "args": params})
    if method == "oauth.v2.access":
        return Result({"ok": True, **methods_oauth.access(standin, params)})
    if method not in METHODS and method not in ("auth.test", "apps.connections.open"):
        raise Refused("unknown_method", req_method=method)
    if not token:
        raise Refused("not_authed")
    if method == "apps.connections.open":
        return Result({"ok": True, **methods_oauth.connections_open(standin, token)})
    if token.startswith("xapp-"):
        known = any(app.app_token == token for app in standin.apps)
        raise Refused("not_allowed_token_type" if known else "invalid_auth")
    workspace = whose(standin, token)
    headers = {"x-oauth-scopes": ",".join(sorted(workspace.scopes))}
    _keep_limit(standin, workspace, method)
    try:
        body = METHODS[method](workspace, params) if method != "auth.test" else methods_oauth.auth_test(workspace)
    except Refused as refused:
        return Result(refused.answer(), refused.status, headers | refused.headers, workspace.id)
    return Result({"ok": True, **body}, 200, headers, workspace.id)


def whose(standin: "StandIn", token: str) -> "Workspace":
    """The workspace of a bot's token, if the token lives."""
    for workspace in standin.workspaces.values():
        if workspace.bot_token == token:
            match workspace.token_state:
                case "revoked":
                    raise Refused("token_revoked")
                case "uninstalled":
                    raise Refused("account_inactive")
            return workspace
    raise Refused("invalid_auth")


def too_many(retry_after: float) -> Refused:
    """The refusal of one call too many, with whole seconds until the next may come."""
    seconds = str(max(1, math.ceil(retry_after)))
    return Refused("ratelimited", status=429, headers={"Retry-After": seconds})


def _keep_limit(standin: "StandIn", workspace: "Workspace", method: str) -> None:
    if method not in standin.method_limits:
        return
    calls, per = standin.method_limits[method]
    now = standin.clock()
    recent = [at for at in workspace.limits.get((method, ""), []) if now - at < per]
    if len(recent) >= calls:
        raise too_many(per - (now - recent[0]))
    workspace.limits[(method, "")] = [*recent, now]
