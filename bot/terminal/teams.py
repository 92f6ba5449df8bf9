"""`convenor teams-package` and `convenor teams`: the app package, and which tenant serves which partnership.

Microsoft's library is needed for none of it.
"""

import importlib.util
from collections.abc import Iterator
from importlib.metadata import version as version_of
from pathlib import Path
from urllib.parse import urlsplit

import click

from bot import settings as settings_
from bot.settings import Settings
from storage.records.installations import Installed

from . import workspaces as chats
from .telling import Mistake, Trouble, note
from .workspaces import Chat

NAME = "teams"
"""The door's name."""

PACKAGE = "convenor-teams.zip"

_TENANT = click.argument("tenant", metavar="TENANT")


@click.command("teams-package", short_help="Make the app package that an administrator uploads into Teams.")
@click.option("--to", "file", metavar="FILE", default=PACKAGE, show_default=True, help="Where the package goes.")
@click.option("--app-version", metavar="1.2.3", help="A higher one than before, where a changed package is uploaded.")
def teams_package(file: str, app_version: str | None) -> None:
    """Make the app package (manifest and icons) for the settings, checked against Microsoft's published schema.

    It holds no secret. CLIENT_ID and CONVENOR_BASE_URL have to be set.
    """
    settings = settings_.read()
    if importlib.util.find_spec("jsonschema") is None:
        raise Trouble('The library that checks the package is not installed: install "convenor[teams]".')
    from bot.teams.manifest import manifest
    from bot.teams.package import NotPackaged, package

    if settings.client_id is None:
        raise Mistake("CLIENT_ID is not set: the id of the bot's app registration, which Microsoft Entra shows.")
    base_url = _base_url(settings)
    try:
        made = package(manifest(settings.client_id, base_url, app_version or _version()))
    except NotPackaged as refused:
        raise Mistake("The package would be refused by Teams:", *refused.sentences) from None
    try:
        Path(file).write_bytes(made)
    except OSError as failure:
        raise Trouble(f"{file} cannot be written: {failure.strerror}.") from None
    click.echo(file)
    note(
        [
            "It fits Microsoft's schema, and its icons have the sizes that Teams wants. Next:",
            f"1. In the Azure Bot the messaging endpoint is {base_url.rstrip('/')}/api/messages, and the channel "
            "Microsoft Teams is on.",
            "2. In the Teams admin centre: Teams apps, Manage apps, Actions, Upload new app; then allow it for those "
            "who are to have it, and install it for them by a setup policy.",
            "3. convenor doctor, then convenor run.",
        ]
    )


@click.group(short_help="The bot in tenants of Teams: which it answers, whom each serves.")
def teams() -> None:
    """The bot in Teams: the tenants whose people it answers, and which partnerships each serves."""


@teams.command("tenants", short_help="List the tenants whose people the bot answers.")
def tenants() -> None:
    """List the tenants whose people the bot answers: whom each serves, since when, and its mail domains."""
    chats.show(_CHAT)


@teams.command("serve", short_help="Have a tenant serve a partnership too.")
@_TENANT
@chats.PARTNERSHIP
def serve(tenant: str, partnership: str) -> None:
    """Have a tenant serve a partnership. TENANT is its id, as in CONVENOR_TEAMS_TENANTS."""
    chats.serve(_CHAT, tenant, partnership)


@teams.command("end", short_help="End that a tenant serves a partnership.")
@_TENANT
@chats.PARTNERSHIP
def end(tenant: str, partnership: str) -> None:
    """End that a tenant serves a partnership: nothing of it is sent there, or shown there, any more."""
    chats.end(_CHAT, tenant, partnership)


# What they share


def _version() -> str:
    return ".".join(version_of("convenor").split("+")[0].split(".")[:3])


def _base_url(settings: Settings) -> str:
    """The address at which Teams reaches us. Raises Mistake where it is none that Teams takes."""
    if settings.base_url is None:
        raise Mistake("CONVENOR_BASE_URL is not set: the address at which Teams reaches the bot, https://...")
    if urlsplit(settings.base_url).scheme != "https":
        raise Mistake("CONVENOR_BASE_URL must begin with https://: Teams sends nothing elsewhere.")
    return settings.base_url


def _more(one: Installed, settings: Settings) -> Iterator[str]:
    """What is to be said of a tenant besides: its domains, and whether its people are answered at all."""
    domains = dict(settings.teams_tenants).get(one.tenant, ())
    if not _is_named(one, settings):
        yield "  the settings do not name it: nobody there is answered. `convenor teams end` ends what is sent there"
    elif domains:
        yield f"  mail domains: {', '.join(domains)}"
    else:
        yield "  no mail domain is set for it in CONVENOR_TEAMS_TENANTS, so nobody is known by their address"


def _of_settings(one: Installed, settings: Settings) -> str:
    """Why a tenant that the settings name is not ended altogether; empty for any other."""
    if not _is_named(one, settings):
        return ""
    again = "which would serve everybody here again at the next start."
    if one.tenant == settings.tenant_id:
        return f"It is the tenant of TENANT_ID, {again} Take CLIENT_ID, TENANT_ID and the rest of Teams out first."
    return f"CONVENOR_TEAMS_TENANTS names this tenant, {again} Take it out of there first."


def _is_named(one: Installed, settings: Settings) -> bool:
    return one.tenant in {settings.tenant_id, *dict(settings.teams_tenants)}


_CHAT = Chat(
    door=NAME,
    what="tenant",
    none_yet="The bot is in no tenant yet. With CLIENT_ID and the rest of Teams set, `convenor run` notes those named.",
    more=_more,
    of_settings=_of_settings,
    ended="Remove the app in the Teams admin centre of that tenant too.",
)
