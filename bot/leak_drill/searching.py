"""Where it is looked besides what people see: the database's rows and bytes, what an error says, what is handed on."""

import traceback
from collections.abc import Mapping
from dataclasses import replace
from socket import create_server

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot import doctor
from bot.web.opening import Pages
from bot.web.serving import Server, application
from commands import homes
from commands.action import Action, Form
from commands.conversation import Conversation
from commands.runner import Runner
from commands.speakers import Speaker
from commands.work import Work
from scheduler.tick import tick
from storage.records import partnerships, schema
from storage.records.message import Message

from . import drilled
from .browser import Browser
from .canaries import FILE, IN_TABLES, LIST, OTHERS, OUTSIDE
from .doors import for_chats, said
from .stage import Stage

LEDGER, OUTBOX, REQUESTS, TABLES = IN_TABLES
HOME, ERRORS, EXCEPTIONS, EXPORT, DOCTOR, HEALTH = (
    "home", "error reports", "exceptions", "export", "doctor", "health",
)  # fmt: skip


def search(stage: Stage) -> None:
    """Adds to the record what stands in all of these places, with the drill played to its end."""
    _homes(stage)
    _broken(stage)
    _handed_on(stage)


# Homes


def _homes(stage: Stage) -> None:
    """What everybody sees who opens the bot in their chat."""
    for post in drilled.posts():
        person = stage.person(post)
        for confirmed in (True, False):
            by = stage.by(person) if confirmed else OTHERS
            with stage.looking() as work:
                message = homes.home(work, person, confirmed=confirmed)
            stage.record.add(HOME, by, "the home of somebody", said(message))
            for place, payload in for_chats(message):
                stage.record.add(place, by, "the home of somebody", payload)


# Errors


def _broken(stage: Stage) -> None:
    """Actions that break while they hold words: in chat, on the page, and in what time asks for."""
    words = stage.canaries.word("words in an error that we did not expect")

    def breaks(_work: Work, _form: Form) -> Message:
        raise RuntimeError(f"this could not be read: {words}")

    broken = {
        name: replace(stage.runner.actions[name], does=breaks)
        for name in ("incident.show", "notification.begin", "duty.handle", "link.code")
    }
    runner = replace(stage.runner, actions={**stage.runner.actions, **broken})
    _in_chat(stage, runner, broken)
    tick(runner, stage.now.replace(hour=23, minute=59))
    _on_a_page(stage, runner)
    try:
        with stage.runner.store.reading() as session:
            session.connection().execute(text("SELECT 1 FROM nowhere WHERE words = :words"), {"words": words})
    except DBAPIError as error:
        stage.record.add(EXCEPTIONS, OUTSIDE, "an error of the database", "".join(traceback.format_exception(error)))


def _in_chat(stage: Stage, runner: Runner, broken: Mapping[str, Action]) -> None:
    conversation = replace(stage.conversation, runner=runner)
    speaker = Speaker("notebook", drilled.ID, stage.person(drilled.HANDLER))
    for action in broken:
        answer = conversation.press(speaker, action, {"reference": "BCD-FGH"}, None, stage.now)
        stage.record.add(ERRORS, LIST, "the answer in chat", said(answer))
    typed = stage.canaries.word("words before an error", form="incident show BCD-FGH {}")
    nobody = Conversation(replace(runner, store=_Shut()), conversation.local_doors)  # type: ignore[arg-type]
    stage.record.add(ERRORS, LIST, "the answer in chat", said(nobody.answer(speaker, typed, None, stage.now)))


class _Shut:
    """A database that cannot be reached."""

    def reading(self) -> None:
        """Fails."""
        raise RuntimeError("the database cannot be reached")


def _on_a_page(stage: Stage, runner: Runner) -> None:
    """The page of a link whose code cannot be looked at."""
    listening = create_server(("127.0.0.1", 0))
    server = Server(application(Pages(stage.settings, runner, stage.clock).routes()), listening)
    try:
        path = stage.letter(drilled.HANDLER, "link-renewed").page.removeprefix(stage.base_url)
        browser = Browser(stage.record, LIST)
        page = browser.gets(f"http://127.0.0.1:{server.port}{path}")
        typed = stage.canaries.word("words on a page that breaks", frozenset({"forms"}))
        shown = browser.sends(page, code=typed)
        stage.record.add(ERRORS, LIST, f"a page answered with {shown.status}", shown.html)
    finally:
        server.stop()


# What is handed on, and who watches


def _handed_on(stage: Stage) -> None:
    with stage.looking() as work:
        for stored in partnerships.versions(work.scope):
            stage.record.add(EXPORT, OUTSIDE, "the definition", stored.text)
    shown = Browser(stage.record, OUTSIDE).gets(f"{stage.base_url}/healthz")
    stage.record.add(HEALTH, OUTSIDE, "the answer to whoever watches", shown.body.decode())
    for check in doctor.checks(stage.settings, stage.now):
        stage.record.add(DOCTOR, OUTSIDE, f"the line {check.name}", f"{check.sentence} {check.todo}")


# The database


def search_database(stage: Stage) -> None:
    """Adds to the record every column of every row as it is stored, and every byte of the files."""
    places = {"ledger": LEDGER, "outbox": OUTBOX, "request": REQUESTS}
    with stage.runner.store.reading() as session:
        for table in schema.tables().sorted_tables:
            found = session.connection().execute(text(f'SELECT * FROM "{table.name}"'))
            for row in found.mappings():
                for column, value in row.items():
                    place = places.get(table.name, TABLES)
                    stage.record.add(place, OUTSIDE, f"{table.name}.{column}", str(value))
    for path in sorted(stage.folder.rglob("*")):
        if path.is_file():
            stage.record.add(FILE, OUTSIDE, path.name, path.read_bytes().decode("utf-8", "replace"))
