"""A colleague is asked to help with a report, on its page, and that is taken back there."""

from dataclasses import dataclass

from commands import returning_colleagues, returning_words
from commands.refusals import Refusal
from commands.return_pages import Desk
from storage.records.message import Blank, Choice

from .looks import Page
from .returning_at import At
from .returning_sending import Whole, pressed_once

NAME, EMAIL = "name", "email"

NEEDED = "This is needed."


@dataclass(frozen=True)
class Asking(Whole):
    """Whoever answers for an agency names a colleague; for a group or a post it is said what to do instead."""

    action = returning_words.COLLEAGUE
    done = "Your colleague is asked"

    def may(self, desk: Desk) -> bool:
        """While it can be filled in."""
        return desk.can_be_filled_in

    def form(self, at: At, desk: Desk) -> dict[str, object]:
        """Who it is."""
        return {**desk.opened.about, NAME: at.asked.one(NAME), EMAIL: at.asked.one(EMAIL)}

    def page(self, at: At, desk: Desk) -> Page:
        """What it means, and who was asked already."""
        title = "Ask a colleague to help"
        if why_not := returning_colleagues.not_by_name(desk.work, desk.opened):
            return Page(title, why_not)
        helping = desk.colleagues()
        said = [f"You name somebody at {desk.owed.name}. {returning_colleagues.WHAT_IT_MEANS}"]
        said += [f"Asked already: {', '.join(each.name for each in helping)}."] if helping else []
        blanks = (
            Blank(name=NAME, label="Their name", kind="words"),
            Blank(name=EMAIL, label="Their e-mail address at work", kind="words"),
        )
        links = (("Take back that a colleague was asked", at.path("colleague-back")),) if helping else ()
        return Page(title, "\n\n".join(said), form=pressed_once("Ask them", blanks), links=links)

    def missing(self, at: At, desk: Desk) -> list[Refusal]:
        """The name and the address; and for a group or a post there is nobody to name."""
        if why_not := returning_colleagues.not_by_name(desk.work, desk.opened):
            return [Refusal(why_not)]
        return [Refusal(NEEDED, name) for name in (NAME, EMAIL) if not at.asked.one(name)]


@dataclass(frozen=True)
class NotAsking(Whole):
    """It is taken back that a colleague was asked."""

    action = returning_words.COLLEAGUE_ENDS
    done = "Your colleague is not asked any more"

    def may(self, desk: Desk) -> bool:
        """While it can be filled in and somebody was asked."""
        return desk.can_be_filled_in and bool(desk.colleagues())

    def form(self, at: At, desk: Desk) -> dict[str, object]:
        """Who it is."""
        return {**desk.opened.about, EMAIL: at.asked.one(EMAIL)}

    def page(self, at: At, desk: Desk) -> Page:
        """Those who were asked; nobody is chosen before."""
        choices = tuple(Choice(value=each.email, label=f"{each.name}, {each.email}") for each in desk.colleagues())
        which = Blank(name=EMAIL, label="Who is not to help any more", kind="choice", choices=choices)
        text = "Their link leads nowhere any more. What they have filled in stays."
        return Page("Take back that a colleague was asked", text, form=pressed_once("Take it back", [which]))

    def missing(self, at: At, desk: Desk) -> list[Refusal]:
        """Who it is."""
        return [] if at.asked.one(EMAIL) else [Refusal(NEEDED, EMAIL)]
