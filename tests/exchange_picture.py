"""The picture in the README, docs/pictures/exchange.svg: a real exchange at the console, drawn anew by `make docs`.

A partnership is opened on a passing database, its clock is let run to a morning, and its business manager types. What
the console answers is drawn line by line, so the picture shows what the bot says today, or a test fails.
"""

import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import wiring
from bot.terminal.console import PROMPT, Console, speaker_for
from bot.terminal.door import NAME
from commands import definitions, rehearsing
from commands.conversation import Conversation
from scheduler.delivery import Delivery
from scheduler.rehearsal import play

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "exchange.svg"

PARTNERSHIP = "south-gloucestershire"
OPENED, SAT_DOWN = "2026-12-10 06:00", "2026-12-11 08:05"
TYPED = ("", "meeting move executive Tue 16 March", "1", "meeting confirm sog")
COLUMNS = 96

FONT_SIZE, ADVANCE, LINE, MARGIN = 14, 8.4, 19, 20
BACKGROUND, EDGE = "#161b22", "#6e7681"
INKS = {"plain": "#d0d7de", "typed": "#7ee787", "title": "#ffffff", "button": "#79c0ff", "quiet": "#9ea7b3"}
"""Light on dark inside its own frame, so that it reads the same on a light page and on a dark one."""


def exchange() -> list[str]:
    """What stands on the screen of the business manager's console, line by line."""
    screen: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        installation = wiring.passing(Path(folder))
        try:
            definition = definitions.load(PARTNERSHIP)
            zone = ZoneInfo(definition.arrangements.zone)
            opened, now = _moment(OPENED, zone), _moment(SAT_DOWN, zone)
            rehearsing.open_office(installation.runner, definition, opened, NAME)
            manager = definition.arrangements.secretariat.business_manager
            console = Console(
                Conversation(installation.runner),
                installation.terminal,
                speaker_for(installation.runner, rehearsing.address_of(PARTNERSHIP, manager), opened),
                lambda: now,
                screen.append,
                width=lambda: COLUMNS,
            )
            play(Delivery(installation.runner, installation.doors, threads=0), opened, now)
            for line in TYPED:
                screen.append(console.prompt() + line)
                console.take(line)
        finally:
            installation.close()
    return [line.rstrip() for text in screen for line in text.split("\n")]


def _moment(local: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)


def svg(lines: list[str]) -> str:
    """The picture of those lines: plain SVG text in a frame of its own, with the words for whoever cannot see it."""
    while lines and not lines[-1]:
        lines = lines[:-1]
    width = round(COLUMNS * ADVANCE) + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" '
        f'font-size="{FONT_SIZE}">'
    )
    return "\n".join(
        [
            head,
            "<title>An exchange with Convenor at the terminal</title>",
            f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="{BACKGROUND}" '
            f'stroke="{EDGE}"/>',
            *_texts(lines),
            "</svg>",
            "",
        ]
    )


def _texts(lines: list[str]) -> Iterator[str]:
    """One text for each line, stretched to its columns so that every font keeps the frame."""
    for number, line in enumerate(lines):
        text = line.strip()
        if not text:
            continue
        ink = _ink(line, lines[number + 1] if number + 1 < len(lines) else "")
        weight = ' font-weight="bold"' if ink == "title" else ""
        x = MARGIN + (len(line) - len(line.lstrip())) * ADVANCE
        yield (
            f'<text x="{x:.1f}" y="{MARGIN + number * LINE + FONT_SIZE}" fill="{INKS[ink]}"{weight} '
            f'textLength="{len(text) * ADVANCE:.1f}">{escape(text, quote=False)}</text>'
        )


def _ink(line: str, following: str) -> str:
    if line.startswith(PROMPT.strip()):
        return "typed"
    if line.startswith("<< ") or not line.strip("-"):
        return "quiet"
    if line.startswith("  ["):
        return "button"
    return "title" if following and not following.strip("-") else "plain"


if __name__ == "__main__":
    PICTURE.write_text(svg(exchange()), "utf-8")
    sys.stdout.write(f"{PICTURE.name} is drawn anew.\n")
