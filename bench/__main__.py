"""Runs all measurements and prints one JSON object; progress goes to standard error. About five minutes."""

import argparse
import json
import os
import platform
import sqlite3

from .filling import Behind
from .quiet import quiet_ticks
from .writes import commands_and_bare
from .years import years


def main() -> None:
    """`python -m bench [--quick]`"""
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs; compare no figures")
    quick = parser.parse_args().quick
    figures = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "quick": quick,
        "quiet_tick": quiet_ticks((1, 10), Behind(200, 400, 20), 20)
        if quick
        else quiet_ticks((1, 10, 150), Behind(), 200),
        "commands": commands_and_bare(20 if quick else 1000),
        "year": years(1 if quick else 12),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
