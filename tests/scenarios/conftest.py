"""Every scenario runs once for each driver that is registered here. A new door registers its driver; that is all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.scenarios.language import Scenario
from tests.scenarios.slack import SlackDriver, SlackOverHttp
from tests.scenarios.terminal import TerminalDriver

DRIVERS = {"terminal": TerminalDriver, "slack": SlackDriver, "slack-http": SlackOverHttp}

BY_HTTP = "test_who_somebody_is.py"
"""Slack over HTTP differs from Socket Mode in how a request comes in: this file shows it in `make test`, all the others
in `make test-long`."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the stories over HTTP to the long tests, all but one file."""
    for item in items:
        if item.path.parent == Path(__file__).parent and "[slack-http" in item.name and item.path.name != BY_HTTP:
            item.add_marker(pytest.mark.long)


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
