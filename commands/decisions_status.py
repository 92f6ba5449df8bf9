"""Who is told of a decision: each seat that decides is asked, the chair and the business manager see how it stands.

Their message is kept true with every press. Once it has ended, everybody who was asked hears what came of it, with
dissent and its reasons.
"""

from storage.arrangements.decisions import VALUES
from storage.records import outbox, people, polls
from storage.records.message import Button, Less, Message
from storage.records.polls import Poll

from . import decisions_kept as kept
from . import decisions_words as words
from . import poll_links
from .chasing_letters import goes_at, with_chat
from .saying import SAY
from .words import rendered
from .work import Work

ASKED, STATUS, TAKEN = "decision-asked", "decision-status", "decision-taken"
"""The messages: a seat is asked; how it stands, kept true; what came of it."""


# Asked


def ask_all(work: Work, poll: Poll) -> None:
    """Asks whoever is in each seat that decides; those of seats with nobody are in the chair's message."""
    for seat in polls.seats(work.scope, poll):
        if seat.decides:
            _ask(work, poll, seat.post)


def _ask(work: Work, poll: Poll, post: str) -> None:
    person = people.in_post(work.scope, post, work.today, group=poll.group)
    if person is None:
        return
    chat = bool(with_chat(work, [person]))
    link = "" if chat or "pages" not in work.ways else poll_links.link_for(work, poll, person)[0]
    rule = kept.rule(poll)
    data: dict[str, object] = {
        "name": poll.name,
        "recommends": rule.recommends and not rule.sent_on_from,
        "title": work.arrangements.title(post),
        "text": kept.proposal(work, poll),
        "until": words.closes(work, poll),
        "rule": words.rule_lines(work, poll),
        "before": _before(work, poll) if rule.sent_on_from else [],
        "chat": chat,
        "link": bool(link),
        "which": words.which(poll),
        "partnership": work.arrangements.short,
    }
    message = Message(
        title=rendered(ASKED, "title", data),
        text=rendered(ASKED, "text", data),
        buttons=answer_buttons(poll, post) if chat else (),
        link=link,
    )
    work.send(
        person,
        ASKED,
        message,
        post=post,
        key=f"{ASKED}:{poll.record}:{poll.generation}:{post}:{person}",
        record=poll.record,
        why="its seat decides, and a decision is asked for",
        source=rule.source,
        not_before=goes_at(work),
        expires_at=poll.closes_at,
    )


def _before(work: Work, poll: Poll) -> list[str]:
    """What came of the decision that was sent on, for those to whom it goes: numbers, dissent and its reasons."""
    first = polls.find(work.scope, polls.DECISION, kept.rule(poll).sent_on_from)
    if first is None:
        return []
    seats = words.seats_of(work, first)
    named = [*words.named(work, first, "disagree"), *words.named(work, first, "reservation")]
    return [f"Before, in {first.name}: {words.counts(seats)}.", *named]


def answer_buttons(poll: Poll, post: str, *, titled: str = "") -> tuple[Button, ...]:
    """The four answers of a seat; `titled` names the post, where somebody decides in several."""
    after = f": {titled}" if titled else ""
    return tuple(
        Button(
            label=f"{words.LABELS[value]}{after}"[:LABEL],
            does="decision.answer",
            form={**words.about(poll), "post": post, "value": value},
        )
        for value in VALUES
    )


LABEL = 70
"""A button's label is no longer than this."""


# Kept true


def changed(work: Work, poll: Poll) -> None:
    """Brings the message of the chair and of the business manager up to date; whatever changes a decision calls it."""
    work.scope.session.flush()
    told: set[str] = set()
    for post in _leads(work, poll):
        person = work.reach(post, poll.group)[0]
        if person is not None and person not in told:
            told.add(person)
            _keep(work, poll, post)


def _leads(work: Work, poll: Poll) -> list[str]:
    chair, manager = words.group_of(work, poll).chair, work.arrangements.secretariat.business_manager
    return [post for post in dict.fromkeys((chair, manager)) if post]


def _keep(work: Work, poll: Poll, post: str) -> None:
    seats = words.seats_of(work, poll)
    open_ = poll.state == "open"
    data: dict[str, object] = {
        "name": poll.name,
        "heading": words.heading(poll),
        "open": open_,
        "until": words.closes(work, poll),
        "text": kept.proposal(work, poll),
        "counts": words.counts(seats),
        "all_in": all(each.value for each in seats),
        "after": words.result_lines(work, poll),
    }
    show = Button(label="Show it", does=SAY, form={"line": f"decision show {words.which(poll)}"})
    close = Button(label="Close it now", does="decision.close", form=words.about(poll))
    work.say(
        STATUS,
        post=post,
        key=f"{STATUS}:{poll.record}:{post}",
        record=poll.record,
        data=data,
        why="how a decision stands, kept true",
        source=kept.rule(poll).source,
        fields=words.seat_fields(work, poll) if open_ else (),
        buttons=(show, close) if open_ else (show,),
        live=True,
        by_mail=Less(
            title=f"{poll.name} has been opened",
            text=f"It closes at {words.closes(work, poll)}. How it stands changes with each answer, so it is not "
            f"written in letters; you hear what came of it. In chat write: decision show {words.which(poll)}",
        ),
    )


# What came of it


def tell_ended(work: Work, poll: Poll) -> int:
    """Tells all who were asked, the chair and the business manager what came of it; gives how many people that are.

    Whoever was asked by a message that has not gone out yet is not asked any more, nor told that it was withdrawn.
    """
    work.scope.session.flush()
    because = "it is not open any more"
    asked = outbox.keys_of(work.scope, f"{ASKED}:{poll.record}:{poll.generation}:")
    never = {who for who, keys in asked.items() if outbox.take_back(work.scope, keys, because, work.now)}
    told: set[str] = set()
    for post in [*_posts_told(work, poll), *_leads(work, poll)]:
        person = people.in_post(work.scope, post, work.today, group=poll.group)
        if person is None or person in told or (poll.state == "cancelled" and person in never):
            continue
        told.add(person)
        _tell(work, poll, post, person, leads=post in _leads(work, poll))
    return len(told)


def _posts_told(work: Work, poll: Poll) -> list[str]:
    """The seats that were asked; where it had been sent on, also those of the decision that it came from."""
    found = [each.post for each in words.seats_of(work, poll)]
    before = polls.find(work.scope, polls.DECISION, kept.rule(poll).sent_on_from) if poll.question else None
    return found + ([each.post for each in words.seats_of(work, before)] if before is not None else [])


def _tell(work: Work, poll: Poll, post: str, person: str, *, leads: bool) -> None:
    data: dict[str, object] = {
        "heading": words.heading(poll),
        "text": kept.proposal(work, poll),
        "lines": words.result_lines(work, poll),
        "which": words.which(poll),
        "partnership": work.arrangements.short,
    }
    work.send(
        person,
        TAKEN,
        Message(
            title=rendered(TAKEN, "title", data),
            text=rendered(TAKEN, "text", data),
            buttons=next_buttons(work, poll) if leads else (),
        ),
        post=post,
        key=f"{TAKEN}:{poll.record}:{poll.generation}:{poll.state}:{person}",
        record=poll.record,
        why="they were asked, chair the group, or are the business manager",
        source=kept.rule(poll).source,
        not_before=goes_at(work),
    )


def next_buttons(work: Work, poll: Poll) -> tuple[Button, ...]:
    """What can be done with a decision that has come to nothing: the step that our arrangements name."""
    if not words.may_be_sent_on(poll):
        return ()
    return (Button(label="Send it on, as our arrangements say", does="decision.send-on", form=words.about(poll)),)
