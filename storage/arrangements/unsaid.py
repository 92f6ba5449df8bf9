"""What the arrangements leave open: derived from what is missing, and what the file itself declares as open."""

from collections.abc import Iterator

from .clocks import uses_pack
from .cycles import AsRequired, Beside, EveryMonths, LongestGap, Unset, Yearly
from .findings import Finding
from .groups import Group
from .partnership import Arrangements
from .pathways import Pathway
from .phrases import the
from .plannings import GroupPlanning


def unsaid(arrangements: Arrangements) -> Iterator[Finding]:
    """Everything that somebody must still say or decide: first what is derived, then what the file declares.

    Proposed and outside groups are not asked about; where the file speaks of a place itself, its words stand alone.
    """
    declared = [each for each in arrangements.open if not each.answered]
    spoken_of = {each.place for each in declared}
    yield from (finding for finding in missing(arrangements) if finding.place not in spoken_of)
    for each in declared:
        stays = f" It stays open: {each.stays}." if each.stays else ""
        yield Finding(each.place, f"{each.sentence}{stays}", each.want)


def missing(arrangements: Arrangements) -> Iterator[Finding]:
    """What is open because something is not there, whatever the file itself declares as open."""
    yield from _front_door(arrangements)
    for group in arrangements.groups:
        if group.status == "running":
            place = f"groups.{group.id}"
            yield from _cycle(group, place)
            yield from _chair(group, place)
            yield from _offsets(group, place)
            yield from _quorum(group, place)
            yield from _to_choose(group, arrangements)
    yield from _outside(arrangements)
    yield from _posts(arrangements)
    yield from _returns(arrangements)
    yield from _pathways(arrangements)
    yield from _seniors(arrangements)
    unknown = [agency.id for agency in arrangements.agencies if agency.section_11 is None]
    if unknown:
        sentence = f"The arrangements do not say of {len(unknown)} agencies whether they owe a Section 11 audit."
        yield Finding("agencies", sentence, f"section_11 = true or false for {', '.join(unknown)}")


def has_dates(group: Group, arrangements: Arrangements) -> bool:
    """Whether the group's dates can be worked out at all: some agreed rule, not waiting for dates from outside."""
    for cycle in group.cycles:
        if cycle.proposed or isinstance(cycle, Unset | AsRequired):
            continue
        if not isinstance(cycle, Beside) or cycle.outside is None:
            return True
        outside = arrangements.planning.outside.get(cycle.outside)
        if outside is not None and outside.dates:
            return True
    return False


def _front_door(arrangements: Arrangements) -> Iterator[Finding]:
    door = arrangements.front_door
    for key, words in (("telephone", "telephone number"), ("out_of_hours", "out-of-hours number")):
        if not getattr(door, key):
            sentence = f"The front door's {words} is not set, so no incident pathway can be switched on."
            yield Finding(f"front_door.{key}", sentence, f"the {words} that a worried person rings")


def _cycle(group: Group, place: str) -> Iterator[Finding]:
    agreed = [cycle for cycle in group.cycles if not cycle.proposed]
    if not group.cycles:
        sentence = f"Our arrangements do not say how often {the(group.name)} should meet."
        yield Finding(f"{place}.cycles", sentence, "how often it meets")
    elif not agreed:
        sentence = f"How often {the(group.name)} should meet is only proposed."
        yield Finding(f"{place}.cycles", sentence, "the agreed rule")
    for number, cycle in enumerate(group.cycles):
        if isinstance(cycle, Unset):
            sentence = f"Our arrangements do not say how often {the(group.name)} should meet."
            yield Finding(f"{place}.cycles[{number}]", sentence, cycle.want or "how often it meets")


def _chair(group: Group, place: str) -> Iterator[Finding]:
    if group.chair is None:
        yield Finding(
            f"{place}.chair", f"Our arrangements do not say who chairs {the(group.name)}.", "the chair's post"
        )
    chairing = group.chairing
    if chairing is not None:
        if chairing.term_months is None:
            sentence = f"The chair of {the(group.name)} changes, but its term is not stated."
            yield Finding(f"{place}.chairing.term_months", sentence, "the term in months")
        if not chairing.order_agreed and chairing.appointed_by is None:
            sentence = f"The chair of {the(group.name)} changes, but the order is not agreed."
            yield Finding(f"{place}.chairing.order_agreed", sentence, "who takes the chair after whom")
    for office in group.offices:
        if office.term_months is None:
            sentence = f"The term of the {office.name} of {the(group.name)} is not stated."
            yield Finding(f"{place}.offices.{office.id}.term_months", sentence, "the term in months")


def _offsets(group: Group, place: str) -> Iterator[Finding]:
    if group.papers is None:
        sentence = f"Our arrangements do not say when papers for {the(group.name)} go out; nobody is reminded."
        yield Finding(f"{place}.papers", sentence, "how many days before a meeting")
    if group.minutes is None:
        sentence = f"Our arrangements do not say when minutes of {the(group.name)} are due; nobody is reminded."
        yield Finding(f"{place}.minutes", sentence, "how many days after a meeting")


def _quorum(group: Group, place: str) -> Iterator[Finding]:
    quorum = group.quorum
    if quorum is None:
        sentence = f"Our arrangements have no quorum for {the(group.name)}; attendance is told and its chair decides."
        yield Finding(f"{place}.quorum", sentence, "who must be there for a meeting to do its business")
    elif quorum.kind != "discretion":
        for key, words in (("deputies", "deputies count"), ("vacancies", "vacant posts count")):
            if getattr(quorum, key) == "open":
                sentence = f"Our arrangements do not say whether {words} for the quorum of {the(group.name)}."
                yield Finding(f"{place}.quorum.{key}", sentence, '"count" or "do not count"')


def _to_choose(group: Group, arrangements: Arrangements) -> Iterator[Finding]:
    """What has to be chosen before an agreed rule gives dates."""
    chosen = arrangements.planning.groups.get(group.id, GroupPlanning())
    wanted: dict[str, str] = {}
    for cycle in group.cycles:
        if cycle.proposed:
            continue
        if isinstance(cycle, Yearly) and not chosen.months:
            wanted["months"] = "the months"
        if isinstance(cycle, Yearly | EveryMonths) and not chosen.slot:
            wanted["slot"] = 'a slot like "2nd tuesday"'
        if isinstance(cycle, EveryMonths | LongestGap) and chosen.first is None:
            wanted["first"] = "a first date"
        if isinstance(cycle, Beside) and chosen.days is None:
            wanted["days"] = "how many days before or after"
    for key, want in wanted.items():
        sentence = f"There is an agreed rule for {the(group.name)}, but nothing is chosen yet to give it dates."
        yield Finding(f"planning.groups.{group.id}.{key}", sentence, want)


def _outside(arrangements: Arrangements) -> Iterator[Finding]:
    names = {
        cycle.outside: group.name
        for group in arrangements.groups
        for cycle in group.cycles
        if isinstance(cycle, Beside) and cycle.outside and group.status == "running"
    }
    for id_, waiting in names.items():
        outside = arrangements.planning.outside.get(id_)
        if outside is None or not outside.dates:
            name = outside.name if outside else id_
            sentence = f"Dates of {the(waiting)} hang on {the(name)}, whose dates are set outside and not entered."
            yield Finding(f"planning.outside.{id_}.dates", sentence, "the dates, as they become known")


def _posts(arrangements: Arrangements) -> Iterator[Finding]:
    for post in arrangements.posts:
        if post.vacant and post.stand_in is None:
            sentence = f"The post of {post.title} is vacant and nobody is named to stand in."
            yield Finding(f"posts.{post.id}.stand_in", sentence, "the post that acts meanwhile")


def _returns(arrangements: Arrangements) -> Iterator[Finding]:
    for each in arrangements.returns:
        if each.before_meetings and each.lead_days is None:
            sentence = f"Our arrangements do not say how long before the meeting {each.name} is due; nobody is asked."
            yield Finding(f"returns.{each.id}.lead_days", sentence, "how many days before the meeting")
        if each.is_yearly and each.month is None:
            sentence = f"Our arrangements do not say in which month {each.name} is due; nobody is asked by itself."
            yield Finding(f"returns.{each.id}.month", sentence, "the month in which it is due")
        if each.is_yearly and each.every_years > 1 and each.first_year is None:
            sentence = (
                f"{each.name} is due every {each.every_years} years, and our arrangements do not say since which."
            )
            yield Finding(f"returns.{each.id}.first_year", sentence, "one of the years in which it is due")
        receiver = arrangements.groups_by_id.get(each.to_group or "") if each.before_meetings else None
        if receiver is not None and not has_dates(receiver, arrangements):
            sentence = f"{each.name} is owed before each meeting of {the(receiver.name)}, which has no dates."
            yield Finding(f"returns.{each.id}.to_group", sentence, f"dates of {the(receiver.name)}")


def _pathways(arrangements: Arrangements) -> Iterator[Finding]:
    for pathway in arrangements.pathways:
        if not pathway.stages:
            rest = "the current rule pack is used" if pathway.pack else "no clock runs"
            sentence = f"Our arrangements state no stages for {pathway.name}; {rest}."
            yield Finding(f"pathways.{pathway.id}.stages", sentence, "the stages, with who does what by when")
        if pathway.alert:
            yield from _alerting(pathway)


def _alerting(pathway: Pathway) -> Iterator[Finding]:
    """What is not said of a pathway whose start is an alert: nothing is made up for it."""
    place = f"pathways.{pathway.id}"
    if not pathway.kinds and not uses_pack(pathway):
        sentence = (
            f"Our arrangements do not say what kinds of event start {pathway.name}; nobody is asked which it was."
        )
        yield Finding(f"{place}.kinds", sentence, "the kinds, each with the stages that it does not need")
    if pathway.ladder is None:
        sentence = (
            f"Our arrangements do not say who is told next when nobody answers in {pathway.name}; chosen steps run."
        )
        yield Finding(f"{place}.ladder", sentence, "the steps and their minutes, by day and by night")
    if any(stage.call for stage in pathway.stages) and not pathway.dial_in:
        sentence = f"A conference call is arranged in {pathway.name}, and nobody has entered how to join it."
        yield Finding(f"{place}.dial_in", sentence, "the number to ring")
    if not pathway.overdue_told and not any(todo.overdue_told for todo in pathway.todos):
        sentence = f"Our arrangements do not say who hears of an overdue stage of {pathway.name}; only its owner does."
        yield Finding(f"{place}.overdue_told", sentence, "the posts that hear of it")
    if pathway.keep_years is None:
        sentence = (
            f"Our arrangements do not say how long a case of {pathway.name} is kept; none is proposed for deletion."
        )
        yield Finding(f"{place}.keep_years", sentence, "the years after its end")


def _seniors(arrangements: Arrangements) -> Iterator[Finding]:
    """Agencies of which nobody above is named: only asked where somebody is alerted at all."""
    names = {agency.id: agency.name for agency in arrangements.agencies}
    without = [names.get(each.agency, each.agency) for each in arrangements.partners if each.senior is None]
    if without and any(pathway.alert for pathway in arrangements.pathways):
        sentence = f"Our arrangements do not say whom to tell when an agency does not answer: {'; '.join(without)}."
        yield Finding("partners", sentence, "senior = the post above, for each of them")
