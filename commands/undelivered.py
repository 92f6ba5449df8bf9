"""What reached nobody, for the business manager: what to do about it; sent again, or put aside once dealt with."""

from pydantic import Field

from storage.records import concerning, outbox, people
from storage.records.message import Button, Message
from storage.records.outbox import Outgoing

from .action import Action, Form
from .message_table import ABOUT
from .people import KEEPS
from .refusals import Refusal, Refused
from .words import hour, short_day
from .work import Work

SHOWN = 8
"""How many are listed at once, the newest first."""


class Again(Form):
    """A message by its key. `anyway`: also where it may have got through already."""

    key: str
    anyway: bool = False


class Seen(Form):
    """A message by its key; or all up to a number, as a list of them ended with."""

    key: str = ""
    until: int = Field(default=0, ge=0)


def listed(work: Work) -> Message:
    """The messages that reached nobody, the newest first: which, to whom, why, and what to do. Of cases no more than
    that it was one."""
    rows = outbox.not_delivered(work.scope)[::-1]
    if not rows:
        return Message(title="Not delivered", text="Every message that was to be sent has reached somebody.")
    lines: list[str] = []
    buttons: list[Button] = []
    for number, row in enumerate(rows[:SHOWN], 1):
        advice, label = _advice(work, row)
        lines += [f"{number}. {_when(work, row)}: {_what(row)}, to {_whom(work, row)}.", f"{_why(row)} {advice}", ""]
        if label:
            form = {"key": row.key} | ({"anyway": "yes"} if row.unsure else {})
            buttons.append(Button(label=f"{label}: {number}", does=AGAIN.name, form=form))
        buttons.append(Button(label=f"Seen: {number}", does=SEEN.name, form={"key": row.key}))
    if len(rows) > SHOWN:
        lines.append(f"There are {len(rows) - SHOWN} more. They follow when these are seen.")
    until = str(max(row.id or 0 for row in rows))
    buttons.append(Button(label="All seen", does=SEEN.name, form={"until": until}))
    return Message(title=f"Not delivered: {len(rows)}", text="\n".join(lines).strip(), buttons=tuple(buttons))


def _when(work: Work, row: Outgoing) -> str:
    local = row.created_at.astimezone(work.terms.zone)
    return f"{short_day(local.date())}, {hour(local)}"


def _what(row: Outgoing) -> str:
    if row.about_case:
        return "a message about a case"
    return ABOUT[row.kind].what if row.kind in ABOUT else "a message"


def _whom(work: Work, row: Outgoing) -> str:
    if row.post:
        return f"the {work.arrangements.title(row.post)}"
    person = people.get(work.scope.session, row.person)
    return person.name if person else "somebody"


def _why(row: Outgoing) -> str:
    reason = row.reason or "nobody could be reached"
    return f"Why: {reason.rstrip('.')}."


def _advice(work: Work, row: Outgoing) -> tuple[str, str]:
    """What to do about a message as things stand now, and the label of the button that sends it again, or none."""
    if row.secret:
        return "Its words are kept nowhere; they can ask for it again.", ""
    if row.kind == "daily-note":
        return "What is still of use stands in their next note.", ""
    if row.expires_at is not None and row.expires_at <= work.now:
        return "Its time is over.", ""
    if not _is_theirs(work, row):
        if row.post and people.in_post(work.scope, row.post, work.today):
            return "Somebody else is in the post now, to whom it would go.", "Send again"
        return "They are no longer in the post. Enter whoever follows with: people enter", ""
    if row.unsure:
        return "It may have got through: ask them first.", "Send anyway"
    known = people.identities(work.scope.session, row.person)
    if known and row.about_case and not any(each.state == "confirmed" for each in known):
        return "They have to confirm who they are: they write confirm, or the administrator does it.", "Send again"
    if not any(not each.gone for each in known):
        return "Invite them to the chat, where they write one word to the bot, or tell them yourself.", "Send again"
    return "Tell them yourself if it cannot wait.", "Send again"


def _is_theirs(work: Work, row: Outgoing) -> bool:
    """Whether the message is still for the person to whom it was to go."""
    if row.post:
        return row.person in people.all_in_post(
            work.scope, row.post, work.today, group=concerning.group_of(row.record), at=work.hour
        )
    held = people.holdings_of(work.scope, row.person, work.today)
    return bool(held) or any(c.person == row.person for c in people.covering_on(work.scope, work.today))


def _find(work: Work, key: str) -> Outgoing:
    row = outbox.find(work.scope, key)
    if row is None or row.state != "failed" or row.kind == outbox.HOME:
        raise Refused(Refusal("This is not among the messages that reached nobody.", want="See: undelivered"))
    return row


def _again(work: Work, form: Again) -> Message:
    row = _find(work, form.key)
    advice, label = _advice(work, row)
    if not label:
        raise Refused(f"It is not sent again. {advice}")
    if row.unsure and not form.anyway:
        raise Refused(Refusal("It may have got through.", want="Ask them; then press: Send anyway"))
    row.state, row.reason, row.unsure = "waiting", "", False
    row.not_before, row.attempts = work.now, 0
    work.scope.session.add(row)
    work.note(f"message:{row.id}", again=True)
    work.alerts += row.lane == "alert"
    return Message(title="It is sent again", text=f"{_what(row).capitalize()}, to {_whom(work, row)}.")


def _seen(work: Work, form: Seen) -> Message:
    if form.key:
        rows = [_find(work, form.key)]
    else:
        rows = [row for row in outbox.not_delivered(work.scope) if (row.id or 0) <= form.until]
    if not rows:
        raise Refused(Refusal("There is nothing to put aside.", want="See: undelivered"))
    for row in rows:
        row.state, row.reason = "dropped", f"not delivered, and seen by the business manager: {row.reason}"
        work.scope.session.add(row)
    work.note(f"message:{rows[-1].id}", seen=len(rows))
    return Message(title="Put aside", text="It is no longer listed as not delivered; the record keeps that it was.")


AGAIN = Action("message.again", Again, _again, KEEPS, "send again what reached nobody")
SEEN = Action("message.seen", Seen, _seen, KEEPS, "put aside what reached nobody")

ACTIONS = (AGAIN, SEEN)
