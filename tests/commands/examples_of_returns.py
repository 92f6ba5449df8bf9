"""What is owed, for the examples of actions: an audit of the Council, for which the Archivist answers."""

from collections.abc import Callable, Mapping

from tests.offices import Office
from tests.returns_given import Given, an_agency_owes, in_the_post

AGENCY = "council"
QUESTIONS = [
    {"id": "met", "text": "How far it is met", "kind": "rating", "required": True, "source": "chosen",
     "options": [{"id": "no", "label": "Not met", "rank": 1}, {"id": "yes", "label": "Met", "rank": 2}]},
    {"id": "how", "text": "How you know", "source": "chosen"},
]  # fmt: skip
FORM = {
    "id": "council-audit",
    "name": "Audit",
    "nothing": "Nothing to report by exception",
    "source": "chosen",
    "sections": [{"id": "first", "title": "First", "questions": QUESTIONS, "source": "chosen"}],
}
_AUDIT = {
    "calls": "audit", "form": "council-audit", "from_agencies": [AGENCY], "by_hand": True, "approved_by": "archivist",
    "moderated_by": "archivist", "source": "chosen",
}  # fmt: skip
RETURNS = [
    {"id": "audit", "name": "Audit", **_AUDIT},
    {"id": "signed-audit", "name": "Signed audit", "signed_off": True, **_AUDIT},
]
FILLED = {"met": "no", "how": "By looking"}

Form = Mapping[str, object]


def an_audit(office: Office, report: str = "audit") -> Given:
    """The Council's audit, of which nothing is filled in; the Archivist is its lead and its senior."""
    for post in (f"lead:{AGENCY}", f"senior:{AGENCY}"):
        in_the_post(office, post, "archivist@ourshire.invalid", name="Archivist")
    return an_agency_owes(office, AGENCY, report=report, due="2027-05-31")


def owed(**more: object) -> Callable[[Office], Form]:
    """It is asked for, and nothing is filled in."""
    return lambda office: {**an_audit(office).about, **more}


def filled_in(report: str = "audit", **more: object) -> Callable[[Office], Form]:
    """It is filled in, and not sent in."""

    def form(office: Office) -> Form:
        given = an_audit(office, report)
        office.done("archivist", "return.save", **given.about, **FILLED)
        return {**given.about, **more}

    return form


def sent_in(report: str = "audit", **more: object) -> Callable[[Office], Form]:
    """It is sent in."""

    def form(office: Office) -> Form:
        given = filled_in(report)(office)
        office.done("archivist", "return.send", **given)
        return {**given, **more}

    return form


COLLEAGUE = {"name": "Deputy Archivist", "email": "deputy.archivist@ourshire.invalid"}


def for_a_colleague(office: Office) -> Form:
    """It is asked for, and a colleague who is reached in chat could help."""
    in_the_post(office, "lead:elsewhere", COLLEAGUE["email"], name=COLLEAGUE["name"])
    return {**an_audit(office).about, **COLLEAGUE}


def with_a_colleague(office: Office) -> Form:
    """A colleague has been asked to help with it."""
    form = for_a_colleague(office)
    office.done("archivist", "return.colleague", **form)
    return {name: value for name, value in form.items() if name != "name"}


FORMS: dict[str, Callable[[Office], Form]] = {
    "return.save": owed(**FILLED),
    "return.colleague": for_a_colleague,
    "return.colleague-ends": with_a_colleague,
    "return.send": filled_in(),
    "return.nothing": owed(),
    "return.take-back": sent_in(),
    "return.sign-off": sent_in("signed-audit"),
    "return.approve": sent_in(),
    "return.reopen": sent_in(because="a figure is missing"),
    "return.moderate": sent_in(question="met", rating="yes", because="it was seen at a visit"),
    "return.for-them": owed(**FILLED),
    "return.other-way": owed(how="visit", day="2027-04-01", evidence="V-12", outcome="It is met."),
}
"""The form of each action of answering."""

__all__ = ["FORMS", "RETURNS", "an_audit", "filled_in", "owed", "sent_in"]
