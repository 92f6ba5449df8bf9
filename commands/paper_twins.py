"""The paper copy: each evening the live clocks and the telephone tree go by mail to two people, to be printed.

When the bot or the chat is away, incidents are worked from that sheet. It holds references, posts, names and numbers,
and nothing about a child.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from storage.arrangements.clocks import Deadline
from storage.arrangements.pathways import Pathway
from storage.arrangements.phrases import counted
from storage.arrangements.reminders import Ask
from storage.records import duties, outbox, people, tellings
from storage.records.duties import Duty
from storage.records.incidents import Case
from storage.records.message import Less, Message

from . import alerting, case_lists
from .cases import deadlines_of, due_words, is_past, owner_of, pathway_of
from .watching import RECORD, open_cases, pathways_on
from .words import hour, rendered, short_day
from .work import Work

KIND = "paper-twin"

AT = time(18, 0)
"""When it goes out, local time, every evening: Friday's is there for the weekend; chosen."""

OF_USE = timedelta(hours=23)
"""A sheet that could not go out by then is left: the next one is truer."""

COPIES = 2

MOST_CASES = 10
MOST_STAGES = 3
"""What is overdue is all there, and of what lies ahead the next so many stages of a case: it prints on two pages."""

SOURCE = "chosen"


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets the paper copy, and the post by which they do."""

    person: str
    post: str


def is_needed(work: Work) -> bool:
    """Whether there is something to be worked from paper: a pathway with alerts is on, or an incident is open."""
    return bool(pathways_on(work) or open_cases(work))


def owe_twin(work: Work) -> None:
    """This evening's paper copy."""
    if not is_needed(work):
        return
    at = datetime.combine(work.today, AT, work.terms.zone).astimezone(UTC)
    ask = Ask(KIND, work.today.isoformat(), at, _pathways(work)[0].handler, "every evening, for two people", SOURCE)
    work.owe_also(RECORD, 1, [ask])


def _pathways(work: Work) -> list[Pathway]:
    """The pathways that are on, and those of the incidents that are open."""
    found = [*pathways_on(work), *(pathway_of(work, case) for case in open_cases(work))]
    return list({pathway.id: pathway for pathway in found}.values())


def recipients(work: Work) -> list[Recipient]:
    """The two people who get it: in the posts that were chosen for it, else who handles incidents and who deputises.

    Where nobody deputises, the business manager is the second.
    """
    posts = list(work.arrangements.planning.paper_copy)
    if not posts:
        posts = [*(pathway.handler for pathway in _pathways(work)), work.arrangements.secretariat.business_manager]
    found: dict[str, str] = {}
    for post in posts:
        first = people.in_post(work.scope, post, work.today)
        others = sorted(people.all_in_post(work.scope, post, work.today) - {first})
        for person in [*([first] if first else []), *others]:
            found.setdefault(person, post)
    return [Recipient(person, post) for person, post in list(found.items())[:COPIES]]


def sent_out(work: Work, duty: Duty) -> str:
    """The handler: the sheet as it stands now, by mail and in no other way."""
    work.note(duty.record, part=duty.part)
    if not is_needed(work):
        return "not sent: nothing is on, and no incident is open"
    if "mail" not in work.ways:
        return "not sent: no mail is set up"
    found = recipients(work)
    for each in found:
        title, text = sheet(work, each.person)
        work.send(
            each.person,
            KIND,
            Message(title=title, text=text, by_mail=Less(title=title, text=text)),
            post=each.post,
            key=f"{KIND}:{duty.part}:{each.person}",
            record=duty.record,
            why=duty.why,
            source=duty.source,
            through="mail",
            about_case=True,
            expires_at=work.now + OF_USE,
        )
    return f"told: {len(found)} by mail" if found else "not sent: nobody is there to get it"


# What stands on it


def sheet(work: Work, person: str) -> tuple[str, str]:
    """The title and the words of the paper copy for one person: only incidents on whose list they are stand there."""
    door = work.arrangements.front_door
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "day": work.today,
        "hour": hour(work.now, work.terms.zone),
        "door": door.name or "The front door",
        "telephone": door.telephone,
        "out_of_hours": door.out_of_hours,
        "clocks": _clocks(work, person),
        "tree": _tree(work),
    }
    return rendered(KIND, "title", data), rendered(KIND, "text", data)


def _clocks(work: Work, person: str) -> list[str]:
    theirs = [case for case in open_cases(work) if person in case_lists.people_on(work, case)]
    lines = [line for case in theirs[:MOST_CASES] for line in _of_case(work, case)]
    if len(theirs) > MOST_CASES:
        lines.append(f"And {len(theirs) - MOST_CASES} more, which stand in the chat only: incident list")
    return lines


def _of_case(work: Work, case: Case) -> list[str]:
    pathway = pathway_of(work, case)
    still_open = [deadline for row, deadline in deadlines_of(work, case) if row.state == "open"]
    late = [deadline for deadline in still_open if is_past(work, deadline)]
    ahead = [deadline for deadline in still_open if deadline not in late]
    lines = [_of_stage(work, case, pathway, deadline) for deadline in [*late, *ahead[:MOST_STAGES]]]
    if len(ahead) > MOST_STAGES:
        lines.append(f"{case.reference}: and {counted(len(ahead) - MOST_STAGES, 'later stage')}")
    silent = [work.arrangements.title(post) for post in _not_answered(work, case)]
    lines += [f"{case.reference}: not answered yet by the {title}" for title in silent]
    return lines or [f"{case.reference}: no stage is open"]


def _of_stage(work: Work, case: Case, pathway: Pathway, deadline: Deadline) -> str:
    owner = work.arrangements.title(owner_of(work, pathway, deadline))
    state = "OVERDUE, was due" if is_past(work, deadline) else "due"
    due = f"{state} {due_words(work, deadline)}" if deadline.due is not None else "no date yet"
    return f"{case.reference}: {deadline.name}, {due} ({owner})"


def _not_answered(work: Work, case: Case) -> list[str]:
    return [each.post for each in tellings.of_case(work.scope, case.reference) if each.state in ("told", "silent")]


def _tree(work: Work) -> list[str]:
    """Whom to ring: who handles incidents, then for each post that is told whoever may answer, then the seniors."""
    posts: list[str] = []
    for pathway in _pathways(work):
        told = [post for post in pathway.told if post in work.arrangements.posts_by_id]
        posts += [pathway.handler, *(each for post in told for each in alerting.posts_for(work, post))]
    posts += [partner.senior for partner in work.arrangements.partners if partner.senior]
    return [line for post in dict.fromkeys(posts) for line in _of_post(work, post)]


def _of_post(work: Work, post: str) -> list[str]:
    entry = work.arrangements.posts_by_id[post]
    own = f", {entry.telephone}" if entry.telephone else ""
    first = people.in_post(work.scope, post, work.today)
    others = sorted(people.all_in_post(work.scope, post, work.today) - {first})
    lines = [f"{entry.title}{own}: {_person(work, person)}" for person in [*([first] if first else []), *others]]
    return lines or [f"{entry.title}{own}: nobody is entered"]


def _person(work: Work, person: str) -> str:
    found = people.get(work.scope.session, person)
    assert found is not None, "whoever is in a post is a person that is entered"
    return f"{found.name}, {found.telephone or 'no number is entered'}"


# How it went


def for_digest(work: Work) -> list[str]:
    """Whether the last paper copy went out, and whether two people get it; nothing where all is as it should be."""
    if not is_needed(work) or "mail" not in work.ways:
        return []
    lines = []
    found = recipients(work)
    if len(found) < COPIES:
        whom = f"only {alerting.name_of(work, found[0].person)} gets" if found else "nobody gets"
        lines.append(f"Paper copy: {whom} it; two people should")
    last = duties.latest(work.scope, RECORD, KIND)
    past = last if last is not None and last.state != "open" else _before(work, last)
    if past is not None and (names := _not_gone(work, past)):
        day = short_day(past.due_at.astimezone(work.terms.zone).date())
        lines.append(f"Paper copy of {day}: did not go out{names}")
    return lines


def _before(work: Work, following: Duty | None) -> Duty | None:
    """The last evening's that is over."""
    over = [d for d in duties.of_kind(work.scope, KIND) if d.state != "open"] if following is not None else []
    return over[-1] if over else None


def _not_gone(work: Work, duty: Duty) -> str:
    """Why the sheet of an evening reached nobody, or to whom it did not go; empty where it went to all."""
    if not duty.reason.startswith("told"):
        return f", {duty.reason}"
    rows = [outbox.find(work.scope, f"{KIND}:{duty.part}:{each.person}") for each in recipients(work)]
    lost = [row.person for row in rows if row is not None and row.state in ("failed", "dropped")]
    return f" to {', '.join(alerting.name_of(work, person) for person in lost)}" if lost else ""
