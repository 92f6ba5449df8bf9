"""A message that waited while its post changed hands, made for whoever is in the post now.

What asks for reports is worded anew, since it says what its reader answers for, and how. A personal link in it is one
of their own; the one before leads nowhere any more for whoever may no longer answer.
"""

from datetime import timedelta

from storage.records import concerning, outbox, returns
from storage.records import links as records
from storage.records.message import Message
from storage.records.outbox import Outgoing

from . import chasing_letters, links, respondents, return_asking, return_links
from .chasing_letters import ASKED, REMINDER
from .refusals import Refused
from .work import Work

NOT_ASKED = "Nothing is asked of that post any more."


def send(work: Work, row: Outgoing) -> None:
    """Stores the message anew for whoever is in its post now; for the business manager where nobody is.

    Raises Refused where nobody else is there, or what it asks for is in.
    """
    at = work.hour if row.lane == "alert" else None
    person, nobody = work.reach(row.post, concerning.group_of(row.record), at)
    if person is None or person == row.person:
        raise Refused("Nobody else is in that post.")
    message = _for(work, row, person, nobody=nobody)
    if message is None:
        raise Refused(NOT_ASKED)
    new = Outgoing(
        **row.model_dump(include=_KEPT),
        key=_key(work, row, person, nobody=nobody),
        message=message.model_dump(mode="json"),
        person=person,
        post=work.arrangements.secretariat.business_manager if nobody else row.post,
        created_at=work.now,
        not_before=work.now,
    )
    if row.shape == "live":
        outbox.keep_true(work.scope, new, work.now)
    else:
        outbox.put(work.scope, new)
    if row.kind == ASKED and row.record.startswith("round:"):
        return_asking.ask_for_the_rest(work, row.record, row.person)
    return_links.end_of_leaver(work, row.person)
    work.alerts += row.lane == "alert"


_KEPT = {"partnership", "lane", "shape", "kind", "record", "about_case", "why", "source", "expires_at"}


def _key(work: Work, row: Outgoing, person: str, *, nobody: bool) -> str:
    """The key for somebody else: the same for whoever was told already, in this way or by themselves."""
    if row.kind == REMINDER and not nobody:
        return chasing_letters.reminder_key(work, person)
    return f"{row.key.removesuffix(f':{row.person}')}:{person}"


def _for(work: Work, row: Outgoing, person: str, *, nobody: bool) -> Message | None:
    """The words for somebody; None where what they ask for is not asked any more."""
    if row.kind == ASKED:
        message = return_asking.again(work, row.record, row.post, person, nobody=nobody)
    elif row.kind == REMINDER:
        message = chasing_letters.remind_again(work, row.post, person, nobody=nobody)
    else:
        return _with_own_link(work, row, person, nobody=nobody)
    return _to_manager(work, row.post, message) if nobody and message is not None else message


def _with_own_link(work: Work, row: Outgoing, person: str, *, nobody: bool) -> Message:
    """The same words with a link of the reader's own, where there is one in them."""
    message = row.words
    link = records.get(work.scope.session, message.link) if message.link else None
    if link is None:
        return message
    if link.purpose != return_links.PURPOSE:
        hours = (link.expires_at - work.now) / timedelta(hours=1)
        id_, code = links.make(work, person, link.purpose, link.record, link.about, hours=hours)
        return message.model_copy(update={"link": id_, "link_code": code})
    owed = returns.owed_of_record(work.scope, link.record)
    if nobody or owed is None:
        return _to_manager(work, row.post, message.model_copy(update={"link": ""}))
    return message.model_copy(update={"link": return_links.link_for(work, owed, person)[0]})


def _to_manager(work: Work, post: str, message: Message) -> Message:
    words = f"Nobody is named as {respondents.title_of(work, post)}, so this comes to you."
    return message.model_copy(update={"text": f"{words}\n\n{message.text}"})
