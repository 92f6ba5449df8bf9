"""Home: what somebody starts from at a door, kept true as a live message. What is asked now stands there with what
does it; nobody's case stands there by its reference."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import Field
from sqlmodel import Session

from storage.arrangements.checks import check
from storage.arrangements.phrases import counted
from storage.records import ledger, meetings, notes, outbox, partnerships, people
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message, Moment
from storage.records.outbox import HOME, Outgoing
from storage.records.scope import Scope

from . import digests, owing, pausing, terms
from . import meetings as meeting_actions
from . import people as posts
from .action import Action, Form
from .danger import not_the_way
from .definitions import pack
from .delivering import NO_POST
from .owing import Owed
from .permissions import TIME_ONLY, Role
from .permissions import roles as roles_of
from .reading import is_in_post, may
from .refusals import Refused
from .saying import SAY
from .words import hour, long_day, rendered, short_day
from .work import Work

MOST_OWED = 15
"""How many things owed are named; whoever owes more is told how many and where they are."""

MOST_PRESSES = 10
"""How many of them have their button."""

MEETINGS = 5
"""How many of the next meetings stand there, with two buttons at most each.

With the five that steer there are at most 25 buttons: what the narrowest door shows in one place.
"""

AHEAD = timedelta(days=365)
"""How far the next meetings are looked for."""

_SHOWN_TODAY = {"papers-call", "quorum-needed", "register-review", "chair-term"}
"""What today's note asks and no record of ours can say is done: it stays until the day is over."""


@dataclass
class _Page:
    """The home on its way: sections of lines, buttons by their weight, and the times that are told."""

    sections: list[dict[str, object]]
    presses: list[Button]
    looks: list[Button]
    steers: list[Button]
    times: list[Moment]

    def section(self, head: str, lines: list[str]) -> None:
        """Adds some lines under a heading; nothing where there are none."""
        if lines:
            self.sections.append({"head": head, "lines": lines})


def home(work: Work, person: str, *, confirmed: bool, sandbox: bool = False) -> Message:
    """What somebody starts from today. `confirmed`: their account at that door is. It reads and writes nothing.

    `sandbox`: all that is sent goes to one place instead, and the home says so.
    """
    here = owing.acting_as(work, person, confirmed=confirmed)
    if not is_in_post(here):
        return nobodys(work)
    page = _Page([], [], [], [], [])
    manages = Role.BUSINESS_MANAGER in roles_of(here.scope, here.arrangements, here.actor, here.today, None)[0]
    _state(here, page, sandbox=sandbox)
    _owed(here, page, person)
    _meetings(here, page, person)
    if manages:
        _kept_by_the_manager(here, page)
    _who(here, page, person)
    page.steers.append(_say("Help", "help"))
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "sections": page.sections,
        "safety": not_the_way([work.arrangements]),
    }
    return Message(
        title=rendered(HOME, "title", data),
        text=rendered(HOME, "text", data),
        buttons=(*page.presses[:MOST_PRESSES], *page.looks, *page.steers),
        times=tuple(page.times),
    )


def nobodys(work: Work) -> Message:
    """The home of somebody who has no post any more, or not yet: where help for a child is, and whom to ask."""
    text = f"If you should have one, ask the business manager.\n\n{not_the_way([work.arrangements])}"
    return Message(title=NO_POST, text=text)


def _say(label: str, line: str) -> Button:
    return Button(label=label, does=SAY, form={"line": line})


def _state(here: Work, page: _Page, *, sandbox: bool) -> None:
    running = partnerships.find(here.scope)
    lines = []
    if running is not None and running.paused_since is not None:
        since = running.paused_since.astimezone(here.terms.zone)
        lines.append(f"Sending is paused since {hour(since)} on {long_day(since.date())}: nothing but alerts goes out.")
        if may(here, pausing.RESUME, None):
            page.steers.append(Button(label="Resume", does=pausing.RESUME.name))
    if sandbox:
        lines.append("This is a trial: all messages go to one place instead of to people.")
    page.section("", lines)


def _owed(here: Work, page: _Page, person: str) -> None:
    found = [one for one in owing.owed(here, person) if not one.attends]
    lines = [one.line for one in found[:MOST_OWED]]
    if len(found) > MOST_OWED:
        lines.append(f"and {len(found) - MOST_OWED} more; to see them, write: me")
    day = here.terms.open_days.on_or_after(here.today)
    told = [line.text for line in notes.of_day(here.scope, person, day) if line.kind in _SHOWN_TODAY]
    lines += list(dict.fromkeys(told))[:MOST_OWED]
    page.section("Asked of you now", lines or ["nothing"])
    page.presses += _presses(found)


def _presses(found: list[Owed]) -> Iterator[Button]:
    """The button of each thing owed, each once, and none twice under the same words."""
    labels = set()
    for one in found:
        if one.button is not None and one.button.label not in labels:
            labels.add(one.button.label)
            yield one.button


def _meetings(here: Work, page: _Page, person: str) -> None:
    rows = _next_meetings(here, person)
    lines = []
    for row in rows:
        when = short_day(row.day)
        if row.starts_at is not None:
            when = f"{when}, {hour(row.starts_at, here.terms.zone)}"
            page.times.append(Moment(words=when, at=row.starts_at))
        lines.append(f"{when}: {here.arrangements.groups_by_id[row.group].name}, {row.status}")
    page.section("Your next meetings", lines)
    for row in rows:
        called = owing.called(row, here.arrangements.groups_by_id[row.group])
        page.looks.append(_say(f"Show: {called}", f"meeting show {row.group} {row.place}"))
        if may(here, meeting_actions.MOVE, row.group):
            form = {"group": row.group, "place": row.place}
            page.looks.append(Button(label=f"Move: {called}", does=meeting_actions.MOVE.name, form=form))


def _next_meetings(here: Work, person: str) -> list[MeetingRow]:
    """The next meetings of the groups in which somebody has a part; of all groups for the business manager."""
    held = {h.post for h in people.holdings_of(here.scope, person, here.today)}
    held |= {c.post for c in people.covering_on(here.scope, here.today) if c.person == person}
    everything = here.arrangements.secretariat.business_manager in held
    own = set()
    for group in here.arrangements.groups:
        parts = {group.chair, group.vice_chair, group.papers_by, group.minutes_by, *(s.post for s in group.seats)}
        if everything or not held.isdisjoint(parts):
            own.add(group.id)
    rows = meetings.between(here.scope, here.today, here.today + AHEAD)
    return [row for row in rows if row.group in own and row.status in ("planned", "confirmed")][:MEETINGS]


def _kept_by_the_manager(here: Work, page: _Page) -> None:
    """What the bot waits for, what reached nobody, and what nobody watches: counted, with where each is."""
    waits = []
    if unconfirmed := sum(1 for _ in owing.to_confirm(here)):
        waits.append(f"{counted(unconfirmed, 'meeting')} to be confirmed")
    if vacant := [post for post in posts.left_with_nobody(here) if not post.vacant]:
        waits.append(f"{counted(len(vacant), 'post')} with nobody in it; to see who is where, write: people list")
    if questions := len(check(here.arrangements, pack()).open):
        waits.append(f"{counted(questions, 'question')} that our arrangements leave open")
        page.steers.append(_say("Setup", "setup"))
    page.section("What I wait for", waits)
    failed = len(outbox.not_delivered(here.scope))
    if failed:
        page.section("Not delivered", [f"{counted(failed, 'message')} reached nobody"])
        page.steers.append(_say("Not delivered", "undelivered"))
    if unwatched := len(digests.unwatched(here)):
        page.section("What nobody watches", [f"{counted(unwatched, 'thing')}; to see them, write: digest"])
        page.steers.append(_say("Digest", "digest"))


def _who(here: Work, page: _Page, person: str) -> None:
    known = people.get(here.scope.session, person)
    lines = owing.posts_of(here, person, here.today)
    if here.actor.confirmed:
        lines.append("You have confirmed who you are.")
    else:
        lines.append("Who you are is not confirmed: that is enough for all but incidents. To do it, write: confirm")
    page.section(f"You are {known.name}" if known else "You", lines)


# Kept true


class Opened(Form):
    """Somebody has come to the home of a door. `afresh`: it is shown again though nothing has changed."""

    person: str
    door: str = Field(min_length=1)
    tenant: str = ""
    user: str = Field(min_length=1)
    sandbox: bool = False
    afresh: bool = False


class Keep(Form):
    """The homes whose words are no longer true, by key."""

    homes: list[str] = Field(min_length=1)
    sandbox: bool = False


def key_of(door: str, tenant: str, person: str) -> str:
    """The key of somebody's home at a door, in each partnership one."""
    return f"home:{door}:{tenant}:{person}"


def now_for(work: Work, row: Outgoing, *, sandbox: bool) -> Message:
    """What a home should say now: nothing of what is asked where it stands at an account that is nobody's, or
    another's, or in a workspace that serves the partnership no more."""
    if not _is_theirs(work.scope, row):
        return nobodys(work)
    return home(work, row.person, confirmed=_is_confirmed(work, row.person, row), sandbox=sandbox)


def _is_theirs(scope: Scope, row: Outgoing) -> bool:
    """Whether the account at which a home stands is still its person's, in a workspace that still serves us."""
    served = partnerships.of_workspace(scope.session, row.through, row.tenant)
    if served and scope.partnership not in served:  # what is served by none at all is no workspace
        return False
    known = people.identities(scope.session, row.person)
    return any((i.door, i.tenant) == (row.through, row.tenant) and row.address in ("", i.user) for i in known)


def _is_confirmed(work: Work, person: str, row: Outgoing) -> bool:
    known = people.identities(work.scope.session, person)
    return any(i.state == "confirmed" and (i.door, i.tenant) == (row.through, row.tenant) for i in known)


def standing(session: Session, door: str, tenant: str, person: str) -> list[tuple[str, Message]]:
    """Somebody's homes at a door as they were last stored, by partnership: its short name and the words.

    For a door that shows one page for all of them. The home of a partnership that somebody has left counts only where
    there is no other; one that is theirs no more, and has still to be emptied, does not count.
    """
    found = []
    for running in partnerships.every(session):
        scope = Scope(session, running.id)
        row = outbox.find(scope, key_of(door, tenant, person))
        if row is None or row.state == "dropped":
            continue
        if row.words.title == NO_POST or _is_theirs(scope, row):
            found.append((terms.of(scope).arrangements.short, row.words))
    return [one for one in found if one[1].title != NO_POST] or found[:1]


def mark(work: Work) -> tuple[str, date, int]:
    """What tells whether a home can have changed: the ledger's head, the day, and how much reached nobody."""
    return ledger.head(work.scope), work.today, len(outbox.not_delivered(work.scope))


def stale(work: Work, *, sandbox: bool) -> list[str]:
    """The keys of the homes whose words are no longer true."""
    rows = outbox.homes(work.scope)
    return [row.key for row in rows if now_for(work, row, sandbox=sandbox).model_dump(mode="json") != row.message]


def _open(work: Work, form: Opened) -> Message:
    found = people.identity(work.scope.session, form.door, form.tenant, form.user)
    if found is None or found.person != form.person:
        raise Refused("This account is not known here.")
    row = outbox.find(work.scope, key_of(form.door, form.tenant, form.person))
    if row is not None and row.address not in ("", form.user):
        row.reference = row.address = ""  # the same person by another account: their page is another one
    row = _keep(work, form.door, form.tenant, form.person, sandbox=form.sandbox)
    if form.afresh and row.state == "sent":
        row.wanted += 1
        _wait(work, row)
    work.note(f"person:{form.person}", door=form.door)
    return row.words


def _keep_homes(work: Work, form: Keep) -> Message:
    for key in form.homes:
        row = outbox.find(work.scope, key)
        if row is None or row.kind != HOME:
            raise Refused("There is no such home.")
        _keep(work, row.through, row.tenant, row.person, sandbox=form.sandbox)
    work.note("homes", count=len(form.homes))
    return Message(title="Kept true", text=counted(len(form.homes), "home"))


def _keep(work: Work, door: str, tenant: str, person: str, *, sandbox: bool) -> Outgoing:
    """Stores today's words of a home, or its newest revision; one that had ended waits to be shown again."""
    new = Outgoing(
        partnership=work.scope.partnership,
        key=key_of(door, tenant, person),
        shape="live",
        kind=HOME,
        record=f"person:{person}",
        person=person,
        message={},
        why="what somebody starts from, kept true",
        through=door,
        tenant=tenant,
        created_at=work.now,
        not_before=work.now,
    )
    before = outbox.find(work.scope, new.key)
    new.address = before.address if before is not None else ""
    new.message = now_for(work, new, sandbox=sandbox).model_dump(mode="json")
    outbox.keep_true(work.scope, new, work.now)
    row = outbox.find(work.scope, new.key)
    assert row is not None, "it has just been stored"
    if row.state in ("dropped", "failed"):
        _wait(work, row)
    return row


def _wait(work: Work, row: Outgoing) -> None:
    row.state, row.not_before, row.attempts = "waiting", work.now, 0
    work.scope.session.add(row)


OPEN = Action("home.open", Opened, _open, TIME_ONLY, "show somebody what they start from, and keep it true")
KEEP = Action("home.keep", Keep, _keep_homes, TIME_ONLY, "keep true what people start from")

ACTIONS = (OPEN, KEEP)
