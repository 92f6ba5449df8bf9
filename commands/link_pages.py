"""What the pages behind personal links say and offer, made of the same words as in chat.

Nothing here changes anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from storage.records import incidents, tellings
from storage.records.incidents import Case
from storage.records.links import Link
from storage.records.message import Blank, Button, Choice, Message, MessageField
from storage.records.sealing import NotOpened
from storage.records.tellings import Telling

from . import alerting, cases, notifying_forms
from .case_lists import NOTHING
from .dates import parse_hour
from .refusals import Refusal, Refused
from .work import Work

ANSWER, BY, CODE = "answer", "by", "code"
LOOK = "look"
"""The answer of somebody who first wants to see what was told of the case."""

HAVE = "incident.answer:have"

CODE_BLANK = Blank(
    name=CODE,
    label="The code from the letter",
    hint="A number of six figures that stands below the link. It shows that it is you.",
)


@dataclass(frozen=True)
class AlertPage:
    """An alert as it stands now for one person, and what they can answer."""

    case: Case
    words: Message

    @property
    def buttons(self) -> dict[str, Button]:
        """What can be answered, by the value of its choice."""
        return {value_of(button): button for button in self.words.buttons}

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """What the page asks for. Nothing is chosen before somebody chooses."""
        choices = [Choice(value=value, label=button.label) for value, button in self.buttons.items()]
        choices.append(Choice(value=LOOK, label="Show me first what was told of it"))
        found = [Blank(name=ANSWER, label="What will you do?", kind="choice", choices=tuple(choices))]
        if HAVE in self.buttons:
            hint = "Only if you have this: a time such as 21:30. Empty: within the hour."
            found.append(Blank(name=BY, label="By when will you ring?", kind="hour", needed=False, hint=hint))
        return tuple(found)


def value_of(button: Button) -> str:
    """What a button is called among the choices of a page."""
    return ":".join(filter(None, (button.does, button.form.get("answer", ""))))


def before_the_code(work: Work, link: Link) -> Message:
    """What stands before an alert until the code was typed: its reference, and the same words however it stands.

    Neither its kind nor anybody's answer can be read from them. Raises Refused where nothing stands there.
    """
    case, _ = _told(work, link)
    drill = "This is a drill: no child is meant.\n\n" if case.drill else ""
    text = (
        f"{drill}{work.arrangements.short} waits for an answer under {case.reference}, unless it was given after "
        "the letter was sent.\n\nWhat it is about, and how to answer, is shown once you have typed the code."
    )
    return Message(title=f"{'This is a drill: p' if case.drill else 'P'}lease answer {case.reference}", text=text)


def alert_page(work: Work, link: Link) -> AlertPage:
    """The alert behind a link, for its person. Raises Refused where nothing stands there."""
    case, telling = _told(work, link)
    looking = replace(work, ways=frozenset())  # so that no further link is made
    return AlertPage(case, alerting.alert_words(looking, case, telling, link.person))


def _told(work: Work, link: Link) -> tuple[Case, Telling]:
    case = case_of(work, link)
    telling = tellings.find(work.scope, case.reference, link.about)
    if telling is None or case.emptied_at is not None:
        raise Refused(Refusal(NOTHING, "reference"))
    return case, telling


def buttons_of(work: Work, link: Link) -> dict[str, Button]:
    """What a case still asks of its posts that a link's person may answer, also just after it was answered.

    A repeat of what was confirmed must find its button, so that it is answered as the first time.
    """
    about = {"reference": case_of(work, link).reference, "post": link.about}
    answers = [Button(label=each, does="incident.answer", form=about | {"answer": each}) for each in _ANSWERS]
    others = [Button(label=each, does=each, form=about) for each in ("incident.rang", "incident.knows-child")]
    return {value_of(button): button for button in (*answers, *others)}


_ANSWERS = ("have", "known", "pass")


def case_of(work: Work, link: Link) -> Case:
    """The case that a link is about. Raises Refused where there is none."""
    case = incidents.find(work.scope, link.record.split(":")[1])
    if case is None:
        raise Refused(Refusal(NOTHING, "reference"))
    return case


def by_when(work: Work, text: str) -> datetime | None:
    """The next time that a clock shows so, local; None where nothing was written. Raises Refused beside the field."""
    if not text.strip():
        return None
    try:
        found = parse_hour(text)
    except Refused as refused:
        raise Refused(*(Refusal(r.sentence, BY, r.want) for r in refused.refusals)) from None
    return next_at(work, found)


def next_at(work: Work, hour: time) -> datetime:
    """The next time that a clock in the partnership's zone shows an hour."""
    local = work.now.astimezone(work.terms.zone)
    for days in range(2):
        at = datetime.combine(local.date() + timedelta(days=days), hour, work.terms.zone).astimezone(work.now.tzinfo)
        if at > work.now:
            return at
    raise AssertionError("the second one lies ahead")


def what_was_told(work: Work, case: Case) -> Mapping[str, tuple[MessageField, ...]]:
    """What was told of a case, for those on its list: the structured facts, and words where they are kept here."""
    told = cases.facts_told(work, case)
    return {
        "facts": notifying_forms.told_fields(work, told) if told else (),
        "words": tuple(_words(work, row) for row in incidents.words_of(work.scope, case.reference)),
    }


def _words(work: Work, row: incidents.Words) -> MessageField:
    when = cases.clock_words(work, row.at)
    try:
        text = str(work.seal.open(row.sealed)["text"]) if work.seal is not None else ""
    except NotOpened:
        text = ""
    return MessageField(label=f"Written {when}", value=text or "This cannot be opened with the keys that are set.")
