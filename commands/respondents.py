"""Who owes a return, by name: the chairs of groups, agencies and settings, posts; and who may answer for each."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.arrangements.groups import Group
from storage.arrangements.returns import Return, To
from storage.records import people, returns
from storage.records.returns import Owed, lead_post, senior_post

from .work import Work


@dataclass(frozen=True)
class Respondent:
    """One who owes. `who` is their key, `post` is asked. `confirmed`: that they owe it was confirmed by name."""

    who: str
    name: str
    post: str
    confirmed: bool = False


def who_owes(work: Work, report: Return) -> list[Respondent]:
    """Everybody who owes a return today: by the rule of the arrangements, less and plus what was confirmed by name."""
    named = returns.named(work.scope, report.id)
    every = {each.who: each for each in _by_rule(work, report)}
    for who, row in named.items():
        if not row.owes:
            every.pop(who, None)
        elif (found := every.get(who) or of(work, who)) is not None:
            every[who] = Respondent(found.who, found.name, found.post, confirmed=True)
    return sorted(every.values(), key=lambda each: (each.name.casefold(), each.who))


def _by_rule(work: Work, report: Return) -> Iterator[Respondent]:
    keys = [f"group.{id_}" for id_ in report.from_groups] + [f"post.{id_}" for id_ in report.from_posts]
    keys += [f"agency.{id_}" for id_ in report.from_agencies]
    if report.from_duty is not None:
        duty = report.from_duty.replace("-", "_")
        agencies = [each for each in work.arrangements.agencies if each.exists_on(work.today)]
        keys += [f"agency.{each.id}" for each in agencies if getattr(each, duty)]
        keys += [f"agency.{each.id}" for each in returns.enrolled(work.scope, work.today) if getattr(each, duty)]
    for who in dict.fromkeys(keys):
        found = of(work, who)
        if found is not None:
            yield found


def of(work: Work, who: str) -> Respondent | None:
    """The one with that key; None where there is no such group, agency or post today."""
    kind, _, id_ = who.partition(".")
    if kind == "group":
        group = work.arrangements.groups_by_id.get(id_)
        return Respondent(who, group.name, _chair(work, group)) if group is not None else None
    if kind == "post":
        post = work.arrangements.posts_by_id.get(id_)
        return Respondent(who, post.title, post.id) if post is not None else None
    name = agency_name(work, id_)
    return Respondent(who, name, lead_post(id_)) if name else None


def agency_name(work: Work, id_: str) -> str:
    """The name of an agency of the definition, or of one that was entered beside it; empty where there is none."""
    for agency in work.arrangements.agencies:
        if agency.id == id_:
            return agency.name
    return next((each.name for each in returns.enrolled(work.scope, work.today) if each.id == id_), "")


def post_for(work: Work, owed: Owed, to: To) -> str:
    """The post that a step of chasing goes to; the business manager's where our arrangements name nobody."""
    kind, _, id_ = owed.who.partition(".")
    manager = work.arrangements.secretariat.business_manager
    if to == "lead":
        return owed.post
    if kind == "group":
        return _for_group(work, work.arrangements.groups_by_id.get(id_), to) or manager
    if kind == "post":
        return (_partner_of(work, _agency_of_post(work, id_)) if to == "partner" else "") or manager
    if to == "substitute":
        return owed.post  # its deputy is told beside whoever holds it: see chasing
    if to == "senior":
        return senior_post(id_)
    return _partner_of(work, id_) or manager


def may_answer(work: Work, person: str, owed: Owed) -> bool:
    """Whether somebody may fill in what is owed: whoever is in the post today, stands in, covers or answers for it."""
    held = people.holdings_of(work.scope, person, work.today)
    covered = any(c.person == person and c.post == owed.post for c in people.covers_on(work.scope, work.today))
    return covered or any(each.post == owed.post for each in held)


def _chair(work: Work, group: Group) -> str:
    return group.chair or work.arrangements.secretariat.business_manager


def _for_group(work: Work, group: Group | None, to: To) -> str:
    if group is None:
        return ""
    if to == "substitute":
        return group.vice_chair or ""
    if to == "senior":
        above = work.arrangements.groups_by_id.get(group.parent or "")
        return (above.chair or "") if above is not None else ""
    return _partner_of(work, _agency_of_post(work, group.chair or ""))


def _agency_of_post(work: Work, post: str) -> str:
    found = work.arrangements.posts_by_id.get(post)
    return (found.agency or "") if found is not None else ""


def _partner_of(work: Work, agency: str) -> str:
    """The post that leads for the partner that an agency is, or looks to; empty where nobody has said which."""
    own = {each.id: each.partner for each in work.arrangements.agencies}
    own |= {each.id: each.partner for each in returns.enrolled(work.scope, work.today)}
    looks_to = own.get(agency)
    for partner in work.arrangements.partners:
        if partner.agency == agency or partner.id == looks_to:
            return partner.lead
    return ""
