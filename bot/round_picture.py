"""The ratings of a round as a picture, through matplotlib (the extra `charts`): the one module that draws.

Nothing hangs on colour: each field has its letters, the darkness rises with the rating and each step has a pattern of
its own, so that it can be read in black and white. The same stands as a table beside it, and in words for whoever has
it read aloud.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from commands.round_analysis import Cell, RatingsTable, Row

ROWS = 18
"""How many respondents one picture shows, so that it stands on a page with its heading."""

MOST = 90
"""With more respondents than these the table alone is read; drawing hundreds of fields takes long and shows little."""

_FIELD_WIDE, _FIELD_HIGH, _HEAD_HIGH = 0.62, 0.3, 0.45
"""In inches."""

_LONGEST = 44
_LETTER = 0.068
"""How many letters of a name are shown, and how wide one is at most in inches."""

_NONE, _INK, _LINE = "#ffffff", "#0b0c0c", "#8a949b"
_FILLS = ("#f4e3d7", "#e3c9a8", "#bcd3dd", "#8fb8cf")
_PATTERNS = ("xxx", "///", "...", "")
"""For the lowest rating up to the highest: the more is lacking, the denser the pattern."""


@dataclass(frozen=True)
class Picture:
    """One picture as a PNG, its width in inches, and what it shows in words."""

    content: bytes
    inches: float
    words: str


def pictures(table: RatingsTable) -> list[Picture]:
    """The ratings, so many respondents to a picture; none where nobody has rated, or more than MOST."""
    rows = table.rows
    if not table.standards or len(rows) > MOST:
        return []
    parts = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    return [_picture(table, part, number, len(parts)) for number, part in enumerate(parts, 1)]


def _picture(table: RatingsTable, rows: Sequence[Row], number: int, of: int) -> Picture:
    columns = len(table.standards)
    names = max(len(_short(row.standing.name)) for row in rows) * _LETTER + 0.3
    wide = names + _FIELD_WIDE * columns + 0.1
    high = _HEAD_HIGH + _FIELD_HIGH * len(rows) + 0.1
    figure = Figure(figsize=(wide, high), dpi=150, facecolor=_NONE)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, wide)
    axes.set_ylim(high, 0)
    axes.axis("off")
    for column in range(columns):
        middle = names + _FIELD_WIDE * (column + 0.5)
        _text(axes, middle, _HEAD_HIGH / 2, str(column + 1), weight="bold")
    for at, row in enumerate(rows):
        top = _HEAD_HIGH + _FIELD_HIGH * at
        _text(axes, names - 0.08, top + _FIELD_HIGH / 2, _short(row.standing.name), align="right")
        for column, cell in enumerate(row.cells):
            _field(axes, names + _FIELD_WIDE * column, top, cell)
    content = BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return Picture(content.getvalue(), wide, in_words(table, rows, number, of))


def _field(axes: Axes, left: float, top: float, cell: Cell) -> None:
    step = cell.step
    box = Rectangle(
        (left, top),
        _FIELD_WIDE,
        _FIELD_HIGH,
        facecolor=_NONE if step is None else _FILLS[step],
        edgecolor=_LINE,
        hatch=None if step is None else _PATTERNS[step],
        linewidth=0.6,
    )
    axes.add_patch(box)
    letters = cell.short.replace(", looked at: ", " / ")
    _text(axes, left + _FIELD_WIDE / 2, top + _FIELD_HIGH / 2, letters, behind=_NONE if step is None else _FILLS[step])


def _text(
    axes: Axes, x: float, y: float, text: str, *, align: str = "center", weight: str = "normal", behind: str = ""
) -> None:
    box = {"facecolor": behind, "edgecolor": "none", "pad": 1.2} if behind else None
    # What somebody is called may hold a dollar sign, which the library would read as a formula.
    axes.text(x, y, text, ha=align, va="center", color=_INK, fontsize=8, weight=weight, bbox=box, parse_math=False)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def in_words(table: RatingsTable, rows: Sequence[Row], number: int = 1, of: int = 1) -> str:
    """What a picture shows, for whoever has it read aloud: the standards with their counts, and where the rest is."""
    which = f", part {number} of {of}" if of > 1 else ""
    said = " ".join(f"{title}: {counted}." for title, counted in table.tallies)
    size = f"{len(rows)} respondents in rows, {len(table.standards)} standards in columns"
    return f"Ratings by respondent and standard{which}: {size}. {said} Each rating stands in the table below."
