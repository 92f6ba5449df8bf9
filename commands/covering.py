"""Cover: somebody stands in a post for some days. All that is owed by it goes there on those days and comes back."""

from datetime import UTC, date, datetime, time, timedelta

from storage.arrangements.agencies import Post
from storage.records import people
from storage.records.message import Message
from storage.records.people import Cover, Person

from . import case_lists, invitations, naming, proposing
from .action import Action, Form
from .people import KEEPS, UNDO, overlaps, span
from .refusals import Refusal, Refused
from .words import short_day
from .work import Work


class Arrange(Form):
    """Who covers which post, from which day (today if not said) to which, both included."""

    post: str
    person: str
    until: date
    since: date | None = None


class Withdraw(Form):
    """The post whose cover ends now: all of it from today on, or that which began or begins on one day."""

    post: str
    since: date | None = None


def _cover(work: Work, form: Arrange) -> Message:
    since = form.since or work.today
    post, person = _checked(work, form, since)
    _sure_who_acts(work, post)
    words = f"{person.name} covers the {post.title} {span(since, form.until)}"
    asked = Arrange(post=post.id, person=person.email, since=since, until=form.until)
    waits = proposing.of_posts(work, COVER.name, asked, [post.id], f"post:{post.id}", words, benefits=[person.id])
    if waits is not None:
        return waits
    cover = people.enter_cover(work.scope, post=post.id, person=person.id, since=since, until=form.until)
    work.note(f"post:{post.id}", **_ids(cover))
    work.changed(f"{post.title}", after=f"covered by {person.name} {span(since, form.until)}")
    work.can_be_taken_back(
        "people.uncover",
        {"post": post.id, "since": since.isoformat()},
        f"having {person.name} cover the {post.title}",
    )
    _tell(work, "cover-arranged", post, cover, person.name)
    invitations.keep_ahead(work)
    text = f"{words}. What is owed goes there on those days."
    return Message(title="Covered", text=text, buttons=(UNDO,))


def _checked(work: Work, form: Arrange, since: date) -> tuple[Post, Person]:
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
    if since < work.today:
        problems.append(Refusal("That day is past.", "since", "Give a day from today on."))
    if form.until < since:
        problems.append(
            Refusal("The last day lies before the first.", "until", f"Give a day from {short_day(since)} on.")
        )
    if post is not None and person is not None:
        problems += _clashes(work, post, person, (since, form.until))
    if problems or post is None or person is None:
        raise Refused(*problems)
    return post, person


def _sure_who_acts(work: Work, post: Post) -> None:
    """Refuses somebody who is not confirmed where whoever covers would hear of cases."""
    if not work.actor.confirmed and post.id in case_lists.posts_that_hear(work):
        sentence = (
            f"Whoever covers the {post.title} hears of cases, so this needs somebody who has confirmed who they are."
        )
        raise Refused(Refusal(sentence, "post", "The administrator can help with that."))


def _clashes(work: Work, post: Post, person: Person, days: tuple[date, date]) -> list[Refusal]:
    found = []
    if _is_in(work, post, person, "holder", days[0]):
        sentence = f"{person.name} holds that post; nobody covers their own."
        found.append(Refusal(sentence, "person", "Give somebody else."))
    elif person.id == work.actor.person and _is_in(work, post, person, "pa", work.today):
        sentence = f"You arrange cover for the {post.title} and cannot be the one who covers."
        found.append(Refusal(sentence, "person", "Give somebody else, or ask the administrator."))
    for cover in people.covers_from(work.scope, days[0], post.id):
        if overlaps(days, (cover.since, cover.until)):
            other = people.get(work.scope.session, cover.person)
            sentence = f"{other.name if other else 'Somebody'} covers it {span(cover.since, cover.until)}."
            found.append(Refusal(sentence, "since", f"End that first, with: people uncover {post.id}"))
    return found


def _is_in(work: Work, post: Post, person: Person, capacity: str, day: date) -> bool:
    held = people.holdings(work.scope, day, posts=[post.id], person=person.id)
    return any(h.capacity == capacity for h in held)


def _uncover(work: Work, form: Withdraw) -> Message:
    post = naming.post(work.arrangements, form.post)
    _sure_who_acts(work, post)
    found = [c for c in people.covers_from(work.scope, work.today, post.id) if form.since in (None, c.since)]
    if not found:
        raise Refused(Refusal(f"Nobody covers the {post.title} from today on.", "post", "See: people list"))
    asked = form.model_copy(update={"post": post.id})
    words = f"the {post.title} is no longer covered"
    if waits := proposing.of_posts(work, UNCOVER.name, asked, [post.id], f"post:{post.id}", words):
        return waits
    names = [_end(work, post, cover) for cover in found]
    work.scope.session.flush()
    invitations.keep_ahead(work)
    work.note(f"post:{post.id}", **_ids(found[0]))
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
    back = {"post": post.id, "person": address, "since": max(cover.since, work.today), "until": cover.until}
    form: dict[str, object] = {key: str(value) for key, value in back.items()}
    work.can_be_taken_back("people.cover", form, f"ending that {name} covers the {post.title}")
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
    }


def _tell(work: Work, kind: str, post: Post, cover: Cover, name: str) -> None:
    """Tells whoever covers, and whoever holds the post unless they have just said it themselves."""
    holders = [h.person for h in people.holdings(work.scope, work.today, posts=[post.id]) if h.capacity == "holder"]
    ends = datetime.combine(cover.until + timedelta(days=1), time(), work.terms.zone).astimezone(UTC)
    for person in (cover.person, *holders):
        if person == work.actor.person:
            continue
        work.say_to(
            person,
            kind,
            key=f"{kind}:{post.id}:{cover.since}:{person}:{work.now.isoformat()}",
            record=f"post:{post.id}",
            data={
                "yours": person != cover.person,
                "name": name,
                "post": post.title,
                "post_id": post.id,
                "since": cover.since,
                "until": cover.until,
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
    "have somebody cover a post for some days; one that hears of cases: only if sure",
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
