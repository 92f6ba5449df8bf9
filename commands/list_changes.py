"""Changing who may know of a case: a post or a person comes onto its list or leaves it, and that takes two people.

Everybody on the list is told when it is proposed and how it ended. What the arrangements themselves put on it stays.
"""

from storage.records import case_lists as rows
from storage.records import people
from storage.records.case_lists import Listed
from storage.records.incidents import Case
from storage.records.message import Message

from . import case_lists, naming, proposing
from .action import Action, Form
from .permissions import PEOPLE
from .refusals import Refusal, Refused
from .words import hour, short_day
from .work import Work

ARRANGEMENTS = "arrangements"
"""Who put a row on the list of a case when it began."""


class Change(Form):
    """A case, and a post or a person: by title, name or address, or as "post:ID" or "person:ID"."""

    reference: str
    who: str


def _add(work: Work, form: Change) -> Message:
    case = case_lists.find(work, form.reference)
    who = who_is(work, form.who)
    name = called(work, who)
    if any(row.who == who for row in rows.on_list(work.scope, case.reference, work.now)):
        raise Refused(Refusal(f"{name} is on the list of {case.reference} already.", "who"))
    if not work.agreed_by:
        words = f"{name} comes onto the list of {case.reference}"
        asked = Change(reference=case.reference, who=who)
        return proposing.propose(work, ADD.name, asked, case.record, words, benefits=_persons(work, who))
    rows.put(work.scope, case.reference, who, work.now, added_by=work.actor.id, agreed_by=work.agreed_by)
    work.note(case.record, listed=who)
    return Message(title=f"{case.reference}: the list has changed", text=f"{name} may know of it from now on.")


def _end(work: Work, form: Change) -> Message:
    case = case_lists.find(work, form.reference)
    who = who_is(work, form.who)
    name = called(work, who)
    row = _row(work, case, who, name)
    if not work.agreed_by:
        words = f"{name} leaves the list of {case.reference}"
        return proposing.propose(work, END.name, Change(reference=case.reference, who=who), case.record, words)
    row.until, row.ended_by = work.now, work.actor.id
    work.scope.session.add(row)
    work.scope.session.flush()
    work.note(case.record, unlisted=who)
    still = _persons(work, who) & case_lists.people_on(work, case)
    words = " They still may know of it, by a post that is on the list." if still else ""
    return Message(title=f"{case.reference}: the list has changed", text=f"{name} has left the list.{words}")


def _row(work: Work, case: Case, who: str, name: str) -> Listed:
    for row in rows.on_list(work.scope, case.reference, work.now):
        if row.who != who:
            continue
        if row.added_by == ARRANGEMENTS:
            sentence = f"Our arrangements put the {name} on the list of a case, and it stays there."
            raise Refused(Refusal(sentence, "who", "To change who is in that post, see: people"))
        return row
    raise Refused(
        Refusal(f"{name} is not on the list of {case.reference}.", "who", f"See: incident people {case.reference}")
    )


def who_is(work: Work, word: str) -> str:
    """A post or a person as the list holds it. Raises Refused, without saying again what was written."""
    what, _, id_ = word.partition(":")
    if what == "post" and id_ in work.arrangements.posts_by_id:
        return word
    if what == "person" and people.get(work.scope.session, id_) is not None:
        return word
    if "@" not in word:
        try:
            return f"post:{naming.post(work.arrangements, word, 'who').id}"
        except Refused:
            pass
    try:
        return f"person:{naming.person(work, word, 'who').id}"
    except Refused:
        want = "Write a post, or the name or e-mail address of a person in one. See: people list"
        raise Refused(Refusal("No post and no person here is called that.", "who", want)) from None


def _persons(work: Work, who: str) -> set[str]:
    what, _, id_ = who.partition(":")
    return {id_} if what == "person" else people.all_in_post(work.scope, id_, work.today)


def called(work: Work, who: str) -> str:
    """A post or a person on a list, as people call it."""
    what, _, id_ = who.partition(":")
    if what == "post":
        return work.arrangements.title(id_)
    found = people.get(work.scope.session, id_)
    return found.name if found else "somebody"


# To read


def people_of(work: Work, reference: str) -> Message:
    """Who is on the list of a case: each post and person, who that is today, since when, and by whom.

    Raises Refused with the one sentence where there is no such case or it is not theirs.
    """
    case = case_lists.find(work, reference)
    lines = [_line(work, row) for row in rows.on_list(work.scope, case.reference, work.now)]
    lines.append("Whoever covers one of these posts may know of it on those days. Two people change the list.")
    return Message(title=f"{case.reference}: who may know of it", text="\n".join(lines))


def _line(work: Work, row: Listed) -> str:
    names = sorted(called(work, f"person:{person}") for person in _persons(work, row.who))
    who = called(work, row.who)
    today = "" if row.who.startswith("person:") else f" ({', '.join(names) or 'nobody today'})"
    local = row.since.astimezone(work.terms.zone)
    since = f"since {hour(local)} on {short_day(local.date())}"
    if row.added_by == ARRANGEMENTS:
        return f"- {who}{today}, {since}, by our arrangements"
    both = f"{called(work, f'person:{row.added_by}')} and {called(work, f'person:{row.agreed_by}')}"
    return f"- {who}{today}, {since}, by {both}"


ADD = Action(
    "incident.list-add", Change, _add, PEOPLE, "propose that somebody may know of an incident", None, True, "any post"
)
END = Action("incident.list-end", Change, _end, PEOPLE, "propose that somebody leaves its list", None, True, "any post")

ACTIONS = (ADD, END)
