"""The tenants whose people the bot answers, their mail domains, and the addresses at which Teams may be.

Microsoft's SDK knows neither: a valid token says that a request comes from Teams, not from whose. Which tenants are
meant is the administrator's to say (CONVENOR_TEAMS_TENANTS); the one of TENANT_ID always is.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from bot.settings import Settings
from commands import permissions
from commands.runner import Runner
from storage.records import installations, partnerships
from storage.records.scope import Scope
from storage.records.sealing import Seal

NAME = "teams"
"""The door's name."""

CONNECTOR = "smba.trafficmanager.net"
"""Where Teams takes messages, for every tenant of Microsoft's public cloud."""

FILES = ".sharepoint.com"
"""How the hosts end to which a file is sent that somebody has allowed: their OneDrive."""

_HOST = re.compile(r"[a-z0-9.:-]+")
"""A host's name or number, as urlsplit gives it."""

TRIES_AGAIN = timedelta(days=1)
"""How often messages go to a tenant again that took none; after a start they do at once."""


@dataclass(frozen=True)
class Allowed:
    """Whom the bot answers and where it sends to. `domains` by tenant id, all in small letters.

    `loopback`: this machine counts as Teams too. That is so with a stand-in's keys alone (TEAMS_OPENID_METADATA_URL).
    """

    domains: Mapping[str, frozenset[str]]
    hosts: frozenset[str]
    loopback: bool

    def tenant(self, tenant: str) -> bool:
        """Whether the bot answers people of that tenant."""
        return tenant.lower() in self.domains

    def owns(self, tenant: str, email: str) -> bool:
        """Whether an address's domain is one of that tenant's own: exactly, since a subdomain may be another's.

        In Entra an address is what the tenant's administrator wrote there, and nobody verified it: any tenant could
        claim any address, but for this.
        """
        name, at, domain = email.strip().rpartition("@")
        return bool(name and at) and domain.casefold() in self.domains.get(tenant.lower(), frozenset())

    def service(self, url: str) -> bool:
        """Whether a connector's address is one to which the bot sends, with its token."""
        parts = _parts(url)
        if parts is None:
            return False
        return self._here(parts) or (_is_plain_https(parts) and (parts.hostname or "") in self.hosts)

    def uploads(self, url: str) -> bool:
        """Whether an address is one to which a file may go that somebody in Teams has allowed."""
        parts = _parts(url)
        if parts is None:
            return False
        return self._here(parts) or (_is_plain_https(parts) and (parts.hostname or "").endswith(FILES))

    def _here(self, parts: SplitResult) -> bool:
        return self.loopback and parts.scheme in ("http", "https") and _is_loopback(parts.hostname or "")


def allowed(settings: Settings) -> Allowed:
    """What the settings say."""
    domains = {tenant.lower(): frozenset(map(str.casefold, names)) for tenant, names in settings.teams_tenants}
    if settings.tenant_id:
        domains.setdefault(settings.tenant_id.lower(), frozenset())
    hosts = frozenset({CONNECTOR, *(host.casefold() for host in settings.teams_hosts)})
    return Allowed(domains, hosts, loopback=settings.teams_openid_metadata_url is not None)


@dataclass
class Tenants:
    """Has the tenants that the settings name serve the partnerships. `client_id` is the bot's registration."""

    runner: Runner
    seal: Seal
    allowed: Allowed
    client_id: str
    _tried: datetime | None = field(default=None, init=False)

    def settle(self, now: datetime) -> None:
        """Each tenant serves every partnership here, unless it serves some already: then those.

        Where nothing could be sent to a tenant, it is tried again at the first look, and then once a day. Nothing is
        written where all is as it was.
        """
        anew = self._tried is None or now >= self._tried + TRIES_AGAIN
        self._tried = now if anew else self._tried
        for tenant in self.allowed.domains:
            for partnership in self._to_serve(tenant, anew):
                form = {"door": NAME, "tenant": tenant, **self._told(tenant), "sealed": self.seal.close({})}
                self.runner.perform(permissions.administrator(partnership), "workspace.serve", form, None, now)

    def _told(self, tenant: str) -> dict[str, str]:
        """What is kept of an installation. Teams has no name of a tenant for a bot; its domains tell people most."""
        name = ", ".join(sorted(self.allowed.domains[tenant])) or tenant
        return {"name": name, "app": self.client_id, "bot_user": f"28:{self.client_id}", "scopes": ""}

    def _to_serve(self, tenant: str, anew: bool) -> list[str]:
        """For which partnerships something is to be noted."""
        with self.runner.store.reading() as session:
            running = [each.id for each in partnerships.every(session)]
            before = partnerships.of_workspace(session, NAME, tenant)
            shut = [id_ for id_ in before if _is_shut(Scope(session, id_), tenant)]
            found = installations.find(session, NAME, tenant)
            told = self._told(tenant)
            same = found is not None and told == found.model_dump(include=set(told))
        wanted = before or running
        return [id_ for id_ in wanted if id_ in running and (not same or id_ not in before or (anew and id_ in shut))]


def _is_shut(scope: Scope, tenant: str) -> bool:
    """Whether nothing could be sent to a tenant any more, for a partnership."""
    return any(each.gone for each in partnerships.workspaces(scope, NAME) if each.tenant == tenant)


def _parts(url: str) -> SplitResult | None:
    """An address in its parts; None where it is none, hides who is asked behind a name and password, or has a host of
    which others might read another one than we do."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # it raises too
    except ValueError:
        return None
    named = parts.username is not None or parts.password is not None
    return None if named or not _HOST.fullmatch(parts.hostname or "") else parts


def _is_plain_https(parts: SplitResult) -> bool:
    return parts.scheme == "https" and parts.port in (None, 443)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
