"""What delivery asks of the facts just before sending: still in post? by which door? and the words for a sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from storage.records import concerning, conversations, incidents, outbox, partnerships, people
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.scope import Scope
from storage.records.store import Store

from . import case_lists, permissions, sent_on, terms
from .action import Action, Form
from .permissions import TIME_ONLY, Actor
from .places import DOOR_NAMES as DOOR_NAMES
from .places import MAIL as MAIL
from .places import Finds as Finds
from .places import Place as Place
from .places import reached_at
from .refusals import Refused
from .work import Work

BY_MAIL = ":mail"
"""What the key of such a copy ends with."""

FOR_OUTSIDERS = frozenset({"confirm-notification", "incident-received", "incident-decision", "link-renewed"})
"""The kinds that also go to people who hold no post: whoever told of an incident, about that alone."""

ABOUT_LISTS = frozenset({"case-list-changed", "who-hears-changed"})
"""The kinds that also go to whoever has just left the list of a case: that they have."""

NO_POST = "You have no post here today"
"""The title of the home of somebody who has left: nothing in it is for people in post only."""


@dataclass(frozen=True)
class Look:
    """What stands just before a message is sent: still for this person? and where? `why_not` if nowhere."""

    entitled: bool
    place: Place | None
    why_not: str = ""


def look(store: Store, row: Outgoing, doors: Mapping[str, Finds], now: datetime) -> Look:
    """Looks again, at delivery: a message goes to whoever is in the post now, and never to a leaver."""
    with store.reading() as session:
        scope = Scope(session, row.partnership)
        places = list(reached_at(scope, row, doors))
        place = _chosen(row, places)
        if _is_emptied(row) and row.reference and row.door in doors:
            place = Place(row.door, row.tenant, row.address)  # what still stands there, whoever has the account
        why_not = _why_not(session, row, doors) if place is None else ""
        return Look(_entitled(scope, row, now), place, why_not)


def _is_emptied(row: Outgoing) -> bool:
    return row.kind == outbox.HOME and row.words.title == NO_POST


def elsewhere(store: Store, row: Outgoing, doors: Mapping[str, Finds], shut: Place, *, whole: bool) -> Place | None:
    """Where somebody is reached when one place, or the whole workspace, takes nothing any more."""
    with store.reading() as session:
        for each in reached_at(Scope(session, row.partnership), row, doors):
            if each != shut and not (whole and (each.door, each.tenant) == (shut.door, shut.tenant)):
                return each
    return None


def also_there(store: Store, row: Outgoing, shut: Place, finds: Finds, now: datetime) -> list[str]:
    """The other partnerships whose messages went to a person at a place that takes nothing any more."""
    with store.reading() as session:
        others = people.partnerships_of(session, row.person, now.date()) - {row.partnership}
        if finds == "workspace":
            others &= set(partnerships.of_workspace(session, shut.door, shut.tenant))
        return sorted(others)


def goes_by_mail_too(store: Store, row: Outgoing) -> bool:
    """Whether the copy of a message that goes by mail is stored."""
    with store.reading() as session:
        return outbox.find(Scope(session, row.partnership), f"{row.key}{BY_MAIL}") is not None


def sandbox_place(store: Store, row: Outgoing, sandbox: tuple[str, str], finds: Finds) -> Place:
    """The one place to which everything goes, in the workspace of the message's partnership: of several, the one that
    was heard of from that place."""
    door, address = sandbox
    if finds != "workspace":
        return Place(door, "", address)
    with store.reading() as session:
        serving = [each.tenant for each in partnerships.workspaces(Scope(session, row.partnership), door)]
        heard = (tenant for tenant in serving if conversations.find(session, door, tenant, address) is not None)
        return Place(door, next(heard, serving[0] if serving else ""), address)


def _entitled(scope: Scope, row: Outgoing, now: datetime) -> bool:
    local = now.astimezone(terms.of(scope).zone)
    day = local.date()
    if row.post:
        about = people.ANY_GROUP if row.record.startswith("round:") else concerning.group_of(row.record)
        return row.person in people.all_in_post(scope, row.post, day, group=about, at=local.time())
    if row.kind in FOR_OUTSIDERS:
        return True
    if row.about_case and incidents.is_about_case(row.record) and row.kind not in ABOUT_LISTS:
        reference = row.record.split(":")[1]
        return row.person in case_lists.listed_people(scope, reference, now, day)
    if _is_emptied(row):
        taken = people.identity(scope.session, row.door, row.tenant, row.address)
        return taken is None or taken.person == row.person
    return bool(people.holdings_of(scope, row.person, day)) or any(
        cover.person == row.person for cover in people.covering_on(scope, day)
    )


def _chosen(row: Outgoing, places: list[Place]) -> Place | None:
    """A live message stays where it is, and one that may have got through where it was tried; else the best place."""
    stays = (each for each in places if (each.door, each.address) == (row.door, row.address))
    here = next((each for each in stays if row.tenant in ("", each.tenant)), None)
    if (row.reference or row.unsure) and here is not None:
        return here
    return places[0] if places else None


def _why_not(session: Session, row: Outgoing, doors: Mapping[str, Finds]) -> str:
    """Why somebody is reached by no door, as the business manager reads it."""
    if row.about_case and any(each.door in doors for each in people.identities(session, row.person)):
        return "this person has not confirmed who they are"
    return "this person has no door through which they can be reached"


def marked(store: Store, row: Outgoing) -> Message:
    """The words for the sandbox: marked with whom they are really for."""
    with store.reading() as session:
        scope = Scope(session, row.partnership)
        person = people.get(session, row.person)
        title = terms.of(scope).arrangements.title(row.post) if row.post else person.name if person else "somebody"
    words = row.words
    return words.model_copy(update={"title": f"[sandbox, for: {title}] {words.title}"})


def waits_for_answer(row: Outgoing) -> dict[str, str] | None:
    """For an alert about a case: which case and post wait for an answer, so that whoever is next is told at once."""
    if row.kind != "incident-alert":
        return None
    _, reference, post, _ = row.key.split(":", 3)  # the first part also says where it goes by mail or text only
    return {"reference": reference, "post": post}


def time_of(row: Outgoing) -> Actor:
    """Time as the actor of what delivery causes in a message's partnership."""
    return permissions.time(row.partnership)


class Stored(Form):
    """A message by its key."""

    key: str


def _find(work: Work, form: Stored) -> Outgoing:
    row = outbox.find(work.scope, form.key)
    if row is None:
        raise Refused("There is no such message.")
    work.note(row.record, key=row.key)
    return row


_SENT_ON = {"partnership", "lane", "shape", "kind", "record", "about_case", "message", "why", "source"}


def _readdress(work: Work, form: Stored) -> Message:
    sent_on.send(work, _find(work, form))
    return Message(title="Sent on", text="The message goes to whoever is in the post now.")


class Ended(Stored):
    """A message by its key, and why it reached nobody."""

    reason: str


def manager_knows(store: Store, row: Outgoing) -> bool:
    """Whether the business manager has been told already of an alert that reaches nobody."""
    with store.reading() as session:
        return outbox.find(Scope(session, row.partnership), _about_not_delivered(row)) is not None


def _about_not_delivered(row: Outgoing) -> str:
    return f"not-delivered:{row.key}"


def _not_delivered(work: Work, form: Ended) -> Message:
    row = _find(work, form)
    told = work.say(
        "not-delivered",
        post=work.arrangements.secretariat.business_manager,
        key=_about_not_delivered(row),
        record=row.record,
        data={"title": work.arrangements.title(row.post), "reason": form.reason},
        why="an alert reached nobody",
        source="",
        lane="alert",
        tone="warning",
    )
    return Message(title="Not delivered", text=told)


def _moved_on(work: Work, form: Stored) -> Message:
    """The lines of a note that will not be sent any more join the person's next note, where they are still of use."""
    row = _find(work, form)
    if row.kind != "daily-note":
        raise Refused("This is no note.")
    _, person, day = row.key.split(":")
    work.carry_over(person, date.fromisoformat(day))
    return Message(title="Moved on", text="What is still of use stands in the next note.")


class Gone(Form):
    """A place that takes nothing any more, whose it was, why, and by which door they are reached from now on.

    `whole`: nothing goes to anybody in that workspace. `instead` is empty where no other door reaches them. Where it
    does not mark, another partnership does, and here the business manager is only told.
    """

    door: str
    tenant: str = ""
    address: str
    person: str
    reason: str
    whole: bool = False
    instead: str = ""
    marks: bool = True


def _account_gone(work: Work, form: Gone) -> Message:
    """Remembers that a place takes nothing any more, and tells the business manager, once."""
    known = _already_gone(work, form)
    work.note(f"person:{form.person}", door=form.door, whole=form.whole)
    if known:
        return Message(title="Known already", text=form.reason)
    person = people.get(work.scope.session, form.person)
    told = work.say(
        "door-shut",
        post=work.arrangements.secretariat.business_manager,
        key=f"door-shut:{form.door}:{form.tenant if form.whole else form.person}:{work.now.isoformat()}",
        record=f"person:{form.person}",
        data={
            "name": "nobody" if form.whole or person is None else person.name,
            "whole": form.whole,
            "door": DOOR_NAMES.get(form.door, form.door),
            "reason": form.reason,
            "instead": DOOR_NAMES.get(form.instead, form.instead),
        },
        why="a door no longer reaches somebody",
        source="",
    )
    return Message(title="Not reached there any more", text=told)


def _already_gone(work: Work, form: Gone) -> bool:
    """Marks the place, where this is to be done; whether it was marked before."""
    session = work.scope.session
    if form.whole:
        serving = [w for w in partnerships.workspaces(work.scope, form.door) if w.tenant == form.tenant]
        known = all(w.gone for w in serving)
        for workspace in serving:
            workspace.gone = form.reason
            session.add(workspace)
        return known
    found = people.identity(session, form.door, form.tenant, form.address)
    if not form.marks:
        return found is not None and bool(found.gone)
    if found is None:  # an address that is nobody's account: remembered as one that takes nothing
        found = people.propose(
            session, door=form.door, tenant=form.tenant, user=form.address, person=form.person, now=work.now
        )
    known, found.gone = bool(found.gone), form.reason
    session.add(found)
    return known


class Back(Form):
    """An account or a whole workspace (without a user) that can be reached again."""

    door: str
    tenant: str = ""
    user: str = ""


def _back(work: Work, form: Back) -> Message:
    session = work.scope.session
    for workspace in partnerships.workspaces(work.scope, form.door):
        if workspace.tenant == form.tenant:
            workspace.gone = ""
            session.add(workspace)
    found = people.identity(session, form.door, form.tenant, form.user) if form.user else None
    if found is not None:
        found.gone = ""
        session.add(found)
        work.note(f"person:{found.person}", door=form.door)
    return Message(title="Reached again", text="Messages go there again.")


def _by_mail_too(work: Work, form: Stored) -> Message:
    """A calendar entry goes by mail too, since that is where most calendars take it from."""
    row = _find(work, form)
    copy = Outgoing(
        **row.model_dump(include=_SENT_ON),
        key=f"{row.key}{BY_MAIL}",
        person=row.person,
        post=row.post,
        through=MAIL,
        expires_at=row.expires_at,
        created_at=work.now,
        not_before=work.now,
    )
    outbox.put(work.scope, copy)
    return Message(title="By mail too", text="The calendar entry also goes by mail.")


READDRESS = Action("message.readdress", Stored, _readdress, TIME_ONLY, "send a message on to whoever is in the post")
MOVED_ON = Action("note.move-on", Stored, _moved_on, TIME_ONLY, "put a note's lines into the next note")
NOT_DELIVERED = Action(
    "message.not-delivered", Ended, _not_delivered, TIME_ONLY, "tell the business manager of an alert not delivered"
)

GONE = Action("account.gone", Gone, _account_gone, TIME_ONLY, "remember that a door no longer reaches somebody")
BACK = Action("account.back", Back, _back, TIME_ONLY, "remember that a door reaches somebody again")
BY_MAIL_TOO = Action("message.by-mail-too", Stored, _by_mail_too, TIME_ONLY, "send a calendar entry by mail too")

ACTIONS = (READDRESS, NOT_DELIVERED, MOVED_ON, GONE, BACK, BY_MAIL_TOO)
