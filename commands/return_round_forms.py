"""The forms about rounds, who answers for whom, and who owes: made anew from what is open and who owes."""

from collections.abc import Callable, Mapping

from storage.records import returns
from storage.records.message import Choice
from storage.records.returns import Round

from . import return_contacts, return_enrolling, return_forms, return_opening, return_requests
from .dates import WANT_DAY
from .refusals import Refused
from .round_which import open_rounds, round_meant
from .steps import Asked, Step
from .work import Work

Made = Callable[[Work, Mapping[str, str]], Step | None]

MOST_CHOICES = 90
"""Of so many one is chosen from a list; of more a name is written."""

BECAUSE = Asked("because", "Why", "words", hint="A few words, without details of a child. Whoever answers reads them.")

YES_OR_NO = (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))


def _which_return(work: Work) -> Asked:
    choices = tuple(Choice(value=each.id, label=each.name) for each in work.arrangements.returns)
    return Asked("report", "Which report, audit or form", "choice", choices=choices)


def _which_round(rounds: list[Round]) -> Asked:
    choices = tuple(Choice(value=each.record, label=each.name) for each in rounds[:MOST_CHOICES])
    return Asked("round", "Which one", "choice", choices=choices)


def _who(work: Work, round_: Round, *, needed: bool = True, hint: str = "") -> Asked:
    every = returns.outstanding(work.scope, round_)
    if len(every) > MOST_CHOICES:
        return Asked("who", "Who", "words", needed, hint or "The name as it stands in the list.")
    choices = tuple(Choice(value=each.who, label=each.name) for each in every)
    return Asked("who", "Who", "choice", needed, hint, choices=choices)


def _opening(work: Work, raw: Mapping[str, str]) -> Step:
    asks = [
        _which_return(work),
        Asked("due", "Due on", "day", hint=WANT_DAY),
        Asked("name", "Called", "words", False, "Empty: its own name and the month."),
        Asked("only", "Only from", "words", False, "Names with semicolons between. Empty: everybody who owes it."),
    ]
    report = return_forms.find(work.arrangements, raw.get("report", ""))
    if report is not None and report.joint_with:
        label = f"Together with {report.joint_with}"
        asks.append(Asked("joint", label, "choice", False, choices=YES_OR_NO))
    action = return_opening.OPEN.name
    return Step(action, "Ask for a report, an audit or a form", "Show who is asked", tuple(asks), sure="Ask them now")


def _about_round(action: str, title: str, send: str, rest: tuple[Asked, ...], sure: str, who: str = "") -> Made:
    """Makes the step of an action about an open round: asks which, where there are several, then the rest.

    `who`: one of those who owe is asked for too, "needed" or as far as "wanted".
    """

    def made(work: Work, raw: Mapping[str, str]) -> Step:
        rounds = open_rounds(work)
        if not rounds:
            raise Refused("No report or audit is asked for just now. To ask for one, write: return open")
        if not raw.get("round") and len(rounds) > 1:
            return Step(action, title, "Go on", (_which_round(rounds),))
        round_ = round_meant(work, raw.get("round", ""))
        called = round_.name  # the form is made when these records are no longer at hand
        whom: tuple[Asked, ...] = ()
        if who:
            hint = "" if who == "needed" else "Empty: everybody whose answer is not in."
            whom = (_who(work, round_, needed=who == "needed", hint=hint),)
        return Step(
            action,
            title,
            send,
            (*whom, *rest),
            sure=sure,
            carries=("round",),
            headed=lambda _work, _raw: (title, called),
        )

    return made


def _not_us(work: Work, raw: Mapping[str, str]) -> Step:
    about = ("report", "place", "who")
    words = "The business manager is asked. Until there is an answer it counts as owed, and reminders go on."
    return Step(
        return_requests.NOT_US.name,
        "This is not for us",
        "Send",
        (Asked("because", "Why it is not for you", "words", hint="A few words, without details of a child."),),
        carries=about,
        headed=lambda _work, _raw: ("This is not for us", words),
    )


def _answer_not_us(work: Work, raw: Mapping[str, str]) -> Step | None:
    if raw.get("answer") == "grant":
        return None
    title = "It stays with them"
    because = Asked("because", "Why", "words", hint="A few words. Whoever answers for it reads them.")
    carries = ("report", "place", "who", "answer")
    return Step(return_requests.ANSWER.name, title, "Send", (because,), carries=carries)


AGENCY = Asked("agency", "Agency or setting", "words", hint="Its name as it stands in our arrangements or on our list.")

ROLE = Asked(
    "role",
    "What they are",
    "choice",
    choices=(
        Choice(value="lead", label="Answers"),
        Choice(value="substitute", label="Stands in for whoever answers"),
        Choice(value="contributor", label="Helps to fill in"),
        Choice(value="senior", label="Senior: signs off, and hears when nothing comes"),
    ),
)


def _contact(work: Work, raw: Mapping[str, str]) -> Step:
    asks = (
        AGENCY,
        ROLE,
        Asked("email", "E-mail address", "words", hint="A person's, or a shared mailbox's own."),
        Asked("name", "Name", "words", False, "Of the person, or what the mailbox is called. Empty: as on record."),
        Asked("telephone", "Telephone", "words", False),
    )
    return Step(return_contacts.CONTACT.name, "Name who answers for an agency", "Record", asks)


def _contact_ends(work: Work, raw: Mapping[str, str]) -> Step:
    email = Asked("email", "E-mail address", "words", False, "Only where several are entered as that.")
    asks = (AGENCY, ROLE, email)
    return Step(return_contacts.CONTACT_ENDS.name, "Somebody no longer answers for an agency", "Record", asks)


def _enrol(work: Work, raw: Mapping[str, str]) -> Step:
    names = {each.id: each.name for each in work.arrangements.agencies}
    partners = tuple(Choice(value=p.id, label=names.get(p.agency, p.id)) for p in work.arrangements.partners)
    duties = (
        Choice(value="section-11", label="The Section 11 audit"),
        Choice(value="section-175", label="The Section 175 or 157 audit"),
        Choice(value="both", label="Both"),
        Choice(value="none", label="Neither: only what is asked by name"),
    )
    asks = [
        Asked("name", "Name of the agency or setting", "words"),
        Asked("duty", "What it has to answer", "choice", choices=duties),
        Asked("sector", "Sector", "words", False, "Such as: primary school."),
    ]
    if partners:
        hint = "Whose lead hears when nothing comes."
        asks.append(Asked("partner", "Safeguarding partner", "choice", False, hint, choices=partners))
    return Step(return_enrolling.ENROL.name, "Enter an agency or setting", "Enter", tuple(asks))


def _owes(work: Work, raw: Mapping[str, str]) -> Step:
    answers = (
        Choice(value="yes", label="They owe it"),
        Choice(value="no", label="They do not owe it"),
        Choice(value="rule", label="As our arrangements say"),
    )
    asks = (
        _which_return(work),
        Asked("who", "Who", "words", hint="An agency, a setting, a group or a post."),
        Asked("owes", "Do they owe it", "choice", choices=answers),
        Asked("because", "Why", "words", False, "Needed where they do not owe it."),
    )
    return Step(return_enrolling.OWES.name, "Confirm who owes it", "Record", asks)


def _consent(work: Work, raw: Mapping[str, str]) -> Step:
    asks = (
        _which_return(work),
        Asked("who", "Who answers once", "words", hint="An agency, as we call it."),
        Asked("other", "The other partnership", "words", hint="Its id, as in its definition."),
        Asked("other_report", "What it is called there", "words", hint="The id of the audit in its arrangements."),
        Asked("other_who", "Who they are there", "words", False, "Such as agency.police. Empty: the same as here."),
    )
    return Step(return_enrolling.CONSENT.name, "One answer for two partnerships", "Record", asks)


MADE: Mapping[str, Made] = {
    return_opening.OPEN.name: _opening,
    return_opening.CLOSE.name: _about_round(
        return_opening.CLOSE.name, "Close a round", "Show what is missing", (), "Close it"
    ),
    return_opening.CANCEL.name: _about_round(
        return_opening.CANCEL.name, "Cancel a round", "Show what follows", (BECAUSE,), "Cancel it"
    ),
    return_opening.REMIND.name: _about_round(
        return_opening.REMIND.name, "Remind those who are out", "Show who is told", (), "Remind them now", "wanted"
    ),
    return_requests.EXTEND.name: _about_round(
        return_requests.EXTEND.name,
        "Give another day",
        "Record",
        (Asked("due", "Until", "day", hint=WANT_DAY), BECAUSE),
        "",
        "needed",
    ),
    return_requests.NOT_US.name: _not_us,
    return_requests.ANSWER.name: _answer_not_us,
    return_contacts.CONTACT.name: _contact,
    return_contacts.CONTACT_ENDS.name: _contact_ends,
    return_enrolling.ENROL.name: _enrol,
    return_enrolling.OWES.name: _owes,
    return_enrolling.CONSENT.name: _consent,
}
