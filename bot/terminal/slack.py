"""`convenor slack`: the manifest, the links by which workspaces install the bot, and which workspace serves whom.

Slack's libraries are imported only where a command needs them: everything else of the shell works without.
"""

import importlib.util
from collections.abc import Iterator
from urllib.parse import urlsplit

import click

from bot import clock as real_clock
from bot import keycheck, wiring
from bot import settings as settings_
from bot.settings import Settings
from storage.records.installations import LASTS, Installed
from storage.records.sealing import NotOpened

from . import choosing
from . import workspaces as chats
from .telling import Mistake, Trouble, note
from .workspaces import Chat

NAME = "slack"
"""The door's name."""

_TEAM = click.argument("team", metavar="TEAM")


@click.group(short_help="The bot in Slack's workspaces: manifest, installation, whom each serves.")
def slack() -> None:
    """The bot in Slack: what its app is made from, and the workspaces in which it is."""


@slack.command("manifest", short_help="Print the manifest from which the app is made in Slack.")
@click.option("--http", is_flag=True, help="Slack sends requests to CONVENOR_BASE_URL, in the place of Socket Mode.")
@click.option("--several", is_flag=True, help="The bot is to be installed in several workspaces, by links.")
def manifest(http: bool, several: bool) -> None:
    """Print the app's manifest, to be pasted into Slack: api.slack.com/apps, Create New App, From a manifest.

    The command's name is CONVENOR_COMMAND. Without an option the bot opens a line to Slack (Socket Mode).
    """
    settings = settings_.read()
    _library()
    from bot.slack.manifest import as_text
    from bot.slack.manifest import manifest as made

    base_url = _base_url(settings) if http or several else ""
    click.echo(as_text(made(settings.command, base_url, http=http, several=several)), nl=False)


@slack.command("install-link", short_help="Print a link by which a workspace installs the bot.")
@click.argument("names", metavar="PARTNERSHIP...", nargs=-1, required=True)
def install_link(names: tuple[str, ...]) -> None:
    """Print a link by which the bot is installed in a workspace, which then serves these partnerships.

    Give it only to whoever is to install it: it is good once, and for half an hour.
    """
    settings = settings_.read()
    if settings.slack_client_id is None:
        raise Mistake(
            "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are not set; Slack shows both in the app's settings, under Basic "
            "Information. With SLACK_BOT_TOKEN alone the bot is in one workspace, and needs no link."
        )
    base_url = _base_url(settings)
    _library(http=True)
    from bot.slack.installing import new_link

    installation = wiring.open(settings)
    try:
        served = [choosing.running(installation.store, name) for name in dict.fromkeys(names)]
        click.echo(new_link(installation.store, base_url, served, real_clock.now()))
    finally:
        installation.close()
    minutes = int(LASTS.total_seconds() // 60)
    note([f"Good once, for {minutes} minutes. The bot has to run, and to be reached at {base_url}."])


@slack.command("workspaces", short_help="List the workspaces in which the bot is.")
def workspaces() -> None:
    """List the workspaces in which the bot is: whom each serves, since when, and what is missing."""
    chats.show(_CHAT)


@slack.command("serve", short_help="Have a workspace in which the bot is serve a partnership too.")
@_TEAM
@chats.PARTNERSHIP
def serve(team: str, partnership: str) -> None:
    """Have a workspace serve a partnership. TEAM is its id, such as T0123ABCD (see: convenor slack workspaces)."""
    chats.serve(_CHAT, team, partnership)


@slack.command("end", short_help="End that a workspace serves a partnership.")
@_TEAM
@chats.PARTNERSHIP
def end(team: str, partnership: str) -> None:
    """End that a workspace serves a partnership: nothing of it is sent there, or shown there, any more.

    With the last partnership the bot's token there is forgotten.
    """
    chats.end(_CHAT, team, partnership)


# What they share


def _library(*, http: bool = False) -> None:
    """Raises Trouble where the libraries are not installed."""
    for name, extra in (("slack_bolt", "slack"), ("starlette", "http" if http else "")):
        if extra and importlib.util.find_spec(name) is None:
            raise Trouble(f'The libraries that this needs are not installed: install "convenor[{extra}]".')


def _base_url(settings: Settings) -> str:
    """The address at which Slack reaches us. Raises Mistake where it is none that Slack takes."""
    if settings.base_url is None:
        raise Mistake("CONVENOR_BASE_URL is not set: the address at which Slack reaches the bot, https://...")
    parts = urlsplit(settings.base_url)
    if parts.scheme != "https" and parts.hostname not in settings_.LOOPBACK:
        raise Mistake("CONVENOR_BASE_URL must begin with https://: Slack sends nobody and nothing elsewhere.")
    return settings.base_url


def _more(one: Installed, settings: Settings) -> Iterator[str]:
    """What is missing in a workspace."""
    _library()
    from bot.slack.manifest import lacking

    yield from (f"  missing: {scope} ({reason})" for scope, reason in lacking(one.scopes).items())
    if settings.encryption_keys and _token(one, settings) is None:
        yield "  its token cannot be read with the encryption keys that are set"


def _token(one: Installed, settings: Settings) -> str | None:
    try:
        return str(keycheck.seal(settings).open(one.sealed)["token"])
    except (NotOpened, KeyError):
        return None


def _of_settings(one: Installed, settings: Settings) -> str:
    """Why the workspace of the settings' own token is not ended altogether; empty for any other."""
    token = settings.slack_bot_token
    if token is None or _token(one, settings) != token.get_secret_value():
        return ""
    return (
        "It is the workspace of SLACK_BOT_TOKEN, which would serve everybody here again at the next start. "
        "Take SLACK_BOT_TOKEN out of the settings first."
    )


_CHAT = Chat(
    door=NAME,
    what="workspace",
    none_yet="The bot is in no workspace yet. With SLACK_BOT_TOKEN set, `convenor run` notes its own.",
    more=_more,
    of_settings=_of_settings,
    ended="The bot's token there is forgotten. Remove the app in Slack too.",
)
