"""What the doctor looks at in Teams: the library, the bot's token, Microsoft's keys, its address, tenants and people.

Entra and the keys' server are asked what the bot asks them anyway, both at once and for some seconds at most. Nothing
is sent to Teams.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from urllib.parse import urlsplit

from bot.chat.checks import Chat, workspaces
from bot.chat.clocks import Now
from bot.check import Check
from bot.settings import LOOPBACK, Settings
from storage.records import conversations, installations
from storage.records.installations import Installed
from storage.records.store import Store

from .answers import OF_US
from .library import PATH, Library
from .tenants import CONNECTOR, NAME, allowed
from .tokens import NoToken, NotReached

DOOR = "Teams"

TIMEOUT = 4.0
"""Seconds for each answer of Entra's; it is asked twice."""

_SECRET = "Make a new client secret in Entra (Certificates & secrets), and put its value into CLIENT_SECRET."
_COPIED = "Copy CLIENT_ID and TENANT_ID from the page of the registration in Entra."
_NETWORK = "Is the network up, and may this machine reach it? Nothing is lost: what is due goes out later."

TODO = {
    "AADSTS50034": _COPIED,
    "AADSTS53003": "Except the bot's registration from that policy in Entra.",
    "AADSTS700016": _COPIED,
    "AADSTS7000112": "Enable it in Entra, under Enterprise applications.",
    "AADSTS7000215": _SECRET,
    "AADSTS7000222": _SECRET,
    "AADSTS90002": _COPIED,
}
"""What to do where Entra gives the bot no token, by its own code; what it means stands in `answers`."""

_CHAT = Chat(
    NAME, DOOR, "teams", "Is the app allowed and installed there? It is tried again once a day, and at a start."
)


def checks(
    settings: Settings,
    store: Store | None,
    now: Now,
    timeout: float = TIMEOUT,
    token: Callable[[], str] | None = None,
) -> Sequence[Check]:
    """The lines for Teams. `store`: the database where there is one, only to be read. `token`: in tests alone."""
    found = [*_address(settings), *_tenants(settings)]
    library = Library(settings, token, timeout=timeout)
    found.append(Check(DOOR, "OK", f"Microsoft's library is there (microsoft-teams-apps {_version()})."))
    with ThreadPoolExecutor(2, thread_name_prefix="teams-doctor") as both:
        asked = [both.submit(_token, library, settings), both.submit(_keys, library, settings)]
        found += [each.result() for each in asked]
    found.append(_is_shut(library))
    if store is not None:
        found += workspaces(_CHAT, store, now())
        found += _heard_of(settings, store)
    return found


def _version() -> str:
    return version("microsoft-teams-apps")


# The settings


def _address(settings: Settings) -> Iterator[Check]:
    if settings.base_url is None:
        sentence = f"Teams sends what people write to {PATH} on port {settings.port}, by a proxy with a certificate."
        yield Check(DOOR, "look", sentence, "Set CONVENOR_BASE_URL: the app package names that address.")
        return
    place = f"{settings.base_url.rstrip('/')}{PATH}"
    if urlsplit(settings.base_url).scheme == "https":
        yield Check(DOOR, "OK", f"The Azure Bot's messaging endpoint has to be {place}.")
    elif urlsplit(settings.base_url).hostname in LOOPBACK:
        yield Check(DOOR, "look", f"Only a trial on this machine reaches {place}.", "Teams itself needs https://.")
    else:
        sentence = f"CONVENOR_BASE_URL is {settings.base_url}, and Teams sends to https:// only."
        yield Check(DOOR, "wrong", sentence, "Set it to the https:// address at which the bot is reached.")


def _tenants(settings: Settings) -> Iterator[Check]:
    found = allowed(settings)
    for tenant, domains in sorted(found.domains.items()):
        if domains:
            sentence = (
                f"People of the tenant {tenant} are answered, and known by addresses at {', '.join(sorted(domains))}."
            )
            yield Check(DOOR, "OK", sentence)
        else:
            sentence = f"People of the tenant {tenant} are answered, but nobody is known there by their address."
            yield Check(DOOR, "look", sentence, "Give its mail domains in CONVENOR_TEAMS_TENANTS: TENANT=domain+domain")
    further = sorted(found.hosts - {CONNECTOR})
    if further:
        sentence = f"Besides {CONNECTOR} messages may go, with the bot's token, to {', '.join(further)}."
        yield Check(DOOR, "look", sentence, "Take out of CONVENOR_TEAMS_HOSTS what is not Microsoft's.")


# What Microsoft says


def _token(library: Library, settings: Settings) -> Check:
    by = "CLIENT_SECRET" if settings.client_secret else "the managed identity"
    try:
        library.token()
    except NoToken as refused:
        about = OF_US.get(refused.code, f"it refuses {by} ({refused.code})")
        todo = TODO.get(refused.code, "Look the code up in Microsoft's list of AADSTS errors.")
        return Check(DOOR, "wrong", f"Microsoft Entra gives the bot no token: {about}.", todo)
    except NotReached:
        return Check(DOOR, "wrong", "Microsoft Entra, which gives the bot its token, cannot be reached.", _NETWORK)
    return Check(DOOR, "OK", f"Microsoft Entra gives the bot its token, by {by}.")


def _keys(library: Library, settings: Settings) -> Check:
    if not library.has_keys():
        sentence = "The keys by which requests of Teams are known cannot be fetched, so nobody is answered."
        return Check(DOOR, "wrong", sentence, _NETWORK)
    if settings.teams_openid_metadata_url:
        sentence = f"The keys are those at {settings.teams_openid_metadata_url}, not Microsoft's: this is a trial."
        return Check(DOOR, "look", sentence, "Take TEAMS_OPENID_METADATA_URL out for Teams itself.")
    return Check(DOOR, "OK", "Microsoft's keys, by which requests of Teams are known, can be fetched.")


def _is_shut(library: Library) -> Check:
    """A request without a token is shown to the library: it has to be refused, whatever the environment says."""
    if library.authenticate({"serviceUrl": f"https://{CONNECTOR}/teams"}, {}).ok:
        sentence = "A request without a token is believed: anybody could write as anybody."
        return Check(
            DOOR, "wrong", sentence, "Stop the bot, and install the version of microsoft-teams-apps that is locked."
        )
    return Check(DOOR, "OK", "A request without a token of Teams' is refused.")


# The records


def _heard_of(settings: Settings, store: Store) -> Iterator[Check]:
    """Tenants in which the bot is: those that the settings do not name any more, and those that said nothing yet."""
    named = allowed(settings)
    for one in _every(store):
        if not named.tenant(one.tenant):
            sentence = "The settings do not name it any more: nobody there is answered, but messages still go there."
            todo = f"Name it in CONVENOR_TEAMS_TENANTS, or: convenor teams end {one.tenant} PARTNERSHIP"
            yield Check(f"{DOOR} {one.name or one.tenant}", "look", sentence, todo)
        elif not _was_heard(store, one.tenant):
            sentence = "Nobody there has the app yet, so Teams has not said where messages for them go."
            todo = "Install it by a setup policy, or have somebody add it, while the bot runs and is reached."
            yield Check(f"{DOOR} {one.name or one.tenant}", "look", sentence, todo)


def _was_heard(store: Store, tenant: str) -> bool:
    with store.reading() as session:
        return bool(conversations.any_service(session, NAME, tenant))


def _every(store: Store) -> list[Installed]:
    with store.reading() as session:
        found = installations.every(session, NAME)
        session.expunge_all()
        return found
