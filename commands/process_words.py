"""The words of the process record: times that stand for ever, people with the posts they held then, what was said.

A record is read years later, so every time has its day, and every person the posts of that day. It holds references
and chosen words only: what was told of a case in facts stays sealed (DESIGN section 5, rule 3).
"""

from collections.abc import Mapping
from datetime import date, datetime

from storage.arrangements.counting import spoken
from storage.arrangements.phrases import listed
from storage.records import incidents, people
from storage.records.incidents import Case
from storage.records.tellings import Said, Telling

from . import terms
from .alerting import ANSWERS_SAID, HOW_WORDS
from .cases import full_pathway, pathway_of
from .delivering import DOOR_NAMES
from .terms import Terms
from .words import certain_hour, short_day
from .work import Work

ITSELF = {
    "time": "the bot itself, when it was due",
    "administrator": "the administrator, at the machine",
    "arrangements": "our arrangements",
}
"""Who did something where nobody's id stands for it."""

WAYS = DOOR_NAMES | {"web": "our own page", "telephone": "telephone"}


def began(work: Work, case: Case) -> Terms:
    """The terms under which a case began, and stays."""
    return terms.of(work.scope, case.version)


def moment(work: Work, at: datetime) -> str:
    """A time with its day, local: "09:00, Tue 5 Jan 2027"; in the hour that autumn has twice, also by which clock."""
    local = at.astimezone(work.terms.zone)
    return f"{certain_hour(local)}, {short_day(local.date())}"


def moment_or_day(work: Work, when: date | datetime) -> str:
    """A time with its day, or a day alone."""
    return moment(work, when) if isinstance(when, datetime) else spoken(when)


def who(work: Work, id_: str, at: datetime) -> str:
    """Whoever an id stands for: the name, with the posts they held, deputised for or covered on the day of `at`."""
    if id_ in ITSELF:
        return ITSELF[id_]
    found = people.get(work.scope.session, id_) if id_ else None
    if found is None:
        return "somebody whose name is no longer kept" if id_ else "not recorded"
    day = at.astimezone(work.terms.zone).date()
    posts = sorted(work.arrangements.title(post) for post in people.may_act_for(work.scope, id_, day))
    titles = listed([title for title in posts if title != found.name])
    return f"{found.name} ({titles})" if titles else found.name


def agency(work: Work, case: Case, post: str) -> str:
    """A post that was told, with its agency, by the arrangements under which the case began."""
    ours = began(work, case).arrangements
    names = {each.id: each.name for each in ours.agencies}
    known = ours.posts_by_id.get(post)
    found = known.agency if known is not None else ""
    found = found or next((each.agency for each in ours.partners if post in (each.lead, each.deputy)), "")
    return f"{names[found]} ({ours.title(post)})" if found in names else ours.title(post)


# Who knew when


def said_words(work: Work, case: Case, said: Said) -> str:
    """One thing that happened while somebody was being told, as a sentence without its end."""
    person = said.person or _first_told(work, case, said)
    given = {
        "who": who(work, person, said.at) if person else "whoever was in the post",
        "by": moment(work, said.by) if said.by else "a time that was not recorded",
        "way": WAYS.get(said.through, said.through) or "a way that was not recorded",
    }
    if (how := said.what.removesuffix(": nobody")) != said.what:
        return f"next: {HOW_WORDS.get(how, how)}; there was nobody"
    if said.what.startswith("said:"):
        answer = said.what.removeprefix("said:")
        return f"rung, recorded by {given['who']}: {ANSWERS_SAID.get(answer, answer)}"
    known = SAID.get(said.what)
    by_way = f", by {given['way']}" if said.through and said.what in _ANSWERED else ""
    return known.format(**given) + by_way if known else said.what


_ANSWERED = ("have", "known", "pass", "rang", "knows-child")

SAID: Mapping[str, str] = {
    "told": "told: {who}",
    "told in silence": "told in silence, so that nobody was woken: {who}",
    "nobody is in the post": "nobody was in the post, and nobody stood in",
    "again": "no answer yet; told again: {who}",
    "deputy": "no answer yet; the deputy told: {who}",
    "written": "no answer yet; told by {way}: {who}",
    "senior": "no answer yet; heard that their agency had not answered: {who}",
    "asked to ring": "no answer yet; the handler was asked to ring",
    "nobody to ask to ring": "no answer yet; there was nobody who could be asked to ring",
    "have": "answered by {who}: I have this, I will ring by {by}",
    "known": "answered by {who}: known to us",
    "pass": "passed to the deputy by {who}",
    "rang": "{who} said that they had rung",
    "knows-child": "{who} said that the agency knows which child is meant",
    "lapsed": "the answer of {who} lapsed: nobody recorded that they had rung by {by}",
    "not delivered": "a message about it could not be delivered, so whoever was next was told at once",
    "merged": "no longer asked under this reference, which was merged into another",
    "answered under the other reference": "answered under the reference that was merged into this one, by {who}",
}
"""What is kept while somebody is being told, by its word, as sentences for people."""

_TO_THE_POST = ("told", "told in silence")


def _first_told(work: Work, case: Case, said: Said) -> str:
    """Who was in the post that was told, or stood in for it, on that day; "" where it says nothing of a person."""
    if said.what not in _TO_THE_POST:
        return ""
    day = said.at.astimezone(work.terms.zone).date()
    post = began(work, case).arrangements.posts_by_id.get(said.post)
    posts = [said.post, *([post.stand_in] if post and post.stand_in else [])]
    found = people.in_posts(work.scope, posts, day)
    return next((found[each] for each in posts if each in found), "")


def standing(work: Work, telling: Telling) -> str:
    """How telling a post stands today, with the day of everything."""
    match telling.state:
        case "silent":
            return "told in silence, not woken yet"
        case "told":
            return f"not answered; this round of telling began {moment(work, telling.told_at)}"
        case "ended":
            return "no longer asked"
    at = telling.answered_at or telling.told_at
    by = who(work, telling.answered_by, at)
    if telling.state == "recorded":
        return f"rung; recorded {moment(work, at)} by {by}: {ANSWERS_SAID.get(telling.answer, telling.answer)}"
    if telling.answer == "known":
        return f"answered {moment(work, at)} by {by}: known to us"
    has = f"answered {moment(work, at)} by {by}: I have this"
    if telling.kept_at is not None:
        return f"{has}; said {moment(work, telling.kept_at)} that they had rung"
    return f"{has}; will ring by {moment(work, telling.promised_at)}" if telling.promised_at else has


# What the ledger holds of it


def ids_words(work: Work, case: Case, ids: Mapping[str, object], at: datetime) -> str:
    """What an entry of the ledger is about beside its case: ids as what they stand for."""
    said = (_id_words(work, case, name, value, at) for name, value in _in_order(ids))
    return "; ".join(words for words in said if words)


def _in_order(ids: Mapping[str, object]) -> list[tuple[str, object]]:
    """The ids of an entry, times last: first what it is about."""
    return sorted(ids.items(), key=lambda each: each[0] in _TIMES)


def _id_words(work: Work, case: Case, name: str, value: object, at: datetime) -> str:
    text = str(value)
    full = full_pathway(pathway_of(work, case))
    match name:
        case "post":
            return agency(work, case, text)
        case "stage":
            return next((todo.name for todo in full.todos if todo.id == text), text)
        case "fact":
            return next((fact.name for fact in full.facts if fact.id == text), text)
        case "fits":
            return "the code was right" if value else "the code was wrong"
        case "older":
            return f"merged into {text}"
        case "listed" | "unlisted":
            return listed_words(work, case, text, at)
        case "key" | "part" | "pathway" | "proposal" | "proposes" | "purpose":
            return ""  # inner names, or said by the action's own words
    if isinstance(value, str) and people.get(work.scope.session, value) is not None:
        return f"{_plain(name)}: {who(work, value, at)}"
    found = _time(text)
    words = moment(work, found) if found else _value(value)
    return f"{_TIMES[name]} {words}" if name in _TIMES else f"{_plain(name)}: {words}"


_TIMES = {"was": "was", "at": "is now"}
"""Ids of an entry that are the time of a fact, before and after."""


def _plain(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def listed_words(work: Work, case: Case, listed_: str, at: datetime) -> str:
    """A post or a person on the list of a case."""
    what, _, id_ = listed_.partition(":")
    return began(work, case).arrangements.title(id_) if what == "post" else who(work, id_, at)


def merged_here(work: Work, case: Case) -> list[str]:
    """The references of what was told a second time and is kept under this case."""
    return [each.reference for each in incidents.every(work.scope) if each.merged_into == case.reference]
