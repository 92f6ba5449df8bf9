"""Who may know of a case: its list and nothing else. What one may not know looks exactly like what does not exist."""

from storage.records import case_lists, incidents, people
from storage.records.case_lists import Listed
from storage.records.incidents import Case

from . import terms
from .refusals import Refusal, Refused
from .work import Work

NOTHING = "There is nothing under that reference."
"""The one sentence for a case that is not there and for one that somebody may not know of."""


def people_on(work: Work, case: Case) -> set[str]:
    """Everybody who may see a case today: who is on its list, in a post on it, deputises for one or covers it."""
    found: set[str] = set()
    for row in case_lists.on_list(work.scope, case.reference, work.now):
        found |= _people(work, row)
    return found


def _people(work: Work, row: Listed) -> set[str]:
    what, _, id_ = row.who.partition(":")
    return {id_} if what == "person" else people.all_in_post(work.scope, id_, work.today)


def may_see(work: Work, case: Case) -> bool:
    """Whether the actor may see a case: somebody confirmed who is on its list. Time sees what it handles."""
    if work.actor.role is not None:
        return work.actor.role.value == "time"
    return work.actor.confirmed and work.actor.person in people_on(work, case)


def seen_by(work: Work, person: str) -> list[Case]:
    """The open cases on whose list a person is, oldest first; none where they have not confirmed who they are."""
    if not people.is_confirmed(work.scope.session, person):
        return []
    return [case for case in incidents.open_cases(work.scope) if not case.drill and person in people_on(work, case)]


def find(work: Work, reference: str) -> Case:
    """The case, noted for the ledger. Raises Refused with one sentence where there is none or it is not theirs."""
    case = incidents.find(work.scope, reference.strip().upper())
    if case is None or not may_see(work, case):
        raise Refused(Refusal(NOTHING, "reference"))
    work.note(case.record)
    return case


def handler_of(work: Work, case: Case) -> str:
    """The post that handles a case, by the version of the arrangements under which it began."""
    return terms.of(work.scope, case.version).arrangements.pathway(case.pathway).handler


def handles(work: Work, case: Case) -> bool:
    """Whether the actor handles the case: in the handler's post, or covering or deputising for it."""
    return is_in(work, handler_of(work, case))


def is_in(work: Work, post: str) -> bool:
    """Whether the actor holds, covers or deputises for a post today."""
    return work.actor.person in people.all_in_post(work.scope, post, work.today)


def only_the_handler(work: Work, case: Case) -> None:
    """Raises Refused, with a sentence for somebody who may know of the case, unless the actor handles it."""
    if not handles(work, case) and work.actor.role is None:
        raise Refused(f"This is done by the {work.arrangements.title(handler_of(work, case))}, who handles it.")
