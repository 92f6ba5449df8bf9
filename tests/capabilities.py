"""What each door can do, as its code shows it: docs/capabilities.md says the same, and a test compares both.

Of each capability a sign is looked for in the code of every door, without comments and docstrings: also where the page
says that a door has it not, so that a door that gains or loses something no longer fits the page.
"""

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.settings import DOORS
from commands import preferring
from commands.welcoming import CHATS

ROOT = Path(__file__).resolve().parents[1]

COLUMNS = ("slack", "teams", "terminal", "mail", "web")

FILES = {
    "slack": ("bot/slack/*.py",),
    "teams": ("bot/teams/*.py",),
    "terminal": ("bot/terminal/console.py", "bot/terminal/door.py", "bot/terminal/drawing.py"),
    "mail": ("bot/mail/*.py",),
    "web": ("bot/web/*.py",),
}


LONG = 3
"""So many words in a text are prose, in which no sign is looked for."""


@cache
def code(door: str) -> str:
    """The code of a door: without comments, and without what it says to people or of itself."""
    paths = [path for pattern in FILES[door] for path in sorted(ROOT.glob(pattern))]
    assert paths, door
    return "\n".join(ast.unparse(_Bare().visit(ast.parse(path.read_text("utf-8")))) for path in paths)


class _Bare(ast.NodeTransformer):
    """Takes prose out."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """A text of several words becomes an empty one."""
        prose = isinstance(node.value, str) and len(node.value.split()) >= LONG
        return ast.Constant("") if prose else node


@dataclass(frozen=True)
class Capability:
    """Something that a door can do: its sign in the code of any door, and another one in that of some doors."""

    name: str
    sign: str
    other: Mapping[str, str] = field(default_factory=dict)
    never: str = "(?!)"

    def has(self, door: str) -> bool:
        """Whether the code of a door shows it, and nothing that speaks against it (`never`)."""
        found = code(door)
        return re.search(self.other.get(door, self.sign), found) is not None and not re.search(self.never, found)


@dataclass(frozen=True)
class Listed:
    """Something that holds for the doors of a list in the code."""

    name: str
    doors: Collection[str]

    def has(self, door: str) -> bool:
        """Whether the door is on the list."""
        return door in self.doors


CAPABILITIES: tuple[Capability | Listed, ...] = (
    Capability("Words as people type them", r"conversation\.answer\("),
    Capability("Called by name where others read along", r"mention", {"teams": r"def _in_company"}),
    Capability("Slash commands", r"slash|app\.command\(", {"teams": r"'supportsTargetedMessages'"}),
    Capability("Words offered to choose from", r"SHORTCUTS|'commandLists'|readline|completer"),
    Capability("Buttons", r"\.buttons\b", {"mail": r"button\.(label|does)", "web": r"ANSWER"}),
    Capability("Forms", r"\.sheet\b|\bFill\("),
    Capability("Mistakes beside their places", r"\.problem\b|'problem'"),
    Capability("What was typed and not sent is kept", r"Drafts\(", {"web": r"def _by_itself"}),
    Capability("A word of danger to a child is answered with 999 at once", r"conversation\.(answer|press|danger_in)\("),
    Capability("Where help for a child is stands under what is shown", r"not_the_way|conversation\.answer\("),
    Capability("What comes twice counts once", r"_digest\(|mark_of|_keys\b|_once\(|ONCE\b"),
    Capability("Long words go on in further messages", r"goes_on|_packed\("),
    Capability("Messages are kept true in their place", r"chat_update|connector\.update|revision"),
    Capability("A message too many is taken back", r"chat_delete|connector\.delete|'message': None"),
    Capability("What may have got through is looked up first", r"can_find: bool = True"),
    Capability("Private answers where others read along", r"chat_postEphemeral|_own_chat"),
    Capability(
        "Alerts of incidents",
        r"Speaker\(",
        {"mail": r"about_case", "web": r"AlertPage"},
        never=r"vouched=False",
    ),
    Capability("Words about a case", r"outside=True"),
    Capability("The process record, to read and as a file", r"record_word|Recording\("),
    Capability("Calendar entries", r"\.attached\b"),
    Capability("Answers of calendar programs", r"calendar_answers"),
    Capability("A home, kept true", r"HomeKeeper|home_view"),
    Capability("Times by the reader's own clock", r"Readers|localTimezone"),
    Capability(
        "Found by their address",
        r"Proposing\(|identity\.propose|users_lookupByEmail",
        {"mail": r"finds: Finds = 'address'"},
    ),
    Capability("Who takes nothing any more is noticed", r"account\.gone|OF_THE_PERSON|_NO_SUCH_ADDRESS"),
    Capability("The platform's pace is kept", r"_too_soon|\bPace\b"),
    Capability("Files that people send are refused in words", r"NO_FILES"),
    Listed("People are welcomed there", CHATS),
    Listed("Can be chosen as one's first door", preferring.DOORS),
    Listed("Can be the one place of a sandbox", DOORS),
)
