"""What is worth a look in a definition without being wrong."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from .cycles import EveryMonths, Yearly
from .entries import Entry
from .findings import Finding
from .groups import Group
from .impossible import shortest_gap, times_a_year
from .partnership import Arrangements
from .plannings import GroupPlanning


def doubts(arrangements: Arrangements) -> Iterator[Finding]:
    """Everything worth a look."""
    yield from _unsourced(arrangements)
    for group in arrangements.groups:
        yield from _cycles(group, f"groups.{group.id}")
        yield from _minutes(group, arrangements)
    yield from _without_why(arrangements)
    yield from _same_hour(arrangements)
    yield from _unused_facts(arrangements)
    yield from _long_leads(arrangements)


def _unsourced(arrangements: Arrangements) -> Iterator[Finding]:
    """One finding for each list, naming its entries that say neither where they stand nor what they carry."""
    a = arrangements
    stages = {f"pathways.{path.id}.stages": path.stages for path in a.pathways if not _sourced(path)}
    lists: dict[str, Iterable[Entry]] = {
        "partners": a.partners,
        "agencies": a.agencies,
        "posts": a.posts,
        "bodies": a.bodies,
        "groups": a.groups,
        "pathways": a.pathways,
        **stages,
        "returns": a.returns,
        "forms": a.forms,
        "registers": a.registers,
        "milestones": a.milestones,
    }
    for place, entries in lists.items():
        names = [str(getattr(entry, "id", "")) for entry in entries if not _sourced(entry)]
        if names:
            sentence = f"These name no source and no entry of the catalogue: {', '.join(names)}."
            yield Finding(place, sentence, "document and paragraph in `source`")


def _sourced(entry: Entry) -> bool:
    return bool(entry.source or entry.ids)


def _cycles(group: Group, place: str) -> Iterator[Finding]:
    if group.status == "proposed":
        yield Finding(f"{place}.status", f"{group.name} is only proposed and does not run.", "a decision")
    for number, cycle in enumerate(group.cycles):
        at = f"{place}.cycles[{number}]"
        times = times_a_year(cycle)
        if times is not None and cycle.at_most is not None and times > cycle.at_most:
            sentence = f"The rule gives {times} meetings a year, more than the {cycle.at_most} that are the most."
            yield Finding(f"{at}.at_most", sentence, f"a rule with at most {cycle.at_most} meetings")
        if cycle.proposed:
            sentence = f"This rule of {group.name} is only proposed and gives no dates."
            yield Finding(f"{at}.proposed", sentence, "a decision")


def _minutes(group: Group, arrangements: Arrangements) -> Iterator[Finding]:
    gap = shortest_gap(group, arrangements)
    if group.minutes is not None and gap is not None and group.minutes.days > gap:
        sentence = f"Minutes of {group.name} may be due only after its next meeting."
        yield Finding(f"groups.{group.id}.minutes.days", sentence, f"at most {gap} days")


def _without_why(arrangements: Arrangements) -> Iterator[Finding]:
    planning = arrangements.planning
    places = [f"groups.{id_}" for id_, chosen in planning.groups.items() if not chosen.why]
    places += [f"outside.{id_}" for id_, outside in planning.outside.items() if not outside.why]
    places += [f"closures[{number}]" for number, closure in enumerate(planning.closures) if not closure.why]
    for place in places:
        yield Finding(f"planning.{place}.why", "This was chosen, and nothing says why.", "the reason for the choice")


def _same_hour(arrangements: Arrangements) -> Iterator[Finding]:
    """Groups whose chosen slots fall on the same hour and that share posts. Chosen slots only, no worked dates."""
    planned = [group for group in arrangements.groups if group.id in arrangements.planning.groups]
    for one, other in combinations(planned, 2):
        first, second = (arrangements.planning.groups[group.id] for group in (one, other))
        shared = _posts(one) & _posts(other)
        if shared and _days(one, first) & _days(other, second) and _hours_meet(first, second):
            who = ", ".join(sorted(arrangements.title(post) for post in shared))
            sentence = f"{one.name} and {other.name} are chosen for the same hour and share: {who}."
            yield Finding(f"planning.groups.{other.id}.slot", sentence, "another slot or hour for one of them")


def _posts(group: Group) -> set[str]:
    return {seat.post for seat in group.seats} | {post for post in (group.chair, group.vice_chair) if post}


def _days(group: Group, chosen: GroupPlanning) -> set[tuple[int, str]]:
    """Months and slots in which the group may meet."""
    days: set[tuple[int, str]] = set()
    for cycle in group.cycles:
        if cycle.proposed or not chosen.slot:
            continue
        if isinstance(cycle, Yearly):
            slots = chosen.slot if len(chosen.slot) == len(chosen.months) else chosen.slot[:1] * len(chosen.months)
            days |= {(month, str(slot)) for month, slot in zip(chosen.months, slots, strict=True)}
        elif isinstance(cycle, EveryMonths):
            begins = chosen.first.month if chosen.first else 1
            step = cycle.every if 12 % cycle.every == 0 else 1
            days |= {((begins - 1 + at) % 12 + 1, str(chosen.slot[0])) for at in range(0, 12, step)}
    return days


def _hours_meet(first: GroupPlanning, second: GroupPlanning) -> bool:
    """Whether two chosen times of day overlap; a meeting of unknown length counts as an hour."""
    spans = []
    for chosen in (first, second):
        if chosen.starts is None:
            return False
        begins = chosen.starts.hour * 60 + chosen.starts.minute
        spans.append((begins, begins + (chosen.minutes or 60)))
    (begins, ends), (other_begins, other_ends) = spans
    return begins < other_ends and other_begins < ends


def _unused_facts(arrangements: Arrangements) -> Iterator[Finding]:
    for pathway in arrangements.pathways:
        used = {word for fact in pathway.facts for word in (fact.assumed, fact.stands_in)}
        for stage in pathway.stages:
            rules = (stage.due, *stage.earliest, *stage.latest, *((stage.limit,) if stage.limit else ()))
            used |= {rule.fact for rule in rules}
        used |= {todo.waits_for for todo in pathway.todos}
        for fact in pathway.facts if pathway.stages else ():
            if fact.id not in used:
                sentence = f'No clock of this pathway counts from "{fact.id}".'
                yield Finding(f"pathways.{pathway.id}.facts.{fact.id}", sentence, "a stage that uses it")


def _long_leads(arrangements: Arrangements) -> Iterator[Finding]:
    """Reports that are due before the meeting before the one that they are for."""
    for each in arrangements.returns:
        group = arrangements.groups_by_id.get(each.to_group or "")
        gap = shortest_gap(group, arrangements) if group is not None else None
        if gap is not None and each.lead_days is not None and each.lead_days > gap:
            sentence = f"{each.name} may be due before the previous meeting of {group.name if group else ''} is held."
            yield Finding(f"returns.{each.id}.lead_days", sentence, f"at most {gap} days")
