"""Behind a link to a report or an audit: its sections, what is done with it as a whole, and what was sent in.

Whoever has the link may answer: no code is asked for, since it is about no case. Looking changes nothing. A scanner
that sends in forms as they stand sends nothing in: that takes a tick, which nothing sets, or words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.responses import PlainTextResponse, Response

from commands.return_pages import Desk, State
from storage.records.links import Link
from storage.records.message import MessageField

from .asking import Asked
from .common import Web
from .guard import SECTION
from .looks import Page, Params
from .returning_at import At
from .returning_colleague import Asking, NotAsking
from .returning_sections import Sections
from .returning_sending import Declining, Nothing, Sending, Signing, TakingBack
from .returning_sent import Copy, sent

BEGIN = (
    "You can stop at any time and come back by the same link: what is saved stays. Nothing is sent in before you say "
    "so on the last page."
)

_TAGS: Mapping[State, Params] = {
    "nothing": {"tag": {"text": "Not started", "classes": "govuk-tag--blue"}},
    "begun": {"tag": {"text": "Begun", "classes": "govuk-tag--light-blue"}},
    "complete": {"text": "Complete"},
}


class Part(Protocol):
    """One page further in."""

    def show(self, at: At) -> Response:
        """The page. Nothing is changed by looking at it."""

    def send(self, at: At) -> Response:
        """The answer to what was sent in."""


_PARTS: Mapping[str, Part] = {
    "check": Sending(),
    "nothing": Nothing(),
    "not-us": Declining(),
    "colleague": Asking(),
    "colleague-back": NotAsking(),
    "sign": Signing(),
    "take-back": TakingBack(),
    "copy": Copy(),
}
"""The pages further in, by what stands in their path after the link."""


@dataclass(frozen=True)
class Returning:
    """The pages behind links of the purpose "return"."""

    web: Web

    def show(self, asked: Asked, link: Link) -> Response:
        """The list of sections while answers are taken; after that what was sent in."""
        at = At(self.web, asked, link)
        with at.desk() as desk:
            return _contents(at, desk) if desk.can_be_filled_in else sent(at, desk)

    def send(self, asked: Asked, link: Link) -> Response:
        """There is no form on the first page."""
        return self.show(asked, link)

    def within(self, asked: Asked, link: Link) -> Response:
        """A page further in, or what was sent in on it."""
        at = At(self.web, asked, link)
        part: Part | None = Sections() if SECTION in asked.params else _PARTS.get(asked.params.get("part", ""))
        if part is None:
            return PlainTextResponse("There is nothing here.\n", 404)
        return part.send(at) if asked.method == "POST" else part.show(at)


def _contents(at: At, desk: Desk) -> Response:
    links = [("Keep a copy of what stands there so far, as a text file", at.path("copy"))]
    if desk.form.nothing:
        links.insert(0, (desk.form.nothing, at.path("nothing")))
    links.append(("Ask a colleague to help", at.path("colleague")))
    if desk.owed.not_us != "asked":
        links.append(("This is not for us", at.path("not-us")))
    page = Page(desk.opened.round_.name, f"{desk.form.about}\n\n{BEGIN}", fields=_facts(desk), links=tuple(links))
    tasks = [
        {
            "title": {"text": part.section.title},
            "href": at.path(SECTION, part.section.id),
            "status": _TAGS[part.state],
        }
        for part in desk.parts
    ]
    others = [(title, at.web.addresses.path_of(link)) for title, link in desk.others(at.link)]
    return at.answer(
        desk, page, template="return", tasks=tasks, notices=_notices(desk), check=at.path("check"), others=others
    )


def _facts(desk: Desk) -> tuple[MessageField, ...]:
    late = desk.due < desk.work.today
    found = {
        "For": desk.owed.name,
        "Goes to": desk.receiver(),
        "Due": f"{desk.opened.due}{' (overdue)' if late else ''}",
        "Who can fill it in": "\n".join(desk.who_answers()),
    }
    if saved := desk.saved_by():
        found["Saved last"] = f"by {saved[0]}, at {desk.at(saved[1])}"
    return tuple(MessageField(label=label, value=value) for label, value in found.items() if value)


def _notices(desk: Desk) -> list[str]:
    """What has happened to it that whoever fills it in should know."""
    owed, found = desk.owed, []
    if owed.state == "reopened":
        found.append(f"It was opened again, because: {owed.reopened_because}")
    if owed.extended_because:
        found.append(f"The day was moved to {desk.opened.due}, because: {owed.extended_because}")
    if owed.not_us == "asked":
        found.append("You have said that this is not for you. Until that is answered it is still asked of you.")
    if owed.not_us == "refused":
        found.append("You have said that this is not for you. The answer is that it is asked of you.")
    return found
