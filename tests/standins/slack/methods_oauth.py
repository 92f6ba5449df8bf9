"""Who somebody is and how they got in: auth.test, apps.connections.open, oauth.v2.access, and the page of consent."""

import base64
import binascii
import secrets
import urllib.parse
from typing import TYPE_CHECKING

from .apps import Code, SlackApp
from .errors import Json, Refused

if TYPE_CHECKING:
    from .server import StandIn
    from .workspaces import Workspace

CODE_LIVES = 600.0
"""Seconds within which a code must be exchanged."""


def auth_test(workspace: "Workspace") -> Json:
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": "convenor",
        "team_id": workspace.id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(standin: "StandIn", token: str) -> Json:
    """A URL for a Socket Mode connection; takes an app-level token only."""
    for app in standin.apps:
        if app.app_token == token:
            if app.request_urls:
                raise Refused("socket_mode_not_enabled")
            ticket = secrets.token_hex(8)
            return {"url": f"ws://127.0.0.1:{standin.port}/link/?ticket={ticket}&app_id={app.id}"}
    known = any(workspace.bot_token == token for workspace in standin.workspaces.values())
    raise Refused("not_allowed_token_type" if known else "invalid_auth")


def credentials(authorization: str) -> Json:
    """Client id and secret out of a Basic Authorization header; empty if it can't be read."""
    try:
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
    except (binascii.Error, UnicodeDecodeError):
        return {}
    client_id, _colon, client_secret = pair.partition(":")
    return {"client_id": client_id, "client_secret": client_secret}


def _app(standin: "StandIn", client_id: str) -> SlackApp:
    app = next((one for one in standin.apps if one.client_id == client_id), None)
    if app is None:
        raise Refused("invalid_client_id")
    return app


def access(standin: "StandIn", params: Json) -> Json:
    """Exchanges a code for a token: client, secret and redirect must be right, the code fresh and not used."""
    app = _app(standin, str(params.get("client_id", "")))
    if params.get("client_secret") != app.client_secret:
        raise Refused("bad_client_secret")
    code = app.codes.get(str(params.get("code", "")))
    if code is None or standin.clock() - code.made > CODE_LIVES:
        raise Refused("invalid_code")
    if code.used:
        raise Refused("code_already_used")
    if params.get("redirect_uri", code.redirect_uri) != code.redirect_uri:
        raise Refused("bad_redirect_uri")
    code.used = True
    workspace = standin.workspaces[code.team]
    workspace.install(code.scopes)
    if app.org_wide:
        return _for_an_organisation(app, workspace, code)
    ends = {"refresh_token": f"xoxe-1-{secrets.token_hex(8)}", "expires_in": 43200} if app.rotates else {}
    return ends | {
        "access_token": workspace.bot_token,
        "token_type": "bot",
        "scope": ",".join(code.scopes),
        "bot_user_id": workspace.bot_user_id,
        "app_id": app.id,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": None,
        "authed_user": {"id": code.user},
        "is_enterprise_install": False,
    }


def _for_an_organisation(app: SlackApp, workspace: "Workspace", code: Code) -> Json:
    """What comes for an installation in a whole organisation: no team."""
    return {
        "access_token": workspace.bot_token,
        "token_type": "bot",
        "scope": ",".join(code.scopes),
        "bot_user_id": workspace.bot_user_id,
        "app_id": app.id,
        "team": None,
        "enterprise": {"id": f"E{workspace.id[1:]}", "name": workspace.name},
        "authed_user": {"id": code.user},
        "is_enterprise_install": True,
    }


def consent(standin: "StandIn", query: dict[str, str]) -> str:
    """Where the page of consent sends the browser: with a code and the state, or with error=access_denied.

    The page itself is not shown: `team`, `user` and `answer` (yes or no) in the query say what a person would press.
    Without a team the last workspace added is meant.
    """
    with standin.lock:
        app = _app(standin, query.get("client_id", ""))
        redirect = query.get("redirect_uri", "") or next(iter(sorted(app.redirect_urls)), "")
        if not any(redirect.startswith(known) for known in app.redirect_urls):
            raise Refused("bad_redirect_uri")
        said = {"state": query.get("state", "")}
        if query.get("answer") == "no":
            said["error"] = "access_denied"
        else:
            team = query.get("team") or next(reversed(standin.workspaces))
            code = secrets.token_hex(16)
            scopes = [one for one in query.get("scope", "").split(",") if one]
            user = query.get("user") or "U0INSTALLER"
            app.codes[code] = Code(team, user, scopes, redirect, standin.clock())
            said["code"] = code
    return f"{redirect}{'&' if '?' in redirect else '?'}{urllib.parse.urlencode(said)}"
