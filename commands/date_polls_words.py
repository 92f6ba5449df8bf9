"""Date polls in words: a slot, how it stands, the poll as a whole, and what can be pressed about it.

Whoever sets a poll up and whoever answers it is told that only our own meetings were looked at: nobody's calendar in
Outlook is seen.
"""

from collections.abc import Iterable, Iterator, Sequence

from storage.arrangements.phrases import listed
from storage.arrangements.quorums import Reading
from storage.records.message import Button, Message, MessageField, Moment
from storage.records.polls import Poll, Seat

from .date_polls_standing import NEED, NO, YES, Slot, SlotStands, Standing, form_of, meeting_of, slots_of
from .quorum_words import SILENT, WAYS
from .words import hour, long_day, short_day
from .work import Work

OPEN, ANSWER, CONFIRM, CLOSE, TAKE_BACK = "date.open", "date.answer", "date.confirm", "date.close", "date.take-back"
"""The names of the actions."""

NOT_SEEN = "Only our own meetings were looked at. Outlook was not seen: nobody's calendar was."

MOST_PRESSES = 3
"""So many slots can be taken by a press under a message; the others by name."""

LABELS = {YES: "Yes", NEED: "If need be", NO: "No"}
"""The answers to a slot, as people see them."""


def slot_words(work: Work, slot: Slot) -> str:
    """A slot in full: "Tuesday 1 June 2027, 10:00 to 12:00"."""
    ends = f" to {hour(slot.ends, work.terms.zone)}" if slot.ends else ""
    return f"{long_day(slot.starts.astimezone(work.terms.zone).date())}, {hour(slot.starts, work.terms.zone)}{ends}"


def short_words(work: Work, slot: Slot) -> str:
    """A slot on a button or in a table: "Tue 1 Jun 2027, 10:00"."""
    local = slot.starts.astimezone(work.terms.zone)
    return f"{short_day(local.date())}, {hour(local)}"


def times_of(work: Work, slots: Iterable[Slot]) -> tuple[Moment, ...]:
    """The hours of slots as they are told in full."""
    return tuple(Moment(words=slot_words(work, slot), at=slot.starts) for slot in slots)


def about(work: Work, poll: Poll) -> str:
    """What a date is looked for: the meeting with the day on which it stands, or a new one."""
    row = meeting_of(work, poll)
    if row is None:
        return "It is for a meeting beside the others; they stay where they are."
    return f"It is for the meeting that stands on {long_day(row.day)}."


def closes_words(work: Work, poll: Poll) -> str:
    """The day by which answers are asked for; empty where there is none."""
    return long_day(poll.closes_at.astimezone(work.terms.zone).date()) if poll.closes_at else ""


# How it stands


def slot_fields(work: Work, found: Standing) -> list[MessageField]:
    """Each slot and who can come, the best one marked."""
    best = found.best.slot.key if found.best is not None else ""
    return [
        MessageField(
            label=short_words(work, each.slot),
            value=f"{'Best so far. ' if each.slot.key == best else ''}{' '.join(_slot_lines(work, found, each))}",
        )
        for each in found.slots
    ]


def _slot_lines(work: Work, found: Standing, each: SlotStands) -> Iterator[str]:
    yield f"{how_many(found, each)}."
    if number := quorum_words(each.readings):
        yield f"{number}."
    for label, posts in (("If need be", each.need), ("Not", each.no)):
        if posts:
            yield f"{label}: {titles(work, posts)}."
    if each.slot.against:
        yield f"{listed([words[0].upper() + words[1:] for words in each.slot.against])}."


def how_many(found: Standing, each: SlotStands) -> str:
    """How many can come: "3 of 3 who decide, 1 of 2 others"; without anybody who decides just how many."""
    deciding = sum(seat.decides for seat in found.seats)
    others = len(found.seats) - deciding
    said = [f"{each.fit.deciding} of {deciding} who decide"] if deciding else []
    said += (
        [f"{each.fit.others} of {others} others" if deciding else f"{each.fit.others} of {others}"] if others else []
    )
    return f"{listed(said)} can come"


def quorum_words(readings: Sequence[Reading]) -> str:
    """The number as if the meeting were then; empty where none is declared."""
    if not readings or readings[0].needed is None:
        return ""
    if len(readings) == 1:
        [one] = readings
        return f"{one.needed} of {one.base} {'is' if one.needed == 1 else 'are'} needed, {one.here} can"
    each = [
        f"{one.here} of {one.base}, {one.needed} needed, {'with' if one.vacancies else 'without'} {WAYS['vacancies']}"
        for one in readings
    ]
    return f"{'; '.join(each)}: {SILENT}"


def titles(work: Work, posts: Iterable[str]) -> str:
    """Posts by their titles."""
    return listed([work.arrangements.title(post) for post in posts])


def data_of(work: Work, found: Standing) -> dict[str, object]:
    """What the words of messages about a poll may use."""
    poll = found.poll
    return {
        "name": poll.name,
        "group": found.group.name,
        "partnership": work.arrangements.short,
        "about": about(work, poll),
        "state": poll.state,
        "because": poll.ended_because,
        "closes": closes_words(work, poll),
        "over": poll.closes_at is not None and poll.closes_at <= work.now,
        "answered": len(found.answered),
        "asked": len(found.seats),
        "best": slot_words(work, found.best.slot) if found.best is not None else "",
        "best_words": how_many(found, found.best) if found.best is not None else "",
        "silent": titles(work, (seat.post for seat in found.silent)),
        "vacant": titles(work, (seat.post for seat in found.vacant)),
        "not_seen": NOT_SEEN,
        "found": found_words(work, poll),
    }


def found_words(work: Work, poll: Poll) -> str:
    """The slot that was taken; empty where none was."""
    taken = next((slot for slot in slots_of(poll) if slot.key == poll.outcome.get("slot")), None)
    return slot_words(work, taken) if taken is not None else ""


def take_buttons(work: Work, found: Standing) -> tuple[Button, ...]:
    """What whoever chairs may press: take one of the best slots, or close without a date."""
    if found.poll.state != "open":
        return ()
    form = form_of(found.poll)
    takes = [
        Button(label=f"Take {short_words(work, each.slot)}", does=CONFIRM, form={**form, "slot": each.slot.key})
        for each in found.ranked[:MOST_PRESSES]
    ]
    return (*takes, Button(label="Close without a date", does=CLOSE, form=form))


def answer_buttons(poll: Poll, post: str = "") -> tuple[Button, ...]:
    """What whoever is asked may press."""
    form = form_of(poll) | ({"post": post} if post else {})
    return (
        Button(label="Say when I can", does=ANSWER, form=form),
        Button(label="All of them suit me", does=ANSWER, form={**form, "every": YES}),
        Button(label="None of them", does=ANSWER, form={**form, "every": NO}),
    )


def shown(work: Work, found: Standing, *, takes: bool, answers: bool) -> Message:
    """A poll as a whole, for whoever may look at it. `takes`: they may take a slot; `answers`: they are asked."""
    data = data_of(work, found)
    is_open = found.poll.state == "open"
    lines = [f"{data['answered']} of {data['asked']} have answered. {data['about']}"]
    if data["found"]:
        lines.append(f"The date is found: {data['found']}.")
    elif not is_open:
        lines.append(f"It is {found.poll.state}: {data['because']}.")
    if is_open and data["closes"]:
        lines.append(f"Answers are asked for until {data['closes']}.")
    if is_open and data["silent"]:
        lines.append(f"No answer yet: {data['silent']}.")
    if data["vacant"]:
        lines.append(f"Nobody is in these seats: {data['vacant']}.")
    presses = answer_buttons(found.poll) if answers and is_open else ()
    return Message(
        title=found.poll.name,
        text="\n".join([*lines, "", NOT_SEEN]),
        fields=tuple(slot_fields(work, found)),
        buttons=(*presses, *(take_buttons(work, found) if takes else ())),
    )


def answer_lines(work: Work, poll: Poll, seat: Seat) -> list[str]:
    """What a seat answers, a line for each slot."""
    return [f"- {slot_words(work, slot)}: {LABELS[seat.slots.get(slot.key, NO)].lower()}" for slot in slots_of(poll)]


def people_words(number: int) -> str:
    """ "1 person", "5 people"."""
    return "1 person" if number == 1 else f"{number} people"
