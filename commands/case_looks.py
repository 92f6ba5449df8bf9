"""Opening what is kept of a case: each look is written down, and a personal link to the process record is made."""

from datetime import timedelta

from storage.records.message import Less, Message

from . import case_lists, links, naming
from .action import Action, Form
from .permissions import PEOPLE
from .refusals import Refusal, Refused
from .words import hour, long_day, rendered
from .work import Work

RECORD_LINK = "record-link"
PURPOSE = "record"

HOURS = 14 * 24
"""How long a link to a process record leads there: whoever is to read it has two weeks."""


class Look(Form):
    """A case by its reference."""

    reference: str


class ForWhom(Look):
    """A case, and who is to have its record: by title, name or address; whoever asks where nobody is named."""

    person: str = ""


def _look(work: Work, form: Look) -> Message:
    """Notes that somebody looked; what they see is read afterwards, by whoever shows it."""
    case = case_lists.find(work, form.reference)
    return Message(title=case.reference, text="That you opened it is written down.")


def _record_link(work: Work, form: ForWhom) -> Message:
    case = case_lists.find(work, form.reference)
    own = work.actor.person or ""
    person = _person(work, form.person) if form.person else own
    if person != own:
        case_lists.only_the_handler(work, case)
    if person not in case_lists.people_on(work, case):
        want = f"Two people can put them there: incident list-add {case.reference} WHO"
        raise Refused(Refusal(f"They are not on the list of {case.reference}, so they may not see it.", "person", want))
    if not {"pages", "mail"} <= work.ways:
        raise Refused(
            "The record is read on our own page, by a link in a letter, and there is no page or no mail here. "
            "The administrator can set CONVENOR_BASE_URL and the mail."
        )
    link, code = links.make(work, person, PURPOSE, case.record, hours=HOURS)
    work.note(case.record, person=person)
    _send(work, case.record, case.reference, person, link, code)
    whose = "your" if person == own else "their"
    return Message(
        title=f"{case.reference}: the process record",
        text=f"A personal link to it is on its way to {whose} mail address. It can be read and downloaded there.",
    )


def _person(work: Work, word: str) -> str:
    """Who is meant, by id. Raises Refused, without saying again what was written."""
    try:
        return naming.person(work, word).id
    except Refused:
        raise Refused(Refusal("There is no such person or post here.", "person")) from None


def _send(work: Work, record: str, reference: str, person: str, link: str, code: str) -> None:
    ends = work.now + timedelta(hours=HOURS)
    local = ends.astimezone(work.terms.zone)
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "reference": reference,
        "until": f"{hour(local)} on {long_day(local.date())}",
    }
    title, text = rendered(RECORD_LINK, "title", data), rendered(RECORD_LINK, "text", data)
    work.send(
        person,
        RECORD_LINK,
        Message(title=title, text=text, by_mail=Less(title=title, text=text), link=link, link_code=code),
        post="",
        key=f"{RECORD_LINK}:{link}",
        record=record,
        why="asked for by somebody who may know of the case",
        source="",
        through="mail",
        expires_at=ends,
    )


LOOK = Action("incident.look", Look, _look, PEOPLE, "open what is kept of an incident", None, True, "any post")
SEND_RECORD = Action(
    "incident.record-link",
    ForWhom,
    _record_link,
    PEOPLE,
    "send a personal link to the process record of an incident",
    None,
    True,
    "any post",
)

ACTIONS = (LOOK, SEND_RECORD)
