"""Rules that cannot be kept as they stand: loops, contradictions, periods that end before they begin."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .cycles import Before, Beside, Cycle, EveryMonths, LongestGap, Yearly
from .findings import Finding
from .groups import Group
from .partnership import Arrangements
from .pathways import Pathway, Task, Todo
from .plannings import GroupPlanning
from .returns import Return


class Dated(Protocol):
    """Something with a first and a last day."""

    @property
    def from_(self) -> date | None: ...
    @property
    def until(self) -> date | None: ...


def impossible(arrangements: Arrangements) -> Iterator[Finding]:
    """Every rule of the definition that contradicts itself or another one."""
    try:
        ZoneInfo(arrangements.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Finding("zone", f'"{arrangements.zone}" is no time zone.', 'a time zone like "Europe/London"')
    yield from _anchor_loops(arrangements)
    yield from _periods(arrangements)
    yield from _seniors(arrangements)
    yield from _starts(arrangements)
    for group in arrangements.groups:
        place = f"groups.{group.id}"
        yield from _counts(group, place)
        yield from _overlaps(group, place)
        yield from _gaps(group, place, arrangements)
        yield from _quorum(group, place)
        chosen = arrangements.planning.groups.get(group.id)
        if chosen is not None:
            yield from _planned(group, chosen, arrangements.planning.year_starts)
    for pathway in arrangements.pathways:
        yield from _pathway(pathway, f"pathways.{pathway.id}")
    for each in arrangements.returns:
        yield from _return(each, f"returns.{each.id}")


def loops(edges: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """The circles in a graph, each once, beginning with its smallest name."""
    found: set[tuple[str, ...]] = set()

    def walk(node: str, path: tuple[str, ...]) -> None:
        if node in path:
            circle = path[path.index(node) :]
            first = circle.index(min(circle))
            found.add(circle[first:] + circle[:first])
            return
        for after in edges.get(node, ()):
            walk(after, (*path, node))

    for node in edges:
        walk(node, ())
    return sorted(found)


def anchor(cycle: Cycle) -> str | None:
    """The group whose meetings this cycle hangs on."""
    return cycle.group if isinstance(cycle, Before | Beside) else None


def shortest_gap(group: Group, arrangements: Arrangements, seen: tuple[str, ...] = ()) -> int | None:
    """The fewest days between two meetings that the group's rules allow; None where no rule gives one.

    A slot such as the second Tuesday repeats after 28 or 35 days, so a month counts 28.
    """
    gaps: list[int] = []
    for cycle in group.cycles:
        if cycle.proposed:
            continue
        if isinstance(cycle, EveryMonths):
            gaps.append(28 * cycle.every)
        elif isinstance(cycle, LongestGap):
            gaps.append(28 * cycle.months)
        elif isinstance(cycle, Yearly):
            chosen = arrangements.planning.groups.get(group.id, GroupPlanning())
            gaps.append(28 * _months_between(chosen.months, cycle.times))
        else:
            other = arrangements.groups_by_id.get(anchor(cycle) or "")
            if other is not None and other.id not in (*seen, group.id):
                gap = shortest_gap(other, arrangements, (*seen, group.id))
                gaps += [] if gap is None else [gap]
    return min(gaps, default=None)


def _months_between(months: tuple[int, ...], times: int) -> int:
    """The fewest months between two meetings of a yearly series; from its number where no months are chosen."""
    turn = sorted(set(months))
    if len(turn) < 2:
        return max(12 // times, 1)
    return min((after - before) % 12 for before, after in zip(turn, turn[1:] + turn[:1], strict=True))


def _anchor_loops(arrangements: Arrangements) -> Iterator[Finding]:
    edges = {
        group.id: [other for cycle in group.cycles if (other := anchor(cycle)) is not None]
        for group in arrangements.groups
    }
    for circle in loops(edges):
        way = " hangs on ".join(f'"{id_}"' for id_ in (*circle, circle[0]))
        sentence = f"These groups wait for each other's dates: {way}."
        yield Finding(f"groups.{circle[0]}.cycles", sentence, "one group that has dates of its own")
    parents = {group.id: [group.parent] if group.parent else [] for group in arrangements.groups}
    for circle in loops(parents):
        sentence = f'"{circle[0]}" stands above itself.'
        yield Finding(f"groups.{circle[0]}.parent", sentence, "the group above, not one below")


def _periods(arrangements: Arrangements) -> Iterator[Finding]:
    dated: list[tuple[str, Dated]] = [(f"agencies.{each.id}", each) for each in arrangements.agencies]
    for group in arrangements.groups:
        place = f"groups.{group.id}"
        dated.append((place, group))
        dated += [(f"{place}.seats[{number}]", seat) for number, seat in enumerate(group.seats)]
        dated += [(f"{place}.items[{number}]", item) for number, item in enumerate(group.items)]
        dated += [(f"{place}.cycles[{number}]", cycle) for number, cycle in enumerate(group.cycles)]
    closures = arrangements.planning.closures
    dated += [(f"planning.closures[{number}]", closure) for number, closure in enumerate(closures)]
    for place, each in dated:
        if each.from_ is not None and each.until is not None and each.until < each.from_:
            sentence = f"This ends on {each.until} before it begins on {each.from_}."
            yield Finding(f"{place}.until", sentence, "a last day on or after the first day")


def _counts(group: Group, place: str) -> Iterator[Finding]:
    for number, cycle in enumerate(group.cycles):
        at = f"{place}.cycles[{number}]"
        least, most = cycle.at_least, cycle.at_most
        if least is not None and most is not None and least > most:
            yield Finding(
                f"{at}.at_least", f"At least {least} and at most {most} cannot both hold.", "at_least <= at_most"
            )
        times = times_a_year(cycle)
        if times is not None and least is not None and times < least:
            sentence = f"The rule gives {times} meetings a year, fewer than the {least} that are the least."
            yield Finding(f"{at}.at_least", sentence, f"at most {times}, or a rule with more meetings")
        if isinstance(cycle, Beside) and (cycle.group is None) == (cycle.outside is None):
            sentence = "A cycle beside other dates names either a group or outside dates."
            yield Finding(at, sentence, "exactly one of group and outside")


def times_a_year(cycle: Cycle) -> int | None:
    """How many meetings a full year has by the rule; None where it does not say."""
    if isinstance(cycle, Yearly):
        return cycle.times
    if isinstance(cycle, EveryMonths):
        return 12 // cycle.every
    return None


def _overlaps(group: Group, place: str) -> Iterator[Finding]:
    """Two rules in force on one day leave the planner to choose between them, which it must not."""
    agreed = [(number, cycle) for number, cycle in enumerate(group.cycles) if not cycle.proposed]
    for (first, one), (second, other) in combinations(agreed, 2):
        begins = max(one.from_ or date.min, other.from_ or date.min)
        ends = min(one.until or date.max, other.until or date.max)
        if begins <= ends:
            since = "" if begins == date.min else f" from {begins} on"
            sentence = f"Cycles {first} and {second} are both in force{since}."
            yield Finding(f"{place}.cycles[{second}]", sentence, "periods that do not overlap")


def _gaps(group: Group, place: str, arrangements: Arrangements) -> Iterator[Finding]:
    gap = shortest_gap(group, arrangements)
    if group.papers is not None and gap is not None:
        # Seven calendar days hold at most five working days.
        days = group.papers.days if group.papers.unit == "calendar" else group.papers.days * 7 // 5
        if days > gap:
            sentence = f"Papers {days} days before a meeting fall before the previous meeting, {gap} days earlier."
            yield Finding(f"{place}.papers.days", sentence, f"at most {gap} days")
    for number, cycle in enumerate(group.cycles):
        if not isinstance(cycle, Before):
            continue
        other = arrangements.groups_by_id.get(cycle.group)
        between = None if other is None else shortest_gap(other, arrangements)
        if between is not None and cycle.days > between:
            sentence = (
                f'{cycle.days} days before "{cycle.group}" lie before its previous meeting, {between} days earlier.'
            )
            yield Finding(f"{place}.cycles[{number}].days", sentence, f"at most {between} days")


def _quorum(group: Group, place: str) -> Iterator[Finding]:
    quorum = group.quorum
    if quorum is None:
        return
    if quorum.kind == "fraction" and quorum.percent is None:
        yield Finding(f"{place}.quorum.percent", "A quorum that is a fraction needs its percentage.", "percent = 66")
    if quorum.kind == "number" and quorum.number is None:
        yield Finding(f"{place}.quorum.number", "A quorum that is a number needs the number.", "number = 4")


def _planned(group: Group, chosen: GroupPlanning, year_starts: int) -> Iterator[Finding]:
    place = f"planning.groups.{group.id}"
    months = chosen.months
    wrong = [month for month in months if not 1 <= month <= 12]
    if wrong:
        yield Finding(f"{place}.months", f"{wrong[0]} is no month.", "months from 1 to 12")
        return
    for cycle in group.cycles:
        if not isinstance(cycle, Yearly) or cycle.proposed or not months:
            continue
        if len(months) != cycle.times:
            sentence = f"{len(months)} months are chosen for {cycle.times} meetings a year."
            yield Finding(f"{place}.months", sentence, f"{cycle.times} months")
        elif not _one_in_each_part(months, cycle.times, year_starts):
            sentence = f"The chosen months are not one in each of the year's {cycle.times} parts."
            want = f"one month in each part of the year that starts in month {year_starts}"
            yield Finding(f"{place}.months", sentence, want)
    if len(chosen.slot) > 1 and len(chosen.slot) != len(months):
        sentence = f"{len(chosen.slot)} slots are chosen for {len(months)} months."
        yield Finding(f"{place}.slot", sentence, "one slot, or one for each month")


def _one_in_each_part(months: tuple[int, ...], times: int, year_starts: int) -> bool:
    """Whether each of the year's equal parts holds one month; uneven parts share a month, as in `series`."""
    offsets = sorted((month - year_starts) % 12 for month in months)
    return all(i * 12 // times <= at < -(-(i + 1) * 12 // times) for i, at in enumerate(offsets)) and len(
        set(offsets)
    ) == len(offsets)


def _pathway(pathway: Pathway, place: str) -> Iterator[Finding]:
    if pathway.pack and pathway.stages:
        sentence = "A pathway runs on the rule pack's stages or on its own, not on both."
        yield Finding(f"{place}.pack", sentence, "no stages, or pack = false")
    produced = {stage.produces for stage in pathway.stages}
    for fact in pathway.facts[1:]:
        # The first fact starts the pathway and a date_only one is planned by people; each other one needs a source.
        if fact.id not in produced and not (fact.assumed or fact.stands_in or fact.date_only):
            sentence = f'Nobody produces "{fact.id}": while it is missing, no clock can count from it.'
            yield Finding(f"{place}.facts.{fact.id}", sentence, "a stage with that `produces`, assumed, or stands_in")
    edges: dict[str, list[str]] = {fact.id: [] for fact in pathway.facts}
    for fact in pathway.facts:
        edges[fact.id] += [word for word in (fact.assumed, fact.stands_in) if word]
    for stage in pathway.stages:
        if stage.produces:
            edges.setdefault(stage.produces, []).append(stage.due.fact)
    for circle in loops(edges):
        way = " needs ".join(f'"{id_}"' for id_ in (*circle, circle[0]))
        sentence = f"These facts wait for each other: {way}."
        yield Finding(f"{place}.facts.{circle[0]}", sentence, "a fact that comes first")
    yield from _waiting(pathway, place)
    yield from _conditions(pathway, place)
    yield from _kinds(pathway, place)


def _return(each: Return, place: str) -> Iterator[Finding]:
    """Reports that nobody owes, or that are due by two rules at once."""
    owes = each.from_groups or each.from_agencies or each.from_posts or each.from_duty
    if not owes and not each.by_hand:
        want = "from_groups, from_agencies, from_posts or from_duty; or by_hand = true, and they are named each time"
        yield Finding(place, f"Nobody owes {each.name}.", want)
    if each.lead_days is not None and (each.month is not None or each.yearly):
        sentence = f"{each.name} is due before each meeting as well as once a year."
        yield Finding(f"{place}.lead_days", sentence, "lead_days, or month and yearly")
    if each.lead_days is not None and each.to_group is None:
        yield Finding(f"{place}.lead_days", "Nothing says before whose meetings it is due.", "to_group")
    if each.by_hand and (each.lead_days is not None or each.month is not None or each.yearly):
        sentence = f"{each.name} is opened by hand only, and yet has a time."
        yield Finding(f"{place}.by_hand", sentence, "by_hand, or a time")
    if each.first_year is not None and not each.is_yearly:
        sentence = f"{each.name} is not counted in years, so it has no first year."
        yield Finding(f"{place}.first_year", sentence, "month, or no first_year")
    if each.carried_to is not None and each.carried_to == each.to_group:
        sentence = f"{each.name} is carried to the group that has it already."
        yield Finding(f"{place}.carried_to", sentence, "the next group, or nothing")
    if each.carried_by is not None and each.carried_to is None:
        yield Finding(f"{place}.carried_by", f"Nothing says where {each.name} is carried to.", "carried_to")


def _seniors(arrangements: Arrangements) -> Iterator[Finding]:
    for partner in arrangements.partners:
        if partner.senior is not None and partner.senior in (partner.lead, partner.deputy):
            sentence = f"{arrangements.title(partner.senior)} is told first, so cannot be told that nobody answered."
            yield Finding(f"partners.{partner.id}.senior", sentence, "a post above, or nothing")


def _starts(arrangements: Arrangements) -> Iterator[Finding]:
    """Pathways that would start each other for ever."""
    edges = {
        pathway.id: sorted({word for todo in pathway.todos for word in todo.starts})
        for pathway in arrangements.pathways
    }
    for circle in loops(edges):
        way = " starts ".join(f'"{id_}"' for id_ in (*circle, circle[0]))
        sentence = f"These pathways start each other for ever: {way}."
        yield Finding(f"pathways.{circle[0]}.stages", sentence, "`starts` in one direction only")


def _at(place: str, todo: Todo) -> str:
    """The place of a stage or task in its pathway."""
    return f"{place}.{'tasks' if isinstance(todo, Task) else 'stages'}.{todo.id}"


def _waiting(pathway: Pathway, place: str) -> Iterator[Finding]:
    """Stages and tasks that wait for each other: one comes after another, or waits for the fact that it gives."""
    gives = {stage.produces: stage.id for stage in pathway.stages if stage.produces}
    edges = {
        todo.id: [word for word in (todo.after, gives.get(todo.waits_for or "")) if word] for todo in pathway.todos
    }
    for circle in loops(edges):
        way = " waits for ".join(f'"{id_}"' for id_ in (*circle, circle[0]))
        at = _at(place, pathway.todo(circle[0]))
        yield Finding(f"{at}.after", f"These wait for each other: {way}.", "one that comes first")


def _conditions(pathway: Pathway, place: str) -> Iterator[Finding]:
    """Conditions under which a stage or task could never be asked for, or not be told apart."""
    for todo in pathway.todos:
        at = _at(place, todo)
        if todo.if_decided and todo.after is None:
            sentence = f'"{todo.name}" depends on a decision, and nothing says on which.'
            yield Finding(f"{at}.if_decided", sentence, "`after`: the stage or task at which it is decided")
        for flag in sorted({*todo.when} & {*todo.unless}):
            sentence = f'"{todo.name}" is needed only where "{flag}" holds, and is not needed where it does.'
            yield Finding(f"{at}.unless", sentence, "one of the two")
        for word, times in Counter(todo.decides).items():
            if times > 1:
                yield Finding(f"{at}.decides", f'"{word}" stands {times} times.', "each decision once")
    if pathway.dial_in and not any(stage.call for stage in pathway.stages):
        sentence = "No stage has a conference call, so nobody would see how to join it."
        yield Finding(f"{place}.dial_in", sentence, "a stage with call = true")


def _kinds(pathway: Pathway, place: str) -> Iterator[Finding]:
    """Kinds that drop a decision and keep what depends on it: that would wait for ever."""
    for kind in pathway.kinds:
        for todo in pathway.todos:
            if todo.if_decided and todo.after in kind.not_needed and todo.id not in kind.not_needed:
                sentence = f'"{todo.name}" depends on "{todo.after}", which this kind does not need.'
                yield Finding(f"{place}.kinds.{kind.id}.not_needed", sentence, f'"{todo.id}" with the reason')
        for id_, because in kind.not_needed.items():
            if not because:
                sentence = f'Nothing says why this kind does not need "{id_}".'
                yield Finding(f"{place}.kinds.{kind.id}.not_needed", sentence, "the reason, as the end of: because ...")
