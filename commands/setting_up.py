"""`setup`: an answer to what is open becomes a new version of the definition; and how an answer is taken back."""

from storage.arrangements import answers, questions
from storage.arrangements.answers import Unfit
from storage.arrangements.questions import NOTED, STAYS, Question
from storage.arrangements.rewriting import rewritten
from storage.records import partnerships
from storage.records.message import Button, Message
from storage.records.partnerships import Version
from storage.records.scope import Scope

from . import setting_up_forms as forms
from .action import Action, Form
from .adopting import put_in_force
from .definitions import Definition, DefinitionRefused, read_definition
from .permissions import Role, Where
from .refusals import Refusal, Refused
from .setting_up_words import before_sending, go_on, next_after, of_first_themes
from .terms import Terms
from .terms import of as terms_of
from .work import Work

SETUP = "setup"
"""How a version came about that an answer made; see `Version.made_by`."""

RECORD = "arrangements"


def _answer(work: Work, form: forms.Filled) -> Message:
    question = forms.found(work, form.question)
    if form.form not in fitting(question):
        raise Refused("This is answered by another form. See what is open with: setup")
    before = questions.questions(work.arrangements)
    running = _running(work)
    given = forms.answer(work, question, form)
    try:
        text = rewritten(running.text, answers.writes(work.arrangements, question, form.form, given))
        definition = read_definition(text)
    except Unfit as unfit:
        raise Refused(Refusal(unfit.sentence, unfit.field)) from None
    except DefinitionRefused as refused:
        raise Refused(*_beside(form.form, refused)) from None
    work.changed(question.about[:1].upper() + question.about[1:], after=f"{forms.said(work, form)} ({given})")
    stored = put_in_force(work, definition, running.calendar, SETUP)
    work.note(RECORD, version=stored.number, hash=stored.hash)
    work.can_be_taken_back("setup.take-back", {"version": stored.number}, f"the answer on {question.about}")
    after = questions.questions(work.arrangements)
    following = next_after(before, after, question.id)
    stays = form.form == STAYS or form.rule == "stays"
    lines = [*(f"- {change}" for change in work.changes), "", _what_is_left(after, following)]
    buttons = [Button(label="Undo", does="undo"), *go_on(following)]
    if not of_first_themes(after):
        words, more = before_sending(work)
        lines, buttons = [*lines, *words], [*buttons, *more]
    return Message(
        title=f"{'It stays open' if stays else 'Entered'}: {question.about}",
        text="\n".join(lines),
        buttons=tuple(buttons),
    )


def fitting(question: Question) -> tuple[str, ...]:
    """The forms by which a question may be answered; what has one may be left open on purpose too."""
    if question.form in ("", NOTED, STAYS):
        return (question.form,) if question.form else ()
    return (question.form, STAYS)


def _what_is_left(after: list[Question], following: Question | None) -> str:
    left = sum(not question.stays for question in after)
    if following is None:
        return "Nothing else is asked." if not left else f"Still open: {left}. See them with: setup"
    return f"Still open: {left}. Next: {following.sentence}"


def _beside(form: str, refused: DefinitionRefused) -> list[Refusal]:
    """What is wrong with the definition as it would be, each mistake beside the field that it comes from."""
    return [Refusal(one.sentence, answers.field_at(form, one.place), one.want) for one in refused.findings.errors]


def _running(work: Work) -> Version:
    running = partnerships.version(work.scope)
    assert running is not None, "somebody in a post acts, so the partnership is here"
    return running


class TakeBack(Form):
    """The version that an answer made."""

    version: int


def _take_back(work: Work, form: TakeBack) -> Message:
    running = _running(work)
    stored = partnerships.version(work.scope, form.version)
    before = partnerships.version(work.scope, form.version - 1)
    if stored is None or before is None or stored.made_by != SETUP:
        raise Refused("That version was not made by an answer.")
    if running.number != form.version:
        raise Refused(
            "The arrangements have changed again since, so this answer cannot be taken back by itself. Answer the "
            "question anew in the definition file, or take back the later answers first."
        )
    made = put_in_force(work, read_definition(before.text), running.calendar, SETUP)
    work.note(RECORD, version=made.number, hash=made.hash)
    lines = [f"- {change}" for change in work.changes]
    return Message(
        title="The answer is taken back",
        text="\n".join(["The arrangements are as they were before it.", *lines]),
    )


# Answers given in chat, beside a file


def answered_here(scope: Scope) -> dict[str, Question]:
    """Every question that was answered in chat and is still answered in what runs, by id."""
    stored = partnerships.versions(scope)
    found: dict[str, Question] = {}
    open_before: dict[str, Question] = {}
    for version in stored:
        now_open = _open(terms_of(scope, version.number))
        if version.made_by == SETUP:
            found |= {id_: question for id_, question in open_before.items() if id_ not in now_open}
        found = {id_: question for id_, question in found.items() if id_ not in now_open}
        open_before = now_open
    return found


def _open(terms: Terms) -> dict[str, Question]:
    return {one.id: one for one in questions.questions(terms.arrangements) if not one.stays}


def would_take_back(scope: Scope, definition: Definition) -> list[str]:
    """What the answers given in chat are about that a file lacks, so that applying it would take them back."""
    asked = {one.id for one in questions.questions(definition.arrangements) if not one.stays}
    return [question.about for id_, question in answered_here(scope).items() if id_ in asked]


def is_only_older(scope: Scope, definition: Definition) -> bool:
    """Whether a file holds an earlier version, followed only by answers given in chat."""
    stored = partnerships.versions(scope)
    same = [number for number, version in enumerate(stored) if version.hash == definition.hash]
    return bool(same) and same[-1] < len(stored) - 1 and all(one.made_by == SETUP for one in stored[same[-1] + 1 :])


ANSWER = Action(
    forms.ANSWER,
    forms.Filled,
    _answer,
    {Role.BUSINESS_MANAGER: Where.EVERYWHERE},
    "answer what the arrangements leave open",
)
TAKE_BACK = Action(
    "setup.take-back",
    TakeBack,
    _take_back,
    {Role.BUSINESS_MANAGER: Where.EVERYWHERE},
    "take back an answer to what the arrangements leave open",
)

ACTIONS = (ANSWER, TAKE_BACK)
