"""The bot's own token: asked for in time and once at a time; what Entra's refusals mean; time-outs on every request."""

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from msal.exceptions import MsalServiceError  # type: ignore[import-untyped]
from pydantic import SecretStr

from bot.settings import Settings
from bot.teams.tokens import BEFOREHAND, NoToken, NotReached, Tokens, asked, of_entra

BOT = "11111111-aaaa-4000-8000-000000000001"
TENANT = "22222222-bbbb-4000-8000-000000000002"
MACHINE = "33333333-cccc-4000-8000-000000000003"
GIVEN = {"access_token": "one", "expires_in": 3600}


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Entra:
    """Answers in turn; an exception among them is raised. The last one stays."""

    def __init__(self, *answers: Mapping[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self) -> Mapping[str, Any]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


DOWN = requests.ConnectionError("no way there")


# When it is asked for


def test_a_token_is_asked_for_once_and_anew_before_it_ends() -> None:
    clock, entra = Clock(), Entra(GIVEN, GIVEN | {"access_token": "two"})
    tokens = Tokens(entra, clock)
    assert [tokens(), tokens()] == ["one", "one"] and entra.asked == 1
    clock.now += 3600 - BEFOREHAND
    assert [tokens(), tokens()] == ["two", "two"] and entra.asked == 2


def test_the_token_from_before_serves_while_entra_is_down_and_lasts() -> None:
    clock, entra = Clock(), Entra(GIVEN, DOWN)
    tokens = Tokens(entra, clock)
    tokens()
    clock.now += 3600 - 1
    assert tokens() == "one" and entra.asked == 2
    clock.now += 1
    with pytest.raises(NotReached):
        tokens()


def test_a_token_that_is_no_longer_good_is_asked_for_anew() -> None:
    entra = Entra(GIVEN, GIVEN | {"access_token": "two"})
    tokens = Tokens(entra, Clock())
    tokens()
    tokens.drop()
    assert tokens() == "two"


def test_who_waited_while_it_failed_does_not_wait_again() -> None:
    entered, leave, asks = threading.Event(), threading.Event(), []

    def slow() -> Mapping[str, Any]:
        asks.append(1)
        entered.set()
        assert leave.wait(10)
        raise DOWN

    ticking = iter(range(1000))
    tokens = Tokens(slow, lambda: float(next(ticking)))

    def tries() -> str:
        try:
            return tokens()
        except NotReached:
            return "not reached"

    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(tries)
        assert entered.wait(10)
        others = [pool.submit(tries) for _ in range(5)]
        threading.Timer(0.3, leave.set).start()
        assert [each.result(10) for each in (first, *others)] == ["not reached"] * 6
    assert len(asks) == 1


# What it means


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}, "AADSTS7000215"),
        ({"error": "invalid_client", "error_description": "AADSTS7000222: It has expired."}, "AADSTS7000222"),
        ({"error": "unauthorized_client", "error_description": "words"}, "unauthorized_client"),
        ({"error": "words that are\nno word", "error_description": ""}, "refused"),
        ({}, "refused"),
        (ValueError("OIDC Discovery failed ... AADSTS90002: Tenant not found"), "AADSTS90002"),
        (ValueError("no identity on this machine"), "tenant"),
    ],
)
def test_what_entra_refuses_for_good_is_told_by_its_code(answer: Mapping[str, Any] | Exception, code: str) -> None:
    with pytest.raises(NoToken) as refused:
        asked(Entra(answer))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "answer",
    [
        DOWN,
        requests.Timeout("too long"),
        requests.HTTPError("503"),
        OSError("no name"),
        json.JSONDecodeError("a page of the network's own", "<html>", 0),
        RuntimeError("Unable to complete OIDC Discovery: 503"),
        MsalServiceError("HTTP Error: 503", error=None, error_description=None),
        {"error": "temporarily_unavailable", "error_description": "AADSTS90033: A transient error has occurred."},
        {"error": "server_error"},
    ],
    ids=repr,
)
def test_what_may_be_otherwise_later_counts_as_not_reached(answer: Mapping[str, Any] | Exception) -> None:
    with pytest.raises(NotReached):
        asked(Entra(answer))


def test_an_error_of_our_own_is_none_of_entra_s() -> None:
    with pytest.raises(AttributeError):
        asked(Entra(AttributeError("ours")))


# As MSAL asks

Request = tuple[str, str, Any, Any]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Microsoft's side, below MSAL: what was asked for, each with its time-out. Nothing goes out."""
    seen: list[Request] = []

    def answer(session: requests.Session, method: str, url: str, **how: Any) -> requests.Response:
        seen.append((method, url, how.get("data") or how.get("params"), how.get("timeout")))
        found = requests.Response()
        found.status_code = 200
        found.headers["Content-Type"] = "application/json"
        found._content = json.dumps(_answer(url, how)).encode()
        return found

    monkeypatch.setattr(requests.Session, "request", answer)
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "IMDS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    return seen


def _answer(url: str, how: Mapping[str, Any]) -> dict[str, Any]:
    if "openid-configuration" in url:
        base = f"https://login.microsoftonline.com/{TENANT}"
        return {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        }
    if "169.254.169.254" in url:
        return {"access_token": f"the machine's, for {how['params']['resource']}", "expires_in": "3600"}
    assert url.endswith(f"/{TENANT}/oauth2/v2.0/token"), url
    return {"access_token": "the bot's", "expires_in": 3599, "token_type": "Bearer"}


def told(**changes: object) -> Settings:
    settings: dict[str, object] = {
        "client_id": BOT,
        "client_secret": None,
        "tenant_id": TENANT,
        "managed_identity_client_id": None,
    }
    return Settings.model_construct(**settings | changes)


def gets(settings: Settings) -> Callable[[], str]:
    return Tokens(of_entra(settings, 10))


def test_nothing_is_asked_before_a_token_is_needed(web: list[Request]) -> None:
    gets(told(client_secret=SecretStr("secret")))
    assert web == []


def test_a_secret_is_shown_to_the_tenant_for_the_connector(web: list[Request]) -> None:
    assert gets(told(client_secret=SecretStr("the secret")))() == "the bot's"
    _, url, sent, _ = web[-1]
    assert url == f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
    assert sent["scope"] == "https://api.botframework.com/.default"
    assert (sent["grant_type"], sent["client_id"], sent["client_secret"]) == ("client_credentials", BOT, "the secret")


def test_a_machine_that_is_the_registration_asks_for_itself(web: list[Request]) -> None:
    assert gets(told(managed_identity_client_id=BOT))() == "the machine's, for https://api.botframework.com"
    [(_, url, sent, _)] = web
    assert url.startswith("http://169.254.169.254/metadata/identity") and sent["client_id"] == BOT


def test_a_machine_of_another_name_proves_the_registration(web: list[Request]) -> None:
    assert gets(told(managed_identity_client_id=MACHINE))() == "the bot's"
    _, url, sent, _ = web[-1]
    assert url.endswith("/oauth2/v2.0/token") and sent["client_id"] == BOT and "client_secret" not in sent
    assert sent["client_assertion"] == "the machine's, for api://AzureADTokenExchange"


@pytest.mark.parametrize(
    "proof",
    [
        {"client_secret": SecretStr("secret")},
        {"managed_identity_client_id": BOT},
        {"managed_identity_client_id": MACHINE},
    ],
    ids=["a secret", "the machine", "another machine"],
)
def test_no_request_waits_without_end(web: list[Request], proof: dict[str, object]) -> None:
    gets(told(**proof))()
    assert web and {timeout for *_, timeout in web} == {(5.0, 10)}
