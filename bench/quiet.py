"""A tick with nothing due: what the bot does all day, and what must not grow with the partnerships it serves."""

import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from commands.catalogue import ACTIONS
from commands.runner import Runner
from scheduler.delivery import Delivery
from scheduler.tick import tick
from storage.records.store import Store

from .filling import NOW, Behind, used_database
from .measuring import in_milliseconds, say, seconds_of

WARM_UP = 20


def quiet_ticks(sizes: tuple[int, ...], behind: Behind, rounds: int) -> dict[str, object]:
    """Median and 95th percentile of a tick with nothing due at each number of partnerships.

    The sizes take turns, so that whatever else the machine does falls on all of them. `ratio` is the median at the
    largest beside that at the smallest.
    """
    with tempfile.TemporaryDirectory(prefix="convenor-bench-") as folder:
        stores = {size: _filled(Path(folder), size, behind) for size in sizes}
        say(f"{rounds} quiet ticks at {', '.join(str(size) for size in sizes)} partnerships")
        times: dict[int, list[float]] = {size: [] for size in sizes}
        for number in range(WARM_UP + rounds):
            for size, store in stores.items():
                seconds = _quiet_tick(store)
                if number >= WARM_UP:
                    times[size].append(seconds)
        for store in stores.values():
            store.close()
    figures = {size: in_milliseconds(seconds) for size, seconds in times.items()}
    return {
        "each_partnership_has": asdict(behind),
        "rounds": rounds,
        "partnerships": {str(size): figure for size, figure in figures.items()},
        "ratio": round(figures[sizes[-1]]["median_ms"] / figures[sizes[0]]["median_ms"], 2),
    }


def _filled(folder: Path, size: int, behind: Behind) -> Store:
    say(f"Filling a database of {size} partnerships")
    return used_database(folder, size, behind)


def _quiet_tick(store: Store) -> float:
    """One tick and one round of delivery, in seconds. Raises RuntimeError if there was something to do after all."""
    runner = Runner(store, b"a key for measuring", ACTIONS, lambda: "")
    delivery = Delivery(runner, {})
    done: list[object] = []
    seconds = seconds_of(lambda: done.extend((tick(runner, NOW).handled, delivery.deliver(_now).sent)))
    if done != [0, 0]:
        raise RuntimeError("a tick that should have been quiet had something to do")
    return seconds


def _now() -> datetime:
    return NOW
