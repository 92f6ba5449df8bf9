"""What "once" means in Teams, fault by fault, at the real door with a real outbox: a table of docs/doors.md.

For each fault: an alert, a nag (a message that is sent once) and a message that is kept true. What is looked at after
twenty minutes: how often Teams took it, how it ended, whether the next door was taken, and whether the business manager
was told. After them come the faults of changing what stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.teams.answers import NOT_TAKEN
from storage.records.outbox import Outgoing

from .offices import TeamsOffice, a_teams_office

NURSE, MANAGER = "designated-nurse", "business-manager"
SENT, FAILED, WAITING = "sent", "failed", "waiting"
KINDS = ("alert", "nag", "live")
PAGE = Path(__file__).parents[3] / "docs" / "doors.md"
UNSURE = "it may have got through, and this door cannot be asked"


@dataclass(frozen=True)
class Fault:
    """What goes wrong, once unless it says for good, and what comes of it for each kind of message.

    `alert`, `nag` and `live`: how often Teams took it, and how it stands after twenty minutes. `mailed`: it went by the
    next door. `manager`: the kind of message by which the business manager hears of it, of the three kinds in turn.
    """

    breaks: Callable[[TeamsOffice], object]
    alert: tuple[int, str]
    nag: tuple[int, str]
    live: tuple[int, str]
    mailed: bool = False
    manager: tuple[str, str, str] = ("", "", "")


def once(took: int = 1) -> dict[str, Any]:
    """All three kinds end as sent."""
    return dict.fromkeys(KINDS, (took, SENT))


NEXT_DOOR: dict[str, Any] = {**once(0), "mailed": True, "manager": ("door-shut", "door-shut", "door-shut")}
"""All three kinds go by mail, and the business manager hears why."""


UNSURE_TAKEN: dict[str, Any] = {"alert": (2, SENT), "nag": (1, FAILED), "live": (1, FAILED)}
"""It got through, but we do not know: an alert comes twice, all else once, marked as not delivered."""

UNSURE_LOST: dict[str, Any] = {"alert": (1, SENT), "nag": (0, FAILED), "live": (0, FAILED)}
"""It did not get through, and we do not know: an alert comes once, all else never, marked as not delivered."""

HELD: dict[str, Any] = {
    "alert": (0, WAITING),
    "nag": (0, WAITING),
    "live": (0, WAITING),
    "manager": ("not-delivered", "", ""),
}
"""It surely reached nobody, for long: an alert's business manager hears of it after five minutes."""


def nurse(teams_office: TeamsOffice, change: str) -> None:
    """Something has happened to the Designated Nurse's account."""
    person = teams_office.user(NURSE)
    match change:
        case "blocks":
            person.blocks_bot()
        case "not installed":
            person.record.installed = False
        case "left":
            teams_office.tenant.remove_user(person.id)


FAULTS: dict[str, Fault] = {
    "429 with Retry-After": Fault(lambda o: o.standin.faults.next(429, retry_after=77), **once()),
    "429 without": Fault(lambda o: o.standin.faults.next(429), **once()),
    "412": Fault(lambda o: o.standin.faults.next(412), **once()),
    "502": Fault(lambda o: o.standin.faults.next(502), **once()),
    "504": Fault(lambda o: o.standin.faults.next(504), **once()),
    "429 for good": Fault(lambda o: o.standin.faults.next(429, times=None), **HELD),
    "connection refused": Fault(lambda o: o.standin.outage(), **HELD),
    "413": Fault(lambda o: o.standin.faults.next(413, times=None), **HELD),
    "400": Fault(lambda o: o.standin.faults.next(400, times=None), **HELD),
    "500 after taking": Fault(lambda o: o.standin.faults.next(500, taken=True), **UNSURE_TAKEN),
    "500 before": Fault(lambda o: o.standin.faults.next(500), **UNSURE_LOST),
    "503": Fault(lambda o: o.standin.faults.next(503), **UNSURE_LOST),
    "dropped after taking": Fault(lambda o: o.standin.faults.drop(), **UNSURE_TAKEN),
    "dropped before": Fault(lambda o: o.standin.faults.drop(taken=False), **UNSURE_LOST),
    "hanging beyond the time-out": Fault(lambda o: o.standin.faults.hang(30), **UNSURE_TAKEN),
    "no id in the answer": Fault(lambda o: o.standin.faults.placeholder(), **once()),
    "the chat cannot be begun": Fault(lambda o: o.standin.faults.drop(route="create"), **once()),
    "blocked": Fault(lambda o: nurse(o, "blocks"), **NEXT_DOOR),
    "not in the roster": Fault(lambda o: nurse(o, "not installed"), **NEXT_DOOR),
    "404": Fault(lambda o: o.standin.faults.next(404), **NEXT_DOOR),
    "left the tenant": Fault(lambda o: nurse(o, "left"), **NEXT_DOOR),
    "token refused by Entra": Fault(lambda o: setattr(o.entra, "refuses", "AADSTS7000215"), **NEXT_DOOR),
    "token not accepted by Teams": Fault(lambda o: setattr(o.entra, "wrong", True), **NEXT_DOOR),
}


def stored(teams_office: TeamsOffice, kind: str) -> str:
    """Stores the message of a kind; gives its key."""
    match kind:
        case "alert":
            return teams_office.says(NURSE, "Ring the Head of Safeguarding", lane="alert")
        case "nag":
            return teams_office.says(NURSE, "Bring your diary")
    return teams_office.keeps(NURSE, "one light is on")


def hears(teams_office: TeamsOffice) -> list[str]:
    """The kinds of what the business manager was told, at whatever door."""
    person = teams_office.office.person(MANAGER)
    with teams_office.office.reading() as scope:
        return list(scope.session.exec(select(Outgoing.kind).where(Outgoing.person == person)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
def test_what_comes_of_a_fault(name: str, kind: str) -> None:
    fault = FAULTS[name]
    took, state = getattr(fault, kind)
    with a_teams_office(timeout=1 if "hanging" in name else 10) as teams_office:
        key = stored(teams_office, kind)
        fault.breaks(teams_office)
        teams_office.deliver()
        row = teams_office.row(key)
        assert (len(teams_office.posted(NURSE)), row.state) == (took, state), row.reason
        assert teams_office.mailed(NURSE) == (["A word"] if fault.mailed else [])
        told = fault.manager[KINDS.index(kind)]
        assert hears(teams_office) == ([told] if told else [])
        if state == FAILED:
            assert (row.reason, row.unsure) == (UNSURE, True)


def in_words(fault: Fault) -> list[str]:
    """The cells of a fault's row on the page: what comes of each kind, and whom the business manager hears of."""
    told = {
        (): "of nothing",
        ("not-delivered",): "of an alert, after five minutes",
        ("door-shut",): "of the account or the tenant, once",
    }
    cells = [_ending(*getattr(fault, kind), mailed=fault.mailed) for kind in KINDS]
    return [*cells, told[tuple(dict.fromkeys(filter(None, fault.manager)))]]


def _ending(took: int, state: str, *, mailed: bool) -> str:
    if mailed:
        return "goes by the next door"
    if state == WAITING:
        return "waits"
    often = ("never", "once", "twice")[took]
    return often if state == SENT else f"{often}, and ends as not delivered"


def test_the_table_stands_in_the_docs() -> None:
    page = PAGE.read_text("utf-8").split("## Microsoft Teams", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("|")][2:]
    said = {name.strip(): [cell.strip() for cell in cells] for name, *cells in rows}
    assert said == {name: in_words(fault) for name, fault in FAULTS.items()}


# What is held or unsure for long


def test_teams_own_time_to_wait_is_kept_and_nothing_else_is_tried_there_before() -> None:
    with a_teams_office() as teams_office:
        teams_office.standin.faults.next(429, retry_after=77)
        key = teams_office.says(NURSE, "Bring your diary")
        began = teams_office.office.now
        teams_office.deliver_once()
        row = teams_office.row(key)
        assert (row.not_before, row.unsure) == (began + timedelta(seconds=77), False)
        teams_office.says(NURSE, "Bring your badge")
        teams_office.deliver_once()
        assert len(teams_office.standin.called("POST", "/activities")) == 1


@pytest.mark.parametrize("status", sorted(NOT_TAKEN))
def test_what_teams_never_takes_ends_after_a_day_as_surely_unread_and_says_why(status: int) -> None:
    with a_teams_office() as teams_office:
        teams_office.standin.faults.next(status, times=None)
        key = teams_office.says(NURSE, "Bring your diary")
        for _hour in range(25):
            teams_office.deliver_once()
            teams_office.office.now += timedelta(hours=1)
        row = teams_office.row(key)
        assert (row.state, row.reason, row.unsure) == (FAILED, NOT_TAKEN[status], False)
        assert hears(teams_office) == []


def test_newer_words_of_a_message_that_is_kept_true_go_out_though_the_older_ones_are_unsure() -> None:
    with a_teams_office() as teams_office:
        teams_office.standin.faults.drop(taken=False)
        key = teams_office.keeps(NURSE, "one light is on")
        teams_office.deliver()
        assert teams_office.row(key).state == FAILED
        teams_office.keeps(NURSE, "two lights are on")
        teams_office.deliver()
        assert teams_office.row(key).state == SENT
        assert [text.splitlines()[-1] for text in teams_office.told(NURSE)] == ["two lights are on"]


def test_words_that_change_while_the_older_ones_are_unsure_go_out() -> None:
    with a_teams_office() as teams_office:
        teams_office.standin.faults.drop()
        key = teams_office.keeps(NURSE, "one light is on")
        teams_office.deliver_once()
        teams_office.keeps(NURSE, "two lights are on")
        teams_office.deliver()
        assert teams_office.row(key).state == SENT
        assert len(teams_office.posted(NURSE)) == 2


@pytest.mark.long
def test_teams_out_of_reach_loses_nothing() -> None:
    with a_teams_office() as teams_office:
        teams_office.standin.outage()
        keys = [stored(teams_office, kind) for kind in KINDS]
        teams_office.deliver(timedelta(hours=1))
        teams_office.standin.outage(False)
        teams_office.deliver(timedelta(hours=1))
        assert [teams_office.row(key).state for key in keys] == [SENT] * 3
        assert len(teams_office.told(NURSE)) == len(teams_office.posted(NURSE)) == 3


# Changing what stands: it can be done again, so nothing is ever unsure about it


CHANGES: dict[str, Callable[[TeamsOffice], object]] = {
    "429": lambda o: o.standin.faults.next(429, retry_after=7, route="update"),
    "412": lambda o: o.standin.faults.next(412, route="update"),
    "502": lambda o: o.standin.faults.next(502, route="update"),
    "500 after taking": lambda o: o.standin.faults.next(500, route="update", taken=True),
    "500 before": lambda o: o.standin.faults.next(500, route="update"),
    "dropped after taking": lambda o: o.standin.faults.drop(route="update"),
    "dropped before": lambda o: o.standin.faults.drop(route="update", taken=False),
    "hanging beyond the time-out": lambda o: o.standin.faults.hang(30, route="update"),
}


@pytest.mark.parametrize("how", CHANGES)
def test_new_words_are_right_in_the_end_whatever_happens_to_the_change(how: str) -> None:
    with a_teams_office(timeout=1 if "hanging" in how else 10) as teams_office:
        teams_office.keeps(NURSE, "one light is on")
        teams_office.deliver()
        CHANGES[how](teams_office)
        teams_office.keeps(NURSE, "two lights are on")
        teams_office.deliver()
        assert len(teams_office.posted(NURSE)) == 1
        assert "two lights are on" in teams_office.told(NURSE)[0]
        assert hears(teams_office) == []


def test_whoever_blocks_the_bot_has_what_is_kept_true_by_the_next_door() -> None:
    with a_teams_office() as teams_office:
        teams_office.keeps(NURSE, "one light is on")
        teams_office.deliver()
        teams_office.user(NURSE).blocks_bot()
        teams_office.keeps(NURSE, "two lights are on")
        teams_office.deliver()
        assert teams_office.mailed(NURSE) == ["A word"]
        assert hears(teams_office) == ["door-shut"]
