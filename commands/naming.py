"""What people call things: groups, meetings, posts and persons by id, name, title or alias, in any case."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from storage.arrangements.agencies import Post
from storage.arrangements.findings import did_you_mean
from storage.arrangements.groups import Group
from storage.arrangements.partnership import Arrangements
from storage.records import meetings, people
from storage.records.meetings import MeetingRow
from storage.records.people import Person

from .dates import parse_day
from .refusals import Refusal, Refused
from .words import long_day, short_day
from .work import Work

MOST_LISTED = 6


def plain(name: str) -> str:
    """A name as names are compared: without case, articles, "and" for "&", and the shape of its apostrophes."""
    words = name.casefold().replace("’", "'").replace("&", " and ").replace(",", " ").split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def leading_group(arrangements: Arrangements, words: Sequence[str]) -> tuple[Group | None, list[str]]:
    """The group whose name stands first in the words, the longest that fits, and the words after it."""
    for size in range(min(len(words), 12), 0, -1):
        found = _by_name(arrangements.groups, " ".join(words[:size]))
        if found is not None:
            return found, list(words[size:])
    return None, list(words)


def _by_name(groups: Iterable[Group], word: str) -> Group | None:
    wanted = plain(word)
    return next((group for group in groups if wanted in {plain(name) for name in group.names()}), None)


def group(arrangements: Arrangements, word: str) -> Group:
    """The group that somebody calls by that word. Raises Refused with the nearest name, or all of them."""
    found = _by_name(arrangements.groups, word)
    if found is not None:
        return found
    near = [g for g in arrangements.groups if plain(word) and any(plain(word) in plain(name) for name in g.names())]
    if len(near) == 1:
        return near[0]
    if near:
        raise Refused(Refusal(f'"{word}" could be more than one group.', "group", f"Write {_or(g.id for g in near)}."))
    hint = did_you_mean(word, (name for g in arrangements.groups for name in g.names()))
    ids = ", ".join(g.id for g in arrangements.groups)
    raise Refused(Refusal(f'There is no group called "{word}".{hint}', "group", f"Our groups are: {ids}."))


def post(arrangements: Arrangements, word: str, field: str = "post") -> Post:
    """The post that somebody calls by that word. Raises Refused with the nearest titles, beside the field."""
    wanted = plain(word)
    if (of_agency := post_of_agency(arrangements, wanted)) is not None:
        return of_agency
    for entry in arrangements.posts:
        if wanted in {plain(name) for name in (entry.id, entry.id.replace("-", " "), entry.title, *entry.aliases)}:
            return entry
    parts = set(wanted.split())
    near = [
        entry
        for entry in arrangements.posts
        if any(parts <= set(plain(n).split()) for n in (entry.title, *entry.aliases))
    ]
    if parts and len(near) == 1:
        return near[0]
    if parts and near:
        titles = _or(entry.title for entry in near)
        raise Refused(Refusal(f'"{word}" could be more than one post.', field, f"Write {titles}."))
    hint = did_you_mean(word, (name for entry in arrangements.posts for name in (entry.title, entry.id)))
    raise Refused(Refusal(f'There is no post called "{word}".{hint}', field, "See the posts with: people list"))


def post_of_agency(arrangements: Arrangements, word: str) -> Post | None:
    """The post of an agency's lead or senior for its reports ("lead:AGENCY"), which no definition lists."""
    role, _, agency = word.partition(":")
    if role not in ("lead", "senior") or agency not in {each.id for each in arrangements.agencies}:
        return None
    return Post(id=word, title=arrangements.title(word), agency=agency)


def person(work: Work, word: str, field: str = "person") -> Person:
    """Somebody in a post, by address, by name, or by the post that they hold. Raises Refused beside the field."""
    session = work.scope.session
    if "@" in word:
        found = people.by_email(session, word)
        if found is not None and people.holdings(work.scope, person=found.id):
            return found
        want = "The business manager enters people with: people enter EMAIL NAME as POST"
        raise Refused(Refusal("Nobody with that address is entered in this partnership.", field, want))
    known = {h.person: people.get(session, h.person) for h in people.holdings(work.scope, work.today)}
    named = [one for one in known.values() if one is not None and plain(one.name) == plain(word)]
    if len(named) == 1:
        return named[0]
    if named:
        raise Refused(Refusal("More than one person has that name.", field, "Write the e-mail address."))
    try:
        holder = people.in_post(work.scope, post(work.arrangements, word, field).id, work.today)
    except Refused as refused:
        want = "Write the e-mail address, the name, or the post that the person holds."
        raise Refused(Refusal(refused.refusals[0].sentence.replace("post", "person or post"), field, want)) from None
    found = people.get(session, holder) if holder else None
    if found is None:
        raise Refused(Refusal("Nobody is in that post today.", field, "Write the e-mail address of a person."))
    return found


def meeting(work: Work, entry: Group, which: str, *, been: bool = False) -> MeetingRow:
    """A meeting of a group by its place or its day; without either its next one, or its last if it must have `been`.

    Raises Refused with the meetings that there are.
    """
    if which:
        return _which(work, entry, which)
    if been:
        past = meetings.between(work.scope, work.today - timedelta(days=550), work.today, entry.id)
        held = [row for row in past if row.status != "cancelled"]
        if held:
            return held[-1]
        raise Refused(Refusal(f"The {entry.name} has no meeting on record that has been.", "place", _see(entry)))
    found = meetings.upcoming(work.scope, entry.id, work.today)
    if found is None:
        raise Refused(Refusal(f"The {entry.name} has no meeting ahead.", "place", _see(entry)))
    return found


def _which(work: Work, entry: Group, which: str) -> MeetingRow:
    rows = [row for row in meetings.every(work.scope) if row.group == entry.id]
    for row in rows:
        if which.casefold() == row.place.casefold():
            return row
    for day in _days(which, work.today):
        same = [row for row in rows if row.day == day]
        same.sort(key=lambda row: row.status == "cancelled")
        if same:
            return same[0]
    ahead = [row for row in rows if row.day >= work.today][:MOST_LISTED]
    want = f"There are {', '.join(f'{row.place} ({short_day(row.day)})' for row in ahead)}." if ahead else _see(entry)
    raise Refused(Refusal(f'The {entry.name} has no meeting "{which}".', "place", want))


def is_meeting(work: Work, entry: Group, which: str) -> bool:
    """Whether those words name a meeting of the group, by place or by day."""
    try:
        _which(work, entry, which)
    except Refused:
        return False
    return True


def _days(which: str, today: date) -> list[date]:
    found = []
    for past in (False, True):
        try:
            found.append(parse_day(which, today, past=past))
        except Refused:
            continue
    return found


def _see(entry: Group) -> str:
    return f"See the list with: meeting list {entry.id}"


def called(work: Work, row: MeetingRow) -> str:
    """What people call a meeting: "Executive of Tuesday 15 December 2026"."""
    return f"{work.arrangements.groups_by_id[row.group].name} of {long_day(row.day)}"


def _or(names: Iterable[str]) -> str:
    found = list(names)
    shown = found[:MOST_LISTED]
    more = "" if len(found) <= MOST_LISTED else ", or another"
    return f"{', '.join(shown[:-1])} or {shown[-1]}{more}" if len(shown) > 1 else f"{shown[0]}{more}"
