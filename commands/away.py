"""Somebody says that they are away: each post they hold is covered by whom they name, or by its one named deputy.

A post that nobody covers is said by its name, to them and to the business manager: what it owes keeps coming to them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from storage.arrangements.agencies import Post
from storage.arrangements.phrases import listed, the
from storage.records import people
from storage.records.message import Button, Message
from storage.records.people import Person

from . import cover_words, covering, naming
from .action import Action, Form
from .cover_words import Stretch
from .covering import Withdraw, clashes
from .people import UNDO
from .permissions import PEOPLE
from .refusals import Refusal, Refused
from .steps import AGAIN
from .work import Work

UNCOVERED = "away-uncovered"


class Away(Form):
    """From which day (today if not said) to which somebody is away (that day alone if not said), both included.

    `person` covers all their posts; left out, each post's one named deputy. `group`, `starts` and `ends` as for cover.
    """

    since: date | None = None
    until: date | None = None
    person: str = ""
    group: str = ""
    starts: time | None = None
    ends: time | None = None


class Back(Form):
    """Ends the cover of one's own posts that lasts today, or that which begins or began on one day."""

    since: date | None = None


@dataclass
class _Done:
    """What became of each post, as lines; those left with nobody; whether cover was arranged or waits, and is there."""

    lines: list[str]
    uncovered: list[Post]
    arranged: bool = False
    covered: bool = False


def _away(work: Work, form: Away) -> Message:
    problems: list[Refusal] = []
    stretch = covering.stretch_of(work, form.since, form.until, form.group, form.starts, form.ends, problems)
    named = _named(work, form, problems)
    held = _held(work, stretch)
    if problems:
        raise Refused(*problems)
    work.note(f"person:{work.actor.person}", away_from=str(stretch.since), until=str(stretch.until))
    if not held:
        at = f" in the {cover_words.group_name(work, stretch.group)}" if stretch.group else ""
        return Message(title="Nothing to cover", text=f"You hold no post{at} on those days, so nothing has changed.")
    done = _Done([], [])
    for post in held:
        _one(work, post, named, stretch, done)
    if not done.arranged and not done.uncovered:
        raise Refused(*(Refusal(line) for line in done.lines))
    if done.uncovered:
        _tell_manager(work, done.uncovered, stretch)
    work.note(f"person:{work.actor.person}", away_from=str(stretch.since), until=str(stretch.until))
    if done.covered:
        back: dict[str, object] = {"since": stretch.since.isoformat()}
        work.can_be_taken_back(BACK.name, back, "saying that you are away")
    else:
        work.back = None
    return Message(
        title=f"Away {cover_words.days(stretch)}",
        text="\n".join([*done.lines, *_left(work, done, stretch)]),
        buttons=(*((UNDO,) if done.covered else ()), *_to_name(done, stretch)),
    )


def _named(work: Work, form: Away, problems: list[Refusal]) -> Person | None:
    """Whoever was named to cover; adds what is wrong with that to `problems`."""
    if not form.person:
        return None
    try:
        found = naming.person(work, form.person)
    except Refused as refused:
        problems += refused.refusals
        return None
    if found.id == work.actor.person:
        problems.append(Refusal("You cannot cover for yourself.", "person", "Give somebody else."))
    return found


def _held(work: Work, stretch: Stretch) -> list[Post]:
    """The posts of the arrangements that the actor holds on the first day; of a group's, those with a part in it."""
    assert work.actor.person is not None
    held = people.holdings_of(work.scope, work.actor.person, stretch.since)
    ids = {each.post for each in held if each.capacity == "holder"}
    if stretch.group:
        group = work.arrangements.groups_by_id[stretch.group]
        parts = {group.chair, group.vice_chair, group.papers_by, group.minutes_by, *(s.post for s in group.seats)}
        ids &= {each for each in parts if each}
    return [post for post in work.arrangements.posts if post.id in ids]


def _one(work: Work, post: Post, named: Person | None, stretch: Stretch, done: _Done) -> None:
    """Has one post covered, or says why not."""
    covers = list(covering.covered_then(work, post, stretch))
    if covers:
        done.lines.append(f"{post.title}: {_already(work, covers[0].person)}")
        return
    person = named or _deputy(work, post, stretch)
    if person is None:
        done.uncovered.append(post)
        return
    problems = clashes(work, post, person, stretch)
    try:
        covering.sure_who_acts(work, post, stretch)
    except Refused as refused:
        problems += refused.refusals
    if problems:
        done.lines += [f"{post.title}: {problem}" for problem in problems]
        return
    answer = covering.arrange(work, post, person, stretch)
    there = answer.title == "Covered"
    done.arranged, done.covered = True, done.covered or there
    waits = "" if there else ". This waits for a second person, who has been told"
    done.lines.append(f"{post.title}: {person.name} covers it{cover_words.more(work, stretch)}{waits}.")


def _already(work: Work, person: str) -> str:
    found = people.get(work.scope.session, person)
    return f"{found.name if found else 'somebody'} covers it already."


def _deputy(work: Work, post: Post, stretch: Stretch) -> Person | None:
    """The one deputy that a post has on both the first and the last day; None where it has none, or several."""
    days = (stretch.since, stretch.until)
    found = [
        {h.person for h in people.holdings(work.scope, day, posts=[post.id]) if h.capacity == "deputy"} for day in days
    ]
    both = found[0] & found[1]
    return people.get(work.scope.session, both.pop()) if len(both) == 1 else None


def _left(work: Work, done: _Done, stretch: Stretch) -> Iterable[str]:
    """What is said of the posts that nobody covers."""
    if not done.uncovered:
        return
    names = listed([the(post.title) for post in done.uncovered])
    yield f"Nobody covers {names} {cover_words.said(work, stretch)}: no single deputy is entered, and nobody was named."
    told = "" if _is_manager(work) else f", and the {_manager_title(work)} is told"
    yield f"What is owed there keeps coming to you{told}."


def _to_name(done: _Done, stretch: Stretch) -> Iterable[Button]:
    """The forms by which somebody is named for the posts that nobody covers."""
    form = {"since": str(stretch.since), "until": str(stretch.until), "group": stretch.group}
    form |= {"starts": stretch.starts, "ends": "00:00" if stretch.ends == cover_words.MIDNIGHT else stretch.ends}
    kept = {name: value for name, value in form.items() if value}
    for post in done.uncovered[:3]:
        yield Button(
            label=f"Name who covers: {post.title}"[:60],
            does=covering.COVER.name,
            form={"post": post.id, **kept, AGAIN: "yes"},
        )


def _manager_title(work: Work) -> str:
    return work.arrangements.title(work.arrangements.secretariat.business_manager)


def _is_manager(work: Work) -> bool:
    return work.reach(work.arrangements.secretariat.business_manager)[0] == work.actor.person


def _tell_manager(work: Work, posts: Iterable[Post], stretch: Stretch) -> None:
    """Tells the business manager which posts are left with nobody; not where it is they who are away."""
    if _is_manager(work):
        return
    found = people.get(work.scope.session, work.actor.person or "")
    ends = datetime.combine(stretch.until + timedelta(days=1), time(), work.terms.zone).astimezone(UTC)
    manager = work.arrangements.secretariat.business_manager
    work.say(
        UNCOVERED,
        post=manager,
        key=f"{UNCOVERED}:{work.actor.person}:{stretch.since}:{stretch.group}:{work.now.isoformat()}",
        record=f"person:{work.actor.person}",
        data={
            "name": found.name if found else "Somebody",
            "posts": [post.title for post in posts],
            "since": stretch.since,
            "until": stretch.until,
            "more": cover_words.more(work, stretch),
        },
        why="a post is left with nobody while its holder is away",
        source="",
        buttons=tuple(_to_name(_Done([], list(posts)), stretch)),
        expires_at=ends,
    )


def _back(work: Work, form: Back) -> Message:
    assert work.actor.person is not None
    held = people.holdings_of(work.scope, work.actor.person, form.since or work.today)
    posts = {each.post for each in held if each.capacity == "holder"}
    found = {
        post: [
            cover for cover in people.covers_from(work.scope, work.today, post) if _is_meant(work, form, cover.since)
        ]
        for post in sorted(posts)
    }
    lines = []
    for id_, covers in found.items():
        post = work.arrangements.posts_by_id.get(id_)
        if covers and post is not None:
            covering.sure_who_acts(work, post, cover_words.of(covers[0]))
            answer = covering.end(work, post, covers, Withdraw(post=id_, since=form.since))
            ended = answer.title == "No longer covered"
            lines.append(answer.text if ended else f"{post.title}: {answer.title[0].lower()}{answer.title[1:]}.")
    work.note(f"person:{work.actor.person}", back=True)
    work.back = None
    return Message(title="Back", text="\n".join(lines) or "Nobody covers a post of yours, so nothing has changed.")


def _is_meant(work: Work, form: Back, since: date) -> bool:
    return since <= work.today if form.since is None else since == form.since


AWAY = Action(
    "people.away",
    Away,
    _away,
    PEOPLE,
    "say that one is away, so that one's own posts are covered; those that hear of cases: only if sure",
    own="any post",
)
BACK = Action(
    "people.back", Back, _back, PEOPLE, "say that one is back: the cover of one's own posts ends", own="any post"
)

ACTIONS = (AWAY, BACK)
