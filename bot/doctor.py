"""What `convenor doctor` looks at: a table of checks, each a line with what to do. It only reads.

Doors add their own checks through `more`. What is looked at within a partnership stands in `inspecting`.
"""

import logging
import stat
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from commands.definitions import DefinitionRefused
from commands.tracing import trace_of
from commands.words import hour, long_day
from scheduler.auditor import BEATS, SILENCE
from storage.arrangements.phrases import counted
from storage.records import delivery, ledger, schema
from storage.records.scope import Scope
from storage.records.store import Store

from . import keycheck, wiring
from . import settings as settings_
from .check import Check, More
from .inspecting import partnership_checks
from .settings import Settings, WrongSettings
from .watched import watch_checks

log = logging.getLogger(__name__)

AHEAD = timedelta(minutes=5)
"""How far the records may be ahead of this machine's clock, which another machine may have written."""

STEPPED = timedelta(days=1)
"""Records further ahead than this were hardly written by another clock: somebody has played the database on."""


def no_doors(_settings: Settings) -> Sequence[More]:
    """No checks beside those of every installation."""
    return ()


def examine(now: datetime, doors: Callable[[Settings], Sequence[More]] = no_doors) -> list[Check]:
    """Everything that can be looked at, in the order in which it would be mended; wrong settings alone."""
    try:
        settings = settings_.read()
    except WrongSettings as wrong:
        return [Check("settings", "wrong", sentence, "Mend it in .env.") for sentence in wrong.sentences]
    return checks(settings, now, doors(settings))


def checks(settings: Settings, now: datetime, more: Sequence[More] = ()) -> list[Check]:
    """The checks of an installation with these settings, those of its doors last."""
    found = [*_settings(settings), *_keys(settings), *_files(settings), *_database(settings, now)]
    for looks in more:
        found += _guarded(looks)
    return found


def _guarded(looks: More) -> Sequence[Check]:
    """A door's checks; one that breaks is a line as well, and stops none of the others."""
    try:
        return looks()
    except Exception as error:
        log.error("a check broke", extra={"action": "doctor", "trace": trace_of(error)})
        name = getattr(looks, "__module__", None) or "a door"
        return [
            Check(name, "wrong", f"This could not be looked at ({type(error).__name__}).", "The log has the trace.")
        ]


# Outside the database


def _settings(settings: Settings) -> Iterator[Check]:
    shown = make_url(settings.database_url).render_as_string(hide_password=True)
    yield Check("settings", "OK", f"They can be read. The database is {shown}.")
    if settings.sandbox is not None:
        place = ":".join(settings.sandbox)
        yield Check(
            "sandbox",
            "look",
            f"It is on: every message goes to {place}, and to nobody else.",
            "Take CONVENOR_SANDBOX out when people are to be told.",
        )


def _keys(settings: Settings) -> Iterator[Check]:
    if settings.missing_keys:
        yield Check("keys", "wrong", wiring.keys_sentence(settings))
    else:
        yield Check("keys", "OK", "Both are set. Is there a copy outside this machine?")


def _files(settings: Settings) -> Iterator[Check]:
    """Files that hold keys or names, and that others on this machine can read."""
    url = make_url(settings.database_url)
    names = [settings_.ENV_FILE]
    if url.get_backend_name() == "sqlite" and url.database:
        names += [f"{url.database}{end}" for end in ("", "-wal", "-shm")]
        names.append(str(wiring.terminal_file(settings.database_url)))
    files = [Path(name) for name in names]
    wide = [str(file) for file in files if file.is_file() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if wide:
        yield Check(
            "files", "look", f"Others on this machine may use {', '.join(wide)}.", f"Do: chmod 600 {' '.join(wide)}"
        )


# The database


def _database(settings: Settings, now: datetime) -> Iterator[Check]:
    try:
        with wiring.existing(settings) as store:
            if store is None:
                yield Check("database", "wrong", "There is none yet.", "`convenor apply FILE` makes it.")
                return
            lacking = _lacking(store)
            if lacking:
                yield _wrong_tables(lacking)
                return
            yield Check("database", "OK", f"It can be reached; its tables are of revision {schema.revisions()[-1]}.")
            yield from _inside(settings, store, now)
    except wiring.NotReady as not_ready:
        yield Check("database", "wrong", str(not_ready))
    except OperationalError:
        yield Check(
            "database", "wrong", "It cannot be reached.", "Is CONVENOR_DATABASE_URL right, and does its server run?"
        )
    except DBAPIError as error:
        yield Check("database", "wrong", f"It cannot be read ({type(error.orig).__name__}).", _RESTORE)


_RESTORE = "Restore a backup; where it was only for trying out, begin with a new database."


def _lacking(store: Store) -> list[str]:
    """The tables and columns that this version needs and the database has not, whatever revision it says."""
    with store.reading() as session:
        found = inspect(session.connection())
        there = set(found.get_table_names())
        lacking = []
        for table in schema.tables().sorted_tables:
            if table.name not in there:
                lacking.append(table.name)
                continue
            columns = {column["name"] for column in found.get_columns(table.name)}
            lacking += [f"{table.name}.{column.name}" for column in table.columns if column.name not in columns]
    return lacking


def _wrong_tables(lacking: list[str]) -> Check:
    shown = ", ".join(lacking[:5]) + (f" and {len(lacking) - 5} more" if len(lacking) > 5 else "")
    sentence = f"It says that its tables are of revision {schema.revisions()[-1]}, but it lacks {shown}."
    return Check("database", "wrong", sentence, _RESTORE)


def _inside(settings: Settings, store: Store, now: datetime) -> Iterator[Check]:
    for sentence, todo in keycheck.wrong(store, settings):
        yield Check("keys", "wrong", sentence, todo)
    yield _clock(store, now)
    yield _definitions(settings, store)
    yield _loops(store, now)
    yield from partnership_checks(store, now)
    yield from watch_checks(settings, store, now)


def _clock(store: Store, now: datetime) -> Check:
    with store.reading() as session:
        newest = [ledger.newest(Scope(session, chain)) for chain in ledger.chains(session)]
        latest = max((entry.at for entry in newest if entry is not None), default=now)
    shows = f"It shows {_moment(now)}"
    if latest <= now + AHEAD:
        return Check("clock", "OK", f"{shows}.")
    if latest <= now + STEPPED:
        return Check("clock", "wrong", f"{shows}, but the ledger has an entry of {_moment(latest)}.", "Set it right.")
    sentence = (
        f"{shows}, and the newest entry of the ledger is of {_moment(latest)}, {counted((latest - now).days, 'day')} "
        "ahead. Either this clock is behind, or `convenor tick --at` has played this database on."
    )
    todo = "Set the clock right; if the database was played on, begin with a new one before people are to be told."
    return Check("clock", "wrong", sentence, todo)


def _moment(when: datetime) -> str:
    return f"{hour(when)} UTC on {long_day(when.date())}"


def _definitions(settings: Settings, store: Store) -> Check:
    try:
        older = wiring.check_definitions(store, wiring.configured(settings))
    except wiring.NotReady as not_ready:
        heads = [one.removesuffix(" The difference:") for one in not_ready.sentences if not one.startswith(" ")]
        return Check("definitions", "wrong", " ".join(heads))
    except DefinitionRefused as refused:
        return Check("definitions", "wrong", f"A file has mistakes: {refused}", "`convenor check FILE` has them all.")
    if older:
        return Check("definitions", "look", " ".join(older))
    return Check("definitions", "OK", "What the files say is what runs.")


def _loops(store: Store, now: datetime) -> Check:
    with store.reading() as session:
        beats = delivery.last_beats(session, BEATS)
    start = "Start it with `convenor run`."
    if any(at > now + AHEAD for at in beats.values()):
        sentence = (
            "Its signs of life are of a time that this clock has not reached, so they do not show whether it runs."
        )
        return Check("the bot", "look", sentence, "See under clock.")
    silent = [name for name in BEATS if name not in beats or now - beats[name] > SILENCE]
    if not silent:
        return Check("the bot", "OK", f"It runs; its last sign of life was at {_moment(max(beats.values()))}.")
    if len(silent) < len(BEATS):
        sentence = f"A part of it is silent: {', '.join(silent)}."
        return Check("the bot", "wrong", sentence, "Stop it and start it again.")
    if not beats:
        return Check("the bot", "look", "It has never run here.", start)
    return Check(
        "the bot", "wrong", f"It does not run; its last sign of life was at {_moment(max(beats.values()))}.", start
    )
