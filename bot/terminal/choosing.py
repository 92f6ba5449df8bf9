"""Which partnership a word on the command line means: a file, one that the settings name, or one that is shipped."""

from pathlib import Path

import click

from bot import settings as settings_
from bot.settings import Settings
from bot.wiring import runs_here
from commands import definitions
from commands.definitions import Definition
from storage.arrangements.findings import did_you_mean
from storage.records import partnerships
from storage.records.scope import Scope
from storage.records.store import Store

from .telling import Mistake

NAME = click.argument("name", metavar="NAME|FILE")


def is_file(word: str) -> bool:
    """Whether a word on the command line means a file."""
    return word.endswith(".toml") or "/" in word or Path(word).is_file()


def definition(word: str, settings: Settings | None = None) -> Definition:
    """The definition that a word means: a file, else the settings' own of that id, else the shipped one.

    Raises DefinitionRefused where it has mistakes or is not there.
    """
    if is_file(word):
        return definitions.load(word)
    for path in (settings or settings_.read()).definitions:
        found = definitions.load(path)
        if found.arrangements.id == word:
            return found
    return definitions.load(word)


def in_force(store: Store | None, word: str, found: Definition) -> Definition:
    """The definition that runs here, where a word names a partnership that does; a file is taken as it is."""
    if store is None or is_file(word):
        return found
    with store.reading() as session:
        version = partnerships.version(Scope(session, found.arrangements.id))
        return found if version is None else definitions.read_definition(version.text)


def text(word: str) -> str:
    """The text that a word means, mistakes or not. Raises DefinitionRefused where there is none."""
    if is_file(word):
        return definitions.definition_text(word)
    for path in settings_.read().definitions:
        found = definitions.definition_text(path)
        if f'id = "{word}"' in found.splitlines():
            return found
    return definitions.definition_text(word)


def running(store: Store, word: str | None) -> str:
    """The id of the partnership that runs under that name; without a name the only one. Raises Mistake otherwise."""
    with store.reading() as session:
        ids = [each.id for each in partnerships.every(session)]
    if not ids:
        raise Mistake("No partnership has been set up here. Begin with `convenor init NAME FOLDER`.")
    if word is None:
        if len(ids) > 1:
            raise Mistake(f"Several partnerships run here; say which with --in NAME: {', '.join(ids)}.")
        return ids[0]
    if not runs_here(store, word):
        raise Mistake(f'"{word}" does not run here.{did_you_mean(word, ids)} Here are: {", ".join(ids)}.')
    return word
