"""A round as tables of words: how each one stands, what was sent in, the ratings. Page, Excel and Word show the same.

Whoever may see how a round stands but not what was sent in has the tables without the answers.
"""

from dataclasses import dataclass

from . import filling
from .round_analysis import CAME_BY, RatingsTable, figures
from .round_figures import STATES, Standing, State, answered, counts, in_time
from .round_looking import Look, may_read
from .words import long_day, short_day

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with its heading. The first cell of a row is what the row is about. `nothing` stands where it has none.

    `widths` are the columns' shares, in hundredths.
    """

    id: str
    heading: str
    columns: Cells
    rows: tuple[Cells, ...]
    nothing: str = ""
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Report:
    """A round in tables. `lines` are the figures above them; `answers` is None for whoever may not read them."""

    title: str
    partnership: str
    made: str
    lines: tuple[str, ...]
    states: Table
    ratings: Table
    tallies: Table
    key: tuple[tuple[str, str], ...]
    answers: Table | None


STATES_COLUMNS = ("Who", "Sector", "How it stands", "Due", "Came in", "How it came", "What else")


def report(look: Look) -> Report:
    """Everything about a round that the actor of `look` may see."""
    ratings = RatingsTable(look)
    return Report(
        title=look.name,
        partnership=look.work.arrangements.name,
        made=long_day(look.day),
        lines=tuple(line for line in figures(look) if line),
        states=states(look),
        ratings=rated(ratings),
        tallies=Table(
            "tallies",
            "How many gave which rating",
            ("Standard", "Ratings"),
            ratings.tallies if ratings.rows else (),
            "Nobody has rated anything yet.",
            (45, 55),
        ),
        key=ratings.key,
        answers=answers(look) if may_read(look.work, look.round) else None,
    )


def states(look: Look, state: State | None = None) -> Table:
    """How each one stands, those first that wait for somebody; all, or those in one state."""
    order = list(STATES)
    found = [each for each in look.standings if state is None or each.state == state]
    found.sort(key=lambda each: (order.index(each.state), each.due, each.name.casefold()))
    rows = tuple(_state(look, each) for each in found)
    return Table("states", "Who has answered", STATES_COLUMNS, rows, "Nobody.", (24, 12, 18, 12, 12, 11, 11))


def _state(look: Look, each: Standing) -> Cells:
    return (
        each.name,
        each.sector,
        _capital(STATES[each.state]),
        short_day(each.due),
        short_day(each.came_in) if each.came_in is not None and each.has_sent else "",
        CAME_BY.get(each.came_by, "") if each.has_sent else "",
        "; ".join(_else(look, each)),
    )


def _else(look: Look, each: Standing) -> list[str]:
    asked = look.next_chased.get(each.who) if look.round.state == "open" and not each.has_sent else None
    found = {
        "nothing by exception": each.by_exception and each.has_sent,
        "after its day": each.has_answered and each.came_in is not None and each.came_in > each.due,
        "a later day was agreed": each.extended,
        "a draft is there": each.begun and not each.has_sent and each.state != "draft",
        STATES["not-us-asked"]: each.asked_off and each.state == "overdue",
        f"asked next on {short_day(asked)}" if asked is not None else "": asked is not None,
    }
    return [words for words, holds in found.items() if holds]


def summary(look: Look) -> list[tuple[State, str, int]]:
    """The states in which somebody is, with their words and how many: what a page offers to filter by."""
    return [(state, _capital(STATES[state]), number) for state, number in counts(look.standings).items()]


def shares(look: Look) -> tuple[str, str]:
    """How many answered and how many in time, of those who owe, in words."""
    return str(answered(look.standings)), str(in_time(look.standings))


def rated(table: RatingsTable) -> Table:
    """Ratings by respondent and standard, in words."""
    columns = ("Who", *(f"{number}. {each.title}" for number, each in enumerate(table.standards, 1)))
    rows = tuple((row.standing.name, *(cell.words for cell in row.cells)) for row in table.rows)
    nothing = "Nobody has rated anything yet." if table.standards else "This form asks for no rating."
    share = 70 // max(1, len(table.standards))
    return Table("ratings", "Ratings", columns, rows, nothing, (30, *(share for _ in table.standards)))


def answers(look: Look) -> Table:
    """What each one sent in last, a question to a column."""
    questions = [
        (section.title, question.text, question.id)
        for section in look.form.for_boards(joint=look.round.joint)
        for question in section.questions
    ]
    rows = []
    for each in look.standings:
        found = look.answers.get(each.who)
        if found is None:
            continue
        said = filling.in_words(look.work, look.form, found, joint=look.round.joint)
        by_id = {one.id: one.answer for one in said}
        rows.append((each.name, _sent(look, each), *(by_id.get(id_, "") for _, _, id_ in questions)))
    columns = ("Who", "How", *(f"{section}: {text}" for section, text, _ in questions))
    return Table("answers", "What was sent in", columns, tuple(rows), "Nothing has been sent in yet.")


def _sent(look: Look, each: Standing) -> str:
    if each.by_exception:
        return look.form.nothing or "nothing by exception"
    return _capital(STATES[each.state])


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
