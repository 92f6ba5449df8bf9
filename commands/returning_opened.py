"""One form that is owed, opened: its round, what is filled in so far, what was answered last time, who may."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from storage.arrangements.forms import Filled, Given, Section
from storage.arrangements.forms import Form as FormOfRound
from storage.arrangements.returns import Return
from storage.records import people, returns
from storage.records.columns import canonical
from storage.records.looking import once
from storage.records.returns import Filled as FilledRow
from storage.records.returns import Owed, Round, senior_post

from . import becoming, filling, respondents, return_contents, return_forms
from .action import Form
from .refusals import Refused
from .words import long_day
from .work import Work

NOT_THERE = "Nothing of that name has been asked for here."

NOT_IN_THE_FORM = ("visit", "workshop")
"""How an answer came of which nothing was filled into the form."""


class About(Form):
    """What one owes in a round: the return's id, the round's place, who owes it ("group.bs-life")."""

    report: str
    place: str
    who: str


@dataclass(frozen=True)
class Opened:
    """A round, what one owes in it, the round's form, and the return as the arrangements have it (still, or not)."""

    round_: Round
    owed: Owed
    form: FormOfRound
    report: Return | None

    @property
    def about(self) -> dict[str, str]:
        """What names it on a button."""
        return {"report": self.owed.report, "place": self.owed.place, "who": self.owed.who}

    @property
    def calls(self) -> str:
        """What people call it: report, audit or form."""
        return self.report.calls if self.report is not None else "form"

    @property
    def name(self) -> str:
        """What it is called: the return's name, else the form's."""
        return self.report.name if self.report is not None else self.form.name

    @property
    def joint(self) -> bool:
        """Whether the adults' board asks too."""
        return self.round_.joint

    @property
    def title(self) -> str:
        """What it is and who owes it: "Exception report: Best Start in Life"."""
        return f"{self.name}: {self.owed.name}"

    @property
    def due(self) -> str:
        """The day on which it is due, in words: their own where it was extended."""
        return long_day(self.owed.due or self.round_.due)

    @property
    def is_signed_off(self) -> bool:
        """Whether a senior of the agency signs it off before it counts."""
        return self.report is not None and self.report.signed_off and self.is_of_agency

    @property
    def is_of_agency(self) -> bool:
        """Whether an agency or a setting owes it, for which a lead answers; not a group or a post."""
        return self.owed.who.startswith("agency.")

    @property
    def waits_for_signature(self) -> bool:
        """Whether it was sent in, and is held until the senior has signed it off."""
        return self.is_signed_off and self.owed.state == "answered" and self.owed.signed_off_at is None

    @property
    def is_locked(self) -> bool:
        """Whether nothing can be filled in: it is in, is not asked any more, or the round has ended."""
        return self.owed.is_in or self.round_.state != "open"


def find(work: Work, about: Mapping[str, object]) -> Opened | None:
    """What one owes, by report, place and who; None where there is no such thing. Asks nobody whether they may."""
    owed = returns.owed(work.scope, *(str(about.get(name, "")) for name in About.model_fields))
    return _opened(work, owed) if owed is not None else None


def hold(work: Work, about: About) -> Opened:
    """The same, held until the transaction ends, since it is about to change. Raises Refused where there is none."""
    owed = returns.locked(work.scope, about.report, about.place, about.who)
    if owed is None:
        raise Refused(NOT_THERE)
    work.note(owed.record)
    return _opened(work, owed)


def _opened(work: Work, owed: Owed) -> Opened:
    round_ = returns.find(work.scope, owed.report, owed.place)
    if round_ is None:
        raise LookupError(f"{owed.record} belongs to no round")
    form = once(work.scope.session, ("form", *_key(round_)), lambda: return_forms.as_opened(round_))
    return Opened(round_, owed, form, return_forms.find(work.arrangements, owed.report))


def _key(round_: Round) -> tuple[str, str, str]:
    return round_.partnership, round_.report, round_.place


# Who may


def may_fill_in(work: Work, opened: Opened) -> bool:
    """Whether the actor is one of those who answer for it."""
    return work.actor.person is not None and respondents.may_answer(work, work.actor.person, opened.owed)


def may_sign(work: Work, person: str, opened: Opened) -> bool:
    """Whether somebody is the agency's senior, stands in or covers; not who answers for the senior as a PA."""
    return opened.is_signed_off and senior_post(returns.agency_of(opened.owed.who)) in _acts_for(work, person)


def may_approve(work: Work, person: str, opened: Opened) -> bool:
    """Whether somebody is in the post that approves it."""
    return opened.report is not None and opened.report.approved_by in _acts_for(work, person)


def may_moderate(work: Work, person: str, opened: Opened) -> bool:
    """Whether somebody is in the post that looks at the ratings again."""
    return opened.report is not None and opened.report.moderated_by in _acts_for(work, person)


def receives(work: Work, person: str, opened: Opened) -> bool:
    """Whether somebody chairs the group that receives it."""
    group = work.arrangements.groups_by_id.get(opened.round_.group)
    return group is not None and group.chair in _acts_for(work, person)


def may_read(work: Work, person: str, opened: Opened) -> bool:
    """Whether somebody may read what was sent in.

    That is who answers, the senior who signs, who approves and moderates, the chair of the group that receives it and
    whoever sees to its papers and minutes, and the business manager. Members of the group read it in their papers.
    """
    posts = _acts_for(work, person)
    group = work.arrangements.groups_by_id.get(opened.round_.group)
    seeing = {work.arrangements.secretariat.business_manager}
    if group is not None:
        seeing |= {post for post in (group.chair, group.papers_by, group.minutes_by) if post}
    return bool(
        posts & seeing
        or respondents.may_answer(work, person, opened.owed)
        or may_sign(work, person, opened)
        or may_approve(work, person, opened)
        or may_moderate(work, person, opened)
    )


def _acts_for(work: Work, person: str) -> set[str]:
    return people.may_act_for(work.scope, person, work.today)


# What is filled in


def begun(work: Work, opened: Opened) -> Filled:
    """What the form holds before anything more is filled in.

    That is the draft; without one what was sent in before it was opened again; else what a new form begins with.
    """
    kept = filled_in(work, opened.owed)
    return becoming.carried_forward(work, opened.round_, opened.owed, opened.form) if kept is None else kept


def filled_in(work: Work, owed: Owed) -> Filled | None:
    """What somebody has filled in: the draft, without one what was sent in last; None where nobody has yet."""
    kept = return_contents.draft(work, owed)
    if kept is None and owed.came_by not in NOT_IN_THE_FORM and not owed.by_exception:
        kept = return_contents.sent(work, owed)
    return kept


def before(work: Work, opened: Opened) -> tuple[Round, Filled] | None:
    """The latest earlier round in which the same one sent this in, with what they answered; None without one."""
    earlier = [each for each in returns.rounds(work.scope, opened.owed.report) if each.due < opened.round_.due]
    for round_ in reversed(earlier):
        owed = returns.owed(work.scope, round_.report, round_.place, opened.owed.who)
        filled = return_contents.sent(work, owed) if owed is not None else None
        if filled:
            return round_, filled
    return None


def last_time(work: Work, opened: Opened) -> tuple[str, dict[str, str]]:
    """The day of the round before, in words, and what was answered in it by question; "" and nothing without one."""
    found = before(work, opened)
    if found is None:
        return "", {}
    round_, filled = found
    said = filling.in_words(work, return_forms.as_opened(round_), filled, joint=round_.joint)
    return long_day(round_.due), {each.id: each.answer for each in said if each.answer}


def saved(work: Work, owed: Owed) -> FilledRow | None:
    """The row of the draft: who saved it last, and when."""
    return returns.filled(work.scope, owed, returns.DRAFT)


def mark(section: Section, filled: Mapping[str, Given]) -> str:
    """A sum of what is saved in a section, and of all: a form that was shown with another one shows what has changed.

    Only the first part is compared; the second makes each state of the draft a form of its own, pressed once.
    """
    here = {each.id: filled[each.id] for each in section.questions if each.id in filled}
    return f"{_sum(here)}.{_sum(filled)}"


def same_section(one: str, other: str) -> bool:
    """Whether two marks are of the same answers in the section."""
    return one.partition(".")[0] == other.partition(".")[0]


def _sum(filled: Mapping[str, Given]) -> str:
    content = {id_: given.model_dump(mode="json") for id_, given in filled.items() if not given.is_empty}
    return hashlib.sha256(canonical(content).encode()).hexdigest()[:12]
