"""A colleague is asked to help: whoever answers for an agency's report or audit names them, and they get a link.

They become a contributor of the agency's lead, so they may fill in and send in, until that is taken back. Groups and
posts have no contributors of this kind: whoever is to answer for a post covers it, or is its PA.
"""

import re
from dataclasses import replace

from pydantic import Field

from storage.arrangements.phrases import listed
from storage.records import outbox, people
from storage.records.message import Button, Message
from storage.records.outbox import Outgoing
from storage.records.people import Holding, Person
from storage.records.returns import agency_of, lead_post, senior_post

from . import respondents, return_contacts, return_links, returning_forms, returning_opened, returning_words
from .action import Action
from .chasing_letters import fill_in, goes_at, has_chat
from .freetext import check_text
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .return_contacts import Wanted
from .returning_opened import About, Opened
from .words import long_day, rendered
from .work import Work

SHARED, NAMED = "report-shared", "colleague-named"
"""The messages: to the colleague, with a link of their own; and to the business manager, that they were named."""

MOST = 5
"""So many colleagues can be asked to help with one report, those that were taken back included; chosen."""

LONGEST_NAME = 80

MANAGER: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE}

_NAME = re.compile(r"[^\W\d_][\w .,'’()&-]*")
"""A name, of a person or of a mailbox: no address of a page and no mark-up, since others read it."""

WHAT_IT_MEANS = (
    "They get a letter with a link of their own, and may fill it in and send it in as you may. The business manager is "
    "told. You can take it back."
)

ENOUGH = f"{MOST} colleagues have been asked to help with this one already, and no more can be."


class Colleague(About):
    """What a colleague is to help with, their name, and their address at work."""

    name: str = Field(default="", max_length=LONGEST_NAME)
    email: str = ""


class NoColleague(About):
    """Somebody who was asked to help with it and is to do so no more, by address."""

    email: str


def not_by_name(work: Work, opened: Opened) -> str:
    """Why no colleague is named for what a group or a post owes, and what to do; empty for an agency's."""
    if opened.is_of_agency:
        return ""
    manager = work.arrangements.title(work.arrangements.secretariat.business_manager)
    return (
        f"{opened.title} is asked of whoever is in a post, so no colleague is named for it. Somebody who should answer "
        f"in their place covers the post for some days (in chat: people cover). A PA or staff officer, who may fill it "
        f"in too, is entered by the {manager}, who can also arrange the cover."
    )


# Asked


def _share(work: Work, form: Colleague) -> Message:
    opened = returning_opened.hold(work, form)
    returning_forms.refuse_locked(work, opened)
    if why_not := not_by_name(work, opened):
        raise Refused(why_not)
    if not ("pages" in work.ways or _known_in_chat(work, form.email)):
        raise Refused("There is no page here that a colleague could be sent a link to. Ask the business manager.")
    wanted = _checked(work, opened, form)
    person = _enter(work, opened, wanted)
    work.note(opened.owed.record, person=person.id)
    number = len(_letters(work, opened)) + 1
    _tell_colleague(work, opened, person, number)
    _tell_manager(work, opened, person, number)
    work.can_be_taken_back(
        returning_words.COLLEAGUE_ENDS,
        {**opened.about, "email": person.email},
        f"asking {person.name} to help with {opened.title}",
    )
    said = f"{person.name} is sent a link of their own, and may fill in and send in {opened.title}."
    if (at := goes_at(work)) > work.now:
        said += f" It goes out in the morning of {long_day(at.astimezone(work.terms.zone).date())}."
    manager = work.arrangements.title(work.arrangements.secretariat.business_manager)
    return Message(
        title="Your colleague is asked",
        text=f"{said}\nThe {manager} is told. You can take it back; what they have filled in by then stays.",
        buttons=(Button(label="Take it back", does="undo"),),
    )


def _enter(work: Work, opened: Opened, wanted: Wanted) -> Person:
    """Has somebody be a contributor; whoever answers for the agency already stays what they are."""
    known = people.by_email(work.scope.session, wanted.email)
    if known is not None and respondents.may_answer(work, known.id, opened.owed):
        return known
    return return_contacts.put(work, wanted)[0]


def _known_in_chat(work: Work, email: str) -> bool:
    known = people.by_email(work.scope.session, email)
    return known is not None and has_chat(work, known.id)


def _checked(work: Work, opened: Opened, form: Colleague) -> Wanted:
    """Who is meant, as a contributor. Raises Refused with all that is wrong, each beside its field."""
    problems = list(check_text(form.name, "name"))
    if form.name and not _NAME.fullmatch(form.name):
        problems.append(Refusal("This is more than a name.", "name", "Give their name only."))
    wanted = return_contacts.read(work, agency_of(opened.owed.who), "contributor", form.name, form.email, "", problems)
    if wanted is not None:
        problems += _elsewhere(work, opened, wanted.email)
    letters = _letters(work, opened)
    known = people.by_email(work.scope.session, form.email)
    if known is not None and any(row.person == known.id and _may_help(work, opened, row) for row in letters):
        problems.append(Refusal("They have been asked already, and have a link of their own.", "email"))
    elif len(letters) >= MOST:
        problems.append(Refusal(ENOUGH, want="For somebody else, write to the business manager."))
    if problems or wanted is None:
        raise Refused(*problems)
    return replace(wanted, name=known.name) if known is not None else wanted  # nobody is renamed by somebody else


def _elsewhere(work: Work, opened: Opened, email: str) -> list[Refusal]:
    """What is wrong with an address that is not at the agency: where those who answer or sign for it have theirs."""
    agency = agency_of(opened.owed.who)
    held = people.holdings(work.scope, work.today, posts=[lead_post(agency), senior_post(agency)])
    known = {each.person for each in held} | ({work.actor.person} if work.actor.person else set())
    found = (people.get(work.scope.session, id_) for id_ in known)
    places = sorted({_place(person.email) for person in found if person is not None})
    if _place(email) in places:
        return []
    sentence = f"That address is elsewhere: those who answer for {opened.owed.name} have theirs at {listed(places)}."
    return [Refusal(sentence, "email", "Somebody with another address is entered by the business manager.")]


def _place(email: str) -> str:
    return email.rpartition("@")[2].casefold()


def _tell_colleague(work: Work, opened: Opened, person: Person, number: int) -> None:
    owed, chat = opened.owed, has_chat(work, person.id)
    link = return_links.link_for(work, owed, person.id)[0] if "pages" in work.ways and not chat else ""
    data = _data(work, opened) | {"link": bool(link), "partnership": work.arrangements.short}
    message = Message(
        title=rendered(SHARED, "title", data),
        text=rendered(SHARED, "text", data),
        buttons=(fill_in(owed),) if chat else (),
        link=link,
    )
    work.send(
        person.id,
        SHARED,
        message,
        post="",
        key=f"{SHARED}:{owed.record}:{number}:{person.id}",
        record=owed.record,
        why="whoever answers for it has named them as a colleague who helps",
        source="",
        not_before=goes_at(work),
    )


def _tell_manager(work: Work, opened: Opened, person: Person, number: int) -> None:
    about = {**opened.about, "email": person.email}
    work.say(
        NAMED,
        post=work.arrangements.secretariat.business_manager,
        key=f"{NAMED}:{opened.owed.record}:{number}",
        record=opened.owed.record,
        data=_data(work, opened) | {"name": person.name, "email": person.email},
        why="whoever answers for it has named them",
        source="",
        buttons=(Button(label="Take it back", does=returning_words.COLLEAGUE_ENDS, form=about),),
    )


def _data(work: Work, opened: Opened) -> dict[str, object]:
    asker = people.get(work.scope.session, work.actor.person) if work.actor.person else None
    return {
        "by": asker.name if asker is not None else "the secretariat",
        "who": opened.owed.name,
        "round": opened.round_.name,
        "due": opened.owed.due or opened.round_.due,
        "manager": work.arrangements.title(work.arrangements.secretariat.business_manager),
    }


# Who was asked


def _letters(work: Work, opened: Opened) -> list[Outgoing]:
    """What was stored to ask colleagues for one report, the oldest first, whatever became of it."""
    return outbox.about(work.scope, opened.owed.record, [SHARED])


def _may_help(work: Work, opened: Opened, row: Outgoing) -> bool:
    return any(each.person == row.person for each in _contributors(work, opened))


def _contributors(work: Work, opened: Opened) -> list[Holding]:
    held = people.holdings(work.scope, work.today, posts=[lead_post(agency_of(opened.owed.who))])
    return [each for each in held if each.capacity == "pa"]


def colleagues(work: Work, opened: Opened) -> list[Person]:
    """Those who were asked to help with it and may, by being asked: who helped before that is not among them."""
    helping = {each.person: each for each in _contributors(work, opened)}
    found: dict[str, Person] = {}
    for row in _letters(work, opened):
        held = helping.get(row.person)
        day = row.created_at.astimezone(work.terms.zone).date()
        person = people.get(work.scope.session, row.person)
        if held is not None and held.since >= day and person is not None:
            found[person.id] = person
    return list(found.values())


# Taken back


def _ends(work: Work, form: NoColleague) -> Message:
    opened = returning_opened.hold(work, form)
    address = form.email.strip().casefold()
    person = next((each for each in colleagues(work, opened) if each.email == address), None)
    if person is None:
        raise Refused(
            Refusal("Nobody with that address helps with this because they were asked to.", "email", WHO_ELSE)
        )
    for held in _contributors(work, opened):
        if held.person == person.id:
            return_contacts.end(work, held)
    keys = [row.key for row in _letters(work, opened) if row.person == person.id]
    unread = outbox.take_back(work.scope, keys, "they are not asked to help any more", work.now)
    return_links.end_of_leaver(work, person.id)
    work.note(opened.owed.record, person=person.id)
    text = f"{person.name} no longer helps with it, and their link leads nowhere any more."
    text += " They had not been told yet." if unread else " What they have filled in stays."
    return Message(title="Taken back", text=text)


WHO_ELSE = "Whoever was entered by the business manager is ended by them: return contact-ends"


COLLEAGUE = Action(
    returning_words.COLLEAGUE, Colleague, _share, {}, "ask a colleague at one's agency to help with what it owes",
    own="owed",
)  # fmt: skip
COLLEAGUE_ENDS = Action(
    returning_words.COLLEAGUE_ENDS, NoColleague, _ends, MANAGER, "end that a colleague who was asked helps with it",
    own="owed",
)  # fmt: skip

ACTIONS = (COLLEAGUE, COLLEAGUE_ENDS)
