"""How many come to a meeting, in one message kept true for whoever chairs it and for the business manager.

Whatever changes an answer, who is in a post or what was confirmed of the quorum calls `changed` at its end. Presses
that come before the next delivery go out as one; in mail it is one letter, whatever changes after it.
"""

from storage.arrangements.phrases import the
from storage.records import polls
from storage.records.message import Button, Less, Message, MessageField
from storage.records.polls import Poll

from . import quorum_words
from .attendance_standing import SeatStands, Standing, meeting_of, standing
from .meeting_words import describe
from .quorum_words import GROUPS, by_state
from .saying import SAY
from .words import long_day, rendered
from .work import Work

KIND = "attendance-status"

MOST_NAMED = 12
"""So many of the seats that are missing are named in the message; of more the number."""


def changed(work: Work, poll: Poll) -> Standing | None:
    """Brings the message about one meeting's attendance up to date; gives how it stands, where it is still held."""
    work.scope.session.flush()
    row = meeting_of(work, poll)
    if row is None:
        return None
    found = standing(work, row)
    for person, post in _readers(work, found).items():
        work.send(
            person,
            KIND,
            _message(work, poll, found),
            post=post,
            key=f"{KIND}:{poll.record}:{person}",
            record=poll.record,
            why="how many come, kept true",
            source=found.group.quorum.source if found.group.quorum is not None else found.group.source,
            live=True,
        )
    return found


def all_changed(work: Work, group: str | None = None) -> None:
    """The same for every meeting whose attendance is open, of one group or of all: when posts or entries change."""
    for poll in polls.every(work.scope, kind=polls.ATTENDANCE, group=group):
        changed(work, poll)


def _readers(work: Work, found: Standing) -> dict[str, str]:
    """Who has the message, with the post by which they do: whoever chairs, and the business manager."""
    readers: dict[str, str] = {}
    for post in (found.group.chair, work.arrangements.secretariat.business_manager):
        if post is None:
            continue
        person, absent = work.reach(post, found.group.id)
        if person is not None and not absent:
            readers.setdefault(person, post)
    return readers


def _message(work: Work, poll: Poll, found: Standing) -> Message:
    data = describe(work, found.row) | {
        "summary": quorum_words.summary(found),
        "lines": quorum_words.lines(work, found),
        "missing": missing_lines(work, found),
        "over": poll.state != "open",
        "because": poll.ended_because,
    }
    counts = by_state(found)
    labels = dict(GROUPS)
    return Message(
        title=rendered(KIND, "title", data),
        text=rendered(KIND, "text", data),
        fields=tuple(MessageField(label=labels[state], value=str(len(seats))) for state, seats in counts.items()),
        buttons=(show_button(found),),
        by_mail=_letter(work, found),
    )


def missing_lines(work: Work, found: Standing, most: int = MOST_NAMED) -> list[str]:
    """The seats that count and of which nobody is said to come, a line each, and those with nobody in them."""
    seats: list[SeatStands] = [*found.missing, *(each for each in found.counted if each.vacant)]
    seats += [each for each in found.seats if each.unsigned and each not in seats]
    lines = [quorum_words.seat_line(work, each) for each in seats]
    more = len(lines) - most
    return [*lines[:most], *([f"and {more} more"] if more > 0 else [])]


def show_button(found: Standing) -> Button:
    """The press that shows every seat."""
    return Button(label="Show every seat", does=SAY, form={"line": f"poll quorum {found.group.id} {found.row.place}"})


def _letter(work: Work, found: Standing) -> Less:
    """What a letter says instead: the same however it goes on, so that there is one."""
    data = describe(work, found.row)
    return Less(
        title=f"Who comes to {the(found.group.name)} of {long_day(found.row.day)}",
        text=(
            "The seats are asked whether they come. How that stands changes from hour to hour, so it is not written "
            f"in letters. It can be asked for in chat with: poll quorum {data['group_id']}"
        ),
    )


# All of it, when it is asked for


def shown(work: Work, found: Standing) -> Message:
    """How a meeting stands, every seat by name: those who are missing first."""
    labels = dict(GROUPS)
    lines = [*quorum_words.lines(work, found)]
    for state, seats in by_state(found).items():
        lines += ["", f"{labels[state]}:", *(f"- {quorum_words.seat_line(work, each)}" for each in seats)]
    if found.poll is None:
        lines += ["", "Nobody has been asked yet."]
    if found.skills:
        lines += ["", f"Skills needed at this meeting: {', '.join(found.skills)}."]
    return Message(
        title=f"{found.group.name}, {long_day(found.row.day)}: {quorum_words.summary(found)}",
        text="\n".join(lines),
    )
