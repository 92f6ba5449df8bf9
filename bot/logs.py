"""The log: one JSON object a line, with ids, an action's name and where an error went through; never people's words."""

import json
import logging
import sys
from datetime import UTC, datetime

from commands.tracing import trace_of

_FIELDS = ("action", "kind", "error", "trace", "partnership", "handled", "sent", "findings")
"""What may stand beside the sentence of a log line."""


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


def to_stderr() -> None:
    """Sends the log to stderr, from "info" on for ourselves and from "warning" on for libraries."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for room in ("bot", "scheduler", "commands", "storage"):
        logging.getLogger(room).setLevel(logging.INFO)
