"""What the doctor looks at in each partnership: pause, holidays, posts, doors, and what has not gone out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from dateutil.relativedelta import relativedelta

from commands import terms
from commands.message_table import ABOUT
from commands.terms import Terms
from commands.words import hour, long_day, short_day
from scheduler.auditor import GRACE
from storage.arrangements.phrases import counted, listed
from storage.records import delivery, duties, outbox, partnerships, people
from storage.records.partnerships import Partnership
from storage.records.scope import Scope
from storage.records.store import Store

from .check import Check

HORIZON = relativedelta(years=2)
"""How far ahead the stored calendar of bank holidays has to reach: fifteen months are planned, and then some."""

MOST = 10
"""So many are named in a line; of the rest the number."""

COUNTED_TO = 1000
"""So many that wait are counted; more are as bad."""


def partnership_checks(store: Store, now: datetime) -> Iterator[Check]:
    """The checks of every partnership that runs here, under its short name."""
    with store.reading() as session:
        for running in partnerships.every(session):
            scope = Scope(session, running.id)
            found = terms.of(scope)
            for looks in (_pause, _holidays, _posts, _not_delivered, _not_handled, _backlog):
                yield from looks(scope, found, running, now)


def _pause(_scope: Scope, found: Terms, running: Partnership, _now: datetime) -> Iterator[Check]:
    if running.paused_since is not None:
        since = running.paused_since.astimezone(found.zone)
        sentence = f"Paused since {hour(since)} on {short_day(since.date())}: nothing but alerts is sent."
        yield Check(found.arrangements.short, "look", sentence, "The business manager ends it with: resume")


def _holidays(_scope: Scope, found: Terms, _running: Partnership, now: datetime) -> Iterator[Check]:
    last = found.working_days.last
    sentence = f"Bank holidays are known to {long_day(last)}."
    if last >= now.astimezone(found.zone).date() + HORIZON:
        yield Check(found.arrangements.short, "OK", sentence)
    else:
        todo = "Install a newer Convenor and put the definition in force again."
        yield Check(found.arrangements.short, "look", sentence, todo)


# Posts


def _posts(scope: Scope, found: Terms, _running: Partnership, now: datetime) -> Iterator[Check]:
    """Posts with nobody, and posts whose people no door reaches; one line where nobody is in any post."""
    name, today = found.arrangements.short, now.astimezone(found.zone).date()
    filled = people.in_posts(scope, found.arrangements.posts_by_id, today)
    fill = "`convenor people import FILE` fills them."
    if not filled:
        yield Check(name, "wrong", "Nobody is in any post, so nobody can be told anything.", fill)
        return
    empty = [post.title for post in found.arrangements.posts if post.id not in filled and not post.vacant]
    if empty:
        have = "1 post has" if len(empty) == 1 else f"{len(empty)} posts have"
        sentence = f"{have} nobody: {named(empty)}. What they owe goes to the business manager."
        yield Check(name, "look", sentence, fill)
    else:
        yield Check(name, "OK", "Every post has somebody.")
    vacant = [post.title for post in found.arrangements.posts if post.vacant and post.id not in filled]
    if vacant:
        yield Check(name, "OK", f"Vacant, as the arrangements themselves say: {named(vacant)}.")
    reached = {person: _is_reached(scope, person) for person in set(filled.values())}
    without = [post.title for post in found.arrangements.posts if post.id in filled and not reached[filled[post.id]]]
    if without:
        sentence = f"No door reaches whoever is in {counted(len(without), 'post')}: {named(without)}."
        yield Check(name, "wrong", sentence, "`convenor run` opens the terminal to them; a chat's door knows its own.")
    else:
        yield Check(name, "OK", "Everybody in post can be reached.")


def _is_reached(scope: Scope, person: str) -> bool:
    return any(not identity.gone for identity in people.identities(scope.session, person))


# What has not gone out


def _not_delivered(scope: Scope, found: Terms, _running: Partnership, _now: datetime) -> Iterator[Check]:
    rows = outbox.not_delivered(scope)
    if not rows:
        yield Check(found.arrangements.short, "OK", "All is delivered.")
        return
    ones = [f"{_what(row.kind)}, for {_whom(found, row.post)} ({row.reason})" for row in rows]
    sentence = f"{counted(len(rows), 'message')} not delivered: {named(ones)}."
    yield Check(
        found.arrangements.short, "wrong", sentence, "Tell them yourself: these are not tried again. Mend the reason."
    )


def _not_handled(scope: Scope, found: Terms, _running: Partnership, _now: datetime) -> Iterator[Check]:
    ended = duties.not_handled(scope)
    if not ended:
        yield Check(found.arrangements.short, "OK", "All is handled.")
        return
    ones = [f"{_what(duty.kind)}, for {_whom(found, duty.post)} ({duty.reason})" for duty in ended]
    sentence = f"{counted(len(ended), 'reminder')} not handled: {named(ones)}."
    yield Check(found.arrangements.short, "wrong", sentence, "The log has the trace under that number.")


def _backlog(scope: Scope, found: Terms, _running: Partnership, now: datetime) -> Iterator[Check]:
    """What should have been done a while ago and waits; a bot that has never run owes nobody that yet."""
    late = [
        (len(duties.overdue(scope, now - GRACE, COUNTED_TO)), "reminder"),
        (len(outbox.stuck(scope, now - GRACE, COUNTED_TO)), "message"),
    ]
    words = [counted(number, thing) for number, thing in late if number]
    if not words:
        yield Check(found.arrangements.short, "OK", "Nothing waits that should have gone.")
        return
    if not delivery.last_beats(scope.session, ("tick",)):
        yield Check(found.arrangements.short, "OK", f"{listed(words)} will go when the bot first runs.")
        return
    todo = "See under the bot; once it runs, what is still of use goes out."
    yield Check(found.arrangements.short, "wrong", f"{listed(words)} should have gone by now.", todo)


def _what(kind: str) -> str:
    return ABOUT[kind].what if kind in ABOUT else kind


def _whom(found: Terms, post: str) -> str:
    return f"the {found.arrangements.title(post)}" if post else "one person"


def named(names: Iterable[str]) -> str:
    """The first ten, each once, and how many more there are."""
    ones: Sequence[str] = list(dict.fromkeys(names))
    more = f" and {len(ones) - MOST} more" if len(ones) > MOST else ""
    return f"{'; '.join(ones[:MOST])}{more}"
