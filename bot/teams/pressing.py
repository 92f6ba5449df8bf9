"""What is pressed and filled in, whatever it came by: a button, a form in the chat, a form in a dialog.

Nothing is trusted of what comes but what to press: anybody can send any data, so that rights are asked anew each time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat.answering import UNREADABLE, recalled
from bot.chat.carrying import Kept
from bot.chat.clocks import Now
from bot.chat.drafts import Drafts
from bot.chat.filling import Filled, page_of_mistakes
from commands.conversation import LEAVE, Conversation
from commands.speakers import Speaker
from commands.steps import AGAIN, SURE
from storage.records.message import Message, Sheet

from .activities import Activity
from .cards import Pressed, read_press, where_of
from .forms import read_form
from .marks import key_of


@dataclass(frozen=True)
class Came:
    """What came of a press: the answer, where what was pressed stood, and which page of its form is shown."""

    answer: Message
    where: str = ""
    page: int = 0
    left: bool = False


@dataclass(frozen=True)
class Pressing:
    """Takes presses, whatever they came by. `pages` gives those of a form, as they are shown."""

    conversation: Conversation
    drafts: Drafts
    kept: Kept
    now: Now
    pages: Callable[[Sheet], Sequence[Sheet]]

    def take(self, activity: Activity, speaker: Speaker, data: Mapping[str, Any]) -> Came:
        """Does what was pressed, with what was filled in."""
        filled = read_form(data, self.kept)
        if filled is not None:
            return self._filled(activity, speaker, data, filled)
        pressed = read_press(data, self.kept)
        if pressed is None:
            return Came(UNREADABLE, where_of(data))
        return self._pressed(activity, speaker, data, pressed)

    def _pressed(self, activity: Activity, speaker: Speaker, data: Mapping[str, Any], pressed: Pressed) -> Came:
        key = key_of(speaker, activity.reply_to, data, pressed.does, pressed.form)
        if self.conversation.newest_counts(pressed.does):
            key += f":{activity.id}"  # yes, no, and yes again: its message has not changed
        answer = self.conversation.press(speaker, pressed.does, pressed.form, key, self.now())
        if SURE in pressed.form:  # the end of a form whose outcome was shown first
            self.drafts.settle(self.conversation, speaker, pressed.does, pressed.form, answer)
        return Came(recalled(self.drafts, speaker, answer), pressed.where, left=pressed.does == LEAVE)

    def _filled(self, activity: Activity, speaker: Speaker, data: Mapping[str, Any], filled: Filled) -> Came:
        if filled.goes_on:
            return self._turned_over(speaker, filled)
        key = key_of(speaker, activity.reply_to, data, filled.does, filled.form)
        answer = self.conversation.press(speaker, filled.does, filled.form, key, self.now())
        self.drafts.settle(self.conversation, speaker, filled.does, filled.form, answer)
        if answer.sheet is None or not self.drafts.is_of(answer.sheet, filled.does, filled.form):
            return Came(recalled(self.drafts, speaker, answer), filled.where)
        return Came(answer, filled.where, page_of_mistakes(self.pages(answer.sheet)))

    def _turned_over(self, speaker: Speaker, filled: Filled) -> Came:
        """The next page of a long form, with what was typed on the others kept."""
        again = self.conversation.press(speaker, filled.does, {**filled.form, AGAIN: "yes"}, None, self.now())
        if again.sheet is None:
            return Came(again, filled.where)
        self.drafts.keep(speaker, again.sheet)
        return Came(again, filled.where, filled.page + 1)
