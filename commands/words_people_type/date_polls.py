"""`poll date …` and what follows it: slots are asked about, answered, and one of them taken."""

from commands import date_polls as doing
from commands import date_polls_forms as forms
from commands import date_polls_standing as stands
from commands import date_polls_taking as taking
from commands import date_polls_words as words
from commands import naming
from commands.reading import may
from commands.refusals import Refusal, Refused
from commands.saying import SAY, Do, Meaning, Typed, Word, keyed
from commands.steps import SHOWN
from commands.work import Work
from storage.arrangements.groups import Group
from storage.records import polls
from storage.records.message import Button, Message
from storage.records.polls import Poll

MOST_BUTTONS = 5

_KEYS = {"on": "slots", "until": "closes"}
_BECAUSE = {"because": "because"}


def _date(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH] [on DAY HOUR; DAY HOUR] [until DAY]: a meeting is asked about, or a new one."""
    if not typed.words:
        return Do(typed.word.action)
    before, raw = keyed(typed, _KEYS)
    group, rest = _leading(work, before)
    raw["group"] = group.id
    if [word.casefold() for word in rest] == ["new"]:
        raw["extra"] = "yes"
    else:
        raw["place"] = naming.meeting(work, group, " ".join(rest)).place
    return Do(typed.word.action, {**forms.with_proposed(work, raw), SHOWN: "yes"})


def _leading(work: Work, typed: list[str]) -> tuple[Group, list[str]]:
    """The group that the words begin with, and what follows. Raises Refused."""
    found, rest = naming.leading_group(work.arrangements, typed)
    return (found, rest) if found is not None else (naming.group(work.arrangements, typed[0]), typed[1:])


def _dates(work: Work, typed: Typed) -> Meaning:
    """[GROUP [NUMBER]]: the date polls that are open; one as a whole."""
    if typed.words:
        group, rest = _leading(work, list(typed.words))
        if rest:
            return _shown(work, _meant(work, group, rest)[0])
        found = [each for each in polls.every(work.scope, kind=polls.DATE, group=group.id) if _may_see(work, each)]
    else:
        found = [each for each in polls.every(work.scope, kind=polls.DATE) if _may_see(work, each)]
    if len(found) == 1:
        return _shown(work, found[0])
    lines, buttons = [], []
    for each in found:
        stood = stands.standing(work, each)
        line = f"poll dates {each.group} {stands.number_of(each)}"
        answered = f"{len(stood.answered)} of {len(stood.seats)} have answered"
        lines.append(f"- {each.name}: {answered}. Write: {line}")
        buttons.append(Button(label=each.name[:60], does=SAY, form={"line": line}))
    none = "No date poll is open in which you have a part."
    return Message(title="Date polls", text="\n".join(lines) or none, buttons=tuple(buttons[:MOST_BUTTONS]))


def _may_see(work: Work, poll: Poll) -> bool:
    """Whether the actor may see how a poll stands: they are asked in it, or may ask."""
    person = work.actor.person
    return may(work, doing.OPEN, poll.group) or (person is not None and stands.may_answer(work, person, poll))


def _shown(work: Work, poll: Poll) -> Message:
    if not _may_see(work, poll):
        raise Refused(doing.NONE_OPEN)
    asked = work.actor.person is not None and stands.may_answer(work, work.actor.person, poll)
    return words.shown(work, stands.standing(work, poll), takes=may(work, taking.CONFIRM, poll.group), answers=asked)


def _meant(work: Work, group: Group, rest: list[str]) -> tuple[Poll, list[str]]:
    """The group's poll, by a number that comes first or the only open one, and the words after it. Raises Refused."""
    number, after = (rest[0], rest[1:]) if rest and rest[0].isdigit() else ("0", rest)
    return forms.found(work, {"group": group.id, "number": number}), after


def _answer(work: Work, typed: Typed) -> Meaning:
    """GROUP [NUMBER] [all|none]: opens the form, or says the same of every date."""
    if not typed.words:
        raise Refused("Say which: poll answer GROUP, such as: poll answer executive")
    group, rest = _leading(work, list(typed.words))
    poll, rest = _meant(work, group, rest)
    said = " ".join(rest).casefold()
    if said in _EVERY:
        return Do(doing.ANSWER.name, {**stands.form_of(poll), "every": _EVERY[said]})
    return _shown(work, poll)


_EVERY = {"all": "yes", "none": "no"}


def _told(work: Work, typed: Typed) -> Meaning:
    """GROUP [NUMBER] POST: what somebody said by telephone, through their seat's form."""
    if not typed.words:
        raise Refused("Say whose: poll told GROUP POST, such as: poll told executive Designated Nurse")
    group, rest = _leading(work, list(typed.words))
    poll, rest = _meant(work, group, rest)
    post = naming.post(work.arrangements, " ".join(rest))
    if post.id not in {seat.post for seat in polls.seats(work.scope, poll)}:
        raise Refused(Refusal(f"The {post.title} is not asked in this date poll.", "post"))
    return Message(
        title=poll.name,
        text=f"What the {post.title} has said, by telephone or in person. It is recorded as told, by you.",
        buttons=words.answer_buttons(poll, post.id),
    )


def _confirm(work: Work, typed: Typed) -> Meaning:
    """GROUP [NUMBER] [DATE]: takes a date, first shows what moves."""
    if not typed.words:
        raise Refused("Say which: poll confirm GROUP, such as: poll confirm executive")
    group, rest = _leading(work, list(typed.words))
    only = stands.find(work, group.id)
    slot = _slot(work, only, rest) if only is not None else ""  # "1 June" is a day, and no number
    if only is not None and slot:
        return Do(typed.word.action, {**stands.form_of(only), "slot": slot})
    poll, rest = _meant(work, group, rest)
    if not rest:
        return _shown(work, poll)
    return Do(typed.word.action, {**stands.form_of(poll), "slot": _slot(work, poll, rest) or " ".join(rest)})


def _slot(work: Work, poll: Poll, rest: list[str]) -> str:
    """The slot that is meant by its day, with its hour where there are two on that day; empty where it is not one."""
    said = naming.plain(" ".join(rest))
    found = [
        slot
        for slot in stands.slots_of(poll)
        if any(
            f" {said} " in f" {naming.plain(name)} "
            for name in (words.slot_words(work, slot), words.short_words(work, slot))
        )
    ]
    return found[0].key if said and len(found) == 1 else ""


def _close(work: Work, typed: Typed) -> Meaning:
    """GROUP [NUMBER] [because REASON]: ends it without a date."""
    if not typed.words:
        raise Refused("Say which: poll close GROUP, such as: poll close executive")
    before, raw = keyed(typed, _BECAUSE)
    group, rest = _leading(work, before)
    return Do(typed.word.action, {**stands.form_of(_meant(work, group, rest)[0]), **raw})


WORDS = (
    Word(
        ("poll", "date"),
        "asks a group's seats for a date; first shows the dates that would be asked about",
        _date,
        "GROUP [WHICH | new] [on DAY HOUR; DAY HOUR] [until DAY]",
        doing.OPEN.name,
    ),
    Word(("poll", "dates"), "the date polls that are open, or one of them: who can when", _dates, "[GROUP [NUMBER]]"),
    Word(("poll", "answer"), "says when you can, in a date poll", _answer, "GROUP [NUMBER] [all | none]"),
    Word(("poll", "told"), "records when somebody can who told you so", _told, "GROUP [NUMBER] POST"),
    Word(
        ("poll", "confirm"),
        "takes a date: its meeting moves, and all that follows it; first shows what moves",
        _confirm,
        "GROUP [NUMBER] [DAY]",
        taking.CONFIRM.name,
    ),
    Word(
        ("poll", "close"),
        "ends a date poll without a date",
        _close,
        "GROUP [NUMBER] [because REASON]",
        doing.CLOSE.name,
    ),
)
