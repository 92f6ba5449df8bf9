"""An office whose pages listen, with an incident that three partners were told of."""

from collections.abc import Iterator

import pytest

from tests.offices import ALL_WAYS, Office, an_office
from tests.scenarios.web import Site, a_site

MANAGER = "business-manager"


@pytest.fixture
def office() -> Office:
    """An office in which TEST-1 has just been notified."""
    found = an_office(ways=ALL_WAYS)
    found.done(MANAGER, "incident.start", pathway="serious-incident", facts={"aware": found.now})
    found.deliver()
    return found


@pytest.fixture
def site(office: Office) -> Iterator[Site]:
    """Its pages."""
    with a_site(office) as found:
        yield found
