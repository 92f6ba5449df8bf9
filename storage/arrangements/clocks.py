"""When each stage of a pathway is due: every reading of the document, with its working."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from .calendars import WorkingDays
from .counting import Time, count, day_of, in_zone, instant, passed_over, rule_words, span, spoken
from .findings import did_you_mean
from .packs import Edition, RulePack
from .partnership import Arrangements
from .pathways import Count, Fact, Pathway, Stage, Task

FROM_THE_PACK = "These days come from the current rule pack: the arrangements do not say."
NO_TIME = "Our arrangements state no time for this."
STATUTORY_PATHWAY = "serious-incident"
"""The pathway that the guidance itself lays down; no other one borrows the pack's stages unasked."""

_AWARENESS = ("aware", "authority-aware")


class UnknownFact(LookupError):
    """A fact that the pathway does not use; the message is a sentence for people."""


class UnknownPathway(LookupError):
    """A pathway that the arrangements do not have; the message is a sentence for people."""


@dataclass(frozen=True)
class Deadline:
    """When one stage is due. Times are aware, in the partnership's zone; counts in days give dates.

    `due`, `earliest` and `latest` are None together, where nothing stands in for a missing fact. `reminder_day`
    is a working day on or before `earliest`; `late_at_birth` says that it was due before its clock began.
    """

    stage: str
    name: str
    due: Time | None
    earliest: Time | None
    latest: Time | None
    provisional: bool
    owner: str
    told: tuple[str, ...]
    working: tuple[str, ...]
    source: str
    edition: str | None
    reminder_day: date | None
    late_at_birth: bool


STATUTORY_NOTIFICATION = "panel"
"""The pack's rule of the notification, which goes to the safeguarding partners as well."""


def uses_pack(pathway: Pathway) -> bool:
    """Whether the pathway runs on the rule pack's own facts and stages: it says so, or it is silent."""
    return pathway.pack or (pathway.id == STATUTORY_PATHWAY and not pathway.stages)


def whole(pathway: Pathway, pack: RulePack) -> Pathway:
    """The pathway as it runs: with the rule pack's facts, stages and kinds where it has none of its own."""
    if not uses_pack(pathway):
        return pathway
    lent = {"facts": pack.facts, "stages": pack.stages, "kinds": pathway.kinds or pack.kinds}
    return pathway.model_copy(update=lent)


def clock(
    arrangements: Arrangements,
    pathway_id: str,
    facts: Mapping[str, date | datetime],
    calendar: WorkingDays,
    pack: RulePack,
) -> list[Deadline]:
    """Every stage's deadline, in the order of the pathway. Its tasks are in `tasks`.

    `facts` are what is known: a time without offset is local, a bare date is allowed. Closed days of the
    partnership's own, if the calendar has any, change no clock of a stage (CONTRACT, `convenor clock`).
    Raises UnknownPathway, and UnknownFact for a fact that the pathway does not declare.
    """
    pathway = _pathway(arrangements, pathway_id)
    return _Clock(arrangements, pathway, dict(facts), replace(calendar, closures=()), pack).deadlines()


def tasks(
    arrangements: Arrangements, pathway_id: str, pack: RulePack, stages: Sequence[Deadline] = ()
) -> list[Deadline]:
    """What is to be done on a pathway without a clock of its own, in its order: due is None.

    `stages` are what `clock` gave for a case: a task that has the day of one of them (`due_with`) has it from there.
    Raises UnknownPathway.
    """
    pathway = whole(_pathway(arrangements, pathway_id), pack)
    days = {deadline.stage: deadline for deadline in stages}
    return [_task(task, pathway, days.get(task.due_with or "")) for task in pathway.tasks]


def _pathway(arrangements: Arrangements, id_: str) -> Pathway:
    try:
        return arrangements.pathway(id_)
    except KeyError:
        known = ", ".join(each.id for each in arrangements.pathways) or "none"
        raise UnknownPathway(f'There is no pathway "{id_}" in these arrangements. Known: {known}.') from None


def _task(task: Task, pathway: Pathway, shared: Deadline | None) -> Deadline:
    """A task as a deadline: without a time, or with that of the stage whose day it has."""
    working = NO_TIME
    if task.due_with:
        working = f'It has the same day as "{pathway.stage(task.due_with).name}".'
    return Deadline(
        stage=task.id,
        name=task.name,
        due=shared.due if shared else None,
        earliest=shared.earliest if shared else None,
        latest=shared.latest if shared else None,
        provisional=shared.provisional if shared else False,
        owner=task.owner,
        told=task.told,
        working=(working, *(shared.working if shared else ())),
        source=task.source,
        edition=None,
        reminder_day=shared.reminder_day if shared else None,
        late_at_birth=shared.late_at_birth if shared else False,
    )


@dataclass(frozen=True)
class _Start:
    """Where a count begins: the time, whether it only stands in for a missing one, and the words for that."""

    when: Time | None
    provisional: bool
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Result:
    """What one rule gives."""

    rule: Count
    start: _Start
    when: Time | None
    provisional: bool


@dataclass(frozen=True)
class _Due:
    """What a stage's rule and its limit give together; `beaten` where the limit is the earlier one."""

    main: _Result
    limit: _Result | None
    when: Time | None
    provisional: bool
    beaten: bool


@dataclass(frozen=True)
class _Clock:
    """One pathway with what is known of one case."""

    arrangements: Arrangements
    pathway: Pathway
    given: Mapping[str, Time]
    calendar: WorkingDays
    pack: RulePack

    def deadlines(self) -> list[Deadline]:
        for fact in self.given:
            self._declared(fact)
        return [self._deadline(stage) for stage in self._stages]

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.arrangements.zone)

    @cached_property
    def _stages(self) -> tuple[Stage, ...]:
        return self.pack.stages if uses_pack(self.pathway) else self.pathway.stages

    @cached_property
    def _facts(self) -> dict[str, Fact]:
        facts = self.pack.facts if uses_pack(self.pathway) else self.pathway.facts
        return {fact.id: fact for fact in facts}

    @cached_property
    def _known(self) -> dict[str, Time]:
        """The given facts in the partnership's zone, in the order in which the pathway declares them."""
        known = {}
        for id_, fact in self._facts.items():
            if id_ in self.given:
                when = in_zone(self.given[id_], self._zone)
                known[id_] = day_of(when) if fact.date_only else when
        return known

    def _declared(self, id_: str) -> Fact:
        fact = self._facts.get(id_)
        if fact is None:
            hint = did_you_mean(id_, self._facts)
            uses = ", ".join(self._facts) or "no facts at all"
            raise UnknownFact(f'The pathway "{self.pathway.id}" does not use "{id_}".{hint} It uses: {uses}.')
        return fact

    def _start(self, id_: str, seen: frozenset[str] = frozenset()) -> _Start:
        """The time of a fact, or of what stands in for it. `seen` stops a declaration that runs in a circle."""
        fact = self._declared(id_)
        if id_ in self._known:
            when = self._known[id_]
            return _Start(when, False, (f'Counts from "{fact.name}": {spoken(when)}.',))
        missing = f'"{fact.name}" is not recorded'
        if id_ in seen:
            return _Start(None, True, (f"{missing}.",))
        seen |= {id_}
        if fact.assumed:
            other = self._start(fact.assumed, seen)
            if other.when is not None:
                name = self._declared(fact.assumed).name
                words = f'{missing}: it is taken to be the same as "{name}", the earlier and safe reading.'
                return _Start(other.when, other.provisional, (words, *other.words))
        if fact.stands_in:
            other = self._start(fact.stands_in, seen)
            if other.when is not None:
                name = self._declared(fact.stands_in).name
                words = f'{missing}: "{name}" stands in for it, so this clock is provisional.'
                return _Start(other.when, True, (words, *other.words))
        for stage in self._stages:
            if stage.produces == id_:
                due = self._due(stage, seen).when
                if due is not None:
                    words = (
                        f'{missing}: the day on which "{stage.name}" is due, {spoken(due)}, stands in for it, '
                        "so this clock is provisional."
                    )
                    return _Start(due, True, (words,))
        return _Start(None, True, (f"{missing}, and nothing stands in for it.",))

    def _count(self, rule: Count, seen: frozenset[str] = frozenset()) -> _Result:
        start = self._start(rule.fact, seen)
        begun = start.when
        if begun is None:
            return _Result(rule, start, None, True)
        if rule.hours is not None and not isinstance(begun, datetime):
            words = "Only the day is known, so the hours count from 00:00 and this clock is provisional."
            start = _Start(begun, True, (*start.words, words))
        when = count(rule, begun, self.calendar, self._zone)
        return _Result(rule, start, when, start.provisional)

    def _due(self, stage: Stage, seen: frozenset[str] = frozenset()) -> _Due:
        """The stage's own rule, capped by its limit. The limit alone stands in, provisionally, for a missing rule."""
        main = self._count(stage.due, seen)
        limit = self._count(stage.limit, seen) if stage.limit else None
        if limit is None or limit.when is None:
            return _Due(main, limit, main.when, main.provisional, False)
        if main.when is None:
            return _Due(main, limit, limit.when, True, True)
        if self._instant(limit.when) < self._instant(main.when):
            # While the rule's own fact is missing, it may still come before the limit.
            return _Due(main, limit, limit.when, main.provisional or limit.provisional, True)
        return _Due(main, limit, main.when, main.provisional, False)

    def _instant(self, when: Time) -> datetime:
        return instant(when, self._zone)

    def _deadline(self, stage: Stage) -> Deadline:
        due = self._due(stage)
        others = [self._count(rule) for rule in (*stage.earliest, *stage.latest)]
        edition, edition_words = self._edition(stage)
        working = [FROM_THE_PACK] if uses_pack(self.pathway) else []
        working += [*due.main.start.words, *self._result_words(due.main, "Rule")]
        working += self._limit_words(due)
        earliest = latest = due.when
        late = False
        if due.when is not None:
            # No reading of a local document can outlast the statutory limit.
            cap = due.limit.when if due.limit else None
            times = [due.when]
            for other in others:
                if other.when is not None:
                    capped = other.when if cap is None else min(other.when, cap, key=self._instant)
                    times.append(capped)
                    if other.rule != stage.limit and other.when != due.when:
                        working += [*other.start.words, *self._result_words(other, "Another reading")]
            earliest, latest = min(times, key=self._instant), max(times, key=self._instant)
            late = self._late_at_birth(due)
        if late:
            working.append("Late from the start: this was due before its clock began.")
        return Deadline(
            stage=stage.id,
            name=stage.name,
            due=due.when,
            earliest=earliest,
            latest=latest,
            provisional=due.provisional and due.when is not None,
            owner=self._owner(stage),
            told=self._told(stage),
            working=tuple(dict.fromkeys((*working, *edition_words))),
            source=stage.source,
            edition=edition,
            reminder_day=None if earliest is None else self.calendar.on_or_before(day_of(earliest)),
            late_at_birth=late,
        )

    def _owner(self, stage: Stage) -> str:
        """The stage's owner; the pack cannot know a partnership's posts, so its handler where the post is none."""
        declared = stage.owner in self.arrangements.posts_by_id
        return self.pathway.handler if uses_pack(self.pathway) and not declared else stage.owner

    def _told(self, stage: Stage) -> tuple[str, ...]:
        """Who is told of a stage; where the pack speaks, the partners hear of the notification too (RULES.md)."""
        if uses_pack(self.pathway) and stage.statutory == STATUTORY_NOTIFICATION:
            return (*self.pathway.told, *stage.told)
        return stage.told

    def _late_at_birth(self, due: _Due) -> bool:
        start = due.main.start.when
        if due.when is None or start is None or due.main.rule.before:
            return False
        return day_of(due.when) < day_of(start)

    def _result_words(self, result: _Result, heading: str) -> list[str]:
        """What a rule counted, in sentences: the rule, the day it gives, and what was passed over."""
        if result.when is None or result.start.when is None:
            return []
        name = self._declared(result.rule.fact).name
        words = [f"{heading}: {rule_words(result.rule, name)}: {spoken(result.when)}."]
        counted = span(result.rule, result.start.when, result.when)
        if counted is not None and heading == "Rule":
            first, unit = counted.first, result.rule.unit
            if unit == "working" or result.rule.day is not None:
                first = self.calendar.on_or_after(first)
            if first <= counted.last:
                words.append(f"Counted: {unit} days from {spoken(first)} to {spoken(counted.last)}.")
        skipped = passed_over(result.rule, result.start.when, result.when, self.calendar)
        if skipped and heading == "Rule":
            words.append(skipped)
        return words

    def _limit_words(self, due: _Due) -> list[str]:
        if due.limit is None:
            return []
        words = [*due.limit.start.words, *self._result_words(due.limit, "Statutory limit")]
        if due.beaten and due.main.when is not None and due.when is not None:
            words.append(f"The statutory limit comes first and caps the day: due {spoken(due.when)}.")
        elif due.beaten:
            words.append("Only the statutory limit can be counted, so it is the day to keep and is provisional.")
        return words

    def _edition(self, stage: Stage) -> tuple[str | None, list[str]]:
        """The edition of the guidance behind a stage and the words on it; none for a local stage."""
        if stage.statutory is None:
            return None, []
        fact = next((id_ for id_ in _AWARENESS if id_ in self._known), None)
        instead = ""
        if fact is None:
            if not self._known:
                return None, ["No fact is recorded, so no guidance version can be named."]
            fact = min(self._known, key=lambda id_: self._instant(self._known[id_]))
            instead = " (the day of awareness is not recorded)"
        day = day_of(self._known[fact])
        edition = self.pack.edition_on(day)
        on = f'on {spoken(day)}, the day of "{self._facts[fact].name}"{instead}'
        if edition is None:
            return None, [f"{self.pack.title}: no guidance version of the rule pack was in force {on}."]
        words = [f"Guidance version: {self.pack.title} {edition.id}, in force {on}."]
        return edition.id, words + self._standing(stage.statutory, edition)

    def _standing(self, rule_id: str, edition: Edition) -> list[str]:
        """How sure we are of the edition's first day and of the rule behind the stage."""
        words = []
        if not edition.confirmed:
            words.append(f"Not confirmed: that version {edition.id} is in force from {spoken(edition.in_force)}.")
        rule = self.pack.rule(rule_id, edition.id)
        if rule is None:
            words.append(
                f'Not confirmed: the rule pack does not say whether "{rule_id}" holds in version {edition.id}.'
            )
        else:
            source = f", {rule.source}" if rule.source else ""
            words.append(f"Statutory rule: {rule.in_words()} ({rule.standing}{source}).")
            if not rule.confirmed:
                words.append("Not confirmed: somebody should look this rule up and record where it stands.")
        return words
