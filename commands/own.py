"""What somebody may do whatever their roles, because it is about what is theirs: post, account, self, latest step."""

from collections.abc import Callable

from storage.records import people, returns

from . import (
    attendance_standing,
    date_polls_standing,
    decisions,
    naming,
    raised_by_whom,
    registers,
    respondents,
    returning_opened,
    round_looking,
)
from .action import Action, Form, Own
from .permissions import secretaries
from .refusals import Refused
from .returning_opened import Opened
from .work import Work

OWNERS: dict[Own, str] = {
    "post": "whoever holds the post or is its PA or staff officer",
    "identity": "the person whose account it is",
    "step": "whoever took the step",
    "any post": "anybody with a post",
    "person": "the person themselves",
    "action": "whoever does the action",
    "raised": "whoever raised it",
    "carried": "whoever carries it on",
    "owed": "whoever answers for it",
    "signed": "the agency's senior who signs it off",
    "approved": "whoever approves it by our arrangements",
    "moderated": "whoever looks at its ratings by our arrangements",
    "received": "the chair of the group that receives it",
    "round": "whoever receives, approves or looks at it by our arrangements",
    "minutes": "whoever sees to its papers or minutes",
    "decides": "whoever decides in that seat",
    "asked": "whoever is asked, stands in or covers, their PA, or whoever sees to its papers or minutes",
    "seat": "whoever is in that seat, stands in or covers it, or is its PA or staff officer",
}
"""The words for each kind of owner, for refusals and the permission matrix."""

_NUMBER, _REPORT, _GROUP = "number", "report", "group"
_NUMBERED: dict[Own, Callable[[Work, str, int], bool]] = {
    "action": registers.does_it,
    "raised": raised_by_whom.raised_it,
}
"""Who is an owner of what has a number, asked of the person and the number."""

_OWED: dict[Own, Callable[[Work, str, Opened], bool]] = {
    "owed": lambda work, person, opened: respondents.may_answer(work, person, opened.owed),
    "signed": returning_opened.may_sign,
    "approved": returning_opened.may_approve,
    "moderated": returning_opened.may_moderate,
    "received": returning_opened.receives,
}
"""Who may do something with what one owes in a round, whatever their roles."""


def is_own(work: Work, action: Action, form: Form) -> bool:
    """Whether the action is about something of the actor's own, as its data say."""
    person = work.actor.person
    if action.own is None or person is None:
        return False
    if action.own == "post":
        return _is_post_of(work, person, getattr(form, action.own))
    if action.own == "step":
        return True
    if action.own == "person":
        return _is_they(work, person, getattr(form, action.own))
    if action.own == "carried":
        return _carries(work, person, getattr(form, _REPORT))
    if action.own == "minutes":
        return _sees_to(work, person, str(getattr(form, _GROUP)))
    if action.own == "decides":
        return decisions.may_answer(work, person, *(str(getattr(form, name)) for name in ("group", "number", "post")))
    if action.own == "asked":
        return _is_asked(work, person, form)
    if action.own == "seat":
        return _has_seat(work, person, form)
    if action.own == "round":
        return _sees(work, getattr(form, action.own))
    if action.own in _NUMBERED:
        return _NUMBERED[action.own](work, person, getattr(form, _NUMBER))
    if action.own in _OWED:
        opened = returning_opened.find(work, form.model_dump())
        return opened is not None and _OWED[action.own](work, person, opened)
    if action.own == "any post":
        covers = people.covering_on(work.scope, work.today)
        return bool(people.holdings_of(work.scope, person, work.today)) or any(c.person == person for c in covers)
    found = people.identity(work.scope.session, *(getattr(form, name) for name in ("door", "tenant", "user")))
    return found is not None and found.person == person


def _carries(work: Work, person: str, report: str) -> bool:
    found = next((each for each in work.arrangements.returns if each.id == report), None)
    return found is not None and found.carried_by in registers.posts_acted_for(work, person)


def _sees(work: Work, record: str) -> bool:
    found = returns.of_record(work.scope, record)
    return found is not None and round_looking.may_see(work, found)


def _sees_to(work: Work, person: str, group: str) -> bool:
    entry = work.arrangements.groups_by_id.get(group)
    return entry is not None and bool(secretaries(entry) & people.may_act_for(work.scope, person, work.today))


def _is_asked(work: Work, person: str, form: Form) -> bool:
    group, number, post = (getattr(form, name) for name in (_GROUP, _NUMBER, "post"))
    poll = date_polls_standing.find(work, group, number)
    return poll is not None and (
        date_polls_standing.may_answer(work, person, poll, post) or _sees_to(work, person, group)
    )


def _has_seat(work: Work, person: str, form: Form) -> bool:
    group, place, word = (str(getattr(form, name)) for name in ("group", "place", "post"))
    try:
        post = naming.post(work.arrangements, word).id
    except Refused:
        return False
    return attendance_standing.may_answer(work, person, group, place, post)


def _is_they(work: Work, person: str, word: str) -> bool:
    try:
        return naming.person(work, word).id == person
    except Refused:
        return False


def _is_post_of(work: Work, person: str, word: str) -> bool:
    try:
        post = naming.post(work.arrangements, word).id
    except Refused:
        return False
    held = people.holdings_of(work.scope, person, work.today)
    return any(h.post == post and h.capacity in ("holder", "pa") for h in held)
