"""Plays twelve days of South Gloucestershire's exception reports in a process that is killed, and started again.

    python -m tests.crash.reporting_player DATABASE_URL FOLDER [TIME POINT NTH]...

One chair fills the report in section by section and sends it in, one says that there is nothing by exception, one does
nothing and is reminded. What each was told is written down at once (`told` in FOLDER), and every life begins by looking
whether all of it stands. The rest is as in `player.py`.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from commands import rehearsing, return_contents
from commands.definitions import Definition, load
from commands.permissions import Actor, administrator
from commands.runner import Runner, no_point
from scheduler.delivery import Delivery
from scheduler.rehearsal import next_time
from scheduler.tick import tick
from storage.records import delivery, returns
from storage.records.schema import bring_up_to_date
from storage.records.scope import Scope
from storage.records.store import Store
from tests.crash.player import LEASE, Clock, Killer, PaperDoor, a_runner, deliver_everything, ended, kills, lines
from tests.offices import a_definition
from tests.returns_given import COMPLEX, REPORT, SGLOS, VULNERABLE, with_report

DOOR = "desk"
PLACE = "sog.2027-1"

START = datetime(2027, 4, 16, 5, 0, tzinfo=UTC)
OPENS = datetime(2027, 4, 16, 6, 0, tzinfo=UTC)
"""On the morning of Friday 16 April the reports for the Senior Officers Group of Tuesday 11 May are asked for."""
SAVED = datetime(2027, 4, 16, 11, 0, tzinfo=UTC)
SENT = datetime(2027, 4, 19, 9, 0, tzinfo=UTC)
NOTHING = datetime(2027, 4, 20, 9, 0, tzinfo=UTC)
REMINDED = datetime(2027, 4, 27, 7, 0, tzinfo=UTC)
"""Three working days before they are due, whoever has not sent it in has it in their note of the day."""
END = datetime(2027, 4, 28, 0, 0, tzinfo=UTC)

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "work": {"work": "Two of three clinics are open.", "next": "The third clinic is open."},
    "alignment": {"aligned": "yes"},
    "quality": {"assurance": "Six cases were audited.", "evidence.1.what": "The audit", "evidence.1.where": "BSC 12"},
    "business": {
        "raised.1.what": "There has been no speech therapist since January",
        "actions.1.what": "Sign the lease",
        "actions.1.owner": "complex-0-25",
        "actions.1.due": "2027-06-01",
    },
}
"""What the chair for complex needs fills in, five minutes apart."""


@dataclass(frozen=True)
class Press:
    """What somebody presses, and when. `holds`: what stands in the report from then on, once they were told."""

    at: datetime
    post: str
    action: str
    form: Mapping[str, str]
    who: str
    holds: tuple[str, ...] = ()

    @property
    def state(self) -> tuple[str, ...]:
        """The states in which the report may be once they were told."""
        return ("draft", "answered") if self.action == "return.save" else ("answered",)


def presses() -> list[Press]:
    """All of them, in order."""
    complex_, vulnerable = about(COMPLEX), about(VULNERABLE)
    found = [
        Press(
            SAVED + timedelta(minutes=5 * number),
            "bs-complex-chair",
            "return.save",
            {**complex_, "section": section, **fields},
            COMPLEX,
            tuple(name.partition(".")[0] for name in fields),
        )
        for number, (section, fields) in enumerate(SECTIONS.items())
    ]
    found.append(Press(SENT, "bs-complex-chair", "return.send", complex_, COMPLEX, ("work", "aligned", "assurance")))
    return [*found, Press(NOTHING, "bs-vulnerable-chair", "return.nothing", vulnerable, VULNERABLE)]


def about(who: str) -> dict[str, str]:
    """What names one's report."""
    return {"report": REPORT, "place": PLACE, "who": who}


def the_partnership() -> Definition:
    """South Gloucestershire, where the reports are due ten days before the group meets; without incidents."""
    found = with_report(load(SGLOS).arrangements, lead_days=10)
    return a_definition(found.model_copy(update={"pathways": ()}))


@dataclass(frozen=True)
class Play:
    """What all lives of a play share."""

    url: str
    folder: Path
    definition: Definition
    clock: Clock
    lease: timedelta

    def open_office(self) -> None:
        """A new database with the partnership in force and a person in every post."""
        with closing(Store(self.url)) as store:
            bring_up_to_date(store)
            rehearsing.open_office(a_runner(store), self.definition, START, DOOR)

    def live(self, point: Callable[[str], None] = no_point) -> None:
        """One life: looks whether what people were told stands, and goes on where the last one ended."""
        with closing(Store(self.url)) as store:
            bring_up_to_date(store)
            runner = a_runner(store, point)
            door = PaperDoor(DOOR, True, self.folder / DOOR)
            worker = Delivery(runner, {DOOR: door}, threads=4, point=point, lease=self.lease)
            what_was_told_stands(runner, self.folder)
            answered: set[int] = set()
            while self.clock.now() < END:
                self._press(runner, answered)
                tick(runner, self.clock.now())
                deliver_everything(worker, self.clock)
                self.clock.moves_to(max(self._following(store), self.clock.now() + timedelta(microseconds=1)))
            what_was_told_stands(runner, self.folder)

    def _press(self, runner: Runner, answered: set[int]) -> None:
        """What people press by now, each with its key, once more in each life; what they are told is written down."""
        due = [(number, press) for number, press in enumerate(presses()) if press.at <= self.clock.now()]
        for number, press in due:
            if number in answered:
                continue
            actor = Actor(SGLOS, rehearsing.person_of(SGLOS, press.post), confirmed=True)
            outcome = runner.perform(actor, press.action, dict(press.form), f"press:{number}", self.clock.now())
            assert outcome.answer is not None, outcome.refusals
            answered.add(number)
            writes(self.folder / "told", {"press": number, "title": outcome.answer.title, "text": outcome.answer.text})

    def _following(self, store: Store) -> datetime:
        ahead = [press.at for press in presses() if press.at > self.clock.now()]
        return min([*ahead, next_time(store) or END])


def writes(file: Path, line: Mapping[str, object]) -> None:
    """A line, synced at once."""
    with file.open("ab") as place:
        place.write((json.dumps(line) + "\n").encode())
        place.flush()
        os.fsync(place.fileno())


def what_was_told_stands(runner: Runner, folder: Path) -> None:
    """Whatever somebody was told is saved, or sent in, is so."""
    with runner.store.reading() as session:
        work = runner.work(Scope(session, SGLOS), administrator(SGLOS), START)
        for number in {int(line["press"]) for line in lines(folder / "told")}:
            press = presses()[number]
            owed = returns.owed(work.scope, REPORT, PLACE, press.who)
            assert owed is not None, "what somebody answered is gone"
            assert owed.state in press.state, f"{press.action} of {press.who}: it is {owed.state}"
            filled = return_contents.draft(work, owed) or return_contents.sent(work, owed) or {}
            assert set(press.holds) <= filled.keys(), f"saved were {press.holds}, there are {filled.keys()}"


def main(url: str, folder: str, *words: str) -> int:
    """Plays; 0 when every life ended as it was meant to."""
    clock = Clock()
    clock.moves_to(START)
    play = Play(url, Path(folder), the_partnership(), clock, LEASE if words else delivery.LEASE)
    play.open_office()
    for kill in kills(list(words)):
        if ended(partial(play.live, Killer(kill, clock))) != -signal.SIGKILL:
            sys.stderr.write(f"nobody was killed at {kill}\n")
            return 1
    return ended(play.live)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
