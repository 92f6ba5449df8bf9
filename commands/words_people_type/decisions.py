"""`decision …`: what is proposed to the seats that decide, what they say, and what came of it."""

from collections.abc import Sequence

from commands import decisions, decisions_ending, naming
from commands import decisions_kept as kept
from commands import decisions_status as status
from commands import decisions_words as words
from commands.action import Action
from commands.dates import parse_day
from commands.reading import may
from commands.refusals import Refusal, Refused
from commands.saying import SAY, Do, Meaning, Typed, Word
from commands.work import Work
from storage.arrangements import decisions as agreed
from storage.records import polls
from storage.records.message import Button, Message
from storage.records.polls import DECISION, Poll

MOST_LISTED = 20
"""So many decisions are listed, those that are open first, then the newest."""

LONGEST_DAY = 5
"""A day has at most so many words."""

NONE = "No decision is open that you may see, and none was taken."


# Looking


def _list(work: Work, typed: Typed) -> Meaning:
    """[GROUP]"""
    group = naming.group(work.arrangements, typed.rest).id if typed.words else None
    found = _seen(work, group)
    found.sort(key=lambda each: (each.state != "open", -each.opened_at.timestamp()))
    lines = [f"- {_line(work, each)}" for each in found[:MOST_LISTED]]
    if len(found) > MOST_LISTED:
        lines.append(f"- and {len(found) - MOST_LISTED} more")
    buttons = [
        Button(label=each.name[: status.LABEL], does=SAY, form={"line": f"decision show {words.which(each)}"})
        for each in found
        if each.state == "open"
    ]
    return Message(title="Decisions", text="\n".join(lines) or NONE, buttons=tuple(buttons[:5]))


def _line(work: Work, poll: Poll) -> str:
    seats = words.seats_of(work, poll)
    if poll.state == "open":
        return f"{poll.name}, open until {words.closes(work, poll)}: {words.counts(seats)}"
    waits = "; it waits for the next meeting" if words.waits_for_meeting(poll) else ""
    return f"{words.heading(poll)}{waits}"


def _seen(work: Work, group: str | None = None) -> list[Poll]:
    """Every decision that the actor may see."""
    every = polls.every(work.scope, kind=DECISION, group=group, state=None)
    return [each for each in every if decisions.may_see(work, each)]


def _show(work: Work, typed: Typed) -> Meaning:
    """WHICH"""
    poll, _ = _meant(work, typed.words)
    lines = [kept.proposal(work, poll), ""]
    lines += words.rule_lines(work, poll)
    if poll.state == "open":
        lines += [f"It closes at {words.closes(work, poll)}. Once asked it is not changed."]
    else:
        lines += words.result_lines(work, poll)
    lines += [*words.history(work, poll), words.sealed_words(work, poll)]
    return Message(
        title=words.heading(poll),
        text="\n".join(lines),
        fields=tuple(words.seat_fields(work, poll)),
        buttons=tuple(_buttons(work, poll)),
    )


def _buttons(work: Work, poll: Poll) -> list[Button]:
    """What the actor may do with it now."""
    form = words.about(poll)
    found: list[Button] = []
    if poll.state == "open":
        mine = _own_seats(work, poll)
        for post in mine:
            titled = work.arrangements.title(post) if len(mine) > 1 else ""
            found += status.answer_buttons(poll, post, titled=titled)
        offered: list[tuple[str, Action]] = [
            ("Close it now", decisions_ending.CLOSE),
            ("Withdraw it", decisions_ending.WITHDRAW),
        ]
    else:
        offered = [("Send it on, as our arrangements say", decisions_ending.SEND_ON)]
        offered = offered if words.may_be_sent_on(poll) else []
    found += [Button(label=label, does=each.name, form=form) for label, each in offered if may(work, each, poll.group)]
    return found + _of_a_meeting(work, poll)


def _of_a_meeting(work: Work, poll: Poll) -> list[Button]:
    ended, ratify = kept.ended(poll), decisions_ending.RATIFY
    if ended is None or not words.waits_for_meeting(poll) or not may(work, ratify, poll.group):
        return []
    labels = {"dealt with": "A meeting dealt with it"}
    if ended.result in agreed.REACHED and not kept.rule(poll).sent_on_from:
        labels = {"ratified": "A meeting ratified it", "not ratified": "It was not ratified, because"}
    form = words.about(poll)
    return [Button(label=label, does=ratify.name, form=form | {"result": each}) for each, label in labels.items()]


def _own_seats(work: Work, poll: Poll) -> list[str]:
    person = work.actor.person
    seats = words.seats_of(work, poll)
    return [each.post for each in seats if person is not None and decisions.decides(work, person, poll, each.post)]


# Doing


def _open(work: Work, typed: Typed) -> Meaning:
    """GROUP [by DAY] PROPOSAL"""
    if not typed.words:
        return Do(typed.word.action)
    entry, rest = naming.leading_group(work.arrangements, list(typed.words))
    raw = {"group": entry.id if entry is not None else typed.words[0]}
    rest = rest if entry is not None else list(typed.words[1:])
    if rest and rest[0].casefold() in ("by", "until"):
        size = _days(work, rest[1:])
        raw, rest = (raw | {"until": _bare(" ".join(rest[1 : size + 1]))}, rest[size + 1 :]) if size else (raw, rest)
    proposal = " ".join(rest).lstrip(": ")
    return Do(typed.word.action, raw | ({"proposal": proposal} if proposal else {}))


def _days(work: Work, rest: Sequence[str]) -> int:
    """How many of the words are a day, as many as fit; a colon ends it."""
    for size in range(min(LONGEST_DAY, len(rest)), 0, -1):
        try:
            parse_day(_bare(" ".join(rest[:size])), work.today)
        except Refused:
            continue
        return size
    return 0


def _bare(text: str) -> str:
    return text.rstrip(":,")


def _about_one(work: Work, typed: Typed) -> Meaning:
    """WHICH"""
    return Do(typed.word.action, words.about(_meant(work, typed.words)[0]))


def _because(work: Work, typed: Typed) -> Meaning:
    """WHICH [because WORDS]"""
    poll, rest = _meant(work, typed.words)
    because = " ".join(rest[1:] if rest and rest[0].casefold() == "because" else rest)
    return Do(typed.word.action, words.about(poll) | ({"because": because} if because else {}))


def _answer(work: Work, typed: Typed) -> Meaning:
    """WHICH ANSWER [because WORDS]: of somebody with one seat in it; else by its buttons."""
    poll, rest = _meant(work, typed.words)
    mine = _own_seats(work, poll)
    if len(mine) != 1 or not rest:
        return _show(work, Typed(typed.word, tuple(words.which(poll).split())))
    lower = [word.casefold() for word in rest]
    at = lower.index("because") if "because" in lower else len(rest)
    value = _value(" ".join(rest[:at]))
    because = " ".join(rest[at + 1 :])
    raw = words.about(poll) | {"post": mine[0], "value": value}
    return Do(typed.word.action, raw | ({"because": because} if because else {}))


def _value(text: str) -> str:
    wanted = naming.plain(text)
    for value, label in words.LABELS.items():
        if wanted in (value, naming.plain(label), naming.plain(words.ANSWERS[value])):
            return value
    labels = "; ".join(words.LABELS.values())
    raise Refused(Refusal(f'"{text}" is none of the answers.', "value", f"Choose one of: {labels}."))


def _ratify(work: Work, typed: Typed) -> Meaning:
    """WHICH [not] [because WORDS]"""
    poll, rest = _meant(work, typed.words)
    lower = [word.casefold() for word in rest]
    raw = words.about(poll)
    ended = kept.ended(poll)
    if ended is not None and (ended.result not in agreed.REACHED or kept.rule(poll).sent_on_from):
        raw["result"] = "dealt with"
    else:
        raw["result"] = "not ratified" if lower[:1] in (["not"], ["no"]) else "ratified"
    rest = rest[1:] if lower[:1] in (["not"], ["no"]) else rest
    because = " ".join(rest[1:] if rest and rest[0].casefold() == "because" else rest)
    return Do(typed.word.action, raw | ({"because": because} if because else {}))


def _meant(work: Work, typed: Sequence[str]) -> tuple[Poll, list[str]]:
    """The decision that somebody means, "GROUP NUMBER" or the only one that is open or waits, and the words after it.

    What the actor may not see is not there. Raises Refused with what there is.
    """
    entry, rest = naming.leading_group(work.arrangements, list(typed))
    seen = [each for each in _seen(work) if entry is None or each.group == entry.id]
    number = rest[0].lstrip("#").rstrip(":,.") if rest else ""
    if number.isdigit():
        found = [each for each in seen if each.place.rpartition(".")[2] == number]
        rest = rest[1:]
    else:
        found = [each for each in seen if _is_live(each)]
    if len(found) == 1:
        return found[0], rest
    live = [each for each in _seen(work) if _is_live(each)] or _seen(work)[-5:]
    there = f"There are: {'; '.join(words.which(each) for each in live)}." if live else NONE
    raise Refused(Refusal("Say which decision, by its group and number.", "number", there))


def _is_live(poll: Poll) -> bool:
    return poll.state == "open" or words.waits_for_meeting(poll)


WHICH = "GROUP NUMBER"

WORDS: tuple[Word, ...] = (
    Word(
        ("decision", "open"),
        "asks the seats of a group that decide; first shows who they are and by which rule",
        _open,
        "GROUP [by DAY] PROPOSAL",
        decisions.OPEN.name,
    ),
    Word(("decision", "list"), "the decisions that are open, and those that were taken", _list, "[GROUP]"),
    Word(("decision", "show"), "one decision: each seat's answer, the rule, what came of it", _show, WHICH),
    Word(
        ("decision", "answer"),
        "answers for one's seat: agree, agree with a reservation, disagree or abstain",
        _answer,
        "GROUP NUMBER ANSWER [because WORDS]",
        decisions.ANSWER.name,
    ),
    Word(
        ("decision", "close"),
        "closes a decision before its day; first shows what comes of it",
        _about_one,
        WHICH,
        decisions_ending.CLOSE.name,
    ),
    Word(
        ("decision", "withdraw"),
        "withdraws a decision that is open, because; whoever was asked is told",
        _because,
        "GROUP NUMBER because WORDS",
        decisions_ending.WITHDRAW.name,
    ),
    Word(
        ("decision", "send-on"),
        "sends a decision without consensus to those whom our arrangements name for that",
        _about_one,
        WHICH,
        decisions_ending.SEND_ON.name,
    ),
    Word(
        ("decision", "ratify"),
        "records that a meeting ratified what was decided between meetings, or not, or dealt with it",
        _ratify,
        "GROUP NUMBER [not] [because WORDS]",
        decisions_ending.RATIFY.name,
    ),
)
