"""`meeting attend …` and `poll …`: whether one comes, what one is asked in polls, and how a meeting stands."""

from collections.abc import Sequence
from dataclasses import replace

from commands import attendance, attendance_deferring, attendance_mending, attendance_status, naming, quorum_confirming
from commands import standing as agendas
from commands.attendance_asking import buttons_for
from commands.attendance_standing import Standing, may_answer, meeting_of, seat_posts, standing
from commands.quorum_words import seat_line
from commands.reading import may
from commands.refusals import Refusal, Refused
from commands.registers import posts_acted_for
from commands.saying import SAY, Do, Meaning, Typed, Word, keyed
from commands.words import long_day
from commands.work import Work
from storage.arrangements.groups import Group
from storage.arrangements.phrases import the
from storage.records import polls
from storage.records.meetings import MeetingRow
from storage.records.message import Button, Message
from storage.records.polls import Poll, Seat

VALUES = {
    "yes": "yes", "y": "yes", "coming": "yes", "comes": "yes", "attend": "yes", "attending": "yes",
    "deputy": "deputy", "no": "no", "n": "no", "apologies": "no",
    "unsure": "unsure", "maybe": "unsure",
}  # fmt: skip
"""The words by which a line says an answer; "not sure" and "my deputy" are taken too."""

PAIRS = {("not", "sure"): "unsure", ("my", "deputy"): "deputy", ("not", "coming"): "no"}

KEYS = {"for": "post", "because": "because"}

MOST = 6
"""So many seats in meetings have their buttons where all open polls are shown."""


# Attending


def _attend(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH] [yes|deputy [WHO]|no|not sure] [for POST] [because WORDS]"""
    if not typed.words:
        return _mine(work, typed)
    group, rest = _leading(work, typed.words)
    before, raw = keyed(replace(typed, words=("", *rest)), KEYS)
    place, value, who = _parts(before[1:])
    row = naming.meeting(work, group, place)
    own = _own_posts(work, row)
    if "post" in raw:
        post = naming.post(work.arrangements, raw["post"]).id
    elif len(own) == 1:
        [post] = own
    elif own:
        return _which_seat(work, row, group, own, value)
    else:
        raise Refused(
            Refusal(
                f"You have no seat in {the(group.name)}.",
                want="To record what somebody has told you, write whose seat it is: "
                f"meeting attend {group.id} yes for POST",
            )
        )
    if not value:
        return _which_seat(work, row, group, [post], "")
    action = attendance.ANSWER if post in own else attendance.TOLD
    about = {"group": row.group, "place": row.place, "post": post, "value": value}
    return Do(action.name, about | ({"who": who} if who else {}) | _some("because", raw))


def _leading(work: Work, words: Sequence[str]) -> tuple[Group, list[str]]:
    found, rest = naming.leading_group(work.arrangements, list(words))
    return (found, rest) if found is not None else (naming.group(work.arrangements, words[0]), list(words[1:]))


def _parts(words: Sequence[str]) -> tuple[str, str, str]:
    """What stands before the answer (which meeting), the answer's value, and what stands after it (the deputy)."""
    lower = [word.casefold().strip(".,;") for word in words]
    for at in range(len(lower)):
        pair = PAIRS.get((lower[at], lower[at + 1])) if at + 1 < len(lower) else None
        size = 2 if pair else 1
        value = pair or VALUES.get(lower[at])
        if value:
            return " ".join(words[:at]), value, " ".join(words[at + size :])
    return " ".join(words), "", ""


def _own_posts(work: Work, row: MeetingRow) -> list[str]:
    person = work.actor.person
    if person is None:
        return []
    return [post for post in seat_posts(work, row) if may_answer(work, person, row.group, row.place, post)]


def _which_seat(work: Work, row: MeetingRow, group: Group, posts: Sequence[str], value: str) -> Message:
    found = {each.post: each for each in standing(work, row).seats}
    lines = [f"- {seat_line(work, found[post])}" for post in posts if post in found]
    buttons = [
        each for post in posts[:MOST] for each in _titled(work, buttons_for(work, row, [post]), post, len(posts))
    ]
    if value:
        buttons = [each for each in buttons if each.form.get("value") == value]
    return Message(
        title=f"{group.name}, {long_day(row.day)}: do you come?", text="\n".join(lines), buttons=tuple(buttons)
    )


def _titled(work: Work, buttons: Sequence[Button], post: str, many: int) -> list[Button]:
    """The buttons of one seat, with its title where there are several."""
    if many == 1:
        return list(buttons)
    return [
        each.model_copy(update={"label": f"{each.label}: {work.arrangements.title(post)}"[:60]}) for each in buttons
    ]


def _some(name: str, raw: dict[str, str]) -> dict[str, str]:
    return {name: raw[name]} if raw.get(name) else {}


# What one is asked


def _mine(work: Work, _typed: Typed) -> Meaning:
    """The open polls of one's own seats and of one's officer's, those of attendance with buttons."""
    posts = posts_acted_for(work, work.actor.person) if work.actor.person is not None else set()
    found = polls.open_of_posts(work.scope, posts)
    lines, buttons = [], []
    for poll, seat in found:
        lines.append(_line(work, poll, seat))
        buttons += _buttons(work, poll, seat, many=len(found))
    text = "\n".join(lines) or "Nothing is asked of your seats at the moment."
    return Message(title="What your seats are asked", text=text, buttons=tuple(buttons[: 4 * MOST]))


def _line(work: Work, poll: Poll, seat: Seat) -> str:
    title = work.arrangements.title(seat.post)
    row = meeting_of(work, poll) if poll.kind == polls.ATTENDANCE else None
    if row is not None:
        stands = next((each for each in standing(work, row).seats if each.post == seat.post), None)
        return f"- Do you come: {poll.name}. {seat_line(work, stands) if stands is not None else title}"
    state = "answered" if seat.answered_at is not None else "no answer yet"
    asked = {polls.DATE: "Which day", polls.DECISION: "Decision"}.get(poll.kind, "")
    return f"- {asked}: {poll.name}. {title}: {state}"


def _buttons(work: Work, poll: Poll, seat: Seat, *, many: int) -> list[Button]:
    if poll.kind == polls.ATTENDANCE:
        row = meeting_of(work, poll)
        if row is None or seat.value:
            return []
        if many == 1:
            return list(buttons_for(work, row, [seat.post]))
        line = f"meeting attend {row.group} {row.place} for {seat.post}"
        label = f"{poll.name}: {work.arrangements.title(seat.post)}"
        return [Button(label=label[:60], does=SAY, form={"line": line})]
    number = poll.place.rpartition(".")[2]
    line = (
        f"decision show {poll.group} {number}" if poll.kind == polls.DECISION else f"poll dates {poll.group} {number}"
    )
    return [Button(label=f"Show: {poll.name}"[:60], does=SAY, form={"line": line})]


# How it stands


def _quorum(work: Work, typed: Typed) -> Meaning:
    """GROUP [WHICH]"""
    if not typed.words:
        raise Refused("Say of which group: poll quorum GROUP, such as: poll quorum executive")
    group, rest = _leading(work, typed.words)
    if not agendas.actor_may_see(work, group.id):
        raise Refused(f"Who comes to {the(group.name)} is shown to those at its table and to the secretariat.")
    row = naming.meeting(work, group, " ".join(rest))
    found = standing(work, row)
    shown = attendance_status.shown(work, found)
    return shown.model_copy(update={"buttons": tuple(_offered(work, found))})


def _offered(work: Work, found: Standing) -> list[Button]:
    """What the actor may do about it."""
    if found.row.status not in ("planned", "confirmed") or found.row.day < work.today:
        return []
    about = {"group": found.group.id, "place": found.row.place}
    actions = (attendance_mending.REMIND, attendance_mending.DEPUTIES, attendance_deferring.DEFER)
    allowed = {each.name for each in actions if may(work, each, found.group.id)}
    allowed |= {SAY} if attendance_deferring.DEFER.name in allowed else set()  # another date is theirs to find too
    buttons = [each for each in attendance_mending.offers(found) if each.does in allowed]
    if may(work, attendance.TOLD, found.group.id):
        label = "Record what was told by telephone"
        buttons.append(Button(label=label, does=attendance.TOLD.name, form=about))
    if may(work, quorum_confirming.CONFIRM, found.group.id):
        buttons = [*quorum_confirming.offers(found), *buttons]
    return buttons


WORDS = (
    Word(
        ("meeting", "attend"),
        "says whether one comes to a meeting, or one's officer does; or records what a seat has told you",
        _attend,
        "GROUP [WHICH] yes|deputy [WHO]|no|not sure [for POST] [because WORDS]",
        attendance.ANSWER.name,
        options=("for", "because"),
    ),
    Word(("poll",), "what your seats are asked", _mine, catches=True),
    Word(
        ("poll", "quorum"),
        "who comes to a meeting, seat by seat, and whether it can do its business",
        _quorum,
        "GROUP [WHICH]",
    ),
)
