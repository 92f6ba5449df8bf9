"""How people are reached about what they owe: in chat with buttons, by mail with a personal link; letters of reminder.

One letter a day goes to one person, of everything that they owe; at most three reminders in a week go by mail. What a
large round sends goes out one by one, so that nothing else waits behind it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from zlib import crc32

from storage.records import duties, outbox, people, returns
from storage.records.duties import Duty
from storage.records.message import Button, Message
from storage.records.outbox import IN_TURN, POST
from storage.records.returns import Owed, Round

from . import respondents, return_forms, return_links
from .places import MAIL
from .return_words import names_of
from .saying import SAY
from .words import rendered
from .work import NOBODY, Work

ASKED, REMINDER, NOTICE = "report-asked", "report-reminder", "report-notice"
"""The messages: somebody is asked, is reminded, is told that an answer of others is not in."""

PROMPTS = (ASKED, REMINDER, NOTICE)
"""What counts as a prompt, beside the lines of the daily note."""

WEEK = timedelta(days=7)
"""Over so many days prompts are counted for each person."""

MOST_LETTERS = 3
"""So many reminders in a week go to one person by mail; chosen. What a person presses is sent all the same."""

MOST_BUTTONS = 5
"""So many of what somebody owes have a button of their own; of more there is one that shows all."""

CHATLESS = ("mail", "text")
"""The doors that have no buttons."""

OPENS, SHUTS = time(7), time(19)
"""Between these hours of an open day messages about what is owed go out, local time; chosen."""

LARGE = 25
"""In a round of more than this many, asking and reminding goes in turn: beside all else, which does not wait for it."""

EACH = timedelta(seconds=3)
"""How far apart those of a large round are asked, on average: four hundred take twenty minutes."""


def has_chat(work: Work, person: str) -> bool:
    """Whether somebody is reached first at a door with buttons."""
    return bool(with_chat(work, [person]))


def with_chat(work: Work, persons: Iterable[str]) -> set[str]:
    """Those of some people who are reached first at a door with buttons: not whoever has chosen mail."""
    found = people.with_account(work.scope.session, persons, besides=CHATLESS)
    return found - people.chose(work.scope.session, found, MAIL) if found and MAIL in work.ways else found


def post_words(work: Work, post: str) -> str:
    """A post with whoever is in it, in words."""
    title = respondents.title_of(work, post)
    found = people.in_post(work.scope, post, work.today)
    person = people.get(work.scope.session, found) if found else None
    return f"{person.name} ({title})" if person is not None and person.name != title else title


def goes_at(work: Work) -> datetime:
    """When a message about what is owed goes out: now in office hours, else in the next open morning."""
    local = work.now.astimezone(work.terms.zone)
    days = work.terms.open_days
    if days.is_working(local.date()) and OPENS <= local.time() < SHUTS:
        return work.now
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return datetime.combine(days.on_or_after(day), OPENS, work.terms.zone).astimezone(UTC)


def in_turn(at: datetime, whose: str, many: int) -> datetime:
    """When one of so many is told or looked at, so that those of a large round do not come all at once."""
    return at if many <= LARGE else at + EACH * (crc32(whose.encode()) % many)


def lane(many: int) -> str:
    """The lane in which one of so many is told."""
    return POST if many <= LARGE else IN_TURN


def end_of_today(work: Work) -> datetime:
    """Midnight after today, local time."""
    return datetime.combine(work.today + timedelta(days=1), time(), work.terms.zone).astimezone(UTC)


# What can be pressed


def buttons_for(round_: Round, owing: Sequence[Owed]) -> tuple[Button, ...]:
    """What somebody may press about what they owe in a round: with one everything, with several the form of each."""
    if len(owing) > MOST_BUTTONS:
        return (Button(label="Show what I owe", does=SAY, form={"line": "return mine"}),)
    if len(owing) > 1:
        return tuple(fill_in(owed, f"Fill in: {owed.name}") for owed in owing)
    [owed] = owing
    about = about_of(owed)
    nothing = return_forms.as_opened(round_).nothing
    found = [fill_in(owed)]
    if nothing:
        found.append(Button(label=nothing[:LABEL], does="return.nothing", form=about))
    found.append(Button(label="This is not for us", does="return.not-us", form=about))
    return tuple(found)


LABEL = 60
"""A button's label is no longer than this."""


def fill_in(owed: Owed, label: str = "Fill it in") -> Button:
    """The button that opens the form of what is owed."""
    return Button(label=label[:LABEL], does="return.save", form=about_of(owed))


def about_of(owed: Owed) -> dict[str, str]:
    """What names one's part of a round on a button."""
    return {"report": owed.report, "place": owed.place, "who": owed.who}


# Reminders


def remind(work: Work, duty: Duty, person: str, owing: Sequence[Owed], to: str) -> str:
    """A step of chasing by mail: to whoever answers what they owe, to others what is not in; once a day to each."""
    if to in ("senior", "partner"):
        return _notice(work, duty, person)
    key = reminder_key(work, person)
    if outbox.find(work.scope, key) is not None:
        return "told already"
    since = work.now - WEEK
    if outbox.count_since(work.scope, [REMINDER], since)[person] >= MOST_LETTERS:
        return f"not asked: {MOST_LETTERS} letters in a week have gone already"
    return send_reminder(work, person, owing, why=duty.why, source=duty.source, at=work.now)


def reminder_key(work: Work, person: str) -> str:
    """The key of the one message of reminder that a person gets on a day."""
    return f"{REMINDER}:{person}:{work.today.isoformat()}"


def send_reminder(work: Work, person: str, owing: Sequence[Owed], *, why: str, source: str, at: datetime) -> str:
    """One message of all that somebody owes and is not in, what is given here included: in chat, else by mail."""
    out = {owed.record: (round_, owed) for round_, owed in respondents.outstanding_for(work, person)}
    for owed in owing:
        round_of = returns.find(work.scope, owed.report, owed.place)
        if round_of is not None:
            out.setdefault(owed.record, (round_of, owed))
    if not out:
        return NOBODY
    items = sorted(out.values(), key=lambda each: (returns.due_day(*each), each[0].name, each[1].who))
    round_, owed = items[0]
    chat = has_chat(work, person)
    message = _reminding(work, items, chat=chat, link="" if chat else _links(work, person, items))
    return work.send(
        person,
        REMINDER,
        message,
        post=owed.post,
        key=reminder_key(work, person),
        record=owed.record if len(items) == 1 else round_.record,
        why=why,
        source=source,
        lane=IN_TURN,
        not_before=at,
    )


def _reminding(work: Work, items: Sequence[tuple[Round, Owed]], *, chat: bool, link: str) -> Message:
    """The words that remind one person of all that they owe."""
    data: dict[str, object] = {
        "items": [_item(work, *each) for each in items],
        "partnership": work.arrangements.short,
        "link": bool(link),
        "chat": chat,
        "manager": work.arrangements.title(work.arrangements.secretariat.business_manager),
    }
    return Message(
        title=rendered(REMINDER, "title", data),
        text=rendered(REMINDER, "text", data),
        buttons=_buttons(items) if chat else (),
        link=link,
    )


def remind_again(work: Work, post: str, person: str, *, nobody: bool) -> Message | None:
    """A reminder worded for somebody who is in a post only now: of all that they owe; None where nothing is out.

    With `nobody` in the post it is for the business manager: of what the post owes, without a link or a form.
    """
    items = respondents.outstanding_of(work, [post]) if nobody else respondents.outstanding_for(work, person)
    if not items:
        return None
    if nobody:
        return _reminding(work, items, chat=True, link="").model_copy(update={"buttons": ()})
    chat = has_chat(work, person)
    return _reminding(work, items, chat=chat, link="" if chat else _links(work, person, items))


def _buttons(items: Sequence[tuple[Round, Owed]]) -> tuple[Button, ...]:
    if len(items) == 1:
        return buttons_for(items[0][0], [items[0][1]])
    if len(items) > MOST_BUTTONS:
        return (Button(label="Show what I owe", does=SAY, form={"line": "return mine"}),)
    return tuple(fill_in(owed, f"Fill in: {owed.name}, {round_.name}") for round_, owed in items)


def _links(work: Work, person: str, items: Iterable[tuple[Round, Owed]]) -> str:
    """The link of what is due first, where there are pages; all the others have theirs, to which its page leads."""
    if "pages" not in work.ways:
        return ""
    found = [return_links.link_for(work, owed, person)[0] for _, owed in items]
    return found[0]


def _item(work: Work, round_: Round, owed: Owed) -> dict[str, object]:
    due = returns.due_day(round_, owed)
    return {
        "name": round_.name,
        "who": owed.name,
        "due": due,
        "late": due < work.today,
        "not_us": owed.not_us == "asked",
    }


def _notice(work: Work, duty: Duty, person: str) -> str:
    """One letter a day to somebody who hears that others' answers are not in: an agency's senior, a partner's lead."""
    key = f"{NOTICE}:{person}:{work.today.isoformat()}"
    if outbox.find(work.scope, key) is not None:
        return "told already"
    data: dict[str, object] = {"items": _not_in(work, duty, person), "partnership": work.arrangements.short}
    message = Message(title=rendered(NOTICE, "title", data), text=rendered(NOTICE, "text", data))
    return work.send(
        person,
        NOTICE,
        message,
        post=duty.post,
        key=key,
        record=duty.record,
        why=duty.why,
        source=duty.source,
    )


def _not_in(work: Work, duty: Duty, person: str) -> list[dict[str, object]]:
    """What is not in of which somebody is told today, by round."""
    posts = respondents.posts_reaching(work, person, people.may_act_for(work.scope, person, work.today)) | {duty.post}
    by_round: dict[str, tuple[Round, list[Owed]]] = {}
    for each in duties.due_alike(work.scope, duty.kind, end_of_today(work), posts=posts):
        owed, round_ = returns.owed_of_record(work.scope, each.record), returns.of_record(work.scope, each.record)
        if each.part.endswith((":senior", ":partner")) and owed and round_ and not owed.is_in:
            by_round.setdefault(round_.record, (round_, []))[1].append(owed)
    return [
        {
            "name": round_.name,
            "names": names_of(owing),
            "due": returns.due_day(round_, owing[0]),
            "contact": post_words(work, owing[0].post) if len(owing) == 1 else "",
        }
        for round_, owing in by_round.values()
    ]
