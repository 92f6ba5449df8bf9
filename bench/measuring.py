"""Small tools that all measurements share."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence


def say(words: str) -> None:
    """Progress, for whoever waits: on standard error, so that standard output holds the figures only."""
    print(words, file=sys.stderr, flush=True)


def seconds_of(does: Callable[[], object]) -> float:
    """How long one call takes, in seconds."""
    begun = time.perf_counter()
    does()
    return time.perf_counter() - begun


def in_milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile of at least two times given in seconds."""
    return {
        "median_ms": round(statistics.median(seconds) * 1000, 3),
        "p95_ms": round(statistics.quantiles(seconds, n=20)[-1] * 1000, 3),
    }
