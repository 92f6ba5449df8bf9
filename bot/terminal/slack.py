"""`convenor slack`: the manifest, the links by which workspaces install the bot, and which workspace serves whom.

Slack's libraries are imported only where a command needs them: everything else of the shell works without.
"""

import importlib.util
from collections.abc import Mapping
from urllib.parse import urlsplit

import click

from bot import clock as real_clock
from bot import keycheck, wiring
from bot import settings as settings_
from bot.settings import Settings
from commands import permissions
from commands.words import long_day
from storage.arrangements.phrases import listed
from storage.records import installations, partnerships
from storage.records.installations import LASTS, Installed
from storage.records.scope import Scope
from storage.records.sealing import NotOpened
from storage.records.store import Store

from . import choosing
from .telling import Mistake, Trouble, done, note

NAME = "slack"
"""The door's name."""

_TEAM = click.argument("team", metavar="TEAM")
_PARTNERSHIP = click.argument("partnership", metavar="PARTNERSHIP")


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
    settings = settings_.read()
    with wiring.existing(settings) as store:
        found = _every(store) if store is not None else []
        if store is None or not found:
            raise Trouble("The bot is in no workspace yet. With SLACK_BOT_TOKEN set, `convenor run` notes its own.")
        _library()
        for one in found:
            for line in _lines(store, one, settings):
                click.echo(line)


@slack.command("serve", short_help="Have a workspace in which the bot is serve a partnership too.")
@_TEAM
@_PARTNERSHIP
def serve(team: str, partnership: str) -> None:
    """Have a workspace serve a partnership. TEAM is its id, such as T0123ABCD (see: convenor slack workspaces)."""
    installation = wiring.open(settings_.read())
    try:
        store = installation.store
        found, id_ = _one(store, team), choosing.running(store, partnership)
        form = {"door": NAME, "tenant": found.tenant}
        now = real_clock.now()
        done(installation.runner.perform(permissions.administrator(id_), "workspace.serve", form, None, now))
        click.echo(f"{found.name or found.tenant} serves {_served(store, found)}.")
    finally:
        installation.close()


@slack.command("end", short_help="End that a workspace serves a partnership.")
@_TEAM
@_PARTNERSHIP
def end(team: str, partnership: str) -> None:
    """End that a workspace serves a partnership: nothing of it is sent there, or shown there, any more.

    With the last partnership the bot's token there is forgotten.
    """
    settings = settings_.read()
    installation = wiring.open(settings)
    try:
        store = installation.store
        found, id_ = _one(store, team), choosing.running(store, partnership)
        served = _ids(store, found)
        if id_ not in served:
            raise Mistake(f"{found.name or found.tenant} does not serve {id_}.")
        if served == [id_] and _is_of_settings(found, settings):
            raise Mistake(
                "It is the workspace of SLACK_BOT_TOKEN, which would serve everybody here again at the next start. "
                "Take SLACK_BOT_TOKEN out of the settings first."
            )
        form = {"door": NAME, "tenant": found.tenant}
        now = real_clock.now()
        done(installation.runner.perform(permissions.administrator(id_), "workspace.end", form, None, now))
        rest = _served(store, found)
        click.echo(f"{found.name or found.tenant} serves {rest or 'nobody'} now.")
        if not rest:
            note(["The bot's token there is forgotten. Remove the app in Slack too."])
    finally:
        installation.close()


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


def _every(store: Store) -> list[Installed]:
    with store.reading() as session:
        found = installations.every(session, NAME)
        session.expunge_all()
        return found


def _one(store: Store, team: str) -> Installed:
    """The workspace with that id. Raises Mistake."""
    found = _every(store)
    for one in found:
        if one.tenant.casefold() == team.casefold():
            return one
    known = "; ".join(f"{one.tenant} ({one.name})" for one in found)
    raise Mistake(f"The bot is in no workspace {team}. {f'It is in: {known}.' if known else 'It is in none yet.'}")


def _ids(store: Store, one: Installed) -> list[str]:
    with store.reading() as session:
        return partnerships.of_workspace(session, NAME, one.tenant)


def _names(store: Store) -> Mapping[str, str]:
    with store.reading() as session:
        return {each.id: each.name for each in partnerships.every(session)}


def _served(store: Store, one: Installed) -> str:
    """The names of the partnerships that a workspace serves; empty where it serves none."""
    names, ids = _names(store), _ids(store, one)
    return listed([names.get(id_, id_) for id_ in ids]) if ids else ""


def _lines(store: Store, one: Installed, settings: Settings) -> list[str]:
    """A workspace in words: the first line says which, the others what is to be said of it."""
    from bot.slack.manifest import lacking

    lines = [f"{one.tenant}  {one.name or 'without a name'}, since {long_day(one.since.date())}"]
    lines.append(f"  serves {_served(store, one) or 'nobody'}")
    with store.reading() as session:
        for id_ in partnerships.of_workspace(session, NAME, one.tenant):
            for each in partnerships.workspaces(Scope(session, id_), NAME):
                if each.tenant == one.tenant and each.gone:
                    lines.append(f"  not reached for {id_}: {each.gone}")
    lines += [f"  missing: {scope} ({reason})" for scope, reason in lacking(one.scopes).items()]
    if settings.encryption_keys and _token(one, settings) is None:
        lines.append("  its token cannot be read with the encryption keys that are set")
    return lines


def _token(one: Installed, settings: Settings) -> str | None:
    try:
        return str(keycheck.seal(settings).open(one.sealed)["token"])
    except (NotOpened, KeyError):
        return None


def _is_of_settings(one: Installed, settings: Settings) -> bool:
    token = settings.slack_bot_token
    return token is not None and _token(one, settings) == token.get_secret_value()
