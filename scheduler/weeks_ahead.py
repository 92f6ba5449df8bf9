"""What `rehearse` has asked for is worked out here, beside the tick: it takes seconds, and nobody waits for it.

What was asked stands in the records as a duty. A copy of the partnership is rehearsed with no transaction open, and
what was found is told in the one that closes the duty: asked once, answered once, whenever the power goes.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from commands import permissions, terms, weeks_ahead
from commands.runner import Runner
from commands.tracing import trace_of
from commands.weeks_ahead import Ahead, Week
from commands.words import hour, long_day
from storage.arrangements.partnership import Arrangements
from storage.arrangements.phrases import listed
from storage.records import duties
from storage.records.duties import Key
from storage.records.outbox import HOME, REHEARSED
from storage.records.scope import Scope

from .rehearsal import Rehearsal, rehearse_running
from .rehearsed import Said, chosen, said, summary
from .tick import DutyRefused, TickReport, form_of, note_failure

log = logging.getLogger(__name__)

FEW = 4
"""So many posts that are told the same are named; the others are counted."""

DIGEST = "weekly-digest"
"""Its words name cases for whoever may know of them; its title, which is all that is shown here, names none."""


class Stopped(Exception):
    """The bot is being stopped: what was asked for stays asked, and is worked out after the next start."""


@dataclass
class WeeksAhead:
    """Works out what was asked for, one at a time. `stopping` says whether to give up for now."""

    runner: Runner
    stopping: Callable[[], bool] = lambda: False

    def work_out(self, now: datetime) -> TickReport:
        """Works out and tells everything that waits; one that fails is tried again later, as every duty is."""
        report = TickReport()
        while not self.stopping():
            with self.runner.store.reading() as session:
                key = duties.beside(session, now)
            if key is None:
                break
            try:
                self._answer(key, now)
                report.handled += 1
            except Stopped:
                break
            except Exception as failure:
                error = uuid.uuid4().hex[:12]
                about = {"action": "rehearse", "kind": key.kind, "error": error, "trace": trace_of(failure)}
                log.error("a rehearsal failed", extra=about)
                report.failed += 1
                note_failure(self.runner, key, now, error, report)
        return report

    def _answer(self, key: Key, now: datetime) -> None:
        self.runner.point("before-rehearsal")
        weeks = weeks_ahead.weeks_of(key.part)
        rehearsal = rehearse_running(self.runner.store, key.partnership, now, weeks, self._on_day)
        self.runner.point("after-rehearsal")
        with self.runner.store.reading() as session:
            arrangements = terms.of(Scope(session, key.partnership)).arrangements
        form = {"duties": [form_of(key)], "ahead": ahead(arrangements, rehearsal, now, weeks).model_dump()}
        outcome = self.runner.perform(permissions.time(key.partnership), "duty.handle", form, None, now)
        if outcome.refused:
            raise DutyRefused(str(outcome.refusals[0]))

    def _on_day(self, _day: date) -> None:
        if self.stopping():
            raise Stopped


def ahead(arrangements: Arrangements, rehearsal: Rehearsal, now: datetime, weeks: int) -> Ahead:
    """What a rehearsal found, week by week, in short lines; nothing that is about a case."""
    zone = ZoneInfo(arrangements.zone)
    first = now.astimezone(zone).date()
    last = first + timedelta(weeks=weeks, days=-1)
    shown = replace(rehearsal, messages=tuple(m for m in rehearsal.messages if not _is_left_out(m.kind, m.about_case)))
    meetings = {monday: tuple(lines) for monday, lines in _meetings(arrangements, shown)}
    told = {monday: tuple(lines) for monday, lines in _told(arrangements, shown, zone)}
    found = [_week(monday, first, meetings, told) for monday in _mondays(first, last)]
    words = tuple(each.sentence for each in chosen(arrangements, rehearsal))
    return Ahead(first=first, last=last, weeks=tuple(found), figures=summary(shown), chosen=words)


def _is_left_out(kind: str, about_case: bool) -> bool:
    return kind in (HOME, REHEARSED) or (about_case and kind != DIGEST)


def _week(monday: date, first: date, meetings: dict[date, tuple[str, ...]], told: dict[date, tuple[str, ...]]) -> Week:
    head = f"The week from {long_day(max(monday, first))}"
    return Week(head=head, meetings=meetings.get(monday, ()), told=told.get(monday, ()))


def _mondays(first: date, last: date) -> Iterator[date]:
    monday = _monday(first)
    while monday <= last:
        yield monday
        monday += timedelta(days=7)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _meetings(arrangements: Arrangements, rehearsal: Rehearsal) -> Iterator[tuple[date, list[str]]]:
    held = sorted((m for m in rehearsal.meetings if m.status != "cancelled"), key=lambda m: (m.date, m.group))
    for monday, ones in groupby(held, key=lambda m: _monday(m.date)):
        names = arrangements.groups_by_id
        yield (
            monday,
            [
                f"{_day(m.date)}{f', {hour(m.starts)}' if m.starts else ''}: {names[m.group].name}, {m.status}"
                for m in ones
            ],
        )


def _told(arrangements: Arrangements, rehearsal: Rehearsal, zone: ZoneInfo) -> Iterator[tuple[date, list[str]]]:
    for monday, ones in groupby(said(rehearsal), key=lambda one: _monday(one.at.astimezone(zone).date())):
        yield monday, [_line(arrangements, one, zone) for one in ones]


def _line(arrangements: Arrangements, one: Said, zone: ZoneInfo) -> str:
    names = [arrangements.title(post) for post in one.posts]
    who = listed(names) if len(names) <= FEW else f"{', '.join(names[: FEW - 1])} and {len(names) - FEW + 1} others"
    local = one.at.astimezone(zone)
    words = (one.text if one.in_note else one.title).rstrip(".")
    return f"{_day(local.date())}, {hour(local)}, to {who}: {words}. Why: {one.why}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
