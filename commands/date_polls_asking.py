"""Who is asked in a date poll, reminded of it, asked to choose, and told what came of it.

One message goes to one person, whatever seats they are in: in chat with buttons, by mail with a personal link.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from storage.arrangements.reminders import Ask
from storage.records import outbox, polls
from storage.records.duties import Duty
from storage.records.message import Message
from storage.records.polls import Poll

from . import poll_links
from .chasing_letters import goes_at, in_turn, with_chat
from .date_polls_standing import NEED, YES, SeatStands, Standing, reached, slots_of, standing
from .date_polls_status import CLOSES, DUE, changed
from .date_polls_words import (
    LABELS,
    answer_buttons,
    data_of,
    slot_fields,
    slot_words,
    take_buttons,
    times_of,
    titles,
)
from .words import rendered
from .work import Work

ASKED, FOUND = "date-asked", "date-found"
"""The messages: somebody is asked; somebody is told what came of it."""

SHUTS = time(17)
"""The hour, local, until which answers are asked for on the last day; chosen."""


# Asked


def ask_all(work: Work, poll: Poll) -> tuple[list[str], list[str]]:
    """Asks everybody who is in a seat of a poll; gives the posts that are asked, and those with nobody."""
    seats = [seat.post for seat in polls.seats(work.scope, poll)]
    there = reached(work, poll, seats)
    theirs: dict[str, list[str]] = {}
    for post in seats:
        if post in there:
            theirs.setdefault(there[post], []).append(post)
    chat = with_chat(work, theirs)
    for person, posts in theirs.items():
        _ask(work, poll, person, posts, chat=person in chat, many=len(theirs))
    return [post for post in seats if post in there], [post for post in seats if post not in there]


def _ask(work: Work, poll: Poll, person: str, posts: Sequence[str], *, chat: bool, many: int) -> None:
    link = "" if chat or "pages" not in work.ways else poll_links.link_for(work, poll, person)[0]
    manager = work.arrangements.secretariat.business_manager
    slots = slots_of(poll)
    data = data_of(work, standing(work, poll)) | {
        "slots": [slot_words(work, slot) for slot in slots],
        "seats": titles(work, posts),
        "chat": chat,
        "link": bool(link),
        "manager": work.arrangements.title(manager),
    }
    message = Message(
        title=rendered(ASKED, "title", data),
        text=rendered(ASKED, "text", data),
        buttons=answer_buttons(poll) if chat else (),
        times=times_of(work, slots),
        link=link,
    )
    work.send(
        person,
        ASKED,
        message,
        post=posts[0],
        key=f"{ASKED}:{poll.record}:{poll.generation}:{person}",
        record=poll.record,
        why="a date is looked for, and this person is at the table",
        source="",
        not_before=in_turn(goes_at(work), person, many),
        expires_at=max(slot.starts for slot in slots),
    )


def owe(work: Work, poll: Poll) -> None:
    """What a poll asks of people while it is open: those who are silent once, whoever chairs at its end."""
    assert poll.closes_at is not None, "a date poll has a last day"
    found = standing(work, poll)
    chair = found.group.chair or work.arrangements.secretariat.business_manager
    source = found.group.source
    asks = [Ask(CLOSES, "once", poll.closes_at, chair, "the last day on which answers are asked for", source)]
    local = poll.closes_at.astimezone(work.terms.zone).date()
    day = work.terms.open_days.on_or_before(local - timedelta(days=1))
    if day > work.today:
        at = work.terms.setting.morning(day)
        why = "chosen: the working day before the last day of answers"
        asks += [Ask(DUE, f"seat:{seat.post}", at, seat.post, why, source) for seat in found.seats]
    work.owe(poll.record, poll.generation, asks)


def closing(work: Work, poll: Poll) -> None:
    """Has whoever chairs be asked to choose now, where everybody who can has answered and nobody has been asked yet."""
    found = standing(work, poll)
    if not found.answered or found.silent or poll.closes_at is None or poll.closes_at <= work.now:
        return
    chair = found.group.chair or work.arrangements.secretariat.business_manager
    ask = Ask(CLOSES, "once", work.now, chair, "everybody who can has answered", found.group.source)
    work.owe_also(poll.record, poll.generation, [ask])


# Reminded, and asked to choose


def due(work: Work, duty: Duty) -> str:
    """The handler: one line in the note of the day of whoever has not answered."""
    poll = _noted(work, duty)
    if poll is None or poll.state != "open":
        return "not asked: the poll is over"
    post = duty.part.partition(":")[2]
    found = standing(work, poll)
    silent = [seat.post for seat in found.silent]
    if post not in silent:
        return "not asked: it has answered, or nobody is there"
    return work.line(duty, data_of(work, found), seats=silent)


def closes(work: Work, duty: Duty) -> str:
    """The handler: whoever chairs is asked to take a slot, the best ones behind buttons."""
    poll = _noted(work, duty)
    if poll is None or poll.state != "open":
        return "not asked: the poll is over"
    found = standing(work, poll)
    changed(work, poll, found)
    return work.say(
        CLOSES,
        post=duty.post,
        key=f"{CLOSES}:{poll.record}:{poll.generation}",
        record=poll.record,
        data=data_of(work, found),
        why=duty.why,
        source=duty.source,
        fields=slot_fields(work, found),
        buttons=take_buttons(work, found),
    )


def _noted(work: Work, duty: Duty) -> Poll | None:
    work.note(duty.record, kind=duty.kind, part=duty.part)
    return polls.of_record(work.scope, duty.record)


def still_asked(work: Work, record: str, person: str) -> bool:
    """Whether a line of reminder still holds: the poll is open, and a seat of that person has not answered."""
    poll = polls.of_record(work.scope, record)
    if poll is None or poll.state != "open":
        return False
    own = poll_links.posts_of(work, poll, person)
    return any(seat.post in own for seat in standing(work, poll).silent)


# Told what came of it


def take_back_asking(work: Work, poll: Poll, because: str) -> None:
    """Ends what would still ask people, where it has not gone out."""
    for keys in outbox.keys_of(work.scope, f"{ASKED}:{poll.record}:").values():
        outbox.take_back(work.scope, keys, because, work.now)


def tell_found(work: Work, found: Standing, slot: str) -> int:
    """Tells whoever the date does not suit, or who has not said; the others have it in their invitation."""
    return _tell(work, found, [seat for seat in found.seats if seat.answers.get(slot) not in (YES, NEED)], slot)


def tell_closed(work: Work, found: Standing) -> int:
    """Tells everybody who was asked that no date was taken."""
    return _tell(work, found, found.seats, "")


def _tell(work: Work, found: Standing, seats: Iterable[SeatStands], slot: str) -> int:
    """Gives how many were told; nobody is who had not been asked yet."""
    poll = found.poll
    take_back_asking(work, poll, "the poll is over")
    asked = {row.person for row in outbox.about(work.scope, poll.record, [ASKED]) if row.state != "dropped"}
    theirs: dict[str, list[SeatStands]] = {}
    for seat in seats:
        if seat.person in asked:
            theirs.setdefault(seat.person, []).append(seat)
    for person, own in theirs.items():
        answer = own[0].answers.get(slot, "")
        data = data_of(work, found) | {"yours": LABELS[answer].lower() if answer else ""}
        message = Message(title=rendered(FOUND, "title", data), text=rendered(FOUND, "text", data))
        work.send(
            person,
            FOUND,
            message,
            post=own[0].post,
            key=f"{FOUND}:{poll.record}:{poll.generation}:{person}",
            record=poll.record,
            why="the date poll in which they were asked is over",
            source="",
            not_before=in_turn(goes_at(work), person, len(theirs)),
        )
    return len(theirs)


def last_hour(work: Work, day: date) -> datetime:
    """The time until which answers are asked for on that day."""
    return datetime.combine(day, SHUTS, work.terms.zone).astimezone(UTC)
