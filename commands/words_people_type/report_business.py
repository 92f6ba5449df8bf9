"""`report …`: what becomes of reports: what was raised, where it goes on, comments, and the pack for a meeting."""

from commands import after_meetings, naming, pack_links, raising, raising_forms, standing
from commands.raised_by_whom import raised_it
from commands.reading import may
from commands.refusals import Refusal, Refused
from commands.saying import Do, Meaning, Typed, Word, keyed
from commands.work import Work
from storage.records import raised
from storage.records.message import Button, Message
from storage.records.raised import Raised

MOST_WITH_BUTTONS = 5
"""So many of what was raised have buttons in the list; the others are named by number."""


def _raised(work: Work, typed: Typed) -> Meaning:
    """[GROUP]: what is open, where it stands, and what one may do with it."""
    group = naming.group(work.arrangements, typed.rest).id if typed.words else None
    found = [each for each in raising_forms.open_ones(work) if group in (None, each.group)]
    lines = [f"{standing.line_of(work, each)}\n{raising.where(work, each)}" for each in found]
    buttons = [button for each in found[:MOST_WITH_BUTTONS] for button in _buttons(work, each)]
    return Message(
        title="What was raised", text="\n\n".join(lines) or "Nothing that you may see is open.", buttons=tuple(buttons)
    )


def _buttons(work: Work, row: Raised) -> list[Button]:
    form = {"which": raising.which(row)}
    found = []
    if may(work, raising.CLOSE, row.group):
        found.append(Button(label=f"What came of {row.number}", does=raising.CLOSE.name, form=form))
    if row.group and may(work, raising.SEND_ON, row.group):
        found.append(Button(label=f"Send on: {row.number}", does=raising.SEND_ON.name, form=form))
    own = may(work, raising.TELL_NOW, None) or raised_it(work, work.actor.person or "", row.number)
    return [*found, raising.tell_now_button(row)] if own and row.told_now_at is None else found


def _raise(_work: Work, typed: Typed) -> Meaning:
    """WORDS with GROUP: the last "with" counts, since the words may hold others."""
    words = list(typed.words)
    lower = [word.casefold() for word in words]
    raw = {"to": typed.options["with"]} if typed.options.get("with") else {}
    if not raw and "with" in lower[1:]:
        at = len(lower) - 1 - lower[::-1].index("with")
        raw, words = {"to": " ".join(words[at + 1 :])}, words[:at]
    return Do(typed.word.action, {**raw, **({"text": " ".join(words)} if words else {})})


def _outcome(work: Work, typed: Typed) -> Meaning:
    """NUMBER WORDS"""
    if not typed.words:
        return Do(typed.word.action)
    row, rest = _numbered(work, typed.words[0]), " ".join(typed.words[1:])
    return Do(typed.word.action, {"which": raising.which(row), **({"outcome": rest} if rest else {})})


def _send_on(work: Work, typed: Typed) -> Meaning:
    """NUMBER [to GROUP]"""
    if not typed.words:
        return Do(typed.word.action)
    before, fields = keyed(typed, {"to": "to"})
    return Do(typed.word.action, {"which": raising.which(_numbered(work, before[0])), **fields})


def _tell_now(work: Work, typed: Typed) -> Meaning:
    """NUMBER"""
    if not typed.words:
        return Do(typed.word.action)
    return Do(typed.word.action, {"number": str(_numbered(work, typed.rest).number)})


def _numbered(work: Work, word: str) -> Raised:
    """What was raised under a number. What the actor may not see looks like what is not there."""
    number = word.lstrip("#")
    row = raised.find(work.scope, int(number)) if number.isdigit() and len(number) < 7 else None
    if row is None or row.question == standing.COMMENTS or not raising.visible(work, row):
        raise Refused(Refusal(raising.NOTHING, "which", "See what was raised with: report raised"))
    return row


def _comment(work: Work, typed: Typed) -> Meaning:
    """WORDS, about the one report that waits for them; of several the form asks which."""
    waiting = after_meetings.to_comment(work)
    text = {"text": typed.rest} if typed.words else {}
    if len(waiting) == 1:
        return Do(typed.word.action, {"carried": f"{waiting[0].round_.report}:{waiting[0].round_.place}", **text})
    return Do(typed.word.action, text)


def _pack(work: Work, typed: Typed) -> Meaning:
    """GROUP [MEETING]"""
    if not typed.words:
        raise Refused("Say for which group, such as: report pack executive")
    entry, rest = naming.leading_group(work.arrangements, typed.words)
    entry = entry or naming.group(work.arrangements, typed.words[0])
    rest = rest if len(rest) < len(typed.words) else list(typed.words[1:])
    return pack_links.look(work, naming.meeting(work, entry, " ".join(rest)))


WORDS: tuple[Word, ...] = (
    Word(
        ("report", "pack"), "the pack for a meeting: what is in, what is missing; the whole by mail", _pack,
        "GROUP [MEETING]",
    ),
    Word(("report", "raised"), "what was raised and is open, and where it stands", _raised, "[GROUP]"),
    Word(
        ("report", "raise"),
        "raises something with a group by hand; it stands on its next agenda",
        _raise,
        "WORDS with GROUP",
        raising.ADD.name,
        options=("with",),
    ),
    Word(("report", "outcome"), "records what came of something raised", _outcome, "NUMBER WORDS", raising.CLOSE.name),
    Word(
        ("report", "send-on"),
        "sends something raised on to the group above, or another one",
        _send_on,
        "NUMBER [to GROUP]",
        raising.SEND_ON.name,
        options=("to",),
    ),
    Word(
        ("report", "tell-now"),
        "has the chair above told at once of something you raised; first shows who that is",
        _tell_now,
        "NUMBER",
        raising.TELL_NOW.name,
    ),
    Word(
        ("report", "comment"),
        "gives your group's comments on a report that goes on to another group",
        _comment,
        "WORDS",
        after_meetings.COMMENT.name,
    ),
)  # fmt: skip
