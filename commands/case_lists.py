"""Who may know of a case: its list and nothing else. What one may not know looks exactly like what does not exist."""

from collections.abc import Iterable
from datetime import date, datetime, time

from storage.records import case_lists, incidents, people, switched
from storage.records.case_lists import Listed
from storage.records.incidents import Case
from storage.records.scope import Scope

from . import terms
from .cases import full_pathway
from .refusals import Refusal, Refused
from .work import Work

NOTHING = "There is nothing under that reference."
"""The one sentence for a case that is not there and for one that somebody may not know of."""


def people_on(work: Work, case: Case) -> set[str]:
    """Everybody who may see a case today: who is on its list, in a post on it, deputises for one or covers it."""
    return listed_people(work.scope, case.reference, work.now, work.today)


def listed_people(scope: Scope, reference: str, now: datetime, day: date) -> set[str]:
    """Everybody whom the list of a case has at a time, on that local day."""
    rows = case_lists.on_list(scope, reference, now)
    at = now.astimezone(terms.of(scope).zone).time()
    return {person for row in rows for person in _people(scope, row, day, at)}


def _people(scope: Scope, row: Listed, day: date, at: time) -> set[str]:
    what, _, id_ = row.who.partition(":")
    return {id_} if what == "person" else people.all_in_post(scope, id_, day, at=at)


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
    return work.actor.person in people.all_in_post(work.scope, post, work.today, at=work.hour)


def only_the_handler(work: Work, case: Case) -> None:
    """Raises Refused, with a sentence for somebody who may know of the case, unless the actor handles it."""
    if not handles(work, case) and work.actor.role is None:
        raise Refused(f"This is done by the {work.arrangements.title(handler_of(work, case))}, who handles it.")


def by_which(work: Work, case: Case) -> dict[str, str]:
    """Everybody who may see a case today, each with the post by which they may; none ("") who stands there as a person.

    What is delivered to them is looked at again by that post.
    """
    found: dict[str, str] = {}
    for row in case_lists.on_list(work.scope, case.reference, work.now):
        what, _, id_ = row.who.partition(":")
        for person in sorted(_people(work.scope, row, work.today, work.hour)):
            found[person] = found.get(person, "") or ("" if what == "person" else id_)
    return found


# Who hears of cases at all


def takes_two(work: Work) -> bool:
    """Whether who hears of cases is changed by two people: a pathway is switched on, or a case is open."""
    return bool(switched.on(work.scope)) or bool(_open_cases(work))


def _open_cases(work: Work) -> list[Case]:
    return [case for case in incidents.open_cases(work.scope) if not case.drill]


def posts_that_hear(work: Work) -> frozenset[str]:
    """The posts that may hear of a case: by the arrangements, by standing in, or because an open case lists them."""
    ours = work.arrangements
    named: set[str | None] = {post for p in ours.partners for post in (p.lead, p.deputy, p.senior)}
    for pathway in map(full_pathway, ours.pathways):
        named |= {pathway.handler, pathway.decider, *pathway.told}
        named |= {post for kind in pathway.kinds for post in kind.told}
        named |= {todo.owner for todo in pathway.todos}
    named |= {ours.posts_by_id[post].stand_in for post in named if post in ours.posts_by_id}
    for case in _open_cases(work):
        rows = case_lists.on_list(work.scope, case.reference, work.now)
        named |= {row.who.removeprefix("post:") for row in rows}
    return frozenset(post for post in named if post in ours.posts_by_id)


def who_hear(work: Work) -> dict[str, str]:
    """Everybody in a post that may hear of a case today, each with that post."""
    found: dict[str, str] = {}
    for post in sorted(posts_that_hear(work)):
        for person in sorted(people.all_in_post(work.scope, post, work.today, at=work.hour)):
            found.setdefault(person, post)
    return found


def posts_of(work: Work, person: str) -> set[str]:
    """The posts that may hear of a case which somebody holds, deputises for or covers, today or later."""
    held = {
        h.post
        for h in people.holdings(work.scope, person=person)
        if h.capacity != "pa" and (h.until is None or h.until >= work.today)
    }
    held |= {c.post for c in people.covers_from(work.scope, work.today) if c.person == person}
    return held & posts_that_hear(work)


def cases_listing(work: Work, who: Iterable[str]) -> list[Case]:
    """The open cases on whose list one of some posts ("post:chief-nurse") or persons ("person:ID") stands."""
    wanted = set(who)
    return [
        case
        for case in _open_cases(work)
        if wanted & {row.who for row in case_lists.on_list(work.scope, case.reference, work.now)}
    ]
