"""Five hundred presses at once: each counts once, the chair's message ends right, and Slack's pace is kept.

A group of a hundred is asked whether it comes, and every seat presses five times, all seats at the same time: yes, no,
yes ... Each press is delivered twice. Meanwhile the bot delivers, by a clock that goes as the real one does.
"""

import itertools
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from storage.arrangements.partnership import Arrangements
from storage.records import polls
from storage.records.ledger import Entry
from storage.records.polls import SeatSaid
from tests.bot.slack.offices import SlackOffice, a_slack_office
from tests.builders import a_group, an_arrangement
from tests.commands import nine
from tests.commands.nine import ASKED, CHAIR, MANAGER
from tests.standins.slack import Answer, Person, rendered

VALUES = {"Yes": "yes", "No": "no"}
PRESSES = 5
"""So often each seat presses."""

A_SECOND = 1 - 1e-4
"""Between two posts, or two edits, in one channel; the stand-in's times are of floating point."""

STATUS = "Show every seat"
"""The button of the message that is kept true."""

EDITS_A_MINUTE = 50
"""What Slack takes at least: chat.update is one of its methods of tier 3."""

PATIENCE = 120.0
"""Seconds within which a press has to be acknowledged here: Slack shows a sign after three, and the press counts."""


def a_group_of(number: int) -> Arrangements:
    """The arrangements of an Executive of so many seats, none of which has a quorum to reach."""
    seats = [f"seat-{each}" for each in range(1, number + 1)]
    group = {"nature": "executive", "chair": CHAIR, "minutes_by": MANAGER, "seats": [{"post": post} for post in seats]}
    return an_arrangement(
        [a_group("executive", {"kind": "months", "every": 3}, **group)],
        {"executive": {"first": date(2026, 1, 14), "slot": "3rd tuesday", "starts": "10:00", "minutes": 120}},
        posts=[
            {"id": post, "title": post.replace("-", " ").capitalize(), "agency": "council"}
            for post in (MANAGER, *seats)
        ],
        agencies=[{"id": "council", "name": "Council"}],
        front_door={"name": "Front door", "telephone": "01234 500500"},
    )


@dataclass
class Room:
    """A group in Slack that has just been asked, and what each of its seats has before it."""

    slack_office: SlackOffice
    asked: dict[str, tuple[Person, Any]]
    pressed: dict[str, list[str]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def everybody_presses(self) -> None:
        """Every seat presses, all at the same time, while the bot delivers; ends when all are acknowledged."""
        self.slack_office.standin.spoil_next("twice", PRESSES * len(self.asked))
        together = threading.Barrier(len(self.asked) + 1)
        hands = [
            threading.Thread(target=self._presses, args=(post, number, together), name=f"presses {post}")
            for number, post in enumerate(self.asked)
        ]
        for hand in hands:
            hand.start()
        together.wait(PATIENCE)
        self._delivers_while(hands)
        for hand in hands:
            hand.join()
        assert not self.failures, self.failures[:3]

    def _presses(self, post: str, number: int, together: threading.Barrier) -> None:
        """One seat's five presses, yes and no in turn; every other seat begins with no."""
        person, message = self.asked[post]
        labels = [label for label, _ in zip(itertools.cycle(VALUES), range(number % 2 + PRESSES), strict=False)]
        try:
            together.wait(PATIENCE)
            for label in labels[number % 2 :]:
                self.answers.append(person.presses(message, label))
                self.pressed.setdefault(post, []).append(VALUES[label])
        except BaseException as failure:  # it is of another thread: the test tells it
            self.failures.append(failure)

    def _delivers_while(self, hands: list[threading.Thread]) -> None:
        office, began, beginning = self.slack_office.office, time.monotonic(), self.slack_office.office.now
        while any(hand.is_alive() for hand in hands):
            office.now = beginning + timedelta(seconds=time.monotonic() - began)
            self.slack_office.deliver_once()
            time.sleep(0.01)


@contextmanager
def a_room(where: Path, seats: int) -> Iterator[Room]:
    """A group of so many in Slack, on a file: its next meeting is confirmed, and everybody was just asked."""
    arrangements = a_group_of(seats)
    opened = "2027-03-29 06:00"
    with a_slack_office(
        where, definition=arrangements, opened=opened, socket=True, timeout=20, ack_timeout=PATIENCE
    ) as slack_office:
        office = slack_office.office
        office.done(MANAGER, "meeting.confirm", **nine.about(office))
        office.tick(ASKED)
        slack_office.deliver()
        asked = {}
        for seat in arrangements.groups_by_id["executive"].seats:
            person = slack_office.user(seat.post)
            asked[seat.post] = person, next(each for each in person.told() if "Not sure" in str(each.get("blocks")))
        slack_office.standin.limit("chat.update", EDITS_A_MINUTE)
        yield Room(slack_office, asked)


def looks_right(room: Room) -> None:
    """All that has to be true once every press has come in and the bot has come to rest."""
    room.slack_office.shown(room.answers[-1])
    room.slack_office.deliver()
    assert all(answer.acknowledged for answer in room.answers)
    counted_once(room)
    ends_right(room)
    keeps_the_pace(room)


def counted_once(room: Room) -> None:
    """What is stored is what was pressed: each press once, in its order, the newest counting."""
    pressed = PRESSES * len(room.asked)
    with room.slack_office.office.reading() as scope:
        poll = polls.find(scope, polls.ATTENDANCE, f"executive.{nine.meeting_in(scope).place}")
        assert poll is not None
        seats = {seat.post: seat for seat in polls.seats(scope, poll)}
        for post, values in room.pressed.items():
            said = [(each.number, each.value) for each in polls.said(scope, poll, post)]
            assert said == list(enumerate(values, 1)), post
            assert (seats[post].value, seats[post].answers) == (values[-1], PRESSES), post
        assert len(scope.session.exec(select(SeatSaid)).all()) == pressed
        assert len(scope.session.exec(select(Entry).where(Entry.action == "attendance.answer")).all()) == pressed


def ends_right(room: Room) -> None:
    """What stands in Slack before the chair and the business manager has the final numbers."""
    last = Counter(values[-1] for values in room.pressed.values())
    for post in (CHAIR, MANAGER):
        [live] = [rendered(each) for each in room.slack_office.user(post).told() if STATUS in str(each["blocks"])]
        assert f"{last['yes']} of {len(room.asked)} come" in live, post
        found = {label: int(number) for label, number in re.findall(r"(Coming|Not coming|No answer yet)\W+(\d+)", live)}
        assert found == {"Coming": last["yes"], "Not coming": last["no"]}, (post, live)


def keeps_the_pace(room: Room) -> None:
    """Nothing was refused, and no channel had more than one post or one edit within a second."""
    for method in ("chat.postMessage", "chat.update"):
        channels: dict[str, list[float]] = defaultdict(list)
        for call in room.slack_office.standin.called(method):
            assert not call.error, f"{method} was refused: {call.error}"
            channels[str(call.params["channel"])].append(call.at)
        for times in channels.values():
            assert all(later - earlier >= A_SECOND for earlier, later in pairwise(times)), (method, times)
    assert room.slack_office.standin.called("chat.update"), "the message was kept true"


def test_fifty_presses_at_once_count_once_each_and_the_live_message_ends_right(tmp_path: Path) -> None:
    with a_room(tmp_path, 10) as room:
        room.everybody_presses()
        looks_right(room)


@pytest.mark.slow
@pytest.mark.long
def test_five_hundred_presses_at_once_count_once_each_and_the_live_message_ends_right(tmp_path: Path) -> None:
    with a_room(tmp_path, 100) as room:
        room.everybody_presses()
        looks_right(room)
