"""The real clock: read at start-up and by loops only, everything below is told what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The day it is in a zone."""
    return datetime.now(ZoneInfo(zone)).date()
