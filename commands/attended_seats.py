"""The seats of a meeting on its day: how each may be recorded, who is meant by it, and how that is said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storage.arrangements import reminders
from storage.records import attended
from storage.records.attended import Attended
from storage.records.meetings import MeetingRow
from storage.records.message import Choice

from . import agreements, choosing, naming
from .attendance_standing import InPost, in_post_then
from .meeting_words import group_of
from .quorum_words import person_name
from .refusals import Refusal, Refused
from .work import Work

PRESENT, ONLINE, DEPUTY, APOLOGIES, ABSENT = "present", "online", "deputy", "apologies", "absent"
"""How a seat can be recorded."""

HERE = frozenset({PRESENT, ONLINE, DEPUTY})

WORDS: Mapping[str, str] = {
    PRESENT: "In the room",
    ONLINE: "Online",
    DEPUTY: "A deputy",
    APOLOGIES: "Apologies",
    ABSENT: "Not here, no apologies",
}
"""The words of each, for forms and lists."""


@dataclass(frozen=True)
class SeatThen:
    """A seat on a meeting's day and who may come for it. `by_hand`: it is asked by hand, as co-opted or invited."""

    post: str
    then: InPost
    skill: str = ""
    by_hand: bool = False

    @property
    def stand_ins(self) -> list[str]:
        """Whoever may come in its holder's place: who covers it that day first, then its deputies."""
        found = [self.then.cover, *self.then.deputies]
        return list(dict.fromkeys(each for each in found if each and each not in self.then.holders))


@dataclass(frozen=True)
class Came:
    """How a seat is recorded, and the person where somebody who is entered came."""

    how: str
    person: str = ""


def of(work: Work, row: MeetingRow) -> dict[str, SeatThen]:
    """The seats of a meeting: those at its table that day, then every other with somebody in it or on record."""
    group = group_of(work, row)
    table = [seat.post for seat in reminders.at_the_table(group, row.day)]
    others = [seat.post for seat in group.seats if seat.post not in table]
    then = in_post_then(work, row, [*table, *others])
    known = attended.at(work.scope, row.group, row.place)
    posts = [*table, *(post for post in others if post in then or post in known)]
    skills = {seat.post: seat.skill for seat in reversed(group.seats)}
    return {post: SeatThen(post, then.get(post, InPost()), skills.get(post, ""), post in others) for post in posts}


def recorded(work: Work, row: MeetingRow) -> dict[str, Attended]:
    """Who is on record of a meeting, in the order of its seats; guests last."""
    found = attended.at(work.scope, row.group, row.place)
    group = group_of(work, row)
    posts = [seat.post for seat in (*reminders.at_the_table(group, row.day), *group.seats)]
    order = {post: number for number, post in enumerate(dict.fromkeys(posts))}
    return dict(sorted(found.items(), key=lambda each: (order.get(each[0], len(order)), len(each[0]), each[0])))


def choices(work: Work, row: MeetingRow, seat: SeatThen) -> tuple[Choice, ...]:
    """What a seat can be recorded as. A deputy who is not entered only where nobody signs before taking part."""
    found = [(PRESENT, WORDS[PRESENT]), (ONLINE, WORDS[ONLINE])] if seat.then.holders else []
    found += [(f"{DEPUTY}:{person}", f"Instead: {person_name(work, person)}") for person in seat.stand_ins]
    if group_of(work, row).agreement is None:
        found.append((DEPUTY, "A deputy who is not entered"))
    found += [(APOLOGIES, WORDS[APOLOGIES]), (ABSENT, WORDS[ABSENT])]
    return tuple(Choice(value=value, label=label) for value, label in found)


def who_choices(work: Work, found: Iterable[Attended]) -> tuple[Choice, ...]:
    """Those on record, to be chosen among."""
    return tuple(Choice(value=each.seat, label=who(work, each)) for each in found)


def value_of(found: Attended | None) -> str:
    """What is on record of a seat, as one of its choices."""
    if found is None:
        return ""
    return f"{DEPUTY}:{found.person}" if found.how == DEPUTY and found.person else found.how


def read(work: Work, row: MeetingRow, seat: SeatThen, value: str, field: str) -> Came:
    """What is meant by a choice, in whatever words. Raises Refused beside the field.

    Whoever has not signed what the group's people sign before they take part is not let in.
    """
    came = _meant(work, row, seat, value, field)
    if came.how not in HERE:
        return came
    group = group_of(work, row)
    if group.agreement is not None and agreements.unsigned(work, group, [came.person], row.day):
        who_ = person_name(work, came.person)
        instead = f", for the {work.arrangements.title(seat.post)}," if came.how == DEPUTY else ""
        raise Refused(
            Refusal(
                f"{who_}{instead} has not signed the {group.agreement.name}, and nobody takes part before "
                f"({group.agreement.source}).",
                field,
                f"Record that they have with: agreement signed {group.id} {who_}",
            )
        )
    return came


def _meant(work: Work, row: MeetingRow, seat: SeatThen, value: str, field: str) -> Came:
    offered = choices(work, row, seat)
    title_ = work.arrangements.title(seat.post)
    if naming.plain(value) == DEPUTY and seat.stand_ins:
        if len(seat.stand_ins) > 1:
            names = ", ".join(person_name(work, person) for person in seat.stand_ins)
            raise Refused(Refusal(f"Several may come for the {title_}.", field, f"Say which: {names}."))
        return Came(DEPUTY, seat.stand_ins[0])
    if naming.plain(value) in (PRESENT, ONLINE) and not seat.then.holders:
        want = "Whoever stands in is recorded as such." if seat.stand_ins else "Enter somebody with: people enter"
        raise Refused(Refusal(f"Nobody held the post of {title_} that day.", field, want))
    if naming.plain(value) == DEPUTY and DEPUTY not in {choice.value for choice in offered}:
        want = "The business manager enters them with: people enter EMAIL NAME as POST"
        raise Refused(Refusal(f"No deputy of the {title_} is entered.", field, want))
    try:
        chosen = _BY_WORD.get(naming.plain(value)) or choosing.one(offered, value)
    except Refused as refused:
        raise Refused(*(Refusal(each.sentence, field, each.want) for each in refused.refusals)) from None
    how, _, person = chosen.partition(":")
    if how == DEPUTY:
        return Came(DEPUTY, person)
    return Came(how, seat.then.holders[0] if how in HERE else "")


_BY_WORD = {word: word for word in (PRESENT, ONLINE, APOLOGIES, ABSENT)}
"""The plain words for those who type them."""


# In words


def names(found: Iterable[str]) -> str:
    """Names one after the other; semicolons between, since titles of posts hold commas."""
    return "; ".join(found)


def agency_now(work: Work, seat: str) -> str:
    """What the agency of a seat's post is called today; empty for a post of none."""
    post = work.arrangements.posts_by_id.get(seat)
    names = {each.id: each.name for each in work.arrangements.agencies}
    return names.get(post.agency or "", "") if post is not None else ""


def title(work: Work, seat: str, found: Attended | None = None) -> str:
    """What a seat is called; a guest by their name."""
    return found.name if found is not None and found.name else work.arrangements.title(seat)


def who(work: Work, found: Attended) -> str:
    """Who is on record for a seat: "Designated Nurse", "NAME (Designated Nurse)", "NAME for the Designated Nurse"."""
    if found.name:
        return ", ".join(filter(None, (found.name, found.agency))) + " (guest)"
    title_ = work.arrangements.title(found.seat)
    if found.how == DEPUTY:
        return f"{person_name(work, found.person)} for the {title_}" if found.person else f"A deputy of the {title_}"
    name = person_name(work, found.person) if found.person else title_
    return title_ if naming.plain(name) == naming.plain(title_) else f"{name} ({title_})"
