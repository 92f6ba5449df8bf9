"""Runs all measurements and prints one JSON object; progress goes to standard error. About a quarter of an hour."""

import argparse
import json
import os
import platform
import sqlite3
from collections.abc import Callable

from .filling import Behind
from .imports import starts
from .polls import presses_at_once
from .quiet import quiet_ticks
from .returns import large_round
from .slack import through_slack
from .writes import commands_and_bare
from .years import years


def _quiet_tick(quick: bool) -> dict[str, object]:
    sizes, behind, rounds = ((1, 10), Behind(200, 400, 20), 20) if quick else ((1, 10, 150), Behind(), 200)
    return quiet_ticks(sizes, behind, rounds)


PARTS: dict[str, Callable[[bool], dict[str, object]]] = {
    "quiet_tick": _quiet_tick,
    "commands": lambda quick: commands_and_bare(20 if quick else 1000),
    "year": lambda quick: years(1 if quick else 12),
    "returns": lambda quick: large_round(10, 2) if quick else large_round(400, 60),
    "polls": lambda quick: presses_at_once(10, 5) if quick else presses_at_once(100, 5),
    "imports": lambda quick: starts(1 if quick else 5),
    "slack": lambda quick: through_slack((1, 4), 0.5, 1) if quick else through_slack((1, 20, 100), 3, 3),
}
"""What is measured, by its name in the figures; each is told whether small sizes are wanted."""


def main() -> None:
    """`python -m bench [--quick] [--only PART]`"""
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="that part alone")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs; compare no figures")
    given = parser.parse_args()
    quick: bool = given.quick
    figures: dict[str, object] = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "quick": quick,
    }
    for part, measure in PARTS.items():
        if given.only in (None, part):
            figures[part] = measure(quick)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
