"""A stand-in GOV.UK Notify with our templates."""

from collections.abc import Iterator

import pytest

from tests.bot.notify.office import Office, an_office
from tests.standins.notify import StandIn


@pytest.fixture
def office() -> Iterator[Office]:
    with StandIn() as standin:
        yield an_office(standin)
