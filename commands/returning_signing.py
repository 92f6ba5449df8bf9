"""The senior's signature: asked for when an answer is in, reminded of twice; then the business manager hears, once.

Each step looks again: what is signed off, opened again or taken back is not asked for, nor is anything once the round
has ended. The days are chosen, since no document says them.
"""

from collections.abc import Sequence

from storage.arrangements.reminders import Ask
from storage.records import duties, notes, returns
from storage.records.duties import Duty
from storage.records.message import Button
from storage.records.returns import Owed, Round, agency_of, lead_post, senior_post

from . import chasing, returning_opened, returning_tells
from . import returning_words as words
from .chasing_letters import end_of_today
from .return_words import some
from .returning_opened import Opened
from .words import rendered
from .work import NOBODY, Work

TO_SIGN, DUE, ENDED = "report-to-sign", "signature-due", "signature-ended"
"""The message that asks; the duties: a reminder to the senior, and what the business manager hears after the last."""

KINDS = (DUE, ENDED)

DAYS = 5
"""So many working days after they were asked, and again after as many more, a senior is reminded; chosen."""

REMINDERS = 2

WHY = f"chosen: every {DAYS} working days while it waits for signature"

LINE = "signature"
"""What the record of the business manager's line begins with, before the return and the round's place."""


# Asked


def ask(work: Work, opened: Opened) -> str:
    """Asks the agency's senior for the signature, and owes the reminders; gives in words what happens next."""
    senior = senior_post(agency_of(opened.owed.who))
    _ask(work, opened, str(opened.owed.sent))
    if work.reach(senior)[1]:
        return "It counts once the agency's senior has signed it off. Nobody is named; the business manager is told."
    return f"It counts once it is signed off by the {words.senior(work, opened)}, who has been asked."


def ask_newcomer(work: Work, agency: str, person: str) -> list[tuple[Round, Owed]]:
    """Asks somebody who is an agency's senior from now on for what waits for signature; gives what that is."""
    found = []
    for owed in returns.owed_by_posts(work.scope, [lead_post(agency)]):
        opened = returning_opened.find(work, owed.model_dump())
        if opened is not None and opened.waits_for_signature:
            _ask(work, opened, f"{owed.sent}:{person}")
            found.append((opened.round_, owed))
    return found


def _ask(work: Work, opened: Opened, part: str) -> None:
    returning_tells.tell(
        work,
        opened,
        TO_SIGN,
        post=senior_post(agency_of(opened.owed.who)),
        part=part,
        why="an answer counts once the agency's senior has signed it off",
        buttons=(_sign_button(opened),),
    )
    _owe_reminders(work, opened)


def _sign_button(opened: Opened) -> Button:
    return Button(label="Read it and sign it off", does=words.SIGN, form=opened.about)


def _owe_reminders(work: Work, opened: Opened) -> None:
    """Owes what follows, counted from today; what was owed before, to a senior who was asked earlier, ends."""
    owed, setting = opened.owed, work.terms.setting
    release(work, owed, "it is asked of whoever is named now")
    asks, day = [], work.today
    for number in range(1, REMINDERS + 2):
        day = work.terms.open_days.add(day, DAYS)
        kind = DUE if number <= REMINDERS else ENDED
        post = senior_post(agency_of(owed.who)) if kind == DUE else setting.business_manager
        part = f"{owed.sent}:{work.today.isoformat()}:{number}"
        asks.append(Ask(kind, part, setting.morning(day), post, WHY, "chosen"))
    work.owe_also(owed.record, owed.generation, asks)


def release(work: Work, owed: Owed, reason: str) -> None:
    """Ends the reminders, because it is signed off or not asked for any more."""
    work.release(owed.record, KINDS, f"not needed: {reason}")


# Handled


def due(work: Work, duty: Duty) -> str:
    """The handler of a reminder: tells the senior, unless it waits no more or the next step is due as well."""
    work.note(duty.record, kind=duty.kind, part=duty.part, generation=duty.generation)
    opened = _waiting(work, duty)
    if isinstance(opened, str):
        return opened
    if _said_later(work, duty):
        return "not asked: a later step is due too"
    if work.reach(duty.post)[1]:
        return "not asked: nobody is named who signs it off, as the business manager was told"
    return returning_tells.tell(
        work, opened, DUE, post=duty.post, part=duty.part, why=duty.why, buttons=(_sign_button(opened),)
    )


def _waiting(work: Work, duty: Duty) -> Opened | str:
    """What a duty is about, or why nothing is asked any more."""
    owed = returns.owed_of_record(work.scope, duty.record)
    opened = returning_opened.find(work, owed.model_dump()) if owed is not None else None
    if opened is None:
        return "not asked: nothing of that name is owed"
    if opened.round_.state != "open":
        return f"not asked: it is {opened.round_.state}"
    if not opened.waits_for_signature:
        return "not asked: it does not wait for a signature"
    return opened


def _said_later(work: Work, duty: Duty) -> bool:
    """Whether a later step for the same signature has come due as well, as after a pause."""
    asked, _, number = duty.part.rpartition(":")
    open_ones = [each for each in duties.of_record(work.scope, duty.record) if each.kind in KINDS]
    alike = [each for each in open_ones if each.part.rpartition(":")[0] == asked]
    return any(int(each.part.rpartition(":")[2]) > int(number) and each.due_at <= work.now for each in alike)


def ended(work: Work, duty: Duty) -> str:
    """The handler after the last reminder: one line for the business manager of all in the round that wait so long."""
    work.note(duty.record, kind=duty.kind, part=duty.part, generation=duty.generation)
    opened = _waiting(work, duty)
    if isinstance(opened, str):
        return opened
    person, _ = work.reach(duty.post)
    if person is None:
        return NOBODY
    round_ = opened.round_
    key = f"{work.scope.partnership}/{round_.record}/{ENDED}/{work.today.isoformat()}"
    if notes.has(work.scope, person, key):
        return "told already"
    data: dict[str, object] = {"name": round_.name, "out": some(_names(work, _alike(work, duty, round_)))}
    text = rendered(ENDED, "line", data)
    return work.write_line(duty, person, text, key=key, record=f"{LINE}:{round_.report}:{round_.place}")


def _alike(work: Work, duty: Duty, round_: Round) -> list[Owed]:
    """All in a round whose last reminder is over today too and that still wait, by name."""
    prefix = f"owed:{round_.report}:{round_.place}:"
    every = duties.due_alike(work.scope, duty.kind, end_of_today(work))
    found = [_waiting(work, each) for each in every if each.record.startswith(prefix)]
    return sorted((each.owed for each in found if isinstance(each, Opened)), key=lambda owed: owed.name.casefold())


def _names(work: Work, owing: Sequence[Owed]) -> list[str]:
    """Each with where its senior is rung, or that there is none."""
    found = []
    for owed in owing:
        post = senior_post(agency_of(owed.who))
        number = chasing.telephone_of(work, post)
        said = "nobody is named as its senior" if work.reach(post)[1] else number
        found.append(f"{owed.name} ({said})" if said else owed.name)
    return found


def still_waits(work: Work, record: str) -> bool:
    """Whether the business manager's line about a round's signatures, written some time ago, still holds."""
    _, report, place = record.split(":", 2)
    round_ = returns.find(work.scope, report, place)
    if round_ is None or round_.state != "open":
        return False
    found = (returning_opened.find(work, owed.model_dump()) for owed in returns.all_owed(work.scope, round_))
    return any(opened is not None and opened.waits_for_signature for opened in found)
