"""Who is in which post: somebody enters, takes a further post, leaves; and who is where, to read.

What a post owes is looked up at each step, so nothing moves when its holder changes; the terms of chairs are owed
anew. A person is one in all partnerships: their name and address are written into the chain of each they are in.
"""

import re
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from storage.arrangements.agencies import Agency, Post
from storage.arrangements.findings import did_you_mean
from storage.arrangements.partnership import Arrangements
from storage.records import people
from storage.records.message import Button, Message
from storage.records.people import Cover, Holding, Person

from . import chairing, cover_words, handover, identities, invitations, naming, proposing, respondents
from .action import Action, Form
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .words import short_day
from .work import Work

KEEPS: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE, Role.ADMINISTRATOR: Where.EVERYWHERE}

Capacity = Literal["holder", "deputy", "pa"]

CAPACITY_WORDS = {"holder": "", "deputy": "deputy", "pa": "PA or staff officer"}

_ADDRESS = re.compile(r"\w[^@\s,;:<>()\[\]\"\\]*@[\w-]+(\.[\w-]+)+")


class Enter(Form):
    """Somebody new, or known, in a post: from which day (today if not said) to which (no end if not said).

    `acting`: they hold it until it is filled for good.
    """

    name: str = Field(min_length=1)
    email: str
    post: str
    capacity: Capacity = "holder"
    agency: str = ""
    since: date | None = None
    until: date | None = None
    acting: bool = False


class Hold(Form):
    """A further post for somebody who is known here, by address, name or post."""

    person: str
    post: str
    capacity: Capacity = "holder"
    agency: str = ""
    since: date | None = None
    until: date | None = None
    acting: bool = False


class Leave(Form):
    """The last day (today if not said) of somebody in a post; of its holder unless somebody else is named."""

    post: str
    person: str = ""
    capacity: Capacity = "holder"
    until: date | None = None


class Entry(Form):
    """One entry of somebody in a post, as it was made."""

    post: str
    person: str
    capacity: Capacity
    since: date


class Stay(Entry):
    """An entry and the last day that it had before."""

    until: date | None = None


def is_address(text: str) -> bool:
    """Whether this looks like one e-mail address."""
    return _ADDRESS.fullmatch(text.strip()) is not None


def agency(arrangements: Arrangements, word: str, field: str = "agency") -> Agency:
    """The agency that people call by that word: its id, a name, or what a safeguarding partner is called.

    Raises Refused with the nearest one, beside the field.
    """
    wanted = naming.plain(word)
    by_id = {entry.id: entry for entry in arrangements.agencies}
    names = {partner.id: by_id[partner.agency] for partner in arrangements.partners if partner.agency in by_id}
    names |= {name: entry for entry in arrangements.agencies for name in (entry.id, entry.name, *entry.aliases)}
    for name, entry in names.items():
        if naming.plain(name) == wanted:
            return entry
    sentence = f'Our arrangements list no agency called "{word}".{did_you_mean(word, names)}'
    raise Refused(Refusal(sentence, field, "Give an agency that they list, or leave this empty."))


def span(since: date, until: date | None) -> str:
    """Some days in words, both included."""
    return f"from {short_day(since)}" + (f" to {short_day(until)}" if until else "")


def overlaps(first: tuple[date, date | None], second: tuple[date, date | None]) -> bool:
    """Whether two stretches of days share a day; None is no end."""
    (since, until), (other_since, other_until) = first, second
    return (other_until is None or since <= other_until) and (until is None or other_since <= until)


def _enter(work: Work, form: Enter) -> Message:
    problems: list[Refusal] = []
    if not is_address(form.email):
        problems.append(Refusal(f'"{form.email}" is no e-mail address.', "email", "Write it like name@example.org."))
    known = people.by_email(work.scope.session, form.email)
    post, agency_id = _checked(work, form, problems, known)
    if waits := _waits(work, ENTER.name, form, post, form.name, known.id if known else people.person_id(form.email)):
        return waits
    before = known.name if known else None
    person = people.enter(work.scope.session, name=form.name, email=form.email, now=work.now)
    if before != person.name:
        work.about_person(person.id)
    if before is not None and before != person.name:
        work.changed("The name", before, person.name)
    return _in_post(work, form, post, agency_id, person)


def _hold(work: Work, form: Hold) -> Message:
    problems: list[Refusal] = []
    person = None
    try:
        person = naming.person(work, form.person)
    except Refused as refused:
        problems += refused.refusals
    post, agency_id = _checked(work, form, problems, person)
    assert person is not None
    asked = form.model_copy(update={"person": person.email})
    return _waits(work, HOLD.name, asked, post, person.name, person.id) or _in_post(work, form, post, agency_id, person)


def _waits(work: Work, action: str, form: Enter | Hold, post: Post, name: str, person: str) -> Message | None:
    """The answer where it takes a second person that somebody is in a post; a PA or staff officer hears of no case."""
    if form.capacity == "pa":
        return None
    asked = form.model_copy(update={"since": form.since or work.today})
    words = _words_of(form, post, name, form.since or work.today)
    return proposing.of_posts(work, action, asked, [post.id], f"post:{post.id}", words, benefits=[person])


def _words_of(form: Enter | Hold, post: Post, name: str, since: date) -> str:
    as_what = f"{CAPACITY_WORDS[form.capacity]} of the " if CAPACITY_WORDS[form.capacity] else ""
    as_what += "acting " if form.acting else ""
    return f"{name} is {as_what}{post.title} {span(since, form.until)}"


def _checked(work: Work, form: Enter | Hold, problems: list[Refusal], person: Person | None) -> tuple[Post, str]:
    """The post and the agency's id. Raises Refused with all that is wrong, `problems` included."""
    post, agency_id = None, ""
    try:
        post = naming.post(work.arrangements, form.post)
    except Refused as refused:
        problems += refused.refusals
    try:
        agency_id = agency(work.arrangements, form.agency).id if form.agency else ""
    except Refused as refused:
        problems += refused.refusals
    since = form.since or work.today
    if form.until is not None and form.until < since:
        problems.append(Refusal("The last day lies before the first.", "until", f"Give a day from {since} on."))
    elif form.acting and form.capacity != "holder":
        problems.append(Refusal("Only whoever holds a post can be acting in it.", "acting", "Leave one of them out."))
    elif post is not None:
        who = person.id if person else ""
        problems += clashes(work, post, who, form.capacity, (since, form.until))
    if problems or post is None:
        raise Refused(*problems)
    return post, agency_id


def clashes(
    work: Work, post: Post, person: str, capacity: str, days: tuple[date, date | None], but: Holding | None = None
) -> list[Refusal]:
    """Why somebody cannot be in a post on those days: they are already, or somebody else holds it."""
    found = []
    for held in people.holdings(work.scope, posts=[post.id]):
        if held is but or held.capacity != capacity or not overlaps(days, (held.since, held.until)):
            continue
        name = _name(work, held.person)
        if held.person == person:
            sentence = f"{name} is in that post already, {span(held.since, held.until)}."
            found.append(Refusal(sentence, "post", "Give other days, or change the entry there is."))
        elif capacity == "holder":
            sentence = f"The {post.title} is {name}, {span(held.since, held.until)}."
            want = f"Record first when they leave, with: people leave {post.id}"
            found.append(Refusal(sentence, "post", want))
    return found


def _in_post(work: Work, form: Enter | Hold, post: Post, agency_id: str, person: Person) -> Message:
    since = form.since or work.today
    held = people.enter_holding(
        work.scope,
        post=post.id,
        person=person.id,
        capacity=form.capacity,
        agency=agency_id,
        since=since,
        until=form.until,
        acting=form.acting,
    )
    _follow(work)
    work.note(f"post:{post.id}", **_ids(held))
    words = _words_of(form, post, person.name, since)
    work.changed(words)
    work.can_be_taken_back("people.take-back", _entry(held), f"entering that {words}")
    said = [f"{change}." for change in work.changes]
    said += chairing.remarks(work, held) if form.capacity == "holder" else []
    return Message(title="Entered", text="\n".join(said), buttons=(UNDO,))


def _follow(work: Work) -> None:
    """What hangs on who is in which post: the reminders of chairs' terms, and the invitations to come."""
    chairing.owe_terms(work)
    handover.owe_lists(work)
    invitations.keep_ahead(work)


UNDO = Button(label="Undo", does="undo")


def _entry(held: Holding) -> dict[str, object]:
    return {
        "post": held.post,
        "person": held.person,
        "capacity": held.capacity,
        "since": held.since.isoformat(),
    }


def _ids(held: Holding) -> dict[str, object]:
    return _entry(held) | {"until": held.until.isoformat() if held.until else None}


def _find(work: Work, form: Entry) -> Holding:
    for held in people.holdings(work.scope, posts=[form.post], person=form.person):
        if held.capacity == form.capacity and held.since == form.since:
            return held
    raise Refused("That entry is no longer there, so there is nothing to take back.")


def _entry_waits(work: Work, action: str, form: Form, words: str) -> Message | None:
    """The answer where it takes a second person that an entry changes; a PA's or staff officer's is one's own to do."""
    assert isinstance(form, Entry | Leave)
    if form.capacity == "pa":
        return None
    return proposing.of_posts(work, action, form, [form.post], f"post:{form.post}", words)


def _take_back(work: Work, form: Entry) -> Message:
    held = _find(work, form)
    words = f"{_name(work, held.person)} was not in the post {work.arrangements.title(form.post)}"
    if waits := _entry_waits(work, TAKE_BACK.name, form, words):
        return waits
    ids = _ids(held)
    people.take_back(held)
    work.scope.session.add(held)
    work.scope.session.flush()
    _follow(work)
    work.note(f"post:{form.post}", **ids)
    identities.end_if_left(work, held.person)
    work.changed(words)
    return Message(title="Taken back", text=f"{words}.")


def _leave(work: Work, form: Leave) -> Message:
    post = naming.post(work.arrangements, form.post)
    until = form.until or work.today
    held = _leaver(work, form, post)
    name = _name(work, held.person)
    if until < held.since:
        sentence = f"{name} is in that post only {span(held.since, held.until)}."
        raise Refused(Refusal(sentence, "until", f"Give a day from {short_day(held.since)} on."))
    if until == held.until:
        raise Refused(f"That {name} leaves on {short_day(until)} is recorded already.")
    problems = clashes(work, post, held.person, held.capacity, (held.since, until), held)
    if problems:
        raise Refused(*problems)
    asked = form.model_copy(update={"post": post.id, "person": _address(work, held.person), "until": until})
    if waits := _entry_waits(work, LEAVE.name, asked, f"{name} is {post.title} {span(held.since, until)}"):
        return waits
    stay = _entry(held) | {"until": held.until.isoformat() if held.until else None}
    before, held.until = held.until, until
    work.scope.session.add(held)
    work.scope.session.flush()
    _follow(work)
    work.note(f"post:{post.id}", **_ids(held))
    identities.end_if_left(work, held.person)
    work.changed(f"{name} as {post.title}", span(held.since, before), span(held.since, until))
    work.can_be_taken_back("people.stay", stay, f"recording that {name} leaves as {post.title}")
    return Message(title="Recorded", text=_after_leaving(work, post, name, until), buttons=(UNDO,))


def _leaver(work: Work, form: Leave, post: Post) -> Holding:
    person = naming.person(work, form.person).id if form.person else None
    held = [
        h
        for h in people.holdings(work.scope, posts=[post.id], person=person)
        if h.capacity == form.capacity and (h.until is None or h.until >= work.today)
    ]
    if not held:
        raise Refused(Refusal(f"Nobody is in that post to leave it: {post.title}.", "post", "See: people list"))
    if len({h.person for h in held}) > 1:
        names = ", ".join(sorted(_name(work, h.person) for h in held))
        raise Refused(Refusal(f"Several people are there: {names}.", "person", "Say which of them leaves."))
    return held[0]


def _after_leaving(work: Work, post: Post, name: str, until: date) -> str:
    words = f"{name} is in the post {post.title} until {short_day(until)}, that day included."
    others = [h for h in people.holdings(work.scope, posts=[post.id]) if h.capacity == "holder" and h.since > until]
    if others:
        return f"{words} {_name(work, others[0].person)} follows {span(others[0].since, others[0].until)}."
    after = until + timedelta(days=1)
    stands_in = people.in_post(work.scope, post.id, after)
    if stands_in is None:
        return f"{words} Nobody is entered for the days after; what is owed then goes to the business manager."
    covers = any(cover.post == post.id for cover in people.covers_on(work.scope, after))
    as_what = "who covers the post then" if covers else "the deputy"
    return f"{words} No successor is entered; what is owed then goes to {_name(work, stands_in)}, {as_what}."


def _stay(work: Work, form: Stay) -> Message:
    held = _find(work, form)
    post = naming.post(work.arrangements, form.post)
    problems = clashes(work, post, held.person, held.capacity, (held.since, form.until), held)
    if problems:
        raise Refused(*problems)
    words = f"{_name(work, held.person)} is in the post {post.title} {span(held.since, form.until)}"
    if waits := _entry_waits(work, STAY.name, form, words):
        return waits
    held.until = form.until
    work.scope.session.add(held)
    work.scope.session.flush()
    _follow(work)
    work.note(f"post:{form.post}", **_ids(held))
    work.changed(words)
    return Message(title="Taken back", text=f"{words}.")


def _address(work: Work, person: str) -> str:
    found = people.get(work.scope.session, person)
    return found.email if found else ""


def _name(work: Work, person: str) -> str:
    found = people.get(work.scope.session, person)
    return found.name if found else "somebody"


# To read


def listed(work: Work) -> Message:
    """Every post with whoever is in it, in the order of the arrangements."""
    lines = [f"{post.title}: {_who(work, post)}" for post in work.arrangements.posts]
    return Message(title=f"Who is in which post, {short_day(work.today)}", text="\n".join(lines))


def left_with_nobody(work: Work) -> list[Post]:
    """The posts with no holder, deputy or cover today: what they owe goes to the business manager."""
    filled = people.in_posts(work.scope, work.arrangements.posts_by_id, work.today)
    return [post for post in work.arrangements.posts if post.id not in filled]


def nobody(work: Work) -> Message:
    """The same in words."""
    lines = [
        f"{post.title}{', vacant as our arrangements say' if post.vacant else ''}" for post in left_with_nobody(work)
    ]
    return Message(title="Posts with nobody in them", text="\n".join(lines) or "Every post has somebody.")


def whois(work: Work, word: str) -> Message:
    """Who is in a post, or in which posts somebody is. Raises Refused, with the nearest word, for neither."""
    try:
        post = naming.post(work.arrangements, word)
    except Refused:
        person = naming.person(work, word)
        return Message(title=person.name, text=f"{person.email}\n{_posts_of(work, person.id)}")
    return Message(title=post.title, text=_who(work, post))


def my_posts(work: Work, person: str) -> Message:
    """The posts that somebody holds, stands in for, answers for or covers, today or later."""
    return Message(title="Your posts", text=_posts_of(work, person))


def _posts_of(work: Work, person: str) -> str:
    lines = []

    def title(post: str) -> str:
        return respondents.title_of(work, post)

    for held in people.holdings(work.scope, person=person):
        if held.until is None or held.until >= work.today:
            as_what = f"{CAPACITY_WORDS[held.capacity]} of the " if CAPACITY_WORDS[held.capacity] else ""
            as_what += "acting " if held.acting else ""
            lines.append(f"{as_what}{title(held.post)}, {span(held.since, held.until)}")
    for cover in people.covers_from(work.scope, work.today):
        if cover.person == person:
            lines.append(f"covers the {title(cover.post)}, {cover_words.said(work, cover_words.of(cover))}")
    return "\n".join(lines) or "No post today or later."


def _who(work: Work, post: Post) -> str:
    held = [h for h in people.holdings(work.scope, posts=[post.id]) if h.until is None or h.until >= work.today]
    parts = [_one(work, h) for h in sorted(held, key=lambda h: (list(CAPACITY_WORDS).index(h.capacity), h.since))]
    parts += [_covered(work, cover) for cover in people.covers_from(work.scope, work.today, post.id)]
    if not any(h.capacity == "holder" and h.since <= work.today for h in held):
        vacant = "vacant, as our arrangements say" if post.vacant else "nobody"
        acting = f"; the {work.arrangements.title(post.stand_in)} stands in" if post.stand_in else ""
        parts.insert(0, vacant + acting)
    return "; ".join(parts)


def _one(work: Work, held: Holding) -> str:
    as_what = CAPACITY_WORDS[held.capacity]
    days = [span(held.since, held.until)] if held.until or held.since > work.today else []
    said = [*(["acting"] if held.acting else []), *days]
    more = f" ({', '.join(said)})" if said else ""
    return f"{as_what + ' ' if as_what else ''}{_name(work, held.person)}{more}"


def _covered(work: Work, cover: Cover) -> str:
    return f"covered by {_name(work, cover.person)} {cover_words.said(work, cover_words.of(cover))}"


ENTER = Action("people.enter", Enter, _enter, KEEPS, "enter somebody in a post")
HOLD = Action("people.hold", Hold, _hold, KEEPS, "give somebody a further post")
LEAVE = Action("people.leave", Leave, _leave, KEEPS, "record that somebody leaves a post")
STAY = Action("people.stay", Stay, _stay, KEEPS, "take back that somebody leaves a post")
TAKE_BACK = Action("people.take-back", Entry, _take_back, KEEPS, "take back that somebody entered a post")

ACTIONS = (ENTER, HOLD, LEAVE, STAY, TAKE_BACK)
