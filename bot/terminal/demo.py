"""`convenor demo`: a year of Gloucestershire played on a passing database, with posts as people, shown as it happens.

The same tick, commands and terminal door as in earnest; only the clock jumps, and the people are invented posts who
confirm, send papers and write minutes, mostly in time.
"""

import itertools
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from click._termui_impl import ProgressBar
from dateutil.relativedelta import relativedelta

from bot import clock as real_clock
from bot import rehearsed, wiring
from bot.wiring import Installation
from commands import definitions, rehearsing, terms
from commands.conversation import Conversation
from commands.definitions import Definition
from commands.permissions import Actor
from commands.runner import Runner
from commands.words import short_day
from scheduler.delivery import Delivery
from scheduler.rehearsal import Event, play
from storage.arrangements.phrases import counted, listed, month_words, sentence, the
from storage.records import meetings, outbox
from storage.records.meetings import MeetingRow
from storage.records.scope import Scope

from .console import Console, speaker_for, talk, typed
from .door import NAME

PLAYED = "gloucestershire"
CONFIRMED_DAYS = 63
"""How long before a meeting its chair confirms it, in the demonstration: just before anybody is reminded of that."""

LATE_EVERY, LATE_BY, IN_TIME = 3, timedelta(days=4), timedelta(days=-1)
"""Every so-manieth set of minutes comes late in the demonstration, so that one sees what happens then."""

MOVED, MOVED_DAYS, MOVED_BY = "executive", 40, 7
"""One meeting of this group is moved in the demonstration: so many days before, by so many days."""

DID = {
    "meeting.held": "{} met",
    "meeting.papers": "papers of {} went out",
    "meeting.minutes": "minutes of {} went out",
    "meeting.move": "{} was moved by a week, and everybody at its table told",
}
"""What people did, in the words of the demonstration; that they confirmed a date goes without saying."""

KIND_WORDS = {
    "daily-note": "daily notes",
    "weekly-digest": "weekly digests",
    "agenda": "agendas",
    "meeting-confirmed": "words that a meeting is confirmed",
    "meeting-moved": "words that a meeting has moved",
    "meeting-cancelled": "words that a meeting is cancelled",
    "meeting-unconfirmed": "words that a meeting is no longer confirmed",
    "meeting-left": "words that a meeting is somebody's no longer",
    "seats-vacant": "words that seats have nobody",
}
"""What the kinds of messages are called in the demonstration's figures."""


@dataclass
class Story:
    """A year under way: the people who play it, what they did, and what was told."""

    installation: Installation
    definition: Definition
    start: datetime
    end: datetime
    did: list[tuple[datetime, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def partnership(self) -> str:
        """The partnership's id."""
        return self.definition.arrangements.id

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its words."""
        return ZoneInfo(self.definition.arrangements.zone)

    def events(self) -> list[Event]:
        """What the people will do: confirm, send papers, meet, write minutes; and one meeting is moved by a week."""
        first, last = self._day(self.start), self._day(self.end - timedelta(days=MOVED_BY))
        with self.installation.store.reading() as session:
            scope = Scope(session, self.partnership)
            rows = meetings.between(scope, first, last)
            open_days = terms.of(scope).open_days
            moved = next((r for r in rows if r.group == MOVED and r.day > first + timedelta(days=CONFIRMED_DAYS)), None)
            minutes = itertools.count(1)
            found: list[Event] = []
            for row in rows:
                goes_to = open_days.on_or_after(row.day + timedelta(days=MOVED_BY)) if row is moved else row.day
                late = row.minutes_due is not None and next(minutes) % LATE_EVERY == 0
                found += self._around(row, goes_to, LATE_BY if late else IN_TIME)
            return found

    def _around(self, row: MeetingRow, goes_to: date, minutes: timedelta) -> Iterator[Event]:
        """What people do about one meeting. `minutes` is how long after their day the minutes come."""
        yield self._at(row.day - timedelta(days=CONFIRMED_DAYS), time(9, 30), "meeting.confirm", row)
        if goes_to != row.day:
            day = row.day - timedelta(days=MOVED_DAYS)
            yield self._at(day, time(11), "meeting.move", row, {"day": goes_to.isoformat()})
        if row.papers_due is not None:
            yield self._at(row.papers_due, time(15), "meeting.papers", row)
        yield self._at(goes_to, time(17), "meeting.held", row)
        if row.minutes_due is not None:
            yield self._at(row.minutes_due + minutes, time(16), "meeting.minutes", row)

    def told(self, first: datetime, last: datetime) -> Counter[str]:
        """How many messages of each kind went out from one time to another."""
        with self.installation.store.reading() as session:
            return outbox.sent_by_kind(Scope(session, self.partnership), first, last)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def example(self, first: datetime, last: datetime) -> str | None:
        """A line of somebody's note from one time to another, with whom it went to; None where there was none."""
        titles = {rehearsing.person_of(self.partnership, p.id): p.title for p in self.definition.arrangements.posts}
        for line in self.installation.terminal.lines:
            if ":daily-note:" in line.key and first <= datetime.fromisoformat(line.at) < last and line.words:
                text = line.words.text.splitlines()[0].removeprefix("- ")
                return f"{titles[line.person]}: {text}"
        return None

    def _at(self, day: date, hour: time, action: str, row: MeetingRow, more: Mapping[str, str] | None = None) -> Event:
        at = max(datetime.combine(day, hour, self.zone).astimezone(UTC), self.start + timedelta(hours=9))
        form = {"group": row.group, "place": row.place, **(more or {})}

        def does(runner: Runner, now: datetime) -> None:
            self._do(runner, now, action, form)

        return Event(at, does)

    def _do(self, runner: Runner, now: datetime, action: str, form: dict[str, str]) -> None:
        outcome = runner.perform(self._actor(form["group"]), action, form, None, now)
        words = DID.get(action)
        if outcome.refused:
            self.refused.append(f"{action} {form['group']} {form['place']}: {outcome.refusals[0]}")
        elif words is not None:
            name = self.definition.arrangements.groups_by_id[form["group"]].name
            day = self._day(now)
            self.did.append((now, f"{f'{day:%a} {day.day}':<8}{sentence(words.format(the(name)))}"))

    def _actor(self, group: str) -> Actor:
        """The chair where the arrangements name one who is in post, else the business manager."""
        arrangements = self.definition.arrangements
        chair = arrangements.posts_by_id.get(arrangements.groups_by_id[group].chair or "")
        post = chair.id if chair is not None and not chair.vacant else arrangements.secretariat.business_manager
        return Actor(self.partnership, rehearsing.person_of(self.partnership, post), confirmed=True)


@dataclass
class Stage:
    """What is seen while a year plays: a bar, and after each month what happened in it."""

    story: Story
    bar: ProgressBar[int]
    month: date = field(init=False)
    live: bool = field(default_factory=lambda: sys.stdout.isatty())

    def __post_init__(self) -> None:
        self.month = self.story.start.astimezone(self.story.zone).date().replace(day=1)

    def on_day(self, day: date) -> None:
        """A day has begun."""
        if day.replace(day=1) > self.month:
            self.show_month()
            self.month = day.replace(day=1)
        self.bar.update((day - self.story.start.date()).days - self.bar.pos)

    def show_month(self) -> None:
        """Prints what happened in the month that is over."""
        zone = self.story.zone
        first = datetime.combine(self.month, time(), zone).astimezone(UTC)
        last = datetime.combine(self.month + relativedelta(months=1), time(), zone).astimezone(UTC)
        lines = [f"  {words}" for at, words in self.story.did if first <= at < last]
        lines.append(f"  Told:   {_figures(self.story.told(first, last))}.")
        if example := self.story.example(first, last):
            lines.append(f"  In the note of the {example}")
        if self.live:
            click.echo("\r\x1b[K", nl=False)
        click.echo("\n".join([month_words(self.month), *lines, ""]))


def _figures(told: Counter[str]) -> str:
    words = [f"{number} {KIND_WORDS.get(kind, kind)}" for kind, number in told.most_common()]
    return listed(words) if words else "nobody anything"


@click.command(short_help="Play a year of Gloucestershire, and look at it.")
@click.option("--months", type=click.IntRange(1, 12), default=12, show_default=True, help="How long.")
def demo(months: int) -> None:
    """Play a year of Gloucestershire from today on a database that is thrown away. On a terminal you can then ask."""
    definition = definitions.load(PLAYED)
    with tempfile.TemporaryDirectory(prefix="convenor-demo-") as folder:
        installation = wiring.passing(Path(folder))
        try:
            story = _play(installation, definition, months)
            _summary(story)
            if sys.stdin.isatty() and sys.stdout.isatty():
                _talk(story)
        finally:
            installation.close()


def _play(installation: Installation, definition: Definition, months: int) -> Story:
    zone = definition.arrangements.zone
    first = real_clock.today(zone)
    start = datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC)
    end = start + relativedelta(months=months)
    click.echo(f"{definition.arrangements.name}: {_length(months)} from {short_day(first)}, with posts as people.\n")
    rehearsing.open_office(installation.runner, definition, start, NAME)
    story = Story(installation, definition, start, end)
    with click.progressbar(length=(end - start).days, label="Playing the year", hidden=not sys.stdout.isatty()) as bar:
        stage = Stage(story, bar)
        delivery = Delivery(installation.runner, installation.doors, threads=0)
        play(delivery, start, end, events=story.events(), on_day=stage.on_day)
        stage.show_month()
    return story


def _length(months: int) -> str:
    return "a year" if months == 12 else counted(months, "month")


def _summary(story: Story) -> None:
    told = story.told(story.start, story.end)
    held = sum(words.endswith(" met.") for _, words in story.did)
    definition = story.definition
    opened = rehearsed.standing_open(definition)
    chosen = [f"{group} ({words.why})" for group, words in definition.arrangements.planning.groups.items() if words.why]
    click.echo(f"In all: {counted(held, 'meeting')} held, {counted(sum(told.values()), 'message')} sent:")
    click.echo("\n".join(f"  {number:5} {KIND_WORDS.get(kind, kind)}" for kind, number in told.most_common()))
    click.echo(
        f"\nChosen, not agreed: the slots of {counted(len(chosen), 'group')}, and the hours of reminders. The first:"
    )
    click.echo("\n".join(f"  {words}" for words in chosen[:3]))
    click.echo(f"\nStanding open, so nobody watches it: {counted(len(opened), 'thing')}. The first:")
    click.echo("\n".join(f"  {each['sentence']}" for each in opened[:3]))
    click.echo(f"\n{NEXT}")


NEXT = """Where to go next:
  convenor rehearse gloucestershire --format html > year.html    the whole year, to read and to print
  convenor check gloucestershire                                 everything that stands open
  convenor init NAME FOLDER                                      begin with your own partnership"""


def _talk(story: Story) -> None:
    manager = story.definition.arrangements.secretariat.business_manager
    runner = story.installation.runner
    speaker = speaker_for(runner, rehearsing.address_of(story.partnership, manager), story.end)
    here = Console(
        Conversation(runner),
        story.installation.terminal,
        speaker,
        lambda: story.end,
        click.echo,
        width=lambda: shutil.get_terminal_size().columns,
    )
    here.pass_over_what_came()
    title = story.definition.arrangements.title(manager)
    click.echo(
        f"\nIt is {short_day(story.end.date())} now, and you are the {title}. Nothing you write leaves this machine."
    )
    click.echo("Write help to see what you can write, or meeting list; a number to press; quit to end.")
    talk(here, typed(here))
