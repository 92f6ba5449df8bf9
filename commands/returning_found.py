"""Which of the reports and audits somebody means: what they owe, and what they may read or do something with."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from storage.arrangements.findings import did_you_mean
from storage.records import people, returns
from storage.records.returns import Owed, Round

from . import respondents, returning_opened
from .action import Action
from .naming import plain
from .refusals import Refused
from .returning_opened import About, Opened
from .runner import check
from .work import Work

MOST_NAMED = 12
"""So many are named where none was meant, or more than one."""

May = Callable[[Work, str, Opened], bool]
"""Whether a person may do something with what one owes."""


def can(action: Action) -> May:
    """Whether the actor could do that with something; its form has more fields than those that say what it is about."""

    def may(work: Work, _person: str, opened: Opened) -> bool:
        try:
            check(work, action, About(**opened.about))
        except Refused:
            return False
        return True

    return may


def owed_by(work: Work, reports: Iterable[str]) -> list[Opened]:
    """What the actor answers for in rounds that are open, of some returns, by the day it is due."""
    person = work.actor.person
    if person is None:
        return []
    posts, wanted = respondents.posts_answered_for(work, person, people.ANY_GROUP), set(reports)
    owed = [each for each in returns.owed_by_posts(work.scope, posts) if each.report in wanted]
    found = [_opened(work, each) for each in owed if respondents.may_answer(work, person, each)]
    return sorted(found, key=lambda each: (each.owed.due or each.round_.due, each.title, each.owed.who))


def _opened(work: Work, owed: Owed) -> Opened:
    found = returning_opened.find(work, owed.model_dump())
    assert found is not None, "it has just been read"
    return found


def meant(work: Work, reports: Iterable[str], words: Sequence[str], may: May, *, closed: bool = False) -> list[Opened]:
    """What is meant by some words among what the actor may do that with; the latest round of each return counts.

    The words are REPORT PLACE WHO as on our own buttons, or the name of a group or an agency, or a part of it.
    Raises Refused with what there is, where there is nothing of that name: what one may not see is not there.
    """
    said, person = plain(" ".join(words)), work.actor.person
    every = list(_every(work, set(reports), closed=closed))
    named = [each for each in every if is_meant(work, each, words)]
    found = [each for each in named if person is not None and may(work, person, each)]
    if found:
        return [each for each in found if said in _names(work, each)] or found
    others = [each for each in every if said and person is not None and may(work, person, each)]
    if not others:
        raise Refused("There is nothing here that you could do that with at the moment.")
    names = list(dict.fromkeys(each.owed.name for each in others))
    offered = f"There are: {'; '.join(names[:MOST_NAMED])}{', and more' if len(names) > MOST_NAMED else ''}."
    raise Refused(f"There is nothing of that name here.{did_you_mean(said, names)} {offered}")


def _every(work: Work, reports: set[str], *, closed: bool) -> Iterator[Opened]:
    rounds = [each for each in returns.rounds(work.scope) if each.report in reports and each.state != "cancelled"]
    for round_ in _latest(rounds, closed=closed):
        for owed in returns.all_owed(work.scope, round_):
            yield _opened(work, owed)


def _latest(rounds: Sequence[Round], *, closed: bool) -> list[Round]:
    """The rounds that are open; with `closed` the last that is closed of each return too."""
    found = [each for each in rounds if each.state == "open"]
    if closed:
        found += {each.report: each for each in rounds if each.state == "closed"}.values()
    return found


def is_meant(work: Work, opened: Opened, words: Sequence[str]) -> bool:
    """Whether some words mean one that owes; no words mean everybody."""
    said = plain(" ".join(words))
    return any(said in name for name in _names(work, opened))


def _names(work: Work, opened: Opened) -> set[str]:
    """What one who owes may be called, and what is owed, as names are compared."""
    kind, _, id_ = opened.owed.who.partition(".")
    group = work.arrangements.groups_by_id.get(id_) if kind == "group" else None
    names = {opened.owed.name, id_, id_.replace("-", " "), opened.name, opened.title, " ".join(opened.about.values())}
    return {plain(name) for name in names | set(group.names() if group is not None else ())}
