"""What the private page of a report or an audit shows: its sections, how far each is, and what was answered before.

Nothing here changes anything. A page is one respondent's, in one round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from storage.arrangements.forms import Filled, Form, Given, Question, Section
from storage.arrangements.phrases import counted
from storage.records import people, raised, returns
from storage.records.links import Link
from storage.records.people import Person
from storage.records.returns import Owed

from . import filling, respondents, return_contents, return_links, returning_colleagues, returning_opened
from .case_lists import NOTHING
from .filling import Said
from .refusals import Refusal, Refused
from .returning_opened import Opened
from .words import hour, long_day
from .work import Work

State = Literal["nothing", "begun", "complete"]

_CAPACITIES = {"deputy": "stands in", "pa": "contributes"}


@dataclass(frozen=True)
class Part:
    """A section, and how far it is: nothing, begun, or complete, when nothing in it stands in the way of sending."""

    section: Section
    state: State


@dataclass(frozen=True)
class Desk:
    """What one person sees of what is owed. `filled` is what stands in the form now; `signs`: they are the senior."""

    work: Work
    opened: Opened
    filled: Filled
    signs: bool = False

    @property
    def owed(self) -> Owed:
        """What is owed."""
        return self.opened.owed

    @property
    def form(self) -> Form:
        """The form as it was when the round was opened."""
        return self.opened.form

    @property
    def can_be_filled_in(self) -> bool:
        """Whether answers are taken of this person: they answer for it, and it neither is in nor has ended."""
        return not self.opened.is_locked and not self.signs

    @property
    def due(self) -> date:
        """Their own day, where it was extended; else the round's."""
        return self.owed.due or self.opened.round_.due

    # Sections

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that are asked as it is filled in now, in order."""
        return filling.sections(self.form, self.filled, joint=self.opened.joint)

    @cached_property
    def wanting(self) -> list[Refusal]:
        """What still stands in the way of sending it in."""
        return filling.wanting(self.work, self.form, self.filled, joint=self.opened.joint)

    @cached_property
    def said(self) -> list[Said]:
        """Every question that is asked, with what stands there now, in words."""
        return filling.in_words(self.work, self.form, self.filled, joint=self.opened.joint)

    @property
    def parts(self) -> list[Part]:
        """Each section with how far it is; before anything was saved nothing is begun, whatever was carried forward."""
        kept = self.owed.sent > 0 or returning_opened.saved(self.work, self.owed) is not None
        return [Part(section, self._state(section) if kept else "nothing") for section in self.sections]

    def _state(self, section: Section) -> State:
        if all(self.filled.get(each.id, Given()).is_empty for each in section.questions):
            return "nothing"
        return "begun" if any(self.section_of(each) is section for each in self.wanting) else "complete"

    def section(self, id_: str) -> Section | None:
        """The section with that id, where it is asked now."""
        return next((each for each in self.sections if each.id == id_), None)

    def section_of(self, refusal: Refusal) -> Section | None:
        """The section that a refusal is about, by its field."""
        question = refusal.field.partition(".")[0]
        return next((each for each in self.sections if question in {q.id for q in each.questions}), None)

    def place(self, section: Section) -> int:
        """The how manieth a section is, from 1; one that is asked no more comes after all."""
        ids = [each.id for each in self.sections]
        return ids.index(section.id) + 1 if section.id in ids else len(ids) + 1

    def after(self, section: Section) -> Section | None:
        """The section that comes next; None after the last."""
        return next(iter(self.sections[self.place(section) :]), None)

    def mark(self, section: Section) -> str:
        """What tells two states of a section apart."""
        return returning_opened.mark(section, self.filled)

    # Around it

    def saved_by(self) -> tuple[str, datetime] | None:
        """Who saved the draft last, by name, and when; None where nothing is saved."""
        row = returning_opened.saved(self.work, self.owed)
        if row is None:
            return None
        found = people.get(self.work.scope.session, row.person)
        return (found.name if found is not None else "the secretariat"), row.at

    def who_answers(self) -> list[str]:
        """Everybody who may fill it in, by name, with what they are to it."""
        found = []
        for held in people.holdings(self.work.scope, self.work.today, posts=[self.owed.post]):
            person = people.get(self.work.scope.session, held.person)
            if person is not None:
                capacity = _CAPACITIES.get(held.capacity, "")
                found.append(f"{person.name} ({capacity})" if capacity else person.name)
        return list(dict.fromkeys(found))

    def colleagues(self) -> list[Person]:
        """The colleagues who were asked to help with it, and may."""
        return returning_colleagues.colleagues(self.work, self.opened)

    def receiver(self) -> str:
        """The group that receives it; empty where it goes to nobody but the secretariat."""
        group = self.work.arrangements.groups_by_id.get(self.opened.round_.group)
        return group.name if group is not None else ""

    def manager(self) -> str:
        """The title of whom to write to: the business manager."""
        return self.work.arrangements.title(self.work.arrangements.secretariat.business_manager)

    def moderated(self) -> list[tuple[str, str, str]]:
        """Ratings that the secretariat's own look gave beside theirs: question, rating and because, in words."""
        asked = {each.id: each for each in self.form.questions()}
        return [
            (asked[row.question].text, _option(self.form, asked[row.question], row.rating), row.because)
            for row in returns.moderated(self.work.scope, self.opened.round_)
            if row.who == self.owed.who and row.question in asked
        ]

    @cached_property
    def last_time(self) -> tuple[str, Mapping[str, str]]:
        """The day of the round before, in words, and what was answered in it by question."""
        return returning_opened.last_time(self.work, self.opened)

    def what_nothing_means(self) -> list[str]:
        """What "nothing by exception" means: it is the whole answer; what is open stays open, a draft is kept."""
        found = [f"{self.opened.round_.name} is sent in for {self.owed.name} with these words and no others."]
        stands = raised.every(self.work.scope, who=self.owed.who)
        if stands:
            found.append(f"{counted(len(stands), 'escalation')} of yours stays open and on the agenda.")
        if return_contents.draft(self.work, self.owed):
            found.append("What is filled in so far is not sent, and is kept while this is open.")
        return found

    def others(self, link: Link) -> list[tuple[str, str]]:
        """What else is asked of the same person by letter: what it is, and the id of its link."""
        every = return_links.others_of(self.work, link)
        found = [(returning_opened.find(self.work, owed.model_dump()), other.id) for other, owed in every]
        return [(f"{opened.owed.name}: {opened.round_.name}", id_) for opened, id_ in found if opened is not None]

    def at(self, moment: datetime) -> str:
        """A time in the partnership's zone: "10:42 on Friday 5 March 2027"."""
        local = moment.astimezone(self.work.terms.zone)
        return f"{hour(local)} on {long_day(local.date())}"


def desk_of(work: Work, link: Link) -> Desk:
    """What stands behind a link for its person. Raises Refused where they neither answer for it nor sign it off."""
    owed = returns.owed_of_record(work.scope, link.record)
    opened = returning_opened.find(work, owed.model_dump()) if owed is not None else None
    if opened is None:
        raise Refused(NOTHING)
    answers = respondents.may_answer(work, link.person, opened.owed)
    if not answers and not returning_opened.may_sign(work, link.person, opened):
        raise Refused(NOTHING)
    return Desk(work, opened, _stands(work, opened), signs=not answers)


def _stands(work: Work, opened: Opened) -> Filled:
    """What stands in the form now: what was sent in, once it is in; else what is filled in so far."""
    sent = return_contents.sent(work, opened.owed) if opened.owed.is_in else None
    return sent if sent is not None else returning_opened.begun(work, opened)


def _option(form: Form, question: Question, id_: str) -> str:
    return next((each.label for each in form.options_of(question) if each.id == id_), id_)
