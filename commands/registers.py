"""The register of actions: add, list, say, done; owners are reminded before, on and after the day.

What a report promised is entered here too (becoming.py), and says what it changed for children when it is closed.
"""

from collections.abc import Iterable
from datetime import date, datetime

from storage.arrangements import reminders
from storage.arrangements.registers import Register
from storage.records import people, registers, returns
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

OURS = "actions"
"""The register in which actions are kept where the arrangements name none that fits."""

LONGEST = 500
"""Characters for what is said about an action, and for what it changed."""

EFFECT_WANTED = "This action was promised in a report, so say what it changed for children."


class Add(Form):
    """An action to be entered: what, whose (a post), and by when."""

    title: str
    owner: str
    due: date | None = None


class Number(Form):
    """One action by its number."""

    number: int


class Done(Number):
    """An action that is done, and what it changed for children."""

    effect: str = ""


class Say(Number):
    """An action, and how it stands in a few words; without words what was said before no longer holds."""

    said: str = ""


class Milestone(Form):
    """A milestone of the definition."""

    milestone: str


# Where actions are kept


def actions_register(work: Work) -> Register:
    """The register into which actions are entered by hand: the first of the arrangements, else one of our own."""
    return next((each for each in work.arrangements.registers if each.kind == "actions"), None) or _ours(work)


def _ours(work: Work) -> Register:
    manager = work.arrangements.secretariat.business_manager
    return Register(id=OURS, name="Actions", kind="actions", kept_by=manager, reviewed_at="", source="chosen")


def books(work: Work) -> list[str]:
    """The ids of every register that holds actions. They count their numbers together, so that one names an action."""
    return list(dict.fromkeys([*(each.id for each in work.arrangements.registers if each.kind == "actions"), OURS]))


def book_for(work: Work, group: str) -> str:
    """The register of what is promised to a group: the one that it looks at, else a management group's, else ours."""
    known = [each for each in work.arrangements.registers if each.kind == "actions"]
    for each in known:
        if each.reviewed_at == group:
            return each.id
    groups = work.arrangements.groups_by_id
    for each in known:
        if each.reviewed_at in groups and groups[each.reviewed_at].nature in ("management", "executive"):
            return each.id
    return OURS


def find(work: Work, number: int) -> Item | None:
    """The action with that number; None where there is none."""
    return registers.numbered(work.scope, books(work), number)


def promised_by(work: Work, who: str) -> list[Item]:
    """Every action that one who owes reports has promised in them, whatever became of it, by number."""
    found = (item for item in registers.items(work.scope, state=None) if _came_from(item) == who)
    return sorted(found, key=lambda item: item.number)


def _came_from(item: Item) -> str:
    parts = item.came_from.split(":", 3)
    return parts[3] if len(parts) == 4 and parts[0] == "owed" else ""


def origin(work: Work, item: Item) -> str:
    """In which report an action was promised, in words; empty where it was entered by hand."""
    owed = returns.owed_of_record(work.scope, item.came_from)
    if owed is None:
        return ""
    round_ = returns.of_record(work.scope, item.came_from)
    return f"promised by {owed.name} in: {round_.name if round_ is not None else owed.report}"


# Entering and changing, for whatever knows of an action


def enter(
    work: Work,
    *,
    title: str,
    owner: str,
    due: date | None,
    group: str = "",
    came_from: str = "",
    state: str = "open",
    said: str = "",
    effect: str = "",
    closed_at: datetime | None = None,
) -> Item:
    """Enters an action as it stands. What was to be said of it before now is not made up for.

    `group` is the one to which it was promised, `came_from` the record of the report ("owed:…"). Nothing is checked:
    the texts, and that `owner` is a post, are the caller's to look at.
    """
    book = book_for(work, group) if group or came_from else actions_register(work).id
    item = registers.add(
        work.scope,
        register=book,
        title=title,
        owner=owner,
        due=due,
        now=work.now,
        came_from=came_from,
        beside=books(work),
    )
    item.state, item.said, item.effect = state, said, effect
    item.closed_at = None if state == "open" else closed_at or work.now
    work.scope.session.add(item)
    _owe_from_now(work, item)
    return item


def follow(work: Work, item: Item, *, owner: str, due: date | None) -> None:
    """Brings an open action to another owner or day; whoever owns it is reminded by the new one."""
    if (item.owner, item.due) == (owner, due):
        return
    item.owner, item.due, item.generation = owner, due, item.generation + 1
    work.scope.session.add(item)
    _owe_from_now(work, item)


def close(work: Work, item: Item, state: str, effect: str = "") -> None:
    """Closes an action as "done" or "withdrawn"; nobody is reminded of it any more."""
    item.state, item.closed_at = state, work.now
    item.effect = effect or item.effect
    work.scope.session.add(item)
    work.release(item.record, ("action-due",), f"the action is {state}")


def open_again(work: Work, item: Item) -> None:
    """Opens a closed action again; its owner is reminded of what still lies ahead."""
    item.state, item.closed_at, item.generation = "open", None, item.generation + 1
    work.scope.session.add(item)
    _owe_from_now(work, item)


def _owe_from_now(work: Work, item: Item) -> None:
    """Owes the reminders that lie ahead: the first day after today on which it is overdue among them."""
    asks: Iterable[reminders.Ask] = ()
    if item.state == "open" and item.due is not None:
        source = next((each.source for each in work.arrangements.registers if each.id == item.book), "chosen")
        asks = reminders.for_item(work.terms.setting, item.owner, item.due, source, after=work.now)
        asks = [ask for ask in asks if ask.due > work.now or item.due >= work.today]
    work.owe(item.record, item.generation, asks)


# What people do


def _add(work: Work, form: Add) -> Message:
    problems = [*check_text(form.title, "title")]
    if form.owner not in work.arrangements.posts_by_id:
        problems.append(Refusal(f'There is no post called "{form.owner}".', "owner", "See the posts with: people list"))
    if form.due is not None and form.due < work.today:
        problems.append(Refusal("That day is past.", "due", "Give a day from today on."))
    if not form.title:
        problems.append(Refusal("This is needed.", "title", "Say what is to be done."))
    if problems:
        raise Refused(*problems)
    item = enter(work, title=form.title, owner=form.owner, due=form.due)
    work.note(item.record, owner=item.owner)
    work.can_be_taken_back("action.withdraw", {"number": item.number}, f"entering action {item.number}")
    owner = work.arrangements.title(item.owner)
    by = f"by {long_day(item.due)}" if item.due else "without a date"
    return Message(
        title=f"Action {item.number} is entered",
        text=f"{item.title}\nFor the {owner}, {by}.",
        buttons=(Button(label="Undo", does="undo"),),
    )


def _find(work: Work, form: Number) -> Item:
    item = find(work, form.number)
    if item is None:
        raise Refused(Refusal("There is no action with that number.", "number", "See the list with: action list"))
    work.note(item.record)
    return item


def _done(work: Work, form: Done) -> Message:
    item = _find(work, form)
    if item.state != "open":
        raise Refused(f"Action {item.number} is {item.state} already.")
    problems = list(_wrong_text(form.effect, "effect"))
    if item.came_from and not form.effect:
        want = "A few words, without details of a child; if it changed nothing yet, say so."
        problems.append(Refusal(EFFECT_WANTED, "effect", want))
    if problems:
        raise Refused(*problems)
    close(work, item, "done", form.effect)
    work.can_be_taken_back("action.reopen", {"number": item.number}, f"closing action {item.number}")
    changed = f"\nWhat it changed: {item.effect}" if item.effect else ""
    return Message(
        title=f"Action {item.number} is done",
        text=f"{item.title}{changed}",
        buttons=(Button(label="Undo", does="undo"),),
    )


def _say(work: Work, form: Say) -> Message:
    item = _find(work, form)
    if item.state != "open":
        raise Refused(f"Action {item.number} is {item.state} already.")
    if problems := list(_wrong_text(form.said, "said")):
        raise Refused(*problems)
    before, item.said = item.said, form.said
    work.scope.session.add(item)
    work.can_be_taken_back(
        "action.say", {"number": item.number, "said": before}, f"what was said of action {item.number}"
    )
    stands = f"How it stands: {item.said}" if item.said else "Nothing is said of how it stands."
    return Message(
        title=f"Action {item.number}: noted",
        text=f"{item.title}\n{stands}",
        buttons=(Button(label="Undo", does="undo"),),
    )


def _wrong_text(text: str, field: str) -> Iterable[Refusal]:
    yield from check_text(text, field)
    if len(text) > LONGEST:
        yield Refusal(f"This is longer than {LONGEST} characters.", field, "Say it in fewer words.")


def _withdraw(work: Work, form: Number) -> Message:
    item = _find(work, form)
    close(work, item, "withdrawn")
    return Message(title=f"Action {item.number} is withdrawn", text=item.title)


def _reopen(work: Work, form: Number) -> Message:
    item = _find(work, form)
    if item.state == "open":
        raise Refused(f"Action {item.number} is open already.")
    open_again(work, item)
    return Message(title=f"Action {item.number} is open again", text=item.title)


def due(work: Work, duty: Duty) -> str:
    """The handler: an action that is due or overdue, said to the post that owns it."""
    _, book, number = duty.record.split(":", 2)
    work.note(duty.record, part=duty.part)
    item = registers.find(work.scope, book, int(number))
    if item is None or item.state != "open" or item.due is None:
        return "not asked: it has been done"
    said = work.line(
        duty,
        {
            "title": item.title,
            "number": item.number,
            "due": item.due,
            "part": duty.part,
            "promised": bool(item.came_from),
        },
    )
    if duty.part.startswith("overdue-"):
        setting = work.terms.setting
        following = reminders.next_overdue(setting, item.due, int(duty.part.removeprefix("overdue-")), work.now)
        ask = reminders.item_overdue(setting, item.owner, item.due, following, duty.source)
        work.owe_also(duty.record, duty.generation, [ask])
    return said


def listed(work: Work) -> Message:
    """The open actions, by date, and where each came from; to somebody who only answers for an agency their own."""
    register = actions_register(work)
    seen = [item for item in registers.items(work.scope) if item.book in books(work) and _may_see(work, item)]
    lines = [_line(work, item) for item in seen]
    if register.id == OURS and register not in work.arrangements.registers:
        lines.append("\nOur arrangements name no register of actions, so they are kept in one of our own (chosen).")
    return Message(title=register.name, text="\n".join(lines if seen else ["No action is open.", *lines]))


def _line(work: Work, item: Item) -> str:
    due_words = short_day(item.due) if item.due else "no date"
    late = ", overdue" if item.due is not None and item.due < work.today else ""
    said = f"; how it stands: {item.said}" if item.said else ""
    came = origin(work, item)
    return (
        f"{item.number}. {item.title} ({work.arrangements.title(item.owner)}, {due_words}{late}{said})"
        f"{f', {came}' if came else ''}"
    )


def _may_see(work: Work, item: Item) -> bool:
    """Whoever is in a post of the arrangements sees every action; who answers for an agency alone, what is theirs."""
    person = work.actor.person
    if person is None:
        return True
    posts = posts_acted_for(work, person)
    return item.owner in posts or any(post in work.arrangements.posts_by_id for post in posts)


def posts_acted_for(work: Work, person: str) -> set[str]:
    """The posts that somebody holds, stands in for, answers for or covers today."""
    held = {each.post for each in people.holdings_of(work.scope, person, work.today)}
    return held | {each.post for each in people.covers_on(work.scope, work.today) if each.person == person}


def does_it(work: Work, person: str, number: int) -> bool:
    """Whether an action is somebody's to do: they are in the post that owns it, in whatever capacity."""
    item = find(work, number)
    return item is not None and item.owner in posts_acted_for(work, person)


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


_MEMBERS = KEEPS | {Role.MEMBER: Where.EVERYWHERE}

ADD = Action("action.add", Add, _add, KEEPS, "enter an action")
DONE = Action("action.done", Done, _done, _MEMBERS, "close an action as done", own="action")
SAY = Action("action.say", Say, _say, _MEMBERS, "say how an action stands", own="action")
REOPEN = Action("action.reopen", Number, _reopen, _MEMBERS, "open a closed action again", own="action")
WITHDRAW = Action("action.withdraw", Number, _withdraw, KEEPS, "withdraw an action entered by mistake")
MILESTONE_DONE = Action(
    "milestone.done",
    Milestone,
    _milestone_done,
    {Role.BUSINESS_MANAGER: Where.EVERYWHERE},
    "record a milestone as done",
)

ACTIONS = (ADD, DONE, SAY, REOPEN, WITHDRAW, MILESTONE_DONE)
