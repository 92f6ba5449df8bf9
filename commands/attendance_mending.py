"""What whoever chairs can do where a meeting may not be able to do its business: remind, ask for deputies.

Another day is found by asking for dates or by moving the meeting; it is deferred in attendance_deferring.py.
"""

from storage.arrangements.phrases import listed, the
from storage.records.message import Button, Message

from . import attendance_asking
from .action import Action, Form
from .attendance import meeting_meant
from .attendance_standing import SeatStands, Standing, in_post_then, standing
from .meetings import KEEPS
from .refusals import Refused
from .saying import SAY
from .words import long_day
from .work import Work


class Which(Form):
    """A meeting: its group and its place."""

    group: str
    place: str


def offers(found: Standing) -> tuple[Button, ...]:
    """What would mend it: each as a button, where there is somebody to be asked."""
    form = {"group": found.group.id, "place": found.row.place}
    buttons = []
    if found.unanswered:
        label = f"Remind who has not answered ({len(found.unanswered)})"
        buttons.append(Button(label=label, does=REMIND.name, form=form))
    if without := not_coming(found):
        buttons.append(Button(label=f"Ask for deputies ({len(without)})", does=DEPUTIES.name, form=form))
    line = f"poll date {found.group.id} {found.row.place}"
    buttons.append(Button(label="Find another date", does=SAY, form={"line": line}))
    buttons.append(Button(label="Defer it", does="attendance.defer", form=form))
    return tuple(buttons)


def not_coming(found: Standing) -> list[SeatStands]:
    """The counted seats with somebody in them who does not come, or is not sure, and of which no deputy comes."""
    return [each for each in found.counted if not each.vacant and each.comes in ("no", "unsure")]


def _remind(work: Work, form: Which) -> Message:
    found = _open(work, form)
    if not found.unanswered:
        raise Refused("Every seat with somebody in it has answered, so nobody is reminded.")
    posts = [each.post for each in found.unanswered]
    return _asked(work, found, posts, "again", "Reminded")


def _deputies(work: Work, form: Which) -> Message:
    """Asks the deputies who are entered; where none is, whoever is in the seat is asked to send one."""
    found = _open(work, form)
    posts = [each.post for each in not_coming(found)]
    if not posts:
        raise Refused("No seat has said that it does not come or is not sure, so no deputy is asked for.")
    then = in_post_then(work, found.row, posts)
    entered = [post for post in posts if post in then and then[post].deputies]
    sending = [post for post in posts if post not in entered]
    lines = [_asked(work, found, entered, "deputy", "Asked as deputies").text] if entered else []
    lines += [_asked(work, found, sending, "send-deputy", "Asked to send one").text] if sending else []
    return Message(title=f"Deputies: {found.group.name}", text="\n".join(lines))


def _open(work: Work, form: Which) -> Standing:
    """The meeting's standing, once its answers can still change. Raises Refused otherwise."""
    row = meeting_meant(work, form.group, form.place)
    found = standing(work, row)
    named = f"{the(found.group.name)} of {long_day(row.day)}"
    if row.status == "cancelled" or attendance_asking.has_begun(work, row):
        raise Refused(f"{named[0].upper()}{named[1:]} does not take place, or has begun.")
    poll = attendance_asking.ensure(work, row)
    work.note(poll.record)
    return standing(work, row)


def _asked(work: Work, found: Standing, posts: list[str], how: attendance_asking.How, said: str) -> Message:
    assert found.poll is not None, "it has just been made sure of"
    day = work.today.isoformat()
    asked = attendance_asking.ask(work, found.row, found.poll, posts, how=how, once=day)
    told = [post for each in asked.values() for post in each]
    rest = [post for post in posts if post not in told]
    lines = [f"{said}: {_titles(work, told)}."] if told else []
    if rest:
        lines.append(f"Asked today already, or nobody can be reached: {_titles(work, rest)}.")
    return Message(title=f"{said}: {found.group.name}", text="\n".join(lines))


def _titles(work: Work, posts: list[str]) -> str:
    return listed([work.arrangements.title(post) for post in dict.fromkeys(posts)])


REMIND = Action("attendance.remind", Which, _remind, KEEPS, "remind those who have not said whether they come", "group")
DEPUTIES = Action(
    "attendance.ask-deputies", Which, _deputies, KEEPS, "ask for deputies of those who do not come", "group"
)

ACTIONS = (REMIND, DEPUTIES)
