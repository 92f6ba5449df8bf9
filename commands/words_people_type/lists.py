"""Who may know of a case, and how long it is kept; what waits for a second person; a person's telephone number."""

from collections.abc import Sequence

from commands import case_lists, contacts, keeping, list_changes, naming, proposing
from commands.refusals import Refused
from commands.saying import Do, Meaning, Typed, Word
from commands.work import Work
from storage.records import people

from .cases import REFUSED


def _reference(work: Work, typed: Typed) -> str:
    """The reference of the case that the first word names. Raises Refused alike for none and for none of theirs."""
    if not typed.words:
        raise Refused(f"Write: {typed.word.written}")
    return case_lists.find(work, typed.words[0]).reference


def _alone(typed: Typed, rest: Sequence[str]) -> None:
    if rest or typed.options:
        raise Refused(f"{REFUSED} Write: {typed.word.written}")


def _people(work: Work, typed: Typed) -> Meaning:
    reference = _reference(work, typed)
    _alone(typed, typed.words[1:])
    return list_changes.people_of(work, reference)


def _change(work: Work, typed: Typed) -> Meaning:
    """REF POST or PERSON; without anything the form."""
    if not typed.words:
        return Do(typed.word.action)
    reference = _reference(work, typed)
    if len(typed.words) == 1 or typed.options:
        raise Refused(f"Say who. Write: {typed.word.written}")
    return Do(typed.word.action, {"reference": reference, "who": list_changes.who_is(work, " ".join(typed.words[1:]))})


def _of_case(work: Work, typed: Typed) -> Meaning:
    reference = _reference(work, typed)
    _alone(typed, typed.words[1:])
    return Do(typed.word.action, {"reference": reference})


def _hold(work: Work, typed: Typed) -> Meaning:
    """REF BECAUSE, which is one of the reasons; without anything the form."""
    if not typed.words:
        return Do(typed.word.action)
    reference = _reference(work, typed)
    because = " ".join(typed.words[1:])
    known = {naming.plain(word): id_ for id_, words in keeping.HELD_BECAUSE.items() for word in (id_, words)}
    if naming.plain(because) not in known:
        offered = "; ".join(f"{id_} ({words})" for id_, words in keeping.HELD_BECAUSE.items())
        raise Refused(f"Say why with one of these words, and nothing else: {offered}.")
    return Do(typed.word.action, {"reference": reference, "because": known[naming.plain(because)]})


def _proposals(work: Work, _typed: Typed) -> Meaning:
    return proposing.listed(work)


def _proposal(_work: Work, typed: Typed) -> Meaning:
    if len(typed.words) != 1:
        raise Refused(f"Write: {typed.word.written}. What waits for you stands in: proposal list")
    return Do(typed.word.action, {"proposal": typed.words[0]})


def _telephone(work: Work, typed: Typed) -> Meaning:
    """PERSON NUMBER; "me", or nobody, is whoever writes."""
    if not typed.words:
        return Do(typed.word.action)
    begins = next((n for n, word in enumerate(typed.words) if _is_number(word)), len(typed.words))
    who = " ".join(typed.words[:begins])
    if who.casefold() in ("", "me", "my", "mine"):
        own = people.get(work.scope.session, work.actor.person or "")
        who = own.email if own else ""
    return Do(typed.word.action, {"person": who, "number": " ".join(typed.words[begins:])})


def _is_number(word: str) -> bool:
    return word.casefold() == contacts.NO_NUMBER or (word[:1] in "+(0123456789" and "@" not in word)


WORDS = (
    Word(
        ("incident", "people"), "who may know of an incident, since when, and who put them on its list", _people, "REF"
    ),
    Word(
        ("incident", "list-add"),
        "proposes that somebody may know of an incident; somebody else on its list has to agree",
        _change,
        "REF POST or REF PERSON",
        list_changes.ADD.name,
    ),
    Word(
        ("incident", "list-end"),
        "proposes that somebody leaves the list of an incident; somebody else on it has to agree",
        _change,
        "REF POST or REF PERSON",
        list_changes.END.name,
    ),
    Word(
        ("incident", "hold"),
        "keeps an ended incident beyond its time, because",
        _hold,
        "REF BECAUSE",
        keeping.HOLD.name,
    ),
    Word(
        ("incident", "release-hold"),
        "says that an ended incident need not be held any more",
        _of_case,
        "REF",
        keeping.RELEASE.name,
    ),
    Word(
        ("incident", "empty"),
        "proposes to delete what was told of an incident whose time of keeping is over; it takes two people",
        _of_case,
        "REF",
        keeping.EMPTY.name,
    ),
    Word(("proposal", "list"), "what waits for a second person: for you, or proposed by you", _proposals),
    Word(("proposal", "agree"), "agrees to what somebody else proposed", _proposal, "NUMBER", "proposal.agree"),
    Word(
        ("proposal", "refuse"), "does not agree to it, so that nothing changes", _proposal, "NUMBER", "proposal.refuse"
    ),
    Word(("proposal", "withdraw"), "withdraws what you proposed", _proposal, "NUMBER", "proposal.withdraw"),
    Word(
        ("people", "telephone"),
        "keeps the number at which somebody is rung; your own, or anybody's if you keep the list of people",
        _telephone,
        "PERSON NUMBER",
        contacts.TELEPHONE.name,
    ),
)
