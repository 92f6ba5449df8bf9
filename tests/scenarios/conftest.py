"""Every scenario runs once for each driver that is registered here. A new door registers its driver; that is all.

`make test` plays each at one of three doors, which its name decides; `make test-long` plays the others. A story of
incidents with everything beside the chat (incident_doors.py) is played at each chat in the same way.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zlib import crc32

import pytest

from commands.definitions import Definition
from tests.scenarios import incident_doors
from tests.scenarios.language import Scenario
from tests.scenarios.letters import with_letters
from tests.scenarios.slack import SlackDriver, SlackOverHttp
from tests.scenarios.teams import TeamsDriver
from tests.scenarios.terminal import TerminalDriver

DRIVERS = {"terminal": TerminalDriver, "slack": SlackDriver, "slack-http": SlackOverHttp, "teams": TeamsDriver}

IN_TURN = ("terminal", "slack", "terminal", "teams")
"""The doors of `make test`, half of it at the quickest. Slack over HTTP has tests of its own beside the socket's."""

CHATS_IN_TURN = tuple(sorted(incident_doors.CHATS))
"""The chats of stories that need one, and letters and pages beside it."""

Opens = Callable[..., Scenario]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Plays each story of `everywhere` at each chat."""
    if hasattr(metafunc.module, "everywhere"):
        metafunc.parametrize("chat", chats_of(metafunc.module.__name__), indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves a scenario to `make test-long` at every door but one, which its name decides."""
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            params = item.callspec.params
            door, chat = params.get("scenario"), params.get("chat")
            if door in DRIVERS and door != its_door(item.originalname):
                item.add_marker(pytest.mark.long)
            if chat is not None and chat != its_door(item.originalname, chats_of(item.module.__name__)):
                item.add_marker(pytest.mark.long)


def its_door(scenario: str, doors: Sequence[str] = IN_TURN) -> str:
    """The door at which a scenario is played in `make test`."""
    return doors[crc32(scenario.encode()) % len(doors)]


def chats_of(module: str) -> Sequence[str]:
    """The chats at which the stories of a file are played: all, unless its name is about one of them."""
    return tuple(each for each in CHATS_IN_TURN if f"_{each}_" in module) or CHATS_IN_TURN


@pytest.fixture(autouse=True)
def chat(request: pytest.FixtureRequest) -> Iterator[str]:
    """The chat at which a story of `everywhere` is played."""
    token = incident_doors.CHAT.set(getattr(request, "param", CHATS_IN_TURN[0]))
    yield incident_doors.CHAT.get()
    incident_doors.CHAT.reset(token)


@pytest.fixture(params=sorted(DRIVERS))
def scenario(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    """Opens a story: `scenario("gloucestershire", at="2027-01-04 09:00")`; the first partnership is the one meant.

    `incidents`: the front doors have their numbers, so that incidents can be notified. `letters`: there are a mail
    server and our own pages too (scenario.driver is a Letters).
    """
    yield from _opens(request, tmp_path)


@pytest.fixture(params=[name if name == "terminal" else pytest.param(name, marks=pytest.mark.long) for name in DRIVERS])
def long_scenario(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    """The same for a story of months: at the terminal each time, at the other doors where there is time for it."""
    yield from _opens(request, tmp_path)


def _opens(request: pytest.FixtureRequest, folder: Path) -> Iterator[Opens]:
    opened = []

    def opens(*partnerships: str | Definition, at: str, incidents: bool = False, letters: bool = False) -> Scenario:
        kind = DRIVERS[request.param]
        driver = with_letters(kind)(folder) if letters else kind(folder)
        driver.incidents = incidents
        opened.append(driver)
        driver.open(partnerships, at)
        return Scenario(driver, next(iter(driver.definitions)))

    yield opens
    for driver in opened:
        driver.close()
