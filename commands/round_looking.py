"""A round as it stands, from the records: who stands how, the ratings that came in, and the round before it.

It reads and writes nothing. A round of several hundred is read in a handful of queries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import func
from sqlmodel import col, select

from storage.arrangements.forms import Filled, Form
from storage.arrangements.returns import Return
from storage.records import people, returns
from storage.records.duties import Duty
from storage.records.returns import DRAFT, Owed, Round

from . import permissions, return_contents, return_forms
from .permissions import Role
from .refusals import Refused
from .round_figures import (
    FROM_A_FILE,
    Rating,
    Ratings,
    Standard,
    Standing,
    Way,
    changes,
    own_rating,
    standards,
    state_of,
)
from .work import Work

FIRST = 1
"""The number of what was first sent in."""


@dataclass(frozen=True)
class Look:
    """A round in hand. What is asked of it is looked up once."""

    work: Work
    round: Round

    @cached_property
    def form(self) -> Form:
        """Its form as it was when it was opened."""
        return return_forms.as_opened(self.round)

    @cached_property
    def report(self) -> Return | None:
        """The return, where our arrangements still have it."""
        return return_forms.find(self.work.arrangements, self.round.report)

    @property
    def name(self) -> str:
        """What people call the round."""
        return self.round.name

    @cached_property
    def day(self) -> date:
        """The day as of which it is looked at: today, or the day on which it was closed."""
        closed = self.round.closed_at
        return self._local(closed) if closed is not None else self.work.today

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """How each one who owes stands, by name."""
        owed = returns.all_owed(self.work.scope, self.round)
        first = returns.filled_at(self.work.scope, self.round, FIRST)
        drafts = returns.filled_at(self.work.scope, self.round, DRAFT)
        sectors = _sectors(self.work)
        return tuple(self._standing(each, sectors, first.get(each.who), begun=each.who in drafts) for each in owed)

    def _standing(self, row: Owed, sectors: Mapping[str, str], first: datetime | None, *, begun: bool) -> Standing:
        due = row.due or self.round.due
        told = row.state == "other-way" or row.came_by == FROM_A_FILE or first is None
        came = row.answered_at if told else first
        state = state_of(
            row.state,
            not_us=row.not_us,
            due=due,
            today=self.day,
            needs_signature=bool(self.report and self.report.signed_off) and row.who.startswith("agency."),
            signed=row.signed_off_at is not None,
        )
        return Standing(
            who=row.who,
            name=row.name,
            post=row.post,
            sector=sectors.get(row.who, ""),
            state=state,
            due=due,
            came_in=self._local(came) if came is not None else None,
            begun=begun,
            asked_off=row.not_us == "asked",
            by_exception=row.by_exception,
            extended=row.due is not None and row.due > self.round.due,
            came_by=row.came_by,
        )

    def _local(self, moment: datetime) -> date:
        return moment.astimezone(self.work.terms.zone).date()

    # Answers and ratings

    @cached_property
    def answers(self) -> dict[str, Filled]:
        """What each one sent in last, by who; of those of whom it was agreed that it is not theirs nothing."""
        owing = {each.who for each in self.standings if each.owes}
        found = return_contents.all_sent(self.work, self.round)
        return {who: filled for who, filled in found.items() if who in owing}

    @cached_property
    def standards(self) -> tuple[Standard, ...]:
        """The ratings that its form asks for."""
        return standards(self.form, joint=self.round.joint)

    @cached_property
    def ratings(self) -> Ratings:
        """What each one gave themselves and what the secretariat's own look gave, by who and question."""
        moderated = {(row.who, row.question): row.rating for row in returns.moderated(self.work.scope, self.round)}
        owing = {each.who for each in self.standings if each.owes}
        found = {}
        for who in owing:
            for standard in self.standards:
                own = own_rating(self.answers.get(who, {}).get(standard.question))
                looked = moderated.get((who, standard.question), "")
                if own or looked:
                    found[who, standard.question] = Rating(own, looked)
        return found

    @property
    def rated(self) -> tuple[Standing, ...]:
        """Those who have a rating, by name."""
        whose = {who for who, _ in self.ratings}
        return tuple(each for each in self.standings if each.who in whose)

    # The round before

    @cached_property
    def before(self) -> "Look | None":
        """The round of the same return that was due before this one; None for the first."""
        earlier = [
            each
            for each in returns.rounds(self.work.scope, self.round.report)
            if each.state != "cancelled" and each.place != self.round.place and each.due < self.round.due
        ]
        return Look(self.work, earlier[-1]) if earlier else None

    @cached_property
    def changes(self) -> dict[tuple[str, str], Way]:
        """How each one's own ratings have changed since the round before; empty where there is none."""
        if self.before is None:
            return {}
        return changes(self.standards, self.before.standards, self.ratings, self.before.ratings)

    # What comes next

    @cached_property
    def next_chased(self) -> dict[str, date]:
        """On which day each one who has not sent in is asked again next, by who."""
        prefix = f"owed:{self.round.report}:{self.round.place}:"
        query = (
            select(Duty.record, func.min(Duty.due_at))
            .where(
                Duty.partnership == self.work.scope.partnership,
                Duty.kind == "report-due",
                Duty.state == "open",
                col(Duty.record).startswith(prefix, autoescape=True),
            )
            .group_by(Duty.record)
        )
        return {record.removeprefix(prefix): self._local(at) for record, at in self.work.scope.session.exec(query)}


def _sectors(work: Work) -> dict[str, str]:
    """The sector of each agency and setting; of a group none, of a post that of its agency."""
    found = {f"agency.{each.id}": each.sector for each in returns.enrolled(work.scope, work.today)}
    found |= {f"agency.{each.id}": each.sector for each in work.arrangements.agencies}
    of_posts = {
        f"post.{each.id}": found.get(f"agency.{each.agency}", "") for each in work.arrangements.posts if each.agency
    }
    return found | of_posts


# Which round, and who may see it


def may_read(work: Work, round_: Round) -> bool:
    """Whether the actor may read all that was sent in, as it is said in returning_opened.may_read of each answer.

    That is the business manager, the chair of the group that receives it and whoever sees to its papers and minutes,
    whoever approves or moderates it or carries it on; and the administrator, at the machine.
    """
    if work.actor.role is not None:
        return work.actor.role is Role.ADMINISTRATOR
    if work.actor.person is None:
        return False
    report = return_forms.find(work.arrangements, round_.report)
    group = work.arrangements.groups_by_id.get(round_.group)
    named: list[str | None] = [work.arrangements.secretariat.business_manager]
    named += [report.approved_by, report.moderated_by, report.carried_by] if report is not None else []
    named += [group.chair, group.papers_by, group.minutes_by] if group is not None else []
    posts = {post for post in named if post}
    return bool(posts & people.may_act_for(work.scope, work.actor.person, work.today))


def may_see(work: Work, round_: Round) -> bool:
    """Whether the actor sees how a round stands: whoever reads what was sent in, and the scrutineer, who does not."""
    if may_read(work, round_):
        return True
    anywhere, _ = permissions.roles(work.scope, work.arrangements, work.actor, work.today, None)
    return Role.SCRUTINEER in anywhere


def seen(work: Work) -> list[Round]:
    """The rounds that the actor may see, but for cancelled ones, by the day they are due."""
    return [each for each in returns.rounds(work.scope) if each.state != "cancelled" and may_see(work, each)]


def find(work: Work, record: str) -> Look:
    """The round with that key ("round:REPORT:PLACE"). Raises Refused alike for none and for one not to be seen."""
    found = returns.of_record(work.scope, record)
    if found is None or found.state == "cancelled" or not may_see(work, found):
        raise Refused("There is nothing of that kind here that is open to you.")
    return Look(work, found)
