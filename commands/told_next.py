"""Who is told next, as duties: each step looks again whether somebody has answered, and who is in the post now."""

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.arrangements.reminders import Ask
from storage.records import incidents, people, tellings
from storage.records.duties import Duty
from storage.records.incidents import Case
from storage.records.message import Button, Less, Message, MessageField
from storage.records.tellings import Telling

from . import alerting
from .alerting import ALERT, ANSWERS_SAID, RING, agency_of, record_of
from .case_status import bring_up_to_date, keep_status
from .cases import clock_words, pathway_of
from .words import rendered
from .work import NOBODY, Work

OVER = "not asked: somebody has answered, or nothing is asked any more"


def _of(work: Work, duty: Duty) -> tuple[Case, Telling] | None:
    """The case and the telling of a duty, where that round still waits for an answer."""
    _, reference, post = duty.record.split(":", 2)
    work.note(duty.record, part=duty.part)
    case = incidents.find(work.scope, reference)
    telling = tellings.find(work.scope, reference, post)
    if case is None or telling is None or case.closed_at is not None or telling.round != duty.generation:
        return None
    return case, telling


def step(work: Work, duty: Duty) -> str:
    """The handler of a step: tells whoever is next, and where that is nobody goes on to the step after it at once."""
    found = _of(work, duty)
    if found is None or found[1].state != "told":
        return OVER
    case, telling = found
    place, _, how = duty.part.partition(":")
    done = _STEPS[how](work, case, telling, int(place))
    if not done:
        alerting.note(work, case.reference, telling.post, f"{how}: nobody")
        alerting.next_at_once(work, telling, after=int(place))
    keep_status(work, case)
    return f"told: {how}" if done else f"nobody to tell: {how}"


def _again(work: Work, case: Case, telling: Telling, place: int) -> bool:
    told = alerting.persons(work, telling)
    for person in told:
        _say_again(work, case, telling, person, place)
    return bool(told)


def _deputy(work: Work, case: Case, telling: Telling, place: int) -> bool:
    told = alerting.deputies(work, telling)
    for person in told:
        alerting.note(work, case.reference, telling.post, "deputy", person=person)
        alerting.alert_to(work, case, telling, person)
    return bool(told)


def _written(work: Work, case: Case, telling: Telling, place: int) -> bool:
    """Mail and text to everybody who was told in this round, by whatever of the two there is."""
    ways = [way for way in ("mail", "text") if way in work.ways]
    found = False
    for person in [*alerting.persons(work, telling), *alerting.deputies(work, telling)]:
        for way in ways:
            found |= _write(work, case, telling, person, way)
    return found


def _write(work: Work, case: Case, telling: Telling, person: str, way: str) -> bool:
    who = people.get(work.scope.session, person)
    if who is None or (way == "text" and not who.telephone):
        return False
    pathway = pathway_of(work, case)
    data = alerting.words_for(work, case, pathway) | {"ring": _handler_number(work, case)}
    words = alerting.alert_words(work, case, telling, person)
    message = words.model_copy(update={"by_text": rendered("incident-by-text", "text", data)})
    work.send(
        person,
        ALERT,
        message,
        post=alerting.entitled(work, telling.post).get(person, telling.post),
        key=f"{ALERT}-by-{way}:{case.reference}:{telling.post}:{telling.round}:{person}",
        record=case.record,
        why="mail and text, since nobody has answered",
        source=pathway.told_next.source,
        lane="alert",
        through=way,
    )
    alerting.note(work, case.reference, telling.post, "written", person=person, way=way)
    return True


def _handler_number(work: Work, case: Case) -> str:
    post = pathway_of(work, case).handler
    number = alerting.number_of(work, post)
    return f"{work.arrangements.title(post)}{f', {number}' if number else ''}"


def _senior(work: Work, case: Case, telling: Telling, place: int) -> bool:
    """The agency's senior hears that their agency has not answered: no reference, no kind, no details."""
    agency = work.arrangements.posts_by_id[telling.post].agency
    for partner in work.arrangements.partners:
        if partner.senior and (partner.lead == telling.post or partner.agency == agency):
            person = people.in_post(work.scope, partner.senior, work.today, at=work.hour)
            if person is None:
                continue
            data = alerting.words_for(work, case, pathway_of(work, case)) | {
                "post": work.arrangements.title(telling.post),
                "ring": _handler_number(work, case),
            }
            title, text = (rendered("incident-senior", part, data) for part in ("title", "text"))
            work.send(
                person,
                "incident-senior",
                Message(title=title, text=text, tone="alert", by_mail=Less(title=title, text=text)),
                post=partner.senior,
                key=f"incident-senior:{case.reference}:{telling.post}:{telling.round}",
                record=record_of(telling),
                why="the agency has not answered an alert",
                source=pathway_of(work, case).told_next.source,
                lane="alert",
                about_case=False,
            )
            alerting.note(work, case.reference, telling.post, "senior", person=person)
            return True
    return False


def _ring(work: Work, case: Case, telling: Telling, place: int) -> bool:
    """Asks a human to ring, now and again until somebody records what was said."""
    _ask_to_ring(work, case, telling, 1)
    return True


_STEPS: dict[str, Callable[[Work, Case, Telling, int], bool]] = {
    "again": _again,
    "deputy": _deputy,
    "written": _written,
    "senior": _senior,
    "ring": _ring,
}


def ring(work: Work, duty: Duty) -> str:
    """The handler of an hour that has passed without anybody recording what was said."""
    found = _of(work, duty)
    if found is None or found[1].state != "told":
        return OVER
    case, telling = found
    return _ask_to_ring(work, case, telling, int(duty.part))


def _ask_to_ring(work: Work, case: Case, telling: Telling, number: int) -> str:
    """Asks once, until the next time: what reached nobody by then would only stand in the way of what comes after."""
    pathway = pathway_of(work, case)
    following = work.now + timedelta(minutes=pathway.told_next.ring_every)
    about = {"reference": case.reference, "post": telling.post}
    data = alerting.words_for(work, case, pathway) | {
        "post": work.arrangements.title(telling.post),
        "since": clock_words(work, telling.told_at),
        "number": number,
    }
    numbers = "\n".join(_numbers(work, telling))
    title, text = (rendered("incident-ring", part, data) for part in ("title", "text"))
    told = work.say(
        "incident-ring",
        post=pathway.handler,
        key=f"incident-ring:{case.reference}:{telling.post}:{telling.round}:{number}",
        record=case.record,
        data=data,
        why="nobody of the agency has answered: somebody has to be rung",
        source=pathway.told_next.source,
        lane="alert",
        tone="alert",
        fields=[MessageField(label=agency_of(work, telling), value=numbers)],
        by_mail=Less(title=title, text=f"{text}\n\n{numbers}"),
        buttons=[
            Button(label=f"Recorded: {words}", does="incident.said", form=about | {"said": id_})
            for id_, words in ANSWERS_SAID.items()
        ],
        expires_at=following,
    )
    if "mail" in work.ways:
        letter = Less(title=title, text=f"{text}\n\n{numbers}")
        _write_to_whoever_rings(work, case, telling, number, letter, following)
    alerting.note(work, case.reference, telling.post, "asked to ring" if told != NOBODY else "nobody to ask to ring")
    ask = Ask(
        RING, str(number + 1), following, telling.post, "asked for until somebody records what was said", "chosen"
    )
    work.owe_also(record_of(telling), telling.round, [ask])
    return "told" if told != NOBODY else f"{NOBODY}; asked again later"


def _write_to_whoever_rings(
    work: Work, case: Case, telling: Telling, number: int, words: Less, following: datetime
) -> None:
    """The same by mail, in case the chat is away: the last step has to reach a human."""
    pathway = pathway_of(work, case)
    person, absent = work.reach(pathway.handler, at=work.hour)
    if person is None:
        return
    work.send(
        person,
        "incident-ring",
        Message(title=words.title, text=words.text, tone="alert", by_mail=words),
        post=work.arrangements.secretariat.business_manager if absent else pathway.handler,
        key=f"incident-ring-by-mail:{case.reference}:{telling.post}:{telling.round}:{number}",
        record=case.record,
        why="nobody of the agency has answered: somebody has to be rung",
        source=pathway.told_next.source,
        lane="alert",
        through="mail",
        expires_at=following,
    )


def _numbers(work: Work, telling: Telling) -> list[str]:
    """Everybody who can be rung for a post, with the numbers that are known."""
    lines = []
    post = work.arrangements.posts_by_id[telling.post]
    if post.telephone:
        lines.append(f"{post.title}: {post.telephone}")
    for person in alerting.entitled(work, telling.post):
        who = people.get(work.scope.session, person)
        if who is not None:
            lines.append(f"{who.name}: {who.telephone or 'no number is entered'}")
    return lines or ["Nobody is entered and no number is known: use the agency's switchboard."]


def woken(work: Work, duty: Duty) -> str:
    """The handler of the morning after a silent night."""
    found = _of(work, duty)
    if found is None or found[1].state != "silent":
        return OVER
    case, telling = found
    alerting.wake(work, case, telling)
    bring_up_to_date(work, case)
    return "told: the night is over"


def lapsed(work: Work, duty: Duty) -> str:
    """The handler of a promise whose time has come: where nobody said that they rang, they are asked again."""
    found = _of(work, duty)
    if found is None or found[1].state != "answered" or found[1].kept_at is not None:
        return OVER
    case, telling = found
    if telling.promised_at is None or telling.promised_at > work.now:
        return "not asked: another time was said since"
    person = telling.answered_by
    alerting.note(work, case.reference, telling.post, "lapsed", person=person, by=telling.promised_at)
    telling.round += 1
    telling.answer, telling.answered_by, telling.answered_at, telling.promised_at = "", "", None, None
    alerting.begin_round(work, case, telling)
    bring_up_to_date(work, case)
    return "told: what was promised has not been recorded as done"


def _say_again(work: Work, case: Case, telling: Telling, person: str, place: int) -> None:
    """The alert once more, as a message of its own: a live one that stands there would not be heard."""
    pathway = pathway_of(work, case)
    words = alerting.alert_words(work, case, telling, person)
    data = alerting.words_for(work, case, pathway) | {"since": clock_words(work, telling.told_at)}
    again = words.model_copy(
        update={"title": rendered("incident-again", "title", data), "text": rendered("incident-again", "text", data)}
    )
    work.send(
        person,
        "incident-again",
        again,
        post=alerting.entitled(work, telling.post).get(person, telling.post),
        key=f"incident-again:{case.reference}:{telling.post}:{telling.round}:{place}:{person}",
        record=case.record,
        why="nobody has answered yet",
        source=pathway.told_next.source,
        lane="alert",
    )
    alerting.note(work, case.reference, telling.post, "again", person=person)
