"""What whoever looks at the app in Teams can read before adding it: what it is, what becomes of what they write.

Three plain pages at the bot's own address, which the manifest names (Microsoft wants an address for each).
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.pages import page

from .manifest import ABOUT, PRIVACY, TERMS

_HELP = (
    "It is not the way to get help for a child. If a child is in danger now, ring 999. With any other worry about a "
    "child, ring the children's services of the council where the child lives."
)
_WHOM_TO_ASK = "Ask the business manager of your safeguarding partnership, whose bot this is."

PAGES = {
    ABOUT: (
        "Convenor in Teams",
        (
            "Convenor does the secretariat's work of a multi-agency safeguarding partnership: meetings, papers, "
            "minutes, reports, and who owes what by when. It writes to people in its posts, and to nobody else.",
            _HELP,
            "To everybody else it says only whom to ask.",
            _WHOM_TO_ASK,
        ),
    ),
    PRIVACY: (
        "What Convenor keeps",
        (
            "Of people in posts: name, work address, telephone number where it was given, posts, and what they were "
            "asked and answered. Which account in Teams is theirs is proposed by the address, and they confirm it.",
            "It hears what is written to it, and nothing else: it reads no channel, no chat between people, no file "
            "and no calendar. What is typed stays in your chat with it, as your organisation keeps chats.",
            "It asks for no child's details. Please write none into a chat.",
            "How long it is kept, and on what lawful basis, stands in your partnership's privacy notice. "
            + _WHOM_TO_ASK,
        ),
    ),
    TERMS: (
        "Using Convenor",
        (
            "It is for people who have a post in the safeguarding partnership, for the work of that post.",
            _HELP,
            "Write nothing into a chat by which a child or a family could be known.",
            "What you confirm, answer or record counts as said by you, and is kept with the time.",
            _WHOM_TO_ASK,
        ),
    ),
}
"""Each page by its path: heading and sentences."""


def routes() -> list[BaseRoute]:
    """The pages, for the one server."""
    return [Route(path, _shows, methods=["GET"]) for path in PAGES]


async def _shows(request: Request) -> Response:
    title, sentences = PAGES[request.url.path]
    return page(title, sentences)
