"""What was answered is shown: cards in a chat, or in the place of the card that was pressed.

That happens after Teams has its answer, in nobody's way. What Teams surely did not take is shown again within limits;
where showing fails for good nothing is lost but the showing, and the log says what Teams said, without a word of ours.
"""

import logging
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from bot.chat.carrying import Keep
from bot.chat.filling import one_page
from storage.records.message import Message, Sheet

from .answers import asked_to_wait, is_lost
from .cards import Opens, as_activity, as_cards
from .connector import Connector, Place, Refused
from .elements import Card
from .forms import BLANKS_A_PAGE, as_form, pages
from .marks import marked

log = logging.getLogger(__name__)

TRIES = 3
LONGEST_PAUSE = 10.0
"""How often something is shown again that Teams did not take, and for how many seconds at most it waits each time."""

_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


@dataclass
class Showing:
    """Shows answers. `later` runs what Teams does not wait for; `opens`: whether a press is answered by a form."""

    connector: Connector
    later: Executor
    keep: Keep
    opens: Opens
    stopping: threading.Event = field(default_factory=threading.Event)
    blanks_a_page: int = BLANKS_A_PAGE

    # Cards

    def words(self, answer: Message, where: str, mark: str) -> list[Card]:
        """The cards of an answer that has no form, or whose form a button of its own opens."""
        cards = as_cards(answer, where=where, keep=self.keep, opens=self.opens)
        return [marked(card, mark) for card in cards]

    def form(self, answer: Message, number: int, where: str, mark: str) -> Card:
        """One page of an answer's form; it carries what stands on the other pages."""
        assert answer.sheet is not None
        sheets = self.pages(answer.sheet)
        number = min(number, len(sheets) - 1)
        told = answer.model_copy(update={"sheet": one_page(answer.sheet, sheets, number)})
        return marked(as_form(told, page=number, of=len(sheets), where=where, keep=self.keep), mark)

    def pages(self, sheet: Sheet) -> list[Sheet]:
        """A form's pages, one card each."""
        return pages(sheet, self.blanks_a_page)

    # Where they go

    def post(
        self,
        place: Callable[[], Place],
        cards: Sequence[Card],
        summary: str,
        then: Callable[[bool], None] = lambda _shown: None,
    ) -> None:
        """New cards at the bottom of a chat, one after the other; `place` is asked for when they are posted.

        `then` is told whether all were shown.
        """
        self.later.submit(lambda: then(self.shows(place, cards, summary)))

    def replace(self, place: Place, id_: str, cards: Sequence[Card], summary: str) -> None:
        """Cards in the place of one: the first takes it for good, others follow below; all do where it is gone."""
        self.later.submit(self._replace, place, id_, cards, summary)

    def take_away(self, place: Place, ids: Sequence[str]) -> None:
        """Removes messages of ours; those that are gone already stay gone."""
        for id_ in ids:
            self.later.submit(self.quietly, lambda id_=id_: self._take_away(place, id_))  # type: ignore[misc]

    # The same at once, for what runs later already

    def says(self, place: Place, activity: Mapping[str, Any]) -> bool:
        """Sends a message as it is; whether it was taken."""
        return self.quietly(lambda: self.connector.send(place, activity))

    def shows(self, place: Callable[[], Place], cards: Sequence[Card], summary: str) -> bool:
        """Posts new cards, one after the other; whether all were taken."""
        found: list[Place] = []
        if not self.quietly(lambda: found.append(place())):
            return False
        told = [as_activity(card, summary=summary) for card in cards]
        return all(self.quietly(lambda each=each: self.connector.send(found[0], each)) for each in told)  # type: ignore[misc]

    def _replace(self, place: Place, id_: str, cards: Sequence[Card], summary: str) -> None:
        told = as_activity(cards[0], summary=summary)
        stands = self.quietly(lambda: self.connector.update(place, id_, told))
        self.shows(lambda: place, cards[1:] if stands else cards, summary)

    def _take_away(self, place: Place, id_: str) -> None:
        try:
            self.connector.delete(place, id_)
        except Refused as failure:
            if not is_lost(failure):
                raise

    def quietly(self, shows: Callable[[], object]) -> bool:
        """Does it, again where Teams did not take it; whether it was done. It raises nothing."""
        for tried in range(TRIES + 1):
            if self.stopping.is_set():
                _not_shown("stopping")
                return False
            try:
                shows()
                return True
            except Exception as failure:
                wait = asked_to_wait(failure)
                if wait is None or tried == TRIES:
                    _not_shown(_error_of(failure))
                    return False
            self.stopping.wait(min(wait, LONGEST_PAUSE))
        return False


def _error_of(failure: Exception) -> str:
    """What is wrong, in Teams's word for it or in ours; never a message's words."""
    if isinstance(failure, Refused):
        return f"{failure.status} {failure.code if _WORD.fullmatch(failure.code) else ''}".strip()
    return type(failure).__name__


def _not_shown(error: str) -> None:
    log.warning("an answer could not be shown", extra={"action": "show", "error": error})
