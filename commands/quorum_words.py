"""How a meeting stands, in words: each reading of its quorum, and each seat. Numbers are of seats, never of heads.

Quorate is said only where nothing is open, or where somebody by name has confirmed how the rule is to be read
(AMB-ALL-QUORUM: where no number is declared none is said, and whoever chairs decides).
"""

from collections.abc import Iterator, Sequence

from storage.arrangements.phrases import listed
from storage.arrangements.quorums import Reading
from storage.records import people
from storage.records.polls import Confirmed

from .attendance_standing import SeatStands, Standing
from .words import hour, short_day
from .work import Work

SILENT = "our arrangements do not say"

WAYS = {"deputies": "deputies", "vacancies": "vacant posts"}
"""What can be open in a rule, as people call it."""

VALUES = {"yes": "comes", "deputy": "a deputy comes", "no": "does not come", "unsure": "is not sure"}
"""What a seat answers, as a sentence about it goes on."""


def summary(found: Standing) -> str:
    """In a few words how many come: "6 of 9 come"; with several readings "5 of 9 come without deputies, 6 with"."""
    if not found.readings:
        come = [each for each in found.counted if each.comes in ("yes", "deputy") and not each.unsigned]
        return f"{len(come)} of {len(found.counted)} come"
    if len(found.readings) == 1:
        [one] = found.readings
        return f"{one.here} of {one.base} come"
    least, most = found.readings[0], found.readings[-1]  # deputies add to those who come, vacant posts to the base
    those = f"{least.here} of {least.base} come"
    deputies = f" without deputies, {most.here} with" if "deputies" in found.open else ""
    vacant = f"; of {most.base} with vacant posts" if "vacancies" in found.open else ""
    return those + deputies + vacant


def lines(work: Work, found: Standing) -> list[str]:
    """How the quorum stands, a sentence or two to a line; what is missing of named posts and skills last."""
    said = [*_rule(found), *_confirmed(work, found)]
    missing = _missing(work, found)
    return [*said, *missing]


def _rule(found: Standing) -> Iterator[str]:
    if found.quorum is None:
        yield f"{_sentence(summary(found))} No quorum: {SILENT}, so no number is said. Whoever chairs decides."
        return
    if found.quorum.kind == "discretion":
        yield f"{_sentence(summary(found))} No number is stated: whoever chairs decides whether it can do its business."
        return
    if len(found.readings) == 1:
        yield _one(found, found.readings[0])
        return
    yield _several(found)
    if found.met is not None:
        yield "Either way the number is reached." if found.met else "Either way it is not enough."


def _one(found: Standing, one: Reading) -> str:
    if one.needed is None:
        return f"{_sentence(summary(found))} No number is declared."
    needed = f"{one.needed} of {one.base} {found.quorum.base} {_verb(one.needed)} needed" if found.quorum else ""
    come = f"{one.here} {'comes' if one.here == 1 else 'come'}"
    if one.met:
        return f"{needed}, {come}: as it stands the meeting is quorate."
    if one.short:
        return f"{needed}, {come}: {one.short} more {'has' if one.short == 1 else 'have'} to come."
    return f"{needed}, {come}: the number is reached, but not all who must be there come."


def _several(found: Standing) -> str:
    """ "5 without deputies, 6 with: our arrangements do not say. 6 of 9 representatives are needed." """
    readings, base = found.readings, found.quorum.base if found.quorum else ""
    if len({(one.base, one.needed) for one in readings}) > 1:
        each = "; ".join(f"{one.here} of {one.base} {_ways(found, one)}, {one.needed} needed" for one in readings)
        return f"{each}: {SILENT}."
    if found.open == ("deputies",) and len(readings) == 2:
        numbers = f"{readings[0].here} without deputies, {readings[1].here} with"
    else:
        numbers = "; ".join(f"{one.here} {_ways(found, one)}" for one in readings)
    needed = readings[0].needed
    of = f" {needed} of {readings[0].base} {base} {_verb(needed)} needed." if needed is not None else ""
    return f"{numbers}: {SILENT}.{of}"


def _ways(found: Standing, one: Reading) -> str:
    """What a reading takes for granted, of what is open."""
    said = []
    if "deputies" in found.open:
        said.append("with deputies" if one.deputies else "without deputies")
    if "vacancies" in found.open:
        said.append("with vacant posts counted" if one.vacancies else "without vacant posts")
    return listed(said)


def _confirmed(work: Work, found: Standing) -> Iterator[str]:
    for what, row in found.confirmed.items():
        yield confirmed_words(work, what, row)


def confirmed_words(work: Work, what: str, row: Confirmed) -> str:
    """Who has confirmed how the rule is read, and when, in a sentence."""
    how = "count" if row.counts else "do not count"
    scope = "for this meeting" if row.meeting else "for every meeting"
    day = short_day(row.at.astimezone(work.terms.zone).date())
    because = f", because {row.because.rstrip('.')}" if row.because else ""
    return f"That {WAYS[what]} {how} was confirmed {scope} by {person_name(work, row.person)} on {day}{because}."


def _missing(work: Work, found: Standing) -> Iterator[str]:
    """Posts and skills that must be there and are not, in whichever reading; said once where the readings agree."""
    for what, label in (("posts", "Must be there, and is not said to come"), ("skills", "Skills not there yet")):
        by_reading = [getattr(one, what) for one in found.readings]
        if not any(by_reading):
            continue
        names = list(dict.fromkeys(name for each in by_reading for name in each))
        shown = [work.arrangements.title(name) if what == "posts" else name for name in names]
        unsure = f" ({_depends(found)})" if len(set(by_reading)) > 1 else ""
        yield f"{label}: {listed(shown)}{unsure}."


def _depends(found: Standing) -> str:
    return f"if {' and '.join(WAYS[what] for what in found.open)} do not count"


# The seats


def seat_line(work: Work, seat: SeatStands) -> str:
    """One seat and how it stands: "Designated Nurse: a deputy comes, told by telephone, recorded by ..."."""
    return f"{work.arrangements.title(seat.post)}: {seat_words(work, seat)}"


def seat_words(work: Work, seat: SeatStands) -> str:
    """How one seat stands, with what is to be known of its answer."""
    if seat.vacant:
        return "nobody is in this post"
    said = [_comes(work, seat)]
    if seat.unsigned:
        said.append("has not signed what is signed before taking part, so does not count yet")
    if seat.has_answered and seat.because:
        said.append(f"because {seat.because.rstrip('.')}")
    if how := _came_by(work, seat):
        said.append(how)
    return ", ".join(said)


def _comes(work: Work, seat: SeatStands) -> str:
    if not seat.has_answered and not seat.covers:
        return "no answer yet"
    if seat.covers and seat.comes == "deputy" and seat.who == seat.covers and seat.value != "deputy":
        away = f"{VALUES[seat.value]}; " if seat.value in ("no", "unsure") else ""
        return f"{away}{person_name(work, seat.covers)} covers the post that day"
    if seat.value == "deputy" and seat.who:
        return f"{person_name(work, seat.who)} comes as deputy"
    return VALUES.get(seat.value, "no answer yet")


def _came_by(work: Work, seat: SeatStands) -> str:
    if not seat.has_answered:
        return ""
    by = person_name(work, seat.answered_by)
    if seat.came_by == "told":
        local = seat.answered_at.astimezone(work.terms.zone) if seat.answered_at else None
        when = f" on {short_day(local.date())} at {hour(local)}" if local else ""
        return f"told by telephone, recorded by {by}{when}"
    if seat.came_by == "pa":
        return f"answered by the PA or staff officer, {by}"
    return ""


def person_name(work: Work, person: str) -> str:
    """Somebody's name; "somebody" for whoever is known no more."""
    found = people.get(work.scope.session, person) if person else None
    return found.name if found is not None else "somebody"


GROUPS: Sequence[tuple[str, str]] = (
    ("no", "Not coming"),
    ("unsure", "Not sure"),
    ("", "No answer yet"),
    ("vacant", "Nobody in post"),
    ("deputy", "A deputy comes"),
    ("yes", "Coming"),
)
"""How the seats are put together where all are shown: those who are missing first."""


def by_state(found: Standing) -> dict[str, list[SeatStands]]:
    """The seats by how they stand, in the order of GROUPS; states with no seat are left out."""
    states: dict[str, list[SeatStands]] = {state: [] for state, _ in GROUPS}
    for each in found.seats:
        states["vacant" if each.vacant else each.comes].append(each)
    return {state: seats for state, seats in states.items() if seats}


def _verb(number: int | None) -> str:
    return "is" if number == 1 else "are"


def _sentence(words: str) -> str:
    return f"{words}."
