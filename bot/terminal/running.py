"""`convenor run` and `convenor tick`: the bot at work, and one round of it by hand."""

import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from bot import clock as real_clock
from bot import logs, wiring
from bot import settings as settings_
from bot.running import Loops
from bot.settings import Settings
from bot.wiring import Installation
from commands import rehearsing, terms
from commands.catalogue import ACTIONS
from commands.rehearsing import Told
from commands.runner import Runner
from commands.words import hour, short_day
from scheduler.rehearsal import REHEARSAL_KEY, Notebook, play, step_through
from scheduler.tick import tick as tick_
from scheduler.weeks_ahead import WeeksAhead
from storage.arrangements.phrases import counted, listed
from storage.records import partnerships, schema
from storage.records.copying import copy_partnership
from storage.records.scope import Scope
from storage.records.store import Store

from .door import NAME
from .reaching import open_everywhere, open_to_everybody
from .telling import MOMENT, Mistake, note

FURTHEST = timedelta(days=400)
"""How far ahead `tick --at` looks or plays: fifteen months are planned."""


@click.command(short_help="Start the bot; it runs until it is stopped.")
def run() -> None:
    """Start the bot. It ticks every few seconds, sends what is due, and stops cleanly on Ctrl-C or SIGTERM."""
    settings = settings_.read()
    with logs.on_stderr():
        installation = wiring.open(settings)
        try:
            older = wiring.check_definitions(installation.store, wiring.configured(settings))
            note([installation.schema, *older, *where_messages_go(settings)])
            _run(installation)
        finally:
            installation.close()


def where_messages_go(settings: Settings) -> Sequence[str]:
    """What a start says of the doors that are open."""
    if settings.sandbox is not None:
        return [f"The sandbox is on: every message goes to {':'.join(settings.sandbox)}, to nobody else."]
    doors = (("Slack", settings.has_slack), ("Teams", settings.has_teams), ("mail", settings.has_mail))
    ways = [name for name, is_set in doors if is_set]
    if ways:
        return [f"Messages go by {listed(ways)}. Stop with Ctrl-C."]
    return ["Messages go to the terminal: read them with `convenor console --as EMAIL`. Stop with Ctrl-C."]


def _run(installation: Installation) -> None:
    stopped = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda _number, _frame: stopped.set())
    loops = Loops(installation)
    loops.start()
    click.echo("Convenor is running.", err=True)
    try:
        stopped.wait()
    finally:
        click.echo("Stopping; what is under way is finished first.", err=True)
        loops.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


@click.command(short_help="One round by hand; with --at a preview of what comes up to then.")
@click.option("--at", "at", type=MOMENT, help="A time to come. Shown only, unless the sandbox is on.")
@click.option("--yes", "sure", is_flag=True, help="With --at and the sandbox: play the database on without asking.")
def tick(at: date | datetime | None, sure: bool) -> None:
    """One round by hand: what is due is done and sent.

    With --at everything that falls due up to that time, each at its own: shown on a copy, with nobody told. With the
    sandbox on this database itself is played on to that time, after asking.
    """
    settings = settings_.read()
    installation = wiring.open(settings)
    try:
        now = real_clock.now()
        if at is None:
            _tick_now(installation, now)
            return
        end = _moment(installation.store, at)
        if end < now:
            raise Mistake("That time is past. Give one that is to come, or leave --at out.")
        if end > now + FURTHEST:
            last = (now + FURTHEST).date()
            raise Mistake(f"That is too far ahead: give a time until {short_day(last)}, {FURTHEST.days} days from now.")
        if settings.sandbox is not None:
            _is_meant(end, sure)
            _play_on(installation, now, end)
        else:
            _preview(installation.store, now, end)
    finally:
        installation.close()


def _tick_now(installation: Installation, now: datetime) -> None:
    open_everywhere(installation.runner, now)
    done = tick_(installation.runner, now)
    ahead = WeeksAhead(installation.runner).work_out(now)
    sent = installation.delivery.deliver(real_clock.now)
    handled, failed = done.handled + ahead.handled, done.failed + ahead.failed
    click.echo(f"{counted(handled, 'thing')} handled, {counted(sent.sent, 'message')} sent.")
    if failed or sent.failed:
        click.echo(f"{failed} failed, {sent.failed} not delivered: `convenor doctor` says more.")


def _moment(store: Store, at: date | datetime) -> datetime:
    """The time that is meant: local where all partnerships have one zone, which they do in England."""
    if isinstance(at, datetime) and at.tzinfo is not None:
        return at
    with store.reading() as session:
        zones = {terms.of(Scope(session, each.id)).zone for each in partnerships.every(session)}
    zone = next(iter(zones), ZoneInfo("Europe/London"))
    return at.replace(tzinfo=zone) if isinstance(at, datetime) else datetime.combine(at, time(23, 59, 59), zone)


def _is_meant(end: datetime, sure: bool) -> None:
    """Asks before a database is played on, which nothing takes back. Raises Mistake where nobody can be asked."""
    words = (
        f"The sandbox is on, so this plays the database itself on to {short_day(end.date())}: what falls due until "
        "then counts as said, and nothing takes that back. Do it only to a database that is for trying out."
    )
    if sure:
        return
    if not sys.stdin.isatty():
        raise Mistake(words, "If that is meant, add --yes. Without CONVENOR_SANDBOX the same is a preview on a copy.")
    click.echo(words, err=True)
    click.confirm("Play it on?", abort=True, err=True)


def _play_on(installation: Installation, now: datetime, end: datetime) -> None:
    """The sandbox: the real records go on to that time, and all messages go to the one place."""
    open_everywhere(installation.runner, now)
    play(installation.delivery, now, end + timedelta(microseconds=1))
    click.echo("Done; the messages went to the sandbox.")


def _preview(store: Store, now: datetime, end: datetime) -> None:
    with store.reading() as session:
        ids = [each.id for each in partnerships.every(session)]
    lines = [line for id_ in ids for line in _previewed(store, id_, now, end)]
    click.echo("\n".join(lines or ["Nothing falls due by then."]))
    click.echo("This was a preview on a copy: nobody has been told, and nothing has changed.")


def _previewed(store: Store, id_: str, now: datetime, end: datetime) -> list[str]:
    """What one partnership would say up to a time, a line for each thing; one at a time, since people are shared."""
    copy = Store("sqlite://")
    try:
        schema.bring_up_to_date(copy)
        copy_partnership(store, copy, id_, open_only=False, waiting=True)
        runner = Runner(copy, REHEARSAL_KEY, ACTIONS, wiring.new_reference)
        open_to_everybody(runner, id_, now)
        step_through(runner, Notebook(NAME), now, end + timedelta(microseconds=1))
        with copy.reading() as session:
            scope = Scope(session, id_)
            found = terms.of(scope)
            told = [one for one in rehearsing.told(scope) if one.kind != "daily-note"]
            return [_line(one, found.arrangements.title(one.post), found.zone) for one in told]
    finally:
        copy.close()


def _line(one: Told, title: str, zone: ZoneInfo) -> str:
    local = one.at.astimezone(zone)
    return f"{short_day(local.date())} {hour(local)}  {title}: {one.title or one.text}"
