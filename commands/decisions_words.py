"""What people read about a decision: the rule by which it is decided, how each seat answers, and what came of it."""

from collections.abc import Iterator, Sequence

from storage.arrangements import decisions
from storage.arrangements.groups import Group
from storage.arrangements.phrases import counted, listed, the
from storage.records import people, polls
from storage.records.message import MessageField
from storage.records.polls import Poll, Seat

from . import decisions_kept as kept
from . import terms
from .words import hour, long_day, short_day
from .work import Work

ANSWERS = {
    "agree": "agrees",
    "reservation": "agrees with a reservation",
    "disagree": "disagrees",
    "abstain": "abstains",
    "": "has not answered",
}
"""How a seat answers, in a sentence about it."""

LABELS = {
    "agree": "Agree",
    "reservation": "Agree with a reservation",
    "disagree": "Disagree",
    "abstain": "Abstain",
}
"""The answers as they are offered."""

_COUNTS = {
    "agree": "agree",
    "reservation": "agree with a reservation",
    "disagree": "disagree",
    "abstain": "abstain",
    "": "have not answered",
}

RESULTS = {
    "agreed": "Agreed",
    "recommended": "Recommended",
    "not agreed": "Not agreed",
    "not settled": "Not settled",
}

MANY = 3
"""From so many on, titles that hold commas are told apart by semicolons."""

NOBODY_HERE = "nobody is in this post, nor stands in"


def group_of(work: Work, poll: Poll) -> Group:
    """The group of a decision; one that the arrangements hold no more is as it was when it was asked."""
    found = work.arrangements.groups_by_id.get(poll.group)
    return found or terms.of(work.scope, poll.version).arrangements.groups_by_id[poll.group]


def short_name(poll: Poll) -> str:
    """ "Decision 3", for lists of one group."""
    return f"Decision {poll.place.rpartition('.')[2]}"


def which(poll: Poll) -> str:
    """How a decision is named in a typed line: "executive 3"."""
    return f"{poll.group} {poll.place.rpartition('.')[2]}"


def about(poll: Poll) -> dict[str, str]:
    """What names a decision on a button."""
    return {"group": poll.group, "number": poll.place.rpartition(".")[2]}


def closes(work: Work, poll: Poll) -> str:
    """When it closes, as in "17:00 on Friday 5 March 2027"."""
    assert poll.closes_at is not None, "every decision has an end"
    local = poll.closes_at.astimezone(work.terms.zone)
    return f"{hour(local)} on {long_day(local.date())}"


def posts(work: Work, which: Sequence[str]) -> str:
    """Posts in words: "the Director and the Chief Nurse"."""
    titles = [the(work.arrangements.title(post)) for post in which]
    if not any("," in title for title in titles) or len(titles) < MANY:
        return listed(titles)
    return f"{'; '.join(titles[:-1])}; and {titles[-1]}"


# The rule


def rule_lines(work: Work, poll: Poll) -> list[str]:
    """By which rule it is decided, a sentence each; what our arrangements leave open is said."""
    rule, group = kept.rule(poll), group_of(work, poll)
    return [*_how(work, rule, group), *_between(rule, group), *_who(rule)]


def _how(work: Work, rule: kept.Rule, group: Group) -> Iterator[str]:
    cited = f" ({rule.source})" if rule.source else ""
    if rule.sent_on_from:
        yield (
            f"The {group.name} has not reached consensus, so it goes to {posts(work, rule.failing)}, as our "
            f"arrangements say{cited}. They describe no vote and name no further step."
        )
        return
    if rule.by == "consensus" and rule.failing:
        yield (
            f"Our arrangements ask for consensus{cited}. Where there is none it may go to {posts(work, rule.failing)}. "
            "No vote is described, so nobody is outvoted."
        )
    elif rule.by == "consensus":
        yield f"Our arrangements ask for consensus{cited}, and name no step where there is none."
    else:
        yield (
            "Our arrangements do not say how this group decides. It counts as agreed once every seat has answered and "
            "nobody disagrees (chosen)."
        )
    if rule.recommends:
        yield f"What is agreed here is a recommendation. {rule.note}".strip()


def _between(rule: kept.Rule, group: Group) -> Iterator[str]:
    if rule.between == "yes":
        cited = f" ({rule.source})" if rule.source else ""
        yield (
            f"This group may decide between its meetings{cited}. What it decides stands on its next agenda, to be "
            "ratified."
        )
    elif rule.between == "not said":
        yield (
            "Our arrangements do not say that this group may decide between its meetings: what comes of this is "
            "provisional until its next meeting has ratified it."
        )
    elif rule.between == "at a meeting":
        yield f"It is taken at a meeting of the {group.name}."


def _who(rule: kept.Rule) -> Iterator[str]:
    if not rule.says_who and not rule.sent_on_from:
        yield "Our arrangements do not say which seats decide: all members are asked."


# The seats


def seats_of(work: Work, poll: Poll) -> list[Seat]:
    """The seats that decide, in the order of the group's seats, then by title."""
    rule, found = kept.rule(poll), polls.seats(work.scope, poll)
    given = rule.failing if rule.sent_on_from else [seat.post for seat in group_of(work, poll).seats]
    order = {post: number for number, post in enumerate(given)}
    return sorted(found, key=lambda each: (order.get(each.post, len(order)), work.arrangements.title(each.post)))


def vacant(work: Work, poll: Poll, seats: Sequence[Seat]) -> set[str]:
    """The seats that have not answered and in whose post nobody is today."""
    reached = people.in_posts(work.scope, [each.post for each in seats], work.today, group=poll.group)
    return {each.post for each in seats if not each.value and each.post not in reached}


def seat_fields(work: Work, poll: Poll) -> list[MessageField]:
    """Each seat and what it says, with its reason."""
    seats = seats_of(work, poll)
    gone = vacant(work, poll, seats)
    return [
        MessageField(
            label=work.arrangements.title(each.post), value=NOBODY_HERE if each.post in gone else said(work, poll, each)
        )
        for each in seats
    ]


def said(work: Work, poll: Poll, seat: Seat) -> str:
    """What a seat says, with who said it for the post, and why: "disagrees, because there is no money for it"."""
    because = kept.reason(work, seat) if seat.value else ""
    words = f"{ANSWERS[seat.value]}{by_whom(work, poll, seat)}"
    return f"{words}, because: {because}" if because else words


def history(work: Work, poll: Poll) -> list[str]:
    """What seats had said before they answered anew, oldest first of each; it stays in the record."""
    found = []
    for seat in seats_of(work, poll):
        for each in polls.said(work.scope, poll, seat.post)[:-1]:
            local = each.at.astimezone(work.terms.zone)
            because = kept.reason(work, each)
            words = f"{ANSWERS[each.value]}, because: {because}" if because else ANSWERS[each.value]
            when = f"at {hour(local)} on {short_day(local.date())}"
            found.append(f"Before, {when}: {the(work.arrangements.title(seat.post))} {words}")
    return found


def by_whom(work: Work, poll: Poll, seat: Seat) -> str:
    """Who answered for a post where it was not its holder, and that nothing is said of deputies, where it is not."""
    capacity = capacity_of(work, poll, seat)
    if capacity == "deputy":
        unsaid = "; our arrangements do not say whether a deputy decides" if _is_open(poll, seat.post) else ""
        return f" (its deputy answered{unsaid})"
    return " (whoever covers it answered)" if capacity == "cover" else ""


def _is_open(poll: Poll, post: str) -> bool:
    return post in kept.rule(poll).undecided


def capacity_of(work: Work, poll: Poll, seat: Seat) -> str:
    """How whoever answered was in the seat's post that day: holder, deputy or cover; empty where nobody answered."""
    if seat.answered_at is None:
        return ""
    day = seat.answered_at.astimezone(work.terms.zone).date()
    held = people.holdings(work.scope, day, posts=[seat.post])
    theirs = {each.capacity for each in held if each.person == seat.answered_by}
    return next((each for each in ("holder", "deputy") if each in theirs), "cover")


def counts(seats: Sequence[Seat]) -> str:
    """How many say what: "2 agree, 1 disagrees"."""
    found = decisions.counted({each.post: each.value for each in seats})
    return ", ".join(f"{number} {_verb(value, number)}" for value, number in found.items()) or "nobody is asked"


def _verb(value: str, number: int) -> str:
    return _COUNTS[value] if number != 1 else ANSWERS[value]


def named(work: Work, poll: Poll, value: str) -> list[str]:
    """The seats that say something, each with its reason: dissent and reservations are named."""
    those = [each for each in seats_of(work, poll) if each.value == value]
    return [f"{the_capital(work, each.post)} {said(work, poll, each)}" for each in those]


def the_capital(work: Work, post: str) -> str:
    """ "The Director"."""
    words = the(work.arrangements.title(post))
    return f"{words[:1].upper()}{words[1:]}"


# What came of it


def heading(poll: Poll) -> str:
    """What it is called, with what came of it: "Not agreed: Decision 1 of the Executive"."""
    found = kept.ended(poll)
    if poll.state == "cancelled":
        return f"Withdrawn: {poll.name}"
    return f"{RESULTS[found.result]}: {poll.name}" if found is not None else poll.name


def result_lines(work: Work, poll: Poll) -> list[str]:
    """What came of it, a sentence or two each: the result, who dissents and why, and what follows."""
    if poll.state == "cancelled":
        return [f"It was withdrawn, because: {kept.why(work, poll)}"]
    found, seats = kept.ended(poll), seats_of(work, poll)
    if found is None:
        return []
    lines = [_result(found.result, counts(seats), len(seats))]
    lines += [*named(work, poll, "disagree"), *named(work, poll, "reservation")]
    silent = [each.post for each in seats if not each.value]
    if silent:
        lines.append(f"Not answered: {posts(work, silent)}.")
    return [*lines, *_follows(work, poll, found)]


def _result(result: str, numbers: str, many: int) -> str:
    seats = counted(many, "seat")
    return {
        "agreed": f"It is agreed: of {seats}, {numbers}.",
        "recommended": f"It is recommended: of {seats}, {numbers}.",
        "not agreed": f"It is not agreed: of {seats}, {numbers}.",
        "not settled": f"It is not settled: of {seats}, {numbers}. Nobody disagrees.",
    }[result]


def _follows(work: Work, poll: Poll, found: kept.Ended) -> Iterator[str]:
    rule, group = kept.rule(poll), group_of(work, poll)
    if found.sent_on_to:
        yield f"It was sent on to {posts(work, rule.failing)}, as decision {found.sent_on_to.rpartition('.')[2]}."
    elif found.dealt:
        yield _dealt(work, poll, found)
    elif may_be_sent_on(poll):
        yield f"Where there is no consensus it may go to {posts(work, rule.failing)}, as our arrangements say."
    elif found.result not in decisions.REACHED and not rule.sent_on_from:
        yield "Our arrangements name no step for that."
    if rule.recommends and found.result == "recommended":
        yield rule.note or "It recommends; the members' own bodies decide."
    if waits_for_meeting(poll):
        yield f"It stands on the next agenda of the {group.name}{_to_do(rule, found)}."


def _to_do(rule: kept.Rule, found: kept.Ended) -> str:
    return ", to be ratified" if found.result in decisions.REACHED and rule.between in ("yes", "not said") else ""


def _dealt(work: Work, poll: Poll, found: kept.Ended) -> str:
    because = kept.why(work, poll)
    if found.dealt == "ratified":
        return f"It was ratified{_at(work, poll)}."
    if found.dealt == "not ratified":
        return f"It was not ratified{_at(work, poll)}, because: {because}"
    return f"It was dealt with{_at(work, poll)}: {because}"


def _at(work: Work, poll: Poll) -> str:
    day = kept.ratified_on(work, poll)
    return f" at the meeting of {long_day(day)}" if day is not None else ""


def may_be_sent_on(poll: Poll) -> bool:
    """Whether the step is open that our arrangements name where there is no consensus."""
    found, rule = kept.ended(poll), kept.rule(poll)
    if found is None or found.result in decisions.REACHED or found.sent_on_to or found.dealt:
        return False
    return bool(rule.failing) and not rule.sent_on_from


def waits_for_meeting(poll: Poll) -> bool:
    """Whether it stands on the group's next agenda: closed between meetings, not sent on, and not dealt with there."""
    found, rule = kept.ended(poll), kept.rule(poll)
    if poll.state != "closed" or found is None or found.sent_on_to or found.dealt:
        return False
    return rule.between != "at a meeting" or found.result not in decisions.REACHED


def agenda_line(work: Work, poll: Poll) -> str:
    """How it stands on an agenda, on one line."""
    found = kept.ended(poll)
    assert found is not None, "what is not closed stands on no agenda"
    ratify = _to_do(kept.rule(poll), found)
    day = f" on {long_day(poll.closed_at.astimezone(work.terms.zone).date())}" if poll.closed_at is not None else ""
    sent_on = " by those to whom it was sent on" if kept.rule(poll).sent_on_from else ""
    text = " ".join(kept.proposal(work, poll).split())
    return f"{short_name(poll)}, {found.result}{sent_on}{day}{ratify} ({counts(seats_of(work, poll))}): {text}"


def sealed_words(work: Work, poll: Poll) -> str:
    """Whether the record is as it was when it was asked, and when it was closed; the ledger says so."""
    if kept.proposal(work, poll) == kept.UNREADABLE:
        return "Whether the record is as it was cannot be looked at without its key."
    if kept.is_as_it_was(work, poll):
        return "The record is as it was sealed."
    return "The record is not as it was sealed. Tell the administrator: convenor audit verify shows more."
