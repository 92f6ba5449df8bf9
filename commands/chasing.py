"""Chasing what is owed: the steps of a round as duties, and what each of them says to whom.

The steps are the arrangements' own, else ours, which is said; a round keeps those with which it was opened. Each step
looks again: what is in, not theirs, or closed is not asked for. One person hears once of one round and step, whoever
they answer for; by mail once a day of everything (docs/reports.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from storage.arrangements.phrases import sentence
from storage.arrangements.reminders import Ask
from storage.arrangements.returns import Chaser, Return, To
from storage.records import concerning, duties, meetings, notes, outbox, people, returns
from storage.records.duties import Duty, NewDuty
from storage.records.returns import Owed, Round

from . import chasing_letters
from .chasing_letters import WEEK, end_of_today, has_chat, in_turn, post_words
from .respondents import Agencies, posts_reaching
from .return_words import names_of, step_words
from .words import long_day, rendered
from .work import NOBODY, Work

DUE, ENDED = "report-due", "chase-ended"
"""The duties: a step of chasing, and what the business manager hears after the last one."""

KINDS = (DUE, ENDED)


@dataclass(frozen=True)
class Rung:
    """One step of a round on its day: its number from 1, who is told, and its rule in words."""

    number: int
    day: date
    step: Chaser
    why: str
    source: str

    @property
    def part(self) -> str:
        """What tells it from the other steps."""
        return f"{self.number}:{self.step.to}"


def frozen(report: Return) -> dict[str, object]:
    """The steps of a return as a round keeps them, and where they are agreed; "chosen" where they are ours."""
    source = "chosen" if report.steps_are_chosen else report.source
    return {"steps": [step.model_dump(mode="json") for step in report.steps], "source": source}


def steps_of(round_: Round) -> tuple[Chaser, ...]:
    """The steps with which a round was opened."""
    kept = round_.chasers.get("steps", [])
    return tuple(Chaser.model_validate(each) for each in kept) if isinstance(kept, list) else ()


def ladder(work: Work, round_: Round, due: date) -> list[Rung]:
    """The steps for those who have until a day, in the order of their days; none on the meeting's day or after it."""
    source = str(round_.chasers.get("source", ""))
    row = meetings.find(work.scope, round_.group, round_.meeting) if round_.meeting else None
    found = []
    for number, step in enumerate(steps_of(round_), 1):
        day = step.day(due, work.terms.open_days)
        if row is None or day < row.day:
            words = step_words(step)
            found.append(Rung(number, day, step, f"chosen: {words}" if source == "chosen" else words, source))
    return sorted(found, key=lambda rung: (rung.day, rung.number))


# Owed


def owe_chase(work: Work, round_: Round, owed: Owed, after: datetime | None = None) -> None:
    """What one who owes will be reminded of from now (or from `after`) on; what was owed before is closed.

    Where they have been told another day before, it is another generation of it.
    """
    if any(each.generation == owed.generation for each in duties.of_record(work.scope, owed.record, state=None)):
        owed.generation += 1
        work.scope.session.add(owed)
    rungs, many = ladder(work, round_, returns.due_day(round_, owed)), returns.size(work.scope, round_)
    work.owe(owed.record, owed.generation, _asks(work, Agencies(work), owed, rungs, after or work.now, many))


def owe_all(work: Work, round_: Round, owing: Iterable[Owed]) -> None:
    """The same for everybody in a round that has just been opened, at one go."""
    every = list(owing)
    agencies, rungs = Agencies(work), ladder(work, round_, round_.due)
    duties.add(
        work.scope,
        (
            NewDuty(owed.record, ask.kind, ask.part, owed.generation, ask.post, ask.due, ask.why, ask.source)
            for owed in every
            for ask in _asks(work, agencies, owed, rungs, work.now, len(every))
        ),
    )


def _asks(work: Work, agencies: Agencies, owed: Owed, rungs: Sequence[Rung], after: datetime, many: int) -> list[Ask]:
    """Every step of one who owes that comes after a time: in the morning of its day, in a large round in turn."""
    setting = work.terms.setting

    def at(day: date) -> datetime:
        return in_turn(setting.morning(day), owed.who, many)

    asks = [
        Ask(DUE, rung.part, at(rung.day), agencies.post_for(owed, rung.step.to), rung.why, rung.source)
        for rung in rungs
    ]
    if rungs:
        following = work.terms.open_days.add(rungs[-1].day, 1)
        why = "chosen: the working day after the last reminder"
        asks.append(Ask(ENDED, "once", at(following), setting.business_manager, why, "chosen"))
    return [ask for ask in asks if ask.due > after]


def release(work: Work, owed: Owed, reason: str) -> None:
    """Ends the chasing of one who owes, because it is in, or is not asked of them any more."""
    work.release(owed.record, KINDS, f"not needed: {reason}")


# Handled


def due(work: Work, duty: Duty) -> str:
    """The handler of one step: tells whoever it goes to, unless it is in or a later step says the same."""
    work.note(duty.record, kind=duty.kind, part=duty.part, generation=duty.generation)
    found = _asked(work, duty)
    if isinstance(found, str):
        return found
    round_, owed = found
    if _said_later(work, round_, owed, duty):
        return "not asked: a later reminder is due too, and says the same"
    to = _to(duty)
    told = [_tell(work, round_, duty, person, to) for person in _persons(work, owed, duty, to)]
    if _somebody_is_missing(work, owed, duty, to):
        told.append(_tell_of_nobody(work, round_, duty, to))
    return next((each for each in told if each.startswith("told")), told[0] if told else NOBODY)


def _asked(work: Work, duty: Duty) -> tuple[Round, Owed] | str:
    """What a duty is about, or why nothing is asked any more."""
    owed, round_ = returns.owed_of_record(work.scope, duty.record), returns.of_record(work.scope, duty.record)
    if owed is None or round_ is None:
        return "not asked: nothing of that name is owed"
    if round_.state != "open":
        return f"not asked: it is {round_.state}"
    if owed.is_in:
        return "not asked: it is in, or not asked of them any more"
    return round_, owed


def _to(duty: Duty) -> To:
    word = duty.part.partition(":")[2]
    found: dict[str, To] = {"lead": "lead", "substitute": "substitute", "senior": "senior", "partner": "partner"}
    return found[word]


def _step(round_: Round, duty: Duty) -> Chaser:
    return steps_of(round_)[int(duty.part.partition(":")[0]) - 1]


def _said_later(work: Work, round_: Round, owed: Owed, duty: Duty) -> bool:
    """Whether a later step has come due as well that reaches the same people, as after a pause."""
    to = _to(duty)
    same = {to, "substitute"} if to == "lead" else {to}
    rungs = ladder(work, round_, returns.due_day(round_, owed))
    numbers = [rung.part for rung in rungs]
    if duty.part not in numbers:
        return False
    later = rungs[numbers.index(duty.part) + 1 :]
    return any(rung.step.to in same and work.terms.setting.morning(rung.day) <= work.now for rung in later)


def _persons(work: Work, owed: Owed, duty: Duty, to: To) -> list[str]:
    """Whom a step reaches: whoever is in its post; for a substitute's step the substitute and whoever answers."""
    manager = work.arrangements.secretariat.business_manager
    posts = [owed.post, duty.post] if to == "substitute" else [duty.post]
    posts = [post for post in posts if post == owed.post or post != manager]  # who hears for nobody hears it as that
    group = concerning.group_of(owed.record)
    found = [person for person, absent in (work.reach(post, group) for post in dict.fromkeys(posts)) if not absent]
    if to == "substitute":
        found += _deputies(work, owed.post)
    return list(dict.fromkeys(person for person in found if person is not None))


def _deputies(work: Work, post: str) -> list[str]:
    held = people.holdings(work.scope, work.today, posts=[post])
    return [each.person for each in held if each.capacity == "deputy"]


def _somebody_is_missing(work: Work, owed: Owed, duty: Duty, to: To) -> bool:
    """Whether a step has nobody to go to: the business manager hears that, as one line for all of a round."""
    if work.reach(duty.post, concerning.group_of(owed.record))[1]:
        return True
    manager = work.arrangements.secretariat.business_manager
    if to == "substitute":
        return duty.post in (owed.post, manager) and not _deputies(work, owed.post)
    return to != "lead" and duty.post == manager


# Told


def _tell(work: Work, round_: Round, duty: Duty, person: str, to: To) -> str:
    """One line for the note of a person with chat, or a letter; each once for a round and step, and for a day."""
    if not has_chat(work, person):
        owing = _of_person(work, round_, duty, person) if to == "substitute" else []
        return chasing_letters.remind(work, duty, person, owing, to)
    key = f"{work.scope.partnership}/{round_.record}/{DUE}/{duty.part}/{_mark(work, duty)}"
    if notes.has(work.scope, person, key):
        return "told already"
    alike = _of_person(work, round_, duty, person)
    text = rendered(DUE, "line", _data(work, round_, duty, alike, to))
    record = alike[0].record if len(alike) == 1 else round_.record
    theirs = duty.post if to != "substitute" else alike[0].post
    return work.write_line(duty, person, text, key=key, record=record, post=theirs)


def _tell_of_nobody(work: Work, round_: Round, duty: Duty, to: To) -> str:
    """One line for the business manager of everybody in a round for whom a step finds nobody."""
    person, _ = work.reach(work.arrangements.secretariat.business_manager)
    if person is None:
        return NOBODY
    key = f"{work.scope.partnership}/{round_.record}/{DUE}/nobody/{duty.part}/{_mark(work, duty)}"
    if notes.has(work.scope, person, key):
        return "told already"
    same = [each for each in _due_now(work, round_, duty) if _somebody_is_missing(work, each[1], each[0], to)]
    text = rendered(DUE, "line", _data(work, round_, duty, [owed for _, owed in same], "nobody") | {"step": to})
    manager = work.arrangements.secretariat.business_manager
    return work.write_line(duty, person, text, key=key, record=round_.record, post=manager)


def _mark(work: Work, duty: Duty) -> str:
    """What tells a step of one day from the same one after an extension."""
    return f"{duty.due_at.astimezone(work.terms.zone).date():%Y-%m-%d}"


def _of_person(work: Work, round_: Round, duty: Duty, person: str) -> list[Owed]:
    """Everything of one round and step that one person is told of now, the duty's own included."""
    posts = people.may_act_for(work.scope, person, work.today)
    if _to(duty) != "substitute":
        posts = posts_reaching(work, person, posts)
        return [owed for _, owed in _due_now(work, round_, duty, posts=posts | {duty.post})]
    known_by_post = None if duty.post not in posts else posts  # else the substitute's post is another one, or nobody's
    return [owed for each, owed in _due_now(work, round_, duty, posts=known_by_post) if {each.post, owed.post} & posts]


def _due_now(work: Work, round_: Round, duty: Duty, *, posts: Iterable[str] | None = None) -> list[tuple[Duty, Owed]]:
    """The duties of the same round and step that come due today, each with what is owed and is not in, by name.

    Those of a large round come due one after the other, and are said together with the first.
    """
    prefix = f"owed:{round_.report}:{round_.place}:"
    alike = [
        each
        for each in duties.due_alike(work.scope, duty.kind, end_of_today(work), posts=posts)
        if each.part == duty.part and each.record.startswith(prefix)
    ]
    if len(alike) > 1:
        known = {each.record: each for each in returns.outstanding(work.scope, round_)}
    else:
        known = {duty.record: owed} if (owed := returns.owed_of_record(work.scope, duty.record)) else {}
    found = [(each, known[each.record]) for each in alike if each.record in known]
    same_day = returns.due_day(round_, known[duty.record]) if duty.record in known else round_.due
    found = [(each, owed) for each, owed in found if returns.due_day(round_, owed) == same_day]
    return sorted(found, key=lambda pair: (pair[1].name.casefold(), pair[1].who))


def _data(work: Work, round_: Round, duty: Duty, owing: Sequence[Owed], to: str) -> dict[str, object]:
    """What the words of a line may use."""
    first = owing[0]
    return {
        "name": round_.name,
        "names": names_of(owing),
        "many": len(owing) > 1,
        "due": returns.due_day(round_, first),
        "when": _step(round_, duty).when,
        "to": to,
        "contact": post_words(work, first.post),
        "step": "",
        "agency": first.who.startswith("agency."),
    }


def ended(work: Work, duty: Duty) -> str:
    """The handler after the last step: the business manager hears who is still out, and where they are rung."""
    work.note(duty.record, kind=duty.kind, generation=duty.generation)
    found = _asked(work, duty)
    if isinstance(found, str):
        return found
    round_, _ = found
    person, _ = work.reach(duty.post)
    if person is None:
        return NOBODY
    key = f"{work.scope.partnership}/{round_.record}/{ENDED}/{_mark(work, duty)}"
    if notes.has(work.scope, person, key):
        return "told already"
    out = [owed for _, owed in _due_now(work, round_, duty)]
    data: dict[str, object] = {
        "name": round_.name,
        "out": [_with_number(work, owed) for owed in out[:MOST_NUMBERS]],
        "more": max(0, len(out) - MOST_NUMBERS),
        "due": returns.due_day(round_, out[0]),
    }
    return work.write_line(duty, person, rendered(ENDED, "line", data), key=key, record=round_.record)


MOST_NUMBERS = 10
"""So many of those who are still out are named with where they are rung; of the rest the number."""


def _with_number(work: Work, owed: Owed) -> str:
    number = telephone_of(work, owed.post)
    return f"{owed.name} ({number})" if number else owed.name


def telephone_of(work: Work, post: str) -> str:
    """Where whoever is in a post is rung, else the post's own number; empty where none is known."""
    person = people.in_post(work.scope, post, work.today)
    found = people.get(work.scope.session, person) if person else None
    own = work.arrangements.posts_by_id.get(post)
    return (found.telephone if found else "") or (own.telephone if own else "")


# Looked at


def still_asked(work: Work, record: str, person: str, text: str) -> bool:
    """Whether a line about what is owed ("owed:…" or "round:…"), written some time ago, still holds."""
    round_ = returns.of_record(work.scope, record)
    if round_ is None or round_.state != "open":
        return False
    owed = returns.owed_of_record(work.scope, record)
    if owed is not None:
        return not owed.is_in and long_day(returns.due_day(round_, owed)) in text
    posts = people.may_act_for(work.scope, person, work.today)
    out = returns.outstanding(work.scope, round_)
    mine = [each for each in out if each.post in posts] or out
    return any(long_day(returns.due_day(round_, each)) in text for each in mine)


@dataclass(frozen=True)
class Next:
    """Who would be told next of what one owes: on which day, to whom (a post and a person, if any), by which rule."""

    owed: Owed
    day: date
    to: To
    post: str
    person: str
    why: str


def first(work: Work, round_: Round) -> list[Next]:
    """For each one in a round that is not in, the next reminder there will be, by day and name; nobody is told."""
    out = {each.record: each for each in returns.outstanding(work.scope, round_)}
    found: dict[str, Next] = {}
    open_ = duties.open_of(work.scope, DUE, f"owed:{round_.report}:{round_.place}:")
    filled = people.in_posts(work.scope, {each.post for each in open_}, work.today)
    for duty in open_:
        if duty.record in out and duty.record not in found:
            day = duty.due_at.astimezone(work.terms.zone).date()
            person = filled.get(duty.post, "")
            found[duty.record] = Next(out[duty.record], day, _to(duty), duty.post, person, sentence(duty.why))
    return sorted(found.values(), key=lambda each: (each.day, each.owed.name.casefold(), each.owed.who))


def prompts(work: Work) -> dict[str, int]:
    """How often each person was asked or reminded in the last seven days, by person: days with a line, and letters."""
    since = work.now - WEEK
    letters = outbox.count_since(work.scope, chasing_letters.PROMPTS, since)
    lines = notes.count_since(work.scope, DUE, since.astimezone(work.terms.zone).date())
    return dict(letters + lines)
