"""Every scenario runs once for each driver that is registered here. A new door registers its driver; that is all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands.definitions import Definition
from tests.scenarios.language import Scenario
from tests.scenarios.letters import with_letters
from tests.scenarios.slack import SlackDriver, SlackOverHttp
from tests.scenarios.terminal import TerminalDriver

DRIVERS = {"terminal": TerminalDriver, "slack": SlackDriver, "slack-http": SlackOverHttp}


Opens = Callable[..., Scenario]


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
