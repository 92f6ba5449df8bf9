"""What will not do when an incident is notified: looked at by its shape, all at once, each beside its field.

Nothing that was filled in is said again here: somebody may have written what must not be written.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from storage.arrangements.partnership import Arrangements
from storage.arrangements.pathways import Pathway

from . import areas
from .cases import full_pathway
from .dates import WANT_HOUR
from .freetext import check_text
from .refusals import Refusal, Refused
from .telephones import WANT_NUMBER, read_uk
from .work import Work

UNDERSTOOD = "understood"
MOST_CHILDREN = 4
LONGEST_ROLE = 60
LONGEST_REFERENCE = 30
LONGEST_WORDS = 3000

ASKED_FLAGS = ("looked-after", "care-leaver", "nhs-wales", "other-area", "criminal", "domestic-homicide")
"""The facts of FLAGS that are known when somebody notifies; the others become known later."""

CAME_BY: dict[str, str] = {"mail": "by mail", "telephone": "by telephone", "form": "on the arrangements' own form"}
"""How something came in that is entered on behalf of somebody, by the id that is kept."""

WAKING: dict[str, str] = {
    "risk": "somebody may still be at risk",
    "evidence": "evidence could be lost before the morning",
    "under-way": "police or hospital are at work on it now",
    "public": "it may become public before the morning",
    "asked": "a partner has asked to be told at once",
}
"""Why people are woken by night, by the id that is kept: the reasons that the quarterly digest counts."""

WANT_ROLE = "A role, such as Designated Doctor on call. No name, and nothing about a child."
WANT_REFERENCE = f"Letters, figures, / and -, at most {LONGEST_REFERENCE}. No NHS number and no date of birth."


def with_alerts(arrangements: Arrangements) -> list[Pathway]:
    """The pathways that can be notified here once they are switched on."""
    return [pathway for pathway in arrangements.pathways if pathway.alert]


Given = Mapping[str, Any]
"""What was filled in, as it was read, by field; what could not be read, or was left empty, may be missing."""


def problems(work: Work, given: Given) -> list[Refusal]:
    """All that is wrong with what was filled in, each beside its field; nothing of it is said again."""
    return [each for look in _LOOKS for each in look(work, given)]


def problems_for(work: Work, given: Given) -> list[Refusal]:
    """The same for what is entered on behalf of somebody."""
    return [each for look in (*_LOOKS, *_LOOKS_FOR) for each in look(work, given)]


def _ticked(_work: Work, given: Given) -> Iterator[Refusal]:
    if UNDERSTOOD not in (given.get("ticked") or ()):
        yield Refusal("This has to be ticked.", "ticked", "Ring first if a child needs help now.")


def _what(work: Work, given: Given) -> Iterator[Refusal]:
    pathway = pathway_given(work, given)
    if pathway is None:
        yield Refusal("Our arrangements have no such pathway with alerts.", "pathway")
        return
    kinds = full_pathway(pathway).kinds
    kind = given.get("kind") or ""
    if kind and kind not in {each.id for each in kinds}:
        yield Refusal("This is no kind of what is to be notified.", "kind")
    if kinds and not kind:
        yield Refusal("This is needed.", "kind")


def pathway_given(work: Work, given: Given) -> Pathway | None:
    """The pathway that was chosen, or the only one; None where there is none such."""
    pathways = with_alerts(work.arrangements)
    wanted = given.get("pathway") or (pathways[0].id if len(pathways) == 1 else "")
    return next((pathway for pathway in pathways if pathway.id == wanted), None)


def _times(work: Work, given: Given) -> Iterator[Refusal]:
    for name in ("aware", "authority_aware", "happened", "received"):
        day, at = given.get(name), given.get(f"{name}_hour")
        if day is None and at is not None:
            yield Refusal("The hour needs its day.", name)
        if day is None:
            continue
        if at is None and name != "happened":
            yield Refusal("The day needs its hour.", f"{name}_hour", WANT_HOUR)
        if at is not None and not _exists(work, day, at):
            sentence = "There was no such hour on that day: the clocks went forward."
            yield Refusal(sentence, f"{name}_hour", "Give the hour by the new time.")
        elif day > work.today or (at is not None and moment(work, day, at) > work.now):
            yield Refusal("This lies ahead.", name if day > work.today else f"{name}_hour", "It has to be over.")


def _order(work: Work, given: Given) -> Iterator[Refusal]:
    """Nobody is aware of what has not happened, and nothing is received of which nobody is aware."""
    for first, then, sentence in _ORDER:
        day, at = given.get(first), given.get(f"{first}_hour")
        later_day, later_at = given.get(then), given.get(f"{then}_hour")
        if day is None or later_day is None or day > work.today:
            continue
        both = at is not None and later_at is not None
        if later_day < day or (both and moment(work, later_day, later_at) < moment(work, day, at)):
            yield Refusal(sentence, then)


_ORDER = (
    ("happened", "aware", "This lies before it happened."),
    ("happened", "authority_aware", "This lies before it happened."),
    ("aware", "received", "This lies before anybody was aware of it."),
)


def _exists(work: Work, day: date, at: time) -> bool:
    local = moment(work, day, at).astimezone(work.terms.zone)
    return (local.date(), local.time()) == (day, at.replace(tzinfo=None))


def moment(work: Work, day: date, at: time | None) -> datetime:
    """A local day and hour as a time. An hour that comes twice, when the clocks go back, is the first: the safe one."""
    return datetime.combine(day, at or time(), work.terms.zone).astimezone(UTC)


def _area(_work: Work, given: Given) -> Iterator[Refusal]:
    if given.get("area") == "other" and not areas.name_of(given.get("other_area") or ""):
        yield Refusal("This is needed for another area.", "other_area", 'If nobody knows yet, choose "Not known yet".')
    if given.get("area") == areas.OWN and given.get("other_area"):
        yield Refusal("This is for another area only.", "other_area", "Leave it empty, or choose another area above.")


def _agencies(work: Work, given: Given) -> Iterator[Refusal]:
    known = {agency.id for agency in work.arrangements.agencies}
    if set(given.get("agencies") or ()) - known:
        yield Refusal("Our arrangements know no such agency.", "agencies", "Choose among those that are offered.")
    if set(given.get("flags") or ()) - set(ASKED_FLAGS):
        yield Refusal("This is none of what can be ticked.", "flags")


def _children(_work: Work, given: Given) -> Iterator[Refusal]:
    number = given.get("children")
    if number is None or 1 <= number <= MOST_CHILDREN:
        return
    if number < 1:
        yield Refusal("At least one child is meant.", "children")
        return
    yield Refusal(
        f"One notification is for one incident and up to {MOST_CHILDREN} children.",
        "children",
        f"Notify {MOST_CHILDREN} here and the others in a second notification with the same reference of the council.",
    )


_REFERENCE_SHAPE = re.compile(rf"(?=.*\d)[A-Za-z0-9/-]{{1,{LONGEST_REFERENCE}}}")
_DATE_SHAPE = re.compile(r"\d{1,4}[/-]\d{1,2}[/-]\d{1,4}|(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d{2}")
_ROLE_SHAPE = re.compile(r"[^\W\d_](?:[^\W\d_]|[ ,&'()/-])*")
_NAME_SHAPE = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'-])*")
_EMAIL_SHAPE = re.compile(r"[^\s@<>\"',;:()]{1,64}@[a-z0-9.-]{1,180}\.[a-z]{2,24}", re.IGNORECASE)


def _reference(_work: Work, given: Given) -> Iterator[Refusal]:
    text = given.get("authority_reference") or ""
    if not text:
        return
    if found := list(check_text(text, "authority_reference")):
        yield from found
    elif _DATE_SHAPE.fullmatch(text):
        yield Refusal("This looks like a date, and a case reference must not hold a date of birth.", _AT_REFERENCE)
    elif not _REFERENCE_SHAPE.fullmatch(text):
        yield Refusal("This is no case reference.", _AT_REFERENCE, WANT_REFERENCE)


_AT_REFERENCE = "authority_reference"


def _ring(_work: Work, given: Given) -> Iterator[Refusal]:
    who, number = given.get("ring_who") or "", given.get("ring_number") or ""
    yield from _role(who, "ring_who")
    yield from _number(number, "ring_number")
    if who and not number:
        yield Refusal("Whoever can be rung needs a number.", "ring_number", WANT_NUMBER)
    if number and not who:
        yield Refusal("The number needs whose it is.", "ring_who", WANT_ROLE)


def _notifier(_work: Work, given: Given) -> Iterator[Refusal]:
    name, email = given.get("notifier_name") or "", given.get("notifier_email") or ""
    if name and (len(name) > LONGEST_ROLE or not _NAME_SHAPE.fullmatch(name)):
        yield Refusal("This is no name.", "notifier_name", f"Letters only, at most {LONGEST_ROLE}.")
    yield from _role(given.get("notifier_role") or "", "notifier_role")
    if email and not _EMAIL_SHAPE.fullmatch(email):
        yield Refusal("This is no e-mail address.", "notifier_email")
    yield from _number(given.get("notifier_telephone") or "", "notifier_telephone")
    if len(given.get("words") or "") > LONGEST_WORDS:
        sentence = f"This is longer than {LONGEST_WORDS} characters. Documents stay in your own system."
        yield Refusal(sentence, "words")


def _role(text: str, field: str) -> Iterator[Refusal]:
    if text and (len(text) > LONGEST_ROLE or not _ROLE_SHAPE.fullmatch(text)):
        yield Refusal("This is no role.", field, f"Letters only, at most {LONGEST_ROLE}. {WANT_ROLE}")


def _number(text: str, field: str) -> Iterator[Refusal]:
    try:
        read_uk(text, field) if text else None
    except Refused as refused:
        yield from refused.refusals


def _reachable(_work: Work, given: Given) -> Iterator[Refusal]:
    if not (given.get("notifier_email") or given.get("notifier_telephone")):
        sentence = "Whoever told of it has to be reachable: they hear of the decision."
        yield Refusal(sentence, "notifier_email", "Give their work e-mail address, or their telephone number below.")


def _speed(work: Work, given: Given) -> Iterator[Refusal]:
    pathway = pathway_given(work, given)
    by_night = pathway is not None and pathway.told_next.is_night(work.now, work.terms.zone)
    if by_night and given.get("speed") == "now" and not given.get("because"):
        yield Refusal("People are asleep now, so this is needed.", "because")
    if given.get("because") and given.get("because") not in WAKING:
        yield Refusal("This is none of the reasons.", "because")
    if given.get("came_by") is not None and given.get("came_by") not in CAME_BY:
        yield Refusal("This is none of the ways.", "came_by")


Look = Callable[[Work, Given], Iterable[Refusal]]

_LOOKS: Sequence[Look] = (
    _ticked, _what, _times, _order, _area, _agencies, _children, _reference, _ring, _notifier,
)  # fmt: skip
_LOOKS_FOR: Sequence[Look] = (_reachable, _speed)
