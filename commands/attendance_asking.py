"""A meeting's attendance poll: opened, asked of each seat, asked anew when the meeting moves, closed when it is over.

One message goes to one person, whatever seats they have: in chat with buttons, by mail with a personal link. Nobody is
asked twice for the same day, unless they are reminded or somebody asks for a deputy.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from storage.arrangements import reminders
from storage.arrangements.phrases import listed
from storage.records import duties, outbox, people, polls
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message, Moment
from storage.records.polls import Poll, Seat

from . import attendance_status, poll_links
from .attendance_standing import InPost, in_post_then, meeting_of, place_of, poll_of, standing, to_sign
from .chasing_letters import goes_at, with_chat
from .meeting_words import describe, group_of, local_hour
from .saying import SAY
from .words import long_day, rendered
from .work import Work

ASKED = "attendance-asked"

ANSWER = "attendance.answer"
"""The action behind the buttons."""

LABELS: Mapping[str, str] = {"yes": "Yes", "deputy": "My deputy comes", "no": "No", "unsure": "Not sure"}
"""What somebody may press, by the value that it gives."""

MOST_SEATS = 3
"""So many seats of one person have buttons of their own; of more there is one that shows them all."""

How = Literal["asked", "again", "moved", "deputy", "send-deputy"]
"""For what somebody is written to: asked first, reminded, asked for another day, as a deputy, or to send one."""


# Opened and closed


def ensure(work: Work, row: MeetingRow) -> Poll:
    """The meeting's attendance poll, held by this transaction; opened where there is none yet."""
    held = polls.locked(work.scope, polls.ATTENDANCE, place_of(row))
    if held is None:
        held = _new(work, row)
        work.scope.session.add(held)
        work.scope.session.flush()
    _seats(work, row, held)
    return held


def _new(work: Work, row: MeetingRow) -> Poll:
    group = group_of(work, row)
    return Poll(
        partnership=work.scope.partnership,
        kind=polls.ATTENDANCE,
        place=place_of(row),
        name=f"{group.name} of {long_day(row.day)}",
        group=row.group,
        meeting=row.place,
        question=_question(work, row),
        version=work.terms.version,
        opened_by=work.actor.id,
        opened_at=work.now,
        closes_at=begins_at(work, row),
    )


def _question(work: Work, row: MeetingRow) -> dict[str, object]:
    """What the seats are asked about: the day, and the hour if one is set."""
    return {"day": row.day.isoformat(), "starts": local_hour(work, row.starts_at)}


def begins_at(work: Work, row: MeetingRow) -> datetime:
    """Until when answers may change: the meeting's beginning; without an hour the end of its day."""
    if row.starts_at is not None:
        return row.starts_at.astimezone(UTC)
    return datetime.combine(row.day + timedelta(days=1), time(), work.terms.zone).astimezone(UTC)


def _seats(work: Work, row: MeetingRow, poll: Poll) -> None:
    """Gives each seat at the table its row; one that has left the table keeps what it has said."""
    group = group_of(work, row)
    known = {each.post for each in polls.seats(work.scope, poll)}
    counting = {each.post for each in reminders.deciding(group, row.day)}
    for each in reminders.at_the_table(group, row.day):
        if each.post not in known:
            work.scope.session.add(new_seat(poll, each.post, decides=each.post in counting))
    work.scope.session.flush()


def new_seat(poll: Poll, post: str, *, decides: bool) -> Seat:
    """A seat that has not answered yet."""
    return Seat(partnership=poll.partnership, kind=poll.kind, place=poll.place, post=post, decides=decides)


def follow_meeting(work: Work, row: MeetingRow) -> None:
    """Brings a meeting's poll after the meeting, when that was moved, cancelled or restored.

    What was said of one day is not said of another: the seats are asked anew, and what they said stays in history.
    """
    poll = poll_of(work, row)
    if poll is None:
        return
    poll = ensure(work, row)
    if row.status == "cancelled":
        poll.state, poll.ended_because, poll.closed_at = "cancelled", "the meeting is cancelled", work.now
    elif poll.state == "cancelled":
        poll.state, poll.ended_because, poll.closed_at = "open", "", None
    asks_now = _question(work, row)
    moved = row.status != "cancelled" and poll.question != asks_now
    if moved:
        _ask_anew(work, row, poll, asks_now)
    work.scope.session.add(poll)
    work.scope.session.flush()
    if moved and _is_asked_now(work, row):
        ask(work, row, poll, [each.post for each in standing(work, row).unanswered], how="moved")
    attendance_status.changed(work, poll)


def _ask_anew(work: Work, row: MeetingRow, poll: Poll, asks_now: dict[str, object]) -> None:
    """Makes a poll one about another day. What was said of a day counts again once the meeting is back on it."""
    seats = polls.seats(work.scope, poll)
    said_of = dict(poll.outcome) | {_key(poll.question): {each.post: each.answers for each in seats if each.value}}
    before = said_of.get(_key(asks_now), {})
    assert isinstance(before, dict), "it was put there here"
    poll.outcome, poll.question, poll.closes_at = said_of, asks_now, begins_at(work, row)
    poll.name, poll.generation = f"{group_of(work, row).name} of {long_day(row.day)}", poll.generation + 1
    for seat in seats:
        said = {each.number: each for each in polls.said(work.scope, poll, seat.post)}.get(before.get(seat.post, 0))
        seat.value, seat.because, seat.who = (said.value, said.because, said.who) if said else ("", "", "")
        seat.came_by, seat.answered_by = (said.came_by, said.person) if said else ("", "")
        seat.answered_at = said.at if said else None
        work.scope.session.add(seat)
    for keys in outbox.keys_of(work.scope, f"{ASKED}:{poll.record}:").values():
        outbox.take_back(work.scope, keys, "taken back: the meeting has moved since", work.now)


def _key(question: Mapping[str, object]) -> str:
    return " ".join(str(question[part]) for part in ("day", "starts"))


def _is_asked_now(work: Work, row: MeetingRow) -> bool:
    """Whether the seats of a meeting have been asked by now, and still can answer."""
    asked = row.status == "confirmed" and _was_asked(work, row) and not _will_be_asked(work, row)
    return asked and not has_begun(work, row)


def _was_asked(work: Work, row: MeetingRow) -> bool:
    """Whether the seats have been asked about the meeting on an earlier day."""
    found = duties.of_record(work.scope, row.record, state=None)
    return any(each.kind == ASKED and each.reason.startswith("told") for each in found)


def _will_be_asked(work: Work, row: MeetingRow) -> bool:
    """Whether the time at which the seats are asked about the new day is still to come."""
    return any(each.kind == ASKED for each in duties.of_record(work.scope, row.record))


def close_past(work: Work) -> None:
    """Closes, every night, the polls of meetings whose day is over."""
    for poll in polls.every(work.scope, kind=polls.ATTENDANCE):
        row = meeting_of(work, poll)
        if row is None or row.day < work.today:
            poll.state, poll.closed_at = "closed", work.now
            poll.ended_because = "the day of the meeting is over"
            work.scope.session.add(poll)
            attendance_status.changed(work, poll)


def keep_ahead(work: Work) -> None:
    """Asks whoever has come into a seat since it was asked, and brings what is told of open polls up to date."""
    for poll in polls.every(work.scope, kind=polls.ATTENDANCE):
        row = meeting_of(work, poll)
        if row is None:
            continue
        if _is_asked_now(work, row):
            ask(work, row, ensure(work, row), [each.post for each in standing(work, row).unanswered])
        attendance_status.changed(work, poll)


def has_begun(work: Work, row: MeetingRow) -> bool:
    """Whether a meeting has begun, so that answers change no more."""
    return begins_at(work, row) <= work.now


# Asked


def ask(
    work: Work, row: MeetingRow, poll: Poll, posts: Iterable[str], *, how: How = "asked", once: str = ""
) -> dict[str, list[str]]:
    """Asks those who answer for some seats whether they come; gives the posts by person who were asked now.

    `once` tells this asking from others of the same kind; nobody has one of them twice.
    """
    wanted = set(posts)
    table = [each.post for each in polls.seats(work.scope, poll)]
    theirs = {
        person: found for person, found in _by_person(work, row, table, how).items() if not wanted.isdisjoint(found)
    }
    chat = with_chat(work, theirs)
    asked: dict[str, list[str]] = {}
    for person, found in theirs.items():
        # Whoever has come into one more seat since they were asked is asked again: their seats stand in the key.
        key = ":".join(filter(None, (str(poll.generation), _ONCE[how], once, "+".join(sorted(found)), person)))
        mine = [post for post in found if post in wanted]
        if _ask(work, row, poll, person, mine, how, key, chat=person in chat) == "told":
            asked[person] = mine
    return asked


def _by_person(work: Work, row: MeetingRow, posts: Sequence[str], how: How) -> dict[str, list[str]]:
    """Who is asked about each seat: as deputies those who are entered so, else whoever is in it on that day.

    Whoever covers the seat today is asked too, since what is owed goes there. Nothing can go to somebody who is in no
    post today: they are asked on the first day on which they are.
    """
    then = in_post_then(work, row, posts)
    covers = {each.post: each.person for each in people.covers_on(work.scope, work.today, group=row.group)}
    reachable = _reachable(work)
    theirs: dict[str, list[str]] = {}
    for post in posts:
        one = then.get(post, InPost())
        if how == "deputy":
            persons = [each for each in one.deputies if each in reachable]
        else:
            wanted = [each for each in (one.cover, *one.holders, *one.deputies) if each in reachable]
            persons = [*wanted[:1], *([covers[post]] if post in covers else [])]
        for person in dict.fromkeys(persons):
            theirs.setdefault(person, []).append(post)
    return theirs


def _reachable(work: Work) -> set[str]:
    """Everybody to whom messages may go today."""
    held = {each.person for each in people.holdings(work.scope, work.today) if each.capacity != "pa"}
    return held | {each.person for each in people.covering_on(work.scope, work.today)}


def _ask(
    work: Work,
    row: MeetingRow,
    poll: Poll,
    person: str,
    posts: Sequence[str],
    how: How,
    key: str,
    *,
    chat: bool,
) -> str:
    link = "" if chat or "pages" not in work.ways else poll_links.link_for(work, poll, person)[0]
    group = group_of(work, row)
    data = describe(work, row) | {
        "titles": [work.arrangements.title(post) for post in posts],
        "how": how,
        "sign": to_sign(work, group, [person]).get(person, ""),
        "link": bool(link),
        "chat": chat,
        "manager": work.arrangements.title(work.arrangements.secretariat.business_manager),
    }
    message = Message(
        title=rendered(ASKED, "title", data),
        text=rendered(ASKED, "text", data),
        buttons=buttons_for(work, row, posts, how),
        times=_times(work, row),
        link=link,
    )
    return work.send(
        person,
        ASKED,
        message,
        post=_post_of(work, row, person, posts),
        key=f"{ASKED}:{poll.record}:{key}",
        record=poll.record,
        why=_WHY[how],
        source=group.source,
        not_before=goes_at(work),
        expires_at=begins_at(work, row),
    )


def _post_of(work: Work, row: MeetingRow, person: str, posts: Sequence[str]) -> str:
    """The first of some posts by which somebody may be written to today; none where they are in them only later."""
    found = (each for each in posts if person in _in_post_today(work, row, each))
    return next(found, "")


def _in_post_today(work: Work, row: MeetingRow, post: str) -> set[str]:
    return people.all_in_post(work.scope, post, work.today, group=row.group, at=work.hour)


_WHY: Mapping[How, str] = {
    "asked": "each seat is asked before the meeting",
    "again": "whoever chairs, or the business manager, reminds those who have not answered",
    "moved": "the meeting has moved, so each seat is asked anew",
    "deputy": "whoever chairs, or the business manager, asks for deputies",
    "send-deputy": "whoever chairs, or the business manager, asks for deputies",
}


_ONCE: Mapping[How, str] = {
    "asked": "",
    "moved": "",
    "again": "again",
    "deputy": "deputy",
    "send-deputy": "send-deputy",
}
"""What stands in a message's key for the reason why somebody is asked: first asking and asking anew are one."""


def buttons_for(work: Work, row: MeetingRow, posts: Sequence[str], how: How = "asked") -> tuple[Button, ...]:
    """What somebody may press about their seats in a meeting."""
    if len(posts) > MOST_SEATS:
        line = f"meeting attend {row.group} {row.place}"
        return (Button(label="Answer for each seat", does=SAY, form={"line": line}),)
    offered = ["deputy"] if how in ("deputy", "send-deputy") else list(LABELS)
    found = []
    for post in posts:
        for value in offered:
            label = "I come as deputy" if how == "deputy" else LABELS[value]
            which = f": {work.arrangements.title(post)}" if len(posts) > 1 else ""
            form = {"group": row.group, "place": row.place, "post": post, "value": value, "asked": row.day.isoformat()}
            found.append(Button(label=f"{label}{which}"[:LABEL], does=ANSWER, form=form))
    return tuple(found)


LABEL = 60
"""A button's label is no longer than this."""


def _times(work: Work, row: MeetingRow) -> tuple[Moment, ...]:
    if row.starts_at is None:
        return ()
    words = f"{long_day(row.day)} at {local_hour(work, row.starts_at)}"
    return (Moment(words=words, at=row.starts_at.astimezone(UTC)),)


def names_of(work: Work, asked: Mapping[str, Sequence[str]], most: int = 12) -> str:
    """The posts that were asked, in words."""
    titles = [work.arrangements.title(post) for posts in asked.values() for post in posts]
    more = len(titles) - most
    return listed(titles) if more <= 0 else f"{', '.join(titles[:most])} and {more} more"
