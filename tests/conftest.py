"""What all tests share: the databases, hypothesis's settings, their order, and a loud word about what was skipped."""

import os
from itertools import groupby

import hypothesis
import pytest

from tests.postgres import MISSING, database_url, postgres_server, postgres_url

__all__ = ["database_url", "postgres_server", "postgres_url"]

# Machines differ, so no deadline; in CI the same examples each time, so that what fails there fails here.
hypothesis.settings.register_profile("desk", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Leaves to `make test-long` a test where one of its parameters is what `long_on` names."""
    given = getattr(item, "callspec", None)
    for mark in item.iter_markers("long_on"):
        if given is not None and set(mark.args) & {given.id, *given.id.split("-"), *given._idlist}:
            item.add_marker(pytest.mark.long)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts what is slow at the beginning of each worker's share, a file undivided, so that nobody waits at the end.

    `--dist worksteal` cuts the tests into one run for each worker, in their order, and takes from the ends of them.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = in_shares(items, workers)


def in_shares(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The same tests: as many for each worker, the files with slow ones dealt out one by one, and those first."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    others = [item for item in items if not item.get_closest_marker("slow")]
    files = [list(tests) for _, tests in groupby(slow, key=lambda item: item.path)]
    shares: list[list[pytest.Item]] = []
    begun = 0
    for worker in range(workers):
        share = [item for file in files[worker::workers] for item in file]
        ends = len(items) * (worker + 1) // workers
        size = len(others) if worker == workers - 1 else max(0, ends - sum(map(len, shares)) - len(share))
        share += others[begun : begun + size]
        begun += size
        shares.append(share)
    return [item for share in shares for item in share]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [r for r in terminalreporter.getreports("skipped") if MISSING in str(r.longrepr)]
    if skipped:
        terminalreporter.section("PostgreSQL", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests skipped. {MISSING}", red=True)
