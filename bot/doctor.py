"""What `convenor doctor` looks at: each thing a line, and what to do where something is to be done. It only reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from commands import terms
from commands.definitions import DefinitionRefused
from commands.words import hour, long_day, short_day
from scheduler.auditor import BEATS, SILENCE
from storage.records import delivery, duties, ledger, outbox, partnerships, people
from storage.records.scope import Scope
from storage.records.store import Store

from . import settings as settings_
from . import wiring
from .settings import Settings, WrongSettings

HORIZON = relativedelta(years=2)
"""How far ahead the stored calendar of bank holidays has to reach: fifteen months are planned, and then some."""

MOST = 5
"""So many are named in a line; of the rest the number."""

AHEAD = timedelta(minutes=5)
"""How far the records may be ahead of this machine's clock, which another machine may have written."""


@dataclass(frozen=True)
class Line:
    """One thing looked at: what it is, whether it is well, and a sentence."""

    about: str
    well: bool
    sentence: str


def examine(now: datetime) -> list[Line]:
    """Everything that can be looked at, in the order in which it would be mended."""
    try:
        settings = settings_.read()
    except WrongSettings as wrong:
        return [Line("settings", False, sentence) for sentence in wrong.sentences]
    lines = [Line("settings", True, sentence) for sentence in settings_.not_yet()]
    lines.append(Line("settings", True, f"The database is {_shown(settings)}."))
    lines.append(_keys(settings))
    return [*lines, *_database(settings, now)]


def _shown(settings: Settings) -> str:
    return make_url(settings.database_url).render_as_string(hide_password=True)


def _keys(settings: Settings) -> Line:
    if settings.missing_keys:
        return Line("keys", False, wiring.keys_sentence(settings))
    return Line("keys", True, "Both are set. Is there a copy outside this machine?")


def _database(settings: Settings, now: datetime) -> Iterator[Line]:
    try:
        with wiring.existing(settings) as store:
            if store is None:
                yield Line("database", False, "There is none yet: `convenor apply FILE` makes it.")
                return
            yield Line("database", True, "It can be reached, and its tables are those of this version.")
            yield from _inside(settings, store, now)
    except wiring.NotReady as not_ready:
        yield Line("database", False, str(not_ready))
    except OperationalError:
        yield Line("database", False, "It cannot be reached. Is CONVENOR_DATABASE_URL right, and does its server run?")


def _inside(settings: Settings, store: Store, now: datetime) -> Iterator[Line]:
    yield _clock(store, now)
    yield from _definitions(settings, store)
    yield from _loops(store, now)
    with store.reading() as session:
        for running in partnerships.every(session):
            yield from _partnership(Scope(session, running.id), running.paused_since, now)


def _clock(store: Store, now: datetime) -> Line:
    with store.reading() as session:
        times = [entry.at for each in partnerships.every(session) if (entry := _latest(Scope(session, each.id)))]
    latest = max(times, default=now)
    if latest > now + AHEAD:
        sentence = (
            f"It shows {now:%H:%M} UTC on {long_day(now.date())}, but the ledger has a later entry. Set it right."
        )
        return Line("clock", False, sentence)
    return Line("clock", True, f"It shows {now:%H:%M} UTC on {long_day(now.date())}.")


def _latest(scope: Scope) -> ledger.Entry | None:
    head = scope.session.get(ledger.Head, scope.partnership)
    return None if head is None else scope.session.get(ledger.Entry, (scope.partnership, head.seq))


def _definitions(settings: Settings, store: Store) -> Iterator[Line]:
    try:
        wiring.check_definitions(store, wiring.configured(settings))
    except wiring.NotReady as not_ready:
        yield Line("definitions", False, str(not_ready))
    except DefinitionRefused as refused:
        yield Line("definitions", False, f"A file has mistakes: {refused} `convenor check FILE` has them all.")
    else:
        yield Line("definitions", True, "What the files say is what runs.")


def _loops(store: Store, now: datetime) -> Iterator[Line]:
    with store.reading() as session:
        beats = delivery.last_beats(session, BEATS)
    silent = [name for name in BEATS if name not in beats or now - beats[name] > SILENCE]
    if len(silent) == len(BEATS):
        yield Line("the bot", False, "It does not run: start it with `convenor run`.")
    elif silent:
        yield Line("the bot", False, f"A part of it is silent: {', '.join(silent)}. Stop it and start it again.")
    else:
        yield Line("the bot", True, "It runs.")


def _partnership(scope: Scope, paused_since: datetime | None, now: datetime) -> Iterator[Line]:
    found = terms.of(scope)
    local = now.astimezone(found.zone)
    name = found.arrangements.short
    if paused_since is not None:
        since = paused_since.astimezone(found.zone)
        sentence = f"Paused since {hour(since)} on {short_day(since.date())}: nothing but alerts is sent."
        yield Line(name, False, sentence)
    last = found.working_days.last
    far_enough = last >= local.date() + HORIZON
    yield Line(
        name, far_enough, f"Bank holidays are known to {long_day(last)}." + ("" if far_enough else _NEW_CALENDAR)
    )
    filled = people.in_posts(scope, found.arrangements.posts_by_id, local.date())
    empty = [post.title for post in found.arrangements.posts if post.id not in filled and not post.vacant]
    want = "`convenor people import FILE` fills them."
    yield _some(name, empty, "post has nobody", "posts have nobody", want, "Every post has somebody.")
    unreached = sorted(_name(scope, id_) for id_ in set(filled.values()) if not people.identities(scope.session, id_))
    want = "`convenor run` opens the terminal to them."
    yield _some(name, unreached, "person has no door", "people have no door", want, "Everybody in post can be reached.")
    failed = [f"{row.kind} ({row.reason})" for row in outbox.not_delivered(scope)]
    want = "See who it was for in the weekly digest; then tell them yourself."
    yield _some(name, failed, "message was not delivered", "messages were not delivered", want, "All is delivered.")
    ended = [f"{duty.kind} ({duty.reason})" for duty in duties.not_handled(scope)]
    want = "The log has the trace under that number."
    yield _some(name, ended, "reminder was not handled", "reminders were not handled", want, "All is handled.")


_NEW_CALENDAR = " Install a newer Convenor and put the definition in force again."


def _some(about: str, names: list[str], one: str, many: str, want: str, none: str) -> Line:
    """A line about several things of a kind: the first few by name, and what to do; or that there are none."""
    if not names:
        return Line(about, True, none)
    shown = "; ".join(dict.fromkeys(names[:MOST]))
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return Line(about, False, f"{len(names)} {one if len(names) == 1 else many}: {shown}{more}. {want}")


def _name(scope: Scope, person: str) -> str:
    found = people.get(scope.session, person)
    return found.name if found is not None else person
