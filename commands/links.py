"""Personal links to our own pages: for one person and one purpose, with an end, revocable, renewable by mail.

Nobody's address leads anywhere by itself: GET changes nothing (mail scanners open links), and what changes something
asks for the code that stands in the same letter. What is about a case opens only while its person may see the case.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage.records import incidents, links, people
from storage.records.links import Link
from storage.records.message import Less, Message
from storage.records.scope import Scope

from . import case_lists, naming, poll_links, return_links, standing
from .action import Action, Form
from .permissions import TIME_ONLY, Actor, Allowed, Role, Where
from .refusals import Refusal, Refused
from .words import hour, long_day, rendered
from .work import Work

HOURS = 72
"""How long a link leads somewhere unless its maker says otherwise."""

DIGITS = 6
TRIES = 5
"""After so many wrong codes a link leads nowhere any more; a new one can be asked for."""

ANEW_AFTER = timedelta(minutes=10)
"""At most one new link is sent within this time."""

NO_CODE = frozenset({return_links.PURPOSE, poll_links.PURPOSE})
"""The purposes whose pages ask for no code: what is answered there is no case, and the link alone is enough."""

RENEWED = "link-renewed"

RIGHT = Message(title="That is the code", text="Nothing has changed yet.")
"""The answer to the code that stands in the letter."""

SENT = Message(
    title="Look into your mail",
    text=(
        "If this link was yours and you may still have it, a new one is on its way to your mail address. "
        "At most one is sent in ten minutes."
    ),
)
"""The answer to whoever asks for a new link: the same whether there ever was one or not."""

REVOKES: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE, Role.ADMINISTRATOR: Where.EVERYWHERE}


def make(
    work: Work, person: str, purpose: str, record: str, about: str = "", *, hours: float = HOURS
) -> tuple[str, str]:
    """Makes a personal link; returns its id, from which the web door makes the address, and the code for the letter.

    `record` is what it is about ("incident:REF"), `about` the post or whatever else its page needs. It ends after so
    many `hours`. The code is stored as a hash, and is nowhere but in what is given back; a purpose of NO_CODE has none.
    """
    id_ = secrets.token_urlsafe(16)
    code = "" if purpose in NO_CODE else f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    new = Link(
        id=id_,
        partnership=work.scope.partnership,
        person=person,
        purpose=purpose,
        record=record,
        about=about,
        code=_hash(id_, code) if code else "",
        made_at=work.now,
        expires_at=work.now + timedelta(hours=hours),
    )
    work.scope.session.add(new)
    work.scope.session.flush()
    return id_, code


def open_link(session: Session, id_: str, now: datetime) -> Link | None:
    """The link, where it leads somewhere: neither ended nor revoked, and its person may still see what it is about."""
    found = links.get(session, id_)
    if found is None or not found.is_open(now):
        return None
    work = Work(Scope(session, found.partnership), _holder(found), now, _none_new)
    return found if may_have(work, found) else None


def may_have(work: Work, link: Link) -> bool:
    """Whether a link's person may have it: for a case, while they are on its list; for what is owed, while they may
    answer for it; for a poll, while they may answer for a seat of it; else while they are known."""
    if link.purpose == return_links.PURPOSE:
        return return_links.leads_somewhere(work, link)
    if link.purpose == poll_links.PURPOSE:
        return poll_links.leads_somewhere(work, link)
    if link.record.startswith("pack:"):
        return standing.may_see(work, link.person, link.record.split(":")[1])
    if not incidents.is_about_case(link.record):
        return people.get(work.scope.session, link.person) is not None
    case = incidents.find(work.scope, link.record.split(":")[1])
    return case is not None and link.person in case_lists.people_on(work, case)


def revoke_of(work: Work, person: str) -> int:
    """Ends every open link of a person in this partnership, as when they leave; returns how many there were."""
    found = _open_of(work, person)
    for link in found:
        _revoke(work, link)
    return len(found)


def revoke_of_leavers(work: Work) -> int:
    """Ends every open link of those who have left, whether they are known at a door or by mail only; gives how many."""
    holders = dict.fromkeys(link.person for link in _open(work))
    return sum(revoke_of(work, each) for each in holders if people.has_left(work.scope, each, work.today))


def fits(link: Link, code: str) -> bool:
    """Whether this is the code of a link, however it is spaced."""
    return hmac.compare_digest(link.code, _hash(link.id, "".join(each for each in code if each.isdigit())))


class Which(Form):
    """A link by its id."""

    id: str


class Code(Which):
    """A link and the code that somebody typed."""

    code: str


class Whose(Form):
    """A person by e-mail address, name, or post, whose links end."""

    person: str


def _code(work: Work, form: Code) -> Message:
    """Whether the code is right. A wrong one is counted, so the answer is no refusal, which would change nothing."""
    link = _locked(work, form.id)
    if link is None or not link.is_open(work.now) or not may_have(work, link):
        raise Refused("This link no longer leads anywhere. Ask for a new one.")
    right = bool(link.code) and fits(link, form.code)
    work.note(link.record, person=link.person, purpose=link.purpose, fits=right)
    if right:
        return RIGHT
    link.tries += 1
    left = TRIES - link.tries
    if left <= 0:
        _revoke(work, link)
        text = "It was not the right code five times, so this link no longer leads anywhere. Ask for a new one."
    else:
        text = f"Look at the letter again: the code is the number of {DIGITS} figures below the link. "
        text += f"It can be tried {left} more {'time' if left == 1 else 'times'}."
    work.scope.session.add(link)
    return Message(title="That is not the code", text=text, tone="warning")


def _renew(work: Work, form: Which) -> Message:
    old = _locked(work, form.id)
    if old is None or not may_have(work, old):
        return SENT
    alike = [each for each in _alike(work, old) if each.asked_anew_at is not None]
    if any(work.now - each.asked_anew_at < ANEW_AFTER for each in alike if each.asked_anew_at is not None):
        return SENT
    old.asked_anew_at = work.now
    for each in _alike(work, old):
        if each.is_open(work.now):
            _revoke(work, each)
    work.scope.session.add(old)
    hours = (old.expires_at - old.made_at) / timedelta(hours=1)
    new, code = make(work, old.person, old.purpose, old.record, old.about, hours=hours)
    work.note(old.record, person=old.person, purpose=old.purpose)
    _send(work, old, new, code, work.now + timedelta(hours=hours))
    return SENT


def _send(work: Work, old: Link, new: str, code: str, ends: datetime) -> None:
    local = ends.astimezone(work.terms.zone)
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "until": f"{hour(local)} on {long_day(local.date())}",
        "code": bool(code),
    }
    title, text = rendered(RENEWED, "title", data), rendered(RENEWED, "text", data)
    message = Message(title=title, text=text, by_mail=Less(title=title, text=text), link=new, link_code=code)
    work.send(
        old.person,
        RENEWED,
        message,
        post="",
        key=f"{RENEWED}:{new}",
        record=old.record,
        why="asked for, because the link before it no longer led anywhere",
        source="",
        through="mail",
        expires_at=ends,
    )


def _revoke_those_of(work: Work, form: Whose) -> Message:
    person = _named(work, form.person)
    count = revoke_of(work, person.id)
    work.note(f"person:{person.id}", links=count)
    if not count:
        return Message(title="Nothing has changed", text=f"{person.name} has no link that still leads anywhere.")
    which = "One link leads" if count == 1 else f"{count} links lead"
    return Message(title="Ended", text=f"{which} nowhere any more. Its page offers to send a new one by mail.")


def _hash(id_: str, code: str) -> str:
    """Six figures can be guessed from any hash; but without the settings' key nobody makes the link's address."""
    return hashlib.scrypt(code.encode(), salt=id_.encode(), n=2**10, r=8, p=1, dklen=32).hex()


def _locked(work: Work, id_: str) -> Link | None:
    """The link, for us alone until the end, so that several guesses at once are counted one by one."""
    query = select(Link).where(Link.id == id_, Link.partnership == work.scope.partnership).with_for_update()
    return work.scope.session.exec(query).first()


def _alike(work: Work, link: Link) -> list[Link]:
    """The links of the same person, purpose and record, this one included."""
    found = links.of_record(work.scope, link.record)
    same = (link.person, link.purpose, link.about)
    return [each for each in found if (each.person, each.purpose, each.about) == same]


def _open_of(work: Work, person: str) -> list[Link]:
    return [link for link in _open(work) if link.person == person]


def _open(work: Work) -> list[Link]:
    """Every link of the partnership that has neither ended nor been revoked, oldest first."""
    query = select(Link).where(
        Link.partnership == work.scope.partnership, col(Link.revoked_at).is_(None), col(Link.expires_at) > work.now
    )
    return list(work.scope.session.exec(query.order_by(col(Link.made_at), Link.id)))


def _named(work: Work, word: str) -> people.Person:
    """Who is meant. Raises Refused, without saying again what was written."""
    try:
        return naming.person(work, word)
    except Refused:
        raise Refused(Refusal("There is no such person or post here.", "person")) from None


def _revoke(work: Work, link: Link) -> None:
    link.revoked_at = work.now
    work.scope.session.add(link)
    work.scope.session.flush()


def _holder(link: Link) -> Actor:
    """Whose link it is; its letter went to the address that the secretariat has for them."""
    return Actor(link.partnership, link.person, confirmed=True)


def _none_new() -> str:
    raise AssertionError("looking at a link makes no case")


CODE = Action("link.code", Code, _code, TIME_ONLY, "compare a typed code with that of a personal link")
RENEW = Action("link.renew", Which, _renew, TIME_ONLY, "send a new personal link in place of one that has ended")
REVOKE = Action("link.revoke", Whose, _revoke_those_of, REVOKES, "end every personal link of somebody")

ACTIONS = (CODE, RENEW, REVOKE)
