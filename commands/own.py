"""What somebody may do whatever their roles, because it is about what is theirs: post, account, self, latest step."""

from storage.records import people

from . import naming
from .action import Action, Form, Own
from .refusals import Refused
from .work import Work

OWNERS: dict[Own, str] = {
    "post": "whoever holds the post or is its PA or staff officer",
    "identity": "the person whose account it is",
    "step": "whoever took the step",
    "any post": "anybody with a post",
    "person": "the person themselves",
}
"""The words for each kind of owner, for refusals and the permission matrix."""


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
    if action.own == "any post":
        covers = people.covers_on(work.scope, work.today)
        return bool(people.holdings_of(work.scope, person, work.today)) or any(c.person == person for c in covers)
    found = people.identity(work.scope.session, *(getattr(form, name) for name in ("door", "tenant", "user")))
    return found is not None and found.person == person


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
