"""How a round stands, in one message for 30 or for 400; and the business manager's message that is kept true.

What is missing comes first, with since when and when it is asked for next. What changes what somebody owes calls
`changed` at its end.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from storage.records import returns
from storage.records.message import Button, Less, Message, MessageField
from storage.records.returns import Round

from . import links
from .action import Action, Form
from .permissions import Allowed, Role, Where
from .round_analysis import came_words, in_time_words, send_page
from .round_figures import COUNTS, STATES, Standing, State, answered, counts
from .round_looking import Look, find
from .saying import SAY
from .words import hour, long_day, rendered, short_day
from .work import Work

KIND = "round-status"
LINK = "round-link"
PURPOSE = "round"

HOURS = 14 * 24
"""How long a link to the page of a round leads there."""

ALL_NAMED = 40
"""In a round of up to so many everybody is named; in a larger one the first of each state that waits for somebody."""

MOST_NAMED = 8
"""How many of each state are named in a larger round; how many are overdue in the message that is kept true."""

SETTLED: tuple[State, ...] = (*COUNTS, "not-us")
"""The states in which nobody has to do anything more. In a large round those are counted only."""


# In one message


def status(look: Look) -> Message:
    """How a round stands: counts first, then names by state, what is overdue before all else."""
    found = counts(look.standings)
    lines = [_when(look), in_time_words(look), ""]
    lines += [f"{number} {STATES[state]}" for state, number in found.items()] or ["Nobody owes it."]
    for state in found:
        lines += _named(look, state)
    if any(found.get(state) for state in STATES if state not in SETTLED) and look.round.state == "open":
        asked = Button(label="Who is asked next", does=SAY, form={"line": f"{_head(look)} chase {_which(look)}"})
        buttons: tuple[Button, ...] = (asked, _analyse(look), send_page(look))
    else:
        buttons = (_analyse(look), send_page(look))
    return Message(title=_title(look), text="\n".join(lines), buttons=buttons)


def _title(look: Look) -> str:
    return f"{look.name}: {answered(look.standings)} answered"


def _when(look: Look) -> str:
    due = long_day(look.round.due)
    if look.round.closed_at is not None:
        return f"Due {due}, closed on {long_day(look.day)}. What did not come in by then is shown as it was."
    late = (look.day - look.round.due) > timedelta(0)
    return f"{'It was due' if late else 'Due'} {due}. As it stands on {long_day(look.day)}."


def _named(look: Look, state: State) -> Iterator[str]:
    """The names of those in one state, each with what there is to know; few of many, and how many more."""
    those = [each for each in look.standings if each.state == state]
    everybody = len(look.standings) <= ALL_NAMED
    if state in SETTLED and not everybody:
        return
    those.sort(key=lambda each: (each.due, each.name.casefold()))
    shown = those if everybody else those[:MOST_NAMED]
    yield ""
    yield f"{STATES[state][:1].upper()}{STATES[state][1:]}:"
    for each in shown:
        yield f"- {line(look, each)}"
    if len(those) > len(shown):
        yield f"- and {len(those) - len(shown)} more: they stand on the page, and in its Excel file"


def line(look: Look, standing: Standing) -> str:
    """One who owes, with what there is to know: since when it is due, whether they have begun, when they are asked."""
    if standing.state in SETTLED or standing.state == "waits":
        words = came_words(standing)
    else:
        words = ", ".join(_waits(look, standing))
    return f"{standing.name}: {words}" if words else standing.name


def _waits(look: Look, standing: Standing) -> Iterator[str]:
    if standing.state == "overdue":
        yield f"was due {short_day(standing.due)}"
    elif standing.extended:
        yield f"due {short_day(standing.due)}, put off because of a reason given"
    if standing.begun and standing.state != "draft":
        yield "a draft is there"
    if standing.asked_off and standing.state != "not-us-asked":
        yield STATES["not-us-asked"]
    asked = look.next_chased.get(standing.who)
    if asked is not None and look.round.state == "open":
        yield f"asked next on {short_day(asked)}"


def _head(look: Look) -> str:
    """The first word for what this is: "report", "audit", or "return" for any form."""
    calls = look.report.calls if look.report is not None else "form"
    return calls if calls != "form" else "return"


def _which(look: Look) -> str:
    return f"{look.round.report} {look.round.place}"


def _analyse(look: Look) -> Button:
    return Button(label="What came in", does=SAY, form={"line": f"{_head(look)} analyse {_which(look)}"})


def listed(looks: Sequence[Look]) -> Message:
    """Several rounds, a line each, with a button for the first ones."""
    lines = [f"{_title(each)}, {_late(each)}{_due(each)}. Write: {_head(each)} status {_which(each)}" for each in looks]
    buttons = [
        Button(label=each.name[:60], does=SAY, form={"line": f"{_head(each)} status {_which(each)}"})
        for each in looks[:MOST_BUTTONS]
    ]
    return Message(title="Rounds", text="\n".join(lines) or NONE, buttons=tuple(buttons))


NONE = "No round is open that you may see."
MOST_BUTTONS = 5


def _late(look: Look) -> str:
    number = counts(look.standings).get("overdue", 0)
    return f"{number} overdue, " if number else ""


def _due(look: Look) -> str:
    return f"due {short_day(look.round.due)}" if look.round.state == "open" else f"closed {short_day(look.day)}"


# Kept true


def changed(work: Work, round_: Round) -> None:
    """Brings the business manager's message about a round up to date: whatever changed what somebody owes calls it.

    Changes that come before the next delivery go out as one; in mail it is one letter, whatever changes after it.
    """
    work.scope.session.flush()
    look = Look(work, round_)
    found = counts(look.standings)
    late = [each for each in look.standings if each.state == "overdue"]
    late.sort(key=lambda each: (each.due, each.name.casefold()))
    data: dict[str, object] = {
        "name": round_.name,
        "answered": str(answered(look.standings)),
        "due": round_.due,
        "closed": look.day if round_.closed_at is not None else None,
        "cancelled": round_.state == "cancelled",
        "overdue": [f"{each.name}, was due {short_day(each.due)}" for each in late[:MOST_NAMED]],
        "more": len(late) - MOST_NAMED if len(late) > MOST_NAMED else 0,
    }
    show = Button(label="Show everybody", does=SAY, form={"line": f"{_head(look)} status {_which(look)}"})
    work.say(
        KIND,
        post=work.arrangements.secretariat.business_manager,
        key=f"{KIND}:{round_.record}",
        record=round_.record,
        data=data,
        why="how a round stands, kept true",
        source=look.report.source if look.report is not None else "",
        fields=[MessageField(label=_label(state), value=str(number)) for state, number in found.items()],
        buttons=() if round_.state == "cancelled" else (show, send_page(look)),
        live=True,
        by_mail=_letter(look),
    )


def _label(state: State) -> str:
    return f"{STATES[state][:1].upper()}{STATES[state][1:]}"


def _letter(look: Look) -> Less:
    """What a letter says instead: the same however the round goes on, so that there is one."""
    return Less(
        title=f"{look.name} has been opened",
        text=(
            f"It is due {long_day(look.round.due)}. How it stands changes from day to day, so it is not written in "
            f"letters. It can be asked for in chat with: {_head(look)} status {_which(look)}"
        ),
    )


def every_night(work: Work) -> None:
    """Brings what is told of open rounds up to date for the new day, on which more may be overdue."""
    for round_ in returns.rounds(work.scope, state="open"):
        changed(work, round_)


# The page


class Which(Form):
    """A round by its key."""

    round: str


def _page(work: Work, form: Which) -> Message:
    look = find(work, form.round)
    person = work.actor.person
    assert person is not None, "only people may ask for it"
    if not {"pages", "mail"} <= work.ways:
        return Message(
            title="There is no page here",
            text="It is read on our own page, by a link in a letter, and there is no page or no mail here. The "
            "administrator can set CONVENOR_BASE_URL and the mail, or write it out with: convenor returns excel",
        )
    link, code = links.make(work, person, PURPOSE, look.round.record, hours=HOURS)
    work.note(look.round.record, person=person)
    ends = work.now + timedelta(hours=HOURS)
    local = ends.astimezone(work.terms.zone)
    data: dict[str, object] = {
        "partnership": work.arrangements.short,
        "name": look.name,
        "until": f"{hour(local)} on {long_day(local.date())}",
    }
    title, text = rendered(LINK, "title", data), rendered(LINK, "text", data)
    work.send(
        person,
        LINK,
        Message(title=title, text=text, by_mail=Less(title=title, text=text), link=link, link_code=code),
        post="",
        key=f"{LINK}:{link}",
        record=look.round.record,
        why="asked for by somebody who may see the round",
        source="",
        through="mail",
        expires_at=ends,
    )
    return Message(
        title=look.name,
        text="A personal link to its page is on its way to your mail address. Excel and Word are there too.",
    )


SENDS: Allowed = {Role.BUSINESS_MANAGER: Where.EVERYWHERE, Role.SCRUTINEER: Where.EVERYWHERE}
"""Who may have the page of any round; whoever receives or looks at one has its page too (round_looking.may_see)."""

PAGE = Action("return.page", Which, _page, SENDS, "send a personal link to the page of a round", own="round")

ACTIONS = (PAGE,)
