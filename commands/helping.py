"""Help: every word with what comes after it, what it does and who may; the same everywhere, and in docs/commands.md."""

from collections.abc import Mapping, Sequence

from storage.arrangements.partnership import Arrangements
from storage.records.message import Message

from .action import Action
from .danger import not_the_way
from .dates import WANT_DAY, WANT_HOUR
from .grammar import NotUnderstood
from .own import OWNERS
from .permissions import Role, Where
from .saying import Word
from .words_people_type import WORDS


def on(path: Sequence[str], served: Sequence[Arrangements]) -> Message:
    """Help on all words, on those that begin so, or on one."""
    found = [word for word in WORDS if word.path[: len(path)] == tuple(path)]
    there = [word for word in found if not word.later]
    later = [word.name for word in found if word.later]
    lines = [f"{word.written}: {word.does}" for word in there]
    if len(path) == 0:
        lines += ["help WORD: more about a word, such as: help meeting"]
    if later:
        lines += ["", f"Not here yet: {', '.join(later)}."]
    if len(found) == 1 and there:
        lines += ["", *_how(there[0])]
    lines += ["", not_the_way(served)]
    return Message(title=f"Help: {' '.join(path)}" if path else "What you can write", text="\n".join(lines))


def _how(word: Word) -> list[str]:
    lines = ["What stands in square brackets may be left out."]
    if "GROUP" in word.usage:
        lines.append("GROUP is its name, short name or id.")
    if "WHICH" in word.usage:
        lines.append("WHICH is a meeting's place in its series, or its day.")
    if "DAY" in word.usage:
        lines.append(f"DAY: {WANT_DAY}")
    if "HOUR" in word.usage:
        lines.append(f"HOUR: {WANT_HOUR}")
    return lines


def for_strangers(served: Sequence[Arrangements]) -> Message:
    """The answer to anybody who has no post here: what this is, whom to ask, and nothing else."""
    return Message(
        title="We do not know you here",
        text=(
            "Convenor does the secretariat's work of a child-safeguarding partnership, for people who have a post in "
            "it. If that is you, ask the business manager to enter you.\n\n"
            f"{not_the_way(served)}"
        ),
    )


def not_understood(what: NotUnderstood, served: Sequence[Arrangements]) -> Message:
    """The answer to a line that fits no word. It says nothing of the line again, since that may be about a child."""
    if what.options:
        hint = f"{what.near[0]} takes: {', '.join(f'--{name}' for name in what.options)}."
    elif what.near:
        hint = f"Did you mean: {' or '.join(what.near)}?"
    else:
        hint = "Write help to see what you can write."
    return Message(title="That is no word I know", text=f"{hint}\n\n{not_the_way(served)}", tone="warning")


def who_may(word: Word, actions: Mapping[str, Action]) -> str:
    """Who may use a word, in words, from the permission of the action behind it."""
    if word.later:
        return "nobody yet"
    if not word.action and word.allowed is None:
        return "anybody with a post"
    action = actions[word.action] if word.action else None
    allowed = (word.allowed or {}) if action is None else action.allowed
    found = [
        role.value + (" (own group)" if where is Where.OWN_GROUP else "")
        for role, where in allowed.items()
        if role not in (Role.TIME, Role.ADMINISTRATOR)
    ]
    if len(found) >= len(Role) - 2:
        return "anybody with a post"
    if action is not None and action.own:
        found.append(OWNERS[action.own])
    return ", ".join(found)


def table(actions: Mapping[str, Action]) -> str:
    """docs/commands.md: made from the grammar, so that it is true."""
    rows = [f"| `{word.written}` | {word.does} | {who_may(word, actions)} |" for word in WORDS]
    return "\n".join(
        [
            "# What people can type",
            "",
            "Made from the grammar by `make docs`; a test keeps it true.",
            "The same words at every door: today `convenor console`; the doors to come bring no words of their own.",
            "Buttons and forms do all of it too. `--in NAME` anywhere in a line names the partnership for somebody who",
            "is in several; `help WORD` says more about a word.",
            "",
            "| Write | What it does | Who may |",
            "|---|---|---|",
            *rows,
            "",
            f"DAY: {WANT_DAY}",
            f"HOUR: {WANT_HOUR}",
            "",
        ]
    )
