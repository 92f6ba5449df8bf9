"""What is mine: `note`, `me`, `me door`; and `digest` for the business manager."""

from commands import case_lists, digests, owing, preferring
from commands.permissions import Role, Where
from commands.refusals import Refusal, Refused
from commands.saying import Do, Meaning, Typed, Word
from commands.words import long_day, rendered
from commands.work import Work
from storage.records import incidents, people
from storage.records.message import Message


def _note(work: Work, _typed: Typed) -> Meaning:
    assert work.actor.person is not None
    return digests.note_now(work, work.actor.person)


def _digest(work: Work, _typed: Typed) -> Meaning:
    cases = [case for case in incidents.open_cases(work.scope) if not case.drill and case_lists.may_see(work, case)]
    reader = work.actor.person if work.actor.confirmed and work.actor.person else ""
    data = digests.digest_data(work, cases=cases, reader=reader)
    return Message(title=rendered("weekly-digest", "title", data), text=rendered("weekly-digest", "text", data))


def _me(work: Work, _typed: Typed) -> Meaning:
    person = work.actor.person
    assert person is not None
    known = people.get(work.scope.session, person)
    day = work.terms.open_days.on_or_after(work.today)
    asked = [f"- {line.text}" for line in digests.lines_now(work, person, day)]
    owed = [f"- {one.line}" for one in owing.owed(work, person)]
    state = (
        "You have confirmed who you are."
        if work.actor.confirmed
        else "Who you are is taken from your e-mail address and not confirmed. That is enough for all but "
        "incidents. The administrator can confirm it, and this says how: confirm"
    )
    parts = [
        "Your posts",
        *([f"- {line}" for line in owing.posts_of(work, person, work.today)] or ["- none"]),
        "",
        f"Asked of you in the note of {long_day(day)}",
        *(asked or ["- nothing"]),
        "",
        f"What you owe until {long_day(work.today + owing.SOON)}",
        *(owed or [f"- nothing{' beside what is asked above' if asked else ''}"]),
        "",
        state,
        preferring.sentence(known, people.identities(work.scope.session, person)) if known else "",
    ]
    return Message(title=known.name if known else "You", text="\n".join(parts).rstrip())


def _door(work: Work, typed: Typed) -> Meaning:
    """[teams|slack|mail|any]"""
    if not typed.words:
        return preferring.shown(work)
    word = "mail" if typed.rest.casefold() in ("email", "e-mail") else typed.rest.casefold()
    if word not in (*preferring.DOORS, preferring.ANY):
        want = f"Write one of: {', '.join(preferring.DOORS)}; or {preferring.ANY}, for where you spoke last."
        raise Refused(Refusal("This is no door that messages could come by.", want=want))
    return Do(preferring.PREFER.name, {"door": word})


WORDS = (
    Word(("note",), "your note of the day as it stands now", _note),
    Word(
        ("me",), "your posts, what you owe in the next fourteen days, and whether you are confirmed", _me, catches=True
    ),
    Word(
        ("me", "door"),
        "where messages come to you first; with a door, chooses it, and any: where you spoke last",
        _door,
        f"[{'|'.join((*preferring.DOORS, preferring.ANY))}]",
        preferring.PREFER.name,
    ),
    Word(
        ("digest",),
        "the week's digest as it stands now: due, late, at risk, unwatched",
        _digest,
        allowed={Role.BUSINESS_MANAGER: Where.EVERYWHERE},
    ),
)
