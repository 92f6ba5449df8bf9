"""Who answers for an agency or a setting: its lead, substitute, contributors and senior, each a person or a mailbox.

They are in posts named after the agency, "lead:AGENCY" and "senior:AGENCY", so cover, leaving and all that is owed work
as for any post. No post of the definition is touched here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import Field

from storage.records import people
from storage.records.message import Button, Message
from storage.records.people import Holding, Person
from storage.records.returns import Owed, Round, lead_post, senior_post

from . import contacts, identities, return_asking, return_forms, returning_signing
from .action import Action, Form
from .people import Capacity, is_address
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .respondents import agency_name, outstanding_of
from .return_words import some
from .round_which import agency_meant
from .telephones import read_uk
from .work import Work

KEEPS: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE, Role.ADMINISTRATOR: Where.EVERYWHERE}

As = Literal["lead", "substitute", "contributor", "senior"]
"""What somebody is to an agency's reports: who answers, stands in, helps to fill in, or signs off and hears."""

AS_WORDS: Mapping[As, str] = {
    "lead": "answers",
    "substitute": "stands in for whoever answers",
    "contributor": "helps to fill in",
    "senior": "is the senior, who signs off and hears when nothing comes",
}

_CAPACITY: Mapping[As, Capacity] = {
    "lead": "holder",
    "substitute": "deputy",
    "contributor": "pa",
    "senior": "holder",
}


class Contact(Form):
    """Somebody for an agency or setting: a person, or a shared mailbox by its own address and a name for it."""

    agency: str
    role: As = "lead"
    email: str
    name: str = Field(default="", max_length=120)
    telephone: str = ""


class Ends(Form):
    """Somebody who is no longer that to an agency; by address, or the only one where it is empty."""

    agency: str
    role: As = "lead"
    email: str = ""


@dataclass(frozen=True)
class Wanted:
    """A contact that has been checked: the post and capacity, and who it is."""

    post: str
    capacity: Capacity
    name: str
    email: str
    telephone: str = ""


UNDO = Button(label="Undo", does="undo")


# Named


def _contact(work: Work, form: Contact) -> Message:
    problems: list[Refusal] = []
    agency = ""
    try:
        agency = agency_meant(work, form.agency)
    except Refused as refused:
        problems += refused.refusals
    wanted = read(work, agency, form.role, form.name, form.email, form.telephone, problems)
    if problems or wanted is None:
        raise Refused(*problems)
    before = [each for each in _in(work, wanted) if wanted.capacity == "holder"]
    person, words = put(work, wanted)
    if not words:
        raise Refused(Refusal("That is so already.", "email"))
    work.note(f"post:{wanted.post}", person=person.id, capacity=wanted.capacity)
    _back(work, agency, form.role, person, before)
    asked = ask_now(work, wanted, person)
    text = [f"{person.name} {AS_WORDS[form.role]} for {agency_name(work, agency)}.", *words[1:]]
    if asked:
        text.append(f"Asked now: {some([round_.name for round_, _ in asked])}.")
    return Message(title="Recorded", text="\n".join(text), buttons=(UNDO,))


def read(
    work: Work, agency: str, role: As, name: str, email: str, telephone: str, problems: list[Refusal]
) -> Wanted | None:
    """A contact as it was given, or None with what is wrong with it added, each beside its field."""
    before = len(problems)
    address = email.strip().casefold()
    if not is_address(address):
        problems.append(Refusal(f'"{email}" is no e-mail address.', "email", "Write it like name@example.org."))
    known = people.by_email(work.scope.session, address)
    if not name.strip() and known is None:
        problems.append(Refusal("A name is missing.", "name", "Give the person's name, or what the mailbox is called."))
    number = ""
    if telephone.strip():
        try:
            number = read_uk(telephone, "telephone")
        except Refused as refused:
            problems += refused.refusals
    if len(problems) > before:
        return None
    post = senior_post(agency) if role == "senior" else lead_post(agency)
    given = name.strip() or (known.name if known is not None else "")
    return Wanted(post, _CAPACITY[role], given, address, number)


def _in(work: Work, wanted: Wanted) -> list[Holding]:
    held = people.holdings(work.scope, posts=[wanted.post])
    lasts = [each for each in held if each.until is None or each.until >= work.today]
    return [each for each in lasts if each.capacity == wanted.capacity]


def put(work: Work, wanted: Wanted) -> tuple[Person, list[str]]:
    """Puts somebody where they are wanted, in place of another holder; gives them and what changed, in words."""
    known = people.by_email(work.scope.session, wanted.email)
    before = known.name if known is not None else ""
    person = people.enter(work.scope.session, name=wanted.name, email=wanted.email, now=work.now)
    words = []
    if before != person.name:
        work.about_person(person.id)
    here = _in(work, wanted)
    if not any(each.person == person.id for each in here):
        words.append(f"{person.name} is entered")
        if wanted.capacity == "holder":
            words += [end(work, each) for each in here]
        people.enter_holding(
            work.scope,
            post=wanted.post,
            person=person.id,
            capacity=wanted.capacity,
            agency="",
            since=work.today,
            until=None,
        )
        work.reached.pop(wanted.post, None)
    if wanted.telephone and wanted.telephone != person.telephone:
        contacts.give(work, person, wanted.telephone)
        words.append(f"{person.name} is rung at {wanted.telephone}")
    return person, words


def end(work: Work, held: Holding) -> str:
    """Ends that somebody is in a post, from today on; gives it in words."""
    if held.since >= work.today:
        people.take_back(held)
    else:
        held.until = work.today - timedelta(days=1)
    work.scope.session.add(held)
    work.scope.session.flush()
    work.reached.pop(held.post, None)
    identities.end_if_left(work, held.person)
    found = people.get(work.scope.session, held.person)
    return f"{found.name if found else 'Whoever it was'} is it no longer."


def _back(work: Work, agency: str, role: As, person: Person, before: list[Holding]) -> None:
    """How this step is taken back: the one before is named again, or there is nobody again."""
    earlier = people.get(work.scope.session, before[0].person) if before else None
    words = f"naming {person.name} for {agency_name(work, agency)}"
    if earlier is not None and earlier.id != person.id:
        work.can_be_taken_back(CONTACT.name, {"agency": agency, "role": role, "email": earlier.email}, words)
    else:
        work.can_be_taken_back(CONTACT_ENDS.name, {"agency": agency, "role": role, "email": person.email}, words)


def ask_now(work: Work, wanted: Wanted, person: Person) -> list[tuple[Round, Owed]]:
    """Asks somebody who has just been named for what is open and not in, or waits for their signature; gives which."""
    if wanted.capacity != "holder":
        return []
    role, _, agency = wanted.post.partition(":")
    if role == "senior":
        return returning_signing.ask_newcomer(work, agency, person.id)
    out = outstanding_of(work, [wanted.post])
    for round_, owed in out:
        report = return_forms.find(work.arrangements, round_.report)
        return_asking.tell_newcomer(work, round_, owed, person.id, report)
    return out


def _ends(work: Work, form: Ends) -> Message:
    agency = agency_meant(work, form.agency)
    post = senior_post(agency) if form.role == "senior" else lead_post(agency)
    here = _in(work, Wanted(post, _CAPACITY[form.role], "", ""))
    if form.email:
        address = form.email.strip().casefold()
        here = [h for h in here if (found := people.get(work.scope.session, h.person)) and found.email == address]
    if not here:
        raise Refused(Refusal("Nobody is entered there as that.", "role", "See: return contacts"))
    if len(here) > 1:
        raise Refused(Refusal("There are several.", "email", "Give the e-mail address of the one who is meant."))
    person = people.get(work.scope.session, here[0].person)
    words = end(work, here[0])
    work.note(f"post:{post}", person=here[0].person, capacity=here[0].capacity)
    if person is not None:
        work.can_be_taken_back(
            CONTACT.name,
            {"agency": agency, "role": form.role, "email": person.email, "name": person.name},
            f"ending that {person.name} {AS_WORDS[form.role]}",
        )
    return Message(title="Recorded", text=words, buttons=(UNDO,))


# To read


def listed(work: Work, agency: str) -> Message:
    """Everybody who is entered for an agency or setting, and where they are rung; its agency id is given."""
    lines = []
    for role, post in (("lead", lead_post(agency)), ("senior", senior_post(agency))):
        held = people.holdings(work.scope, work.today, posts=[post])
        for each in sorted(held, key=lambda h: ("holder", "deputy", "pa").index(h.capacity)):
            lines.append(_line(work, each, role))
    text = "\n".join(lines) or "Nobody is entered. To name somebody, write: return contact"
    return Message(title=agency_name(work, agency) or agency, text=text)


def _line(work: Work, held: Holding, role: str) -> str:
    what = {"deputy": "stands in", "pa": "helps to fill in"}.get(
        held.capacity, "answers" if role == "lead" else "senior"
    )
    found = people.get(work.scope.session, held.person)
    if found is None:
        return what
    number = f", {found.telephone}" if found.telephone else ""
    return f"{found.name}, {found.email}{number}: {what}"


CONTACT = Action("return.contact", Contact, _contact, KEEPS, "name who answers, stands in or signs off for an agency")
CONTACT_ENDS = Action("return.contact-ends", Ends, _ends, KEEPS, "end that somebody answers for an agency")

ACTIONS = (CONTACT, CONTACT_ENDS)
