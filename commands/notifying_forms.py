"""The form by which a serious child safeguarding incident is notified: what is asked, and what of it is kept.

Structured facts only; `notifying_checks` says what will not do. Words about the case stay in the council's system, or
on our own page, encrypted.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from storage.arrangements.partnership import Arrangements
from storage.arrangements.pathways import FLAGS
from storage.records.message import Choice, MessageField

from . import areas
from .cases import full_pathway
from .danger import not_the_way
from .dates import WANT_HOUR
from .notifying_checks import (
    ASKED_FLAGS,
    MOST_CHILDREN,
    UNDERSTOOD,
    WANT_REFERENCE,
    WANT_ROLE,
    Given,
    problems,
    problems_for,
    with_alerts,
)
from .notifying_checks import CAME_BY as CAME_BY
from .notifying_checks import WAKING as WAKING
from .notifying_checks import moment as moment
from .steps import Asked, Step
from .telephones import WANT_NUMBER, read_uk
from .words import hour, long_day
from .work import Work

NOTIFY = "incident.notify"
NOTIFY_FOR = "incident.notify-for"
BEGIN = "notification.begin"

SPEEDS: Mapping[str, str] = {"now": "Wake people now", "morning": "Silent now, loud in the morning"}


def kinds_offered(served: Iterable[Arrangements]) -> frozenset[str]:
    """The ids and names of all kinds of incident, which are chosen, and so tell nothing of a child by themselves."""
    kinds = [kind for each in served for pathway in with_alerts(each) for kind in full_pathway(pathway).kinds]
    return frozenset(word for kind in kinds for word in (kind.id, kind.name))


# What is asked


def step(arrangements: Arrangements, *, outside: bool, today: date | None = None) -> Step:
    """The form of somebody who notifies: in chat, or from `outside` on our own page, where it begins a confirmation.

    `today` leaves out agencies that are no more. Its action is what the form does.
    """
    asks = (_tick(arrangements), *_facts(arrangements, today, number_needed=True))
    if not outside:
        return Step(NOTIFY, "Notify an incident", "Notify", asks, quiet=True, checks=problems)
    words = any(pathway.words for pathway in with_alerts(arrangements))
    asks = (*asks, *_OUTSIDE, *(_WORDS if words else ()))
    return Step(BEGIN, "Notify an incident", "Send", asks, quiet=True, checks=problems)


def step_for(arrangements: Arrangements, today: date | None = None) -> Step:
    """The form of whoever enters what somebody else has told: how it came, when, and from whom."""
    asks = (_tick(arrangements), *_CAME, *_facts(arrangements, today, number_needed=False), *_SPEED)
    return Step(NOTIFY_FOR, "Enter a notification", "Notify", asks, quiet=True, checks=problems_for)


def made(work: Work, _raw: Mapping[str, str]) -> Step:
    """The form of `incident.notify` as the arrangements have it today."""
    return step(work.arrangements, outside=False, today=work.today)


def made_for(work: Work, _raw: Mapping[str, str]) -> Step:
    """The form of `incident.notify-for` as the arrangements have it today."""
    return step_for(work.arrangements, work.today)


def _tick(arrangements: Arrangements) -> Asked:
    """The first line: where help for a child is to be had. It has to be ticked."""
    tick = Choice(value=UNDERSTOOD, label="I understand that this does not get help to a child")
    return Asked("ticked", not_the_way([arrangements]), "choices", choices=(tick,))


def _facts(arrangements: Arrangements, today: date | None, *, number_needed: bool) -> Iterator[Asked]:
    pathways = with_alerts(arrangements)
    full = [full_pathway(pathway) for pathway in pathways]
    if len(pathways) > 1:
        offered = tuple(Choice(value=pathway.id, label=pathway.name) for pathway in pathways)
        yield Asked("pathway", "What is to be notified", "choice", choices=offered)
    kinds = {kind.id: Choice(value=kind.id, label=kind.name) for pathway in full for kind in pathway.kinds}
    if kinds:
        needed = all(pathway.kinds for pathway in full)
        yield Asked("kind", "What has happened", "choice", needed, choices=tuple(kinds.values()))
    yield Asked("aware", "Day on which a professional became aware", "day", past=True)
    yield Asked("aware_hour", "Hour at which a professional became aware", "hour", hint=_EARLIEST)
    if any(fact.id == "authority-aware" for pathway in full for fact in pathway.facts):
        yield Asked("authority_aware", "Day on which the council became aware", "day", False, _NOT_KNOWN, past=True)
        yield Asked("authority_aware_hour", "Hour at which the council became aware", "hour", False, WANT_HOUR)
    yield Asked("happened", "Day on which it happened", "day", False, _NOT_KNOWN, past=True)
    yield Asked("happened_hour", "Hour at which it happened", "hour", False, _NOT_KNOWN)
    own = Choice(value=areas.OWN, label=f"In our own area ({arrangements.short})")
    yield Asked("area", "Where it happened", "choice", choices=(own, Choice(value="other", label="In another area")))
    yield Asked("other_area", "Which other area", "choice", False, "Only for another area.", choices=areas.elsewhere())
    there = [a for a in arrangements.agencies if (a.exists_on(today) if today else a.until is None)]
    if there:
        named = tuple(Choice(value=agency.id, label=agency.name) for agency in there)
        yield Asked("agencies", "Agencies involved", "choices", False, "As far as known.", choices=named)
    yield Asked("children", "How many children", "number", hint=f"From 1 to {MOST_CHILDREN}. An unborn child counts.")
    flags = tuple(Choice(value=id_, label=_capital(FLAGS[id_])) for id_ in ASKED_FLAGS)
    yield Asked("flags", "What is known already", "choices", False, choices=flags)
    yield Asked("authority_reference", "The council's case reference", "words", False, WANT_REFERENCE)
    yield Asked("ring_who", "Who can be rung", "words", number_needed, WANT_ROLE)
    yield Asked("ring_number", "On which number", "words", number_needed, WANT_NUMBER)


_EARLIEST = f"Not known exactly: the earliest hour that it can have been. {WANT_HOUR}"
_NOT_KNOWN = "Empty where it is not known."

_OUTSIDE = (
    Asked("notifier_name", "Your name", "words"),
    Asked("notifier_role", "Your role", "words", hint="Such as Consultant Paediatrician."),
    Asked("notifier_email", "Your work e-mail address", "words", hint="We write to it. It has to be confirmed there."),
)
_WORDS = (
    Asked(
        "words",
        "What the partners need to know",
        "text",
        False,
        "Stored encrypted, and read on our own page only, by those who are told. Nothing of it is sent.",
    ),
)


def _offered(words: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value=id_, label=_capital(label)) for id_, label in words.items())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


_CAME = (
    Asked("came_by", "How it came in", "choice", choices=_offered(CAME_BY)),
    Asked("received", "Day on which it came in", "day", hint="It counts from then, not from now.", past=True),
    Asked("received_hour", "Hour at which it came in", "hour"),
    Asked("notifier_name", "Who told of it", "words", hint="Their name. They hear of the decision."),
    Asked("notifier_email", "Their work e-mail address", "words", False, "An e-mail address or a telephone number."),
    Asked("notifier_telephone", "Their telephone number", "words", False, WANT_NUMBER),
)
_SPEED = (
    Asked("speed", "If it is night now", "choice", False, "Empty: as our arrangements say.", choices=_offered(SPEEDS)),
    Asked(
        "because", "Why people are woken", "choice", False, "Only where they are, by night.", choices=_offered(WAKING)
    ),
)


# What is kept, and how it is shown


def told_of(work: Work, given: Given) -> dict[str, object]:
    """The structured facts of what was filled in, as they are sealed; what was left empty is left out."""
    flags = list(given.get("flags") or ())
    area = given.get("other_area") if given.get("area") == "other" else areas.OWN
    if area != areas.OWN and "other-area" not in flags:
        flags.append("other-area")
    day, at = given.get("happened"), given.get("happened_hour")
    happened = day and (moment(work, day, at).isoformat() if at else day.isoformat())
    found: dict[str, object] = {
        "area": area,
        "agencies": list(given.get("agencies") or ()),
        "children": given.get("children"),
        "flags": flags,
        "authority_reference": (given.get("authority_reference") or "").upper(),
        "ring_who": given.get("ring_who"),
        "ring_number": read_uk(given["ring_number"]) if given.get("ring_number") else "",
        "happened": happened,
    }
    for name in ("notifier_name", "notifier_role", "notifier_telephone"):
        found[name] = given.get(name)
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def told_fields(work: Work, told: Mapping[str, object]) -> tuple[MessageField, ...]:
    """What was told of a case, in words, for those on its list."""
    names = {agency.id: agency.name for agency in work.arrangements.agencies}
    shown: dict[str, str] = {
        "Where it happened": _area_words(work, str(told.get("area") or "")),
        "When it happened": _happened_words(work, str(told.get("happened") or "")),
        "Children": str(told.get("children") or ""),
        "Agencies involved": ", ".join(names.get(id_, id_) for id_ in _strings(told.get("agencies"))),
        "Known": "; ".join(FLAGS.get(id_, id_) for id_ in _strings(told.get("flags"))),
        "The council's case reference": str(told.get("authority_reference") or ""),
        "Who can be rung": _with(told, "ring_who", "ring_number"),
        "Told by": _with(told, "notifier_name", "notifier_role", "notifier_telephone"),
        "Account": "not confirmed" if told.get("unconfirmed") else "",
    }
    return tuple(MessageField(label=label, value=value) for label, value in shown.items() if value)


def _strings(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []


def _with(told: Mapping[str, object], *names: str) -> str:
    return ", ".join(str(told[name]) for name in names if told.get(name))


def _area_words(work: Work, id_: str) -> str:
    return f"in our own area ({work.arrangements.short})" if id_ == areas.OWN else areas.name_of(id_)


def _happened_words(work: Work, text: str) -> str:
    if "T" not in text:
        return long_day(date.fromisoformat(text)) if text else ""
    local = datetime.fromisoformat(text).astimezone(work.terms.zone)
    return f"{hour(local)} on {long_day(local.date())}"
