"""Invitations: who should have a meeting in their calendar, beside who has it, and the difference said.

Whatever changes a meeting or who is in a post ends here, and nothing else tells people of a meeting's date. What still
waits when it changes again is taken back, so that nobody reads two dates of one meeting where one will do; whoever may
have read the earlier one is told what became of it. Nobody is told twice what they know already.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from storage.arrangements import reminders
from storage.records import invited, meetings, outbox, people
from storage.records.invited import CALLED_OFF, INVITED, TAKEN_BACK, Invited
from storage.records.meetings import MeetingRow
from storage.records.message import Moment
from storage.records.outbox import Outgoing

from . import attendance_asking
from .calendar_entries import entry
from .delivering import BY_MAIL
from .meeting_words import begins, describe, group_of, local_hour
from .words import long_day
from .work import Work

MOST_NAMES = 8
"""So many posts are named in an answer; of the rest the number."""

FAR = timedelta(days=5 * 366)
"""How far ahead meetings are looked for when somebody enters or leaves a post: farther than any is planned."""

NEWER = "taken back: what it said has changed since"

IN_NO_POST = "taken back: whom it was for is in no post here today"

NOBODY = ""
"""Stands in the place of a person for the seats with nobody."""


@dataclass(frozen=True)
class Table:
    """The posts at the table of one meeting, on its day: those with somebody, by person, and those with nobody."""

    told: dict[str, list[str]]
    vacant: list[str]

    def words(self, work: Work) -> str:
        """Who is told, for whoever has just confirmed."""
        title = work.arrangements.title
        names = [title(post) for posts in self.told.values() for post in posts]
        told = f"Everybody at the table is told: {_some(names)}." if names else "Nobody is told."
        return " ".join(filter(None, (told, self.seats_words(work))))

    def seats_words(self, work: Work) -> str:
        """Which seats have nobody, in a sentence; empty where each has somebody."""
        names = [work.arrangements.title(post) for post in self.vacant]
        return f"These seats have nobody: {_some(names)}." if names else ""


@dataclass(frozen=True)
class _Hours:
    """What an entry says of a meeting's time: whoever knows these knows where to be when."""

    day: date
    starts_at: datetime | None
    ends_at: datetime | None


def keep(work: Work, row: MeetingRow) -> Table:
    """Brings everybody's entry after a meeting that has just changed; gives who is at its table."""
    table = at_its_table(work, row)
    if row.status != "held":
        _say_differences(work, row, table, _reachable(work), seats=True)
    return table


def keep_ahead(work: Work) -> None:
    """The same for all meetings to come, when who is in which post has changed, and every night.

    Whoever has an account now, and had none when they were told, is told again. Somebody who is in a post later only is
    told on their first day: before it nothing may go to them. Nor may anything once they are in none: whoever was out
    at once keeps what they have, and hears what became of it when they are in a post again (docs/doors.md).
    """
    reachable = _reachable(work)
    tell_missed(work, sorted({row.person for row in outbox.not_delivered(work.scope)} & reachable))
    told_of = invited.records_told_of(work.scope, work.today)
    for row in meetings.between(work.scope, work.today, work.today + FAR):
        if row.status == "confirmed" or (row.record in told_of and row.status != "held"):
            _say_differences(work, row, at_its_table(work, row), reachable, seats=False)
    attendance_asking.keep_ahead(work)


def tell_missed(work: Work, persons: Iterable[str]) -> int:
    """Has what these people should know of meetings wait again, where it ended because nothing reached them.

    Only for whoever has an account that takes messages, and only the newest of each meeting; gives how many.
    """
    again = 0
    for person in persons:
        if all(each.gone for each in people.identities(work.scope.session, person)):
            continue
        newest = {one.record: one for one in invited.of_person(work.scope, person) if one.state != TAKEN_BACK}
        again += sum(outbox.try_again(work.scope, one.key, work.now) for one in newest.values())
    return again


def at_its_table(work: Work, row: MeetingRow) -> Table:
    """Everybody at the table on the day of the meeting: cover before holder before deputy, each person once."""
    posts = [seat.post for seat in reminders.at_the_table(group_of(work, row), row.day)]
    filled = people.in_posts(work.scope, posts, row.day, group=row.group, at=begins(work, row))
    told: dict[str, list[str]] = {}
    for post in posts:
        if post in filled:
            told.setdefault(filled[post], []).append(post)
    return Table(told, [post for post in posts if post not in filled])


def _reachable(work: Work) -> set[str]:
    """Everybody to whom messages may go today."""
    held = {h.person for h in people.holdings(work.scope, work.today)}
    return held | {c.person for c in people.covering_on(work.scope, work.today)}


def _say_differences(work: Work, row: MeetingRow, table: Table, reachable: set[str], *, seats: bool) -> None:
    """Says to each person what differs from what they know; with `seats` to the business manager too."""
    story: dict[str, list[Invited]] = {}
    given_out = invited.of_record(work.scope, row.record)
    for one in given_out:
        story.setdefault(one.person, []).append(one)
    sequence = 1 + max((one.sequence for one in given_out), default=-1)
    hours = _Hours(row.day, _utc(row.starts_at), _utc(row.ends_at)) if row.status == "confirmed" else None
    for person in dict.fromkeys([*table.told, *story]):
        if person in reachable:
            wanted = hours if person in table.told else None
            _say_difference(work, row, sequence, person, story.get(person, []), wanted, table.told.get(person, []))
        elif person != NOBODY:
            # Delivery gives nothing to them: what still waits must not count as said once they are in a post again.
            _what_may_be_read(work, story.get(person, []), IN_NO_POST)
    if seats:
        wanted = hours if table.vacant else None
        _say_difference(work, row, sequence, NOBODY, story.get(NOBODY, []), wanted, table.vacant)


def _say_difference(
    work: Work,
    row: MeetingRow,
    sequence: int,
    person: str,
    given_out: list[Invited],
    wanted: _Hours | None,
    posts: list[str],
) -> None:
    newest = next((one for one in reversed(given_out) if one.state != TAKEN_BACK), None)
    if _known(newest) == wanted:
        return
    newest = _what_may_be_read(work, given_out)
    known = _known(newest)
    if known == wanted and (newest is None or not _is_given_up(work, newest)):
        return
    before = None if known == wanted else known  # what may not have been read is said as if for the first time
    hours = wanted or known or (_hours_of(newest) if newest else None)
    assert hours is not None
    told = Invited(
        partnership=row.partnership,
        record=row.record,
        person=person,
        sequence=sequence,
        state=CALLED_OFF if wanted is None else INVITED,
        day=hours.day,
        starts_at=hours.starts_at,
        ends_at=hours.ends_at,
        organiser=newest.organiser if newest and (known or wanted is None) else _organiser(work),
    )
    kind = _kind(row, before, wanted)
    told.key = f"{kind}:{row.record}:{sequence}:{person}"
    work.scope.session.add(told)
    if person != NOBODY:
        _tell(work, row, told, kind, before, posts)
    else:
        _tell_of_seats(work, row, told, before, posts)


def _known(newest: Invited | None) -> _Hours | None:
    """What somebody has in their calendar after an entry: the meeting's time, or nothing."""
    if newest is None or newest.state != INVITED:
        return None
    return _hours_of(newest)


def _hours_of(one: Invited) -> _Hours:
    return _Hours(one.day, one.starts_at, one.ends_at)


def _what_may_be_read(work: Work, given_out: Iterable[Invited], why: str = NEWER) -> Invited | None:
    """The newest entry that may have reached its person; those that still wait are taken back."""
    for one in reversed(list(given_out)):
        if one.state == TAKEN_BACK:
            continue
        if not outbox.take_back(work.scope, [one.key, f"{one.key}{BY_MAIL}"], why, work.now):
            return one
        one.state = TAKEN_BACK
        work.scope.session.add(one)
    return None


def _is_given_up(work: Work, one: Invited) -> bool:
    """Whether an entry may have got through or not, and is not tried again, since something newer took its place."""
    found = [outbox.find(work.scope, key) for key in (one.key, f"{one.key}{BY_MAIL}")]
    stored = [each for each in found if each is not None]
    return bool(stored) and all(_is_over(each, work.now) for each in stored)


def _is_over(stored: Outgoing, now: datetime) -> bool:
    return stored.state not in ("sent", "failed") and stored.expires_at is not None and stored.expires_at <= now


def _kind(row: MeetingRow, known: _Hours | None, wanted: _Hours | None) -> str:
    if wanted is not None:
        return "meeting-moved" if known else "meeting-confirmed"
    return {"cancelled": "meeting-cancelled", "planned": "meeting-unconfirmed"}.get(row.status, "meeting-left")


def _tell(work: Work, row: MeetingRow, told: Invited, kind: str, known: _Hours | None, posts: list[str]) -> None:
    person = people.get(work.scope.session, told.person)
    assert person is not None
    group, titles = group_of(work, row), [work.arrangements.title(post) for post in posts]
    work.say_to(
        told.person,
        kind,
        key=told.key,
        record=row.record,
        data=_data(work, row, known),
        why=f"the meeting of the {group.name} has changed" if known else f"the {group.name} meets that day",
        source=group.source,
        expires_at=_over(work, told),
        times=_times(work, told),
        attached=(entry(work, row, told, person, " and ".join(titles)),),
    )


def _tell_of_seats(work: Work, row: MeetingRow, told: Invited, known: _Hours | None, posts: list[str]) -> None:
    """One message for all seats with nobody; none where the answer to what the business manager did has said so."""
    manager, _ = work.reach(work.arrangements.secretariat.business_manager)
    if manager is None or (manager == work.actor.person and work.record == row.record):
        return
    kind = "seats-vacant"
    told.key = f"{kind}:{row.record}:{told.sequence}"
    work.say_to(
        manager,
        kind,
        key=told.key,
        record=row.record,
        data=_data(work, row, known) | {"seats": [work.arrangements.title(post) for post in posts]},
        why="nobody can be told for these seats",
        source=group_of(work, row).source,
        expires_at=_over(work, told),
        times=_times(work, told),
    )


def _data(work: Work, row: MeetingRow, known: _Hours | None) -> dict[str, object]:
    """What the words may use: the meeting as it is, and the day and hour that this person knew."""
    return describe(work, row) | {
        "known": known is not None,
        "before": known.day if known else row.day,
        "starts_before": local_hour(work, known.starts_at) if known else "",
    }


def _times(work: Work, told: Invited) -> tuple[Moment, ...]:
    """The hour as it stands in the words of an invitation."""
    if told.state != INVITED or told.starts_at is None:
        return ()
    return (Moment(words=f"{long_day(told.day)} at {local_hour(work, told.starts_at)}", at=told.starts_at),)


def _over(work: Work, told: Invited) -> datetime:
    """When it is of no more use to anybody: at the end of the meeting's day, or of today where that is over."""
    last = max(told.day, work.today) + timedelta(days=1)
    return datetime.combine(last, time(), work.terms.zone).astimezone(UTC)


def _organiser(work: Work) -> str:
    """The mailbox that is read, where there is one; else the business manager's address; where nobody is in post, one
    that no mail can reach."""
    if work.answers_to:
        return work.answers_to
    person, _ = work.reach(work.arrangements.secretariat.business_manager)
    found = people.get(work.scope.session, person) if person else None
    return found.email if found else f"secretariat@{work.scope.partnership}.invalid"


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _some(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
