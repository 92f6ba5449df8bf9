"""The leak drill itself: played, searched, and told in one line for each place, with a summary as the last."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from . import searching, story
from .browser import ADDRESS, FORMS, PAGES
from .canaries import FILE
from .doors import CHAT, MAIL, SLACK, TEAMS, TEXT, TWIN
from .searching import DOCTOR, ERRORS, EXCEPTIONS, EXPORT, HEALTH, HOME, LEDGER, OUTBOX, REQUESTS, TABLES
from .seen import ACCESS_LOG, LOG, Leak, Listening
from .stage import ANSWERS, OFFERED, SLACK_FORMS, TEAMS_FORMS, NotPlayed, Planted, Stage, nothing
from .story_on_pages import RECORD
from .story_on_reports import REPORTS

PLACES: dict[str, str] = {
    CHAT: "what people are sent by chat",
    ANSWERS: "the answers to what they type and press",
    FORMS: "what stands in the fields of forms",
    OFFERED: "what forms ask, offer and find wrong",
    HOME: "what people see who open the bot in their chat",
    SLACK: "what Slack gets of all that, and what its buttons and forms carry",
    SLACK_FORMS: "the forms as Slack shows them",
    TEAMS: "what Teams gets of all that, and what its buttons and forms carry",
    TEAMS_FORMS: "the forms as Teams shows them",
    MAIL: "letters, with their heads",
    TWIN: "the paper copy of each evening",
    TEXT: "text messages",
    PAGES: "our own pages, with their heads",
    ADDRESS: "the addresses of our pages",
    RECORD: "the process record, as a page and as a Word document",
    REPORTS: "the pack and the round, as pages, as Word and as Excel",
    ERRORS: "what people are told when something breaks",
    EXCEPTIONS: "what the errors of the database say",
    LOG: 'the log, from "debug" on',
    ACCESS_LOG: "the access log of our pages",
    HEALTH: "the answer to whoever watches the bot",
    DOCTOR: "what convenor doctor says",
    EXPORT: "what convenor export says",
    LEDGER: "the ledger",
    OUTBOX: "messages as they are stored",
    REQUESTS: "answers as they are stored for a repeated press",
    TABLES: "every other column of the database",
    FILE: "the bytes of the database's files and of what lies beside them",
}
"""Every place that is searched, with what it is."""

MOST_LINES = 5
"""So many leaks of one place are named."""


@dataclass(frozen=True)
class Report:
    """How the drill went. `looked_at`: how many texts of each place; `broken`: the step that could not be played.

    `done`: the actions that were done; `typed`: the words behind which something was typed.
    """

    leaks: tuple[Leak, ...]
    looked_at: dict[str, int]
    canaries: int
    done: frozenset[str]
    typed: frozenset[tuple[str, ...]]
    broken: str = ""

    @property
    def clean(self) -> bool:
        """Whether all of it was played, everything was looked at, and nothing came out."""
        return not self.leaks and not self.broken and all(self.looked_at.get(place) for place in PLACES)

    def lines(self) -> Iterator[str]:
        """One line for each place, more where something came out; the last is the summary."""
        by_place = {
            place: list(found) for place, found in groupby(sorted(self.leaks, key=_place), key=lambda leak: leak.place)
        }
        for place, words in PLACES.items():
            number = self.looked_at.get(place, 0)
            if place in by_place:
                yield from _named(place, by_place[place])
            elif number:
                yield f"OK     {place}: {words} ({number} looked at)"
            else:
                yield f"wrong  {place}: nothing came out there, so nothing was looked at"
        yield self._summary(len(by_place))

    def _summary(self, places: int) -> str:
        if self.broken:
            return f"Not clean: the drill could not be played to its end, at this step: {self.broken}"
        if self.leaks:
            times = "once" if len(self.leaks) == 1 else f"{len(self.leaks)} times"
            where = "one place" if places == 1 else f"{places} places"
            return f"Not clean: something came out {times}, at {where}. Switch no pathway on before it is mended."
        if not self.clean:
            return "Not clean: not every place could be looked at."
        texts = sum(self.looked_at.values())
        return f"Clean: {self.canaries} canaries, {texts} texts at {len(PLACES)} places, and nothing came out."


def _place(leak: Leak) -> str:
    return leak.place


def _named(place: str, leaks: list[Leak]) -> Iterator[str]:
    yield from (f"LEAK   {place}: {leak}" for leak in leaks[:MOST_LINES])
    if len(leaks) > MOST_LINES:
        yield f"LEAK   {place}: and {len(leaks) - MOST_LINES} more"


def run(planted: Planted = nothing) -> Report:
    """Plays the drill on a passing database and searches it. `planted` is for tests, see `stage.POINTS`.

    No setting of the installation is read and nothing leaves this machine. It takes about half a minute.
    """
    with tempfile.TemporaryDirectory(prefix="convenor-leak-drill-") as folder:
        return _run(Stage(Path(folder), planted))


def _run(stage: Stage) -> Report:
    broken = ""
    done: frozenset[str] = frozenset()
    with Listening(stage.record), stage.open():
        try:
            story.play(stage, searching.search_database)
            searching.search(stage)
        except NotPlayed as not_played:
            broken = str(not_played)
        done = frozenset(stage.entries())
        searching.search_database(stage)
    looked_at: dict[str, int] = {}
    for each in stage.record.seen:
        looked_at[each.place] = looked_at.get(each.place, 0) + 1
    typed = frozenset(stage.words_typed)
    return Report(tuple(stage.record.leaks()), looked_at, len(list(stage.canaries)), done, typed, broken)
