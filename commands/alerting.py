"""Telling people of a case, and who is told next when nobody answers.

A case is open until a named human in each agency has said what they will do. What was frozen when a post was told are
the steps and their times; whoever is in the post is looked up at each step.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import Pathway
from storage.arrangements.reminders import Ask
from storage.records import duties, outbox, people, tellings
from storage.records.incidents import Case, CaseStage
from storage.records.message import Button, Less, Message, MessageField
from storage.records.tellings import Said, Telling

from . import links, stage_rules
from .cases import clock_words, deadlines_of, due_words, facts_told, kind_of, pathway_of
from .danger import front_door_words
from .words import rendered
from .work import Work

ALERT = "incident-alert"
STEP, WAKE, LAPSE, RING = "alert-step", "alert-wake", "alert-lapse", "alert-ring"
KINDS = (STEP, WAKE, LAPSE, RING)
"""The duties by which somebody is told next."""

LINK_HOURS = 72
WITHIN = 60
"""Minutes within which somebody rings who presses "I have this"."""

HOW_WORDS = {
    "again": "the same person again",
    "deputy": "the deputy",
    "written": "mail and text",
    "senior": "the agency's senior",
    "ring": "somebody is asked to ring",
}


def record_of(telling: Telling) -> str:
    """The key of what one post is owed about a case."""
    return f"incident:{telling.reference}:{telling.post}"


# Telling


def tell(work: Work, case: Case, posts: Iterable[str]) -> list[str]:
    """Tells posts of a case; returns their titles. Without waking anybody where the case is silent until morning."""
    titles = []
    for post in dict.fromkeys(posts):
        if post not in work.arrangements.posts_by_id or tellings.find(work.scope, case.reference, post):
            continue
        telling = Telling(partnership=case.partnership, reference=case.reference, post=post, told_at=work.now, steps=[])
        work.scope.session.add(telling)
        if case.wake_at is not None and case.wake_at > work.now:
            telling.state = "silent"
            _note(work, telling, "told in silence")
            wake = Ask(WAKE, "wake", case.wake_at, post, "silent until the morning", "chosen")
            work.owe(record_of(telling), telling.round, [wake])
            work.scope.session.flush()
            _alert(work, case, telling)
        else:
            begin_round(work, case, telling)
        titles.append(work.arrangements.title(post))
    work.scope.session.flush()
    return titles


def begin_round(work: Work, case: Case, telling: Telling, to: str = "") -> None:
    """Begins a round of telling: the alert to whoever is in the post (or `to`), and the steps that follow, frozen."""
    pathway = pathway_of(work, case)
    ladder = pathway.told_next
    telling.state, telling.told_at, telling.passed_to = "told", work.now, to
    telling.steps = [{"how": r.how, "at": r.at.isoformat()} for r in ladder.from_when(work.now, work.terms.zone)]
    nobody = not persons(work, telling)
    if nobody:  # there is nobody to tell again: whoever can be rung is next, now
        telling.steps = [step | {"at": work.now.isoformat()} for step in telling.steps if step["how"] in _FOR_NOBODY]
    work.scope.session.add(telling)
    work.scope.session.flush()
    _note(work, telling, "nobody is in the post" if nobody else "told", person=to)
    asks = [
        Ask(
            STEP,
            f"{number}:{step['how']}",
            datetime.fromisoformat(step["at"]),
            telling.post,
            "who is told next when nobody answers",
            ladder.source,
        )
        for number, step in enumerate(telling.steps)
    ]
    work.owe(record_of(telling), telling.round, asks)
    _alert(work, case, telling)


_FOR_NOBODY = ("senior", "ring")


def persons(work: Work, telling: Telling) -> list[str]:
    """Whoever is told first in a round: to whom it was passed, else who is in the post, else who stands in for it."""
    if telling.passed_to and telling.passed_to in entitled(work, telling.post):
        return [telling.passed_to]
    found = people.in_post(work.scope, telling.post, work.today, at=work.hour)
    if found is None and (stand_in := work.arrangements.posts_by_id[telling.post].stand_in):
        found = people.in_post(work.scope, stand_in, work.today, at=work.hour)
    return [found] if found else []


def posts_for(work: Work, post: str) -> list[str]:
    """The posts by which somebody may answer for a post: it, whoever stands in for it, and its partner's deputy."""
    found = [post]
    if stand_in := work.arrangements.posts_by_id[post].stand_in:
        found.append(stand_in)
    found += [p.deputy for p in work.arrangements.partners if p.lead == post and p.deputy]
    return found


def entitled(work: Work, post: str) -> dict[str, str]:
    """Everybody who may have what a post is told, and answer for it, each with the post by which they may."""
    found: dict[str, str] = {}
    for each in posts_for(work, post):
        for person in sorted(people.all_in_post(work.scope, each, work.today, at=work.hour)):
            found.setdefault(person, each)
    return found


def deputies(work: Work, telling: Telling) -> list[str]:
    """Whoever else may answer for a post, beside those who are told first."""
    first = persons(work, telling)
    return [person for person in entitled(work, telling.post) if person not in first]


def _alert(work: Work, case: Case, telling: Telling) -> None:
    for person in persons(work, telling):
        alert_to(work, case, telling, person)


def alert_to(work: Work, case: Case, telling: Telling, person: str, same: "Same | None" = None) -> None:
    """Stores the alert for one person, kept true from then on. `same`: what all alerts about the case say now."""
    pathway = pathway_of(work, case)
    work.send(
        person,
        ALERT,
        alert_words(work, case, telling, person, same),
        post=entitled(work, telling.post).get(person, telling.post),
        key=f"{ALERT}:{case.reference}:{telling.post}:{telling.round}:{person}",
        record=case.record,
        why="told when a serious child safeguarding incident is notified",
        source=pathway.source,
        lane="post" if telling.state == "silent" else "alert",
        live=True,
    )


def keep_true(work: Work, case: Case) -> None:
    """Brings every alert that was told about the case to how things stand: who has answered, and what is to be done."""
    rows = {row.key: row for row in outbox.about(work.scope, case.record, [ALERT])}
    if not rows:
        return
    same = same_for_all(work, case)
    for telling in tellings.of_case(work.scope, case.reference):
        held = entitled(work, telling.post)
        begins = f"{ALERT}:{case.reference}:{telling.post}:{telling.round}:"
        for key, row in rows.items():
            if key.startswith(begins) and row.person in held and row.state != "dropped":
                alert_to(work, case, telling, row.person, same)


def wake(work: Work, case: Case, telling: Telling) -> None:
    """What was silent becomes loud: the first round begins again, aloud."""
    stop(work, telling, "people are woken")
    telling.round += 1
    begin_round(work, case, telling)


def next_at_once(work: Work, telling: Telling, after: int = -1) -> str:
    """Brings the next open step of a round forward to now; returns the reason for the ledger."""
    ahead = [d for d in duties.of_record(work.scope, record_of(telling)) if d.kind == STEP]
    ahead = sorted(
        (d for d in ahead if int(d.part.partition(":")[0]) > after), key=lambda d: int(d.part.partition(":")[0])
    )
    if not ahead:
        return "nobody further is to be told"
    first = ahead[0]
    first.due_at = first.next_at = work.now
    work.scope.session.add(first)
    place = int(first.part.partition(":")[0])
    telling.steps = [s | {"at": work.now.isoformat()} if n == place else s for n, s in enumerate(telling.steps)]
    work.scope.session.add(telling)
    return f"at once: {first.part.partition(':')[2]}"


# Words


def words_for(work: Work, case: Case, pathway: Pathway) -> dict[str, object]:
    """What every message about a case has at hand."""
    door = work.arrangements.front_door
    kind = kind_of(work, case)
    return {
        "reference": case.reference,
        "pathway": pathway.name,
        "kind": kind.name if kind else "",
        "partnership": work.arrangements.short,
        "handler": work.arrangements.title(pathway.handler),
        "front_door": door.name,
        "telephone": door.telephone,
        "help": front_door_words([work.arrangements]),
        "drill": case.drill,
    }


@dataclass(frozen=True)
class Same:
    """What every alert about a case says at one moment: its words' data, the fields at its head, and each agency."""

    data: dict[str, object]
    head: tuple[MessageField, ...]
    agencies: dict[str, MessageField]


def same_for_all(work: Work, case: Case) -> Same:
    """What every alert about a case says now."""
    pathway = pathway_of(work, case)
    data = words_for(work, case, pathway) | {
        "wake_at": clock_words(work, case.wake_at) if case.wake_at else "",
        "ended": case.closed_at is not None,
    }
    pairs = deadlines_of(work, case)
    head = [MessageField(label="Ring", value=whom_to_ring(work, case, pathway))]
    head += [*_call(pathway, pairs), *_by_when(work, case, pairs)]
    agencies = {
        each.post: MessageField(label=f"{agency_of(work, each)}, answer", value=_short_state(work, each))
        for each in tellings.of_case(work.scope, case.reference)
    }
    return Same(data, tuple(head), agencies)


def alert_words(work: Work, case: Case, telling: Telling, person: str, same: Same | None = None) -> Message:
    """The alert as it stands: reference, kind, whom to ring, by when what, who has answered, what can be pressed."""
    same = same or same_for_all(work, case)
    data = same.data | {
        "post": work.arrangements.title(telling.post),
        "silent": telling.state == "silent",
        "again": telling.round > 1,
        "answered": telling.state not in ("told", "silent"),
    }
    fields = [*same.head, *(field for post, field in same.agencies.items() if post != telling.post)]
    if telling.state not in ("told", "silent"):
        fields.append(MessageField(label="Your answer", value=state_of(work, telling)))
    link, code = _link(work, case, telling, person)
    return Message(
        title=rendered(ALERT, "title", data),
        text=rendered(ALERT, "text", data),
        fields=tuple(fields),
        buttons=tuple(_buttons(work, case, telling)),
        tone="plain" if telling.state == "silent" else "alert",
        by_mail=Less(
            title=rendered("incident-by-mail", "title", data), text=rendered("incident-by-mail", "text", data)
        ),
        link=link,
        link_code=code,
    )


def _link(work: Work, case: Case, telling: Telling, person: str) -> tuple[str, str]:
    """The personal link to the page where it is answered, made once in a round; nothing where there are no pages."""
    if "pages" not in work.ways:
        return "", ""
    key = f"{ALERT}:{case.reference}:{telling.post}:{telling.round}:{person}"
    if (known := outbox.find(work.scope, key)) is not None and known.words.link:
        return known.words.link, known.words.link_code
    return links.make(work, person, "answer", case.record, telling.post, hours=LINK_HOURS)


def whom_to_ring(work: Work, case: Case, pathway: Pathway) -> str:
    """Whom to ring about a case: whoever was named when it was told, and its handler."""
    told = facts_told(work, case)
    who = f"{told['ring_who']}, {told['ring_number']}" if told.get("ring_number") else ""
    handler = f"the {work.arrangements.title(pathway.handler)}{_number_of(work, pathway.handler)}"
    return f"{who}; or {handler}" if who else handler


def _number_of(work: Work, post: str) -> str:
    number = number_of(work, post)
    return f", {number}" if number else ""


def number_of(work: Work, post: str) -> str:
    """The telephone number of a post: of whoever is in it, else its own; empty where none is known."""
    person = people.in_post(work.scope, post, work.today, at=work.hour)
    found = people.get(work.scope.session, person) if person else None
    own = work.arrangements.posts_by_id[post].telephone
    return own if work.arrangements.posts_by_id[post].desk and own else (found.telephone if found else "") or own


Pairs = Sequence[tuple[CaseStage, Deadline]]


def _call(pathway: Pathway, pairs: Pairs) -> list[MessageField]:
    """How to join the conference call, while a stage that has one is open."""
    calls = {stage.id for stage in pathway.stages if stage.call}
    if not any(row.stage in calls and row.state == "open" for row, _ in pairs):
        return []
    how = pathway.dial_in or "our arrangements do not say how to join; ask whoever arranges it"
    return [MessageField(label="Conference call", value=how)]


def _by_when(work: Work, case: Case, pairs: Pairs) -> list[MessageField]:
    """The next date that binds somebody; what still waits for something else does not."""
    for row, deadline in pairs:
        if row.state == "open" and deadline.due is not None and not stage_rules.waits_for(work, case, row):
            return [MessageField(label="By when", value=f"{deadline.name}: {due_words(work, deadline)}")]
    return []


def _buttons(work: Work, case: Case, telling: Telling) -> list[Button]:
    if case.closed_at is not None:
        return []
    about = {"reference": case.reference, "post": telling.post}
    found = []
    if telling.state in ("told", "silent"):
        found += [
            Button(
                label="I have this, I will ring within the hour",
                does="incident.answer",
                form=about | {"answer": "have"},
            ),
            Button(label="Known to us", does="incident.answer", form=about | {"answer": "known"}),
            Button(label="Not me tonight: pass to the deputy", does="incident.answer", form=about | {"answer": "pass"}),
        ]
    if telling.state == "answered" and telling.promised_at is not None and telling.kept_at is None:
        found.append(Button(label="I have rung", does="incident.rang", form=about))
    if telling.state in ("answered", "recorded") and telling.knows_child_at is None and not case.drill:
        found.append(Button(label="We know which child is meant", does="incident.knows-child", form=about))
    return found


def agency_of(work: Work, telling: Telling) -> str:
    """What a telling is called: the agency with the post, or the post alone."""
    post = work.arrangements.posts_by_id[telling.post]
    names = {agency.id: agency.name for agency in work.arrangements.agencies}
    return f"{names[post.agency]} ({post.title})" if post.agency in names else post.title


def state_of(work: Work, telling: Telling) -> str:
    """How telling a post stands, for the handler: told, answered (what, by whom), who is told next, which child."""
    child = f"; knows which child since {clock_words(work, telling.knows_child_at)}" if telling.knows_child_at else ""
    match telling.state:
        case "silent":
            return "told in silence; nobody is woken before the morning"
        case "told":
            if not persons(work, telling):
                return f"nobody is in the post, so nobody could be told{_next(work, telling)}{child}"
            return f"told {clock_words(work, telling.told_at)}, not answered yet{_next(work, telling)}{child}"
        case "ended":
            return "no longer asked"
    return f"{_answer_words(work, telling)}{child}"


def _short_state(work: Work, telling: Telling) -> str:
    """How another agency stands, for the partners."""
    return "not yet" if telling.state in ("told", "silent") else _answer_words(work, telling)


def _answer_words(work: Work, telling: Telling) -> str:
    who = name_of(work, telling.answered_by)
    when = clock_words(work, telling.answered_at) if telling.answered_at else ""
    if telling.state == "ended":
        return "no longer asked"
    if telling.state == "recorded":
        return f"answered on the telephone {when}: {ANSWERS_SAID.get(telling.answer, telling.answer)}"
    if telling.answer == "known":
        return f"answered {when} by {who}: known to us"
    if telling.kept_at is not None:
        return f"answered {when} by {who}: has this, and said at {clock_words(work, telling.kept_at)} that they rang"
    by = clock_words(work, telling.promised_at) if telling.promised_at else ""
    return f"answered {when} by {who}: has this, and will ring by {by}"


ANSWERS_SAID = {
    "has-it": "they have it",
    "knows": "it is known to them",
    "nobody": "nobody answered the telephone",
}
"""What can be recorded of a telephone call, by id. Words about a case are in none of it."""


def name_of(work: Work, person: str) -> str:
    """A person's name; "somebody" where they are not known."""
    found = people.get(work.scope.session, person) if person else None
    return found.name if found else "somebody"


def _next(work: Work, telling: Telling) -> str:
    ahead = [s for s in telling.steps if datetime.fromisoformat(s["at"]) > work.now]
    if not ahead:
        return "; somebody is asked to ring until it is recorded what was said"
    return f"; next: {HOW_WORDS[ahead[0]['how']]}, {clock_words(work, datetime.fromisoformat(ahead[0]['at']))}"


def _note(work: Work, telling: Telling, what: str, person: str = "", by: datetime | None = None, way: str = "") -> None:
    note(work, telling.reference, telling.post, what, person=person, by=by, way=way)


def note(
    work: Work, reference: str, post: str, what: str, *, person: str = "", by: datetime | None = None, way: str = ""
) -> None:
    """Keeps what happened while somebody was being told."""
    said = Said(
        partnership=work.scope.partnership,
        reference=reference,
        post=post,
        at=work.now,
        what=what,
        person=person,
        by=by,
        through=way,
    )
    work.scope.session.add(said)


def stop(work: Work, telling: Telling, reason: str) -> None:
    """Nobody further is told in this round."""
    work.release(record_of(telling), KINDS, reason)


def promise(work: Work, telling: Telling, by: datetime) -> None:
    """Looks, when the time has come, whether what was promised has happened."""
    ask = Ask(
        LAPSE, by.isoformat(), by, telling.post, "an answer lapses when what it promised does not happen", "chosen"
    )
    work.owe_also(record_of(telling), telling.round, [ask])


def within(work: Work, minutes: int = WITHIN) -> datetime:
    """So many minutes from now."""
    return work.now + timedelta(minutes=minutes)
