"""Answering: a section is saved, the whole is sent in or said to be nothing by exception, and may be taken back.

Whoever answers for what the form names may; that is looked at with every press. What somebody was told is saved is
saved: the answer comes after the commit. Sending in twice counts once.
"""

from typing import Literal

from pydantic import ConfigDict, Field

from storage.arrangements.forms import Filled
from storage.arrangements.phrases import counted, listed
from storage.records import raised
from storage.records.message import Button, Message

from . import (
    becoming,
    chasing,
    filling,
    raising,
    return_contents,
    return_once,
    returning_forms,
    returning_opened,
    returning_signing,
    returning_tells,
    round_status,
)
from . import returning_words as words
from .action import Action
from .refusals import Refusal, Refused
from .returning_opened import About, Opened
from .work import Work

MOST_TOLD = 5
"""So many escalations have a button of their own in the answer; all of them stand in the list of what was raised."""

CameBy = Literal["chat", "web", "on-behalf"]


class Save(About):
    """A section as it was filled in: its fields by name, beside what it is about.

    `section`: the first in which something is wanting, if none is said. `then`: whether the next section follows, or
    the summary. `seen` is the mark of the section as it was shown (returning_opened.mark), empty where the later one
    is to win.
    """

    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    section: str = ""
    then: Literal["on", "check"] = "on"
    seen: str = ""
    shown: str = ""

    @property
    def raw(self) -> dict[str, str]:
        """What was filled in, by the name of its blank."""
        return dict(self.__pydantic_extra__)


class Send(About):
    """What one owes is sent in; `came_by` is the way: in chat, or on our own page."""

    came_by: Literal["chat", "web"] = "chat"


# Saving


def _save(work: Work, form: Save) -> Message:
    opened = returning_opened.hold(work, form)
    filled, section = save(work, opened, form)
    return following(work, opened, filled, section, then=form.then)


def save(work: Work, opened: Opened, form: Save) -> tuple[Filled, str]:
    """Keeps a section in the draft; gives the draft, and the section's id. Raises Refused with every mistake."""
    returning_forms.refuse_locked(work, opened)
    before = returning_opened.begun(work, opened)
    asked = filling.sections(opened.form, before, joint=opened.joint)
    section = next((each for each in asked if form.section in ("", each.id)), None)
    if section is None:
        raise Refused(Refusal("This section is not asked.", "section", "Open the form anew."))
    read = filling.read(work, opened.form, section, form.raw)
    problems = list(read.problems)
    if returning_forms.is_another(work, opened, section, before, form.seen, form.raw):
        problems.append(words.changed_meanwhile(work, opened, section, before))
    if problems:
        raise Refused(*problems)
    filled = {**before, **read.filled}
    return_contents.keep_draft(work, opened.owed, filled)
    work.note(opened.owed.record, section=section.id)
    round_status.changed(work, opened.round_)
    return filled, section.id


def following(
    work: Work, opened: Opened, filled: Filled, section: str, *, then: str, action: str = words.SAVE
) -> Message:
    """What comes after a section was saved: the form of the next one, or the summary after the last."""
    asked = [each.id for each in filling.sections(opened.form, filled, joint=opened.joint)]
    after = asked[asked.index(section) + 1 :] if section in asked else []
    if then == "on" and after:
        return returning_forms.next_form(work, opened, after[0], action)
    return words.summary(work, opened, filled, for_them=action == words.FOR_THEM)


# Sending in


def _send(work: Work, form: Send) -> Message:
    return send(work, returning_opened.hold(work, form), form.came_by)


def send(work: Work, opened: Opened, came_by: CameBy) -> Message:
    """Sends in what is filled in. Raises Refused with all that is wanting, each by its question."""
    returning_forms.refuse_locked(work, opened)
    filled = returning_opened.begun(work, opened)
    problems = filling.wanting(work, opened.form, filled, joint=opened.joint)
    if problems:
        raise Refused(*problems)
    sent = filling.to_send(opened.form, filled, joint=opened.joint)
    for line in words.answers(work, opened, sent).splitlines():
        work.changed(line.removeprefix("- "))
    if names := words.asked_back(work, opened, sent):
        work.changed(names)
    return_contents.keep_sent(work, opened.owed, sent)
    return came_in(work, opened, sent, came_by)


def _nothing(work: Work, form: Send) -> Message:
    return nothing(work, returning_opened.hold(work, form), form.came_by)


def nothing(work: Work, opened: Opened, came_by: CameBy) -> Message:
    """Says that there is nothing by exception. What was filled in stays as a draft; what is open stays open."""
    returning_forms.refuse_locked(work, opened)
    if not opened.form.nothing:
        raise Refused(f"{opened.name} has no such answer: please fill it in.")
    work.changed(f"{opened.title}, for {opened.round_.name}", after=f'sent in as "{opened.form.nothing}"')
    stands = [each for each in raised.every(work.scope, who=opened.owed.who) if each.came_from != opened.owed.record]
    if stands:
        work.changed(f"{counted(len(stands), 'escalation')} of yours", after="stays open and on the agenda")
    draft = returning_opened.filled_in(work, opened.owed)
    if draft:
        work.changed("What is filled in so far", after="is not sent, and is kept while this round lasts")
    return_contents.keep_sent(work, opened.owed, {})
    if draft:
        return_contents.keep_draft(work, opened.owed, draft)
    return came_in(work, opened, {}, came_by, by_exception=True)


def came_in(work: Work, opened: Opened, sent: Filled, came_by: CameBy, *, by_exception: bool = False) -> Message:
    """Everything that follows when an answer has come in; gives the answer to whoever sent it."""
    owed = opened.owed
    owed.state, owed.by_exception, owed.came_by = "answered", by_exception, came_by
    owed.answered_at, owed.answered_by = work.now, work.actor.id
    owed.signed_off_by, owed.signed_off_at, owed.approved_by, owed.approved_at = "", None, "", None
    work.scope.session.add(owed)
    chasing.release(work, owed, "it has come in")
    told = returning_signing.ask(work, opened) if opened.waits_for_signature else counts(work, opened, sent)
    round_status.changed(work, opened.round_)
    if came_by != "on-behalf":
        work.can_be_taken_back(words.TAKE_BACK, dict(opened.about), f"sending in {opened.title}")
    if came_by == "web":
        returning_tells.receipt(work, opened, told)
    return _answer(work, opened, told)


def counts(work: Work, opened: Opened, sent: Filled) -> str:
    """What was sent in counts from now on: it becomes business. Words of what it became."""
    told = becoming.sent_in(work, opened.round_, opened.owed, opened.form, sent)
    elsewhere = return_once.answered_once(work, opened.owed, sent)
    once = f"It counts for {listed(elsewhere)} too, as both have recorded." if elsewhere else ""
    return "\n".join(filter(None, (told, once)))


def _answer(work: Work, opened: Opened, told: str) -> Message:
    said = [words.about(opened)]
    said += [opened.form.nothing] if opened.owed.by_exception else []
    said += [told] if told else []
    if opened.owed.came_by == "on-behalf":
        back = Button(label="Open it again", does=words.REOPEN, form=opened.about)
    else:
        back = Button(label="Take it back", does="undo")
        said.append("Until it is approved it can be taken back and changed.")
    return Message(title=f"{opened.title} is sent in", text="\n".join(said), buttons=(*_tell_now(work, opened), back))


def _tell_now(work: Work, opened: Opened) -> list[Button]:
    """For each escalation that it has raised and that stands: the chair of the group above can be told at once."""
    stands = [each for each in raised.every(work.scope, who=opened.owed.who) if each.came_from == opened.owed.record]
    buttons = []
    for row in stands[:MOST_TOLD]:
        group = raising.above(work, row)
        if group is not None and row.told_now_at is None:
            which = f": {row.number}" if len(stands) > 1 else ""
            label = f"Tell the {group.name}'s chair now{which}"
            buttons.append(Button(label=label, does=raising.TELL_NOW.name, form={"number": str(row.number)}))
    return buttons


# Taking back


def _take_back(work: Work, form: About) -> Message:
    opened = returning_opened.hold(work, form)
    owed = opened.owed
    if opened.round_.state != "open":
        returning_forms.refuse_locked(work, opened)
    if owed.state == "approved":
        raise Refused(f"{opened.title} is approved. The business manager can open it again, because.")
    if owed.state != "answered":
        raise Refused(f"{opened.title} has not been sent in: there is nothing to take back.")
    elsewhere = reopen(work, opened, "taken back by whoever sent it in", taken_back=True)
    told = becoming.taken_back(work, opened.round_, owed)
    work.changed(opened.title, before="sent in", after="taken back; what was filled in is kept as a draft")
    text = f"What was filled in is kept, and counts once you send it in again. {words.about(opened)}"
    return Message(
        title=f"{opened.title} is taken back",
        text="\n".join(filter(None, (text, told, elsewhere))),
        buttons=(words.fill_in_button(opened, "Go on with it"),),
    )


def reopen(work: Work, opened: Opened, because: str, *, taken_back: bool = False) -> str:
    """Opens what was sent in again: it can be filled in and is asked for, from what was sent in.

    Gives in words what became of it at other partnerships for which it was answered too.
    """
    owed = opened.owed
    elsewhere = return_once.opened_again(work, owed, taken_back=taken_back)
    owed.state, owed.reopened_because = "reopened", because
    owed.signed_off_by, owed.signed_off_at, owed.approved_by, owed.approved_at = "", None, "", None
    work.scope.session.add(owed)
    chasing.owe_chase(work, opened.round_, owed, after=work.now)
    round_status.changed(work, opened.round_)
    return elsewhere


ACTIONS = (
    Action(words.SAVE, Save, _save, {}, "fill in a section of a report or an audit that one owes", own="owed"),
    Action(words.SEND, Send, _send, {}, "send in a report or an audit that one owes", own="owed"),
    Action(words.NOTHING, Send, _nothing, {}, "say that there is nothing to report by exception", own="owed"),
    Action(words.TAKE_BACK, About, _take_back, {}, "take back what one has sent in, until it is approved", own="owed"),
)
