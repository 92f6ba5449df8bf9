"""One answer for several partnerships: what was sent in to one counts at the others, and is open at all once it is.

It holds where two partnerships have both recorded it (return_enrolling.CONSENT), for rounds that are open at the same
time with the same form. What was approved elsewhere, or stands in a round that is closed, stays as it is.
"""

from storage.arrangements.forms import Filled
from storage.arrangements.phrases import listed
from storage.records import partnerships, people, returns
from storage.records.message import Button
from storage.records.returns import Consent, Owed, Round
from storage.records.scope import Scope

from . import (
    becoming,
    chasing,
    permissions,
    return_contents,
    return_forms,
    returning_opened,
    returning_tells,
    round_status,
    terms,
)
from . import returning_words as words
from .work import Work

ONCE = "once"
"""How an answer came that was given for another partnership which asks the same."""

REOPENED = "once-reopened"
"""The message to a business manager: an answer that counted for them too is open again elsewhere."""

Key = tuple[str, str, str, str, str, str]
"""What a consent says, in the order of its columns."""


def agreed(work: Work, key: Key) -> bool:
    """Whether the other partnership has recorded the same of us."""
    ours, report, who, other, other_report, other_who = key
    return work.scope.session.get(Consent, (other, other_report, other_who, ours, report, who)) is not None


def _partners(work: Work, owed: Owed) -> list[Consent]:
    """The consents about what one owes that hold."""
    return [each for each in returns.consents(work.scope, owed.report, owed.who) if agreed(work, _key(each))]


def _key(consent: Consent) -> Key:
    return (
        consent.partnership,
        consent.report,
        consent.who,
        consent.other,
        consent.other_report,
        consent.other_who,
    )


def _at(work: Work, partnership: str) -> Work:
    """The same transaction at another partnership, whose ledger is to tell of it too."""
    scope = Scope(work.scope.session, partnership)
    partnerships.hold(scope)
    return Work(
        scope,
        permissions.time(partnership),
        work.now,
        work.new_reference,
        sandbox=work.sandbox,
        seal=work.seal,
        ways=work.ways,
    )


# Counted


def answered_once(work: Work, owed: Owed, filled: Filled) -> list[str]:
    """Has what was sent in to us count for the other partnerships which agreed to it; gives what they are called.

    Only where both have recorded it, and the other asks the same questions now and has no answer yet.
    """
    told = []
    for consent in _partners(work, owed):
        there = _at(work, consent.other)
        ours = returns.find(work.scope, owed.report, owed.place)
        alike = returns.rounds(there.scope, consent.other_report, state="open") if ours is not None else []
        counted = [_count(there, each, consent.other_who, owed, filled) for each in alike if _asks_the_same(ours, each)]
        if any(counted):
            work.chains.add(consent.other)
            told.append(terms.of(there.scope).arrangements.short)
    return told


def _asks_the_same(one: Round | None, other: Round) -> bool:
    return one is not None and (one.form, one.joint) == (other.form, other.joint)


def _count(there: Work, round_: Round, who: str, given: Owed, filled: Filled) -> bool:
    """Whether an answer that was given elsewhere is entered here: not where a signature is wanted that it lacks."""
    owed = returns.locked(there.scope, round_.report, round_.place, who)
    if owed is None or owed.is_in or (_is_signed_off(there, owed) and given.signed_off_at is None):
        return False
    return_contents.keep_sent(there, owed, filled)
    owed.state, owed.came_by, owed.by_exception = "answered", ONCE, given.by_exception
    owed.answered_at, owed.answered_by = there.now, there.actor.id
    owed.signed_off_by, owed.signed_off_at = given.signed_off_by, given.signed_off_at
    there.scope.session.add(owed)
    there.scope.session.flush()
    chasing.release(there, owed, "it was answered once, for another partnership too")
    becoming.sent_in(there, round_, owed, return_forms.as_opened(round_), filled)
    round_status.changed(there, round_)
    return True


def _is_signed_off(there: Work, owed: Owed) -> bool:
    report = return_forms.find(there.arrangements, owed.report)
    return report is not None and report.signed_off


# Open again


def opened_again(work: Work, owed: Owed, *, taken_back: bool) -> str:
    """Has an answer that is open again here count nowhere else any more; gives in words what became of it there.

    There its business manager is told, and it is asked for again. `taken_back`: by whoever sent it in, so that what
    became of it is withdrawn there too.
    """
    reached = {(work.scope.partnership, owed.record)}
    open_at: list[str] = []
    stays_at: list[str] = []
    waiting = [(work, owed)]
    while waiting:
        here, row = waiting.pop()
        for there, round_, other in _same_answer(here, row):
            if (there.scope.partnership, other.record) in reached:
                continue
            reached.add((there.scope.partnership, other.record))
            work.chains.add(there.scope.partnership)
            is_open = round_.state == "open" and other.state == "answered"
            if is_open:
                _open(there, round_, other, _short(here), taken_back=taken_back)
                _tell_who_answers(work, there, other, _short(here))
                waiting.append((there, other))
            (open_at if is_open else stays_at).append(_short(there))
            _tell_manager(there, round_, other, _short(here))
    told = [f"It is open again for {listed(open_at)} too, as it was answered once for both."] if open_at else []
    told += [f"At {listed(stays_at)} it stays as it is; their business manager is told."] if stays_at else []
    return "\n".join(told)


def _short(work: Work) -> str:
    return work.arrangements.short


def _same_answer(work: Work, owed: Owed) -> list[tuple[Work, Round, Owed]]:
    """Where the same answer counts: the same content for the same questions, at one of the two because of the other."""
    ours, sent, found = returns.find(work.scope, owed.report, owed.place), return_contents.sent(work, owed), []
    for consent in _partners(work, owed):
        there = _at(work, consent.other)
        for round_ in returns.rounds(there.scope, consent.other_report):
            ended = owed.answered_at is None or (round_.closed_at is not None and round_.closed_at < owed.answered_at)
            if ended or round_.state == "cancelled" or not _asks_the_same(ours, round_):
                continue
            other = returns.locked(there.scope, round_.report, round_.place, consent.other_who)
            if other is None or other.state not in ("answered", "approved"):
                continue
            if ONCE in (owed.came_by, other.came_by) and return_contents.sent(there, other) == sent:
                found.append((there, round_, other))
    return found


def _open(there: Work, round_: Round, owed: Owed, elsewhere: str, *, taken_back: bool) -> None:
    owed.state, owed.reopened_because = "reopened", _because(elsewhere)
    owed.signed_off_by, owed.signed_off_at = "", None
    there.scope.session.add(owed)
    if taken_back:
        becoming.taken_back(there, round_, owed)
    chasing.owe_chase(there, round_, owed, after=there.now)
    round_status.changed(there, round_)


def _because(elsewhere: str) -> str:
    """Why it is open again, for whoever answers. The reason that was given there stays there."""
    return f"it was opened again for {elsewhere}, for which it had been answered too"


def _tell_who_answers(work: Work, there: Work, owed: Owed, elsewhere: str) -> None:
    """Tells whoever answers there, unless it is they who have just opened it again."""
    opened = returning_opened.find(there, {"report": owed.report, "place": owed.place, "who": owed.who})
    person = people.in_post(there.scope, owed.post, there.today)
    if opened is None or person is None or person == work.actor.person:
        return
    returning_tells.tell(
        there,
        opened,
        "report-reopened",
        post=owed.post,
        part=str(owed.sent),
        why="what was sent in has been opened again",
        data={"because": _because(elsewhere)},
        buttons=(words.fill_in_button(opened, "Look it through"),),
    )


def _tell_manager(there: Work, round_: Round, owed: Owed, elsewhere: str) -> None:
    about = {"report": owed.report, "place": owed.place, "who": owed.who}
    stands = "closed" if round_.state != "open" else "approved" if owed.state == "approved" else "open"
    there.say(
        REOPENED,
        post=there.arrangements.secretariat.business_manager,
        key=f"{REOPENED}:{owed.record}:{owed.sent}:{there.now.isoformat()}",
        record=owed.record,
        data={
            "who": owed.name,
            "name": round_.name,
            "other": elsewhere,
            "stands": stands,
            "due": returns.due_day(round_, owed),
        },
        why="both partnerships have recorded that it is answered once for both",
        source="",
        buttons=(Button(label="Open it again", does=words.REOPEN, form=about),) if stands == "approved" else (),
    )
