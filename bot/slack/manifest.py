"""The app's manifest: what an administrator pastes into Slack. Made from what the app registers, so that it is true.

python -m bot.slack.manifest        writes bot/slack/manifest.json anew, from the project's folder
"""

import json
from pathlib import Path
from typing import Any

from .app import EVENTS, SHORTCUTS

FILE = Path(__file__).with_name("manifest.json")

COMMAND = "/convenor"

EVENTS_PATH = "/slack/events"
"""Where Slack sends events, commands and presses, where it sends them over HTTP."""

BACK = "/slack/oauth_redirect"
"""Where Slack sends back who has installed the bot."""

SCOPES = {
    "commands": "the command and the shortcuts",
    "chat:write": "messages to people who are asked for something",
    "im:write": "to open the direct message in which they stand",
    "im:history": (
        "to read what people write to the bot directly, and to look whether a message got through before it is sent "
        "again; without it people can use the command only, and a message whose answer was lost is not repeated"
    ),
    "app_mentions:read": "to answer who calls the bot in a channel",
    "users:read": "to know guests and strangers from members, and by which clock somebody lives",
    "users:read.email": "to find people by the address that the secretariat has of them",
    "files:write": "calendar entries that go with a message",
}
"""What the bot may do in a workspace, each with its reason. Nothing else is asked for: no channel is read."""


def manifest(
    command: str = COMMAND, base_url: str = "", *, http: bool = False, several: bool = False
) -> dict[str, Any]:
    """The manifest. With `http` Slack sends requests to `base_url`; without it the bot opens a socket to Slack.

    `several`: the bot is to be installed in several workspaces, so that Slack sends who installs it back to `base_url`.
    """
    requests = f"{base_url.rstrip('/')}{EVENTS_PATH}" if http else None
    url = {"url": requests} if requests else {}
    found: dict[str, Any] = {
        "display_information": {
            "name": "Convenor",
            "description": "Does the secretariat's work of a child-safeguarding partnership",
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Convenor", "always_online": True},
            "shortcuts": [
                {"name": each.name, "type": "global", "callback_id": each.callback, "description": each.does}
                for each in SHORTCUTS
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": "Meetings, what you owe, cover and more",
                    "usage_hint": "help",
                    "should_escape": False,
                }
                | url
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(EVENTS)} | ({"request_url": requests} if requests else {}),
            "interactivity": {"is_enabled": True} | ({"request_url": requests} if requests else {}),
            "org_deploy_enabled": False,
            "socket_mode_enabled": requests is None,
            "token_rotation_enabled": False,
        },
    }
    if several:
        found["oauth_config"]["redirect_urls"] = [f"{base_url.rstrip('/')}{BACK}"]
    return found


LONG_DESCRIPTION = (
    "Convenor keeps a safeguarding partnership's year: it plans meetings and moves them with everything that hangs on "
    "them, calls for papers and minutes, reminds people once a day of what they owe, and tells the business manager "
    "what is due, late or unwatched. It is not the way to get help for a child: if a child is in danger, ring 999."
)


def lacking(scopes: str) -> dict[str, str]:
    """The scopes that were not given, of a list with commas between; each with its reason."""
    given = {scope.strip() for scope in scopes.split(",")}
    return {scope: reason for scope, reason in SCOPES.items() if scope not in given}


def beyond(scopes: str) -> list[str]:
    """The scopes that were given and that nobody needs."""
    return sorted({scope.strip() for scope in scopes.split(",")} - SCOPES.keys() - {""})


def as_text(found: dict[str, Any]) -> str:
    """The manifest as Slack's page takes it."""
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(as_text(manifest()), "utf-8")
