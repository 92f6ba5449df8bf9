"""`action …` and `register …`: the register of actions, the other registers, and milestones."""

from commands import registers
from commands.reading import may
from commands.saying import Do, Meaning, Typed, Word
from commands.words import short_day
from commands.work import Work
from storage.records import registers as records
from storage.records.message import Message

_KEYS = {"for": "owner", "owner": "owner", "by": "due", "due": "due"}


def _add(work: Work, typed: Typed) -> Meaning:
    """WHAT for POST [by DAY]: the last "for" and "by" count, since a title may hold others."""
    title, raw = list(typed.words), {}
    options = {_KEYS[name]: value for name, value in typed.options.items() if name in _KEYS}
    for field, key in (("due", "by"), ("owner", "for"), ("due", "by")):
        lower = [word.casefold() for word in title]
        if field in raw or field in options or key not in lower[1:]:
            continue
        at = len(lower) - 1 - lower[::-1].index(key)
        if at and at + 1 < len(title):
            title, raw[field] = title[:at], " ".join(title[at + 1 :])
    return Do(typed.word.action, {**({"title": " ".join(title)} if title else {}), **raw, **options})


def _said(_work: Work, typed: Typed) -> Meaning:
    """NUMBER WORDS: the number, and what is said of the action or what it changed."""
    field = {registers.SAY.name: "said", registers.DONE.name: "effect"}[typed.word.action]
    if not typed.words:
        return Do(typed.word.action)
    rest = " ".join(typed.words[1:])
    return Do(typed.word.action, {"number": typed.words[0], **({field: rest} if rest else {})})


def _milestone(work: Work, typed: Typed) -> Meaning:
    """A milestone by its id or its title."""
    wanted = typed.rest.casefold()
    found = next((m.id for m in work.arrangements.milestones if wanted in (m.id, m.title.casefold())), typed.rest)
    return Do(typed.word.action, {"milestone": found} if found else {})


def _listed(work: Work, _typed: Typed) -> Meaning:
    return registers.listed(work)


def _registers(work: Work, _typed: Typed) -> Meaning:
    titles = work.arrangements
    lines = [
        f"{register.name}: kept by the {titles.title(register.kept_by)}, "
        f"looked at by the {titles.groups_by_id[register.reviewed_at].name}"
        for register in titles.registers
    ]
    done = records.milestones_done(work.scope)
    ahead = [m for m in titles.milestones if m.id not in done and m.date >= work.today]
    past = [m for m in titles.milestones if m.id not in done and m.date < work.today]
    text = "\n".join(lines) or "Our arrangements name no register."
    for head, found in (("Milestones ahead", ahead), ("Milestones whose date has passed, not recorded as done", past)):
        if found:
            rows = [f"{short_day(m.date)}: {m.title} ({m.id})" for m in sorted(found, key=lambda m: m.date)]
            text += "\n\n" + "\n".join([f"{head}:", *rows])
    if (ahead or past) and may(work, registers.MILESTONE_DONE, None):
        text += "\n\nRecord one as done with: register done NAME"
    return Message(title="Registers and milestones", text=text)


WORDS = (
    Word(
        ("action", "add"),
        "enters an action; whoever does it is reminded before and on the day",
        _add,
        "WHAT for POST [by DAY]",
        registers.ADD.name,
        options=("for", "owner", "by", "due"),
    ),
    Word(("action", "list"), "the open actions, by date", _listed),
    Word(("action", "say"), "says how an action stands", _said, "NUMBER WORDS", registers.SAY.name),
    Word(
        ("action", "done"),
        "closes an action; of one that a report promised, say what it changed for children",
        _said,
        "NUMBER [WHAT IT CHANGED]",
        registers.DONE.name,
    ),
    Word(("register", "list"), "the registers, who keeps them, and the milestones", _registers),
    Word(("register", "done"), "records a milestone as done", _milestone, "NAME", registers.MILESTONE_DONE.name),
)
