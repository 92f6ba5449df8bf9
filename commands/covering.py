"""Cover: somebody stands in a post for some days. All that is owed by it goes there on those days and comes back.

Cover may be for one group only, or for a part of each day: then alerts and meetings within those hours go there, and
what goes out by the day does not.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from storage.arrangements.agencies import Post
from storage.records import people
from storage.records.message import Message
from storage.records.people import Cover, Person

from . import case_lists, cover_words, invitations, naming, proposing
from .action import Action, Form
from .cover_words import Stretch
from .people import KEEPS, UNDO
from .refusals import Refusal, Refused
from .words import hour, short_day
from .work import Work


class Arrange(Form):
    """Who covers which post, from which day (today if not said) to which, both included.

    `group`: for what concerns it only; `starts` and `ends`: a part of each day only, local; midnight ends the day.
    """

    post: str
    person: str
    until: date
    since: date | None = None
    group: str = ""
    starts: time | None = None
    ends: time | None = None


class Withdraw(Form):
    """The post whose cover ends now: all of it from today on, or that which began or begins on one day.

    `group`: that for one group only. `starts`: that which begins at that hour of each day.
    """

    post: str
    since: date | None = None
    group: str = ""
    starts: time | None = None


def _cover(work: Work, form: Arrange) -> Message:
    post, person, stretch = _checked(work, form)
    sure_who_acts(work, post, stretch)
    return arrange(work, post, person, stretch)


def arrange(work: Work, post: Post, person: Person, stretch: Stretch) -> Message:
    """Has somebody cover a post, where nothing speaks against it (`clashes`); the answer where it takes two people."""
    said = cover_words.said(work, stretch)
    words = f"{person.name} covers the {post.title} {said}"
    if waits := _waits(work, post, person, stretch, words):
        return waits
    cover = people.enter_cover(
        work.scope,
        post=post.id,
        person=person.id,
        since=stretch.since,
        until=stretch.until,
        group=stretch.group,
        hours=stretch.hours,
    )
    work.note(f"post:{post.id}", **_ids(cover))
    work.changed(f"{post.title}", after=f"covered by {person.name} {said}")
    back = {"post": post.id, "since": stretch.since.isoformat(), "group": stretch.group}
    back |= {"starts": stretch.starts} if stretch.starts else {}
    work.can_be_taken_back("people.uncover", dict(back), f"having {person.name} cover the {post.title}")
    _tell(work, "cover-arranged", post, cover, person.name)
    work.reached.clear()
    invitations.keep_ahead(work)
    text = f"{words}. {_what_goes_there(stretch)}"
    return Message(title="Covered", text=text, buttons=(UNDO,))


def _waits(work: Work, post: Post, person: Person, stretch: Stretch, words: str) -> Message | None:
    """The answer where it takes two people; whoever covers for one group only hears of no case."""
    if stretch.group:
        return None
    asked = Arrange.model_validate(_form(post, person.email, stretch))
    return proposing.of_posts(work, COVER.name, asked, [post.id], f"post:{post.id}", words, benefits=[person.id])


def _form(post: Post, person: str, stretch: Stretch) -> dict[str, object]:
    """The form that would arrange it."""
    found: dict[str, object] = {"post": post.id, "person": person, "since": str(stretch.since)}
    found |= {"until": str(stretch.until), "group": stretch.group}
    if stretch.starts:
        found["starts"] = stretch.starts
        found["ends"] = "00:00" if stretch.ends == cover_words.MIDNIGHT else stretch.ends
    return found


def _what_goes_there(stretch: Stretch) -> str:
    if stretch.group:
        return "What concerns that group goes there on those days; all else stays as it is."
    if stretch.starts:
        return "Alerts, and meetings that begin within those hours, go there; what goes out by the day does not."
    return "What is owed goes there on those days."


def _checked(work: Work, form: Arrange) -> tuple[Post, Person, Stretch]:
    problems: list[Refusal] = []
    post = person = None
    try:
        post = naming.post(work.arrangements, form.post)
    except Refused as refused:
        problems += refused.refusals
    try:
        person = naming.person(work, form.person)
    except Refused as refused:
        problems += refused.refusals
    stretch = stretch_of(work, form.since, form.until, form.group, form.starts, form.ends, problems)
    if post is not None and person is not None:
        problems += clashes(work, post, person, stretch)
    if problems or post is None or person is None:
        raise Refused(*problems)
    return post, person, stretch


def stretch_of(
    work: Work,
    since: date | None,
    until: date | None,
    group: str,
    starts: time | None,
    ends: time | None,
    problems: list[Refusal],
) -> Stretch:
    """The days, hours and group of a form; adds all that is wrong with them to `problems`."""
    first = since or work.today
    last = until or first
    if first < work.today:
        problems.append(Refusal("That day is past.", "since", "Give a day from today on."))
    if last < first:
        problems.append(
            Refusal("The last day lies before the first.", "until", f"Give a day from {short_day(first)} on.")
        )
    from_, to = cover_words.kept(starts, ends)
    if from_ and to <= from_:
        want = "Cover over midnight is two entries: one to midnight, and one from 00:00 of the next day."
        problems.append(Refusal(f"The hours end at {to}, before they begin.", "ends", want))
    found = ""
    try:
        found = naming.group(work.arrangements, group).id if group else ""
    except Refused as refused:
        problems += refused.refusals
    return Stretch(first, last, found, from_, to)


def sure_who_acts(work: Work, post: Post, stretch: Stretch | None = None) -> None:
    """Refuses somebody who is not confirmed where whoever covers would hear of cases."""
    if stretch is not None and stretch.group:
        return
    if not work.actor.confirmed and post.id in case_lists.posts_that_hear(work):
        sentence = (
            f"Whoever covers the {post.title} hears of cases, so this needs somebody who has confirmed who they are."
        )
        raise Refused(Refusal(sentence, "post", "The administrator can help with that."))


def clashes(work: Work, post: Post, person: Person, stretch: Stretch) -> list[Refusal]:
    """Why somebody cannot cover a post then: it is their own or their officer's, or somebody else covers it."""
    found = []
    if _is_in(work, post, person, "holder", stretch.since):
        sentence = f"{person.name} holds that post; nobody covers their own."
        found.append(Refusal(sentence, "person", "Give somebody else."))
    elif person.id == work.actor.person and _is_in(work, post, person, "pa", work.today):
        sentence = f"You arrange cover for the {post.title} and cannot be the one who covers."
        found.append(Refusal(sentence, "person", "Give somebody else, or ask the administrator."))
    for cover in covered_then(work, post, stretch):
        other = people.get(work.scope.session, cover.person)
        said = cover_words.said(work, cover_words.of(cover))
        sentence = f"{other.name if other else 'Somebody'} covers it {said}."
        found.append(Refusal(sentence, "since", f"End that first, with: people uncover {post.id}"))
    return found


def covered_then(work: Work, post: Post, stretch: Stretch) -> Iterable[Cover]:
    """The cover of a post that there is already for the same, at an hour of the same day."""
    return [c for c in people.covers_from(work.scope, stretch.since, post.id) if cover_words.of(c).shares(stretch)]


def _is_in(work: Work, post: Post, person: Person, capacity: str, day: date) -> bool:
    held = people.holdings(work.scope, day, posts=[post.id], person=person.id)
    return any(h.capacity == capacity for h in held)


def _uncover(work: Work, form: Withdraw) -> Message:
    post = naming.post(work.arrangements, form.post)
    found = [c for c in people.covers_from(work.scope, work.today, post.id) if _is_meant(work, form, c)]
    if any(not cover.group for cover in found) or not found:
        sure_who_acts(work, post)
    if not found:
        raise Refused(Refusal(f"Nobody covers the {post.title} from today on.", "post", "See: people list"))
    return end(work, post, found, form.model_copy(update={"post": post.id}))


def _is_meant(work: Work, form: Withdraw, cover: Cover) -> bool:
    if form.group and cover.group != naming.group(work.arrangements, form.group).id:
        return False
    if form.starts is not None and cover.starts != hour(form.starts):
        return False
    return form.since in (None, cover.since)


def end(work: Work, post: Post, covers: list[Cover], asked: Withdraw) -> Message:
    """Ends some cover of a post; the answer where it takes two people."""
    words = f"the {post.title} is no longer covered"
    if any(not cover.group for cover in covers):
        waits = proposing.of_posts(work, UNCOVER.name, asked, [post.id], f"post:{post.id}", words)
        if waits is not None:
            return waits
    names = [_end(work, post, cover) for cover in covers]
    work.scope.session.flush()
    work.reached.clear()
    invitations.keep_ahead(work)
    work.note(f"post:{post.id}", **_ids(covers[0]))
    work.changed(post.title, f"covered by {', '.join(names)}", "no longer covered")
    return Message(
        title="No longer covered",
        text=f"{post.title}: what is owed goes to whoever is in the post.",
        buttons=(UNDO,) if work.back else (),
    )


def _end(work: Work, post: Post, cover: Cover) -> str:
    """Ends a cover: one that began keeps its past days, one that did not is withdrawn; returns the person's name."""
    person = people.get(work.scope.session, cover.person)
    name, address = (person.name, person.email) if person else ("somebody", "")
    left = Stretch(max(cover.since, work.today), cover.until, cover.group, cover.starts, cover.ends)
    words = f"ending that {name} covers the {post.title}"
    work.can_be_taken_back("people.cover", _form(post, address, left), words)
    _tell(work, "cover-withdrawn", post, cover, name)
    if cover.since < work.today:
        cover.until = work.today - timedelta(days=1)
    else:
        cover.withdrawn = True
    work.scope.session.add(cover)
    return name


def _ids(cover: Cover) -> dict[str, object]:
    return {
        "person": cover.person,
        "since": cover.since.isoformat(),
        "until": cover.until.isoformat(),
        "withdrawn": cover.withdrawn,
        "group": cover.group,
        "starts": cover.starts,
        "ends": cover.ends,
    }


def _tell(work: Work, kind: str, post: Post, cover: Cover, name: str) -> None:
    """Tells whoever covers, and whoever holds the post unless they have just said it themselves."""
    holders = [h.person for h in people.holdings(work.scope, work.today, posts=[post.id]) if h.capacity == "holder"]
    ends = datetime.combine(cover.until + timedelta(days=1), time(), work.terms.zone).astimezone(UTC)
    stretch = cover_words.of(cover)
    which = ":".join(part for part in (cover.group, cover.starts) if part)
    for person in (cover.person, *holders):
        if person == work.actor.person:
            continue
        work.say_to(
            person,
            kind,
            key=f"{kind}:{post.id}:{cover.since}:{which}:{person}:{work.now.isoformat()}",
            record=f"post:{post.id}",
            data={
                "yours": person != cover.person,
                "name": name,
                "post": post.title,
                "post_id": post.id,
                "since": cover.since,
                "until": cover.until,
                "more": cover_words.more(work, stretch),
                "group": cover_words.group_name(work, cover.group) if cover.group else "",
                "hours": bool(cover.starts),
            },
            why="who covers a post has changed",
            source=post.source,
            expires_at=ends,
        )


COVER = Action(
    "people.cover",
    Arrange,
    _cover,
    KEEPS,
    "have somebody cover a post for some days, for one group or for a part of each day; one that hears of cases: only "
    "if sure",
    own="post",
)
UNCOVER = Action(
    "people.uncover",
    Withdraw,
    _uncover,
    KEEPS,
    "end that a post is covered; one that hears of cases: only if sure",
    own="post",
)

ACTIONS = (COVER, UNCOVER)
