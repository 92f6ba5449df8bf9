"""The app's manifest for Teams: what the bot is, what people are offered to type, and the little that it asks for.

It is made from the settings, and checked against the schema that Microsoft publishes (`package`).
"""

import uuid
from typing import Any

VERSION = "1.29"
"""The version of the manifest: the first one in which slash commands (targeted messages) can be asked for."""

ABOUT = "/teams/about"
PRIVACY = "/teams/privacy"
TERMS = "/teams/terms"
"""Where Teams leads whoever looks at the app before adding it; `about` has the pages."""

_OURS = uuid.UUID("f2b3d3f0-4d7e-5f0c-9a53-6f3b7f0a5a11")
"""What the ids of our apps are made in: the same registration has the same app for good, so that updates find it."""

SCOPES = {
    "personal": "the chat of each person with the bot: everything private is said there",
    "team": "to be called in a channel, and to find a team's members by the address that the secretariat has of them",
    "groupChat": "to be called in a group chat, in the same way",
}
"""Where the bot can be added, each with its reason."""

PERMISSIONS = {
    "identity": "to know by which account somebody writes",
    "messageTeamMembers": "to write to people in their own chat when something is asked of them",
}
"""What whoever adds the bot is told that it may do, each with its reason."""

FEATURES = {
    "supportsFiles": "calendar entries go with a message as files, in a person's own chat and after they have agreed",
    "supportsTargetedMessages": "slash commands in a channel or group: nobody else sees that somebody typed one",
}
"""What is switched on for the bot, each with its reason."""

ASKED_FOR = SCOPES | PERMISSIONS | FEATURES
"""All that the manifest asks for. No right to read what people write to each other is among it, or to read a file."""

PERSONAL = {
    "home": "What waits for you, with buttons",
    "me": "Your posts, and what you owe",
    "note": "Your note of the day",
    "meeting next": "The next meeting of each of your groups",
    "poll": "What your seats are asked",
    "report": "The reports that you owe, with their forms",
    "audit": "The audits that you owe, with their forms",
    "action list": "The open actions, by date",
    "notify": "Tell the partners of a serious incident: the form opens",
    "away": "You are away, and your posts are covered",
    "confirm": "Confirm who you are",
    "help": "Everything that you can type, and where help for a child is",
}
"""What is offered in somebody's own chat: words that they can type as they stand."""

SHARED = {
    "me": "Your posts, and what you owe; the answer comes in your own chat",
    "meeting next": "The next meeting of each of your groups; the answer comes in your own chat",
    "poll": "What your seats are asked; the answer comes in your own chat",
    "notify": "Tell the partners of a serious incident: the form opens in your own chat",
    "help": "Everything that you can type; the answer comes in your own chat",
}
"""What is offered in channels and groups, after the bot's name or a slash."""

LONG_DESCRIPTION = (
    "Convenor keeps a safeguarding partnership's year: it plans meetings and moves them with everything that hangs on "
    "them, calls for papers and minutes, asks who comes, reminds people once a day of what they owe, and tells the "
    "business manager what is due, late or unwatched.\n\n"
    "It reads no channel and no chat but what is written to it. It answers each person in their own chat, and never "
    "asks for a child's details there.\n\n"
    "It is not the way to get help for a child: if a child is in danger, ring 999."
)


def app_id(client_id: str) -> str:
    """The id of the app: another than the bot's own, always the same for one registration."""
    return str(uuid.uuid5(_OURS, client_id.lower()))


def manifest(client_id: str, base_url: str, version: str) -> dict[str, Any]:
    """The manifest for the bot registered as `client_id`, which is reached at `base_url`.

    `version`: that of the app, as 1.2.3. Teams takes a changed manifest only with a higher one.
    """
    place = base_url.rstrip("/")
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json",
        "manifestVersion": VERSION,
        "version": version,
        "id": app_id(client_id),
        "developer": {
            "name": "Convenor",
            "websiteUrl": f"{place}{ABOUT}",
            "privacyUrl": f"{place}{PRIVACY}",
            "termsOfUseUrl": f"{place}{TERMS}",
        },
        "name": {"short": "Convenor", "full": "Convenor, for the secretariat of a safeguarding partnership"},
        "description": {
            "short": "Does the secretariat's work of a child-safeguarding partnership",
            "full": LONG_DESCRIPTION,
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#1d3557",
        "bots": [
            {
                "botId": client_id.lower(),
                "scopes": list(SCOPES),
                "isNotificationOnly": False,
                **dict.fromkeys(FEATURES, True),
                "commandLists": [
                    {"scopes": ["personal"], "commands": _commands(PERSONAL)},
                    {"scopes": ["team", "groupChat"], "triggers": ["mention", "slash"], "commands": _commands(SHARED)},
                ],
            }
        ],
        "permissions": list(PERMISSIONS),
        "defaultInstallScope": "personal",
        "validDomains": [],
    }


def _commands(words: dict[str, str]) -> list[dict[str, str]]:
    return [{"title": word, "description": does} for word, does in words.items()]
