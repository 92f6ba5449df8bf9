"""What tests of the desk share: an office whose people type and press in Teams, over real HTTP both ways."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storage.records import ledger
from storage.records.message import Button, Message
from tests.standins.teams import Answer, Dialog, Person
from tests.standins.teams import Message as Seen

from .offices import TeamsOffice, a_teams_office

NURSE, MANAGER = "designated-nurse", "business-manager"
ACTION = {"title": "Write the protocol", "owner": "Designated Nurse", "due": "8 January 2027"}
ENTERS = "action add Write the protocol for Designated Nurse by 8 January 2027"


@contextmanager
def people_talking(where: Path, **more: Any) -> Iterator[TeamsOffice]:
    """An office that listens; seconds pass, and Teams takes more than it would."""
    with a_teams_office(where, **({"listens": True, "clock": time.time, "burst": 20, "timeout": 8} | more)) as opened:
        yield opened


def types(teams_office: TeamsOffice, who: Person, line: str) -> Answer:
    """Types it in the personal chat."""
    return done(teams_office, who.types(line))


def done(teams_office: TeamsOffice, answer: Answer) -> Answer:
    """The answer, once all of it is shown."""
    teams_office.shown(answer)
    assert not answer.failed, answer.reason
    return answer


def presses(teams_office: TeamsOffice, who: Person, where: Answer | Seen | Dialog, label: str) -> Answer:
    """Presses a button."""
    return done(teams_office, who.presses(where, label))


def the_form(teams_office: TeamsOffice, who: Person, line: str = "action add") -> Dialog:
    """Opens the form of a word in a dialog."""
    presses(teams_office, who, types(teams_office, who, line), "Fill in a form")
    dialog = who.dialog()
    assert dialog is not None
    return dialog


def sends_in(teams_office: TeamsOffice, who: Person, values: dict[str, str]) -> Answer:
    """Fills in the dialog that is open and sends it in."""
    dialog = who.dialog()
    assert dialog is not None
    return done(teams_office, who.submits(dialog, values))


def is_told(teams_office: TeamsOffice, post: str, button: Button) -> Seen:
    """Somebody is told a word with a button beneath it."""
    teams_office.sends(post, Message(title="A word", text="Have a look", buttons=(button,)))
    teams_office.deliver()
    return teams_office.user(post).told()[-1]


def times_done(teams_office: TeamsOffice, action: str) -> int:
    """How often the ledger has something as done."""
    with teams_office.office.reading() as scope:
        return sum(entry.action == action for entry in ledger.entries(scope))


def everything_stored(teams_office: TeamsOffice) -> str:
    """All bytes of the database, with what is on its way into it."""
    file = Path(str(teams_office.office.runner.store.url.database))
    return "".join(
        one.read_bytes().decode("latin-1") + one.read_bytes().decode("utf-16-le", "ignore")
        for one in file.parent.glob(f"{file.name}*")
    )


@contextmanager
def every_logger_turned_up() -> Iterator[None]:
    """Ours and those of Teams' libraries; not the database's."""
    loggers = [
        logging.getLogger(name)
        for name in list(logging.root.manager.loggerDict)
        if not name.startswith(("sqlalchemy", "alembic"))
    ]
    before = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    yield
    for one, level in zip(loggers, before, strict=True):
        one.setLevel(level)


class Stumbles:
    """A point at which the work breaks so many times once it is told to."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, point: str) -> None:
        if point == "before-commit" and self.times:
            self.times -= 1
            raise RuntimeError("Ask about capybaras")
