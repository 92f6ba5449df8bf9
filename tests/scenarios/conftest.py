"""Every scenario runs once for each driver that is registered here. A new door registers its driver; that is all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.scenarios.language import Scenario
from tests.scenarios.slack import SlackDriver, SlackOverHttp
from tests.scenarios.terminal import TerminalDriver

DRIVERS = {"terminal": TerminalDriver, "slack": SlackDriver, "slack-http": SlackOverHttp}


@pytest.fixture(params=sorted(DRIVERS))
def scenario(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Scenario]]:
    """Opens a story: `scenario("gloucestershire", at="2027-01-04 09:00")`; the first partnership is the one meant.

    `incidents`: the front doors have their numbers, so that incidents can be notified.
    """
    driver = DRIVERS[request.param](tmp_path)

    def opened(*partnerships: str, at: str, incidents: bool = False) -> Scenario:
        driver.incidents = incidents
        driver.open(partnerships, at)
        return Scenario(driver, partnerships[0])

    yield opened
    driver.close()
