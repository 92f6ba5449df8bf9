"""Telling people what became of a form: one message for each thing that happened, by mail with their link."""

from collections.abc import Mapping, Sequence

from storage.records.message import Button, Message

from . import respondents, return_links
from .returning_opened import Opened
from .words import rendered
from .work import Work


def tell(
    work: Work,
    opened: Opened,
    kind: str,
    *,
    post: str,
    part: str,
    why: str,
    data: Mapping[str, object] | None = None,
    buttons: Sequence[Button] = (),
) -> str:
    """Tells whoever is in a post; the business manager where nobody is. Gives what became of it, in words.

    `part` tells two happenings of a kind apart. By mail the letter ends with the page of what is owed. Whoever does it
    themselves is not told of it.
    """
    owed = opened.owed
    person, absent = work.reach(post)
    if person is None or person == work.actor.id:
        return "nobody to tell" if person is None else "told in the answer"
    filled: dict[str, object] = {
        "what": opened.name,
        "who": owed.name,
        "round": opened.round_.name,
        "due": owed.due or opened.round_.due,
        "nobody_in": respondents.title_of(work, post) if absent else "",
        **(data or {}),
    }
    link = "" if absent else return_links.link_for(work, owed, person)[0]
    message = Message(
        title=rendered(kind, "title", filled), text=rendered(kind, "text", filled), buttons=tuple(buttons), link=link
    )
    return work.send(
        person,
        kind,
        message,
        post=work.arrangements.secretariat.business_manager if absent else post,
        key=f"{kind}:{owed.record}:{part}",
        record=owed.record,
        why=why,
        source=opened.report.source if opened.report is not None else "chosen",
    )


def receipt(work: Work, opened: Opened, told: str) -> None:
    """Tells whoever has just sent it in on our page that it has arrived, by mail with their link."""
    owed = opened.owed
    data: dict[str, object] = {
        "what": opened.name,
        "who": owed.name,
        "round": opened.round_.name,
        "nobody_in": "",
        "on_behalf": False,
        "by_exception": opened.form.nothing if owed.by_exception else "",
        "told": told,
    }
    person = work.actor.id
    message = Message(
        title=rendered("report-in", "title", data),
        text=rendered("report-in", "text", data),
        link=return_links.link_for(work, owed, person)[0],
    )
    work.send(
        person,
        "report-in",
        message,
        post="",  # theirs, whatever they are to it: messages to a post do not reach those who contribute to it
        key=f"report-in:{owed.record}:{owed.sent}",
        record=owed.record,
        why="what was sent in has arrived",
        source="",
    )
