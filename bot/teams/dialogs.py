"""Dialogs (Teams' task modules): a button opens one, what is sent in there is answered there.

Each answer has to come with Teams' own request, within seconds; it holds one card. What is too long for that comes to
the personal chat instead, and the dialog says so. Microsoft, "Use dialogs in Microsoft Teams bots".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.cutting import shortened
from commands.speakers import Speaker
from storage.records.message import Message

from .activities import Activity
from .cards import ANSWER, DIALOG
from .connector import Place
from .elements import Card, visible
from .http import Reply
from .marks import mark_of
from .pressing import Came, Pressing
from .showing import Showing

FETCH, SUBMIT = "task/fetch", "task/submit"

LONGEST_TITLE = 60
CARD = "application/vnd.microsoft.card.adaptive"

TOO_LONG = Message(title="", text="This is too long to be shown here. All of it comes to you as a message.")

CLOSED = Reply()
"""Teams closes a dialog whose press is answered by nothing."""


@dataclass(frozen=True)
class Dialogs:
    """Opens dialogs and answers in them."""

    pressing: Pressing
    showing: Showing

    def answered(
        self, activity: Activity, speaker: Speaker, data: Mapping[str, Any], chat: Callable[[], Place]
    ) -> Reply:
        """What opens, or takes the place of what stood there: a form with its mistakes, its next page, words.

        `chat`: their personal chat. Whoever leaves everything as it is sees the dialog close.
        """
        came = self.pressing.take(activity, speaker, data)
        return CLOSED if came.left else self._shown(activity, came, chat)

    def _shown(self, activity: Activity, came: Came, chat: Callable[[], Place]) -> Reply:
        mark, answer = mark_of(activity.id), came.answer
        if answer.sheet is not None:
            return dialog(answer.title, self.showing.form(answer, came.page, DIALOG, mark))
        cards = self.showing.words(answer, DIALOG, mark)
        if len(cards) > 1:
            self.showing.post(chat, self.showing.words(answer, ANSWER, mark), answer.title)
            cards = self.showing.words(TOO_LONG, DIALOG, mark)
        return dialog(answer.title, cards[0])


def dialog(title: str, card: Card) -> Reply:
    """The answer that shows a card in a dialog, in the place of what stood there."""
    named = shortened(visible(title), LONGEST_TITLE) or "Convenor"
    value = {"title": named, "width": "medium", "height": "large", "card": {"contentType": CARD, "content": card}}
    return Reply(body={"task": {"type": "continue", "value": value}})
