"""The register of actions: add, list, done; owners are reminded before, on and after the day."""

from datetime import date

from storage.arrangements import reminders
from storage.arrangements.registers import Register
from storage.records import registers
from storage.records.duties import Duty
from storage.records.message import Button, Message
from storage.records.registers import Item

from .action import Action, Form
from .freetext import check_text
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .words import long_day, short_day
from .work import Work

KEEPS: Allowed = {
    Role.BUSINESS_MANAGER: Where.EVERYWHERE,
    Role.CHAIR: Where.EVERYWHERE,
    Role.VICE_CHAIR: Where.EVERYWHERE,
    Role.PARTNER_LEAD: Where.EVERYWHERE,
}


class Add(Form):
    """An action to be entered: what, whose (a post), and by when."""

    title: str
    owner: str
    due: date | None = None


class Number(Form):
    """One action by its number."""

    number: int


class Milestone(Form):
    """A milestone of the definition."""

    milestone: str


def actions_register(work: Work) -> Register:
    """The partnership's register of actions. Raises Refused where its arrangements have none."""
    for register in work.arrangements.registers:
        if register.kind == "actions":
            return register
    raise Refused(
        "Our arrangements do not say where actions are kept, so none can be entered. It can be added to them."
    )


def _add(work: Work, form: Add) -> Message:
    register = actions_register(work)
    problems = [*check_text(form.title, "title")]
    if form.owner not in work.arrangements.posts_by_id:
        problems.append(Refusal(f'There is no post called "{form.owner}".', "owner", "See the posts with: people list"))
    if form.due is not None and form.due < work.today:
        problems.append(Refusal("That day is past.", "due", "Give a day from today on."))
    if not form.title:
        problems.append(Refusal("This is needed.", "title", "Say what is to be done."))
    if problems:
        raise Refused(*problems)
    item = registers.add(
        work.scope, register=register.id, title=form.title, owner=form.owner, due=form.due, now=work.now
    )
    work.note(item.record, owner=item.owner)
    if item.due is not None:
        work.owe(
            item.record, item.generation, reminders.for_item(work.terms.setting, item.owner, item.due, register.source)
        )
    work.can_be_taken_back("action.withdraw", {"number": item.number}, f"entering action {item.number}")
    owner = work.arrangements.title(item.owner)
    by = f"by {long_day(item.due)}" if item.due else "without a date"
    return Message(
        title=f"Action {item.number} is entered",
        text=f"{item.title}\nFor the {owner}, {by}.",
        buttons=(Button(label="Undo", does="undo"),),
    )


def _find(work: Work, form: Number) -> Item:
    item = registers.find(work.scope, actions_register(work).id, form.number)
    if item is None:
        raise Refused(Refusal("There is no action with that number.", "number", "See the list with: action list"))
    work.note(item.record)
    return item


def _done(work: Work, form: Number) -> Message:
    item = _find(work, form)
    if item.state != "open":
        raise Refused(f"Action {item.number} is {item.state} already.")
    _close(work, item, "done")
    work.can_be_taken_back("action.reopen", {"number": item.number}, f"closing action {item.number}")
    return Message(title=f"Action {item.number} is done", text=item.title, buttons=(Button(label="Undo", does="undo"),))


def _withdraw(work: Work, form: Number) -> Message:
    item = _find(work, form)
    _close(work, item, "withdrawn")
    return Message(title=f"Action {item.number} is withdrawn", text=item.title)


def _close(work: Work, item: Item, state: str) -> None:
    item.state, item.closed_at = state, work.now
    work.scope.session.add(item)
    work.release(item.record, ("action-due",), f"the action is {state}")


def _reopen(work: Work, form: Number) -> Message:
    item = _find(work, form)
    if item.state == "open":
        raise Refused(f"Action {item.number} is open already.")
    item.state, item.closed_at, item.generation = "open", None, item.generation + 1
    work.scope.session.add(item)
    if item.due is not None:
        source = actions_register(work).source
        asks = reminders.for_item(work.terms.setting, item.owner, item.due, source, after=work.now)
        work.owe(item.record, item.generation, asks)
    return Message(title=f"Action {item.number} is open again", text=item.title)


def due(work: Work, duty: Duty) -> str:
    """The handler: an action that is due or overdue, said to the post that owns it."""
    _, book, number = duty.record.split(":", 2)
    work.note(duty.record, part=duty.part)
    item = registers.find(work.scope, book, int(number))
    if item is None or item.state != "open" or item.due is None:
        return "not asked: it has been done"
    said = work.line(duty, {"title": item.title, "number": item.number, "due": item.due, "part": duty.part})
    if duty.part.startswith("overdue-"):
        setting = work.terms.setting
        following = reminders.next_overdue(setting, item.due, int(duty.part.removeprefix("overdue-")), work.now)
        ask = reminders.item_overdue(setting, item.owner, item.due, following, duty.source)
        work.owe_also(duty.record, duty.generation, [ask])
    return said


def listed(work: Work) -> Message:
    """The open actions, by date."""
    register = actions_register(work)
    lines = [
        f"{item.number}. {item.title} ({work.arrangements.title(item.owner)}, "
        f"{short_day(item.due) if item.due else 'no date'})"
        for item in registers.items(work.scope, register.id)
    ]
    return Message(title=register.name, text="\n".join(lines) or "No action is open.")


def _milestone_done(work: Work, form: Milestone) -> Message:
    found = next((m for m in work.arrangements.milestones if m.id == form.milestone), None)
    if found is None:
        raise Refused(Refusal("There is no such milestone.", "milestone", "See them with: register list"))
    if found.id in registers.milestones_done(work.scope):
        raise Refused(f"{found.title} is recorded as done already.")
    work.scope.session.add(
        registers.MilestoneDone(partnership=work.scope.partnership, milestone=found.id, on=work.today)
    )
    work.note(f"milestone:{found.id}")
    work.release(f"milestone:{found.id}", ("milestone-due",), "it has been done")
    return Message(title="Recorded as done", text=found.title)


ADD = Action("action.add", Add, _add, KEEPS, "enter an action")
DONE = Action("action.done", Number, _done, KEEPS | {Role.MEMBER: Where.EVERYWHERE}, "close an action as done")
REOPEN = Action("action.reopen", Number, _reopen, KEEPS | {Role.MEMBER: Where.EVERYWHERE}, "open a closed action again")
WITHDRAW = Action("action.withdraw", Number, _withdraw, KEEPS, "withdraw an action entered by mistake")
MILESTONE_DONE = Action(
    "milestone.done",
    Milestone,
    _milestone_done,
    {Role.BUSINESS_MANAGER: Where.EVERYWHERE},
    "record a milestone as done",
)

ACTIONS = (ADD, DONE, REOPEN, WITHDRAW, MILESTONE_DONE)
