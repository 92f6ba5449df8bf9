"""What people are asked now and then about incidents: still in this post? none this month: true?

Each question goes once to whoever holds the post, and who does not answer is named to the business manager.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from storage.arrangements.reminders import Ask
from storage.records import incidents, people, statements, switched
from storage.records.duties import Duty
from storage.records.message import Button, Less, Message
from storage.records.people import Person
from storage.records.statements import Statement

from . import alerting, case_lists
from .action import Action, Form
from .danger import front_door_words
from .permissions import Allowed, Role, Where
from .refusals import Refusal, Refused
from .watching import (
    RECORD,
    asks_on,
    holder_of,
    partner_name,
    pathways_on,
    posts_that_hear,
    quarter_after,
    quarter_of,
    quarter_words,
    told_post_of,
)
from .words import long_day, rendered, short_day
from .work import Work

IN_POST, NONE_THIS_MONTH = "in-post", "none-this-month"
"""The kinds of statement."""

STILL, MONTHLY = "still-in-post", "none-this-month"
"""The duties, and the messages, by which they are asked."""

UNCONFIRMED_AFTER = timedelta(days=14)
"""After so long without an answer somebody counts as not to be reached in their post; chosen."""

UNANSWERED_AFTER = timedelta(days=7)
"""After so long the weekly digest says that the month has not been confirmed; chosen."""

SOURCE = "chosen"

ENTERS: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE}
"""Who may enter what somebody answered by mail or telephone; what is asked of one's own post one answers oneself."""


class InPost(Form):
    """What somebody says of a post: still in it ("yes"), or no longer ("left"). `part` is the quarter, "2027-Q1"."""

    post: str
    part: str
    answer: Literal["yes", "left"]


class NoneThisMonth(Form):
    """What a partner says of a month, "2027-01": there was none ("none"), or one that is not known here ("one")."""

    post: str
    part: str
    answer: Literal["none", "one"]


# Owed


def owe_questions(work: Work) -> None:
    """What is asked this quarter and this month; nothing where no pathway with alerts is on."""
    if not pathways_on(work):
        return
    quarter = quarter_of(work.today)
    asks = [
        Ask(
            STILL,
            f"{quarter_words(quarter)}:{post}",
            asks_on(work, quarter),
            post,
            "asked every quarter of each post that hears of incidents",
            SOURCE,
        )
        for post in posts_that_hear(work)
    ]
    month = work.today.replace(day=1)
    if _was_on_all_of(work, _month_before(month)):
        asks += [
            Ask(
                MONTHLY,
                f"{_month_before(month):%Y-%m}:{post}",
                asks_on(work, month),
                post,
                "asked after each month in which no incident was notified",
                SOURCE,
            )
            for post in _partners_posts(work)
        ]
    work.owe_also(RECORD, 1, asks)


def _partners_posts(work: Work) -> list[str]:
    found = [told_post_of(work, partner) for partner in work.arrangements.partners]
    return list(dict.fromkeys(post for post in found if post is not None))


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _month_after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _was_on_all_of(work: Work, month: date) -> bool:
    """Whether incidents could be notified here from the month's first day on: of a part of it nothing can be said."""
    starts = _midnight(work, month)
    return any(row.on_at <= starts for row in _on(work))


def _on(work: Work) -> list[switched.Switched]:
    ids = {pathway.id for pathway in pathways_on(work)}
    return [row for id_, row in switched.on(work.scope).items() if id_ in ids]


def _midnight(work: Work, day: date) -> datetime:
    return datetime.combine(day, time(), work.terms.zone).astimezone(UTC)


# Asked


def still_in_post(work: Work, duty: Duty) -> str:
    """The handler: asks whoever holds a post whether they still do."""
    part, _, post = duty.part.partition(":")
    work.note(duty.record, part=duty.part)
    if post not in posts_that_hear(work):
        return "not asked: the post no longer hears of incidents"
    holder = holder_of(work, post)
    if holder is None:
        return "not asked: nobody holds the post, and the weekly digest says so"
    _remember(work, IN_POST, part, post, holder)
    data: dict[str, object] = {
        "post": work.arrangements.title(post),
        "partnership": work.arrangements.short,
        "number": holder.telephone or work.arrangements.posts_by_id[post].telephone,
        "days": UNCONFIRMED_AFTER.days,
    }
    form = {"post": post, "part": part}
    message = Message(
        title=rendered(STILL, "title", data),
        text=rendered(STILL, "text", data),
        buttons=(
            Button(label="Yes, I am still in this post", does=STILL_IN_POST.name, form=form | {"answer": "yes"}),
            Button(label="No, I have left it", does=STILL_IN_POST.name, form=form | {"answer": "left"}),
        ),
    )
    return work.send(
        holder.id,
        STILL,
        message,
        post=post,
        key=f"{STILL}:{duty.part}",
        record=duty.record,
        why=duty.why,
        source=duty.source,
        expires_at=_midnight(work, quarter_after(quarter_of(work.today))),
    )


def none_this_month(work: Work, duty: Duty) -> str:
    """The handler: asks a partner to confirm that there was no incident, where none was notified in that month."""
    part, _, post = duty.part.partition(":")
    work.note(duty.record, part=duty.part)
    month = date.fromisoformat(f"{part}-01")
    if post not in _partners_posts(work):
        return "not asked: the post is told for no partner any more"
    if _notified_in(work, month):
        return "not asked: an incident was notified in that month"
    holder = holder_of(work, post)
    if holder is None:
        return "not asked: nobody holds the post, and the weekly digest says so"
    _remember(work, NONE_THIS_MONTH, part, post, holder)
    data: dict[str, object] = {
        "month": _month_words(part),
        "partnership": work.arrangements.short,
        "post": work.arrangements.title(post),
        "help": front_door_words([work.arrangements]),
    }
    title, text = rendered(MONTHLY, "title", data), rendered(MONTHLY, "text", data)
    form = {"post": post, "part": part}
    message = Message(
        title=title,
        text=text,
        buttons=(
            Button(label="Yes, there was none", does=NONE.name, form=form | {"answer": "none"}),
            Button(label="There was one", does=NONE.name, form=form | {"answer": "one"}),
        ),
        by_mail=Less(title=title, text=f"{text}\n\nTo answer, use the chat or write to your business manager."),
    )
    return work.send(
        holder.id,
        MONTHLY,
        message,
        post=post,
        key=f"{MONTHLY}:{duty.part}",
        record=duty.record,
        why=duty.why,
        source=duty.source,
        about_case=True,  # whoever is not asked knows that there was one
        expires_at=_midnight(work, _month_after(work.today.replace(day=1))),
    )


def _remember(work: Work, kind: str, part: str, post: str, asked: Person) -> None:
    if statements.find(work.scope, kind, part, post) is None:
        new = Statement(
            partnership=work.scope.partnership, kind=kind, part=part, post=post, asked_at=work.now, person=asked.id
        )
        work.scope.session.add(new)
        work.scope.session.flush()


def _notified_in(work: Work, month: date) -> bool:
    first, after = _midnight(work, month), _midnight(work, _month_after(month))
    return any(not case.drill and case.opened_at < after for case in incidents.opened_since(work.scope, first))


def _month_words(part: str) -> str:
    return f"{date.fromisoformat(f'{part}-01'):%B %Y}"


# Answered


def _found(work: Work, kind: str, form: InPost | NoneThisMonth) -> Statement:
    """The question, for whoever is in its post, though not for their PA, and for who enters what others answered."""
    manager = work.arrangements.secretariat.business_manager
    may = case_lists.is_in(work, form.post) or case_lists.is_in(work, manager)
    found = statements.find(work.scope, kind, form.part, form.post) if may else None
    if found is None:
        raise Refused(Refusal("Nothing of this kind is asked of you.", "post"))
    work.note(RECORD, statement=kind, part=form.part, post=form.post)
    return found


def _answered(work: Work, row: Statement, answer: str) -> None:
    row.answer, row.answered_at = answer, work.now
    work.scope.session.add(row)
    work.scope.session.flush()


def _in_post(work: Work, form: InPost) -> Message:
    row = _found(work, IN_POST, form)
    said_before = row.answer
    _answered(work, row, form.answer)
    title = work.arrangements.title(form.post)
    if form.answer == "yes":
        return Message(title="Thank you", text=f"It is recorded: the {title} is still in post.")
    if said_before != "left":
        _tell_handlers(work, "post-left", form, {"post": title, "name": alerting.name_of(work, row.person)})
    return Message(
        title="Thank you",
        text=f"It is recorded: the {title} has left. Whoever handles incidents enters the successor; until then please "
        "pass on what still reaches you.",
    )


def _none(work: Work, form: NoneThisMonth) -> Message:
    row = _found(work, NONE_THIS_MONTH, form)
    said_before = row.answer
    _answered(work, row, form.answer)
    month = _month_words(form.part)
    if form.answer == "none":
        return Message(title="Thank you", text=f"It is recorded that there was none in {month}.")
    if said_before != "one":
        _tell_handlers(
            work, "one-not-notified", form, {"post": work.arrangements.title(form.post), "month": month}, cases=True
        )
    return Message(
        title="Please notify it now",
        text="It is recorded that there was one. The clock runs from when people became aware of it, so please "
        "notify it now: write nothing about the child here, only in the form.",
        buttons=(Button(label="Notify it", does="incident.notify"),),
        tone="warning",
    )


def _tell_handlers(
    work: Work, kind: str, form: InPost | NoneThisMonth, data: dict[str, object], *, cases: bool = False
) -> None:
    for pathway in pathways_on(work):
        work.say(
            kind,
            post=pathway.handler,
            key=f"{kind}:{form.part}:{form.post}:{pathway.handler}",
            record=RECORD,
            data=data | {"partnership": work.arrangements.short},
            why="asked now and then, and answered so",
            source=SOURCE,
            tone="warning",
            about_case=cases,
        )


# How it stands


def latest_in_post(work: Work, post: str) -> Statement | None:
    """What the holder of a post was last asked; None where somebody else holds it since, or nobody was asked."""
    row = statements.latest(work.scope, IN_POST, post)
    return row if row is not None and row.person in people.all_in_post(work.scope, post, work.today) else None


def doubted(work: Work, post: str) -> str | None:
    """The person of a post who counts as not to be reached in it: they said that they left, or did not answer."""
    row = latest_in_post(work, post)
    if row is None or row.answer == "yes":
        return None
    return row.person if row.answer == "left" or work.now - row.asked_at > UNCONFIRMED_AFTER else None


def left_or_silent(work: Work) -> list[str]:
    """For the weekly digest: who has said that they left a post, and who has not answered for long."""
    lines = []
    for post in posts_that_hear(work):
        if doubted(work, post) is not None and (row := latest_in_post(work, post)) is not None:
            lines.append(f"{work.arrangements.title(post)}: {_in_post_words(work, row)}")
    return lines


def _in_post_words(work: Work, row: Statement) -> str:
    if row.answer == "left":
        return "has said that they left; enter whoever is in the post now"
    asked = short_day(row.asked_at.astimezone(work.terms.zone).date())
    return f'was asked on {asked} "still in this post?" and has not answered, so counts as not to be reached'


def month_unconfirmed(work: Work) -> list[str]:
    """Of the last month asked about: who has not answered within a week, and who says that there was one.

    That a month was asked about at all says that no incident was notified in it: for people who may know of cases.
    """
    month = f"{_month_before(work.today.replace(day=1)):%Y-%m}"
    lines = []
    for partner in work.arrangements.partners:
        post = told_post_of(work, partner)
        row = statements.find(work.scope, NONE_THIS_MONTH, month, post) if post else None
        if row is None:
            continue
        name = partner_name(work, partner)
        if row.answer == "one":
            lines.append(f"{name} says that there was an incident in {_month_words(month)} that is not known here")
        elif not row.answer and work.now - row.asked_at > UNANSWERED_AFTER:
            asked = long_day(row.asked_at.astimezone(work.terms.zone).date())
            lines.append(f'{name} has not confirmed "none in {_month_words(month)}", asked on {asked}')
    return lines


STILL_IN_POST = Action(
    "watch.in-post",
    InPost,
    _in_post,
    ENTERS,
    "say whether somebody is still in a post that hears of incidents",
    own="post",
)
NONE = Action(
    "watch.none",
    NoneThisMonth,
    _none,
    ENTERS,
    "confirm that there was no incident in a month, or say that there was one",
    needs_confirmed=True,
    own="post",
)

ACTIONS = (STILL_IN_POST, NONE)
