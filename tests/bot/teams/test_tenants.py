"""Whom the bot answers and where it sends to; each tenant serves every partnership unless it serves some already."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from bot.settings import Settings
from bot.teams.tenants import NAME, Allowed, Tenants, allowed
from commands import permissions, rehearsing
from commands.definitions import load
from storage.records import ledger, partnerships
from storage.records.sealing import Seal
from tests.offices import Office, an_office

OURS = "11111111-aaaa-4000-8000-000000000001"
POLICE = "22222222-bbbb-4000-8000-000000000002"
BOT = "33333333-cccc-4000-8000-000000000003"
SECOND = "gloucestershire"
METADATA = "http://127.0.0.1:8080/v1/.well-known/openidconfiguration"


def told(**changes: object) -> Allowed:
    """What settings say that name two tenants."""
    settings: dict[str, object] = {
        "tenant_id": OURS,
        "teams_tenants": ((OURS.upper(), ("Ours.example", "board.example")), (POLICE, ("police.example",))),
        "teams_hosts": (),
        "teams_openid_metadata_url": None,
    }
    return allowed(Settings.model_construct(**settings | changes))


# Whom


def test_tenants_that_are_named_are_allowed_and_no_others() -> None:
    assert told().tenant(OURS) and told().tenant(POLICE.upper())
    assert not told().tenant("44444444-dddd-4000-8000-000000000004") and not told().tenant("")


def test_the_bot_s_own_tenant_is_allowed_without_any_domain() -> None:
    alone = told(teams_tenants=())
    assert alone.tenant(OURS) and not alone.tenant(POLICE)
    assert not alone.owns(OURS, "designated.nurse@ours.example")


@pytest.mark.parametrize(
    ("tenant", "email", "owns"),
    [
        (OURS, "designated.nurse@ours.example", True),
        (OURS.upper(), "Designated.Nurse@OURS.Example", True),
        (OURS, "chair@board.example", True),
        (POLICE, "chair@police.example", True),
        (POLICE, "designated.nurse@ours.example", False),
        (OURS, "chair@police.example", False),
        (OURS, "nurse@sub.ours.example", False),
        (OURS, "nurse@notours.example", False),
        (OURS, "nurse@ours.example@elsewhere.example", False),
        (OURS, "ours.example", False),
        (OURS, "@ours.example", False),
        (OURS, "", False),
        ("44444444-dddd-4000-8000-000000000004", "designated.nurse@ours.example", False),
    ],
)
def test_an_address_belongs_to_the_tenant_whose_domain_it_has_exactly(tenant: str, email: str, owns: bool) -> None:
    assert told().owns(tenant, email) is owns


# Where

REAL = "https://smba.trafficmanager.net/uk/"
LOCAL = "http://127.0.0.1:8080/teams/"


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        (REAL, True),
        ("https://SMBA.trafficmanager.net:443/uk/", True),
        ("https://smba.gov.example/gcc/", True),
        ("http://smba.trafficmanager.net/uk/", False),
        ("https://smba.trafficmanager.net:8443/uk/", False),
        ("https://elsewhere.example/", False),
        ("https://smba.trafficmanager.net.elsewhere.example/", False),
        ("https://elsewhere.smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net@elsewhere.example/", False),
        ("https://somebody:word@smba.trafficmanager.net/uk/", False),
        ("https://elsewhere.example/smba.trafficmanager.net/", False),
        ("https://elsewhere.example#smba.trafficmanager.net", False),
        ("ftp://smba.trafficmanager.net/uk/", False),
        ("smba.trafficmanager.net", False),
        ("https://[bad", False),
        ("https://elsewhere.example\\.smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net\\@elsewhere.example/", False),
        ("https://smba.trafficmanager.net:port/", False),
        ("", False),
        (LOCAL, False),
        ("https://localhost/teams/", False),
    ],
)
def test_only_microsoft_s_connector_and_what_settings_name_are_sent_to(url: str, fits: bool) -> None:
    assert told(teams_hosts=("SMBA.gov.example",)).service(url) is fits


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        (LOCAL, True),
        ("http://localhost:8080/teams/", True),
        ("http://[::1]:8080/teams/", True),
        ("http://127.0.0.1.elsewhere.example/", False),
        ("http://10.0.0.1/teams/", False),
        ("ftp://127.0.0.1/", False),
        (REAL, True),
    ],
)
def test_this_machine_is_teams_only_with_keys_of_its_own(url: str, fits: bool) -> None:
    assert told(teams_openid_metadata_url=METADATA).service(url) is fits
    assert told().service(url) is (url == REAL)


def test_a_file_goes_to_sharepoint_alone_or_to_a_stand_in() -> None:
    assert told().uploads("https://ourshire-my.sharepoint.com/personal/x/_api/upload?id=1")
    for url in ("http://ourshire-my.sharepoint.com/x", "https://sharepoint.com.elsewhere.example/", LOCAL, REAL, ""):
        assert not told().uploads(url)
    for url in ("https://elsewheresharepoint.com/x", "https://elsewhere.example\\.sharepoint.com/x"):
        assert not told().uploads(url)
    assert told(teams_openid_metadata_url=METADATA).uploads(LOCAL)


# Who serves whom


@pytest.fixture
def office() -> Office:
    return an_office()


def tenants(office: Office) -> Tenants:
    return Tenants(office.runner, Seal([Fernet.generate_key().decode()]), told(), BOT)


def served(office: Office) -> dict[str, str]:
    """The tenants that serve the office's partnership, each with why nothing can be sent there."""
    with office.reading() as scope:
        return {each.tenant: each.gone for each in partnerships.workspaces(scope, NAME)}


def head(office: Office) -> str:
    """What changes with every entry of the ledger."""
    with office.reading() as scope:
        return ledger.head(scope)


def goes(office: Office, tenant: str) -> None:
    """Nothing can be sent to a tenant any more."""
    form = {
        "door": NAME,
        "tenant": tenant,
        "address": "",
        "person": "",
        "reason": "the bot's client secret has expired",
        "whole": True,
        "instead": "",
    }
    office.runner.perform(permissions.time(office.partnership), "account.gone", form, None, office.now)


def test_each_tenant_serves_every_partnership_and_nothing_is_written_twice(office: Office) -> None:
    settled = tenants(office)
    settled.settle(office.now)
    assert served(office) == {OURS: "", POLICE: ""}
    before = head(office)
    settled.settle(office.now)
    tenants(office).settle(office.now + timedelta(days=2))
    assert head(office) == before


def test_a_tenant_that_serves_some_partnerships_is_left_at_them(office: Office) -> None:
    settled = tenants(office)
    settled.settle(office.now)
    rehearsing.open_office(office.runner, load(SECOND), office.now, NAME)
    settled.settle(office.now)
    with office.reading() as scope:
        assert partnerships.of_workspace(scope.session, NAME, OURS) == [office.partnership]
    end(office, POLICE)
    settled.settle(office.now)  # it serves none any more: then all are meant, also the second
    with office.reading() as scope:
        assert partnerships.of_workspace(scope.session, NAME, POLICE) == sorted([office.partnership, SECOND])
        assert partnerships.of_workspace(scope.session, NAME, OURS) == [office.partnership]


def end(office: Office, tenant: str) -> None:
    """A tenant serves the office's partnership no longer."""
    form = {"door": NAME, "tenant": tenant}
    office.runner.perform(permissions.administrator(office.partnership), "workspace.end", form, None, office.now)
    with office.reading() as scope:
        assert partnerships.of_workspace(scope.session, NAME, tenant) == []


def test_where_nothing_could_be_sent_it_is_tried_again_at_a_start_and_once_a_day(office: Office) -> None:
    settled = tenants(office)
    settled.settle(office.now)
    goes(office, OURS)
    assert served(office)[OURS] == "the bot's client secret has expired"
    settled.settle(office.now + timedelta(hours=23))
    assert served(office)[OURS] != ""
    settled.settle(office.now + timedelta(hours=24))
    assert served(office) == {OURS: "", POLICE: ""}
    goes(office, OURS)
    tenants(office).settle(office.now + timedelta(hours=25))
    assert served(office)[OURS] == ""
