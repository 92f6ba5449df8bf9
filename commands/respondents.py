"""Who owes a return, by name: the chairs of groups, agencies and settings, posts; and who may answer for each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from storage.arrangements.groups import Group
from storage.arrangements.returns import Return, To
from storage.records import concerning, people, returns
from storage.records.returns import Enrolled, Owed, Round, lead_post, senior_post

from .work import Work

LEAD, SENIOR = "lead:", "senior:"
"""What the posts begin with that an agency has here: who answers for it, and its senior."""


@dataclass(frozen=True)
class Respondent:
    """One who owes. `who` is their key, `post` is asked. `confirmed`: that they owe it was confirmed by name."""

    who: str
    name: str
    post: str
    confirmed: bool = False


@dataclass(frozen=True)
class Agencies:
    """The agencies of the arrangements and those entered beside them, read once: a round may ask hundreds."""

    work: Work

    @cached_property
    def enrolled(self) -> dict[str, Enrolled]:
        """Those entered beside the arrangements, that exist today, by id."""
        return {each.id: each for each in returns.enrolled(self.work.scope, self.work.today)}

    @cached_property
    def names(self) -> dict[str, str]:
        """What each is called, by id."""
        own = {each.id: each.name for each in self.work.arrangements.agencies}
        return {id_: each.name for id_, each in self.enrolled.items()} | own

    @cached_property
    def _looks_to(self) -> dict[str, str | None]:
        entered: dict[str, str | None] = {id_: each.partner for id_, each in self.enrolled.items()}
        return entered | {each.id: each.partner for each in self.work.arrangements.agencies}

    def of(self, who: str) -> Respondent | None:
        """The one with that key; None where there is no such group, agency or post today."""
        kind, _, id_ = who.partition(".")
        arrangements = self.work.arrangements
        if kind == "group":
            group = arrangements.groups_by_id.get(id_)
            if group is None or not _runs(group, self.work.today):
                return None
            return Respondent(who, group.name, group.chair or arrangements.secretariat.business_manager)
        if kind == "post":
            post = arrangements.posts_by_id.get(id_)
            return Respondent(who, post.title, post.id) if post is not None else None
        name = self.names.get(id_) if kind == "agency" else None
        return Respondent(who, name, lead_post(id_)) if name else None

    def post_for(self, owed: Owed, to: To) -> str:
        """The post that a step of chasing goes to; the business manager's where our arrangements name nobody."""
        kind, _, id_ = owed.who.partition(".")
        manager = self.work.arrangements.secretariat.business_manager
        if to == "lead":
            return owed.post
        if kind == "group":
            return self._for_group(self.work.arrangements.groups_by_id.get(id_), to) or manager
        if kind == "post":
            return (self.partner_of(self._agency_of_post(id_)) if to == "partner" else "") or manager
        if to == "substitute":
            return owed.post  # its deputy is told beside whoever holds it: see chasing
        if to == "senior":
            return senior_post(id_)
        return self.partner_of(id_) or manager

    def partner_of(self, agency: str) -> str:
        """The post that leads for the partner that an agency is, or looks to; empty where nobody has said which."""
        for partner in self.work.arrangements.partners:
            if partner.agency == agency or partner.id == self._looks_to.get(agency):
                return partner.lead
        return ""

    def _for_group(self, group: Group | None, to: To) -> str:
        if group is None:
            return ""
        if to == "substitute":
            return group.vice_chair or ""
        if to == "senior":
            above = self.work.arrangements.groups_by_id.get(group.parent or "")
            return (above.chair or "") if above is not None else ""
        return self.partner_of(self._agency_of_post(group.chair or ""))

    def _agency_of_post(self, post: str) -> str:
        found = self.work.arrangements.posts_by_id.get(post)
        return (found.agency or "") if found is not None else ""


def _runs(group: Group, day: date) -> bool:
    """Whether a group reports at all: not one that was replaced or has ended, nor before it begins."""
    ended = group.until is not None and group.until < day
    return group.status != "replaced" and not ended and (group.from_ is None or group.from_ <= day)


def who_owes(work: Work, report: Return) -> list[Respondent]:
    """Everybody who owes a return today: by the rule of the arrangements, less and plus what was confirmed by name."""
    agencies = Agencies(work)
    every = {each.who: each for each in _by_rule(agencies, report)}
    for who, row in returns.named(work.scope, report.id).items():
        if not row.owes:
            every.pop(who, None)
        elif (found := every.get(who) or agencies.of(who)) is not None:
            every[who] = Respondent(found.who, found.name, found.post, confirmed=True)
    return sorted(every.values(), key=lambda each: (each.name.casefold(), each.who))


def _by_rule(agencies: Agencies, report: Return) -> Iterator[Respondent]:
    work = agencies.work
    keys = [f"group.{id_}" for id_ in report.from_groups] + [f"post.{id_}" for id_ in report.from_posts]
    keys += [f"agency.{id_}" for id_ in report.from_agencies]
    if report.from_duty is not None:
        duty = report.from_duty.replace("-", "_")
        own = [each for each in work.arrangements.agencies if each.exists_on(work.today)]
        keys += [f"agency.{each.id}" for each in own if getattr(each, duty)]
        keys += [f"agency.{id_}" for id_, each in agencies.enrolled.items() if getattr(each, duty)]
    for who in dict.fromkeys(keys):
        found = agencies.of(who)
        if found is not None:
            yield found


def of(work: Work, who: str) -> Respondent | None:
    """The one with that key; None where there is no such group, agency or post today."""
    return Agencies(work).of(who)


def agency_name(work: Work, id_: str) -> str:
    """The name of an agency of the definition, or of one that was entered beside it; empty where there is none."""
    return Agencies(work).names.get(id_, "")


def post_for(work: Work, owed: Owed, to: To) -> str:
    """The post that a step of chasing goes to; the business manager's where our arrangements name nobody."""
    return Agencies(work).post_for(owed, to)


def title_of(work: Work, post: str) -> str:
    """The words for a post, also for that of an agency which was entered beside the arrangements."""
    role, _, agency = post.partition(":")
    if f"{role}:" not in (LEAD, SENIOR):
        return work.arrangements.title(post)
    name = agency_name(work, agency) or agency
    return f"{name}, {'lead for its reports' if role == 'lead' else 'senior lead'}"


def posts_answered_for(work: Work, person: str, group: str = "") -> set[str]:
    """The posts for which somebody may answer today: those they hold, stand in for, cover, or contribute to as a PA.

    `group`: also those that they cover for that group alone (people.ANY_GROUP: for any).
    """
    held = {each.post for each in people.holdings_of(work.scope, person, work.today)}
    covers = people.covering_on(work.scope, work.today)
    covers = [each for each in covers if group == people.ANY_GROUP or each.group in ("", group)]
    return held | {each.post for each in covers if each.person == person}


def posts_reaching(work: Work, person: str, posts: Iterable[str]) -> set[str]:
    """Those of some posts whose messages go to somebody today: cover before holder before deputy."""
    return {post for post, who in people.in_posts(work.scope, posts, work.today).items() if who == person}


def outstanding_for(work: Work, person: str) -> list[tuple[Round, Owed]]:
    """What is asked in open rounds of the posts that reach somebody and is not in, by day and name."""
    posts = posts_reaching(work, person, people.may_act_for(work.scope, person, work.today))
    for_one = [each for each in people.covering_on(work.scope, work.today) if each.group]
    found = outstanding_of(work, posts | {each.post for each in for_one if each.person == person})
    if not for_one:
        return found
    return [each for each in found if reached(work, each[1]) == person]


def reached_by(work: Work, owing: Iterable[Owed]) -> dict[str, str]:
    """Whom each of those who owe reaches today, by their key; nobody for a post with nobody in it."""
    every = list(owing)
    filled = people.in_posts(work.scope, {each.post for each in every}, work.today)
    found = {each.who: filled[each.post] for each in every if each.post in filled}
    covered = {each.post for each in people.covering_on(work.scope, work.today) if each.group}
    for each in every:
        if each.post in covered and (person := reached(work, each)) is not None:
            found[each.who] = person
    return found


def reached(work: Work, owed: Owed) -> str | None:
    """Whom what is owed reaches today: whoever covers its post for the group that owes it, else cover, else holder."""
    return people.in_post(work.scope, owed.post, work.today, group=concerning.group_of(owed.record))


def outstanding_of(work: Work, posts: Iterable[str]) -> list[tuple[Round, Owed]]:
    """What is asked of some posts in open rounds and is not in, by day and name."""
    rounds: dict[str, Round] = {}
    found = []
    for owed in returns.owed_by_posts(work.scope, posts):
        if not owed.is_in:
            round_ = rounds.get(owed.round_record) or returns.find(work.scope, owed.report, owed.place)
            assert round_ is not None, "what is owed belongs to a round"
            rounds[owed.round_record] = round_
            found.append((round_, owed))
    return sorted(found, key=lambda each: (returns.due_day(*each), each[0].name, each[1].name.casefold(), each[1].who))


def may_answer(work: Work, person: str, owed: Owed) -> bool:
    """Whether somebody may fill in what is owed: whoever is in the post today, stands in, covers or answers for it."""
    return owed.post in posts_answered_for(work, person, concerning.group_of(owed.record))
