"""What is looked after by itself while incidents can be notified: which posts hear of them, and who stands for whom.

Drills, the forecast, the questions now and then and the paper copy are built on this. Nothing here changes anything.
"""

from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from storage.arrangements.agencies import Partner
from storage.arrangements.pathways import Pathway
from storage.records import incidents, people, switched
from storage.records.incidents import Case
from storage.records.people import Person

from .alerting import posts_for
from .cases import full_pathway
from .work import Work

RECORD = "watch"
"""The record that owes what comes round by itself about incidents."""

ASKS_AT = time(9, 0)
"""When people are asked now and then whether something still holds, local time on a working day; chosen."""


def pathways_on(work: Work) -> list[Pathway]:
    """The pathways with alerts that are switched on, in their order."""
    on = switched.on(work.scope)
    return [pathway for pathway in work.arrangements.pathways if pathway.alert and pathway.id in on]


def open_cases(work: Work) -> list[Case]:
    """The incidents that are open; drills are none."""
    return [case for case in incidents.open_cases(work.scope) if not case.drill]


def told_posts(work: Work) -> list[str]:
    """The posts that are told of an incident by a pathway that is on, each once, in the order of the arrangements."""
    found: list[str] = []
    for pathway in pathways_on(work):
        kinds = full_pathway(pathway).kinds
        found += [*pathway.told, *(post for kind in kinds for post in kind.told)]
    return [post for post in dict.fromkeys(found) if post in work.arrangements.posts_by_id]


def handlers(work: Work) -> list[str]:
    """The posts that handle the pathways that are on."""
    return list(dict.fromkeys(pathway.handler for pathway in pathways_on(work)))


def posts_that_hear(work: Work) -> list[str]:
    """Every post that hears of an incident: those told, who answers for them, and who handles it."""
    told = [each for post in told_posts(work) for each in posts_for(work, post)]
    return [post for post in dict.fromkeys([*told, *handlers(work)]) if post in work.arrangements.posts_by_id]


def told_post_of(work: Work, partner: Partner) -> str | None:
    """The post that is told of an incident for a safeguarding partner; None where the arrangements do not say."""
    told = told_posts(work)
    if partner.lead in told:
        return partner.lead
    posts = work.arrangements.posts_by_id
    return next((post for post in told if posts[post].agency == partner.agency), None)


def partner_name(work: Work, partner: Partner) -> str:
    """What a safeguarding partner is called: its agency's name."""
    return next((agency.name for agency in work.arrangements.agencies if agency.id == partner.agency), partner.id)


def holder_of(work: Work, post: str) -> Person | None:
    """Whoever holds a post today; not who deputises or covers it, who would not be asked whether it is theirs."""
    held = people.holdings(work.scope, work.today, posts=[post])
    person = next((holding.person for holding in held if holding.capacity == "holder"), None)
    return people.get(work.scope.session, person) if person is not None else None


def asks_on(work: Work, day: date) -> datetime:
    """Nine o'clock of the first working day from a day on; never a time that is past, and so never one in the night."""
    at = _nine(work, day)
    if at < work.now:
        at = _nine(work, work.today)
    return at if at >= work.now else _nine(work, work.today + timedelta(days=1))


def _nine(work: Work, day: date) -> datetime:
    local = datetime.combine(work.terms.open_days.on_or_after(day), ASKS_AT, work.terms.zone)
    return local.astimezone(UTC)


def quarter_of(day: date) -> date:
    """The first day of the quarter of the year in which a day lies."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def quarter_after(first: date) -> date:
    """The first day of the quarter that follows the one that begins on a day."""
    return first + relativedelta(months=3)


def quarter_words(first: date) -> str:
    """A quarter by its name, as it stands in keys: "2027-Q1"."""
    return f"{first.year}-Q{(first.month + 2) // 3}"
