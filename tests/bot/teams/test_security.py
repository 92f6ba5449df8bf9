"""Who is not Teams, or not of an allowed tenant: refused or met with silence; nothing stored, no content in the log.

The table of what is to be refused, each line against the real library and a server on a real port.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
import pytest

from bot.teams.http import LARGEST
from bot.teams.library import LOGGERS
from tests.standins.teams import Person

from .listening import Line, a_line, everything_logged, held

WORDS = "the-words-that-somebody-wrote"
POST = "Designated-Nurse-of-Ourshire"
AN_HOUR = timedelta(hours=1)
ENTRA = "https://login.microsoftonline.com"


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    """The real clock: tokens are as old as it says."""
    yield


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with a_line() as opened:
        opened.library.warm()
        yield opened


@pytest.fixture(scope="module")
def person(line: Line) -> Person:
    return line.person(POST)


@dataclass
class Sent:
    """What goes to the bot: the body and the header `Authorization`, None for none."""

    body: bytes
    authorization: str | None
    length: int | None = None
    """What it says that its length is, where that is not so."""


def activity(line: Line, person: Person, **changes: Any) -> dict[str, Any]:
    """A message that is right but for the changes; one that is None is left out."""
    said = line.standin.message(person, WORDS) | changes
    return {name: value for name, value in said.items() if value is not None}


Make = Callable[[Line, Person], Sent]


def by_token(**how: Any) -> Make:
    """A right message with a token that is made so; a timedelta is counted from when it is made."""

    def made(line: Line, person: Person) -> Sent:
        now = int(time.time())
        claims = {name: now + int(v.total_seconds()) if isinstance(v, timedelta) else v for name, v in how.items()}
        return Sent(_bytes(activity(line, person)), f"Bearer {line.standin.sign(**claims)}")

    return made


def by_header(header: str | None) -> Make:
    """A right message with this header."""
    return lambda line, person: Sent(_bytes(activity(line, person)), header)


def by_message(**changes: Any) -> Make:
    """A right token with a message that is changed so. Where the service address changes, the token's does too."""

    def made(line: Line, person: Person) -> Sent:
        service = changes.get("serviceUrl") or line.standin.service_url
        token = line.standin.sign(serviceurl=service)
        return Sent(_bytes(activity(line, person, **changes)), f"Bearer {token}")

    return made


def by_body(body: bytes) -> Make:
    """A right token with these bytes."""
    return lambda line, person: Sent(body, f"Bearer {line.standin.sign()}")


def with_a_secret(line: Line, person: Person) -> Sent:
    """Signed with a secret that everybody knows: the bot's own id."""
    claims = {
        "iss": "https://api.botframework.com",
        "aud": line.standin.client_id,
        "exp": time.time() + AN_HOUR.total_seconds(),
    }
    claims["serviceurl"] = line.standin.service_url
    token = jwt.encode(claims, line.standin.client_id, algorithm="HS256", headers={"kid": "the-key-of-the-stand-in"})
    return Sent(_bytes(activity(line, person)), f"Bearer {token}")


def with_another_body(line: Line, person: Person) -> Sent:
    """A right token, taken apart: its claims name the bot's token service, the signature is of the claims before."""
    head, claims, signature = line.standin.sign().split(".")
    other = line.standin.sign(extra="more").split(".")[1]
    assert other != claims
    return Sent(_bytes(activity(line, person)), f"Bearer {head}.{other}.{signature}")


def of_a_foreign_tenant(line: Line, person: Person) -> Sent:
    stranger = str(uuid.uuid4())
    said = activity(line, person, channelData={"tenant": {"id": stranger}})
    said["conversation"]["tenantId"] = stranger
    return Sent(_bytes(said), f"Bearer {line.standin.sign()}")


def of_two_tenants(line: Line, person: Person) -> Sent:
    said = activity(line, person, channelData={"tenant": {"id": str(uuid.uuid4())}})
    return Sent(_bytes(said), f"Bearer {line.standin.sign()}")


def of_no_tenant(line: Line, person: Person) -> Sent:
    said = activity(line, person, channelData={})
    del said["conversation"]["tenantId"]
    return Sent(_bytes(said), f"Bearer {line.standin.sign()}")


def too_large(line: Line, person: Person) -> Sent:
    return Sent(b'{"text": "' + WORDS.encode(), f"Bearer {line.standin.sign()}", LARGEST + 1)


def _bytes(said: object) -> bytes:
    return json.dumps(said).encode()


TENANT = str(uuid.uuid4())
MICROSOFT = "https://smba.trafficmanager.net/uk/"
AGENTS = "5a807f24-c9de-44ee-a3a7-329e88a00ffc"
"""The platform from which the SDK takes Entra's tokens."""

NO_TOKEN = "it has no token"
UNREADABLE = "its token cannot be read"
NOT_THE_CONNECTOR_S = "its token is not one of the Bot Connector's"
NOT_VALID = "its token is not valid"
NO_SERVICE = "it names no service address, or its token does not"
FOREIGN_SERVICE = "its service address is not allowed"
FOREIGN_TENANT = "its tenant is not allowed"
OTHER_CHANNEL = "it is of another channel"
NO_OBJECT = "it is no JSON object"

REFUSED: dict[str, tuple[int, str, Make]] = {
    "no token": (401, NO_TOKEN, by_header(None)),
    "an empty header": (401, NO_TOKEN, by_header("")),
    "an empty token": (401, NO_TOKEN, by_header("Bearer ")),
    "another kind of token": (401, NO_TOKEN, by_header("Basic Zm9yOm1l")),
    "garbage": (401, UNREADABLE, by_header("Bearer not-a-token")),
    "garbage in three parts": (401, UNREADABLE, by_header("Bearer a.b.c")),
    "another audience": (401, NOT_VALID, by_token(aud=str(uuid.uuid4()))),
    "no audience": (401, NOT_VALID, by_token(aud=None)),
    "another issuer": (401, NOT_THE_CONNECTOR_S, by_token(iss="https://elsewhere.example")),
    "no issuer": (401, NOT_THE_CONNECTOR_S, by_token(iss=None)),
    "an issuer that begins like it": (
        401,
        NOT_THE_CONNECTOR_S,
        by_token(iss="https://api.botframework.com.elsewhere.example"),
    ),
    "an hour too old": (401, NOT_VALID, by_token(exp=-AN_HOUR, nbf=-2 * AN_HOUR, iat=-2 * AN_HOUR)),
    "without an end": (401, NOT_THE_CONNECTOR_S, by_token(exp=None)),
    "not yet good": (401, NOT_VALID, by_token(nbf=AN_HOUR)),
    "another's key, by the name of the right one": (401, NOT_VALID, by_token(signing_key="another")),
    "another's key": (401, NOT_VALID, by_token(signing_key="another", kid="another")),
    "no signature": (401, NOT_THE_CONNECTOR_S, by_token(alg="none")),
    "a signature by a secret": (401, NOT_THE_CONNECTOR_S, with_a_secret),
    "a signature of another token": (401, NOT_VALID, with_another_body),
    "Entra's token": (401, NOT_THE_CONNECTOR_S, by_token(iss=f"{ENTRA}/{TENANT}/v2.0", tid=TENANT)),
    "Entra's token as it was before": (
        401,
        NOT_THE_CONNECTOR_S,
        by_token(iss=f"https://sts.windows.net/{TENANT}/", tid=TENANT),
    ),
    "an agent's token": (
        401,
        NOT_THE_CONNECTOR_S,
        by_token(iss=f"{ENTRA}/{TENANT}/v2.0", tid=TENANT, azp=AGENTS, serviceurl=None),
    ),
    "a token without a service address": (401, NO_SERVICE, by_token(serviceurl=None)),
    "a token whose service address is no text": (401, NO_SERVICE, by_token(serviceurl=[MICROSOFT])),
    "a token for another service address": (
        401,
        "its token is for another service address",
        by_token(serviceurl=MICROSOFT),
    ),
    "a message without a service address": (401, NO_SERVICE, by_message(serviceUrl=None)),
    "a message whose service address is empty": (401, NO_SERVICE, by_message(serviceUrl="")),
    "a message whose service address is no text": (401, NO_SERVICE, by_message(serviceUrl={"https": "smba"})),
    "a foreign service address": (401, FOREIGN_SERVICE, by_message(serviceUrl="https://elsewhere.example/teams/")),
    "a service address that begins like Microsoft's": (
        401,
        FOREIGN_SERVICE,
        by_message(serviceUrl="https://smba.trafficmanager.net@elsewhere.example/"),
    ),
    "Microsoft's service address without encryption": (
        401,
        FOREIGN_SERVICE,
        by_message(serviceUrl=MICROSOFT.replace("https", "http")),
    ),
    "a foreign tenant": (200, FOREIGN_TENANT, of_a_foreign_tenant),
    "tenants that contradict each other": (200, FOREIGN_TENANT, of_two_tenants),
    "no tenant": (200, FOREIGN_TENANT, of_no_tenant),
    "another channel": (200, OTHER_CHANNEL, by_message(channelId="webchat")),
    "no channel": (200, OTHER_CHANNEL, by_message(channelId=None)),
    "too large": (413, "it is too large", too_large),
    "no JSON": (400, NO_OBJECT, by_body(WORDS.encode())),
    "half of JSON": (400, NO_OBJECT, by_body(b'{"text": "' + WORDS.encode())),
    "a list": (400, NO_OBJECT, by_body(f'["{WORDS}"]'.encode())),
    "a word": (400, NO_OBJECT, by_body(f'"{WORDS}"'.encode())),
    "no text": (400, NO_OBJECT, by_body(b"\xff\xfe" + WORDS.encode())),
    "nothing": (400, NO_OBJECT, by_body(b"")),
    "too deep": (400, NO_OBJECT, by_body(b"[" * 100_000)),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_right_is_refused_or_left_alone(
    line: Line, person: Person, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    status, why, make = REFUSED[what]
    sent = make(line, person)
    before, taken, asked = line.stored(), len(line.taken), len(line.standin.calls)
    headers = {} if sent.authorization is None else {"Authorization": sent.authorization}
    headers |= {} if sent.length is None else {"Content-Length": str(sent.length)}
    with everything_logged(caplog) as stream:
        assert line.posts(sent.body, headers) == (status, b"")
    assert (line.stored(), len(line.taken)) == (before, taken)
    assert line.standin.calls[asked:] in ([], [("GET", "/v1/.well-known/keys")])  # nobody is answered by a message
    said = [record for record in caplog.records if record.name == "bot.teams.http"]
    assert [(record.levelname, record.getMessage().partition(": ")[2]) for record in said] == [("WARNING", why)]
    log = held(caplog, stream)
    for secret in (WORDS, POST, person.id, person.member, person.chat.id, line.tenant.id):
        assert secret not in log
    for part in (sent.authorization or "").split(".") + (sent.authorization or "").split(" "):
        assert len(part) < 8 or part not in log  # no token, and no part of one


@pytest.mark.parametrize(
    "make",
    [
        by_message(),
        by_message(serviceUrl=MICROSOFT),
        by_token(exp=timedelta(minutes=-1), nbf=-AN_HOUR),
    ],
    ids=["as it comes", "from Microsoft's own address", "a clock that is a little slow"],
)
def test_what_is_right_is_taken_once_and_what_was_written_is_in_no_log(
    line: Line, person: Person, caplog: pytest.LogCaptureFixture, make: Make
) -> None:
    sent = make(line, person)
    before, taken = line.stored(), len(line.taken)
    with everything_logged(caplog) as stream:
        status, body = line.posts(sent.body, {"Authorization": sent.authorization or ""})
    assert (status, body, len(line.taken) - taken) == (200, b"", 1)
    assert line.stored() == before | {"arrival": before["arrival"] + 1}
    log = held(caplog, stream)
    for secret in (WORDS, POST, person.id, sent.authorization or "Bearer", line.tenant.id):
        assert secret not in log


def test_the_libraries_say_nothing_at_all(line: Line, person: Person, caplog: pytest.LogCaptureFixture) -> None:
    with everything_logged(caplog):
        assert line.standin.post(line.standin.message(person, WORDS))[0] == 200
        assert line.standin.post(line.standin.message(person, WORDS), "not-a-token")[0] == 401
    names = {record.name.partition(".")[0] for record in caplog.records}
    assert not names & set(LOGGERS)


def test_a_token_of_entra_s_has_no_keys_fetched_of_the_tenant_that_it_names(
    line: Line, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK would fetch them, for each tenant anew, before it knows that the token is good."""
    asked: list[str] = []
    fetch = jwt.PyJWKClient.fetch_data

    def noted(client: jwt.PyJWKClient) -> Any:
        asked.append(client.uri)
        return fetch(client)

    monkeypatch.setattr(jwt.PyJWKClient, "fetch_data", noted)
    for _ in range(5):
        tenant = str(uuid.uuid4())
        token = line.standin.sign(iss=f"{ENTRA}/{tenant}/v2.0", tid=tenant)
        assert line.standin.post(line.standin.message(person, WORDS), token)[0] == 401
    assert asked == []
