"""The ratings of a round as a table, for chat, page, Word and Excel alike: letters and words, never colour alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from storage.records.message import Button, Message

from .round_figures import (
    FROM_A_FILE,
    NA,
    NOT_APPLICABLE,
    WAYS,
    Rating,
    Standard,
    Standing,
    Way,
    count_ways,
    in_time,
    tally,
)
from .round_figures import answered as answered_by
from .round_figures import by_sector as sectors_of
from .round_looking import Look
from .saying import SAY
from .words import short_day

ROWS_A_PAGE = 20
"""How many respondents one message of chat shows the ratings of."""

NOT_RATED = "not rated"

MARKS: dict[Way, str] = {"up": "+", "down": "-", "other": "*"}
"""What stands behind the letters of a rating that has changed since the last round."""


@dataclass(frozen=True)
class Cell:
    """What one gave themselves for one standard. `level` orders it from 0, the lowest, to 1; None where it has no rank.

    `looked`: the letters and label of what the secretariat's own look gave, where it gave one.
    """

    letters: str
    label: str
    level: float | None = None
    looked: str = ""
    looked_label: str = ""
    way: Way | None = None

    @property
    def step(self) -> int | None:
        """The rating on a scale from 0, the lowest, to 3; None where it has no rank."""
        return None if self.level is None else round(self.level * 3)

    @property
    def short(self) -> str:
        """ "PM+, looked at: M"."""
        own = f"{self.letters or '–'}{MARKS.get(self.way, '') if self.way else ''}"
        return f"{own}, looked at: {self.looked}" if self.looked else own

    @property
    def words(self) -> str:
        """The same in full, for whoever has it read aloud."""
        parts = [self.label or NOT_RATED]
        if self.way in MARKS:
            parts.append(WAYS[self.way])
        if self.looked:
            parts.append(f"looked at by the secretariat: {self.looked_label}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Row:
    """The ratings of one respondent, in the order of the standards."""

    standing: Standing
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class RatingsTable:
    """Ratings by standard and respondent."""

    look: Look

    @property
    def standards(self) -> tuple[Standard, ...]:
        """The columns."""
        return self.look.standards

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """One for each who has a rating, by name."""
        return tuple(
            Row(each, tuple(self._cell(each.who, standard) for standard in self.standards)) for each in self.look.rated
        )

    def _cell(self, who: str, standard: Standard) -> Cell:
        found = self.look.ratings.get((who, standard.question), Rating())
        letters, labels, ranks = standard.letters, standard.labels, standard.ranks
        rank = ranks.get(found.own)
        lowest, highest = min(ranks.values(), default=0), max(ranks.values(), default=0)
        return Cell(
            letters=letters.get(found.own, found.own),
            label=labels.get(found.own, found.own),
            level=(rank - lowest) / (highest - lowest) if rank is not None and highest > lowest else None,
            looked=letters.get(found.moderated, found.moderated),
            looked_label=labels.get(found.moderated, found.moderated),
            way=self.look.changes.get((who, standard.question)),
        )

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """What the letters mean, each once, and the marks where a round went before."""
        found = {letters: label for each in self.standards for letters, label in _letters(each)}
        if NA in found and not any(rating.own == NOT_APPLICABLE for rating in self.look.ratings.values()):
            found.pop(NA)
        if self.look.changes:
            found |= {MARKS[way]: WAYS[way] for way in MARKS if way in self.look.changes.values()}
        return tuple(found.items())

    @property
    def tallies(self) -> tuple[tuple[str, str], ...]:
        """Each standard with its number and title, and how many gave which rating, in words."""
        return tuple((f"{number}. {each.title}", self._tally(each)) for number, each in enumerate(self.standards, 1))

    def _tally(self, standard: Standard) -> str:
        own = tally(standard, self.look.ratings)
        text = ", ".join(f"{number} {standard.labels.get(id_, id_).lower()}" for id_, number in own.items())
        looked = any(
            each.moderated for (_, question), each in self.look.ratings.items() if question == standard.question
        )
        if looked:
            held = tally(standard, self.look.ratings, moderated=True)
            with_it = ", ".join(f"{number} {standard.labels.get(id_, id_).lower()}" for id_, number in held.items())
            text = f"{text or 'none of their own'}; with the secretariat's look: {with_it}"
        ways = [(way, number) for way, number in count_ways(standard, self.look.changes).items() if way in MARKS]
        if ways:
            text += f" ({'; '.join(f'{number} {WAYS[way]}' for way, number in ways)})"
        return text or "nobody has rated it"


def _letters(standard: Standard) -> Iterator[tuple[str, str]]:
    letters, labels = standard.letters, standard.labels
    for id_, label in labels.items():
        yield letters[id_], label


# In chat


def figures(look: Look) -> list[str]:
    """How many answered and in time, of those who owe, now and in the round before, and by sector."""
    lines = [f"Answered: {answered_by(look.standings)}, of those who owe."]
    lines.append(in_time_words(look))
    extended = sum(each.extended for each in look.standings)
    if extended:
        lines.append(f"A later day was agreed with {extended} of them; each counts by their own day.")
    if look.before is not None:
        then = look.before.standings
        timely = f", {in_time(then)} in time" if not _days_unknown(look.before) else ""
        lines.append(f"Last time ({look.before.name}): {answered_by(then)} answered{timely}.")
    sectors = sectors_of(look.standings)
    if len(sectors) > 1:
        known = not _days_unknown(look)
        lines += ["", "By sector, answered and in time:" if known else "By sector, answered:"]
        for sector, those in sectors.items():
            timely = f"; {in_time(those)}" if known else ""
            lines.append(f"- {sector or 'no sector named'}: {answered_by(those)}{timely}")
    return lines


def in_time_words(look: Look) -> str:
    """How many answered in time, of those who owe; where a file did not tell the days, that they are not known."""
    unknown = _days_unknown(look)
    if unknown:
        return f"In time: not known, since the file they came from does not say when {unknown} of them answered."
    return f"In time: {in_time(look.standings)}, of those who owe."


def _days_unknown(look: Look) -> int:
    return sum(each.has_answered and each.came_in is None for each in look.standings)


def analysed(look: Look, page: int, line: str) -> Message:
    """What came in, in figures, and the ratings as a table in words. `line` is what shows it again, without a page."""
    table = RatingsTable(look)
    pages = max(1, -(-len(table.rows) // ROWS_A_PAGE))
    page = min(max(page, 1), pages)
    lines = figures(look) if page == 1 else []
    if not table.standards:
        lines += ["", "This form asks for no rating."]
    elif not table.rows:
        lines += ["", "Nobody has rated anything yet."]
    else:
        if page == 1:
            lines += ["", "How many gave which rating:", *(f"{title}: {found}" for title, found in table.tallies)]
        lines += ["", *_table(table, page, pages)]
    buttons = []
    if page < pages:
        buttons.append(Button(label="More", does=SAY, form={"line": f"{line} page {page + 1}"}))
    buttons.append(send_page(look))
    return Message(title=f"{look.name}: what came in", text="\n".join(lines).strip(), buttons=tuple(buttons))


def send_page(look: Look) -> Button:
    """The button that sends a link to the page of the round."""
    return Button(label="Send me the page", does="return.page", form={"round": look.round.record})


def _table(table: RatingsTable, page: int, pages: int) -> Iterator[str]:
    where = f", page {page} of {pages}" if pages > 1 else ""
    yield f"Each one's ratings, by the number of the standard{where}:"
    for row in table.rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]:
        cells = "; ".join(f"{number} {cell.short}" for number, cell in enumerate(row.cells, 1))
        yield f"- {row.standing.name}: {cells}"
    yield ""
    yield f"{_key(table.key)}."


def _key(key: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{letters} {label.lower()}" for letters, label in key)


def came_words(standing: Standing) -> str:
    """How and when one's answer came in, in words: "Mon 8 Mar 2027, by a visit, nothing by exception"."""
    parts = [short_day(standing.came_in)] if standing.came_in is not None else []
    parts += [CAME_BY[standing.came_by]] if standing.came_by in CAME_BY else []
    parts += ["nothing by exception"] if standing.by_exception else []
    parts += ["after its day"] if standing.came_in is not None and standing.came_in > standing.due else []
    return ", ".join(parts)


CAME_BY = {
    "chat": "in chat",
    "web": "on our page",
    "on-behalf": "entered for them",
    "visit": "by a visit",
    "workshop": "in a workshop",
    "once": "answered once for two partnerships",
    FROM_A_FILE: "from a file",
}
"""How an answer came in, in words."""
