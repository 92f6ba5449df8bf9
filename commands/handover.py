"""The handover list of a post: all that is owed, open, promised and covered in it, and its links.

It is sent to whoever leaves two weeks before their last day, and to whoever follows on their first; where nobody is
entered who follows, to the business manager. By hand at any time. Of cases it has no reference: what one may not know
is on no list, and whoever follows in a post finds its incidents where they have confirmed who they are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from storage.arrangements.agencies import Post
from storage.arrangements.groups import Group
from storage.arrangements.phrases import counted
from storage.arrangements.reminders import Ask
from storage.records import incidents, links, people, polls, raised, registers, returns, tellings
from storage.records.duties import Duty
from storage.records.message import Message
from storage.records.people import Holding

from . import chairing, cover_words, owing
from .owing import Whose
from .words import rendered, short_day
from .work import NOBODY, Work

KIND = "handover"

DAYS = 14
"""So many days before the last one whoever leaves gets the list; chosen."""

GAP = timedelta(days=200)
"""Who enters a post within this time after its last holder follows them."""

MOST = 15
"""So many lines of one part are shown; of the rest the number."""

LEAVER, SUCCESSOR = "leaver", "successor"

Part = tuple[str, list[str]]
"""A heading, and its lines."""


# When it is sent by itself


def owe_lists(work: Work) -> None:
    """The lists that are sent when somebody leaves a post and when somebody follows, as they are entered now."""
    held = [
        h for h in people.holdings(work.scope) if h.capacity == "holder" and h.post in work.arrangements.posts_by_id
    ]
    by_post: dict[str, list[Holding]] = {}
    for each in sorted(held, key=lambda one: one.since):
        by_post.setdefault(each.post, []).append(each)
    for post, holdings in by_post.items():
        asks = [ask for number, each in enumerate(holdings) for ask in _asks(work, each, holdings, number)]
        if asks:
            work.owe_also(f"{KIND}:{post}", 1, asks)


def _asks(work: Work, held: Holding, holdings: list[Holding], number: int) -> Iterator[Ask]:
    setting = work.terms.setting
    after = holdings[number + 1] if number + 1 < len(holdings) else None
    before = holdings[number - 1] if number else None
    if held.until is not None and held.until >= work.today and (after is None or after.person != held.person):
        day = setting.open_days.on_or_before(held.until - timedelta(days=DAYS))
        why = f"chosen: {DAYS} days before the last day in the post"
        yield Ask(KIND, f"{LEAVER}:{held.person}:{held.until}", setting.morning(day), held.post, why, "chosen")
    if held.since >= work.today and before is not None and _follows(before, held):
        day = setting.open_days.on_or_after(held.since)
        why = "the first day in the post"
        yield Ask(KIND, f"{SUCCESSOR}:{held.person}:{held.since}", setting.morning(day), held.post, why, "chosen")


def _follows(before: Holding, held: Holding) -> bool:
    return before.person != held.person and before.until is not None and held.since - before.until <= GAP


def due(work: Work, duty: Duty) -> str:
    """The handler: the list to whoever leaves (and the business manager if nobody follows), or to whoever follows."""
    what, person, day = duty.part.split(":")
    post = work.arrangements.posts_by_id.get(duty.record.partition(":")[2])
    work.note(duty.record, part=duty.part)
    if post is None:
        return "not sent: the arrangements no longer hold the post"
    held = [h for h in people.holdings(work.scope, posts=[post.id], person=person) if h.capacity == "holder"]
    wanted = date.fromisoformat(day)
    if not any((h.until if what == LEAVER else h.since) == wanted for h in held):
        return "not sent: it has changed who is in the post"
    follows = chairing.follower(work, post.id, wanted) if what == LEAVER else None
    if follows is not None and follows.person == person:
        return "not sent: whoever holds the post goes on in it"
    said = send(work, post, person, key=f"{KIND}:{post.id}:{duty.part}:{person}", post_of=post.id)
    if what == LEAVER and follows is None:
        send_to_manager(work, post, but=person, key=f"{KIND}:{post.id}:{duty.part}:nobody")
    return said


def send(work: Work, post: Post, person: str, *, key: str, post_of: str) -> str:
    """Sends the list of a post to one person, whom it reaches by the post `post_of` (empty: whatever they are in)."""
    message = _message(work, post, confirmed=people.is_confirmed(work.scope.session, person))
    why = "whoever leaves a post and whoever follows have the same list"
    record = f"{KIND}:{post.id}"
    return work.send(person, KIND, message, post=post_of, key=key, record=record, why=why, source=post.source)


def send_to_manager(work: Work, post: Post, *, but: str, key: str) -> str:
    """The same to the business manager, where it is somebody else than `but`."""
    manager = work.arrangements.secretariat.business_manager
    person, _ = work.reach(manager)
    if person is None or person == but:
        return NOBODY
    return send(work, post, person, key=f"{key}:{person}", post_of=manager)


# The list


def holder_of(work: Work, post: Post) -> Holding | None:
    """Who holds a post today; None where nobody does."""
    held = people.holdings(work.scope, work.today, posts=[post.id])
    return next((h for h in held if h.capacity == "holder"), None)


def follower_of(work: Work, post: Post) -> Holding | None:
    """Who is entered to hold the post after whoever holds it today."""
    holder = holder_of(work, post)
    last = holder.until if holder is not None else work.today
    return chairing.follower(work, post.id, last) if last is not None else None


def shown(work: Work, post: Post) -> Message:
    """The list as whoever asks may read it."""
    return _message(work, post, confirmed=work.actor.confirmed)


def _message(work: Work, post: Post, *, confirmed: bool) -> Message:
    holder, follower = holder_of(work, post), follower_of(work, post)
    data: dict[str, object] = {
        "post": post.title,
        "holder": name_of(work, holder.person) if holder else "",
        "until": holder.until if holder else None,
        "follows": name_of(work, follower.person) if follower else "",
        "since": follower.since if follower else None,
        "parts": [(title, _capped(lines)) for title, lines in parts(work, post, confirmed=confirmed) if lines],
    }
    return Message(title=rendered(KIND, "title", data), text=rendered(KIND, "text", data))


def parts(work: Work, post: Post, *, confirmed: bool) -> Iterator[Part]:
    """Each part of the list with its lines. `confirmed`: the reader has confirmed who they are, so that it is said how
    many stages of incidents wait; never which."""
    groups = [group for group in work.arrangements.groups if group.status not in ("replaced", "external")]
    yield "What the post is", list(_seats(work, post, groups))
    yield f"Owed until {short_day(work.today + owing.SOON)}", list(_owed(work, post))
    items = [item for item in registers.items(work.scope) if item.owner == post.id]
    yield "Open actions", [_item(work, item) for item in items if not item.came_from]
    yield "Promised in reports", [_item(work, item) for item in items if item.came_from]
    yield "Raised, and not dealt with yet", list(_raised(work, post, groups))
    yield "Asked in polls", list(_polls(work, post))
    yield "Who covers it, stands in and helps", list(_beside(work, post))
    if confirmed:
        yield "Incidents", list(_incidents(work, post))
    yield "Personal links", list(_links(work, post))


def _seats(work: Work, post: Post, groups: Iterable[Group]) -> Iterator[str]:
    chosen = {"chair": "chairs", "vice_chair": "is vice chair of", "papers_by": "sees to the papers of"}
    chosen |= {"minutes_by": "writes the minutes of"}
    for group in groups:
        for name, words in chosen.items():
            if getattr(group, name) == post.id:
                yield f"{words} the {group.name}"
        for seat in group.seats:
            if seat.post == post.id and (seat.until is None or seat.until >= work.today):
                yield f"{seat.capacity} of the {group.name}"
        for office in group.offices:
            if office.post == post.id:
                yield f"{office.name} of the {group.name}"
    for register in work.arrangements.registers:
        if register.kept_by == post.id:
            yield f"keeps the register: {register.name}"


def _owed(work: Work, post: Post) -> Iterator[str]:
    found = owing.owed_by(work, Whose({post.id}), actions=False)
    for each in sorted(found, key=lambda one: (one.day or date.max, one.words)):
        yield each.line


def _item(work: Work, item: registers.Item) -> str:
    when = f", until {short_day(item.due)}" if item.due else ""
    late = ", overdue" if item.due is not None and item.due < work.today else ""
    return f"action {item.number}, {item.title}{when}{late}"


def _raised(work: Work, post: Post, groups: Iterable[Group]) -> Iterator[str]:
    own = [f"post.{post.id}", *(f"group.{group.id}" for group in groups if group.chair == post.id)]
    for who in own:
        for row in raised.every(work.scope, who=who):
            yield f"number {row.number}, which stands with the {cover_words.group_name(work, row.group)}"


def _polls(work: Work, post: Post) -> Iterator[str]:
    for poll, seat in polls.open_of_posts(work.scope, [post.id]):
        yield f"{poll.name}: {'answered' if seat.answers else 'not answered yet'}"


def _beside(work: Work, post: Post) -> Iterator[str]:
    for cover in people.covers_from(work.scope, work.today, post.id):
        yield f"covered by {name_of(work, cover.person)} {cover_words.said(work, cover_words.of(cover))}"
    for held in people.holdings(work.scope, work.today, posts=[post.id]):
        if held.capacity != "holder":
            until = f", until {short_day(held.until)}" if held.until else ""
            yield f"{name_of(work, held.person)}{owing.CAPACITY[held.capacity]}{until}"


def _incidents(work: Work, post: Post) -> Iterator[str]:
    actor = replace(work.actor, confirmed=True)
    sure = Work(work.scope, actor, work.now, work.new_reference, seal=work.seal, ways=work.ways)
    for each in owing.stages_of(sure, {post.id}):
        yield each.words
    promised = 0
    for case in incidents.open_cases(work.scope):
        telling = tellings.find(work.scope, case.reference, post.id)
        promised += telling is not None and telling.promised_at is not None and telling.kept_at is None
    if promised:
        yield f"{counted(promised, 'promise')} to ring: to be kept, or passed on, before the last day"


def _links(work: Work, post: Post) -> Iterator[str]:
    holder = holder_of(work, post)
    if holder is None:
        return
    found = [link for link in links.open_of(work.scope, [holder.person], work.now) if _is_of(work, link, post)]
    if found:
        name = name_of(work, holder.person)
        yield f"{counted(len(found), 'link')} of {name}; whoever follows gets their own, these end with the post"


def _is_of(work: Work, link: links.Link, post: Post) -> bool:
    if incidents.is_about_case(link.record):
        return False
    owed = returns.owed_of_record(work.scope, link.record)
    return link.about == post.id or (owed is not None and owed.post == post.id)


def _capped(lines: list[str]) -> list[str]:
    left = len(lines) - MOST
    return lines if left <= 0 else [*lines[:MOST], f"and {left} more"]


def name_of(work: Work, person: str) -> str:
    """What somebody is called."""
    found = people.get(work.scope.session, person)
    return found.name if found else "somebody"
