"""What `setup` says: what is set up and what is open, one theme's questions, one question, and where to go on."""

from collections.abc import Sequence

from storage.arrangements import questions
from storage.arrangements.phrases import counted, listed
from storage.arrangements.questions import NOTED, STAYS, THEMES, Question, Theme
from storage.arrangements.unsaid import has_dates
from storage.records import outbox, partnerships, people
from storage.records.message import Button, Message
from storage.records.outbox import HOME, REHEARSED

from . import naming, people_import, weeks_ahead
from .refusals import Refusal, Refused
from .saying import SAY
from .setting_up_forms import ANSWER, NO_FORM, wanted
from .steps import AGAIN
from .work import Work

A_FEW = 5
"""So many questions stand in one message."""

FIRST_THEMES = {"front-door", "meetings", "dates"}
"""What has to be answered before a rehearsal has meetings to show."""

OF_NO_WEIGHT = {HOME, REHEARSED, "welcome", "confirm-code"}
"""Kinds of messages that go out before anybody is asked anything."""


def overview(work: Work, *, may_answer: bool) -> Message:
    """What is set up, what is open by theme, and where to begin."""
    every = questions.questions(work.arrangements)
    asked = [question for question in every if not question.stays]
    following = asked[0] if asked else None
    lines = [_set_up(work), _people(work), ""]
    lines += [
        f"- {theme.title}: {len(found)} (setup {theme.id})"
        for theme in THEMES
        if (found := [question for question in asked if question.theme == theme.id])
    ]
    if not asked:
        lines.append("Our arrangements leave nothing open that we know of." if not every else "Nothing else is asked.")
    if len(every) > len(asked):
        lines.append(f"- Left open on purpose: {len(every) - len(asked)} (setup left)")
    if asked:
        lines += ["", "Nobody watches what is open until it is answered."]
    if following is not None and following.theme == "front-door":
        lines.append("Begin with the front door: until both its numbers are set, incidents cannot be switched on.")
    if following is not None:
        lines.append(f"First: {following.sentence}")
    if asked and not may_answer:
        lines.append("The business manager answers.")
    buttons: list[Button] = []
    if may_answer:
        words, buttons = before_sending(work)
        lines += ["", *words]
        buttons = [*go_on(following), *_to_enter_people(work), *buttons]
    return Message(title=f"What is open: {len(asked)}", text="\n".join(lines), buttons=tuple(buttons))


def before_sending(work: Work) -> tuple[list[str], list[Button]]:
    """How to see what would be sent, and to hold it until then: sentences and buttons for the business manager."""
    running = partnerships.find(work.scope)
    paused = running is not None and running.paused_since is not None
    words = ["To see who would be told what, with nobody told: rehearse."]
    buttons = [weeks_ahead.to_rehearse()]
    if paused:
        words.append("Sending is paused: nothing but alerts goes out until you resume.")
    elif work.sandbox:
        words.append("The sandbox is on: all messages go to one place instead of to people.")
    elif not outbox.has_sent(work.scope, OF_NO_WEIGHT):
        words.append("Nothing has been sent yet. Pause until you have looked; to go on, write: resume.")
    else:
        return words, buttons
    if paused or not work.sandbox:
        buttons.append(weeks_ahead.pause_or_resume(paused=paused))
    return words, buttons


def _to_enter_people(work: Work) -> list[Button]:
    return [people_import.to_paste()] if _empty(work) else []


def _set_up(work: Work) -> str:
    arrangements = work.arrangements
    meeting = [g for g in arrangements.groups if g.status == "running"]
    with_dates = [g for g in meeting if has_dates(g, arrangements)]
    return (
        f"{arrangements.name}: {counted(len(meeting), 'group')}, {len(with_dates)} of them with a rule for their "
        f"meetings; {counted(len(arrangements.posts), 'post')}; {counted(len(arrangements.pathways), 'pathway')}."
    )


def _people(work: Work) -> str:
    every, empty = _wanted(work), _empty(work)
    if not empty:
        return "Every post has somebody."
    return (
        f"People: {len(every) - len(empty)} of {len(every)} posts have somebody. Enter one person with: people enter "
        "EMAIL NAME as POST; several with: people import"
    )


def _wanted(work: Work) -> set[str]:
    """The posts that should have somebody."""
    return {post.id for post in work.arrangements.posts if not post.vacant}


def _empty(work: Work) -> set[str]:
    """Those of them in which nobody is."""
    wanted = _wanted(work)
    return wanted - people.in_posts(work.scope, wanted, work.today).keys()


def of_theme(work: Work, theme: Theme, start: int, *, may_answer: bool) -> Message:
    """One theme's questions, a few in a message, from the one with that number among all on."""
    numbered = [(number, one) for number, one in _numbered(work) if one.theme == theme.id]
    return _page(theme.title, f"setup {theme.id}", numbered, start, may_answer)


def left_open(work: Work, start: int, *, may_answer: bool) -> Message:
    """What is left open on purpose, with the reason."""
    every = questions.questions(work.arrangements)
    asked = sum(not question.stays for question in every)
    numbered = list(enumerate([question for question in every if question.stays], asked + 1))
    return _page("Left open on purpose", "setup left", numbered, start, may_answer)


def _page(
    title: str, line: str, numbered: Sequence[tuple[int, Question]], start: int, may_answer: bool
) -> Message:  # fmt: skip
    ahead = [pair for pair in numbered if pair[0] >= start]
    shown, rest = ahead[:A_FEW], ahead[A_FEW:]
    buttons = [_answer_button(f"Answer {number}", one) for number, one in shown if one.form] if may_answer else []
    if rest:
        buttons.append(Button(label="More", does=SAY, form={"line": f"{line} from {rest[0][0]}"}))
    return Message(
        title=f"{title}: {len(numbered)}",
        text="\n".join(f"{number}. {_asked(one)}" for number, one in shown) or "Nothing is open here.",
        buttons=tuple(buttons),
    )


def _asked(question: Question) -> str:
    return f"{question.sentence} {question.how or wanted(question)}"


def one(work: Work, question: Question, *, may_answer: bool) -> Message:
    """One question, with the buttons that answer it, leave it open, or pass on to the next."""
    buttons: list[Button] = []
    if may_answer and question.form:
        buttons.append(_answer_button("Answer", question))
        if question.form not in (NOTED, STAYS):
            buttons.append(_form_button("It stays open", question, STAYS))
    if may_answer and following(work, question.id) is not None:
        buttons.append(Button(label="Not now", does=SAY, form={"line": f"setup after {question.id}"}))
    words = [_asked(question)]
    if question.form == NOTED:
        words.append(NO_FORM)
    elif question.form == STAYS:
        words.append(NO_FORM.replace("that it is settled, or stays open", "why it stays open"))
    title = question.about[:1].upper() + question.about[1:]
    return Message(title=title, text="\n\n".join(words), buttons=tuple(buttons))


def numbered(work: Work, number: int) -> Question:
    """The question with that number. Raises Refused where there is none."""
    found = dict(_numbered(work))
    if number not in found:
        want = f"They are numbered from 1 to {len(found)}." if found else "Nothing is open."
        raise Refused(Refusal(f"There is no question {number}.", want=want))
    return found[number]


def _numbered(work: Work) -> list[tuple[int, Question]]:
    """All questions with their numbers: first those that are asked, then what is left open on purpose."""
    every = questions.questions(work.arrangements)
    ordered = [*(one for one in every if not one.stays), *(one for one in every if one.stays)]
    return list(enumerate(ordered, 1))


def theme(words: str) -> Theme:
    """The theme that somebody calls by those words. Raises Refused with all of them."""
    wanted = naming.plain(words)
    for each in THEMES:
        if wanted in {naming.plain(name) for name in (each.id, each.title, each.id.replace("-", " "), *each.words)}:
            return each
    ids = listed([each.id for each in THEMES])
    raise Refused(Refusal(f'"{words}" is no theme of the questions.', want=f"The themes are: {ids}."))


# Where to go on


def following(work: Work, id_: str) -> Question | None:
    """The question after that one, beginning again at the end; None where no other is asked."""
    asked = [question for question in questions.questions(work.arrangements) if not question.stays]
    at = next((number for number, question in enumerate(asked) if question.id == id_), -1)
    others = [*asked[at + 1 :], *asked[: max(at, 0)]]
    return others[0] if others else None


def of_first_themes(every: Sequence[Question]) -> list[Question]:
    """Those of some questions that keep a year from having meetings, and that a form answers."""
    return [one for one in every if one.theme in FIRST_THEMES and one.form and not one.stays]


def next_after(before: Sequence[Question], after: Sequence[Question], answered: str) -> Question | None:
    """What to ask after an answer: what it has opened anew, else the next question that was open behind it."""
    known = [question.id for question in before]
    asked = {question.id: question for question in after if not question.stays}
    opened = [question for id_, question in asked.items() if id_ not in known]
    at = known.index(answered)
    order = [*known[at + 1 :], *known[: at + 1]]
    still = [asked[id_] for id_ in order if id_ in asked]
    return next(iter([*opened, *still]), None)


def go_on(question: Question | None) -> tuple[Button, ...]:
    """The buttons that lead on to a question, or past it."""
    if question is None:
        return ()
    label = f"Go on: {question.about}"
    skip = Button(label="Not now", does=SAY, form={"line": f"setup after {question.id}"})
    return (_answer_button(label, question), skip)


def _answer_button(label: str, question: Question) -> Button:
    """Opens the form of a question; where there is none, shows how it is answered."""
    if not question.form:
        return Button(label=label, does=SAY, form={"line": f"setup about {question.id}"})
    return _form_button(label, question, question.form)


def _form_button(label: str, question: Question, form: str) -> Button:
    return Button(label=label, does=ANSWER, form={"question": question.id, "form": form, AGAIN: "yes"})
