"""Would people be reached? For each safeguarding partner and each of the next fourteen days, from who is in post.

And looking back: how often people were woken in a quarter, and for what.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from storage.arrangements.agencies import Partner
from storage.arrangements.ladders import Ladder
from storage.arrangements.phrases import listed, times_words
from storage.records import incidents, people, tellings
from storage.records.incidents import Case

from . import alerting, case_lists, notifying_forms, stating, terms
from .watching import partner_name, pathways_on, quarter_after, told_post_of
from .words import short_day
from .work import Work

DAYS = 14
"""How many days the forecast looks ahead, today included; statutory hours know no weekend, so each of them counts."""

_NOBODY = "nobody is in the post, deputises or covers"
_NO_WAY = "nobody there has confirmed an account, and no mail goes out"
_DOUBTED = "whoever is in the post has left, or has not said that they are still in it"


@dataclass(frozen=True)
class Gap:
    """Days in a row on which nobody of a partner can be reached, and why."""

    partner: str
    post: str
    first: date
    last: date
    because: str

    @property
    def words(self) -> str:
        """The gap as a line: each day with its weekday, or the first and the last."""
        if self.first == self.last:
            days = f"on {short_day(self.first)}"
        elif self.last - self.first == timedelta(days=1):
            days = f"on {short_day(self.first)} and {short_day(self.last)}"
        else:
            days = f"from {short_day(self.first)} to {short_day(self.last)}"
        return f"{self.partner} ({self.post}): nobody can be reached {days}; {self.because}"


# Ahead


def forecast(work: Work) -> list[str]:
    """The next fourteen days as lines: each gap, each partner of whom the arrangements do not say who is told.

    Nothing where no pathway with alerts is on.
    """
    if not pathways_on(work):
        return []
    partners = work.arrangements.partners
    unsaid = [partner for partner in partners if told_post_of(work, partner) is None]
    lines = [gap.words for gap in gaps(work)]
    lines += [f"{partner_name(work, p)}: our arrangements do not say who is told; nobody watches this" for p in unsaid]
    if not partners:
        lines.append("Our arrangements name no safeguarding partner; nobody watches this")
    return lines or [f"On each of the next {DAYS} days each safeguarding partner has somebody who can be reached"]


def gaps(work: Work) -> list[Gap]:
    """Every stretch of the next fourteen days on which nobody of a safeguarding partner can be reached."""
    found: list[Gap] = []
    for partner in work.arrangements.partners:
        post = told_post_of(work, partner)
        if post is not None:
            found += _gaps_of(work, partner, post)
    return found


def _gaps_of(work: Work, partner: Partner, post: str) -> list[Gap]:
    found: list[Gap] = []
    name, title = partner_name(work, partner), work.arrangements.title(post)
    for day in (work.today + timedelta(days=n) for n in range(DAYS)):
        because = why_not(work, post, day)
        if because is None:
            continue
        if found and found[-1].because == because and found[-1].last == day - timedelta(days=1):
            found[-1] = Gap(name, title, found[-1].first, day, because)
        else:
            found.append(Gap(name, title, day, day, because))
    return found


def why_not(work: Work, post: str, day: date) -> str | None:
    """Why nobody can be reached who may answer for a post on a day; None where somebody can."""
    there = [(each, person) for each in alerting.posts_for(work, post) for person in _in_post(work, each, day)]
    if not there:
        return _NOBODY
    reached = [(each, person) for each, person in there if has_a_way(work, person)]
    if not reached:
        return _NO_WAY
    return None if any(stating.doubted(work, each) != person for each, person in reached) else _DOUBTED


def _in_post(work: Work, post: str, day: date) -> list[str]:
    return sorted(people.all_in_post(work.scope, post, day))


def has_a_way(work: Work, person: str) -> bool:
    """Whether an alert can reach somebody: by an account that they have confirmed, or by mail where mail goes out."""
    known = people.identities(work.scope.session, person)
    if any(each.state == "confirmed" and not each.gone for each in known):
        return True
    found = people.get(work.scope.session, person)
    bounces = any(each.gone and found is not None and each.user == found.email for each in known)
    return "mail" in work.ways and found is not None and bool(found.email) and not bounces


def unguarded(work: Work) -> list[str]:
    """What is not set up that notices when the bot stops, or that reaches people in another way."""
    if not pathways_on(work):
        return []
    lines = []
    if "heartbeat" not in work.ways:
        lines.append("Nobody would notice if this bot stopped: no heartbeat address is set")
    if "mail" not in work.ways:
        lines.append("No mail is set up: there is no copy on paper, and who has no chat account is not reached")
    return lines


# Back


@dataclass(frozen=True)
class Waking:
    """Somebody was told by night: why. A drill is none that anybody needed."""

    because: str
    drill: bool


TOLD_ALOUD = ("told", "again", "deputy", "senior", "asked to ring")
"""What is done in telling that wakes somebody who sleeps; a text message does too, a mail does not."""

NOT_ANSWERED = "nobody had answered"
ANEW = "it was passed on, or what was promised did not happen"
AS_ARRANGED = "our arrangements have people woken"


def woken(work: Work, reader: str, quarter: date) -> list[str]:
    """How often people were woken in the quarter that begins on a day, and for what, as lines for one reader.

    Counts only those cases on whose list the reader is; nothing for somebody who has not confirmed who they are.
    """
    if not people.is_confirmed(work.scope.session, reader):
        return []
    first, after = _midnight(work, quarter), _midnight(work, quarter_after(quarter))
    found = [
        waking
        for case in incidents.every(work.scope)
        if case.opened_at < after and reader in case_lists.people_on(work, case)
        for waking in wakings(work, case, first, after)
    ]
    months = f"{quarter:%B} to {quarter_after(quarter) - timedelta(days=1):%B %Y}"
    earnest = Counter(waking.because for waking in found if not waking.drill)
    drills = sum(waking.drill for waking in found)
    if not found:
        return [f"From {months} nobody was woken"]
    lines = []
    if earnest:
        reasons = listed([f"{reason} ({number})" for reason, number in sorted(earnest.items())])
        lines.append(f"From {months} people were woken {times_words(sum(earnest.values()))}: {reasons}")
    if drills:
        lines.append(f"From {months} drills woke people {times_words(drills)}")
    return lines


def wakings(work: Work, case: Case, first: datetime, after: datetime) -> Iterable[Waking]:
    """Each time that somebody was told of a case by night, from one time to another, the last not included."""
    began = terms.of(work.scope, case.version)
    ladder: Ladder = began.arrangements.pathway(case.pathway).told_next
    known: set[str] = set()
    for said in tellings.said(work.scope, case.reference):
        because = NOT_ANSWERED
        if said.what == "told":
            because = ANEW if said.post in known else _because(case)
            known.add(said.post)
        wakes = said.what in TOLD_ALOUD or (said.what, said.through) == ("written", "text")
        if wakes and first <= said.at < after and ladder.is_night(said.at, began.zone):
            yield Waking(because, case.drill)


def _because(case: Case) -> str:
    words = notifying_forms.WAKING.get(case.woken_because, "")
    return words[:1].lower() + words[1:] if words else AS_ARRANGED


def _midnight(work: Work, day: date) -> datetime:
    return datetime.combine(day, time(), work.terms.zone).astimezone(UTC)
