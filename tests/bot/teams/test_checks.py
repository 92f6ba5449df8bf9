"""The doctor's lines for Teams."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot import doors
from bot.check import Check
from bot.settings import Settings
from bot.teams.answers import OF_US
from bot.teams.checks import TODO, checks
from bot.teams.tenants import Tenants, allowed
from bot.teams.tokens import NoToken, NotReached
from storage.records import delivery, people
from storage.records.conversations import Reached
from storage.records.sealing import Seal
from tests.offices import Office, an_office
from tests.standins.teams import StandIn

TENANT = "11111111-1111-4111-8111-11111111111a"
POLICE = "22222222-2222-4222-8222-22222222222b"


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    """The real clock: a server and its sockets need one that goes."""
    yield


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as found:
        yield found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with an_office(tmp_path) as found:
        yield found


def settings(standin: StandIn, **changed: Any) -> Settings:
    given: dict[str, Any] = {
        "client_id": standin.client_id,
        "client_secret": SecretStr("hush-hush"),
        "tenant_id": TENANT,
        "teams_tenants": ((TENANT, ("ourshire.invalid", "ours.example")), (POLICE, ("police.example",))),
        "teams_openid_metadata_url": standin.metadata_url,
        "base_url": "https://bot.ours.example/",
    }
    return Settings.model_construct(**(given | changed))


def lines(
    standin: StandIn, office: Office | None = None, token: Callable[[], str] | None = None, **changed: Any
) -> list[Check]:
    """The lines with these settings changed, and Entra as `token` says."""
    store = office.runner.store if office is not None else None
    now = (lambda: office.now) if office is not None else (lambda: pytest.fail("nothing asks for the time"))
    return list(checks(settings(standin, **changed), store, now, timeout=1, token=token or standin.token))


def line(found: list[Check], words: str) -> Check:
    """The one line with these words."""
    [one] = [each for each in found if words in f"{each.name}: {each.sentence}"]
    return one


def settle(office: Office, standin: StandIn, **changed: Any) -> None:
    """The tenants of the settings serve Ourshire, as after a start."""
    made = settings(standin, **changed)
    seal = Seal([Fernet.generate_key().decode()])
    Tenants(office.runner, seal, allowed(made), standin.client_id).settle(office.now)


def hear(office: Office, *tenants: str) -> None:
    """Somebody of each tenant has added the app."""
    for tenant in tenants:
        said = Reached(door="teams", tenant=tenant, place="somebody", service="https://smba.example", at=office.now)
        delivery.keep_conversation(office.runner.store, said)


def raises(failure: Exception) -> Callable[[], str]:
    def token() -> str:
        raise failure

    return token


# All is well


def test_where_all_is_well_every_line_says_so_but_that_the_keys_are_a_trial_s(standin: StandIn, office: Office) -> None:
    settle(office, standin)
    hear(office, TENANT, POLICE)
    with office.reading() as scope:
        emails = {each.email for each in people.known_in(scope)}
    for number, email in enumerate(sorted(emails)):
        account = {"door": "teams", "tenant": TENANT, "user": f"user-{number}", "email": email}
        office.done("time", "identity.propose", **account)
    found = lines(standin, office)
    assert {check.sentence for check in found if check.state != "OK"} == {
        f"The keys are those at {standin.metadata_url}, not Microsoft's: this is a trial."
    }
    sentences = " ".join(check.sentence for check in found)
    for words in (
        "Microsoft's library is there (microsoft-teams-apps 2.",
        "messaging endpoint has to be https://bot.ours.example/api/messages.",
        "Microsoft Entra gives the bot its token, by CLIENT_SECRET.",
        "A request without a token of Teams' is refused.",
        f"People of the tenant {POLICE} are answered, and known by addresses at police.example.",
        "It serves OSCP.",
        "Everybody in post has an account there.",
    ):
        assert words in sentences, words


def test_no_line_holds_a_token_or_secret(standin: StandIn, office: Office) -> None:
    told = str(lines(standin, office, raises(NoToken("AADSTS7000215"))) + lines(standin))
    assert "hush-hush" not in told and standin.token() not in told


# What Microsoft says


@pytest.mark.parametrize("code", [*OF_US, "AADSTS1", "tenant"])
def test_a_token_that_entra_does_not_give_is_said_with_what_to_do(standin: StandIn, code: str) -> None:
    found = line(lines(standin, token=raises(NoToken(code))), "gives the bot no token")
    assert found.state == "wrong" and found.todo.endswith(".")
    assert OF_US.get(code, code) in found.sentence


def test_whatever_entra_s_codes_mean_here_has_something_to_do() -> None:
    assert TODO.keys() == OF_US.keys()


def test_a_managed_identity_is_called_so(standin: StandIn) -> None:
    by_identity = {"client_secret": None, "managed_identity_client_id": standin.client_id}
    assert line(lines(standin, **by_identity), "gives the bot its token").sentence.endswith("by the managed identity.")
    refused = lines(standin, token=raises(NoToken("AADSTS1")), **by_identity)
    assert "it refuses the managed identity (AADSTS1)." in line(refused, "no token").sentence


def test_entra_out_of_reach_is_one_line_and_all_others_stand_there(standin: StandIn, office: Office) -> None:
    settle(office, standin)
    found = lines(standin, office, raises(NotReached("away")))
    assert line(found, "Microsoft Entra, which gives the bot its token, cannot be reached.").state == "wrong"
    assert line(found, f"{POLICE} are answered").state == "OK"
    assert [check.state for check in found if "It serves OSCP." in check.sentence] == ["OK", "OK"]


def test_keys_that_cannot_be_had_are_wrong_and_nothing_holds_the_doctor_up(standin: StandIn) -> None:
    def slow() -> str:
        time.sleep(1)
        raise NotReached("away")

    url = standin.metadata_url
    standin.stop()
    began = time.monotonic()
    found = lines(standin, token=slow, teams_openid_metadata_url=url)
    assert line(found, "keys by which requests of Teams are known cannot be fetched").state == "wrong"
    assert time.monotonic() - began < 7


def test_a_request_without_a_token_is_tried_and_refused(standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of Microsoft's library opens nothing, should the settings ever miss it."""
    monkeypatch.setenv("DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS", "true")
    assert line(lines(standin), "A request without a token of Teams' is refused.").state == "OK"


# Settings


@pytest.mark.parametrize(
    ("base_url", "state", "words"),
    [
        (None, "look", "to /api/messages on port 8080"),
        ("http://bot.ours.example", "wrong", "Teams sends to https:// only"),
        ("http://localhost:8080", "look", "Only a trial on this machine reaches http://localhost:8080/api/messages"),
        ("https://bot.ours.example", "OK", "has to be https://bot.ours.example/api/messages."),
    ],
)
def test_the_address_is_looked_at(standin: StandIn, base_url: str | None, state: str, words: str) -> None:
    found = line(lines(standin, base_url=base_url), words)
    assert (found.state, bool(found.todo)) == (state, state != "OK")


def test_a_tenant_without_mail_domains_and_further_hosts_are_worth_a_look(standin: StandIn) -> None:
    found = lines(standin, teams_tenants=((POLICE, ("police.example",)),), teams_hosts=("smba.gov.example",))
    assert line(found, f"{TENANT} are answered, but nobody is known there").state == "look"
    assert line(found, "to smba.gov.example").state == "look"


# The records


def test_whoever_is_not_known_there_is_named_by_post(standin: StandIn, office: Office) -> None:
    settle(office, standin)
    found = line(lines(standin, office), "No account is known")
    assert found.name == "OSCP in Teams" and "Business Manager" in found.sentence


def test_a_tenant_in_which_nobody_has_the_app_yet_is_worth_a_look(standin: StandIn, office: Office) -> None:
    settle(office, standin)
    hear(office, TENANT)
    found = line(lines(standin, office), "Nobody there has the app yet")
    assert (found.name, found.state) == ("Teams police.example", "look") and "setup policy" in found.todo


def test_a_tenant_that_is_not_named_any_more_is_worth_a_look(standin: StandIn, office: Office) -> None:
    settle(office, standin)
    found = line(lines(standin, office, teams_tenants=((TENANT, ("ours.example",)),)), "do not name it any more")
    assert (found.name, found.state) == ("Teams police.example", "look")
    assert f"convenor teams end {POLICE} PARTNERSHIP" in found.todo


def test_a_tenant_that_nothing_reaches_is_wrong(standin: StandIn, office: Office) -> None:
    settle(office, standin)
    lost = {"door": "teams", "tenant": POLICE, "address": "", "person": "", "reason": "it was removed", "whole": True}
    office.done("time", "account.gone", **lost)
    found = line(lines(standin, office), "It serves OSCP, but nothing reaches it: it was removed.")
    assert (found.state, found.name) == ("wrong", "Teams police.example") and found.todo


# Where the doctor gets them


def test_the_doctor_looks_at_teams_where_it_is_set_up_also_without_a_database(standin: StandIn, tmp_path: Path) -> None:
    made = settings(standin, database_url=f"sqlite:///{tmp_path / 'none.db'}")
    assert doors.looks(made.model_copy(update={"client_id": None})) == []
    assert len(doors.looks(made)) == 1
    assert not (tmp_path / "none.db").exists()
