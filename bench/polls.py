"""Presses about a meeting's attendance: one alone, and five hundred at once, each from its asking to its answer.

A group of a hundred is asked whether it comes; on a SQLite file every seat presses five times, yes and no in turn. At
once means that all of them wait when the first begins, and twenty are worked on, as the line from Slack does it.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from bot.slack.line import AT_ONCE
from commands import rehearsing
from commands.catalogue import ACTIONS
from commands.definitions import Definition, read_definition
from commands.permissions import Actor
from commands.runner import Runner
from scheduler.tick import tick
from storage.records import meetings, polls, schema
from storage.records.scope import Scope
from storage.records.store import Store

from .measuring import in_milliseconds, say

GROUP, MANAGER = "executive", "business-manager"
OPENED = datetime(2027, 3, 29, 6, tzinfo=UTC)
ASKED = datetime(2027, 3, 30, 9, 30, tzinfo=UTC)
"""When the clock begins, and when the seats have been asked, 21 days before the meeting of 20 April."""

ALONE = 40
"""So many presses come one after the other, for the comparison."""


def presses_at_once(seats: int, each: int) -> dict[str, object]:
    """What a press costs alone and among all others, in a group of so many seats that press so often each."""
    say(f"{seats * each} presses at once in a group of {seats}")
    with tempfile.TemporaryDirectory(prefix="convenor-bench-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'convenor.sqlite'}")
        try:
            return _measured(_Asked(store, _definition(seats)), seats, each)
        finally:
            store.close()


def _measured(asked: "_Asked", seats: int, each: int) -> dict[str, object]:
    alone = []
    for number in range(ALONE):
        began = time.perf_counter()
        asked.press(number % seats, f"alone {number}", _value(number // seats))
        alone.append(time.perf_counter() - began)
    before = asked.count()
    began = time.perf_counter()

    def presses(number: int) -> float:
        asked.press(number % seats, f"at once {number}", _value(number // seats))
        return time.perf_counter() - began

    with ThreadPoolExecutor(AT_ONCE) as pool:
        at_once = list(pool.map(presses, range(seats * each)))
    one, among = in_milliseconds(alone), in_milliseconds(at_once)
    a_press = max(at_once) / len(at_once) * 1000
    return {
        "seats": seats,
        "presses": seats * each,
        "counted": asked.count() - before,
        "alone": one,
        "at_once": among,
        "p95_beside_alone": round(among["p95_ms"] / one["p95_ms"], 1),
        "ms_a_press_at_once": round(a_press, 1),
        "a_press_beside_alone": round(a_press / one["median_ms"], 3),
    }


def _value(turn: int) -> str:
    return "no" if turn % 2 else "yes"


class _Asked:
    """A partnership whose group has just been asked whether it comes."""

    def __init__(self, store: Store, definition: Definition) -> None:
        schema.bring_up_to_date(store)
        self.partnership = definition.arrangements.id
        self.store = store
        self.runner = Runner(store, b"a key for measuring", ACTIONS, lambda: "")
        rehearsing.open_office(self.runner, definition, OPENED, "rehearsal")
        with store.reading() as session:
            scope = Scope(session, self.partnership)
            found = (row for row in meetings.every(scope) if row.group == GROUP and row.day >= OPENED.date())
            self.place = next(found).place
        self._does(MANAGER, "meeting.confirm", {}, None, OPENED)
        tick(self.runner, ASKED)

    def press(self, seat: int, key: str, value: str) -> None:
        """One seat's press, which says something new by its reason. Raises RuntimeError where it is refused."""
        post = f"seat-{seat + 1}"
        form: dict[str, object] = {"post": post, "value": value, "because": f"Said by {key}"}
        self._does(post, "attendance.answer", form, key, ASKED)

    def count(self) -> int:
        """How many answers have counted."""
        with self.store.reading() as session:
            scope = Scope(session, self.partnership)
            poll = polls.find(scope, polls.ATTENDANCE, f"{GROUP}.{self.place}")
            return 0 if poll is None else sum(seat.answers for seat in polls.seats(scope, poll))

    def _does(self, post: str, action: str, form: dict[str, object], key: str | None, now: datetime) -> None:
        actor = Actor(self.partnership, rehearsing.person_of(self.partnership, post), confirmed=True)
        about = {"group": GROUP, "place": self.place}
        outcome = self.runner.perform(actor, action, {**about, **form}, key, now)
        if outcome.refused:
            raise RuntimeError("; ".join(map(str, outcome.refusals)))


def _definition(seats: int) -> Definition:
    """A partnership with one group of so many seats; no shipped one is as large."""
    posts = [MANAGER, *(f"seat-{number}" for number in range(1, seats + 1))]
    entries = "\n".join(f'{{id = "{post}", title = "{post}", agency = "council"}},' for post in posts)
    members = ", ".join(f'{{post = "{post}"}}' for post in posts[1:])
    return read_definition(f"""
format = 1
id = "benchshire"
name = "Benchshire Safeguarding Children Partnership"
short = "BSCP"
from = 2019-01-01
secretariat = {{name = "Safeguarding Unit", business_manager = "{MANAGER}"}}
agencies = [{{id = "council", name = "Council"}}]
posts = [
{entries}
]

[planning]
year_starts = 4
groups.{GROUP} = {{first = 2026-01-14, slot = "3rd tuesday", starts = "10:00", minutes = 120}}

[[groups]]
id = "{GROUP}"
name = "Executive"
nature = "executive"
chair = "seat-1"
minutes_by = "{MANAGER}"
cycles = [{{kind = "months", every = 3}}]
seats = [{members}]
""")
