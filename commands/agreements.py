"""Who has signed what a group has everybody sign before they first take part, and where its papers are.

A group's agreement binds members, deputies, co-opted and ad-hoc members and observers (004 App 4 §4; deputies by
AMB-GLOS-CDOP-DEPUTYSIGN). Each person has one entry; whoever has none is not counted and not recorded as present.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from storage.arrangements.groups import Agreement, Group
from storage.records import attended, people
from storage.records.attended import Signed
from storage.records.message import Button, Message

from . import attendance_status, naming, standing
from .action import Action, Form
from .meetings import CHAIRS
from .permissions import secretaries
from .refusals import Refusal, Refused
from .registers import posts_acted_for
from .words import long_day, short_day
from .work import Work

GUEST = "guest:"
"""How the entry of one begins who is not entered as a person."""

UNDO = Button(label="Undo", does="undo")


class Sign(Form):
    """Somebody has signed a group's agreement: who, by address, name or post, and on which day; today if not said."""

    group: str
    person: str
    on: date | None = None


class Withdraw(Form):
    """An entry that no longer holds, or was made by mistake."""

    group: str
    person: str


# For whoever counts or lets in


def unsigned(work: Work, group: Group | str, persons: Iterable[str], day: date | None = None) -> set[str]:
    """Those of some people (ids) who have not signed the group's agreement by a day, today if none is given.

    Nobody, where the group has none.
    """
    entry = work.arrangements.groups_by_id.get(group) if isinstance(group, str) else group
    if entry is None or entry.agreement is None:
        return set()
    return attended.unsigned(work.scope, entry.id, persons, day or work.today)


def sign_first(group: Group) -> str:
    """What somebody is told who has not signed; nothing where the group has no agreement."""
    if group.agreement is None:
        return ""
    return f"Before you take part, sign the {group.agreement.name}{_source(group.agreement)}."


def guest_key(name: str, agency: str) -> str:
    """Under which entry a guest who is not entered as a person has signed."""
    return GUEST + " ".join(f"{name} {agency}".casefold().split())


def enter(work: Work, group: Group, person: str, on: date, name: str = "") -> Signed:
    """Enters that somebody has signed; an entry that was withdrawn holds again."""
    found = attended.entry(work.scope, group.id, person) or Signed(
        partnership=work.scope.partnership, group=group.id, person=person, on=on, at=work.now
    )
    found.on, found.entered_by, found.at, found.withdrawn = on, work.actor.id, work.now, False
    found.name = name or found.name
    work.scope.session.add(found)
    work.scope.session.flush()
    return found


# What people do


def _signed(work: Work, form: Sign) -> Message:
    group, agreement = with_agreement(work, form.group)
    person = naming.person(work, form.person)
    on = form.on or work.today
    if on > work.today:
        raise Refused(Refusal("That day lies ahead.", "on", "Give the day on which it was signed."))
    before = attended.signed(work.scope, group.id).get(person.id)
    if before is not None:
        raise Refused(f"{person.name} has signed the {agreement.name} on {long_day(before.on)} already.")
    enter(work, group, person.id, on)
    work.note(record_of(group), person=person.id)
    attendance_status.all_changed(work, group.id)
    work.can_be_taken_back(
        "agreement.withdraw",
        {"group": group.id, "person": person.email},
        f"that {person.name} has signed the {agreement.name}",
    )
    text = f"{person.name} has signed the {agreement.name} of the {group.name} on {long_day(on)}, and may take part."
    return Message(title="Signed", text=text, buttons=(UNDO,))


def _withdraw(work: Work, form: Withdraw) -> Message:
    group, agreement = with_agreement(work, form.group)
    found = _entry_of(work, group, form.person)
    if found is None:
        raise Refused(
            Refusal(f"No {agreement.name} of that person is on record.", "person", f"See: agreement list {group.id}")
        )
    found.withdrawn, found.entered_by, found.at = True, work.actor.id, work.now
    work.scope.session.add(found)
    work.note(record_of(group), person=found.person)
    attendance_status.all_changed(work, group.id)
    person = people.get(work.scope.session, found.person)
    if person is not None:
        work.can_be_taken_back(
            "agreement.signed",
            {"group": group.id, "person": person.email, "on": found.on.isoformat()},
            f"withdrawing the {agreement.name} of {person.name}",
        )
    text = f"{name_of(work, found)} no longer counts as having signed the {agreement.name} of the {group.name}."
    return Message(title="Withdrawn", text=text, buttons=(UNDO,) if person is not None else ())


def _entry_of(work: Work, group: Group, word: str) -> Signed | None:
    """The entry of a person, or of a guest by name."""
    known = attended.signed(work.scope, group.id)
    guest = next((each for each in known.values() if each.name and naming.plain(each.name) == naming.plain(word)), None)
    return guest or known.get(naming.person(work, word).id)


# Looking


def listed(work: Work, group: Group) -> Message:
    """Who has signed and who has not, for whoever keeps it; to anybody else what is on record of themselves."""
    _, agreement = with_agreement(work, group.id)
    title = f"{group.name}: {agreement.name}"
    if not keeps(work, group):
        return Message(title=title, text=_of_oneself(work, group, agreement))
    known = attended.signed(work.scope, group.id)
    expected = expected_at(work, group)
    missing = [f"- {words}" for person, words in expected.items() if person not in known]
    there = [f"- {_line(work, each, expected)}" for each in known.values()]
    lines = [f"Everybody signs it before they first take part{_source(agreement)}."]
    lines += ["", "Has not signed:", *missing] if missing else ["", "Everybody who has a place there has signed."]
    lines += ["", "Has signed:", *there] if there else []
    return Message(title=title, text="\n".join(lines))


def expected_at(work: Work, group: Group) -> dict[str, str]:
    """Everybody who may take part by a post today, deputies and cover too, each with their posts in words."""
    posts = list(
        dict.fromkeys(post for post in (group.chair, group.vice_chair, *(s.post for s in group.seats)) if post)
    )
    held = people.holdings(work.scope, work.today, posts=posts)
    covers = people.covering_on(work.scope, work.today)
    title = work.arrangements.title
    found: dict[str, list[str]] = {}
    for post in posts:
        for each in held:
            if each.post == post and each.capacity != "pa":
                as_what = "deputy of the " if each.capacity == "deputy" else ""
                found.setdefault(each.person, []).append(f"{as_what}{title(post)}")
        for cover in covers:
            if cover.post == post and cover.group in ("", group.id):
                found.setdefault(cover.person, []).append(f"covers the {title(post)}")
    return {person: _with_posts(_person(work, person), as_what) for person, as_what in found.items()}


def _with_posts(name: str, posts: list[str]) -> str:
    others = [post for post in posts if naming.plain(post) != naming.plain(name)]
    return f"{name} ({'; '.join(others)})" if others else name


def papers(work: Work, group: Group) -> Message:
    """Where a group's papers are that stay outside, for who may know: after signing, where there is an agreement.

    Raises Refused for everybody else, alike whether it is known here or not.
    """
    person = work.actor.person
    if person is None or (not standing.may_see(work, person, group.id) and not _may_be_there(work, group, person)):
        raise Refused(f"This is said to those who take part in the {group.name}.")
    if group.agreement is not None and unsigned(work, group, [person]):
        raise Refused(
            f"This is said to those who have signed the {group.agreement.name}, and yours is not on record."
            f"{_who_records(work, group)}"
        )
    if not work.actor.confirmed:
        raise Refused("This is said once you have confirmed who you are. The administrator can help with that.")
    chosen = work.arrangements.planning.groups.get(group.id)
    where = chosen.papers_at if chosen is not None else ""
    text = where or f"Where they are has not been entered here.{_who_has_papers(work, group)}"
    stays = "\n\nThey stay there: nothing of them is kept here." if group.content_outside else ""
    return Message(title=f"{group.name}: where its papers are", text=f"{text}{stays}")


def _may_be_there(work: Work, group: Group, person: str) -> bool:
    """Whether somebody is co-opted, invited, or covers for that group: they take part without a seat at each table."""
    return person in expected_at(work, group)


def with_agreement(work: Work, group: str) -> tuple[Group, Agreement]:
    """The group and its agreement. Raises Refused where there is no such group, or where it has none."""
    entry = work.arrangements.groups_by_id.get(group)
    if entry is None:
        raise Refused(Refusal("There is no such group.", "group", "See the groups with: meeting list"))
    if entry.agreement is None:
        raise Refused(Refusal(f"Our arrangements say of no agreement that the {entry.name} has signed.", "group"))
    return entry, entry.agreement


def keeps(work: Work, group: Group) -> bool:
    """Whether the actor records who has signed, or is the administrator or time."""
    person = work.actor.person
    if person is None:
        return True
    posts = posts_acted_for(work, person)
    kept_by = {work.arrangements.secretariat.business_manager, group.chair, group.vice_chair}
    return bool(posts & (kept_by | secretaries(group)))


def record_of(group: Group) -> str:
    """The record of a group's signed agreements, for the ledger."""
    return f"agreement:{group.id}"


def name_of(work: Work, entry: Signed) -> str:
    """Whose entry it is."""
    return entry.name or _person(work, entry.person)


# In words


def _of_oneself(work: Work, group: Group, agreement: Agreement) -> str:
    known = attended.signed(work.scope, group.id).get(work.actor.person or "")
    if known is not None:
        return f"You have signed it on {long_day(known.on)}."
    return f"That you have signed it is not on record. {sign_first(group)}{_who_records(work, group)}"


def _line(work: Work, entry: Signed, expected: dict[str, str]) -> str:
    who = expected.get(entry.person) or (f"{entry.name}, guest" if entry.name else _person(work, entry.person))
    by = people.get(work.scope.session, entry.entered_by)
    return f"{who}: {short_day(entry.on)}{f', entered by {by.name}' if by is not None else ''}"


def _person(work: Work, person: str) -> str:
    found = people.get(work.scope.session, person)
    return found.name if found is not None else "somebody"


def _source(agreement: Agreement) -> str:
    return f" ({agreement.source})" if agreement.source else ""


def _who_records(work: Work, group: Group) -> str:
    return f" It is recorded by {_listed(work, [*sorted(secretaries(group)), group.chair])}."


def _who_has_papers(work: Work, group: Group) -> str:
    posts = [post for post in ((group.papers.owner if group.papers else None), group.papers_by) if post]
    return f" Ask {_listed(work, posts[:1])}." if posts else ""


def _listed(work: Work, posts: Iterable[str | None]) -> str:
    titles = [f"the {work.arrangements.title(post)}" for post in dict.fromkeys(posts) if post]
    return " or ".join([*titles, *([] if titles else ["the business manager"])])


def who_has_not(work: Work, group: Group, persons: Iterable[str], day: date) -> Iterator[str]:
    """The names of those of some people who have not signed by a day."""
    missing = unsigned(work, group, persons, day)
    yield from sorted(_person(work, person) for person in missing)


SIGNED = Action(
    "agreement.signed", Sign, _signed, CHAIRS, "record that somebody has signed a group's agreement", "group",
    own="minutes", newest=True,
)  # fmt: skip
WITHDRAW = Action(
    "agreement.withdraw", Withdraw, _withdraw, CHAIRS, "withdraw an entry of a signed agreement", "group",
    own="minutes", newest=True,
)  # fmt: skip

ACTIONS = (SIGNED, WITHDRAW)
