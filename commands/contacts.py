"""How somebody is rung and texted: their telephone number, given by themselves or by whoever keeps the list of people.

The number of somebody who hears of cases is changed by two people once a pathway is switched on.
"""

from storage.records import people
from storage.records.message import Message
from storage.records.people import Person

from . import naming, proposing
from .action import Action, Form
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .telephones import read_uk
from .work import Work

KEEPS: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE, Role.ADMINISTRATOR: Where.EVERYWHERE}

NO_NUMBER = "none"
"""What is written where somebody is not to be rung any more."""


class Telephone(Form):
    """Somebody, by address, name or post, and the number at which they are rung; "none" takes it away."""

    person: str
    number: str


def _telephone(work: Work, form: Telephone) -> Message:
    person = naming.person(work, form.person)
    number = "" if form.number.casefold() == NO_NUMBER else read_uk(form.number, "number")
    if number == person.telephone:
        raise Refused(Refusal("That is the number on record already.", "number"))
    _only_ours(work, person)
    becomes = f"becomes {number}" if number else "is taken away"
    asked = Telephone(person=person.email, number=number or NO_NUMBER)
    waits = proposing.of_person(
        work, TELEPHONE.name, asked, person.id, f"the telephone number of {person.name} {becomes}"
    )
    if waits is not None:
        return waits
    give(work, person, number)
    work.note(f"person:{person.id}", telephone=bool(number))
    text = f"{person.name} is rung at {number}." if number else f"No number of {person.name} is kept."
    return Message(title="Recorded", text=text)


def give(work: Work, person: Person, number: str) -> None:
    """Keeps a number, checked already, as a fact about the person in every partnership they are in."""
    person.telephone = number
    work.scope.session.add(person)
    work.about_person(person.id)


def _only_ours(work: Work, person: Person) -> None:
    """Nobody else in one partnership changes where other partnerships ring somebody too."""
    if work.actor.person in (None, person.id):
        return
    if people.partnerships_of(work.scope.session, person.id, work.today) - {work.scope.partnership}:
        sentence = "This person also has a post in another partnership."
        raise Refused(Refusal(sentence, "person", "They can give their number themselves, or the administrator can."))


TELEPHONE = Action(
    "people.telephone", Telephone, _telephone, KEEPS, "keep the telephone number of somebody", own="person"
)

ACTIONS = (TELEPHONE,)
