"""`report …`, `audit …` and `return …`: rounds, chasing, who owes and who answers for whom."""

from commands import return_contacts, return_enrolling, return_opening, return_requests
from commands.dates import parse_day
from commands.refusals import Refused
from commands.round_which import agency_meant, owed_meant, round_meant
from commands.saying import Do, Meaning, Typed, Word, keyed
from commands.work import Work
from storage.records.returns import Round

from .report_heads import one_of_head, under_each

_OPEN = {"by": "due", "due": "due", "only": "only", "called": "name"}
_CANCEL = {"because": "because"}
_EXTEND = {"of": "round", "until": "due", "to": "due", "because": "because"}
_CONTACT = {"as": "role", "telephone": "telephone"}
_ENROL = {"with": "duty", "sector": "sector", "partner": "partner"}
_OWES = {"owes": "report", "because": "because"}


def _of_head(work: Work, typed: Typed, word: str) -> Round:
    head = typed.word.path[0]
    return round_meant(work, word, calls="" if head == "return" else head)


def _open(work: Work, typed: Typed) -> Meaning:
    """[WHICH] by DAY [only NAMES] [called NAME]"""
    if not typed.words and not typed.options:
        return Do(typed.word.action, {})
    before, raw = _keyed_from_the_start(typed, _OPEN)
    report = one_of_head(work, typed, " ".join(before))
    return Do(typed.word.action, raw | {"report": report.id})


def _keyed_from_the_start(typed: Typed, keys: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """As `keyed`, but the first word may be a key too."""
    words, raw = keyed(Typed(typed.word, ("-", *typed.words), typed.options), keys)
    return words[1:], raw


def _round(work: Work, typed: Typed) -> Meaning:
    """[WHICH]"""
    return Do(typed.word.action, {"round": _of_head(work, typed, typed.rest).record})


def _cancel(work: Work, typed: Typed) -> Meaning:
    """[WHICH] because WHY"""
    which, raw = _keyed_from_the_start(typed, _CANCEL)
    return Do(typed.word.action, raw | {"round": _of_head(work, typed, " ".join(which)).record})


def _extend(work: Work, typed: Typed) -> Meaning:
    """WHO [of WHICH] until DAY because WHY"""
    if not typed.words:
        return Do(typed.word.action, {})
    who, raw = keyed(typed, _EXTEND)
    if "because" in raw and "due" not in raw and len(who) > 1 and _is_day(work, who[-1]):
        who, raw = who[:-1], raw | {"due": who[-1]}
    round_ = _of_head(work, typed, raw.pop("round", ""))
    return Do(typed.word.action, raw | {"round": round_.record, "who": owed_meant(work, round_, " ".join(who)).who})


def _is_day(work: Work, word: str) -> bool:
    try:
        parse_day(word, work.today)
    except Refused:
        return False
    return True


def _chase(work: Work, typed: Typed) -> Meaning:
    """[WHICH]: who would be told next; nobody is told by looking."""
    return return_opening.next_words(work, _of_head(work, typed, typed.rest))


def _remind(work: Work, typed: Typed) -> Meaning:
    """[WHICH] or WHO"""
    try:
        return Do(typed.word.action, {"round": _of_head(work, typed, typed.rest).record})
    except Refused:
        round_ = _of_head(work, typed, "")
        return Do(typed.word.action, {"round": round_.record, "who": owed_meant(work, round_, typed.rest).who})


def _contact(work: Work, typed: Typed) -> Meaning:
    """AGENCY EMAIL [NAME] [as ROLE]"""
    words, raw = keyed(typed, _CONTACT)
    at = next((number for number, word in enumerate(words) if "@" in word), None)
    if at is None:
        agency = {"agency": " ".join(words)} if words else {}
        return Do(typed.word.action, {**agency, **raw})
    given = {"agency": " ".join(words[:at]), "email": words[at].strip("<>()"), "name": " ".join(words[at + 1 :])}
    return Do(typed.word.action, {"role": "lead"} | raw | {name: text for name, text in given.items() if text})


def _contacts(work: Work, typed: Typed) -> Meaning:
    """AGENCY"""
    if not typed.words:
        raise Refused("Say of whom: return contacts AGENCY")
    return return_contacts.listed(work, agency_meant(work, typed.rest))


def _contact_ends(work: Work, typed: Typed) -> Meaning:
    """AGENCY [EMAIL] [as ROLE]"""
    if not typed.words:
        return Do(typed.word.action, {})
    words, raw = keyed(typed, _CONTACT)
    address = next((word for word in words if "@" in word), "")
    agency = " ".join(word for word in words if word != address)
    return Do(typed.word.action, {"role": "lead", "agency": agency, "email": address} | raw)


def _enrol(work: Work, typed: Typed) -> Meaning:
    """NAME with DUTY [sector SECTOR] [partner PARTNER]"""
    name, raw = keyed(typed, _ENROL)
    if raw.get("duty", "").casefold().replace(" ", "-") in ("section-11", "section-175", "both", "none"):
        raw["duty"] = raw["duty"].casefold().replace(" ", "-")
    return Do(typed.word.action, raw | ({"name": " ".join(name)} if name else {}))


def _off(_work: Work, typed: Typed) -> Meaning:
    """AGENCY"""
    if not typed.words:
        raise Refused("Say whom: return off-list AGENCY")
    return Do(typed.word.action, {"agency": typed.rest})


def _owes(work: Work, typed: Typed) -> Meaning:
    """Opens the form, with WHO in it where one is named."""
    return Do(typed.word.action, {"who": typed.rest} if typed.words else {})


def _form(_work: Work, typed: Typed) -> Meaning:
    return Do(typed.word.action, {})


WORDS: tuple[Word, ...] = (
    *under_each(
        "open",
        "asks for a {what} by hand: shows first who would be asked",
        _open,
        "[WHICH] by DAY [only NAMES] [called NAME]",
        action=return_opening.OPEN.name,
        options=tuple(_OPEN),
    ),
    *under_each(
        "close",
        "closes the round of a {what}: nobody is reminded any more",
        _round,
        "[WHICH]",
        action=return_opening.CLOSE.name,
    ),
    *under_each(
        "cancel",
        "cancels the round of a {what}: it is no longer asked for",
        _cancel,
        "[WHICH] because WHY",
        action=return_opening.CANCEL.name,
        options=tuple(_CANCEL),
    ),
    *under_each(
        "extend",
        "gives one who owes a {what} another day",
        _extend,
        "WHO [of WHICH] until DAY because WHY",
        action=return_requests.EXTEND.name,
        options=tuple(_EXTEND),
    ),
    *under_each(
        "chase",
        "shows who is told next about a {what}, and how often they were asked; nobody is told by looking",
        _chase,
        "[WHICH]",
        allowed=return_opening.MANAGES,
    ),
    *under_each(
        "remind",
        "reminds those whose {what} is not in, now: shows first whom",
        _remind,
        "[WHICH] or WHO",
        action=return_opening.REMIND.name,
    ),
    Word(
        ("return", "contact"),
        "names who answers for an agency or setting, stands in, helps, or signs off as senior",
        _contact,
        "AGENCY EMAIL [NAME] [as lead, substitute, contributor or senior]",
        return_contacts.CONTACT.name,
        options=tuple(_CONTACT),
    ),
    Word(
        ("return", "contacts"),
        "who is entered for an agency or setting, and where they are rung",
        _contacts,
        "AGENCY",
        allowed=return_contacts.KEEPS,
    ),
    Word(
        ("return", "contact-ends"),
        "ends that somebody answers for an agency or setting",
        _contact_ends,
        "AGENCY [EMAIL] [as ROLE]",
        return_contacts.CONTACT_ENDS.name,
        options=("as",),
    ),
    Word(
        ("return", "enrol"),
        "enters an agency or setting that our arrangements do not list",
        _enrol,
        "NAME with section-11, section-175, both or none",
        return_enrolling.ENROL.name,
        options=tuple(_ENROL),
    ),
    Word(
        ("return", "off-list"),
        "takes such an agency or setting off the list again",
        _off,
        "AGENCY",
        return_enrolling.ENROL_ENDS.name,
    ),
    Word(
        ("return", "owes"),
        "confirms by name that somebody owes a report or an audit, or that they do not",
        _owes,
        "WHO",
        return_enrolling.OWES.name,
    ),
    Word(
        ("return", "consent"),
        "agrees that somebody answers once for us and for another partnership",
        _form,
        action=return_enrolling.CONSENT.name,
    ),
)
