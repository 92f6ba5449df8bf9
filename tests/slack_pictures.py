"""The pictures of docs/slack.md, in docs/pictures/: drawn anew by `make docs`.

Slack's own pages are drawn from the manifest, in the main and without its colours. What people see is drawn from the
blocks that the bot really sends: a partnership is opened in a workspace of the stand-in Slack, and its business manager
presses and types. So the pictures show what the bot says today, or a test fails.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.slack.manifest import SCOPES, as_text, manifest
from tests.drawing import EDGE, PAPER, QUIET, SHADE, Sheet, State, draw_blocks, message, window
from tests.scenarios.slack import COMMAND, SlackDriver
from tests.standins.slack.inputs import state
from tests.standins.slack.rendering import words
from tests.standins.slack.things import View

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WIDTH = 720

PARTNERSHIP = "ourshire"
OPENED, NOTED, CONFIRMED = "2027-01-04 06:00", "2027-01-06 08:10", "2027-01-06 08:12"
MANAGER, CHAIR = "Business Manager", "Chief Nurse"


# Slack's own pages

MENU = ("Basic Information", "Socket Mode", "Install App", "App Home", "Slash Commands", "OAuth & Permissions")


def _page(title: str, current: str) -> Sheet:
    """A page of the app's settings: the menu on the left, the current entry in a box."""
    sheet = Sheet(WIDTH)
    sheet.box(14, 14, 160, 30 * len(MENU) + 46, fill=SHADE)
    sheet.line("Convenor", 26, 38, size=14, bold=True)
    for number, entry in enumerate(MENU):
        foot = 68 + 30 * number
        if entry == current:
            sheet.box(18, foot - 19, 152, 28, fill=PAPER, round_=4)
        sheet.line(entry, 26, foot, size=12.5, bold=entry == current)
    sheet.left, sheet.room, sheet.y = 196, WIDTH - 196 - 24, 18
    sheet.text(title, size=18, bold=True, gap=10)
    return sheet


def create() -> Sheet:
    """api.slack.com/apps, Create New App, From a manifest, and the manifest pasted."""
    sheet = Sheet(WIDTH)
    window(sheet, "Create an app")
    sheet.mark(1, sheet.left + 620, sheet.y + 16)
    sheet.box(sheet.left, sheet.y, 590, 46, round_=4)
    sheet.line("From a manifest", sheet.left + 14, sheet.y + 20, bold=True)
    what = "Use a manifest file to add your app's basic info, scopes, settings and features."
    sheet.line(what, sheet.left + 14, sheet.y + 37, size=12, ink=QUIET)
    sheet.box(sheet.left, sheet.y + 56, 590, 34, round_=4)
    sheet.line("From scratch", sheet.left + 14, sheet.y + 78, ink=QUIET)
    sheet.y += 108
    window(sheet, "Pick a workspace to develop your app in")
    sheet.mark(2, sheet.left + 620, sheet.y + 16)
    sheet.room -= 74
    sheet.place("The workspace in which you try it out   ▾")
    sheet.room += 74
    sheet.y += 8
    window(sheet, "Create app from manifest")
    sheet.mark(3, sheet.left + 620, sheet.y + 16)
    sheet.line("JSON", sheet.left, sheet.y + 12, bold=True)
    sheet.line("YAML", sheet.left + 54, sheet.y + 12, ink=QUIET)
    sheet.y += 22
    text = as_text(manifest()).splitlines()
    sheet.room -= 74
    sheet.place("\n".join([*text[:8], "  …"]), lines=9)
    sheet.room += 74
    sheet.buttons([("Next", "go")])
    return sheet


def app_token() -> Sheet:
    """Basic Information, App-Level Tokens, with the scope that Socket Mode needs."""
    sheet = _page("App-Level Tokens", "Basic Information")
    sheet.text(
        "They allow your app to use platform features that apply to all its installations.", size=12.5, ink=QUIET
    )
    sheet.mark(1, sheet.left + 236, sheet.y + 15)
    sheet.buttons([("Generate Token and Scopes", "plain")])
    sheet.y += 6
    sheet.box(sheet.left - 6, sheet.y, sheet.room + 12, 262)
    sheet.left, sheet.room, sheet.y = sheet.left + 8, sheet.room - 60, sheet.y + 6
    sheet.text("Generate an app-level token", size=15, bold=True)
    sheet.text("Token Name", bold=True, gap=4)
    sheet.place("socket")
    sheet.mark(2, sheet.left + sheet.room + 24, sheet.y + 34)
    sheet.text("Scope", bold=True, gap=4)
    sheet.place("connections:write")
    sheet.mark(3, sheet.left + 110, sheet.y + 17)
    sheet.buttons([("Generate", "go")])
    sheet.y += 14
    sheet.mark(4, sheet.left + sheet.room + 24, sheet.y + 3)
    sheet.y -= 14
    sheet.place("xapp-1-…")
    sheet.y += 14
    return sheet


def install() -> Sheet:
    """Install App, what the workspace is asked to allow, and the bot's token."""
    sheet = _page("Install App", "Install App")
    sheet.mark(1, sheet.left + 196, sheet.y + 15)
    sheet.buttons([("Install to Workspace", "go")])
    sheet.y += 4
    top = sheet.y
    sheet.left, sheet.room, sheet.y = sheet.left + 10, sheet.room - 20, sheet.y + 8
    inner = Sheet(WIDTH, sheet.left, sheet.room, sheet.y)
    inner.text("Convenor is requesting permission to access your workspace", size=15, bold=True)
    for scope in SCOPES:
        inner.text(f"•  {scope}", size=13, gap=2)
    inner.y += 8
    inner.mark(2, inner.left + 200, inner.y + 15)
    inner.buttons([("Cancel", "plain"), ("Allow", "go")])
    sheet.box(sheet.left - 16, top, sheet.room + 32, inner.y - top + 4)
    sheet.parts += inner.parts
    sheet.y = inner.y + 22
    sheet.text("Bot User OAuth Token", bold=True, gap=4)
    sheet.place("xoxb-…")
    sheet.mark(3, sheet.left + sheet.room - 24, sheet.y - 23)
    return sheet


# What people see


@dataclass(frozen=True)
class Scene:
    """What stood before the business manager and a chair at one time."""

    note: dict[str, Any]
    invitation: dict[str, Any]
    move: dict[str, Any]
    form: View
    home: View


@contextmanager
def _workspace() -> Iterator[SlackDriver]:
    with tempfile.TemporaryDirectory() as folder:
        driver = SlackDriver(Path(folder))
        driver.open([PARTNERSHIP], OPENED)
        try:
            yield driver
        finally:
            driver.close()


def scene() -> Scene:
    """Plays it through: the note of the day, a confirmed meeting, the preview of a move, a form with mistakes, home."""
    with _workspace() as driver:
        driver.move_to(NOTED)
        manager, chair = driver._seat(PARTNERSHIP, MANAGER).person, driver._seat(PARTNERSHIP, CHAIR).person
        note = next(one for one in manager.told()[::-1] if words(one["blocks"][0]["text"]).startswith("To do"))
        moves = manager.types_command(COMMAND, "meeting move executive Tue 23 March")
        move = manager.ephemerals()[-1]
        assert moves.buttons, "a preview has its buttons"
        driver.move_to(CONFIRMED)
        driver.say(PARTNERSHIP, MANAGER, "meeting confirm executive")
        driver.wait()
        invitation = chair.told()[-1]
        driver.say(PARTNERSHIP, MANAGER, "meeting move")
        driver.press(PARTNERSHIP, MANAGER, "Fill in a form")
        driver.fill(PARTNERSHIP, MANAGER, {"group": "executive", "day": "Sat 32 March", "starts": "noonish"})
        form = manager.modal()
        manager.opens_home()
        driver.wait()
        home = manager.home()
        assert form is not None, "the form stands there still, with its mistakes"
        assert home is not None, "a home was shown"
        return Scene(note, invitation, move, form, home)


def _at(one: dict[str, Any]) -> str:
    """When a message came, by the clock of the partnership (in January: universal time)."""
    return datetime.fromtimestamp(float(one["ts"]), UTC).strftime("%H:%M")


def note(seen: Scene) -> Sheet:
    """The business manager's direct message, and the chair's."""
    sheet = Sheet(WIDTH)
    window(sheet, f"{MANAGER}: direct message with Convenor")
    message(sheet, "Convenor", _at(seen.note), seen.note["blocks"])
    window(sheet, f"{CHAIR}: direct message with Convenor")
    message(sheet, "Convenor", _at(seen.invitation), seen.invitation["blocks"])
    return sheet


def move(seen: Scene) -> Sheet:
    """What a move leads to, before it is done."""
    sheet = Sheet(WIDTH)
    window(sheet, f"{MANAGER}: direct message with Convenor")
    sheet.text(f"{COMMAND} meeting move executive Tue 23 March", size=13, ink=QUIET)
    message(sheet, "Convenor", _at(seen.move), seen.move["blocks"], only_you=True)
    return sheet


def form(seen: Scene) -> Sheet:
    """A form that was sent in with mistakes: each beside its place, and nothing typed is lost."""
    view = seen.form
    sheet = Sheet(WIDTH)
    window(sheet, view.title)
    values = state(view)
    typed = {name: _stands(place) for name, places in values.items() for place in places.values()}
    draw_blocks(sheet, view.blocks, State(typed, view.errors))
    sheet.rule()
    sheet.buttons([(words(view.body["close"]), "plain"), (words(view.body["submit"]), "go")])
    return sheet


def _stands(place: dict[str, Any]) -> str:
    chosen = place.get("selected_option")
    return words(chosen["text"]) if chosen else str(place.get("value") or "")


def home(seen: Scene) -> Sheet:
    """The Home tab."""
    sheet = Sheet(WIDTH)
    window(sheet, "Convenor")
    sheet.line("Home", sheet.left, sheet.y + 10, bold=True)
    sheet.line("Messages", sheet.left + 60, sheet.y + 10, ink=QUIET)
    sheet.line("About", sheet.left + 142, sheet.y + 10, ink=QUIET)
    sheet.parts.append(
        f'<line x1="{sheet.left}" y1="{sheet.y + 18}" x2="{sheet.left + 40}" y2="{sheet.y + 18}" stroke="{EDGE}" '
        'stroke-width="3"/>'
    )
    sheet.y += 28
    draw_blocks(sheet, seen.home.blocks)
    return sheet


OF_SLACK: dict[str, tuple[str, Callable[[], Sheet]]] = {
    "slack-create": ("Slack's page to create an app, from a manifest", create),
    "slack-app-token": ("Slack's page for an app-level token", app_token),
    "slack-install": ("Slack's page to install the app", install),
}
OF_PEOPLE: dict[str, tuple[str, Callable[[Scene], Sheet]]] = {
    "slack-note": ("A note of the day, and a confirmed meeting with its calendar entry", note),
    "slack-move": ("What a move leads to, before it is done", move),
    "slack-form": ("A form with a mistake beside each place", form),
    "slack-home": ("The Home tab of a business manager", home),
}


def drawn() -> dict[str, str]:
    """Every picture as SVG, by the name of its file."""
    seen = scene()
    pictures = {name: draw().svg(title) for name, (title, draw) in OF_SLACK.items()}
    return pictures | {name: make(seen).svg(title) for name, (title, make) in OF_PEOPLE.items()}


if __name__ == "__main__":
    for name, picture in drawn().items():
        (FOLDER / f"{name}.svg").write_text(picture, "utf-8")
        sys.stdout.write(f"{name}.svg is drawn anew.\n")
