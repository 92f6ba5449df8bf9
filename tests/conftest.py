"""What all tests share: the databases, hypothesis's settings, and a loud word about what was skipped."""

import os

import hypothesis
import pytest

from tests.postgres import MISSING, database_url, postgres_server, postgres_url

__all__ = ["database_url", "postgres_server", "postgres_url"]

# Machines differ, so no deadline; in CI the same examples each time, so that what fails there fails here.
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [r for r in terminalreporter.getreports("skipped") if MISSING in str(r.longrepr)]
    if skipped:
        terminalreporter.section("PostgreSQL", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests skipped. {MISSING}", red=True)
