"""The wiring: settings become a store, a runner, doors and delivery. The only place that knows all of them."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, Protocol

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from commands import setting_up, terms
from commands.adopting import difference
from commands.catalogue import ACTIONS
from commands.definitions import Definition, load
from commands.runner import Runner
from scheduler.delivery import Delivery
from scheduler.doors import Door
from scheduler.homes import HomeKeeper
from storage.arrangements.partnership import Arrangements
from storage.records import partnerships, schema
from storage.records.outbox import ALERT, IN_TURN, POST
from storage.records.scope import Scope
from storage.records.store import Store

from . import clock, keycheck
from .settings import Settings
from .terminal.door import InFile, TerminalDoor

_LETTERS = "BCDFGHJKMNPQRSTVWXZ"
"""No vowels, so that no word comes about by chance, and nothing that is taken for a figure or another letter."""

DELIVERY_THREADS = 8


class NotReady(Exception):
    """What keeps the bot from starting; `sentences` say what to do."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(sentences))


class Chat(Protocol):
    """A chat platform's door with what listens behind it."""

    @property
    def door(self) -> Door:
        """Where messages go out."""

    def start(self) -> None:
        """Begins to listen."""

    def stop(self) -> None:
        """Stops listening."""

    def routes(self) -> Sequence[Any]:
        """What it answers over HTTP, for the server; nothing where it needs none."""

    def look_round(self) -> None:
        """Looks for who the people of its workspaces are; now and then, and never in anybody's way."""


class Site(Protocol):
    """Pages of our own."""

    def routes(self) -> Sequence[Any]:
        """What the server answers with them, after all others."""


@dataclass
class Installation:
    """One bot on one database, wired up. `alerted` is set when an alert must go out at once, `woken` when all may.

    `delivery` sends everything, for a tick by hand; the running bot shares that out among `posts`, `alerts` and
    `in_turn`, so that none waits for another.
    """

    settings: Settings
    store: Store
    runner: Runner
    terminal: TerminalDoor
    delivery: Delivery
    schema: str
    posts: Delivery
    alerts: Delivery
    in_turn: Delivery
    homes: HomeKeeper
    woken: Event = field(default_factory=Event)
    alerted: Event = field(default_factory=Event)
    chats: tuple[Chat, ...] = ()
    watch: Callable[[datetime], int] | None = None
    mailbox: Callable[[datetime], int] | None = None
    now: Callable[[], datetime] = clock.now
    pages: Site | None = None

    @property
    def doors(self) -> Mapping[str, Door]:
        """Every door that is open, by name."""
        return self.delivery.doors

    @property
    def by_terminal(self) -> bool:
        """Whether messages go to the terminal: only where there is no other door."""
        return self.terminal.name in self.doors

    def close(self) -> None:
        """Lets go of the database."""
        self.store.close()


def open(settings: Settings, now: Callable[[], datetime] = clock.now) -> Installation:
    """The installation of these settings, its tables brought up to date.

    Raises NotReady without keys, or with keys that are not those of this database; NewerDatabase where a newer
    Convenor was here; OperationalError where the database can't be reached.
    """
    if settings.missing_keys:
        raise NotReady([keys_sentence(settings)])
    assert settings.ledger_key is not None
    store = Store(settings.database_url)
    try:
        done = schema.bring_up_to_date(store)
        if wrong := keycheck.wrong(store, settings):
            raise NotReady([" ".join(words) for words in wrong])
        keycheck.keep(store, settings)
    except Exception:
        store.close()
        raise
    woken, alerted = Event(), Event()
    sandbox = settings.sandbox is not None
    runner = Runner(
        store,
        settings.ledger_key,
        ACTIONS,
        new_reference,
        wake=alerted.set,
        changed=woken.set,
        sandbox=sandbox,
        seal=keycheck.seal(settings),
        ways=_ways(settings),
        answers_to=settings.answers_to,
    )
    homes = HomeKeeper(runner, sandbox=sandbox)
    chats = _chats(settings, runner, now, woken, homes)
    terminal = TerminalDoor(InFile(terminal_file(settings.database_url)))
    doors = _doors(settings, runner, chats, terminal)
    delivery = Delivery(runner, doors, DELIVERY_THREADS, settings.sandbox)
    posts = Delivery(runner, doors, DELIVERY_THREADS, settings.sandbox, lanes=(ALERT, POST))
    alerts = Delivery(runner, doors, DELIVERY_THREADS, settings.sandbox, lanes=(ALERT,))
    in_turn = Delivery(runner, doors, 0, settings.sandbox, lanes=(IN_TURN,))
    pages = _pages(settings, runner, now)
    return Installation(
        settings=settings,
        store=store,
        runner=runner,
        terminal=terminal,
        delivery=delivery,
        schema=done,
        posts=posts,
        alerts=alerts,
        in_turn=in_turn,
        homes=homes,
        woken=woken,
        alerted=alerted,
        chats=chats,
        watch=_watch(settings, runner),
        mailbox=_mailbox(settings, runner),
        now=now,
        pages=pages,
    )


def _watch(settings: Settings, runner: Runner) -> Callable[[datetime], int] | None:
    """What asks GOV.UK Notify for failures, where anything goes that way; it gives how many alerts it moved on."""
    if not settings.has_notify:
        return None
    from .notify.opening import watch

    return watch(settings, runner).look


def _mailbox(settings: Settings, runner: Runner) -> Callable[[datetime], int] | None:
    """What takes the answers of calendar programs, where a mailbox is set; it gives how many counted."""
    if settings.mailbox_url is None:
        return None
    from .mail.opening import answers

    return answers(settings, runner).look


def _ways(settings: Settings) -> frozenset[str]:
    """What there is beside chat, by name."""
    there = {
        "mail": settings.has_mail,
        "text": settings.has_text,
        "pages": settings.has_pages,
        "heartbeat": settings.heartbeat_url is not None,
    }
    return frozenset(name for name, is_there in there.items() if is_there)


def _chats(
    settings: Settings, runner: Runner, now: Callable[[], datetime], woken: Event, homes: HomeKeeper
) -> tuple[Chat, ...]:
    """The chat platforms that are set up; what they need is imported only then."""
    given = settings, runner, now, woken.set, homes, keycheck.seal(settings)
    found: list[Chat] = []
    if settings.has_slack:
        from .slack.opening import Slack

        found.append(Slack(*given))
    if settings.has_teams:
        from .teams.opening import Teams

        found.append(Teams(*given))
    return tuple(found)


def _pages(settings: Settings, runner: Runner, now: Callable[[], datetime]) -> Site | None:
    """Our own pages, where there are any; what they need is imported only then."""
    if not settings.has_pages:
        return None
    from .web.opening import Pages

    return Pages(settings, runner, now)


def _doors(settings: Settings, runner: Runner, chats: Sequence[Chat], terminal: TerminalDoor) -> dict[str, Door]:
    """Every door that is open. The terminal is one only where there is no other, or the sandbox names it."""
    doors: dict[str, Door] = {chat.door.name: chat.door for chat in chats}
    if settings.has_smtp:
        from .mail.opening import mail_door

        mail = mail_door(settings, lambda partnership: _arrangements(runner, partnership), _address_of(settings))
        doors[mail.name] = mail
    by_notify: Sequence[Door] = ()
    if settings.has_notify:
        from .notify.opening import notify_doors

        by_notify = notify_doors(
            settings, lambda partnership: _arrangements(runner, partnership), _address_of(settings)
        )
    doors |= {door.name: door for door in by_notify if door.finds == "address"}
    if not doors or (settings.sandbox is not None and settings.sandbox[0] == terminal.name):
        doors[terminal.name] = terminal
    return doors | {door.name: door for door in by_notify}  # a text message alone says too little to be the only way


def _address_of(settings: Settings) -> Callable[[str], str]:
    """The address of a personal link by its id; nothing where there are no pages."""
    if not settings.has_pages:
        return lambda _link: ""
    from .web.addresses import Addresses

    assert settings.base_url is not None, "has_pages was asked first"
    return Addresses(settings.base_url, tuple(key.get_secret_value() for key in settings.encryption_keys)).url_of


def _arrangements(runner: Runner, partnership: str) -> Arrangements:
    with runner.store.reading() as session:
        return terms.of(Scope(session, partnership)).arrangements


def passing(folder: Path) -> Installation:
    """An installation that is thrown away, with keys of its own: a demonstration's. It reads no settings."""
    settings = Settings.model_construct(
        database_url=f"sqlite:///{folder / 'convenor.db'}",
        audit_key=SecretStr(secrets.token_urlsafe(48)),
        encryption_keys=(SecretStr(Fernet.generate_key().decode()),),
    )
    return open(settings)


def keys_sentence(settings: Settings) -> str:
    """What to do about keys that are not set."""
    names = " and ".join(settings.missing_keys)
    verb = "is" if len(settings.missing_keys) == 1 else "are"
    return (
        f"{names} {verb} not set. If there is a .env with them already, go to its folder; else: "
        "Make fresh ones with `convenor keys`, put them into .env, and keep a copy elsewhere."
    )


def new_reference() -> str:
    """A reference for a case: random, so that nobody can count cases; two groups of three letters."""
    letters = [secrets.choice(_LETTERS) for _ in range(6)]
    return f"{''.join(letters[:3])}-{''.join(letters[3:])}"


def terminal_file(database_url: str) -> Path:
    """The file of the terminal door: beside an SQLite file, else in the working folder."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return Path(str(url.database)).with_suffix(".terminal.jsonl")
    return Path("convenor.terminal.jsonl")


# Definitions


def configured(settings: Settings) -> list[Definition]:
    """The definitions that the settings name. Raises DefinitionRefused at the first one with mistakes."""
    return [load(path) for path in settings.definitions]


def check_definitions(store: Store, definitions: Sequence[Definition]) -> list[str]:
    """What is worth saying about the files: each that is older than answers given in chat.

    Raises NotReady where a file is not what runs, with the difference, or where nothing runs at all.
    """
    sentences, older = [], []
    with store.reading() as session:
        running = {each.id for each in partnerships.every(session)}
        for definition in definitions:
            scope = Scope(session, _id(definition))
            if setting_up.is_only_older(scope, definition):
                older.append(_older(scope, definition))
            else:
                sentences += _differs(scope, definition)
    if not running and not definitions:
        sentences.append("No partnership has been set up here. Begin with `convenor init NAME FOLDER`.")
    if sentences:
        raise NotReady(sentences)
    return older


def _older(scope: Scope, definition: Definition) -> str:
    number = partnerships.number_in_force(scope)
    return (
        f"Answers given in chat are newer than the file of {_id(definition)}; what runs is version {number}. "
        f"`convenor export {_id(definition)} --to FILE` writes them into the file."
    )


def _differs(scope: Scope, definition: Definition) -> list[str]:
    in_force = partnerships.version(scope)
    if in_force is None:
        return [f"{_id(definition)} is not in force yet: `convenor plan FILE` shows it, `convenor apply FILE` does it."]
    if in_force.hash == definition.hash:
        return []
    lines = difference(in_force.text, definition.text)
    head = (
        f"The file of {_id(definition)} is not what runs (version {in_force.number}). "
        "`convenor plan FILE` shows what would change, `convenor apply FILE` puts it in force. The difference:"
    )
    return [head, *(f"  {line}" for line in lines)]


def _id(definition: Definition) -> str:
    return definition.arrangements.id


# A database that may or may not be there, for commands that only look


@contextmanager
def existing(settings: Settings) -> Iterator[Store | None]:
    """The database if there is one with our tables, only to be read; nothing is created. None where there is none.

    Raises NotReady where its tables are not those of this version.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).is_file()):
        yield None
        return
    store = Store(settings.database_url)
    try:
        found = revision(store)
        if found is not None and found != schema.revisions()[-1]:
            raise NotReady([revision_sentence(found)])
        yield store if found is not None else None
    finally:
        store.close()


def revision(store: Store) -> str | None:
    """The revision of the tables; None where there are none of ours."""
    with store.reading() as session:
        if not inspect(session.connection()).has_table(schema.VERSION_TABLE):
            return None
        found: str | None = (
            session.connection().execute(text(f"SELECT version_num FROM {schema.VERSION_TABLE}")).scalar()
        )
        return found


def revision_sentence(found: str) -> str:
    """What to do about tables of another revision."""
    newest = schema.revisions()[-1]
    if found in schema.revisions():
        return f"The database has tables of revision {found}; `convenor run` brings them to {newest}."
    return f"A newer Convenor has changed the database (revision {found}; this one knows {newest}). Use the newer one."


def runs_here(store: Store | None, id_: str) -> bool:
    """Whether the partnership of that id runs in that database."""
    if store is None:
        return False
    with store.reading() as session:
        return partnerships.find(Scope(session, id_)) is not None
