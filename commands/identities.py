"""Who somebody at a door is: proposed by e-mail, confirmed by a code or the administrator, ended with the last post.

Proposed is enough for one's own reminders, never for a case: `Action.needs_confirmed`. Persons and identities are the
same in every partnership, so no business manager vouches for anybody: she proposes and ends accounts of those who have
posts with her alone. A code is issued by the administrator, or sent by mail to the address that the secretariat has.
"""

from datetime import timedelta

from pydantic import Field

from storage.records import codes, outbox, people
from storage.records.ledger import INSTALLATION
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.people import Identity, Person
from storage.records.store import Store

from . import invitations, links, naming, preferring, proposing, welcoming
from .action import Action, Form
from .delivering import DOOR_NAMES, MAIL
from .permissions import Actor, Allowed, Role, Where
from .refusals import Refusal, Refused
from .words import hour, long_day, rendered
from .work import Work

CODES_A_DAY = 3
"""How many codes somebody may have sent for one account within a day."""

KEEPS: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE, Role.ADMINISTRATOR: Where.EVERYWHERE}
PROPOSES: Allowed = KEEPS | {Role.TIME: Where.EVERYWHERE}
CONFIRMS: Allowed = {Role.ADMINISTRATOR: Where.EVERYWHERE}
ISSUES: Allowed = CONFIRMS | {Role.TIME: Where.EVERYWHERE}


class Account(Form):
    """A user at a door, in a workspace or tenant."""

    door: str = Field(min_length=1)
    tenant: str = ""
    user: str = Field(min_length=1)


class Propose(Account):
    """An account, and the e-mail address that its platform gives for it."""

    email: str


class Confirm(Account):
    """An account with the code that its person was given; without a code the administrator confirms it."""

    code: str = ""


def actor_at(store: Store, partnership: str, door: str, tenant: str, user: str) -> Actor:
    """Who acts, when a door says which of its users it was; somebody unknown is an actor without a person."""
    with store.reading() as session:
        found = people.identity(session, door, tenant, user)
        if found is None:
            return Actor(partnership)
        return Actor(partnership, found.person, confirmed=found.state == "confirmed")


def _propose(work: Work, form: Propose) -> Message:
    person = people.by_email(work.scope.session, form.email)
    if person is None or not _is_here(work, person.id):
        want = "The business manager enters people with: people import"
        raise Refused(Refusal("Nobody is entered here with that address.", "email", want))
    _only_ours(work, person.id)
    found = people.identity(work.scope.session, form.door, form.tenant, form.user)
    if found is not None and found.person == person.id:
        raise Refused(f"This account is known already: it is {found.state}.")
    if found is not None and found.state == "confirmed":
        raise Refused("This account belongs to somebody else here. The business manager can end that first.")
    if any((i.door, i.tenant) == (form.door, form.tenant) for i in people.identities(work.scope.session, person.id)):
        raise Refused("This person is known here by another account. The business manager can end that first.")
    if found is not None:
        _only_ours(work, found.person)
        _end(work, found)
    new = people.propose(
        work.scope.session, door=form.door, tenant=form.tenant, user=form.user, person=person.id, now=work.now
    )
    _note(work, new)
    welcoming.welcome(work, new, person)
    invitations.tell_missed(work, [person.id])
    text = "Reminders can come here. To see a case, the administrator has to confirm it."
    return Message(title=f"This is probably {person.name}", text=text)


def _code(work: Work, form: Account) -> Message:
    found, person = _find(work, form)
    if found.state == "confirmed":
        raise Refused(f"This account is confirmed already as {person.name}.")
    work.secret = codes.issue(work.scope.session, form.door, form.tenant, form.user, work.now)
    _note(work, found)
    text = f"It can be used once, within 24 hours, by {person.name} at that account. It is not shown again."
    return Message(title="A code to confirm who this is", text=text)


def _send_code(work: Work, form: Account) -> Message:
    """Sends a code by mail and by nothing else: who reads it has the mailbox that the secretariat has for them."""
    found, person = _find(work, form)
    if found.state == "confirmed":
        raise Refused(f"This account is confirmed already as {person.name}.")
    record, yesterday = f"account:{found.digest}", work.now - timedelta(days=1)
    sent = outbox.said_since(work.scope, person=person.id, kind="confirm-code", record=record, since=yesterday)
    if sent >= CODES_A_DAY:
        sentence = "As many codes as can be sent in a day have been sent to you."
        raise Refused(Refusal(sentence, want="Try again tomorrow, or ask the administrator for one."))
    code = codes.issue(work.scope.session, form.door, form.tenant, form.user, work.now)
    ends = work.now + codes.LASTS
    local = ends.astimezone(work.terms.zone)
    data: dict[str, object] = {
        "code": f"{code[:4]} {code[4:]}",
        "until": f"{hour(local)} on {long_day(local.date())}",
        "partnership": work.arrangements.short,
    }
    words = Message(title=rendered("confirm-code", "title", data), text=rendered("confirm-code", "text", data))
    new = Outgoing(
        partnership=work.scope.partnership,
        key=f"confirm-code:{found.digest}:{work.now.isoformat()}",
        kind="confirm-code",
        record=record,
        person=person.id,
        message=words.model_dump(mode="json"),
        why="asked for, to confirm who somebody is",
        through=MAIL,
        secret=True,
        created_at=work.now,
        not_before=work.now,
        expires_at=ends,
    )
    outbox.put(work.scope, new)
    _note(work, found)
    text = (
        "It goes by mail to the address that the secretariat has for you. Then write here: confirm CODE\n"
        "It can be used once, within 24 hours. If no mail comes, ask the administrator."
    )
    return Message(title="A code has been sent", text=text)


def _confirm(work: Work, form: Confirm) -> Message:
    found, person = _find(work, form)
    if found.state == "confirmed":
        raise Refused(f"This account is confirmed already as {person.name}.")
    if form.code:
        if not _fits(work, form):
            _note(work, found, fits=False)
            return Message(title="That is not the code", text="Look at it again, or ask for a new one.", tone="warning")
    elif work.actor.person == found.person:
        raise Refused(Refusal("This needs the code that you were given.", "code", "Ask the administrator for one."))
    elif waits := _waits(work, CONFIRM.name, form, found, person):
        return waits
    found.state, found.since, found.confirmed_by = "confirmed", work.now, work.actor.id
    work.scope.session.add(found)
    codes.drop(work.scope.session, form.door, form.tenant, form.user)
    _note(work, found)
    return Message(title="Confirmed", text=f"This account is {person.name}.")


def _fits(work: Work, form: Confirm) -> bool:
    """Whether the code is right; a wrong one is counted, so the answer must not be a refusal, which changes nothing."""
    code = codes.live(work.scope.session, form.door, form.tenant, form.user, work.now)
    if code is None:
        sentence = "There is no code that can still be used: it is too old, or was tried too often."
        raise Refused(Refusal(sentence, "code", "Ask the administrator for a new one."))
    if codes.is_right(code, form.code):
        return True
    code.tries += 1
    work.scope.session.add(code)
    return False


def _end_account(work: Work, form: Account) -> Message:
    found, person = _find(work, form)
    _only_ours(work, person.id)
    by_one = found.state != "confirmed" or work.actor.role is not None  # one that was lost, the administrator ends
    if not by_one and (waits := _waits(work, END.name, form, found, person)):
        return waits
    _end(work, found)
    return Message(title="Ended", text=f"This account is no longer {person.name}. It can be proposed anew.")


def _waits(work: Work, action: str, form: Account, found: Identity, person: Person) -> Message | None:
    """The answer where it takes a second person whose account it is: of somebody who hears of cases.

    A code takes two as it is: whoever gave it, and whoever has the account.
    """
    confirmed = action == CONFIRM.name
    account = f"{DOOR_NAMES.get(found.door, found.door)}, user {found.user}"
    words = f"the account at {account}, is {'confirmed as' if confirmed else 'no longer'} {person.name}"
    return proposing.of_person(work, action, form, person.id, words, benefits=[person.id] if confirmed else [])


def _find(work: Work, form: Account) -> tuple[Identity, Person]:
    """The identity of somebody who is in this partnership; of nobody else it is said whether there is one."""
    found = people.identity(work.scope.session, form.door, form.tenant, form.user)
    person = people.get(work.scope.session, found.person) if found else None
    if found is None or person is None or not _is_here(work, person.id):
        raise Refused(Refusal("This account is not known here.", "user", "Write to the bot once; then try again."))
    return found, person


def _is_here(work: Work, person: str) -> bool:
    return work.scope.partnership in people.partnerships_of(work.scope.session, person, work.today)


def _only_ours(work: Work, person: str) -> None:
    """Nobody in a partnership decides who somebody is that other partnerships rely on too."""
    if work.actor.person is None:
        return
    if people.partnerships_of(work.scope.session, person, work.today) - {work.scope.partnership}:
        sentence = "This person also has a post in another partnership."
        raise Refused(Refusal(sentence, "user", "Ask the administrator, who can change what their account is."))


def where_known(work: Work, word: str) -> list[str]:
    """At which doors a person, or whoever is in a post today, is known, and whether confirmed; a line for each.

    Raises Refused for neither.
    """
    try:
        post = naming.post(work.arrangements, word)
    except Refused:
        return [_doors_of(work, naming.person(work, word))]
    ids = people.all_in_post(work.scope, post.id, work.today)
    found = [person for id_ in ids if (person := people.get(work.scope.session, id_)) is not None]
    return [f"{person.name}: {_doors_of(work, person)}" for person in sorted(found, key=lambda p: p.name)]


def _doors_of(work: Work, person: Person) -> str:
    known = people.identities(work.scope.session, person.id)
    chosen = preferring.said_of(person)
    if not known:
        return "; ".join(filter(None, ["known at no door yet", chosen]))
    parts = [
        f"{DOOR_NAMES.get(one.door, one.door)} ({one.state}{', ' + one.gone if one.gone else ''})" for one in known
    ]
    return "; ".join(filter(None, [f"known at {', '.join(parts)}", chosen]))


def end_if_left(work: Work, person: str) -> None:
    """Ends what is known of a person at doors, and their personal links, when no post is held anywhere any more."""
    if people.partnerships_of(work.scope.session, person, work.today):
        return
    links.revoke_of(work, person)
    for found in people.identities(work.scope.session, person):
        _end(work, found, keep_record=True)


def end_of_leavers(work: Work) -> list[str]:
    """Ends the identities and links of those whose last post has ended since; gives the ids of whoever was known."""
    links.revoke_of_leavers(work)
    found = people.leavers(work.scope, work.today)
    for one in found:
        _end(work, one, keep_record=True)
    return sorted({one.person for one in found})


def _end(work: Work, found: Identity, *, keep_record: bool = False) -> None:
    if keep_record:
        work.chains.add(INSTALLATION)
    else:
        _note(work, found, ended=True)
    people.end_identity(work.scope.session, found)
    work.scope.session.flush()


def _note(work: Work, found: Identity, **more: object) -> None:
    work.about_person(found.person)
    ids = {"door": found.door, "tenant": found.tenant, "account": found.digest, "state": found.state}
    work.note(f"person:{found.person}", **ids, **more)


PROPOSE = Action("identity.propose", Propose, _propose, PROPOSES, "propose who an account is, by its e-mail address")
CODE = Action("identity.code", Account, _code, ISSUES, "issue a one-time code to confirm an account")
CONFIRM = Action("identity.confirm", Confirm, _confirm, CONFIRMS, "confirm who an account is", own="identity")
SEND_CODE = Action("identity.send-code", Account, _send_code, {}, "have a code sent by mail", own="identity")
END = Action("identity.end", Account, _end_account, KEEPS, "end who an account is taken for")

ACTIONS = (PROPOSE, CODE, SEND_CODE, CONFIRM, END)
