"""What takes two people: proposed by one, agreed to by another, or refused, withdrawn, or forgotten after three days.

Who may know of a case (its list, and whoever is in a post that hears of cases) is never changed by one person alone
(DESIGN section 5, rule 5). The second person is somebody else, has confirmed who they are, and is not the one who would
see more. What was proposed is checked again when it is agreed to, and done as the proposer's; the ledger holds both.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from storage.arrangements.phrases import sentence
from storage.arrangements.reminders import Ask
from storage.records import proposals
from storage.records.duties import Duty
from storage.records.message import Message
from storage.records.proposals import Proposal
from storage.records.undone import Step

from . import case_lists, permissions, proposals_told
from .action import Action, Form
from .permissions import PEOPLE, Actor, Allowed, Role, Where
from .proposals_told import ENDED, button, case_of, name_of, until_words
from .refusals import Refusal, Refused
from .runner import check
from .work import Work

LASTS = timedelta(days=3)
"""How long a proposal waits."""

NOTHING = "Nothing waits under that number."
"""The one sentence for a proposal that is not there and for one that somebody may not know of."""

MAY_AGREE: Allowed = PEOPLE | {Role.ADMINISTRATOR: Where.EVERYWHERE}
"""Everybody in a post, and the administrator. Whether they may agree to one proposal, its rule decides."""


@dataclass(frozen=True)
class Rule:
    """Who may agree to a kind of proposal: persons, each with the post by which they may; and whether who has the
    machine may. `words` says who, for whoever proposes."""

    may: Callable[[Work, Proposal], dict[str, str]]
    words: str
    administrator: bool = False


def _on_the_list(work: Work, proposal: Proposal) -> dict[str, str]:
    case = case_of(work, proposal)
    return case_lists.by_which(work, case) if case else {}


ON_THE_LIST = Rule(_on_the_list, "somebody else who is on its list")
WHO_HEARS = Rule(
    lambda work, _proposal: case_lists.who_hear(work), "somebody else who hears of cases, or the administrator", True
)

RULES: Mapping[str, Rule] = {
    "incident.list-add": ON_THE_LIST,
    "incident.list-end": ON_THE_LIST,
    "incident.empty": ON_THE_LIST,
    "people.enter": WHO_HEARS,
    "people.hold": WHO_HEARS,
    "people.leave": WHO_HEARS,
    "people.stay": WHO_HEARS,
    "people.take-back": WHO_HEARS,
    "people.cover": WHO_HEARS,
    "people.uncover": WHO_HEARS,
    "people.import": WHO_HEARS,
    "people.telephone": WHO_HEARS,
    "identity.confirm": WHO_HEARS,
    "identity.end": WHO_HEARS,
}
"""Every action that can be proposed, with who may agree to it."""


class Chosen(Form):
    """A proposal, by its number."""

    proposal: str


# Proposing


def propose(
    work: Work,
    action: str,
    form: Form,
    record: str,
    words: str,
    *,
    benefits: Iterable[str] = (),
    who: Collection[str] = (),
) -> Message:
    """Stores what somebody wants done, and asks those who may agree; nothing else changes.

    `words` say what would be done, in the middle of a sentence. `benefits` are the persons who would see more: they may
    not agree. `who` are the posts ("post:ID") and persons ("person:ID") whose standing it changes: the people on the
    open cases that list one of them are told once it is done. Raises Refused where it waits already, where the proposer
    has not confirmed who they are, or where nobody else could agree.
    """
    rule = RULES[action]
    if not work.actor.confirmed:
        raise Refused("This takes two people, and both must have confirmed who they are. To do that, write: confirm")
    fields = form.model_dump(mode="json")
    if (same := waiting_already(work, action, form, record)) is not None:
        raise Refused(f"That waits for a second person already, until {until_words(work, same)}: {same.words}.")
    proposal = Proposal(
        id=_number(work, action, fields),
        partnership=work.scope.partnership,
        action=action,
        form={"form": fields, "benefits": sorted(benefits), "who": sorted(who)},
        record=record,
        words=words,
        proposed_by=work.actor.id,
        proposed_at=work.now,
        expires_at=work.now + LASTS,
    )
    may = _second_persons(work, proposal)
    if not may and (not rule.administrator or work.actor.role is not None):
        raise Refused(f"This takes two people, and nobody else could agree to it: it needs {rule.words}.")
    work.scope.session.add(proposal)
    work.scope.session.flush()
    why = "forgotten unless somebody agrees within three days"
    manager = work.arrangements.secretariat.business_manager
    work.owe(f"proposal:{proposal.id}", 1, [Ask(ENDED, "over", proposal.expires_at, manager, why, "chosen")])
    work.note(record, proposal=proposal.id, proposes=action)
    work.changed(f"This waits for a second person: {words}")
    work.waits = proposal.id
    proposals_told.ask(work, proposal, may)
    proposals_told.tell_list(work, proposal, "proposed", but={work.actor.id, *may})
    return Message(
        title="This waits for a second person",
        text=f"Nothing has changed yet. {sentence(words)} It is done once {rule.words} agrees, until "
        f"{until_words(work, proposal)}. They have been told.",
        buttons=(button("Withdraw it", "proposal.withdraw", proposal),),
    )


def of_posts(
    work: Work,
    action: str,
    form: Form,
    posts: Iterable[str],
    record: str,
    words: str,
    *,
    benefits: Iterable[str] = (),
    person: str = "",
) -> Message | None:
    """The answer where a change of who is in some posts, or of how a `person` is reached, takes two people.

    None where one person does it: no post among them hears of cases, no pathway is switched on and no case is open, or
    it is being done because somebody has agreed.
    """
    if work.agreed_by or not case_lists.takes_two(work):
        return None
    hearing = set(posts) & case_lists.posts_that_hear(work)
    listed = bool(person) and bool(case_lists.cases_listing(work, [f"person:{person}"]))
    if not hearing and not listed:
        return None
    who = {f"post:{post}" for post in hearing} | ({f"person:{person}"} if person else set())
    return propose(work, action, form, record, words, benefits=benefits, who=who)


def of_person(
    work: Work, action: str, form: Form, person: str, words: str, *, benefits: Iterable[str] = ()
) -> Message | None:
    """The same for how one person is reached, or who an account is taken for."""
    posts = case_lists.posts_of(work, person)
    return of_posts(work, action, form, posts, f"person:{person}", words, benefits=benefits, person=person)


def waiting_already(work: Work, action: str, form: Form, record: str) -> Proposal | None:
    """The open proposal of just that, if there is one."""
    fields = form.model_dump(mode="json")
    for found in proposals.open_ones(work.scope, record):
        if found.action == action and found.form["form"] == fields and work.now < found.expires_at:
            return found
    return None


def takes_back(work: Work, step: Step) -> None:
    """Says of the proposal just made that it takes back a step, which counts as taken back once it is agreed to."""
    proposal = proposals.find(work.scope, work.waits)
    if proposal is not None:
        proposal.form = {**proposal.form, "step": step.id}
        work.scope.session.add(proposal)


def _number(work: Work, action: str, fields: object) -> str:
    """A number that does not count up, and is the same in two databases."""
    text = json.dumps([work.scope.partnership, work.actor.id, action, fields, work.now.isoformat()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


# Who may


def _second_persons(work: Work, proposal: Proposal) -> dict[str, str]:
    """Everybody who may agree, each with the post by which they may."""
    benefits = _benefits(proposal)
    found = RULES[proposal.action].may(work, proposal)
    return {p: post for p, post in found.items() if p != proposal.proposed_by and p not in benefits}


def _benefits(proposal: Proposal) -> list[str]:
    found = proposal.form["benefits"]
    assert isinstance(found, list)
    return found


def may_agree(work: Work, proposal: Proposal) -> bool:
    """Whether the actor could be the second person of a proposal."""
    if work.actor.role is Role.ADMINISTRATOR:
        return RULES[proposal.action].administrator and proposal.proposed_by != work.actor.id
    return work.actor.confirmed and work.actor.person in _second_persons(work, proposal)


def _may_know(work: Work, proposal: Proposal) -> bool:
    """Whether the actor may know that it was proposed: whoever did, and those by whose rule it goes."""
    rule = RULES[proposal.action]
    if work.actor.role is not None:
        return work.actor.role is Role.ADMINISTRATOR and rule.administrator
    return work.actor.id == proposal.proposed_by or work.actor.person in rule.may(work, proposal)


def _find(work: Work, form: Chosen) -> Proposal:
    found = proposals.find(work.scope, form.proposal.strip().casefold())
    if found is None or not _may_know(work, found):
        raise Refused(Refusal(NOTHING, "proposal"))
    if found.state != "open" or found.expires_at <= work.now:
        ends = {"agreed": "Somebody has agreed to this already", "refused": "Somebody did not agree to this"}
        raise Refused(f"{ends.get(found.state, 'This is no longer proposed')}: {found.words}.")
    return found


def _for_second(work: Work, form: Chosen) -> Proposal:
    found = _find(work, form)
    if work.actor.id == found.proposed_by:
        raise Refused(f"You proposed this yourself, so it takes {RULES[found.action].words}.")
    if not may_agree(work, found):
        raise Refused("This is about what you yourself would see, so it takes somebody else.")
    return found


# Agreeing, refusing, withdrawing


def agree_with(actions: Mapping[str, Action]) -> Action:
    """The action `proposal.agree`, which does what was proposed with those others."""

    def agree(work: Work, form: Chosen) -> Message:
        proposal = _for_second(work, form)
        before = proposals_told.listing(work, proposal)
        answer = _do(work, actions[proposal.action], proposal)
        _end(work, proposal, "agreed")
        work.note(proposal.record, proposal=proposal.id, agreed=proposal.action, proposed_by=proposal.proposed_by)
        proposals_told.tell_proposer(work, proposal, "agreed")
        proposals_told.tell_list(work, proposal, "agreed", but={work.actor.id, proposal.proposed_by})
        proposals_told.tell_who_hears(work, proposal, before)
        return Message(title=f"Agreed: {answer.title}", text=answer.text, fields=answer.fields)

    return Action(
        "proposal.agree",
        Chosen,
        agree,
        MAY_AGREE,
        "agree to what takes two people, as the second one",
        None,
        True,
        "any post",
    )


def _do(work: Work, action: Action, proposal: Proposal) -> Message:
    """Does what was proposed as its proposer, who must still be allowed to; how it is taken back is kept for them."""
    second, agreed = work.actor, action.form.model_validate(proposal.form["form"])
    work.actor, work.agreed_by = _proposer(proposal), second.id
    try:
        check(work, action, agreed)
        answer = action.does(work, agreed)
        work.remember_step()
    finally:
        work.actor, work.agreed_by, work.back = second, "", None
    step = work.scope.session.get(Step, proposal.form["step"]) if "step" in proposal.form else None
    if step is not None:
        step.undone_at = work.now
        work.scope.session.add(step)
    return answer


def _proposer(proposal: Proposal) -> Actor:
    """Whoever proposed, who had confirmed who they are when they did."""
    if proposal.proposed_by == Role.ADMINISTRATOR.value:
        return permissions.administrator(proposal.partnership)
    return Actor(proposal.partnership, proposal.proposed_by, confirmed=True)


def _refuse(work: Work, form: Chosen) -> Message:
    proposal = _for_second(work, form)
    _end(work, proposal, "refused")
    work.note(proposal.record, proposal=proposal.id, refused=proposal.action, proposed_by=proposal.proposed_by)
    proposals_told.tell_proposer(work, proposal, "refused")
    proposals_told.tell_list(work, proposal, "refused", but={work.actor.id, proposal.proposed_by})
    return Message(title="Not agreed", text=f"Nothing has changed: {proposal.words}. Who proposed it is told.")


def _withdraw(work: Work, form: Chosen) -> Message:
    proposal = _find(work, form)
    if work.actor.id != proposal.proposed_by:
        raise Refused("This can be withdrawn by whoever proposed it. You can agree to it or not.")
    _end(work, proposal, "over")
    work.note(proposal.record, proposal=proposal.id, withdrawn=proposal.action)
    proposals_told.tell_list(work, proposal, "withdrawn", but={work.actor.id})
    return Message(title="Withdrawn", text=f"It is no longer proposed: {proposal.words}.")


def _end(work: Work, proposal: Proposal, state: str) -> None:
    proposal.state, proposal.ended_by, proposal.ended_at = state, work.actor.id, work.now
    work.scope.session.add(proposal)
    work.scope.session.flush()
    work.release(f"proposal:{proposal.id}", [ENDED], f"not asked: it is {state}")


def over(work: Work, duty: Duty) -> str:
    """The handler of three days without a second person: it is forgotten, and whoever proposed it hears."""
    work.note(duty.record)
    proposal = proposals.find(work.scope, duty.record.removeprefix("proposal:"))
    if proposal is None or proposal.state != "open":
        return "not asked: it has ended"
    proposal.state, proposal.ended_by, proposal.ended_at = "over", work.actor.id, work.now
    work.scope.session.add(proposal)
    proposals_told.tell_proposer(work, proposal, "over")
    proposals_told.tell_list(work, proposal, "over", but={proposal.proposed_by})
    return "told: nobody agreed in time"


# To read


def waiting(work: Work) -> list[Proposal]:
    """What waits for the actor as the second person, and what they proposed themselves, oldest first."""
    return [
        found
        for found in proposals.open_ones(work.scope)
        if work.now < found.expires_at and (found.proposed_by == work.actor.id or may_agree(work, found))
    ]


def described(work: Work, proposal: Proposal) -> str:
    """A proposal in a line: its number, what it is, by whom, until when."""
    by = name_of(work, proposal.proposed_by)
    return f"{proposal.id}: {proposal.words} (proposed by {by}, until {until_words(work, proposal)})"


def listed(work: Work) -> Message:
    """What waits for a second person, with the buttons that the actor may press."""
    found = waiting(work)
    buttons = []
    for each in found:
        if each.proposed_by == work.actor.id:
            buttons.append(button(f"Withdraw {each.id}", "proposal.withdraw", each))
        else:
            buttons.append(button(f"Agree to {each.id}", "proposal.agree", each))
            buttons.append(button(f"Do not agree to {each.id}", "proposal.refuse", each))
    lines = [f"- {described(work, each)}" for each in found]
    return Message(
        title="What waits for a second person",
        text="\n".join(lines) or "Nothing of yours, and nothing that waits for you.",
        buttons=tuple(buttons),
    )


REFUSE = Action(
    "proposal.refuse", Chosen, _refuse, MAY_AGREE, "not agree to what takes two people", None, True, "any post"
)
WITHDRAW = Action(
    "proposal.withdraw", Chosen, _withdraw, MAY_AGREE, "withdraw what one has proposed oneself", None, True, "any post"
)

ACTIONS = (REFUSE, WITHDRAW)
