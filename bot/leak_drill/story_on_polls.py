"""The drill's story of polls: who comes to a meeting, by letter and in chat; a decision, on a page and in chat.

Why somebody does not come is for whoever chairs; what is proposed, and why a seat disagrees, is for those who decide.
Nobody else sees it, no log and no ledger has a word of it, and what must not be written at all is kept nowhere.
"""

from datetime import timedelta

from commands import attendance, decisions, decisions_words
from commands.steps import SURE
from storage.records import meetings, polls
from storage.records.meetings import MeetingRow
from storage.records.polls import Poll

from .browser import Page
from .canaries import COMING, DECIDED, IN_FORM, REPORTER
from .drilled import COUNCIL, HANDLER, HEALTH, HEALTH_SENIOR, POLICE, TEACHER
from .stage import NotPlayed, Stage
from .story_on_pages import opened
from .story_on_reports import LEAD, WITH_A_NUMBER

GROUP = "executive"

A_WEEKEND = timedelta(days=4)
"""Within it a working day comes, on which letters go out."""

ACTIONS = frozenset({attendance.ANSWER.name, attendance.TOLD.name, decisions.OPEN.name, decisions.ANSWER.name})
"""What the drill does with polls: everything that takes words of people which are shown to others."""


def played(stage: Stage) -> None:
    """A meeting that somebody does not come to, and a decision on which somebody disagrees. Raises NotPlayed."""
    row = _confirmed(stage)
    _asked_by_letter(stage, row)
    _told_in_chat(stage, row)
    poll = _proposed(stage)
    _decided_on_the_page(stage, poll)
    _looked_at_by_others(stage, poll)


# Who comes


def _confirmed(stage: Stage) -> MeetingRow:
    """The next meeting but one, at whose table a colleague without an account sits for somebody else."""
    day = (stage.now + timedelta(days=15)).date()
    with stage.looking() as work:
        row = meetings.upcoming(work.scope, GROUP, day)
        if row is None:
            raise NotPlayed("no meeting is planned")
        work.scope.session.expunge(row)
    cover = {"post": TEACHER, "person": LEAD, "since": stage.local(stage.now)[0], "until": row.day.isoformat()}
    stage.does(HANDLER, "people.cover", **cover)
    if row.status == "planned":
        stage.does(HANDLER, "meeting.confirm", group=row.group, place=row.place)
    return row


def _asked_by_letter(stage: Stage, row: MeetingRow) -> None:
    stage.does(HANDLER, "attendance.remind", group=row.group, place=row.place)
    stage.to(A_WEEKEND)
    letter = opened(stage, LEAD, "attendance-asked")
    browser = stage.browser(REPORTER)
    page = _must(browser.gets(letter.page), "who comes")
    canaries = stage.canaries
    refused = canaries.word("why somebody does not come, refused", IN_FORM, WITH_A_NUMBER)
    page = browser.sends(page, **_seat(TEACHER, value="no", because=refused))
    because = canaries.word("why somebody does not come", COMING, "at a hearing about {}")
    page = browser.sends(page, **_seat(TEACHER, value="deputy", because=because))
    _must(browser.sends(page, **_seat(TEACHER, value="deputy", because=because), _tick="names"), "Answered")
    browser.gets(letter.page)
    stage.to(timedelta(minutes=5))


def _told_in_chat(stage: Stage, row: MeetingRow) -> None:
    about = {"group": row.group, "place": row.place}
    canaries = stage.canaries
    because = canaries.word("why somebody does not come, in chat", COMING, "we see {}")
    stage.does(POLICE, attendance.ANSWER.name, **about, post=POLICE, value="no", because=because)
    told = canaries.word("why somebody does not come, as told", COMING, "rang of {}")
    stage.does(HANDLER, attendance.TOLD.name, **about, post=HEALTH, value="unsure", because=told)
    for line in (f"meeting attend {row.group} {row.place}", f"poll quorum {row.group}"):
        stage.types(COUNCIL, line)
    stage.to(timedelta(minutes=5))


# What is decided


def _proposed(stage: Stage) -> Poll:
    canaries = stage.canaries
    refused = canaries.word("what must not be proposed", IN_FORM, WITH_A_NUMBER)
    stage.presses(COUNCIL, decisions.OPEN.name, {"group": GROUP, "proposal": refused})
    proposal = canaries.word("what is proposed", DECIDED, "that we commission {}")
    stage.does(COUNCIL, decisions.OPEN.name, group=GROUP, proposal=proposal, **{SURE: "yes"})
    stage.to(A_WEEKEND)
    with stage.looking() as work:
        poll = polls.every(work.scope, kind=polls.DECISION, group=GROUP)[-1]
        work.scope.session.expunge(poll)
        return poll


def _decided_on_the_page(stage: Stage, poll: Poll) -> None:
    letter = opened(stage, LEAD, "decision-asked")
    browser, canaries = stage.browser(REPORTER), stage.canaries
    page = _must(browser.gets(letter.page), "How it is decided")
    refused = canaries.word("why somebody disagrees, refused", IN_FORM, WITH_A_NUMBER)
    page = browser.sends(page, **_seat(TEACHER, value="disagree", because=refused))
    because = canaries.word("why somebody disagrees", DECIDED, "it costs what {} costs")
    page = browser.sends(page, **_seat(TEACHER, value="disagree", because=because))
    _must(browser.sends(page, **_seat(TEACHER, value="disagree", because=because), _tick="names"), "counts")
    about = decisions_words.about(poll)
    reservation = canaries.word("a reservation in chat", DECIDED, "if {} agrees")
    form = {"post": HEALTH, "value": "reservation", "because": reservation}
    stage.does(HEALTH, decisions.ANSWER.name, **about, **form, **{SURE: "yes"})
    stage.does(COUNCIL, decisions.ANSWER.name, **about, post=COUNCIL, value="agree", **{SURE: "yes"})
    stage.does(COUNCIL, "decision.close", **about, **{SURE: "yes"})
    browser.gets(letter.page)
    stage.to(A_WEEKEND)


def _looked_at_by_others(stage: Stage, poll: Poll) -> None:
    """Somebody who neither comes nor decides looks everywhere and presses everything."""
    number = poll.place.rpartition(".")[2]
    lines = (
        f"decision list {GROUP}",
        f"decision show {GROUP} {number}",
        f"meeting attend {GROUP}",
        f"poll quorum {GROUP}",
    )
    for line in ("poll", *lines):
        stage.types(HEALTH_SENIOR, line)
    about = {**decisions_words.about(poll), "place": poll.meeting}
    for action in sorted(ACTIONS):
        stage.presses(HEALTH_SENIOR, action, {**about, "post": POLICE, "value": "agree"})
    stage.types(HANDLER, f"decision show {GROUP} {number}")


# On the page


def _seat(post: str, **filled: str) -> dict[str, str]:
    """The fields of a seat on its page."""
    return {f"{post}.{name}": value for name, value in filled.items()}


def _must(page: Page, words: str) -> Page:
    if words not in " ".join(page.html.split()):
        raise NotPlayed(f'a page of a poll does not say "{words}": {page.status}')
    return page
