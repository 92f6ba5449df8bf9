"""Who owes at all: agencies and settings beside the definition, confirmed by name; whether one answers once for two."""

import re
from datetime import timedelta
from typing import Literal

from pydantic import Field

from storage.records import partnerships, people, returns
from storage.records.message import Button, Message
from storage.records.returns import Consent, Enrolled, Named, lead_post, senior_post
from storage.records.scope import Scope

from . import identities, return_forms, return_once
from .action import Action, Form
from .freetext import check_text
from .naming import plain
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .respondents import Agencies, agency_name, outstanding_of
from .return_words import some
from .round_which import agency_meant, respondent_meant
from .work import Work

KEEPS: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE, Role.ADMINISTRATOR: Where.EVERYWHERE}

Duty = Literal["section-11", "section-175", "both", "none"]

UNDO = Button(label="Undo", does="undo")


class Enrol(Form):
    """An agency or setting that the arrangements do not list: what it has to answer, its sector, and the partner whose
    lead hears when its answers stay out. `again`: one whose entry had ended."""

    name: str = Field(min_length=1, max_length=120)
    duty: Duty
    sector: str = Field(default="", max_length=60)
    partner: str = ""
    again: bool = False


class EnrolEnds(Form):
    """An agency or setting that was entered here, and is asked for nothing from now on."""

    agency: str


class Owes(Form):
    """Whether somebody owes a report or an audit, confirmed by name; "rule": as the arrangements say."""

    report: str
    who: str
    owes: Literal["yes", "no", "rule"]
    because: str = Field(default="", max_length=300)


class Consents(Form):
    """That somebody answers once for us and for another partnership, which has to record the same.

    `who` owes it here, `other_who` is their key there (the same where it is empty). `withdraw`: no longer.
    """

    report: str
    who: str
    other: str
    other_report: str
    other_who: str = ""
    withdraw: bool = False


# Entered beside the definition


def _enrol(work: Work, form: Enrol) -> Message:
    problems = [*check_text(form.name, "name"), *check_text(form.sector, "sector")]
    partner = partner_meant(work, form.partner, problems)
    ended = _ended_of(work, form.name) if form.again else None
    if ended is None and (known := named_so(work, form.name)):
        problems.append(Refusal(f"{known} is on the list already.", "name", "Give another name."))
    if problems:
        raise Refused(*problems)
    row = put(work, form.name, form.sector, form.duty, partner, ended)
    work.note(f"agency:{row.id}", duty=form.duty)
    work.can_be_taken_back(ENROL_ENDS.name, {"agency": row.id}, f"entering {row.name}")
    text = f"{row.name} is on the list from today. To name who answers for it, write: return contact {row.id}"
    return Message(title="Entered", text=text, buttons=(UNDO,))


def partner_meant(work: Work, word: str, problems: list[Refusal]) -> str:
    """The id of the safeguarding partner that is called so; empty for none, or with what is wrong added."""
    if not word.strip():
        return ""
    names = {each.id: each.name for each in work.arrangements.agencies}
    for partner in work.arrangements.partners:
        if plain(word) in (plain(partner.id), plain(partner.agency), plain(names.get(partner.agency, ""))):
            return partner.id
    offered = "; ".join(names.get(each.agency, each.id) for each in work.arrangements.partners)
    problems.append(Refusal(f'"{word}" is no safeguarding partner.', "partner", f"Give one of: {offered}."))
    return ""


def named_so(work: Work, name: str) -> str:
    """The agency or setting that has that name already; empty where there is none."""
    return next((each for each in Agencies(work).names.values() if plain(each) == plain(name)), "")


def _ended_of(work: Work, name: str) -> Enrolled | None:
    alike = [each for each in returns.every_enrolled(work.scope) if plain(each.name) == plain(name)]
    return next((each for each in alike if each.until is not None and each.until < work.today), None)


def put(work: Work, name: str, sector: str, duty: Duty, partner: str, row: Enrolled | None = None) -> Enrolled:
    """Enters an agency or setting, or brings one that is entered to this; gives it."""
    found = row or Enrolled(partnership=work.scope.partnership, id=_new_id(work, name), name=name, since=work.today)
    found.name, found.sector, found.partner, found.until = name, sector, partner, None
    found.section_11, found.section_175 = duty in ("section-11", "both"), duty in ("section-175", "both")
    work.scope.session.add(found)
    work.scope.session.flush()
    return found


def _new_id(work: Work, name: str) -> str:
    """An id made of the name, with a number where there is one like it."""
    taken = {each.id for each in work.arrangements.agencies} | {e.id for e in returns.every_enrolled(work.scope)}
    base = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "setting"
    id_, number = base, 2
    while id_ in taken:
        id_, number = f"{base}-{number}", number + 1
    return id_


def _enrol_ends(work: Work, form: EnrolEnds) -> Message:
    agency = agency_meant(work, form.agency)
    row = returns.one_enrolled(work.scope, agency)
    if row is None:
        name = agency_name(work, agency)
        want = "To leave it out of one report or audit, write: return owes"
        raise Refused(Refusal(f"{name} stands in our arrangements, not on the list that is kept here.", "agency", want))
    row.until = work.today - timedelta(days=1)
    work.scope.session.add(row)
    out = outstanding_of(work, [lead_post(agency)])
    if not out:
        for post in (lead_post(agency), senior_post(agency)):
            _empty(work, post)
    work.scope.session.flush()
    work.note(f"agency:{row.id}")
    duty = "both" if row.section_11 and row.section_175 else "section-11" if row.section_11 else "section-175"
    again = {
        "name": row.name,
        "duty": duty if row.section_11 or row.section_175 else "none",
        "sector": row.sector,
        "partner": row.partner,
        "again": True,
    }
    work.can_be_taken_back(ENROL.name, again, f"taking {row.name} off the list")
    still = f" Still asked for: {some([round_.name for round_, _ in out])}." if out else ""
    text = f"{row.name} is asked for nothing new.{still}"
    return Message(title="Off the list", text=text, buttons=(UNDO,))


def _empty(work: Work, post: str) -> None:
    """Has everybody leave a post of an agency that has ended, with today."""
    for held in people.holdings(work.scope, work.today, posts=[post]):
        held.until = work.today
        work.scope.session.add(held)
        work.scope.session.flush()
        identities.end_if_left(work, held.person)


# Confirmed by name


def _owes(work: Work, form: Owes) -> Message:
    report = return_forms.meant(work, form.report)
    problems = [*check_text(form.because, "because")]
    if form.owes == "no" and not form.because:
        problems.append(Refusal("This is needed.", "because", "Say why they do not owe it, in a few words."))
    try:
        one = respondent_meant(work, form.who)
    except Refused as refused:
        raise Refused(*problems, *refused.refusals) from None
    if problems:
        raise Refused(*problems)
    row = returns.named(work.scope, report.id).get(one.who)
    before = "rule" if row is None else "yes" if row.owes else "no"
    because = row.because if row is not None else ""
    if form.owes == "rule":
        if row is not None:
            work.scope.session.delete(row)
    else:
        row = row or Named(partnership=work.scope.partnership, report=report.id, who=one.who, owes=True, at=work.now)
        row.owes, row.because, row.person, row.at = form.owes == "yes", form.because, work.actor.id, work.now
        work.scope.session.add(row)
    work.scope.session.flush()
    work.note(f"return:{report.id}", who=one.who, owes=form.owes)
    back: dict[str, object] = {"report": report.id, "who": one.who, "owes": before, "because": because}
    work.can_be_taken_back(OWES.name, back, f"confirming whether {one.name} owes the {report.name}")
    said = {
        "yes": f"{one.name} owes it: {report.name}.",
        "no": f"{one.name} does not owe it: {report.name}.",
        "rule": f"{one.name} owes it as our arrangements say, or not: {report.name}.",
    }[form.owes]
    text = f"{said} It counts from the next time it is asked for; what is open already stays as it is."
    return Message(title="Recorded", text=text, buttons=(UNDO,))


# Answered once for two partnerships


def _consents(work: Work, form: Consents) -> Message:
    report = return_forms.meant(work, form.report)
    one = respondent_meant(work, form.who)
    other = form.other.strip()
    if other == work.scope.partnership or partnerships.find(Scope(work.scope.session, other)) is None:
        raise Refused(Refusal(f'No other partnership called "{other}" runs here.', "other", "Give its id."))
    other_who = form.other_who.strip() or one.who
    key = (work.scope.partnership, report.id, one.who, other, form.other_report.strip(), other_who)
    row = work.scope.session.get(Consent, key)
    if form.withdraw == (row is None):
        raise Refused("That is so already.")
    if row is not None:
        work.scope.session.delete(row)
    else:
        names = ("partnership", "report", "who", "other", "other_report", "other_who")
        new = Consent(**dict(zip(names, key, strict=True)), person=work.actor.id, at=work.now)
        work.scope.session.add(new)
    work.scope.session.flush()
    work.note(f"return:{report.id}", who=one.who, other=other, withdrawn=form.withdraw)
    back = form.model_dump() | {"withdraw": not form.withdraw}
    work.can_be_taken_back(CONSENT.name, back, f"recording whether {one.name} answers once")
    if form.withdraw:
        return Message(title="Recorded", text=f"{one.name} answers for us alone again.", buttons=(UNDO,))
    both = (
        "Both have recorded it, so it holds."
        if return_once.agreed(work, key)
        else "It holds once they have recorded it too."
    )
    text = f"{one.name} may answer once for us and for {other}, where both ask the same at the same time. {both}"
    return Message(title="Recorded", text=text, buttons=(UNDO,))


ENROL = Action("return.enrol", Enrol, _enrol, KEEPS, "enter an agency or setting that our arrangements do not list")
ENROL_ENDS = Action("return.enrol-ends", EnrolEnds, _enrol_ends, KEEPS, "take such an agency or setting off the list")
OWES = Action("return.owes", Owes, _owes, KEEPS, "confirm by name whether somebody owes a report or an audit")
CONSENT = Action("return.consent", Consents, _consents, KEEPS, "agree that somebody answers once for two partnerships")

ACTIONS = (ENROL, ENROL_ENDS, OWES, CONSENT)
