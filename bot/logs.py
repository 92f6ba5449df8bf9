"""The log: one JSON object a line, with ids, an action's name and where an error went through; never people's words."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from commands.tracing import trace_of

_FIELDS = ("action", "kind", "error", "trace", "partnership", "handled", "sent", "findings")
"""What may stand beside the sentence of a log line."""


ROOMS = ("bot", "scheduler", "commands", "storage")
"""Our own loggers, by the rooms of the house."""


class AsJson(logging.Formatter):
    """A record as JSON. An exception is told by the places it went through: its own words may quote somebody."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage(),
        }
        line |= {name: record.__dict__[name] for name in _FIELDS if name in record.__dict__}
        if record.exc_info and record.exc_info[1] is not None:
            line["trace"] = trace_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


@contextmanager
def on_stderr() -> Iterator[None]:
    """Sends the log to stderr, from "info" on for ourselves and from "warning" on for libraries, until it is left.

    Afterwards the log is as it was: who called may close the stream, and nothing is written to it any more.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson())
    rooms = [logging.getLogger(room) for room in ROOMS]
    before, levels = logging.root.handlers[:], [(each, each.level) for each in (logging.root, *rooms)]
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    for room in rooms:
        room.setLevel(logging.INFO)
    try:
        yield
    finally:
        logging.root.handlers[:] = before
        for logger, level in levels:
            logger.setLevel(level)
