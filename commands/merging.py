"""The same incident told twice: a likely second telling is shown to its handler alone, who merges the two.

The newer is kept under the older's reference. An answer to either counts for both, and nobody is alarmed again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from storage.records import case_lists, duties, incidents, outbox, tellings
from storage.records.incidents import Case
from storage.records.message import Button, Message
from storage.records.tellings import Telling

from . import alerting
from .action import Action, Form
from .case_lists import find, only_the_handler
from .case_status import bring_up_to_date
from .cases import facts_told, pathway_of
from .permissions import PEOPLE
from .refusals import Refusal, Refused
from .words import rendered
from .work import Work

NEAR = timedelta(days=3)
"""Two tellings of one kind and area may be of the same incident when people became aware within so long."""

MATCH, MERGED = "incident-match", "incident-merged"
ANSWERED = ("answered", "recorded")


class Pair(Form):
    """Two cases by their references, in either order: the later one is merged into the earlier."""

    newer: str
    older: str


# Shown to the handler


def look_for_second(work: Work, case: Case) -> None:
    """Shows the handler each open case of which this may be a second telling."""
    pathway = pathway_of(work, case)
    for other, because in _alike(work, case):
        pair = {"newer": case.reference, "older": other.reference}
        work.say(
            MATCH,
            post=pathway.handler,
            key=f"{MATCH}:{case.reference}:{other.reference}",
            record=case.record,
            data={**pair, "because": because, "partnership": work.arrangements.short},
            why="it may have been told twice",
            source=pathway.source,
            tone="warning",
            buttons=(
                Button(label="Merge", does="incident.merge", form=pair),
                Button(label="Not the same", does="incident.not-same", form=pair),
            ),
        )


def _alike(work: Work, case: Case) -> Iterator[tuple[Case, str]]:
    """The open cases that this may be a second telling of, each with why."""
    told = _told(work, case)
    for other in incidents.open_cases(work.scope):
        if other.reference == case.reference or other.pathway != case.pathway or other.drill:
            continue
        known = _told(work, other)
        if told.get("authority_reference") and told["authority_reference"] == known.get("authority_reference"):
            yield other, "both have the same case reference of the council"
        elif case.kind == other.kind and told.get("area") == known.get("area") and _near(case, other):
            yield other, "both are of the same kind and area, and people became aware of them within three days"


def _told(work: Work, case: Case) -> dict[str, object]:
    try:
        return facts_told(work, case)
    except Refused:  # an older case whose key is gone must keep nobody from notifying
        return {}


def _near(one: Case, other: Case) -> bool:
    first, second = (case.facts.get("aware") for case in (one, other))
    if not first or not second:
        return False
    return abs(datetime.fromisoformat(first) - datetime.fromisoformat(second)) <= NEAR


# Merged by the handler


def _pair(work: Work, form: Pair) -> tuple[Case, Case]:
    """The later and the earlier case, for their handler. Raises Refused."""
    one, other = find(work, form.newer), find(work, form.older)
    only_the_handler(work, one)
    only_the_handler(work, other)
    newer, older = sorted((one, other), key=lambda case: (case.opened_at, case.reference), reverse=True)
    if newer.reference == older.reference:
        raise Refused(Refusal("These are one and the same.", "older"))
    work.note(newer.record, older=older.reference)
    return newer, older


def _merge(work: Work, form: Pair) -> Message:
    newer, older = _pair(work, form)
    if newer.merged_into == older.reference:
        raise Refused(f"{newer.reference} is kept under {older.reference} already.")
    if newer.closed_at is not None or older.closed_at is not None:
        raise Refused("One of the two is closed, so they stay as they are.")
    if newer.pathway != older.pathway or newer.drill != older.drill:
        raise Refused("These two run by different rules, so they cannot be one.")
    sent_to = _drop_unsent(work, newer, older)
    for telling in tellings.of_case(work.scope, newer.reference):
        _carry_over(work, older, telling)
        alerting.stop(work, telling, f"merged into {older.reference}")
        telling.state = "ended"
        work.scope.session.add(telling)
        alerting.note(work, newer.reference, telling.post, "merged")
    if newer.speed == "now" and newer.wake_at is None:
        _wake(work, newer, older)
    newer.closed_at, newer.merged_into, newer.wake_at = work.now, older.reference, None
    work.scope.session.add(newer)
    for duty in duties.of_record(work.scope, newer.record):
        duties.close(duty, f"merged into {older.reference}", work.now)
    work.scope.session.flush()
    bring_up_to_date(work, newer)
    bring_up_to_date(work, older)
    _say_merged(work, newer, older, sent_to)
    return Message(
        title=f"{newer.reference} is kept under {older.reference}",
        text=f"Those who were told of {newer.reference} hear of it. Its dates run no more.{_earlier(newer, older)}",
    )


def _drop_unsent(work: Work, newer: Case, older: Case) -> dict[str, str]:
    """Takes back alerts of the newer that have not gone out; returns who had one, each with the post of it.

    Only for those who are told of the older too: nobody is to miss both.
    """
    told = {telling.post for telling in tellings.of_case(work.scope, older.reference)}
    sent_to: dict[str, str] = {}
    for row in outbox.about(work.scope, newer.record, [alerting.ALERT]):
        if row.state == "waiting" and row.sent == 0 and _post_of(row.key) in told:
            outbox.take_back(work.scope, [row.key], f"merged into {older.reference}", work.now)
        elif row.state != "dropped":
            sent_to.setdefault(row.person, row.post)
    return sent_to


def _post_of(key: str) -> str:
    """The post that an alert's key names: kind, reference, post, round, person."""
    return key.split(":")[2]


def _carry_over(work: Work, older: Case, told: Telling) -> None:
    """What was answered of the newer counts for the older; a post that was told of the newer alone goes on there."""
    known = tellings.find(work.scope, older.reference, told.post)
    if known is None:
        case_lists.put(work.scope, older.reference, f"post:{told.post}", work.now, added_by="arrangements")
        if told.state not in ANSWERED:
            alerting.tell(work, older, [told.post])
            return
        known = Telling(
            partnership=told.partnership, reference=older.reference, post=told.post, told_at=told.told_at, steps=[]
        )
    elif told.state not in ANSWERED or known.state in ANSWERED:
        return
    alerting.stop(work, known, "answered under the other reference")
    known.state, known.answer, known.answered_by = told.state, told.answer, told.answered_by
    known.answered_at, known.promised_at, known.kept_at = told.answered_at, told.promised_at, told.kept_at
    known.knows_child_at = known.knows_child_at or told.knows_child_at
    work.scope.session.add(known)
    work.scope.session.flush()
    alerting.note(work, older.reference, known.post, "answered under the other reference", person=known.answered_by)
    if known.promised_at is not None and known.kept_at is None:
        alerting.promise(work, known, known.promised_at)


def _wake(work: Work, newer: Case, older: Case) -> None:
    """What was silent until the morning is loud where people were to be woken for the newer one."""
    silent = [telling for telling in tellings.of_case(work.scope, older.reference) if telling.state == "silent"]
    if not silent:
        return
    older.wake_at, older.speed, older.woken_because = None, "now", newer.woken_because
    work.scope.session.add(older)
    for telling in silent:
        alerting.wake(work, older, telling)


def _say_merged(work: Work, newer: Case, older: Case, sent_to: dict[str, str]) -> None:
    """Says to whoever was told of the newer, once and quietly, where it is kept."""
    data: dict[str, object] = {"newer": newer.reference, "older": older.reference}
    words = Message(title=rendered(MERGED, "title", data), text=rendered(MERGED, "text", data))
    for person, post in sent_to.items():
        work.send(
            person,
            MERGED,
            words,
            post=post,
            key=f"{MERGED}:{newer.reference}:{person}",
            record=older.record,
            why="they were told of both",
            source=pathway_of(work, older).source,
        )


def _earlier(newer: Case, older: Case) -> str:
    """What the handler should correct: the newer names an earlier time for something."""
    first = [name for name, at in newer.facts.items() if name in older.facts and _is_before(at, older.facts[name])]
    more = [name for name in newer.facts if name not in older.facts]
    if not first and not more:
        return ""
    return f" It has an earlier or further time ({', '.join([*first, *more])}): enter it with incident fact."


def _is_before(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) < datetime.fromisoformat(other)


def _not_same(work: Work, form: Pair) -> Message:
    newer, older = _pair(work, form)
    return Message(title="Both stay open", text=f"{newer.reference} and {older.reference} are kept apart.")


def notifiers(work: Work, case: Case) -> list[str]:
    """Whoever told of a case, by person: its own notifier, and those of what was merged into it."""
    merged = [each for each in incidents.every(work.scope) if each.merged_into == case.reference]
    return list(dict.fromkeys(each.notifier for each in (case, *merged) if each.notifier))


MERGE = Action(
    "incident.merge", Pair, _merge, PEOPLE, "keep an incident that was told twice as one", None, True, "any post"
)
NOT_SAME = Action(
    "incident.not-same", Pair, _not_same, PEOPLE, "say that two incidents are not the same", None, True, "any post"
)

ACTIONS = (MERGE, NOT_SAME)
