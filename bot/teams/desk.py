"""What people do in Teams becomes conversation, and its answers become what Teams shows.

Every method does what has to be done and commits; it gives back what goes into the answer to Teams' own request, and
hands on what is shown afterwards. Where showing fails somebody asks again, or presses again: the press counts once.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.answering import NO_FILES
from bot.chat.clocks import Now
from bot.chat.cutting import shortened
from commands import permissions
from commands.conversation import Conversation
from commands.runner import Runner
from commands.speakers import Speaker
from storage.records import delivery, partnerships, people
from storage.records.message import Message

from . import dialogs, files
from .accounts import FAILURES, Accounts
from .activities import Activity
from .cards import ANSWER
from .connector import Place
from .dialogs import CARD, Dialogs
from .elements import Card, visible
from .files import Files
from .homes import Homes
from .http import Reply
from .marks import mark_of
from .pressing import Came, Pressing
from .reaching import NoPlace, Reaching
from .showing import Showing
from .tenants import NAME
from .typed import as_typed, is_home

log = logging.getLogger(__name__)

A_WORD = "application/vnd.microsoft.activity.message"

LONGEST_TOAST = 300
"""What Teams shows for a moment to whoever pressed."""

ANSWERED = "I have answered you in our own chat."

NO_CHAT = (
    "Nothing has been done, because I answer only in a chat of our own and cannot reach you there yet. Open me under "
    "Apps in Teams, press Add, and write it again there. I am not the way to get help for a child: if a child is in "
    "danger now, ring 999."
)

NOT_SHOWN = (
    "What you wrote has come in, but I could not answer you in a chat of our own. Open me under Apps in Teams, press "
    "Add, and write there to see how it stands."
)

REMOVED = "the app was removed for this person"


@dataclass(frozen=True)
class Desk:
    """Where everything from Teams comes in, once it is certain that it is from Teams and from an allowed tenant."""

    conversation: Conversation
    pressing: Pressing
    dialogs: Dialogs
    files: Files
    homes: Homes
    accounts: Accounts
    reaching: Reaching
    showing: Showing
    runner: Runner
    woken: Callable[[], None]
    now: Now
    mail: bool = False

    def take(self, activity: Activity) -> Reply:
        """Does what an activity asks for; gives what Teams is answered. What is not known is left alone."""
        if activity.type == "installationUpdate":
            return self._installation(activity)
        self.reaching.heard(activity)
        match activity.type:
            case "message":
                return self._message_once(activity)
            case "invoke":
                return self._invoke(activity)
            case "conversationUpdate" if activity.bot and activity.bot in activity.added:
                return self._came(activity)
        return Reply()

    # What is typed

    def _message_once(self, activity: Activity) -> Reply:
        """Teams brings a message again where it is not sure that we have it; it is answered once."""
        store, came = self.runner.store, (NAME, activity.conversation, activity.id)
        if activity.id and not delivery.arrive(store, *came, self.now()):
            return Reply()
        try:
            if activity.value:  # an Action.Submit comes as a message, and has no text
                self._submitted(activity)
            else:
                self._typed(activity)
        except BaseException:
            delivery.not_answered(store, *came)
            raise
        delivery.answered(store, *came)
        return Reply()

    def _typed(self, activity: Activity) -> None:
        speaker, line = self._speaker(activity), as_typed(activity.text)
        if activity.scope == "personal":
            self._in_private(activity, speaker, line)
        else:
            self._in_company(activity, speaker, line)

    def _in_private(self, activity: Activity, speaker: Speaker, line: str) -> None:
        if not self._opened(speaker, line):
            self._post(activity, self._answer(activity, speaker, line), lambda: _here(activity))

    def _opened(self, speaker: Speaker, line: str) -> bool:
        """Whether somebody asked for their home, and has one: it comes by the outbox."""
        if not is_home(line) or not self.homes.open(speaker):
            return False
        self.conversation.spoke(speaker, self.now())
        return True

    def _in_company(self, activity: Activity, speaker: Speaker, line: str) -> None:
        """Where others read along nothing is said but that it was answered, or where to ring."""
        danger = self.conversation.danger_in(speaker, [line], self.now())
        if not self._has_a_chat(speaker):
            self.showing.later.submit(self._say_there, activity, NO_CHAT if danger is None else _in_words(danger))
            return
        answered = ANSWERED if danger is None else _in_words(danger)
        if is_home(line) and self.homes.open(speaker):
            self.showing.later.submit(self._say_there, activity, answered)
            return

        def then(shown: bool) -> None:
            self._say_there(activity, answered if shown or danger is not None else NOT_SHOWN)

        self._post(activity, self._answer(activity, speaker, line), lambda: self._own_chat(speaker), then)

    def _answer(self, activity: Activity, speaker: Speaker, line: str) -> Message:
        key = f"{NAME}:{speaker.tenant}:message:{activity.conversation}:{activity.id}" if activity.id else None
        return self.conversation.answer(speaker, "help" if is_home(line) else line, key, self.now())

    def _post(
        self,
        activity: Activity,
        answer: Message,
        place: Callable[[], Place],
        then: Callable[[bool], None] = lambda _shown: None,
    ) -> None:
        cards = self._cards(activity, Came(answer))
        if activity.attachments:
            cards += self.showing.words(NO_FILES, ANSWER, mark_of(activity.id))
        self.showing.post(place, cards, answer.title, then)

    # What is pressed

    def _invoke(self, activity: Activity) -> Reply:
        match activity.name:
            case "adaptiveCard/action":  # an Action.Execute
                return self._executed(activity)
            case dialogs.FETCH | dialogs.SUBMIT:
                speaker, data = self._speaker(activity), _in(activity.value, "data")
                return self.dialogs.answered(activity, speaker, data, self._chat(activity, speaker))
            case files.CONSENT:
                return self.files.answered(activity)
        return Reply(501)

    def _executed(self, activity: Activity) -> Reply:
        """A button of a card: an answer's gives way to what came of it; beneath a message that was told, it is new."""
        speaker = self._speaker(activity)
        came = self.pressing.take(activity, speaker, _in(_in(activity.value, "action"), "data"))
        cards = self._cards(activity, came)
        if came.where == ANSWER and activity.scope == "personal" and activity.reply_to:
            self.showing.replace(_here(activity), activity.reply_to, cards, came.answer.title)
            return in_its_place(cards[0])
        self.showing.post(self._chat(activity, speaker), cards, came.answer.title)
        return toast(came.answer if activity.scope != "personal" else Message(title=came.answer.title, text=""))

    def _submitted(self, activity: Activity) -> None:
        """The same from a client that sends a press as a message."""
        speaker = self._speaker(activity)
        came = self.pressing.take(activity, speaker, activity.value)
        self.showing.post(self._chat(activity, speaker), self._cards(activity, came), came.answer.title)

    def _cards(self, activity: Activity, came: Came) -> list[Card]:
        """The cards of an answer: its form, unless a button beside the words opens it in a dialog."""
        mark, answer = mark_of(activity.id), came.answer
        if answer.sheet is None or any(self._opens_it(answer, number) for number in range(len(answer.buttons))):
            return self.showing.words(answer, ANSWER, mark)
        return [self.showing.form(answer, came.page, ANSWER, mark)]

    def _opens_it(self, answer: Message, number: int) -> bool:
        button, sheet = answer.buttons[number], answer.sheet
        return sheet is not None and button.does == sheet.does and self.showing.opens(button.does, button.form)

    # Who comes and goes

    def _installation(self, activity: Activity) -> Reply:
        """The app was put somewhere or taken away; what comes with an update of it changes nothing."""
        match activity.action:
            case "add":
                self.reaching.heard(activity)
                return self._came(activity, greets=True)
            case "remove":
                self._gone(activity)
            case "add-upgrade":
                self.reaching.heard(activity)
        return Reply()

    def _came(self, activity: Activity, *, greets: bool = False) -> Reply:
        """The bot is there now: who people are is looked for. `greets`: somebody has put it into their own chat."""
        if activity.scope == "personal":
            speaker = self._speaker(activity)
            if greets:
                self.homes.open(speaker)
        else:
            self.showing.later.submit(self._meet_everybody, activity)
        return Reply()

    def _meet_everybody(self, activity: Activity) -> None:
        try:
            if self.accounts.meet_everybody(activity.tenant, _here(activity)):
                self.woken()
        except Exception as failure:
            log.error("a team could not be met", extra={"action": "meet", "error": type(failure).__name__})

    def _gone(self, activity: Activity) -> None:
        """The bot was taken away: from somebody's own chat, so that they are told by another way, or from a team."""
        store = self.runner.store
        if activity.scope != "personal":
            delivery.forget_conversation(store, NAME, activity.tenant, activity.conversation)
            return
        with store.reading() as session:
            found = people.identity(session, NAME, activity.tenant, activity.user)
            person = found.person if found is not None else ""
            served = partnerships.of_workspace(session, NAME, activity.tenant)
            posts = people.partnerships_of(session, person, self.now().date()) if person else set()
        delivery.forget_conversation(store, NAME, activity.tenant, activity.user)
        for id_ in (each for each in served if each in posts):
            form = {
                "door": NAME,
                "tenant": activity.tenant,
                "address": activity.user,
                "person": person,
                "reason": REMOVED,
                "instead": "mail" if self.mail else "",
            }
            self.runner.perform(permissions.time(id_), "account.gone", form, None, self.now())
        self.woken()

    def _speaker(self, activity: Activity) -> Speaker:
        """Who it is; somebody not known yet is looked for by the address that Teams has."""
        speaker = Speaker(NAME, activity.tenant, activity.user, mail=self.mail)
        if self.accounts.meet(activity, speaker):
            self.woken()
        return speaker

    # Where

    def _chat(self, activity: Activity, speaker: Speaker) -> Callable[[], Place]:
        """Their own chat: the one they are in, or where they were heard of."""
        return lambda: _here(activity) if activity.scope == "personal" else self._own_chat(speaker)

    def _own_chat(self, speaker: Speaker) -> Place:
        if not speaker.user:
            raise NoPlace("nobody said who they are")
        return self.reaching.place_of(speaker.tenant, speaker.user)

    def _has_a_chat(self, speaker: Speaker) -> bool:
        try:
            self._own_chat(speaker)
        except (NoPlace, *FAILURES):
            return False
        return True

    def _say_there(self, activity: Activity, words: str) -> None:
        """Says something where it was written: to its writer alone where they wrote to the bot alone."""
        told: dict[str, Any] = {"type": "message", "textFormat": "plain", "text": words}
        if activity.targeted:
            told["recipient"] = {"id": activity.member, "isTargeted": True}
        self.showing.says(Place(activity.service, activity.thread), told)


def in_its_place(card: Card) -> Reply:
    """The answer to a press that puts a card in the place of the one that was pressed."""
    return Reply(body={"statusCode": 200, "type": CARD, "value": card})


def toast(answer: Message) -> Reply:
    """The answer to a press that shows some words for a moment."""
    return Reply(body={"statusCode": 200, "type": A_WORD, "value": shortened(_in_words(answer), LONGEST_TOAST)})


def _in_words(answer: Message) -> str:
    return "\n\n".join(filter(None, (visible(answer.title), visible(answer.text)))) or "Done"


def _here(activity: Activity) -> Place:
    return Place(activity.service, activity.conversation)


def _in(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}
