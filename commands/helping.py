"""Help: a short list of the words, and for each what comes after it and what it does; docs/commands.md has them all."""

from collections.abc import Mapping, Sequence

from storage.arrangements.partnership import Arrangements
from storage.records.message import Message

from .action import Action
from .danger import not_the_way
from .dates import WANT_DAY, WANT_HOUR, WANT_YEAR
from .grammar import NotUnderstood
from .own import OWNERS
from .permissions import Role, Where
from .saying import Word
from .words_people_type import WORDS


def on(path: Sequence[str], served: Sequence[Arrangements]) -> Message:
    """Help on the words that begin so, or on one; without any the short list of all."""
    if not path:
        return Message(title="What you can write", text="\n".join([*short_list(), "", not_the_way(served)]))
    found = [word for word in WORDS if word.path[: len(path)] == tuple(path)]
    lines = [f"{word.written}: {word.does}" for word in found]
    if len(found) == 1:
        lines += ["", *_how(found[0])]
    lines += ["", not_the_way(served)]
    return Message(title=f"Help: {' '.join(path)}", text="\n".join(lines))


def short_list() -> list[str]:
    """A line for each first word: with the second words that may follow it, or with what it does."""
    by_first: dict[str, list[Word]] = {}
    for word in WORDS:
        by_first.setdefault(word.path[0], []).append(word)
    lines = []
    for first, words in by_first.items():
        seconds = [word.path[1] for word in words if len(word.path) == 2]
        alone = next((word.does for word in words if len(word.path) == 1), "")
        follow = _either(seconds)
        lines.append(f"{first}: {'; with '.join(part for part in (alone, follow) if part)}")
    return [*lines, "help WORD: more about a word, such as: help meeting"]


MOST_SHOWN = 8
"""How many second words the short list shows of one first word; its own help has them all."""


def _either(words: Sequence[str]) -> str:
    if len(words) > MOST_SHOWN:
        return f"{', '.join(words[:MOST_SHOWN])} and {len(words) - MOST_SHOWN} more"
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _how(word: Word) -> list[str]:
    lines = ["What stands in square brackets may be left out."]
    if "GROUP" in word.usage:
        lines.append("GROUP is its name, short name or id.")
    if "WHICH" in word.usage:
        lines.append("WHICH is a meeting's place in its series, or its day.")
    if "DAY" in word.usage:
        lines.append(f"DAY: {WANT_DAY}")
    if "YEAR" in word.usage:
        lines.append(f"YEAR: {WANT_YEAR}")
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


def not_understood(what: NotUnderstood, served: Sequence[Arrangements], *, of_a_child: bool = False) -> Message:
    """The answer to a line that fits no word. It says nothing of the line again, since that may be about a child.

    `of_a_child`: the line speaks of one, so where to ring comes first.
    """
    if what.options:
        hint = f"{what.near[0]} takes: {', '.join(f'--{name}' for name in what.options)}."
    else:
        hint = _did_you_mean(what.near) or "Write help to see what you can write."
    return _no_word([hint], served, of_a_child)


def no_such_word(near: Sequence[str], served: Sequence[Arrangements], *, of_a_child: bool = False) -> Message:
    """The answer to somebody who asks for help on what is no word of ours: the nearest, and the short list."""
    hint = _did_you_mean(near)
    return _no_word([*([hint] if hint else []), "You can write:", *short_list()], served, of_a_child)


def _did_you_mean(near: Sequence[str]) -> str:
    return f"Did you mean: {' or '.join(near)}?" if near else ""


def _no_word(lines: Sequence[str], served: Sequence[Arrangements], of_a_child: bool) -> Message:
    safety, hint = not_the_way(served), "\n".join(lines)
    text = f"{safety}\n\n{hint}" if of_a_child else f"{hint}\n\n{safety}"
    return Message(title="That is no word I know", text=text, tone="warning")


def who_may(word: Word, actions: Mapping[str, Action]) -> str:
    """Who may use a word, in words, from the permission of the action behind it."""
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
            "The same words at every door: in Slack after `/convenor` or in a direct message, in `convenor console`.",
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
