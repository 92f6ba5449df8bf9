"""Drawings of what stands on a screen, as plain SVG: text in lines of a known width, buttons, and Slack's blocks.

Nothing is a photograph, and every drawing says so. Each line of text is stretched to the width that was reckoned for
it, so that any font keeps inside its frame.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from tests.standins.slack.elements import choices_of
from tests.standins.slack.rendering import words

FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
INK, QUIET, EDGE, PAPER, SHADE = "#1d1c1d", "#616061", "#bbbabc", "#ffffff", "#f4f3f4"
LINK, WRONG, GO, MARK = "#1264a3", "#b3261e", "#007a5a", "#c2410c"
DRAWN = "Drawn, not a photograph."

_WIDTHS = {
    222: "ijl'|",
    278: " !,./:;I[]\\ft",
    333: '()-`r"{}',
    500: "cksvxyzJ^",
    556: "0123456789abdeghnopquL$?_#",
    611: "FTZ+<=>~",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…",
    1015: "@",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
BOLD = 1.08


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is taken to be, in pixels: Helvetica's own widths, others count as a figure does."""
    return sum(_WIDTH.get(letter, 556) for letter in text) * size / 1000 * (BOLD if bold else 1.0)


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The lines of a text in so much room; its own line ends stay."""
    lines: list[str] = []
    for given in text.split("\n"):
        line = ""
        for word in given.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width_of(longer, size, bold=bold) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def shortened(line: str, size: float, room: float) -> str:
    """As much of a line as has room, with "…" where there was more."""
    if width_of(line, size) <= room:
        return line
    while line and width_of(f"{line}…", size) > room:
        line = line[:-1]
    return f"{line}…"


@dataclass
class Sheet:
    """A drawing that grows downwards. `y` is where the next thing goes; `left` and `room`, between which margins."""

    width: int
    left: float = 0.0
    room: float = 0.0
    y: float = 0.0
    parts: list[str] = field(default_factory=list)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str = PAPER, edge: str = EDGE, round_: int = 6
    ) -> None:
        """A rectangle."""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{round_}" fill="{fill}" '
            f'stroke="{edge}"/>'
        )

    def line(self, text: str, x: float, y: float, *, size: float = 14, ink: str = INK, bold: bool = False) -> None:
        """One line of text with its foot at `y`. Spaces before it move it in, those within it count once."""
        x += (len(text) - len(text.lstrip(" "))) * size * 0.3
        text = " ".join(text.split())
        if not text:
            return
        length = width_of(text, size, bold=bold)
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{ink}"{weight} '
            f'textLength="{length:.1f}">{escape(text, quote=False)}</text>'
        )

    def text(self, text: str, *, size: float = 14, ink: str = INK, bold: bool = False, gap: float = 8) -> None:
        """A text in lines, and a gap under it."""
        for line in wrapped(text, size, self.room, bold=bold):
            self.y += round(size * 1.35)
            self.line(line, self.left, self.y - size * 0.3, size=size, ink=ink, bold=bold)
        self.y += gap

    def rule(self) -> None:
        """A thin line from margin to margin."""
        self.parts.append(
            f'<line x1="{self.left:.1f}" y1="{self.y:.1f}" x2="{self.left + self.room:.1f}" y2="{self.y:.1f}" '
            f'stroke="{EDGE}"/>'
        )
        self.y += 10

    def buttons(self, labels: Iterable[tuple[str, str]]) -> None:
        """A row of buttons, each a label with "go", "wrong" or "plain"; what has no room goes below."""
        x = self.left
        for label, tone in labels:
            wide = width_of(label, 13, bold=True) + 24
            if x > self.left and x + wide > self.left + self.room:
                x, self.y = self.left, self.y + 38
            self.button(label, x, self.y, tone)
            x += wide + 8
        self.y += 42

    def button(self, label: str, x: float, y: float, tone: str = "plain") -> float:
        """One button; gives its width."""
        wide = width_of(label, 13, bold=True) + 24
        fill, ink = {"go": (GO, PAPER), "wrong": (PAPER, WRONG)}.get(tone, (PAPER, INK))
        self.box(x, y, wide, 30, fill=fill, edge=fill if tone == "go" else EDGE, round_=4)
        self.line(label, x + 12, y + 20, size=13, ink=ink, bold=True)
        return wide

    def place(self, value: str, *, lines: int = 1, edge: str = EDGE) -> None:
        """A place to be filled in, with what stands there."""
        self.box(self.left, self.y, self.room, 14 + 20 * lines, edge=edge, round_=4)
        for number, line in enumerate(value.split("\n")[:lines]):
            self.line(shortened(line, 14, self.room - 30), self.left + 10, self.y + 22 + 20 * number, size=14)
        self.y += 14 + 20 * lines + 6

    def mark(self, number: int, x: float, y: float) -> None:
        """A number in a circle, to which the words beside the drawing lead."""
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="{MARK}"/>')
        self.line(str(number), x - 3.8, y + 5, size=13, ink=PAPER, bold=True)

    def svg(self, title: str) -> str:
        """The drawing, with a title for whoever cannot see it, and that it is one."""
        height = round(self.y + 30)
        self.line(DRAWN, 14, height - 10, size=11, ink=QUIET)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{height}" '
            f'viewBox="0 0 {self.width} {height}" role="img" font-family="{FONT}">'
        )
        frame = (
            f'<rect x="0.5" y="0.5" width="{self.width - 1}" height="{height - 1}" rx="8" fill="{SHADE}" '
            f'stroke="{EDGE}"/>'
        )
        return "\n".join([head, f"<title>{escape(title, quote=False)}</title>", frame, *self.parts, "</svg>", ""])


# Slack's blocks


def draw_blocks(sheet: Sheet, blocks: Iterable[dict[str, Any]], state: "State | None" = None) -> None:
    """Blocks one under the other, as Slack's client shows them in the main."""
    for block in blocks:
        match block["type"]:
            case "header":
                sheet.text(words(block["text"]), size=17, bold=True)
            case "section":
                _section(sheet, block)
            case "context":
                sheet.text(" ".join(words(one) for one in block["elements"]), size=12, ink=QUIET)
            case "actions":
                sheet.buttons((words(one["text"]), _tone(one)) for one in block["elements"])
            case "divider":
                sheet.rule()
            case "input":
                _input(sheet, block, state or State())
            case other:
                raise ValueError(f"nobody has drawn a {other} yet")


def _section(sheet: Sheet, block: dict[str, Any]) -> None:
    if "text" in block:
        said = words(block["text"])
        above, _, link = said.rpartition("\n")
        if block["text"]["type"] == "mrkdwn" and link.startswith("https://"):  # to a file: its ids are others each time
            sheet.text(above, gap=2)
            sheet.text(link.rpartition("/")[2], ink=LINK)
        else:
            sheet.text(said)
    for fact in block.get("fields", ()):
        sheet.text(words(fact), gap=4)


def _tone(button: dict[str, Any]) -> str:
    return {"danger": "wrong", "primary": "go"}.get(button.get("style", ""), "plain")


@dataclass(frozen=True)
class State:
    """What stands in a form's places, and what is wrong beside them, by block."""

    typed: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def _input(sheet: Sheet, block: dict[str, Any], state: State) -> None:
    name, element = block["block_id"], block["element"]
    label = words(block["label"]) + (" (optional)" if block.get("optional") else "")
    wrong = state.wrong.get(name, "")
    sheet.text(label, bold=True, gap=4)
    stands = state.typed.get(name) or element.get("initial_value") or words(_chosen(element).get("text"))
    sheet.place(stands + ("   ▾" if choices_of(element) else ""), edge=WRONG if wrong else EDGE)
    if wrong:
        sheet.text(wrong, size=13, ink=WRONG, gap=4)
    if block.get("hint"):
        sheet.text(words(block["hint"]), size=12, ink=QUIET, gap=4)
    sheet.y += 8


def _chosen(element: dict[str, Any]) -> dict[str, Any]:
    return element.get("initial_option") or {}


# Windows


def window(sheet: Sheet, title: str, above: float = 14) -> None:
    """The bar on top of a window."""
    sheet.left, sheet.room, sheet.y = 28, sheet.width - 56, sheet.y + above
    sheet.line(title, sheet.left, sheet.y + 18, size=15, bold=True)
    sheet.y += 32
    sheet.rule()


def message(sheet: Sheet, who: str, at: str, blocks: Iterable[dict[str, Any]], *, only_you: bool = False) -> None:
    """A message with who wrote it and when."""
    left, room = sheet.left, sheet.room
    if only_you:
        sheet.text("Only visible to you", size=12, ink=QUIET, gap=2)
    sheet.box(left, sheet.y + 2, 34, 34, fill="#1d3557", edge="#1d3557")
    sheet.line(who[:1], left + 11, sheet.y + 26, size=18, ink=PAPER, bold=True)
    sheet.left, sheet.room = left + 46, room - 46
    sheet.line(who, sheet.left, sheet.y + 14, size=14, bold=True)
    name = width_of(who, 14, bold=True)
    sheet.line(at, sheet.left + name + 10, sheet.y + 14, size=12, ink=QUIET)
    sheet.y += 20
    draw_blocks(sheet, blocks)
    sheet.left, sheet.room = left, room
    sheet.y += 8
