"""Microsoft's SDK, held by the scruff: it opens nothing, reads no `.env`, and its keys are fetched seldom."""

import ast
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import jwt
import pytest

from bot.teams.keys import FRESH, LASTS, PAUSE, Keys
from bot.teams.library import Library, Verdict, _put_keys
from tests.standins.teams import StandIn, Tenant, tokens

from .listening import settings_for

ROOT = Path(__file__).parents[3]
RIGHT = tokens.KEY_ID


@pytest.fixture(autouse=True)
def _on_a_monday() -> Iterator[None]:
    """The real clock: tokens are as old as it says."""
    yield


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as opened:
        yield opened


@pytest.fixture
def tenant(standin: StandIn) -> Tenant:
    return standin.add_tenant("Ourshire Council")


@pytest.fixture
def library(standin: StandIn, tenant: Tenant) -> Library:
    return Library(settings_for(standin, tenant), standin.token)


def fetched(standin: StandIn) -> int:
    """How often the keys were asked for."""
    return len(standin.called("GET", "/keys"))


def asks(library: Library, standin: StandIn, token: str | None = None) -> Verdict:
    """What the library says to a message with a token; a right one unless told otherwise."""
    said = {"serviceUrl": standin.service_url, "text": "words"}
    return library.authenticate(said, {"authorization": f"Bearer {token or standin.sign()}"})


# What importing does

IN_A_FOLDER_BELOW = """
import os, sys
sys.path.insert(0, sys.argv[1])
before = dict(os.environ)
from bot.settings import Settings
from bot.teams.library import Library
assert "microsoft_teams" not in sys.modules
told = Settings.model_construct(client_id="00000000-0000-4000-8000-000000000001", client_secret=None, tenant_id="t",
    managed_identity_client_id=None, teams_openid_metadata_url=None, teams_tenants=(), teams_hosts=())
library = Library(told, lambda: "token")
assert "microsoft_teams" in sys.modules
assert dict(os.environ) == before, set(os.environ) - set(before)
print(library.authenticate({"serviceUrl": "https://smba.trafficmanager.net/uk"}, {}))
"""


@pytest.mark.parametrize("where", ["in a file above", "in the environment"])
def test_a_word_for_the_open_mode_changes_nothing_and_the_environment_stays_as_it_was(
    tmp_path: Path, where: str
) -> None:
    below = tmp_path / "below" / "further"
    below.mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DANGEROUSLY")}
    if where == "in a file above":
        (tmp_path / ".env").write_text("DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS=true\nCLIENT_SECRET=theirs\n")
    else:
        environment["DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"] = "true"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IN_A_FOLDER_BELOW, str(ROOT)],
        cwd=below,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.stderr, done.stdout.strip()) == ("", "Verdict(ok=False, why='it has no token', later=False)")


IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module("bot.teams")
for module in pkgutil.iter_modules(package.__path__, "bot.teams."):
    importlib.import_module(module.name)
print(sorted(name for name in sys.modules if name.partition(".")[0] == "microsoft_teams"))
"""


def test_importing_the_door_does_not_import_the_sdk() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_module_alone_knows_the_sdk() -> None:
    def knows(path: Path) -> bool:
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text if "microsoft_teams" in text else "")):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if any(name.partition(".")[0] == "microsoft_teams" for name in names):
                return True
        return False

    rooms = ("bot", "scheduler", "commands", "templates", "storage")
    assert [path for room in rooms for path in (ROOT / room).rglob("*.py") if knows(path)] == [
        ROOT / "bot" / "teams" / "library.py"
    ]


def test_nothing_is_fetched_or_sent_when_it_is_made(standin: StandIn, library: Library) -> None:
    assert standin.calls == []


def test_an_sdk_that_looks_up_keys_in_another_way_does_not_open() -> None:
    validator = SimpleNamespace(_jwks_client=object())
    server = SimpleNamespace(_token_validator=SimpleNamespace(_service_validator=validator))
    with pytest.raises(TypeError, match="another way"):
        _put_keys(SimpleNamespace(server=server))
    with pytest.raises(AttributeError):
        _put_keys(SimpleNamespace(server=SimpleNamespace()))


# Keys, as the library uses them


def test_keys_are_fetched_once_and_before_anybody_asks(standin: StandIn, library: Library) -> None:
    library.warm()
    library.warm()
    assert [asks(library, standin).ok for _ in range(5)] == [True] * 5
    assert fetched(standin) == 1


def test_the_first_who_comes_fetches_them_where_nobody_has(standin: StandIn, library: Library) -> None:
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: asks(library, standin).ok, range(40)))
    assert (found, fetched(standin)) == ([True] * 40, 1)


def test_a_flood_of_unknown_keys_has_nothing_fetched_anew(standin: StandIn, library: Library) -> None:
    library.warm()
    flood = [standin.sign(signing_key="another", kid=f"unknown {number}") for number in range(50)]
    with ThreadPoolExecutor(20) as pool:
        assert not any(pool.map(lambda token: asks(library, standin, token).ok, flood))
    assert fetched(standin) == 1 and asks(library, standin).ok


def test_a_flood_while_no_keys_can_be_had_asks_for_them_once(standin: StandIn, library: Library) -> None:
    standin.faults.next(500, times=None, route="keys")
    flood = [standin.sign(signing_key="another", kid=f"unknown {number}") for number in range(50)]
    with ThreadPoolExecutor(20) as pool:
        assert not any(pool.map(lambda token: asks(library, standin, token).ok, flood))
    assert fetched(standin) == 1


def test_that_no_keys_can_be_had_is_said_and_breaks_nothing(
    standin: StandIn, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    standin.outage()
    library.warm()
    assert [record.getMessage() for record in caplog.records] == ["Microsoft's keys for Teams cannot be fetched"]
    assert not asks(library, standin).ok


# Keys, by a clock of their own


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(standin: StandIn, clock: Clock) -> Keys:
    return Keys(standin.keys_url, clock)


def knows(keys: Keys, kid: str) -> bool:
    try:
        return keys.get_signing_key(kid).key_id == kid
    except jwt.PyJWKClientError:
        return False


def test_keys_are_renewed_each_hour(standin: StandIn, keys: Keys, clock: Clock) -> None:
    assert keys.warm() and knows(keys, RIGHT)
    clock.now += FRESH
    assert keys.warm() and knows(keys, RIGHT) and fetched(standin) == 1
    clock.now += 1
    assert knows(keys, RIGHT) and fetched(standin) == 2
    assert keys.warm() and fetched(standin) == 2


def test_keys_outlive_an_outage_for_a_day_and_no_longer(standin: StandIn, keys: Keys, clock: Clock) -> None:
    began = clock.now
    keys.warm()
    standin.outage()
    clock.now = began + LASTS
    assert knows(keys, RIGHT) and keys.warm()
    clock.now = began + LASTS + PAUSE + 1
    assert not knows(keys, RIGHT) and not keys.warm()
    standin.outage(on=False)
    clock.now += PAUSE
    assert knows(keys, RIGHT)


def test_keys_are_asked_for_once_in_half_a_minute_at_most(standin: StandIn, keys: Keys, clock: Clock) -> None:
    keys.warm()
    for number in range(10):
        assert not knows(keys, f"unknown {number}")
    assert fetched(standin) == 1
    clock.now += PAUSE
    for number in range(10):
        assert not knows(keys, f"unknown {number}")
    assert fetched(standin) == 2


def test_so_they_are_where_each_fetch_fails(standin: StandIn, keys: Keys, clock: Clock) -> None:
    standin.faults.next(503, times=None, route="keys")
    for _ in range(10):
        assert not knows(keys, RIGHT)
    assert fetched(standin) == 1
    standin.faults.clear()
    clock.now += PAUSE
    assert knows(keys, RIGHT)


def test_a_new_key_is_found(standin: StandIn, keys: Keys, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.warm()
    new = tokens.keys()["keys"][0] | {"kid": "the next one"}
    monkeypatch.setattr(tokens, "keys", lambda: {"keys": [new]})
    clock.now += PAUSE
    assert knows(keys, "the next one") and not knows(keys, RIGHT)


def test_who_has_a_known_key_does_not_wait_while_others_are_fetched(standin: StandIn, keys: Keys, clock: Clock) -> None:
    keys.warm()
    clock.now += PAUSE
    standin.faults.hang(2, route="keys")
    began = time.monotonic()
    waits = threading.Thread(target=knows, args=(keys, "unknown"))
    waits.start()
    standin.wait_for(lambda: fetched(standin) == 2)
    assert knows(keys, RIGHT) and not knows(keys, "another unknown")
    assert time.monotonic() - began < 1.5
    waits.join()


def test_a_key_that_stands_for_other_channels_alone_is_not_believed(
    standin: StandIn, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    [own] = tokens.keys()["keys"]
    without = {name: value for name, value in own.items() if name != "endorsements"}
    several = [
        own | {"kid": "others", "endorsements": ["webchat", "directline"]},
        own | {"kid": "both", "endorsements": ["webchat", "msteams"]},
        without | {"kid": "unsaid"},
    ]
    monkeypatch.setattr(tokens, "keys", lambda: {"keys": several})
    assert [knows(keys, kid) for kid in ("others", "both", "unsaid")] == [False, True, True]


@pytest.mark.parametrize("said", [{}, {"keys": []}, {"keys": "none"}, {"keys": [3]}, []])
def test_what_are_no_keys_leaves_those_that_there_are(
    standin: StandIn, keys: Keys, clock: Clock, monkeypatch: pytest.MonkeyPatch, said: object
) -> None:
    keys.warm()
    monkeypatch.setattr(tokens, "keys", lambda: said)
    clock.now += FRESH + 1
    assert keys.warm() and knows(keys, RIGHT) and fetched(standin) == 2
