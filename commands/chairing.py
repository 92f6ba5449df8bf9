"""The terms of chairs and of other offices: as they were entered, who follows, and a reminder before each ends.

A term is what was entered, from one day to another; no end is worked out from "bi-annual" or from a number of months
(AMB-GLOS-BIANNUAL, AMB-GLOS-ROTDIST). The reminder comes one cycle of the group ahead, or as many months as were
chosen for it. Who follows is who is entered; else who is next where the order is agreed; else nobody has said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from storage.arrangements import reminders
from storage.arrangements.groups import Group
from storage.arrangements.reminders import Ask
from storage.records import duties, people
from storage.records.duties import Duty
from storage.records.message import Message
from storage.records.people import Holding

from . import naming
from .words import short_day
from .work import Work

TERM = "chair-term"


@dataclass(frozen=True)
class Office:
    """An office whose holder changes: the chair of a group (`id` empty), or one beside it. `months`: its term's length.

    `turns`: whether our arrangements say that it changes from one to the next, so that a missing last day is missed.
    """

    group: Group
    post: str
    id: str = ""
    name: str = "Chair"
    months: int | None = None
    turns: bool = False

    @property
    def part(self) -> str:
        """What tells its reminders from those of the same post's other offices."""
        return f"{self.group.id}.{self.id}" if self.id else self.group.id


def offices(work: Work) -> Iterator[Office]:
    """Every chair and every other office of the groups that run, the chair of each group first."""
    for group in work.arrangements.groups:
        if group.status in ("replaced", "external"):
            continue
        chairing = group.chairing
        if group.chair is not None:
            months = chairing.term_months if chairing else None
            turns = bool(chairing and (chairing.takes_turns or months))
            yield Office(group, group.chair, months=months, turns=turns)
        for office in group.offices:
            if office.post != group.chair:
                turns = office.term_months is not None
                yield Office(group, office.post, office.id, office.name, office.term_months, turns)


def office_of(work: Work, part: str) -> Office | None:
    """The office that the part of a reminder names; None where the arrangements no longer hold it."""
    wanted = part.partition(":")[0]
    return next((each for each in offices(work) if each.part == wanted), None)


# Reminders


def owe_terms(work: Work) -> None:
    """A reminder before each term ends that was entered with a last day, this one and all that follow.

    Called again whenever who is in a post changes: what was owed for a term that has changed is superseded.
    """
    every = list(offices(work))
    asks: dict[str, list[Ask]] = {office.post: [] for office in every}
    terms = _terms(work, asks)
    for office in every:
        for holding in terms:
            if holding.post == office.post:
                asks[office.post] += _term_ask(work, office, holding)
    known = duties.of_kind(work.scope, TERM)
    for post, wanted in asks.items():
        record = f"post:{post}"
        _owe_term(work, record, [duty for duty in known if duty.record == record], wanted)


def _terms(work: Work, posts: Iterable[str]) -> list[Holding]:
    """Who holds one of some posts today or later, in the order of their days."""
    held = people.holdings(work.scope, posts=posts)
    now = [h for h in held if h.capacity == "holder" and (h.until is None or h.until >= work.today)]
    return sorted(now, key=lambda each: (each.since, each.post))


def ahead_of(work: Work, group: Group) -> tuple[int | None, str]:
    """How many months before the end of a term somebody is reminded, and by which rule; None where nobody can say."""
    planned = work.arrangements.planning.groups.get(group.id)
    if planned is not None and planned.term_ahead_months is not None:
        months = planned.term_ahead_months
        return months, f"chosen: {months} {'month' if months == 1 else 'months'} before the term ends"
    return reminders.cycle_months(group, work.today), "chosen: one cycle of the group before the term ends"


def _term_ask(work: Work, office: Office, holding: Holding) -> list[Ask]:
    months, why = ahead_of(work, office.group)
    if months is None or holding.until is None:
        return []
    setting, group = work.terms.setting, office.group
    return [
        Ask(
            TERM,
            f"{office.part}:{holding.until.isoformat()}",
            setting.morning(setting.open_days.on_or_before(holding.until - relativedelta(months=months))),
            setting.business_manager,
            why,
            group.chairing.source if group.chairing else group.source,
        )
    ]


def _owe_term(work: Work, record: str, known: list[Duty], asks: list[Ask]) -> None:
    """Owes this of a chair's post; what people were told has a new generation only when it is something else."""
    generation = max((duty.generation for duty in known), default=0)
    stands = {d.part for d in known if d.generation == generation and not d.reason.startswith("superseded")}
    if stands != {ask.part for ask in asks}:
        work.owe(record, generation + 1, asks)
    elif asks:
        work.owe(record, generation, asks)


def chair_term(work: Work, duty: Duty) -> str:
    """The handler: a term that ends before long, and who follows; not where the same person goes on in the post."""
    post = duty.record.partition(":")[2]
    _, _, ends = duty.part.partition(":")
    work.note(duty.record, part=duty.part)
    last = date.fromisoformat(ends)
    office = office_of(work, duty.part)
    if office is None:
        return "not asked: the arrangements no longer hold it"
    held = [h for h in people.holdings(work.scope, posts=[post]) if h.capacity == "holder"]
    ending = next((h for h in held if h.until == last), None)
    follows = _after(held, last)
    if ending is None or (follows is not None and follows.person == ending.person):
        return "not asked: the post is filled beyond that day"
    return work.line(duty, _data(work, office, ending, follows))


def _data(work: Work, office: Office, ending: Holding, follows: Holding | None) -> dict[str, object]:
    chairing = office.group.chairing
    following = next_in_line(work, office, ending.person)
    title = work.arrangements.title
    return {
        "group": office.group.name,
        "post": title(office.post),
        "ends": ending.until,
        "turns": [title(p) for p in chairing.takes_turns] if chairing and not office.id else [],
        "order_agreed": bool(chairing and chairing.order_agreed),
        "next": title(following) if following else "",
        "follows": _name(work, follows.person) if follows else "",
        "since": follows.since if follows else None,
    }


def _after(held: Iterable[Holding], last: date) -> Holding | None:
    """Who is entered next in a post after a day."""
    later = [each for each in held if each.since > last or each.until is None or each.until > last]
    return min(later, key=lambda each: each.since, default=None)


def follower(work: Work, post: str, last: date) -> Holding | None:
    """Who is entered to hold a post next after a day; None where nobody is."""
    return _after([h for h in people.holdings(work.scope, posts=[post]) if h.capacity == "holder"], last)


def next_in_line(work: Work, office: Office, person: str) -> str | None:
    """The post whose turn it is after somebody's; None where the order is not agreed, or they are not among them.

    Whether the holder of another office follows into this one is not assumed.
    """
    chairing = office.group.chairing
    if office.id or chairing is None or not chairing.order_agreed or not chairing.takes_turns:
        return None
    turns = chairing.takes_turns
    held = {each.post for each in people.holdings_of(work.scope, person, work.today) if each.capacity == "holder"}
    place = next((number for number, post in enumerate(turns) if post in held), None)
    return turns[(place + 1) % len(turns)] if place is not None else None


# To read


def remarks(work: Work, held: Holding) -> list[str]:
    """What is said where a term is entered: that it has no last day, or another length than our arrangements say."""
    found = []
    for office in offices(work):
        if office.post != held.post or not office.turns:
            continue
        months = f"; our arrangements say {office.months} months" if office.months else ""
        if held.until is None:
            found.append(f"No last day is entered{months}. Nobody is reminded of the end of a term without one.")
        elif office.months and held.until + relativedelta(days=1) != held.since + relativedelta(months=office.months):
            found.append(f"The days are kept as you gave them{months}.")
    return list(dict.fromkeys(found))


def listed(work: Work, word: str = "") -> Message:
    """Who holds which office, from when to when, and who follows; of one group or of all with chairs that change."""
    group = naming.group(work.arrangements, word) if word else None
    shown = [each for each in offices(work) if each.group is group or (group is None and each.turns)]
    blocks = ["\n".join(_lines(work, office)) for office in shown]
    none = "Our arrangements name no chair and no other office here." if group else "No chair of ours changes by turns."
    return Message(
        title=f"Terms: {group.name}" if group else "Terms of chairs and offices", text="\n\n".join(blocks) or none
    )


def _lines(work: Work, office: Office) -> Iterator[str]:
    yield f"{office.name}, {office.group.name} ({work.arrangements.title(office.post)})"
    terms = _terms(work, [office.post])
    if not terms or terms[0].since > work.today:
        yield "- vacant today"
    for holding in terms:
        yield f"- {_term_words(work, holding)}"
    yield f"- {_follows_words(work, office, terms)}"
    if office.months is not None:
        yield f"- our arrangements say {office.months} months; the days are those that were entered"
    if ahead_of(work, office.group)[0] is None:
        yield "- our arrangements do not say how often the group meets, so nobody is reminded of the end of a term"


def _term_words(work: Work, holding: Holding) -> str:
    acting = ", acting" if holding.acting else ""
    until = f" to {short_day(holding.until)}" if holding.until else ", no last day is entered: nobody is reminded of it"
    return f"{_name(work, holding.person)}{acting}, from {short_day(holding.since)}{until}"


def _follows_words(work: Work, office: Office, terms: list[Holding]) -> str:
    last = terms[-1] if terms else None
    following = next_in_line(work, office, last.person) if last else None
    if following:
        return f"next in line, as agreed: {work.arrangements.title(following)}"
    turns = office.group.chairing.takes_turns if office.group.chairing and not office.id else ()
    if turns:
        names = ", ".join(work.arrangements.title(post) for post in turns)
        agreed = office.group.chairing is not None and office.group.chairing.order_agreed
        return f"the order is {'agreed' if agreed else 'not agreed'}; those who take turns are: {names}"
    return "our arrangements do not say who follows"


def _name(work: Work, person: str) -> str:
    found = people.get(work.scope.session, person)
    return found.name if found else "somebody"
