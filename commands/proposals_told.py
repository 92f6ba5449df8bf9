"""Telling of what takes two people: who is asked, who is on the list and hears of it, and how it ended."""

from collections.abc import Collection, Mapping
from datetime import datetime

from storage.records import incidents, people
from storage.records.incidents import Case
from storage.records.message import Button, Less, Message
from storage.records.proposals import Proposal

from . import case_lists
from .words import hour, long_day, rendered
from .work import Work

WAITS, ENDED, LIST_CHANGED, HEARS_CHANGED = "proposal-waits", "proposal-ended", "case-list-changed", "who-hears-changed"


def ask(work: Work, proposal: Proposal, may: Mapping[str, str]) -> None:
    """Asks those who may agree, each by the post by which they may."""
    buttons = (button("Agree", "proposal.agree", proposal), button("Do not agree", "proposal.refuse", proposal))
    for person, post in may.items():
        _say(work, WAITS, proposal, person, post, {}, buttons=buttons, until=proposal.expires_at)


def tell_proposer(work: Work, proposal: Proposal, how: str) -> None:
    """Tells whoever proposed how it ended: "agreed", "refused" or "over"."""
    if people.get(work.scope.session, proposal.proposed_by) is not None:
        _say(work, ENDED, proposal, proposal.proposed_by, "", {"how": how})


def tell_list(work: Work, proposal: Proposal, how: str, but: Collection[str]) -> None:
    """Tells everybody on the list of the case that a proposal is about, besides those who know already."""
    case = case_of(work, proposal)
    if case is None:
        return
    for person, post in case_lists.by_which(work, case).items():
        if person not in but:
            _say(work, LIST_CHANGED, proposal, person, post, {"how": how})


def listing(work: Work, proposal: Proposal) -> dict[str, dict[str, str]]:
    """The open cases on whose lists the posts and persons of a proposal stand: by reference who may see them."""
    who = proposal.form["who"]
    assert isinstance(who, list)
    return {case.reference: case_lists.by_which(work, case) for case in case_lists.cases_listing(work, who)}


def tell_who_hears(work: Work, proposal: Proposal, before: Mapping[str, Mapping[str, str]]) -> None:
    """Tells everybody on the open cases that a change of posts touches, once each, as they were before and are now."""
    about: dict[str, list[str]] = {}
    posts: dict[str, str] = {}
    for found in (before, listing(work, proposal)):
        for reference, persons in found.items():
            for person, post in persons.items():
                posts[person] = post
                if reference not in about.setdefault(person, []):
                    about[person].append(reference)
    for person, references in about.items():
        if person not in (work.actor.id, proposal.proposed_by):
            data: dict[str, object] = {"references": ", ".join(sorted(references))}
            _say(work, HEARS_CHANGED, proposal, person, posts[person], data, about_case=True)


def _say(
    work: Work,
    kind: str,
    proposal: Proposal,
    person: str,
    post: str,
    more: dict[str, object],
    *,
    buttons: tuple[Button, ...] = (),
    until: datetime | None = None,
    about_case: bool | None = None,
) -> None:
    case = case_of(work, proposal)
    manager = work.arrangements.secretariat.business_manager
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "reference": case.reference if case else "",
        "words": proposal.words,
        "by": name_of(work, proposal.proposed_by),
        "second": name_of(work, work.actor.id),
        "until": until_words(work, proposal),
        "handler": work.arrangements.title(case_lists.handler_of(work, case) if case else manager),
        **more,
    }
    said, less = data | {"mail": False}, data | {"mail": True}
    message = Message(
        title=rendered(kind, "title", said),
        text=rendered(kind, "text", said),
        buttons=buttons,
        by_mail=Less(title=rendered(kind, "title", less), text=rendered(kind, "text", less)),
    )
    work.send(
        person,
        kind,
        message,
        post=post,
        key=f"{kind}:{proposal.id}:{more.get('how', '')}:{person}",
        record=proposal.record,
        why="who may know of a case is changed by two people, and those who may know of it are told",
        source="chosen",
        about_case=about_case,
        expires_at=until,
    )


def case_of(work: Work, proposal: Proposal) -> Case | None:
    """The case that a proposal is about, if it is about one."""
    if not incidents.is_about_case(proposal.record):
        return None
    return incidents.find(work.scope, proposal.record.partition(":")[2])


def name_of(work: Work, id_: str) -> str:
    """Who that is, in words."""
    found = people.get(work.scope.session, id_)
    return found.name if found else "The administrator"


def until_words(work: Work, proposal: Proposal) -> str:
    """Until when a proposal waits, local."""
    local = proposal.expires_at.astimezone(work.terms.zone)
    return f"{hour(local)} on {long_day(local.date())}"


def button(label: str, does: str, proposal: Proposal) -> Button:
    """A button that does something to a proposal."""
    return Button(label=label, does=does, form={"proposal": proposal.id})
