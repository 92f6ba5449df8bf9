"""What people do in Slack becomes conversation, and its answers become what Slack shows in place.

Every method does what has to be done and commits; it gives back what goes into the acknowledgement, and hands on what
is shown afterwards: a form, an answer in the place of a button. That part is called once Slack has its acknowledgement,
and where it fails somebody presses again: the press counts once.
"""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient, WebhookResponse

from bot.chat.answering import NO_FILES, UNREADABLE, recalled
from bot.chat.clocks import Now
from bot.chat.drafts import Drafts
from bot.chat.filling import one_page, page_of_mistakes
from commands.conversation import Conversation
from commands.speakers import Speaker
from commands.steps import AGAIN, SURE
from storage.records.columns import canonical
from storage.records.message import Message

from .answers import asked_to_wait, error_of
from .blocks import Words, as_messages, read_button
from .forms import BLANKS_A_PAGE, FORM, Filled, as_answer_modal, as_modal, carry, errors_for, pages, read_modal
from .readers import Readers
from .typed import as_typed, without_mention
from .workspaces import NAME, QUIET

log = logging.getLogger(__name__)

Body = Mapping[str, Any]
Ack = dict[str, Any]

PAGE = "convenor-page"
"""The callback of a form's page that is not its last."""

MOST_REPLIES = 5
"""How often Slack takes an answer at the address that came with a command or a press; more goes as direct messages."""

TRIES = 3
LONGEST_PAUSE = 10.0
"""How often an answer is shown again for which Slack asked to wait, and for how many seconds at most each time."""

REMEMBERED = 2_000
"""How many events are remembered, so that one that comes twice is answered once."""


@dataclass
class _Turn:
    """An event that came in: who is at it holds the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    done: bool = False


@dataclass
class Desk:
    """Where everything from Slack comes in. `later` runs what is shown after the acknowledgement."""

    conversation: Conversation
    readers: Readers
    drafts: Drafts
    later: Executor
    now: Now
    zone: Callable[[Speaker], ZoneInfo | None]
    meet: Callable[[WebClient, Speaker], None]
    opened_home: Callable[[WebClient, Speaker], None]
    keep: Callable[[str], str]
    kept: Callable[[str], str | None]
    mail: bool = False
    timeout: int = 10
    stopping: threading.Event = field(default_factory=threading.Event)
    blanks_a_page: int = BLANKS_A_PAGE
    _turns: OrderedDict[str, _Turn] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # What is typed

    def command(self, client: WebClient, tenant: str, body: Body) -> Ack:
        """The answer to a typed command, for the one who typed it alone."""
        speaker = self._speaker(client, tenant, body["user_id"])
        key = f"slack:{speaker.tenant}:command:{body['trigger_id']}"
        answer = self.conversation.answer(speaker, as_typed(str(body.get("text") or "")), key, self.now())
        first, *rest = self._words(client, speaker, answer)
        if rest:
            self.later.submit(self._reply_all, client, speaker, str(body.get("response_url", "")), rest)
        if answer.sheet is not None:
            view = self._in_place(client, speaker, answer)["view"]
            self._after(lambda: client.views_open(trigger_id=body["trigger_id"], view=view))
        return {"response_type": "ephemeral", "text": first.text, "blocks": first.blocks}

    def message(self, client: WebClient, tenant: str, body: Body) -> None:
        """The answer to a direct message, or to a mention in a channel, there for the one who wrote it alone."""
        id_ = str(body.get("event_id", ""))
        with self._lock:
            turn = self._turns.setdefault(id_, _Turn())
            while len(self._turns) > REMEMBERED:
                self._turns.popitem(last=False)
        with turn.lock:  # who comes second waits: it is acknowledged once the first is done, and does what that did not
            if not turn.done:
                self._answer_message(client, tenant, body["event"], id_)
                turn.done = True

    def _answer_message(self, client: WebClient, tenant: str, event: Body, id_: str) -> None:
        speaker = self._speaker(client, tenant, str(event["user"]))
        text = str(event.get("text") or "")
        if event.get("type") == "app_mention":
            text = without_mention(text)
        answer = self.conversation.answer(speaker, as_typed(text), f"slack:event:{id_}", self.now())
        words = self._words(client, speaker, answer)
        if event.get("files"):
            words += self._words(client, speaker, NO_FILES)
        private = event.get("channel_type") == "im"
        self.later.submit(self._post_all, client, str(event["channel"]), "" if private else speaker.user, words)

    # What is pressed

    def press(self, client: WebClient, tenant: str, body: Body) -> None:
        """A button in a message, a form or the home tab."""
        speaker = self._speaker(client, tenant, body["user"]["id"])
        pressed = read_button(body["actions"][0].get("value"), self.kept)
        key = f"slack:{speaker.tenant}:{speaker.user}:{_place(body)}:{_digest(body['actions'][0].get('value'))}"
        if pressed is not None and self.conversation.newest_counts(pressed[0]):
            key += f":{body['actions'][0].get('action_ts', '')}"  # yes, no, and yes again: its message has not changed
        answer = UNREADABLE if pressed is None else self.conversation.press(speaker, *pressed, key, self.now())
        if pressed is not None and SURE in pressed[1]:  # the end of a form whose outcome was shown first
            self.drafts.settle(self.conversation, speaker, *pressed, answer)
        self._show(client, speaker, body, answer)

    def shortcut(self, client: WebClient, tenant: str, body: Body, line: str) -> None:
        """A shortcut: what a typed line would do, shown in a view."""
        speaker = self._speaker(client, tenant, body["user"]["id"])
        key = f"slack:{speaker.tenant}:shortcut:{body['trigger_id']}"
        self._show(client, speaker, body, self.conversation.answer(speaker, line, key, self.now()))

    def submit(self, client: WebClient, tenant: str, body: Body) -> Ack:
        """A form that was sent in, or an answer's own button: what the acknowledgement does with the view."""
        speaker = self._speaker(client, tenant, body["user"]["id"])
        view = body["view"]
        filled = self._filled(view)
        if filled is None:
            return self._in_place(client, speaker, UNREADABLE)
        if view["callback_id"] == PAGE:
            return self._turn_over(client, speaker, filled)
        key = f"slack:{speaker.tenant}:{speaker.user}:{view['id']}:{_digest(canonical([filled.does, filled.form]))}"
        answer = self.conversation.press(speaker, filled.does, filled.form, key, self.now())
        if view["callback_id"] == FORM or SURE in filled.form:
            self.drafts.settle(self.conversation, speaker, filled.does, filled.form, answer)
        if answer.sheet is None or not self.drafts.is_of(answer.sheet, filled.does, filled.form):
            return self._in_place(client, speaker, answer)
        if wrong := errors_for(answer, list(view.get("state", {}).get("values", {}))):
            return {"response_action": "errors", "errors": wrong}
        page = page_of_mistakes(pages(answer.sheet, self.blanks_a_page))
        return {"response_action": "update", "view": self._modal(client, speaker, answer, page)}

    def _filled(self, view: Mapping[str, Any]) -> Filled | None:
        if view["callback_id"] in (FORM, PAGE):
            return read_modal(view, self.kept)
        pressed = read_button(view.get("private_metadata"), self.kept)
        return None if pressed is None else Filled(*pressed)

    def _turn_over(self, client: WebClient, speaker: Speaker, filled: Filled) -> Ack:
        """The next page of a long form, with what was typed on the others kept."""
        again = self.conversation.press(speaker, filled.does, {**filled.form, AGAIN: "yes"}, None, self.now())
        if again.sheet is None:
            return self._in_place(client, speaker, again)
        self.drafts.keep(speaker, again.sheet)
        return {"response_action": "update", "view": self._modal(client, speaker, again, filled.page + 1)}

    # Showing

    def _show(self, client: WebClient, speaker: Speaker, body: Body, answer: Message) -> None:
        """Shows an answer where the press was: a form opens, a message is answered beside or in its own place."""
        view = body.get("view")
        if view is not None and view.get("type") == "modal":
            shown = self._in_place(client, speaker, answer)["view"]
            self._after(lambda: client.views_update(view_id=view["id"], hash=view.get("hash"), view=shown))
        elif answer.sheet is not None or view is not None or not body.get("response_url"):
            shown = self._in_place(client, speaker, answer)["view"]
            self._after(lambda: client.views_open(trigger_id=body["trigger_id"], view=shown))
        else:
            words = self._words(client, speaker, answer)
            url, hidden = str(body["response_url"]), bool(body.get("container", {}).get("is_ephemeral"))
            self.later.submit(self._reply_all, client, speaker, url, words, replace=hidden)

    def _in_place(self, client: WebClient, speaker: Speaker, answer: Message) -> Ack:
        """The view that takes the place of the one there; what it cannot hold goes as a direct message."""
        if answer.sheet is not None:
            answer = recalled(self.drafts, speaker, answer)
            return {"response_action": "update", "view": self._modal(client, speaker, answer, 0)}
        zone, reader = self._clocks(client, speaker, answer)
        shown = as_answer_modal(answer, keep=self.keep, zone=zone, reader=reader)
        if shown.rest is not None:
            self.later.submit(self._post_all, client, speaker.user, "", self._words(client, speaker, shown.rest))
        return {"response_action": "update", "view": shown.view}

    def _modal(self, client: WebClient, speaker: Speaker, answer: Message, number: int) -> dict[str, Any]:
        """One page of a form; it carries what stands on the other pages."""
        assert answer.sheet is not None
        sheets = pages(answer.sheet, self.blanks_a_page)
        page = one_page(answer.sheet, sheets, number)
        zone, reader = self._clocks(client, speaker, answer)
        view = as_modal(
            answer.model_copy(update={"sheet": page}),
            meta=carry(page, self.keep, number),
            keep=self.keep,
            page=number,
            of=len(sheets),
            zone=zone,
            reader=reader,
        )
        if number + 1 == len(sheets):
            return view
        return {**view, "callback_id": PAGE, "submit": {"type": "plain_text", "text": "Go on"}}

    def _words(self, client: WebClient, speaker: Speaker, answer: Message) -> list[Words]:
        zone, reader = self._clocks(client, speaker, answer)
        return as_messages(answer, zone=zone, reader=reader, keep=self.keep)

    def _clocks(self, client: WebClient, speaker: Speaker, answer: Message) -> tuple[ZoneInfo | None, str]:
        """The partnership's zone and the reader's, where the answer tells a time at all."""
        if not answer.times:
            return None, ""
        return self.zone(speaker), self.readers.zone(client, speaker.tenant, speaker.user)

    def _reply_all(
        self, client: WebClient, speaker: Speaker, url: str, words: list[Words], *, replace: bool = False
    ) -> None:
        # Bolt's own respond() sends again by itself when the connection breaks; this one does not.
        reply = WebhookClient(url, timeout=self.timeout, retry_handlers=[], logger=QUIET)
        for number, each in enumerate(words[:MOST_REPLIES]):
            told: dict[str, Any] = {"text": each.text, "blocks": each.blocks, "response_type": "ephemeral"}
            told["replace_original"] = replace and number == 0
            self._quietly(lambda told=told: _taken(reply.send_dict(told)))  # type: ignore[misc]
        self._post_all(client, speaker.user, "", words[MOST_REPLIES:])

    def _post_all(self, client: WebClient, channel: str, only_for: str, words: list[Words]) -> None:
        for each in words:
            told: dict[str, Any] = {"channel": channel, "text": each.text, "blocks": each.blocks}
            if only_for:
                self._quietly(lambda told=told: client.chat_postEphemeral(user=only_for, **told))  # type: ignore[misc]
            else:
                self._quietly(lambda told=told: client.chat_postMessage(unfurl_links=False, **told))  # type: ignore[misc]

    def _after(self, shows: Callable[[], object]) -> None:
        self.later.submit(self._quietly, shows)

    def _quietly(self, shows: Callable[[], object]) -> None:
        """Shows something; where that fails nothing is lost but the showing, and the log says what Slack said."""
        for tried in range(TRIES + 1):
            if self.stopping.is_set():
                log.warning("an answer could not be shown", extra={"action": "show", "error": "stopping"})
                return
            try:
                shows()
                return
            except Exception as failure:
                wait = asked_to_wait(failure)
                if wait is None or tried == TRIES:
                    word = error_of(failure) if isinstance(failure, SlackApiError) else type(failure).__name__
                    log.warning("an answer could not be shown", extra={"action": "show", "error": word})
                    return
            self.stopping.wait(min(wait, LONGEST_PAUSE))

    # Who

    def _speaker(self, client: WebClient, tenant: str, user: str) -> Speaker:
        """Who it is; somebody not known yet is looked for by the address that Slack has."""
        speaker = Speaker(NAME, tenant, user, mail=self.mail)
        self.meet(client, speaker)
        return speaker

    def home(self, client: WebClient, tenant: str, body: Body) -> None:
        """Somebody opened the home tab: it is shown, and kept true from now on."""
        event = body["event"]
        if event.get("tab") == "home":
            self.opened_home(client, self._speaker(client, tenant, str(event["user"])))


def _taken(response: WebhookResponse) -> None:
    """Raises OSError for an answer that Slack did not take."""
    if response.status_code != 200:
        raise OSError(f"status {response.status_code}")


def _place(body: Body) -> str:
    """Where a button stands and in which state of its message: what tells a double press from a later one."""
    view, message = body.get("view"), body.get("message") or {}
    if view is not None:
        return f"{view['id']}:{view.get('hash', '')}"
    container = body.get("container") or {}
    stamp = container.get("message_ts") or message.get("ts", "")
    return f"{container.get('channel_id', '')}:{stamp}:{(message.get('edited') or {}).get('ts', '')}"


def _digest(value: object) -> str:
    return hashlib.sha256(str(value).encode()).hexdigest()[:20]
