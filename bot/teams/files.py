"""Calendar entries go into somebody's OneDrive once they have allowed it; the card that asked gives way to the file.

Microsoft, "Send and receive files through a bot": the answer to the card says where the file may be put, once.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.carrying import Kept
from storage.records.message import Attached, Message

from .activities import Activity
from .cards import ANSWER
from .connector import Broke, Connector, NotReached, Place, Refused
from .consenting import asked_for
from .http import Reply
from .marks import mark_of
from .showing import Showing
from .tenants import Allowed

log = logging.getLogger(__name__)

CONSENT = "fileConsent/invoke"

FILE_INFO = "application/vnd.microsoft.teams.card.file.info"

NO_LONGER = Message(
    title="This calendar entry is kept no longer",
    text="Nothing was put into your OneDrive. The day stands in your meetings: write me.",
    tone="warning",
)

NOT_PUT = Message(
    title="The calendar entry could not be put into your OneDrive",
    text="Microsoft did not take it. The day stands in your meetings: write me.",
    tone="warning",
)


@dataclass(frozen=True)
class Files:
    """Takes the answers to the cards that ask whether a file may be put into somebody's OneDrive."""

    connector: Connector
    allowed: Allowed
    kept: Kept
    showing: Showing

    def answered(self, activity: Activity) -> Reply:
        """They have allowed it or not. Teams takes the card away by itself where they have not."""
        if activity.value.get("action") != "accept" or activity.scope != "personal":
            return Reply()
        attached = asked_for(activity.value.get("context"), self.kept)
        if attached is None:
            self.showing.later.submit(self._says, activity, NO_LONGER)
        else:
            self.showing.later.submit(self._puts, activity, attached)
        return Reply()

    def _puts(self, activity: Activity, attached: Attached) -> None:
        told = _in(activity.value, "uploadInfo")
        url = str(told.get("uploadUrl", ""))
        if not self.allowed.uploads(url):
            log.warning("a file may not go there", extra={"action": "upload", "error": "foreign address"})
            self._says(activity, NOT_PUT)
            return
        try:
            self.connector.upload(url, attached.text.encode(), attached.name)
        except (Refused, NotReached, Broke) as failure:
            word = str(failure.status) if isinstance(failure, Refused) else type(failure).__name__
            log.warning("a file was refused", extra={"action": "upload", "error": word})
            self._says(activity, NOT_PUT)
            return
        self._shows(activity, _file_info(told, attached.name))

    def _shows(self, activity: Activity, file: dict[str, Any]) -> None:
        """The file in the place of the card that asked, or below where Teams does not change that into this."""
        place, asked = _chat(activity), activity.reply_to
        if asked and self.showing.quietly(lambda: self.connector.update(place, asked, file)):
            return
        if self.showing.says(place, file) and asked:
            self.showing.take_away(place, [asked])

    def _says(self, activity: Activity, words: Message) -> None:
        cards = self.showing.words(words, ANSWER, mark_of(activity.id))
        self.showing.shows(lambda: _chat(activity), cards, words.title)


def _chat(activity: Activity) -> Place:
    return Place(activity.service, activity.conversation)


def _file_info(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The message that shows a file which stands in somebody's OneDrive."""
    about = {"uniqueId": str(told.get("uniqueId", "")), "fileType": str(told.get("fileType", "ics"))}
    file = {"contentType": FILE_INFO, "contentUrl": str(told.get("contentUrl", "")), "name": name, "content": about}
    return {"type": "message", "summary": f"Calendar entry: {name}", "attachments": [file]}


def _in(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}
