"""Whether everything that a definition names is declared, once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from .clocks import uses_pack
from .cycles import Before, Beside
from .findings import Finding, did_you_mean
from .groups import Group
from .packs import RulePack
from .partnership import Arrangements
from .pathways import FLAGS, Pathway, Todo

FormsThatShip = Mapping[str, tuple[str, ...]]
"""The forms that come with Convenor, by id, each with the ids of the partnerships whose it is; empty: anybody's."""

REFERRER = "referrer"
"""The one recipient who is nobody's post: the person who sent the referral."""


def duplicates(arrangements: Arrangements) -> Iterator[Finding]:
    """Ids that stand twice in one list, and words by which two groups, or two pathways, are called."""
    a = arrangements
    lists: list[tuple[str, Iterable[str]]] = [
        ("documents", (each.code for each in a.documents)),
        ("partners", (each.id for each in a.partners)),
        ("agencies", (each.id for each in a.agencies)),
        ("posts", [*(each.id for each in a.posts), *(each.id for each in a.bodies)]),
        ("groups", (each.id for each in a.groups)),
        ("pathways", (each.id for each in a.pathways)),
        ("returns", (each.id for each in a.returns)),
        ("forms", (each.id for each in a.forms)),
        ("registers", (each.id for each in a.registers)),
        ("milestones", (each.id for each in a.milestones)),
        *((f"groups.{group.id}.offices", (each.id for each in group.offices)) for group in a.groups),
        *((f"pathways.{path.id}.facts", (each.id for each in path.facts)) for path in a.pathways),
        *((f"pathways.{path.id}.stages", (each.id for each in path.todos)) for path in a.pathways),
        *((f"pathways.{path.id}.kinds", (each.id for each in path.kinds)) for path in a.pathways),
        *(
            (f"pathways.{path.id}.{todo.id}.checks", (each.id for each in todo.checks))
            for path in a.pathways
            for todo in path.todos
        ),
    ]
    for place, ids in lists:
        for id_, times in Counter(ids).items():
            if times > 1:
                among = "posts and bodies" if place == "posts" else "this list"
                among = "stages and tasks" if place.endswith(".stages") else among
                yield Finding(f"{place}.{id_}", f'"{id_}" stands {times} times in {among}.', "an id of its own")
    yield from _same_words("groups", [(group.id, group.names()) for group in a.groups])
    yield from _same_words("pathways", [(p.id, (p.id, p.name, *p.aliases)) for p in a.pathways])


def _same_words(place: str, entries: list[tuple[str, tuple[str, ...]]]) -> Iterator[Finding]:
    """People call groups by these words, so one word must mean one of them."""
    owner: dict[str, str] = {}
    for id_, words in entries:
        for word in words:
            first = owner.setdefault(word.casefold(), id_)
            if first != id_:
                sentence = f'"{word}" is a word for "{first}" as well as for "{id_}".'
                yield Finding(f"{place}.{id_}", sentence, "a word that means one of them only")


def dangling(
    arrangements: Arrangements,
    pack: RulePack | None = None,
    ids: frozenset[str] = frozenset(),
    forms: FormsThatShip | None = None,
) -> Iterator[Finding]:
    """Names of things that are not declared. Without a pack, rules of the guidance are not looked up; nor are forms.

    `ids` are taken as declared whatever they are (entries that could not be read).
    """
    return _References(arrangements, pack, ids, forms).findings()


class _References:
    """One look through every name in a definition."""

    def __init__(
        self, arrangements: Arrangements, pack: RulePack | None, ids: frozenset[str], forms: FormsThatShip | None
    ) -> None:
        self.all = arrangements
        self.pack = pack
        self.ids = ids
        self.forms = forms
        self.known: dict[str, set[str]] = {
            "post": {each.id for each in arrangements.posts},
            "body outside": {each.id for each in arrangements.bodies},
            "agency": {each.id for each in arrangements.agencies},
            "partner": {each.id for each in arrangements.partners},
            "group": {each.id for each in arrangements.groups},
            "milestone": {each.id for each in arrangements.milestones},
            "outside date": set(arrangements.planning.outside),
            "pathway": {each.id for each in arrangements.pathways},
        }

    def findings(self) -> Iterator[Finding]:
        yield from self._people()
        for group in self.all.groups:
            yield from self._group(group, f"groups.{group.id}")
        for pathway in self.all.pathways:
            yield from self._pathway(pathway, f"pathways.{pathway.id}")
        yield from self._rest()
        yield from self._planning()

    def _look(self, place: str, words: str | Iterable[str] | None, *kinds: str) -> Iterator[Finding]:
        """A finding for each word that none of these kinds declares; nothing for None."""
        many = () if words is None else (words,) if isinstance(words, str) else tuple(words)
        known = set().union(*(self.known[kind] for kind in kinds))
        for word in many:
            if word not in known and word not in self.ids:
                named = " or ".join(kinds)
                sentence = f'"{word}" is no {named} of these arrangements.{did_you_mean(word, known)}'
                yield Finding(place, sentence, f"the id of a declared {named}")

    def _people(self) -> Iterator[Finding]:
        yield from self._look("secretariat.business_manager", self.all.secretariat.business_manager, "post")
        for partner in self.all.partners:
            place = f"partners.{partner.id}"
            yield from self._look(f"{place}.agency", partner.agency, "agency")
            yield from self._look(f"{place}.lead", partner.lead, "post")
            yield from self._look(f"{place}.deputy", partner.deputy, "post")
            yield from self._look(f"{place}.senior", partner.senior, "post")
        for agency in self.all.agencies:
            yield from self._look(f"agencies.{agency.id}.succeeds", agency.succeeds, "agency")
            yield from self._look(f"agencies.{agency.id}.partner", agency.partner, "partner")
        for post in self.all.posts:
            yield from self._look(f"posts.{post.id}.agency", post.agency, "agency")
            yield from self._look(f"posts.{post.id}.stand_in", post.stand_in, "post")

    def _group(self, group: Group, place: str) -> Iterator[Finding]:
        above = ("group", "body outside", "agency", "post")
        yield from self._look(f"{place}.parent", group.parent, "group")
        yield from self._look(f"{place}.answers_to", group.answers_to, *above)
        for key in ("chair", "vice_chair", "papers_by", "minutes_by"):
            yield from self._look(f"{place}.{key}", getattr(group, key), "post")
        if group.deciding is not None:
            yield from self._look(f"{place}.deciding.failing", group.deciding.failing, "post")
        if group.quorum is not None:
            yield from self._look(f"{place}.quorum.posts", group.quorum.posts, "post")
        if group.chairing is not None:
            turns = group.chairing.takes_turns
            yield from self._look(f"{place}.chairing.takes_turns", turns, "agency", "post", "partner")
            yield from self._look(f"{place}.chairing.appointed_by", group.chairing.appointed_by, *above)
        for office in group.offices:
            yield from self._look(f"{place}.offices.{office.id}.post", office.post, "post")
        for number, seat in enumerate(group.seats):
            yield from self._look(f"{place}.seats[{number}].post", seat.post, "post")
        for number, item in enumerate(group.items):
            yield from self._look(f"{place}.items[{number}].until_done", item.until_done, "milestone")
        for number, report in enumerate(group.reports):
            yield from self._look(f"{place}.reports[{number}].to", report.to, *above)
        for key in ("papers", "minutes"):
            offset = getattr(group, key)
            yield from self._look(f"{place}.{key}.owner", offset.owner if offset else None, "post")
        for number, cycle in enumerate(group.cycles):
            at = f"{place}.cycles[{number}]"
            if isinstance(cycle, Before | Beside):
                yield from self._look(f"{at}.group", cycle.group, "group")
            others = ("group", "body outside", "outside date")
            yield from self._look(f"{at}.aligned_with", cycle.aligned_with, *others)

    def _pathway(self, pathway: Pathway, place: str) -> Iterator[Finding]:
        yield from self._look(f"{place}.handler", pathway.handler, "post")
        yield from self._look(f"{place}.decider", pathway.decider, "post", "group", "body outside")
        yield from self._told(f"{place}.told", pathway.told)
        yield from self._look(f"{place}.overdue_told", pathway.overdue_told, "post")
        facts = {fact.id for fact in pathway.facts}
        if pathway.pack and self.pack is not None:
            facts |= {fact.id for fact in self.pack.facts}
        for fact in pathway.facts:
            for key in ("assumed", "stands_in"):
                yield from self._fact(f"{place}.facts.{fact.id}.{key}", getattr(fact, key), facts)
        yield from self._kinds(pathway, place)
        for stage in pathway.stages:
            at = f"{place}.stages.{stage.id}"
            yield from self._todo(pathway, stage, at, facts)
            yield from self._fact(f"{at}.due", stage.due.fact, facts)
            for key in ("earliest", "latest"):
                for number, rule in enumerate(getattr(stage, key)):
                    yield from self._fact(f"{at}.{key}[{number}]", rule.fact, facts)
            yield from self._fact(f"{at}.limit", stage.limit.fact if stage.limit else None, facts)
            yield from self._fact(f"{at}.produces", stage.produces, facts)
            yield from self._rule(f"{at}.statutory", stage.statutory)
        for task in pathway.tasks:
            at = f"{place}.tasks.{task.id}"
            yield from self._todo(pathway, task, at, facts)
            stages = self._stages(pathway)
            yield from self._one_of(f"{at}.due_with", task.due_with, stages, "stage of this pathway")

    def _kinds(self, pathway: Pathway, place: str) -> Iterator[Finding]:
        todos = self._stages(pathway) | {task.id for task in pathway.tasks}
        for kind in pathway.kinds:
            at = f"{place}.kinds.{kind.id}"
            yield from self._told(f"{at}.told", kind.told)
            for word in kind.not_needed:
                yield from self._one_of(f"{at}.not_needed", word, todos, "stage or task of this pathway")

    def _stages(self, pathway: Pathway) -> set[str]:
        """The stages of a pathway, with those that the rule pack lends it."""
        lent = self.pack.stages if uses_pack(pathway) and self.pack is not None else ()
        return {stage.id for stage in (*pathway.stages, *lent)}

    def _todo(self, pathway: Pathway, todo: Todo, at: str, facts: set[str]) -> Iterator[Finding]:
        """What a stage or a task names."""
        if todo.owner != REFERRER:
            yield from self._look(f"{at}.owner", todo.owner, "post")
        yield from self._told(f"{at}.told", todo.told)
        yield from self._look(f"{at}.overdue_told", todo.overdue_told, "post")
        yield from self._look(f"{at}.starts", todo.starts, "pathway")
        yield from self._fact(f"{at}.waits_for", todo.waits_for, facts)
        for key in ("when", "unless"):
            for word in getattr(todo, key):
                yield from self._one_of(f"{at}.{key}", word, set(FLAGS), "fact of a case that is ticked")
        others = {each.id: each.decides for each in pathway.todos}
        after = self._stages(pathway) | set(others)
        yield from self._one_of(f"{at}.after", todo.after, after, "stage or task of this pathway")
        unread = todo.after not in others and todo.after in self.ids
        before = set(others.get(todo.after or "", ()))
        for word in () if unread else todo.if_decided:
            yield from self._one_of(f"{at}.if_decided", word, before, "decision of what it comes after")
        for word, flag in todo.raises.items():
            yield from self._one_of(f"{at}.raises", word, set(todo.decides), "decision that is chosen here")
            yield from self._one_of(f"{at}.raises", flag, set(FLAGS), "fact of a case that is ticked")

    def _one_of(self, place: str, word: str | None, known: set[str], what: str) -> Iterator[Finding]:
        """A finding for a word that is none of those; nothing for None."""
        if word is not None and word not in known and word not in self.ids:
            listed = f" It is one of: {', '.join(sorted(known))}." if known else ""
            sentence = f'"{word}" is no {what}.{did_you_mean(word, known) or listed}'
            yield Finding(place, sentence, f"a {what}")

    def _told(self, place: str, words: tuple[str, ...]) -> Iterator[Finding]:
        yield from self._look(place, (word for word in words if word != REFERRER), "post", "body outside")

    def _fact(self, place: str, word: str | None, facts: set[str]) -> Iterator[Finding]:
        if word is not None and word not in facts and word not in self.ids:
            sentence = f'"{word}" is no fact of this pathway.{did_you_mean(word, facts)}'
            yield Finding(place, sentence, "the id of one of its facts")

    def _rule(self, place: str, word: str | None) -> Iterator[Finding]:
        if word is None or self.pack is None:
            return
        rules = {rule.id for rule in self.pack.rules}
        if word not in rules:
            sentence = f'"{word}" is no rule of the rule pack "{self.pack.id}".{did_you_mean(word, rules)}'
            yield Finding(place, sentence, "the id of one of its rules")

    def _rest(self) -> Iterator[Finding]:
        for each in self.all.returns:
            yield from self._look(f"returns.{each.id}.from_groups", each.from_groups, "group")
            yield from self._look(f"returns.{each.id}.from_agencies", each.from_agencies, "agency")
            yield from self._look(f"returns.{each.id}.from_posts", each.from_posts, "post")
            for key in ("to_group", "carried_to"):
                yield from self._look(f"returns.{each.id}.{key}", getattr(each, key), "group")
            for key in ("carried_by", "approved_by", "moderated_by"):
                yield from self._look(f"returns.{each.id}.{key}", getattr(each, key), "post")
            yield from self._form(f"returns.{each.id}.form", each.form)
        for register in self.all.registers:
            yield from self._look(f"registers.{register.id}.kept_by", register.kept_by, "post")
            yield from self._look(f"registers.{register.id}.reviewed_at", register.reviewed_at, "group")
        for milestone in self.all.milestones:
            yield from self._look(f"milestones.{milestone.id}.owner", milestone.owner, "post")

    def _form(self, place: str, word: str) -> Iterator[Finding]:
        """A return's form is one of the definition's own, or one that comes with Convenor and is not only others'."""
        own = {form.id for form in self.all.forms}
        if not word or self.forms is None or word in own or word in self.ids:
            return
        if word not in self.forms:
            sentence = f'"{word}" is no form that there is.{did_you_mean(word, {*own, *self.forms})}'
            yield Finding(place, sentence, "the id of a form of this file, or of one that comes with Convenor")
        elif self.forms[word] and self.all.id not in self.forms[word]:
            sentence = f'The form "{word}" was made from the documents of others: {", ".join(self.forms[word])}.'
            yield Finding(place, sentence, "a form of your own, as a [[forms]] entry of this file")

    def _planning(self) -> Iterator[Finding]:
        for id_ in self.all.planning.groups:
            yield from self._look(f"planning.groups.{id_}", id_, "group")
        for id_ in self.all.planning.paper_copy:
            yield from self._look("planning.paper_copy", id_, "post")
        cycles = [cycle for group in self.all.groups for cycle in group.cycles]
        used = {cycle.outside for cycle in cycles if isinstance(cycle, Beside) and cycle.outside}
        used |= {word for cycle in cycles for word in cycle.aligned_with}
        for id_ in self.all.planning.outside:
            if id_ not in used and id_ not in self.ids:
                sentence = f'No group meets beside the outside dates "{id_}".{did_you_mean(id_, used)}'
                yield Finding(f"planning.outside.{id_}", sentence, "the word that a cycle has as `outside`")
