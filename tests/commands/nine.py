"""A regional Executive of nine, 66% of whom are needed; it is not said whether deputies or vacant posts count.

It meets on Tuesday 20 April 2027 at 10:00, and its seats are asked 21 days before.
"""

from datetime import date
from functools import cache

from commands import attendance_standing
from commands.attendance_standing import SeatStands, Standing
from storage.arrangements.partnership import Arrangements
from storage.records import meetings, outbox
from storage.records.meetings import MeetingRow
from storage.records.message import Message
from storage.records.scope import Scope
from tests.builders import a_group, an_arrangement
from tests.offices import Office, an_office

MANAGER, CHAIR = "business-manager", "seat-1"
SEATS = [f"seat-{number}" for number in range(1, 10)]
MEETS = date(2027, 4, 20)
ASKED, REMINDED, OFFERED = "2027-03-30 09:30", "2027-04-06 08:30", "2027-04-09 08:30"
"""Just after the seats are asked, those without an answer reminded, and the chair told how it stands."""


def the_nine(**given: object) -> Arrangements:
    """The arrangements; `given` replaces what the group says."""
    group = {
        "nature": "executive",
        "chair": CHAIR,
        "minutes_by": MANAGER,
        "quorum": {"kind": "fraction", "percent": 66},
        "seats": [{"post": post} for post in SEATS],
    }
    posts = [MANAGER, *SEATS, "auditor"]
    return an_arrangement(
        [a_group("executive", {"kind": "months", "every": 3}, **{**group, **given})],
        {"executive": {"first": date(2026, 1, 14), "slot": "3rd tuesday", "starts": "10:00", "minutes": 120}},
        posts=[{"id": post, "title": post.replace("-", " ").capitalize(), "agency": "council"} for post in posts],
        agencies=[{"id": "council", "name": "Council"}],
        front_door={"name": "Front door", "telephone": "01234 500500"},
    )


def an_office_of_nine(definition: Arrangements | None = None) -> Office:
    """An office on Monday 29 March 2027 whose Executive's next meeting is confirmed."""
    if definition is None:
        return _confirmed().copy()
    office = an_office(definition=definition, opened="2027-03-29 06:00")
    office.done(MANAGER, "meeting.confirm", **about(office))
    return office


@cache
def _confirmed() -> Office:
    return an_office_of_nine(the_nine())


def asked_office_of_nine() -> Office:
    """The same a day later, when every seat has just been asked."""
    return _asked().copy()


@cache
def _asked() -> Office:
    office = an_office_of_nine()
    comes_to(office, ASKED)
    return office


def meeting_in(scope: Scope) -> MeetingRow:
    """The meeting, as it stands now."""
    return next(each for each in meetings.every(scope) if each.group == "executive" and each.day >= date(2027, 3, 29))


def about(office: Office) -> dict[str, object]:
    """What names the meeting in a form."""
    with office.reading() as scope:
        return {"group": "executive", "place": meeting_in(scope).place}


def comes_to(office: Office, when: str) -> None:
    """Does what has fallen due by a time, all at once, and sends what waits."""
    office.tick(when)
    office.deliver()


def says(office: Office, speaker: str, value: str, *, post: str = "", **more: object) -> Message:
    """Somebody says whether a seat's holder comes; the seat is their own post's."""
    return office.done(speaker, "attendance.answer", **about(office), post=post or speaker, value=value, **more)


def stands(office: Office) -> Standing:
    """How the meeting stands."""
    with office.looking() as work:
        return attendance_standing.standing(work, meeting_in(work.scope))


def seat(office: Office, post: str) -> SeatStands:
    """How one seat stands."""
    return next(each for each in stands(office).seats if each.post == post)


def live(office: Office, post: str = CHAIR) -> Message:
    """The message about the meeting that is kept true for somebody, as it is wanted now."""
    [found] = told(office, post, "attendance-status")
    return found


def told(office: Office, post: str, kind: str) -> list[Message]:
    """What is stored of one kind for whoever is in a post, oldest first, unless it was taken back."""
    with office.reading() as scope:
        found = sorted(outbox.of_person(scope, office.person(post), 100), key=lambda each: each.id or 0)
        return [each.words for each in found if each.kind == kind and each.state != "dropped"]
