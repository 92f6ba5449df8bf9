"""Who may do what, as a page: docs/permissions.md is made from the data on the actions.

python -m commands.permissions_matrix        writes the page anew, from the project's folder
"""

from collections.abc import Iterator
from pathlib import Path

from .action import Action
from .catalogue import ACTIONS
from .own import OWNERS
from .permissions import Role, Where

PAGE = Path("docs/permissions.md")

SHORT = {
    Role.BUSINESS_MANAGER: "BM",
    Role.CHAIR: "Chair",
    Role.VICE_CHAIR: "Vice",
    Role.DEPUTY: "Deputy",
    Role.MEMBER: "Member",
    Role.PA: "PA",
    Role.ADVISER: "Adviser",
    Role.OBSERVER: "Observer",
    Role.SCRUTINEER: "Scrutineer",
    Role.PARTNER_LEAD: "Lead",
    Role.PARTNER_DEPUTY: "Lead's deputy",
    Role.DUTY_DESK: "Desk",
    Role.ADMINISTRATOR: "Admin",
    Role.TIME: "Time",
}
"""The heads of the columns."""

MARKS = {Where.EVERYWHERE: "yes", Where.OWN_GROUP: "own group"}


def page() -> str:
    """The whole of docs/permissions.md."""
    return "\n".join([*_head(), *_table(), "", *_legend(), ""])


def _head() -> Iterator[str]:
    yield "# Who may do what"
    yield ""
    yield "Made by `make docs` from the data on the actions; a test tries all combinations."
    yield "*yes*: everywhere in the partnership. *own group*: only for a group in which somebody has that role."
    yield "*Own*: whoever it belongs to may, whatever their roles. *Sure*: only with a confirmed identity."
    yield ""


def _table() -> Iterator[str]:
    yield f"| Action | Does | {' | '.join(SHORT[role] for role in Role)} | Own | Sure |"
    yield "|---" * (len(Role) + 4) + "|"
    for name in sorted(ACTIONS):
        action = ACTIONS[name]
        cells = [MARKS[action.allowed[role]] if role in action.allowed else "" for role in Role]
        sure = "yes" if action.needs_confirmed else ""
        yield f"| `{name}` | {action.words} | {' | '.join(cells)} | {_own(action)} | {sure} |"


def _own(action: Action) -> str:
    return OWNERS[action.own] if action.own else ""


def _legend() -> Iterator[str]:
    yield "| Column | Role |"
    yield "|---|---|"
    for role in Role:
        yield f"| {SHORT[role]} | {role.value} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
