"""Which crash plays are left to `make test-long`."""

import pytest

LONG = "test_killed_at_every_point_what_stands_in_slack_is_what_would_stand_there[postgres]"
"""On PostgreSQL it shows what it shows on SQLite, and what the kills at named points show on both."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks it."""
    for item in items:
        if item.name == LONG:
            item.add_marker(pytest.mark.long)
