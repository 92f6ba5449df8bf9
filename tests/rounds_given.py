"""Rounds for tests of what is seen of them: an audit that many settings owe, in any state, without anybody pressing.

Everything is put on record as the actions would leave it; what the actions do has tests of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from commands import respondents, return_contents, return_forms
from commands.respondents import Respondent
from commands.work import Work
from storage.arrangements.forms import Given
from storage.records import returns
from storage.records.returns import Enrolled, Moderated, Owed, Round
from storage.records.scope import Scope
from tests.offices import ALL_WAYS, OURSHIRE, Office, an_office

AUDIT = "section-11"
FORM = """
[[agencies]]
id = "fire"
name = "Ourshire Fire and Rescue"
sector = "Fire"
section_11 = true
source = "chosen"

[[posts]]
id = "audit-lead"
title = "Audit Lead"
source = "chosen"

[[returns]]
id = "section-11"
name = "Section 11 audit"
calls = "audit"
form = "small-audit"
from_agencies = ["council", "police", "nhs", "schools", "fire"]
to_group = "executive"
by_hand = true
moderated_by = "audit-lead"
source = "chosen"

[[forms]]
format = 1
id = "small-audit"
name = "Small audit"
source = "chosen"
nothing = "Nothing has changed"

[[forms.scales.met]]
id = "not"
label = "Not met"
rank = 1

[[forms.scales.met]]
id = "partly"
label = "Partly met"
rank = 2

[[forms.scales.met]]
id = "met"
label = "Met"
rank = 3

[[forms.sections]]
id = "line"
title = "A clear line of accountability"
standard = true
source = "chosen"

[[forms.sections.questions]]
id = "line-rating"
text = "How far is it met?"
kind = "rating"
scale = "met"
can_not_apply = true
source = "chosen"

[[forms.sections.questions]]
id = "line-how"
text = "How do you know?"
source = "chosen"

[[forms.sections]]
id = "listening"
title = "A culture of listening to children"
standard = true
source = "chosen"

[[forms.sections.questions]]
id = "listening-rating"
text = "How far is it met?"
kind = "rating"
scale = "met"
can_not_apply = true
source = "chosen"

[[forms.sections]]
id = "care"
title = "Adults at risk"
board = "adults"
standard = true
source = "chosen"

[[forms.sections.questions]]
id = "care-rating"
text = "How far is it met?"
kind = "rating"
scale = "met"
source = "chosen"
"""
RATINGS = ("not", "partly", "met")
QUESTIONS = ("line-rating", "listening-rating")


def an_office_with_an_audit(
    where: Any = "sqlite://", opened: str = "2027-03-01 06:00", *, signed_off: bool = False
) -> Office:
    """An office whose arrangements have a Section 11 audit, opened by hand, that five agencies owe."""
    text = OURSHIRE.read_text("utf-8") + FORM
    if signed_off:
        text = text.replace("by_hand = true", "by_hand = true\nsigned_off = true")
    return an_office(where, text, opened, ways=ALL_WAYS)


def writes(office: Office, does: Callable[[Work], None], who: str = "administrator") -> None:
    """Does something to the records in one transaction, past the runner."""
    with office.runner.store.writing() as session:
        work = office.runner.work(Scope(session, office.partnership), office.actor(who), office.now)
        does(work)


def a_round(
    office: Office,
    due: date = date(2027, 3, 26),
    place: str = "2027",
    *,
    joint: bool = False,
    group: str = "executive",
    settings: int = 0,
) -> str:
    """Opens a round of the audit and gives its key; with `settings`, so many schools owe it instead of the agencies."""

    def opens(work: Work) -> None:
        report = return_forms.find(work.arrangements, AUDIT)
        assert report is not None
        who = respondents.who_owes(work, report)
        if settings:
            who = [Respondent(f"agency.school-{n}", f"School {n:03}", f"lead:school-{n}") for n in range(settings)]
            for each in who:
                id_ = each.who.removeprefix("agency.")
                known = {"partnership": office.partnership, "id": id_, "name": each.name}
                work.scope.session.merge(Enrolled(**known, sector="Schools", since=date(2020, 1, 1)))
        key = {"partnership": office.partnership, "report": AUDIT, "place": place}
        row = Round(
            **key,
            name=f"Section 11 audit {place}",
            due=due,
            group=group,
            form=return_forms.form_of(work.arrangements, report).model_dump(mode="json"),
            version=1,
            chasers={},
            joint=joint,
            opened_at=work.now,
        )
        work.scope.session.add(row)
        work.scope.session.add_all(Owed(**key, who=each.who, name=each.name, post=each.post) for each in who)

    writes(office, opens)
    return f"round:{AUDIT}:{place}"


def stands(office: Office, record: str, who: str, **facts: Any) -> None:
    """Sets what is on record of one who owes: state, due, not_us, came_by and so on."""

    def sets(work: Work) -> None:
        owed = returns.owed(work.scope, *record.split(":")[1:], who)
        assert owed is not None, who
        for name, value in facts.items():
            setattr(owed, name, value)
        work.scope.session.add(owed)

    writes(office, sets)


def sends(
    office: Office,
    record: str,
    who: str,
    ratings: Mapping[str, str],
    *,
    texts: Mapping[str, str] | None = None,
    na: Iterable[str] = (),
    at: str | datetime | None = None,
    **facts: Any,
) -> None:
    """Has one send in their ratings, at a local time; what else is on record of it comes after."""
    before = office.now
    if at is not None:
        office.moves_to(at)

    def does(work: Work) -> None:
        owed = returns.owed(work.scope, *record.split(":")[1:], who)
        assert owed is not None, who
        filled = {question: Given(value=value) for question, value in ratings.items()}
        filled |= {question: Given(value=text) for question, text in (texts or {}).items()}
        filled |= {question: Given(not_applicable=True, because="It does not apply.") for question in na}
        return_contents.keep_sent(work, owed, filled)
        owed.state, owed.answered_at, owed.came_by = "answered", work.now, "web"
        work.scope.session.add(owed)

    writes(office, does)
    office.moves_to(before)
    if facts:
        stands(office, record, who, **facts)


def begins(office: Office, record: str, who: str) -> None:
    """Has one begin a draft."""

    def does(work: Work) -> None:
        owed = returns.owed(work.scope, *record.split(":")[1:], who)
        assert owed is not None, who
        return_contents.keep_draft(work, owed, {"line-how": Given(value="We have begun.")})

    writes(office, does)


def moderates(office: Office, record: str, who: str, question: str, rating: str) -> None:
    """Has the secretariat's own look give a rating."""
    _, report, place = record.split(":")

    def does(work: Work) -> None:
        row = Moderated(
            partnership=office.partnership,
            report=report,
            place=place,
            who=who,
            question=question,
            rating=rating,
            at=work.now,
        )
        work.scope.session.merge(row)

    writes(office, does)


def closes(office: Office, record: str, at: str | datetime) -> None:
    """Closes a round at a local time."""
    moment = office.at(at)

    def does(work: Work) -> None:
        row = the_round(work, record)
        row.state, row.closed_at = "closed", moment
        work.scope.session.add(row)

    writes(office, does)


def the_round(work: Work, record: str) -> Round:
    """The round with that key."""
    row = returns.of_record(work.scope, record)
    assert row is not None
    return row
