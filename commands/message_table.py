"""Every kind of message: what it says, to whom, when. The page docs/messages.md is made from it.

python -m commands.message_table        writes the page anew, from the project's folder
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.records.duties import KINDS
from templates.words import message_kinds, words

PAGE = Path("docs/messages.md")


@dataclass(frozen=True)
class About:
    """What a kind of message says, to whom, and when, in words for people.

    `late`: what happens when its time has passed; empty where its duty's policy says it, or where it is sent late.
    """

    what: str
    to: str
    when: str
    late: str = ""


_WHILE = "left out once the days of cover are over"

_PAST = "left out once the meeting's day is over"

_INVITED = "whoever was invited"

ABOUT: dict[str, About] = {
    "papers-call": About("papers are called for", "whoever sends the papers", "14 days before the papers day"),
    "papers-due": About("papers are due", "whoever sends the papers", "the working day before, and on the day"),
    "agenda": About("the agenda with its standing items", "every seat at the table", "on the papers day"),
    "meeting-tomorrow": About("the meeting is near", "every seat at the table", "the working day before"),
    "chairs-brief": About(
        "what the chair should know: papers, last time's promises, what is late, who sits there, the quorum",
        "the chair",
        "the working day before, with the note of the day",
        "left out once the meeting has begun",
    ),
    "minutes-due": About("minutes are due", "whoever writes the minutes", "the working day before, and on the day"),
    "minutes-overdue": About(
        "minutes are overdue", "whoever writes the minutes", "daily for three working days, then weekly"
    ),
    "not-confirmed": About(
        "a meeting is not confirmed", "the business manager", "60 days before the latest day that its rule allows"
    ),
    "chair-term": About(
        "the term of a chair or of another office ends, and who follows",
        "the business manager",
        "one cycle of the group before, or as many months as were chosen for it",
    ),
    "round-opens": About(
        "whom a round of reports or audits could not be asked of, and of whom it is not confirmed that they owe it",
        "the business manager",
        "when it is opened, where there is anything to say",
    ),
    "report-asked": About(
        "a report, an audit or a form is asked for, with its form behind a button or a personal link",
        "whoever answers for those who owe it: one message for each person and round",
        "when it is opened",
    ),
    "report-due": About(
        "a report, an audit or a form is due, or not in yet",
        "whoever answers; then who stands in, the agency's senior, the partner's lead",
        "on the days of our arrangements' steps, else of ours: before, on and after the day",
    ),
    "report-reminder": About(
        "all that somebody still owes, with a personal link",
        "whoever answers and has no chat, by mail; and whoever is reminded by hand",
        "on the same days: once a day, three times a week at most",
    ),
    "report-notice": About(
        "what others have not sent in yet",
        "the agency's senior and the partner's lead, where they have no chat",
        "on the same days, once a day",
    ),
    "report-moved": About(
        "what was asked for is due on another day, or no longer asked for",
        "whoever was asked and has not sent it in",
        "at once, once",
    ),
    "report-extended": About("there is more time, because", "whoever answers for it", "at once"),
    "not-us-asked": About(
        "somebody says that a report or an audit is not for them, with buttons", "the business manager", "at once"
    ),
    "not-us-answered": About("what was answered to that", "whoever said so", "at once"),
    "chase-ended": About(
        "there are no more reminders, and who is still out, with where they are rung",
        "the business manager",
        "the working day after the last step",
    ),
    "numbers-changed": About(
        "whether enough are at a meeting has changed: somebody left, came, or was recorded",
        "the chair and the vice chair, but whoever has just recorded it",
        "at once, on the meeting's day",
    ),
    "attendance-asked": About(
        "whether somebody comes to a meeting, with buttons or a personal link",
        "whoever is in a seat at the table: one message for each person and meeting",
        "21 days before a confirmed meeting; anew when it moves; when somebody has it asked again or asks for deputies",
        _PAST,
    ),
    "attendance-due": About(
        "there is no answer yet whether somebody comes",
        "whoever is in a seat that has not answered",
        "14 days before the meeting",
    ),
    "attendance-status": About(
        "how many come to a meeting, kept true; by mail only that its seats are asked",
        "whoever chairs, and the business manager",
        "when the seats are asked, and whenever an answer, a post or its cover changes",
    ),
    "quorum-needed": About(
        "whether a meeting can do its business, who is missing and what would mend it, with buttons",
        "whoever chairs",
        "10 days before the meeting, unless every seat comes",
    ),
    "register-review": About("a register is looked at", "whoever keeps it", "7 days before the meeting"),
    "action-due": About(
        "an action is due or overdue",
        "the post that owns it",
        "the working day before, on the day, daily for three working days, then weekly",
    ),
    "what-came-of": About(
        "what came of something raised that stood on an agenda",
        "the business manager",
        "the working day after the meeting was recorded as held, unless it is closed or sent on by then",
    ),
    "comments-due": About(
        "a group's comments on a report that it has received and that goes on to another group",
        "the post that carries it on",
        "7 days before the papers day, or the meeting, of the group to which it goes (chosen)",
    ),
    "raised-now": About(
        "something was raised that the chair of the group above is to hear of at once",
        "that chair",
        "at once, when whoever raised it or the business manager asks for it",
    ),
    "raised-sent-on": About(
        "something raised with one group is sent on to another one",
        "the post that carries it there",
        "at once",
    ),
    "decision-asked": About(
        "a decision is asked for: the proposal, the rule, and what can be answered, or a personal link",
        "whoever is in a seat that decides; where it is sent on, whoever the arrangements name for that",
        "when it is opened",
        "left out once it has closed",
    ),
    "decision-closes": About(
        "a decision closes by itself; what came of it is told", "nobody besides", "at the end that was given"
    ),
    "decision-due": About(
        "a decision waits for an answer",
        "whoever is in a seat that has not answered",
        "the working day before it closes",
    ),
    "decision-status": About(
        "how each seat decides, kept true; by mail only that it was opened",
        "the group's chair, and the business manager",
        "when it is opened, and with every answer",
    ),
    "decision-taken": About(
        "what came of a decision: the numbers, who dissents and why, and what follows; or that it was withdrawn",
        "whoever was asked, the group's chair, and the business manager",
        "when it has ended",
    ),
    "pack-ready": About(
        "the pack for a meeting is ready: what is in, and what is missing",
        "whoever sees to the group's papers, else the business manager",
        "on the papers day; where there is none, on the day of a group that meets before another, else the working "
        "day before (chosen)",
    ),
    "pack-link": About(
        "a personal link to the pack for a meeting, with the code that the page asks for, by mail only",
        "whoever asks for it, and sits at the table or sees to the papers",
        "at once",
        "left out when the link has ended",
    ),
    "milestone-due": About("a milestone is due", "its owner", "on its day, or the working day before"),
    "stage-due": About(
        "a stage of a serious child safeguarding incident is due, or to be done now, by reference only",
        "the stage's owner",
        "on or before its earliest reading, and on the day; a target a month before; once where no time is stated",
    ),
    "stage-overdue": About(
        "a stage of a serious child safeguarding incident is overdue, by reference only",
        "the stage's owner, and those whom the arrangements name for it",
        "daily for three working days, then weekly; to the others on the first day, then weekly",
    ),
    "stage-told": About(
        "a stage of a serious child safeguarding incident is done, by reference only",
        "those whom the arrangements name for it",
        "at once",
    ),
    "incident-decision": About(
        "the decision on an incident, in a word, and nothing else of it", "whoever told of it", "at once"
    ),
    "daily-note": About("all that is asked of one person that day", "that person", "08:00 on working days"),
    "weekly-digest": About(
        "what is due, late, at risk and unwatched", "the business manager", "Monday 08:00, or the next working day"
    ),
    "plan-ahead": About("fifteen months are planned; nobody is told", "nobody", "every night at 03:00"),
    "rehearsed": About(
        "what would happen in the weeks ahead: meetings, and who would be told what and why",
        "the business manager",
        "a minute or so after they ask for it, also during a pause",
    ),
    "meeting-confirmed": About(
        "a meeting's date is confirmed, with an entry for the calendar",
        "everybody at the table",
        "at once, or when they take their seat",
        _PAST,
    ),
    "meeting-moved": About("a confirmed meeting has moved", _INVITED, "at once", _PAST),
    "meeting-cancelled": About("a confirmed meeting is cancelled", _INVITED, "at once", _PAST),
    "meeting-unconfirmed": About("a meeting's date is no longer confirmed", _INVITED, "at once", _PAST),
    "meeting-left": About("a meeting is no longer theirs, for they have left its table", _INVITED, "at once", _PAST),
    "seats-vacant": About(
        "a confirmed meeting has seats with nobody in them, or has changed since",
        "the business manager",
        "at once",
        _PAST,
    ),
    "incident-alert": About(
        "a serious child safeguarding incident is notified, by reference only",
        "those whom the arrangements name",
        "at once, before all else, also during a pause",
    ),
    "incident-again": About(
        "an alert was not answered yet", "whoever is in the post now", "10 minutes after it was told (chosen)"
    ),
    "incident-by-mail": About(
        "what a letter says of an alert", "nobody besides", "with the alert, where it goes by mail"
    ),
    "incident-by-text": About(
        "what a text message says of an alert",
        "whoever may answer for the post",
        "30 minutes after it was told (chosen)",
    ),
    "incident-senior": About(
        "an agency has not answered; neither reference nor details",
        "the agency's senior, where the arrangements name one",
        "45 minutes after it was told, 60 by night (chosen)",
    ),
    "incident-ring": About(
        "somebody has to be rung, with the numbers that are known",
        "whoever handles the incident",
        "60 minutes after it was told, 75 by night, then every hour until it is recorded what was said (chosen)",
    ),
    "alert-step": About(
        "who is told next when nobody answers", "nobody besides", "at the steps frozen when it was told"
    ),
    "alert-ring": About("somebody is asked to ring again", "nobody besides", "every hour (chosen)"),
    "alert-lapse": About("an answer lapses and telling begins anew", "nobody besides", "when somebody would have rung"),
    "alert-wake": About("what was silent is told aloud", "nobody besides", "when the night is over"),
    "incident-status": About(
        "the stages of an incident and their dates, kept true", "its handler", "at once, and with every change"
    ),
    "incident-received": About(
        "a notification was received and the partners are told, and nothing further",
        "whoever told of it, where somebody else entered it or it came from our page; by mail",
        "at once",
    ),
    "incident-match": About(
        "an incident may have been told twice, with the two references", "its handler alone", "at once"
    ),
    "incident-merged": About(
        "two incidents are one, with the reference under which it is kept",
        "whoever was told of the later one",
        "at once",
    ),
    "incident-unconfirmed": About(
        "whoever notified has not confirmed who they are", "the handler of the incident", "at once"
    ),
    "confirm-notification": About(
        "what was filled in on our page has to be confirmed, with a personal link",
        "the address that was filled in; by mail only",
        "at once, three in an hour at most",
        "left out after 24 hours",
    ),
    "alert-drill": About("an alert drill begins; what is told are alerts", "nobody besides", "when it was planned for"),
    "drill-result": About(
        "how an alert drill went: how long each took, and who was not reached",
        "its handler, and whoever was alerted",
        "when all have answered, or after two hours",
    ),
    "still-in-post": About(
        "are you still in this post?",
        "whoever holds a post that hears of incidents",
        "every quarter, 09:00 on its first working day, while a pathway with alerts is on",
    ),
    "none-this-month": About(
        "no serious incident last month, is that right?",
        "the post of each safeguarding partner that is told of incidents",
        "after a month in which none was notified, 09:00 on the first working day",
    ),
    "post-left": About("somebody has said that they left their post", "whoever handles incidents", "at once"),
    "one-not-notified": About(
        "a partner has said that there was an incident that is not known here", "whoever handles incidents", "at once"
    ),
    "paper-twin": About(
        "the clocks that run and the telephone tree, to be printed",
        "two people: those chosen, else whoever handles incidents and their deputy or the business manager; by mail",
        "18:00 every day, while a pathway with alerts is on or an incident is open",
        "left out after 23 hours",
    ),
    "proposal-waits": About(
        "something that takes two people was proposed, and waits for a second one",
        "whoever may agree to it",
        "at once",
        "left out after three days, when it is forgotten",
    ),
    "proposal-ended": About(
        "what was proposed was agreed to or not, or nobody agreed in three days", "whoever proposed it", "at once"
    ),
    "case-list-changed": About(
        "a change of who may know of an incident was proposed, or how that ended",
        "everybody on its list",
        "at once",
    ),
    "who-hears-changed": About(
        "a post that hears of incidents has somebody else in it, or they are reached in another way",
        "everybody on the list of an open incident that it touches",
        "at once",
    ),
    "retention-proposed": About(
        "the time for which the arrangements keep an incident is over",
        "its handler",
        "on the first working day after, then every three months until it is emptied or held",
    ),
    "cover-arranged": About("somebody covers a post", "who covers, and who holds the post", "at once", _WHILE),
    "handover": About(
        "all that is owed, open, promised and covered in a post, and its links",
        "whoever leaves it, and whoever follows; the business manager where nobody is entered who follows",
        "14 days before the last day, on the first day (chosen), and when somebody asks for it",
    ),
    "away-uncovered": About(
        "somebody is away, and which of their posts are left with nobody", "the business manager", "at once", _WHILE
    ),
    "cover-withdrawn": About("a post is no longer covered", "who covered, and who holds the post", "at once", _WHILE),
    "not-delivered": About("an alert reached nobody", "the business manager", "as soon as that is sure"),
    "door-shut": About(
        "a door reaches somebody, or a whole workspace, no more", "the business manager", "once, at once"
    ),
    "welcome": About(
        "what the bot is, what it is not, and how to begin",
        "somebody known at a chat for the first time",
        "once for each account",
        "left out after 14 days",
    ),
    "confirm-code": About(
        "a code to confirm who somebody is, by mail only",
        "whoever asked for it",
        "at once, three in a day at most",
        "left out when the code is too old",
    ),
    "link-renewed": About(
        "a new personal link to our own page, with the code that the page asks for, by mail only",
        "whoever asked for it on the page of a link that leads nowhere any more",
        "at once, one in ten minutes at most",
        "left out when the link has ended",
    ),
    "record-link": About(
        "a personal link to the process record of an incident, with the code that the page asks for, by mail only",
        "whoever asks for it, or for whom its handler does, and who is on its list",
        "at once",
        "left out when the link has ended",
    ),
    "date-asked": About(
        "which of some dates suit somebody, with buttons or a personal link",
        "whoever is in a seat at the table: one message for each person",
        "when a date poll is opened; in office hours",
        "left out once the last of the dates is over",
    ),
    "date-due": About(
        "there is no answer yet which dates suit",
        "whoever is in a seat that has not answered",
        "the working day before the last day of answers",
    ),
    "date-status": About(
        "who can come on which date, kept true; by mail only that people are asked",
        "whoever chairs, and the business manager",
        "when a date poll is opened, and whenever an answer or its meeting changes",
    ),
    "date-closes": About(
        "a date is to be taken: the best ones, with buttons",
        "whoever chairs",
        "17:00 on the last day of answers, or once everybody who can has answered",
    ),
    "date-found": About(
        "the date that was taken, or that none was",
        "whoever had not said that it suits them; where none was taken, whoever was asked",
        "at once; in office hours",
    ),
    "round-status": About(
        "how a round of reports or audits stands, kept true; by mail only that it was opened",
        "the business manager",
        "when it is opened, and whenever it changes",
    ),
    "round-link": About(
        "a personal link to the page of a round, with the code that the page asks for, by mail only",
        "whoever asks for it, and may see how the round stands",
        "at once",
        "left out when the link has ended",
    ),
    "report-in": About(
        "what was sent in has arrived, or was filled in for somebody by the secretariat",
        "whoever sent it in on the private page; whoever answers, where it was filled in for them",
        "at once",
    ),
    "report-to-sign": About("an agency's answers wait for signature", "the agency's senior", "once they are sent in"),
    "report-shared": About(
        "a colleague is asked to help with a report or an audit, with its form behind a button or a personal link",
        "the colleague whom somebody who answers for an agency has named",
        "at once, in office hours; five for one report at most",
    ),
    "colleague-named": About(
        "somebody who answers for an agency has named a colleague who helps, with a button that takes it back",
        "the business manager",
        "at once",
    ),
    "signature-due": About(
        "an agency's answers still wait for signature",
        "the agency's senior",
        "5 working days after they were asked, and again 5 after that (chosen); not once the round has ended",
    ),
    "signature-ended": About(
        "which answers still wait for signature, and where their seniors are rung",
        "the business manager",
        "5 working days after the last of these reminders (chosen)",
    ),
    "report-signed": About("an agency's answers are signed off, and count", "whoever answered", "at once"),
    "report-reopened": About("what was sent in is open again, because", "whoever answers", "at once"),
    "once-reopened": About(
        "what was answered once, for another partnership too, is open again there, and what becomes of it here",
        "the business manager",
        "at once",
    ),
    "report-moderated": About(
        "ratings that were sent in have been looked at again", "whoever answered", "at once, at most once a day"
    ),
    "home": About(
        "what somebody starts from: what they owe, with buttons",
        "whoever opens the home tab",
        "when it is opened, and whenever it changes",
        "kept true, also during a pause",
    ),
    "not-handled": About("a reminder failed again and again", "the business manager", "after six tries"),
    "unwatched": About(
        "something open has no next step", "the business manager", "when an audit finds it, once a day for each"
    ),
}


def page() -> str:
    """The whole of docs/messages.md."""
    head = (
        "# Messages\n\n"
        "Made by `make docs`. A kind of message is a folder in `templates/messages/`;\n"
        "`line.j2` is a line of the daily note, `title.j2` and `text.j2` a message of its own.\n"
        "Late: what happens when its time has passed before it could be said. The times are chosen: a definition can\n"
        "change them under `[planning]`.\n\n"
        "| Kind | Says | To | When | Late | Words |\n|---|---|---|---|---|---|\n"
    )
    return head + "".join(f"{row}\n" for row in _rows())


def _rows() -> Iterator[str]:
    for kind, about in sorted(ABOUT.items()):
        cells = (f"`{kind}`", about.what, about.to, about.when, _late(kind), _words(kind))
        yield f"| {' | '.join(cells)} |"


def _late(kind: str) -> str:
    if ABOUT[kind].late or kind not in KINDS:
        return ABOUT[kind].late or "sent late"
    policy = KINDS[kind]
    if policy.late == "send":
        return "said late, once"
    days = policy.after.days
    return f"left out after {days} {'day' if days == 1 else 'days'}, and that is noted"


def _words(kind: str) -> str:
    """Links to the files that hold the words, from the page's folder."""
    if kind not in message_kinds():
        return "none"
    parts = [part for part in ("line", "title", "text") if getattr(words(kind), part) is not None]
    return ", ".join(f"[{part}](../templates/messages/{kind}/{part}.j2)" for part in parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
