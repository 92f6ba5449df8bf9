"""The settings of Microsoft Teams, with what does not go together; `Settings` has them all.

Their names are those of Microsoft's library, where it has one, so that its documents can be followed.
"""

import importlib.util
from collections.abc import Iterable, Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from .written import is_a_domain, is_an_id, is_here, listed

OPEN_MODE = "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"
"""With it Microsoft's library for Teams would believe everybody. We never let it; who sets it means something else."""

READ_BY_THE_LIBRARY = ("SERVICE_URL", "CLOUD", "OAUTH_URL")
"""What Microsoft's library for Teams reads by itself: where it sends its token to. That is ours to say alone."""

_NO = ("", "0", "false", "no", "off", "n", "f")
"""How somebody writes that something is not to be."""

_WANTED_TENANTS = "ID=ours.example.org+board.example.org, ID=police.example.org"


class TeamsSettings(BaseSettings):
    """What the door of Teams is told from outside."""

    client_id: str | None = Field(
        None, validation_alias="CLIENT_ID", description="The bot's app registration in Microsoft Entra, for Teams."
    )
    client_secret: SecretStr | None = Field(
        None, validation_alias="CLIENT_SECRET", description="The secret of that registration."
    )
    tenant_id: str | None = Field(
        None, validation_alias="TENANT_ID", description="The tenant in which the bot is registered."
    )
    managed_identity_client_id: str | None = Field(
        None,
        validation_alias="MANAGED_IDENTITY_CLIENT_ID",
        description="In the place of a secret: the managed identity of the machine on which the bot runs.",
    )
    teams_tenants: Annotated[tuple[tuple[str, tuple[str, ...]], ...], NoDecode] = Field(
        (), description="Tenants whose people the bot answers, each with its mail domains: ID=domain+domain, ..."
    )
    teams_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Further hosts at which Teams takes messages, with commas between."
    )
    teams_openid_metadata_url: str | None = Field(
        None, validation_alias="TEAMS_OPENID_METADATA_URL", description="Another place of Teams' keys, as in tests."
    )

    @field_validator("client_id", "tenant_id", "managed_identity_client_id")
    @classmethod
    def _id_of_microsoft(cls, value: str | None) -> str | None:
        if value is not None and not is_an_id(value):
            raise ValueError(
                "is no id of Microsoft's: it is written like 00000000-0000-0000-0000-000000000000, and Entra shows it "
                "on the page of the app registration or of the managed identity"
            )
        return None if value is None else value.lower()

    @field_validator("teams_tenants", mode="before")
    @classmethod
    def _tenants(cls, value: object) -> object:
        return tenants_given(listed(value)) if isinstance(value, str) else value

    @field_validator("teams_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        hosts = tuple(dict.fromkeys(host.casefold() for host in listed(value)))
        for host in hosts:
            if not is_a_domain(host):
                raise ValueError(f'names "{host}", which is no host: write it like smba.teams.example.org')
        return hosts

    @field_validator("teams_openid_metadata_url")
    @classmethod
    def _keys_on_this_machine(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in ("http", "https") or not is_here(value)):
            raise ValueError(
                "may only name this machine, as in tests: whoever has the keys can write as everybody. "
                "Leave it out, and Microsoft's own are used"
            )
        return value

    def teams_together(self, base_url: str | None) -> Iterable[str]:
        """A sentence for each setting of Teams that lacks another, or does not go with it or with `base_url`."""
        others = {
            "CLIENT_SECRET": self.client_secret,
            "TENANT_ID": self.tenant_id,
            "MANAGED_IDENTITY_CLIENT_ID": self.managed_identity_client_id,
            "CONVENOR_TEAMS_TENANTS": self.teams_tenants,
            "CONVENOR_TEAMS_HOSTS": self.teams_hosts,
            "TEAMS_OPENID_METADATA_URL": self.teams_openid_metadata_url,
        }
        if self.client_id is None:
            for name in (name for name, value in others.items() if value):
                yield f"{name} is set, but CLIENT_ID, the bot's app registration for Teams, is not."
            return
        if self.tenant_id is None:
            yield "CLIENT_ID is set, so TENANT_ID must say in which tenant the bot is registered."
        if not self.client_secret and not self.managed_identity_client_id:
            yield (
                "CLIENT_ID is set, but nothing proves to Microsoft who the bot is: set CLIENT_SECRET, or "
                "MANAGED_IDENTITY_CLIENT_ID where the machine has a managed identity."
            )
        if self.client_secret and self.managed_identity_client_id:
            yield "CLIENT_SECRET is set, and so is MANAGED_IDENTITY_CLIENT_ID: the bot uses one of them. Leave one out."
        if self.teams_openid_metadata_url and base_url and not is_here(base_url):
            yield (
                "TEAMS_OPENID_METADATA_URL is set, and so is CONVENOR_BASE_URL to an address that others reach: keys "
                "of this machine's own are for tests only. Take TEAMS_OPENID_METADATA_URL out."
            )
        if importlib.util.find_spec("microsoft_teams") is None:
            yield 'Teams is set up, but its library is not installed: install "convenor[teams]".'

    @property
    def has_teams(self) -> bool:
        """Whether there is enough to open the door of Teams."""
        proof = self.client_secret or self.managed_identity_client_id
        return bool(self.client_id and self.tenant_id and proof)


def tenants_given(listed: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Tenants as they are written, each with its mail domains, in small letters. Raises ValueError.

    A domain belongs to one tenant, as at Microsoft: an address of it says in which tenant its person is.
    """
    found: dict[str, tuple[str, ...]] = {}
    whose: dict[str, str] = {}
    for each in listed:
        tenant, _, rest = (part.strip().casefold() for part in each.partition("="))
        domains = tuple(dict.fromkeys(part.strip() for part in rest.split("+") if part.strip()))
        if not is_an_id(tenant):
            raise ValueError(f'names "{tenant}", which is no id of a tenant: write {_WANTED_TENANTS}')
        if not domains:
            raise ValueError(f"gives no mail domain for {tenant}: write {_WANTED_TENANTS}")
        if tenant in found:
            raise ValueError(f"names {tenant} twice: put all its domains together, with + between")
        for domain in domains:
            if not is_a_domain(domain):
                raise ValueError(f'names "{domain}", which is no mail domain: write {_WANTED_TENANTS}')
            if domain in whose:
                raise ValueError(f"gives the domain {domain} to two tenants: it belongs to one of them")
            whose[domain] = tenant
        found[tenant] = domains
    return tuple(found.items())


def dangerous(settings: TeamsSettings, base_url: str | None, given: Mapping[str, str | None]) -> Iterable[str]:
    """A sentence for each variable by which Microsoft's library would trust whom we do not.

    `base_url`: where the bot is reached from outside, if anywhere; `given`: what the environment and `.env` hold.
    """
    public = base_url is not None and not is_here(base_url)
    if (given.get(OPEN_MODE) or "").strip().casefold() not in _NO and (settings.client_id or public):
        yield (
            f"{OPEN_MODE} is set: with it anybody could write to the bot as anybody. Convenor never listens that way; "
            "take it out."
        )
    for name in READ_BY_THE_LIBRARY:
        if settings.client_id and given.get(name):
            yield (
                f"{name} is set, which says where Teams is; Convenor reads it nowhere but in CONVENOR_TEAMS_HOSTS. "
                "Take it out."
            )
