"""A person at Slack: types, writes, presses, fills in, and sees what comes of it."""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from . import answers, inputs
from .delivery import Receipt
from .errors import Json, Refused
from .limits import check_message, elements_of
from .methods_views import new_trigger, shown
from .outcomes import Answer
from .pages import new_response_url, show
from .rendering import buttons, words
from .things import Channel, View, own_copy

if TYPE_CHECKING:
    from .workspaces import Workspace

T = TypeVar("T")


class Person:
    """Somebody's hands and eyes. Each deed waits for the app's acknowledgement and gives an Answer."""

    def __init__(self, workspace: "Workspace", user_id: str) -> None:
        self.workspace = workspace
        self.id = user_id

    @property
    def dm(self) -> Channel:
        """Their direct message with the bot."""
        with self.workspace.standin.lock:
            return self.workspace.dm(self.id)

    # Deeds

    def types_command(self, command: str, text: str = "", *, channel: str = "") -> Answer:
        """Types a slash command, in the direct message with the bot unless a channel is named."""
        answer = self._begins()
        workspace = self.workspace
        known = workspace.app.commands is None or command in workspace.app.commands
        if not known or "commands" not in workspace.scopes:
            return self._failed(answer, "invalid_command")
        with workspace.standin.lock:
            where = workspace.channels[channel] if channel else self.dm
            response_url = new_response_url(workspace, self.id, where.id)
            payload = {
                "token": workspace.app.verification_token,
                "team_id": workspace.id,
                "team_domain": workspace.domain,
                "channel_id": where.id,
                "channel_name": where.name,
                "user_id": self.id,
                "user_name": self._user()["username"],
                "command": command,
                "text": text,
                "api_app_id": workspace.app.id,
                "is_enterprise_install": "false",
                "response_url": response_url,
                "trigger_id": new_trigger(workspace, self.id),
            }
        self._ask(answer, "slash_commands", payload)
        if not answer.failed and answer.body:
            self._show_command_answer(answer, response_url)
        return answer

    def writes_in_dm(self, text: str) -> Answer:
        """Writes to the bot; Slack escapes &, < and >."""
        answer = self._begins()
        with self.workspace.standin.lock:
            message = self.workspace.post(self.dm, self._written(text))
        event = {**own_copy(message), "channel": self.dm.id, "channel_type": "im", "event_ts": message["ts"]}
        return self._event(answer, event)

    def mentions_in(self, channel: str, text: str) -> Answer:
        """Writes in a channel, with the bot's name before it."""
        answer = self._begins()
        where = self.workspace.channels[channel]
        assert self.id in where.members, "they are not in that channel"
        with self.workspace.standin.lock:
            message = self.workspace.post(where, self._written(text, f"<@{self.workspace.bot_user_id}> "))
        event = {**own_copy(message), "type": "app_mention", "channel": channel, "event_ts": message["ts"]}
        return self._event(answer, event)

    def opens_home(self, tab: str = "home") -> Answer:
        """Opens the app: its home, or with `messages` the messages tab."""
        answer = self._begins()
        event: Json = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self.dm.id,
            "tab": tab,
            "event_ts": self.workspace.next_ts(),
        }
        home = self.workspace.homes.get(self.id)
        if tab == "home" and home is not None:
            event["view"] = shown(self.workspace, home)
        return self._event(answer, event)

    def shortcut(self, callback_id: str) -> Answer:
        """Uses a global shortcut."""
        return self._shortcut(callback_id, {"type": "shortcut"})

    def message_shortcut(self, callback_id: str, message: Json) -> Answer:
        """Uses a shortcut on a message."""
        channel = self._channel_of(message)
        url = new_response_url(self.workspace, self.id, channel.id, channel.find(message["ts"]))
        about = {
            "type": "message_action",
            "channel": {"id": channel.id, "name": channel.name},
            "message": _bare(message),
            "message_ts": message["ts"],
            "response_url": url,
        }
        return self._shortcut(callback_id, about)

    def presses(
        self,
        where: Any,
        what: str,
        value: Any = None,
        *,
        values: Mapping[str, Any] | None = None,
        nth: int | None = None,
    ) -> Answer:
        """Presses a button, or chooses `value` in a select or picker, by label or action_id.

        `where` is a message from `sees` or `ephemerals` (also an old copy), a modal, "home", or an Answer, of which the
        newest thing with such a button is meant. `values` go into the inputs of a modal first. Several with the same
        label: say which with `nth`, from 0.
        """
        where = self.home() if isinstance(where, str) else where
        if isinstance(where, Answer):
            named = [one for one in where.everything() if _matching(one, what)]
            assert named, f"nothing that came has {what!r}: {where.buttons}"
            where = named[-1]
        block, element = _one(where, what, nth)
        answer = self._begins()
        if element.get("confirm"):
            answer.asked = f"{words(element['confirm']['title'])}: {words(element['confirm']['text'])}"
        with self.workspace.standin.lock:
            payload = self._pressed(where, values or {})
            payload["actions"] = [self._action(block, element, value, where)]
        self._ask(answer, "interactive", payload)
        if answer.body:
            self.workspace.standin.problems.append("an answer in the acknowledgement of a press is ignored by Slack")
        return answer

    def submits(self, view: View | None = None, values: Mapping[str, Any] | None = None) -> Answer:
        """Sends in a modal (the top one), with these values put in first: by block_id, action_id or label."""
        view = self._modal(view)
        assert view.body.get("submit"), "this modal has no button to send it in"
        answer = self._begins()
        with self.workspace.standin.lock:
            inputs.fill(view, values or {})
            view.errors = inputs.refused_by_client(view)
            if view.errors:
                answer.refused = dict(view.errors)
                return answer
            payload = self._about_view("view_submission", view)
            payload |= {"trigger_id": new_trigger(self.workspace, self.id, view.id), "response_urls": []}
        self._ask(answer, "interactive", payload)
        if not answer.failed:
            with self.workspace.standin.lock:
                answers.to_submission(self.workspace, view, answer)
        return answer

    def closes(self, view: View | None = None) -> Answer:
        """Closes a modal (the top one); the app hears of it if the view says so."""
        view = self._modal(view)
        answer = self._begins()
        with self.workspace.standin.lock:
            everything = bool(view.body.get("clear_on_close"))
            payload = self._about_view("view_closed", view) | {"is_cleared": everything}
            answers.take_away(self.workspace, view, everything)
        if view.body.get("notify_on_close"):
            self._ask(answer, "interactive", payload)
        return answer

    # What they see

    def sees(self) -> list[Json]:
        """The messages in their direct message with the bot as they stand now, oldest first; copies."""
        with self.workspace.standin.lock:
            channel = self.workspace.dm_if_open(self.id)
            return self.sees_in(channel.id) if channel else []

    def sees_in(self, channel: str) -> list[Json]:
        """The messages of a channel as they stand now; copies, with the channel's id."""
        with self.workspace.standin.lock:
            where = self.workspace.channels[channel]
            assert self.id in where.members, "they are not in that channel"
            return [own_copy(message) | {"channel": channel} for message in where.messages]

    def told(self) -> list[Json]:
        """What the bot says in their direct message: `sees` without their own words."""
        return [message for message in self.sees() if not self.wrote(message)]

    def ephemerals(self) -> list[Json]:
        """Private answers that still stand, oldest first; copies."""
        with self.workspace.standin.lock:
            return [own_copy(message) for message in self.workspace.ephemeral.get(self.id, [])]

    def modals(self) -> list[View]:
        """The modals before them, the top one last."""
        with self.workspace.standin.lock:
            return [self.workspace.views[one] for one in self.workspace.stacks.get(self.id, [])]

    def modal(self) -> View | None:
        """The modal on top."""
        stack = self.modals()
        return stack[-1] if stack else None

    def home(self) -> View | None:
        """Their home, as published."""
        return self.workspace.homes.get(self.id)

    def before(self) -> list[Any]:
        """All that is before them, newest first: the top modal, messages and private answers, the home."""
        messages = sorted([*self.told(), *self.ephemerals()], key=lambda one: float(one["ts"]), reverse=True)
        return [one for one in (self.modal(), *messages, self.home()) if one is not None]

    def wait_for(self, seen: Callable[[], T], timeout: float = 5.0) -> T:
        """Waits until `seen()` gives something true, and gives it."""
        return self.workspace.standin.wait_for(seen, timeout)

    def wrote(self, thing: Any) -> bool:
        """Whether a message is their own."""
        return isinstance(thing, dict) and thing.get("user") == self.id

    # How it is done

    def _begins(self) -> Answer:
        assert not self.workspace.users[self.id].deleted, "their account is deactivated"
        return Answer(self, len(self.workspace.standin.arrivals))

    def _failed(self, answer: Answer, reason: str) -> Answer:
        answer.failed, answer.reason = True, reason
        return answer

    def _ask(self, answer: Answer, kind: str, payload: Json) -> None:
        self._take(answer, self.workspace.standin.post_office.ask(self.workspace, kind, payload))

    def _take(self, answer: Answer, receipt: Receipt) -> None:
        answer.body, answer.status, answer.acknowledgements = receipt.body, receipt.status, receipt.times
        if not receipt.acknowledged:
            self._failed(answer, receipt.reason)

    def _event(self, answer: Answer, event: Json) -> Answer:
        """Sends an event and waits for the first attempt, if the app is subscribed."""
        answer.delivery = self.workspace.tell(event)
        if answer.delivery is not None:
            answer.delivery.first.done.wait()
            self._take(answer, answer.delivery.first)
        return answer

    def _written(self, text: str, before: str = "") -> Json:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"user": self.id, "text": before + escaped, "client_msg_id": str(threading.get_ident())}

    def _user(self) -> Json:
        user = self.workspace.users[self.id]
        name = user.shown(False)["name"]
        return {"id": user.id, "username": name, "name": name, "team_id": user.team}

    def _envelope(self, kind: str) -> Json:
        return {
            "type": kind,
            "team": {"id": self.workspace.id, "domain": self.workspace.domain},
            "user": self._user(),
            "api_app_id": self.workspace.app.id,
            "token": self.workspace.app.verification_token,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _shortcut(self, callback_id: str, about: Json) -> Answer:
        answer = self._begins()
        workspace = self.workspace
        known = workspace.app.shortcuts is None or callback_id in workspace.app.shortcuts
        if not known or "commands" not in workspace.scopes:
            return self._failed(answer, "invalid_shortcut")
        payload = self._envelope(about["type"]) | about
        payload |= {
            "callback_id": callback_id,
            "trigger_id": new_trigger(workspace, self.id),
            "action_ts": workspace.next_ts(),
        }
        self._ask(answer, "interactive", payload)
        return answer

    def _about_view(self, kind: str, view: View) -> Json:
        return self._envelope(kind) | {"view": shown(self.workspace, view, inputs.state(view))}

    def _modal(self, view: View | None) -> View:
        found = view or self.modal()
        assert found is not None, "no modal is before them"
        assert found in self.modals(), "that modal is no longer before them"
        return found

    def _channel_of(self, message: Json) -> Channel:
        return self.workspace.channels[message["channel"]]

    def _pressed(self, where: Any, values: Mapping[str, Any]) -> Json:
        workspace = self.workspace
        if isinstance(where, View):
            home = where.body["type"] == "home"
            assert home or where in self.modals(), "that modal is no longer before them"
            inputs.fill(where, values)
            payload = self._about_view("block_actions", where)
            payload["container"] = {"type": "view", "view_id": where.id}
            return payload | {"trigger_id": new_trigger(workspace, self.id, "" if home else where.id)}
        channel = self._place(where)
        private = bool(where.get("is_ephemeral"))
        standing = workspace.ephemeral.get(self.id, []) if private else channel.messages
        live = next((one for one in standing if one["ts"] == where["ts"]), _bare(where))
        payload = self._envelope("block_actions") | {
            "container": {
                "type": "message",
                "message_ts": where["ts"],
                "channel_id": channel.id,
                "is_ephemeral": private,
            },
            "channel": {"id": channel.id, "name": channel.name},
            "state": {"values": {}},
            "response_url": new_response_url(workspace, self.id, channel.id, live, private),
            "trigger_id": new_trigger(workspace, self.id),
        }
        return payload if private else payload | {"message": _bare(where)}

    def _place(self, message: Json) -> Channel:
        if "channel" in message:
            return self._channel_of(message)
        return next(c for c in self.workspace.channels.values() if any(one is message for one in c.messages))

    def _action(self, block: Json, element: Json, value: Any, where: Any) -> Json:
        kind = element["type"]
        action = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
        action["action_ts"] = self.workspace.next_ts()
        if kind == "button":
            return action | {key: element[key] for key in ("text", "value", "style") if key in element}
        if kind == "overflow":
            return action | {"selected_option": inputs.option_of(element, value)}
        chosen = inputs.value_for(element, value)
        if isinstance(where, View):
            where.typed[(block["block_id"], element["action_id"])] = chosen
        return action | {inputs.key_of(kind): chosen}

    def _show_command_answer(self, answer: Answer, response_url: str) -> None:
        said = answer.body if isinstance(answer.body, dict) else {"text": str(answer.body)}
        workspace = self.workspace
        with workspace.standin.lock:
            try:
                check_message(said.get("text"), said.get("blocks"))
            except Refused as refused:
                workspace.standin.problems.append(f"the answer to a command: {refused.error} {refused.messages}")
                self._failed(answer, "invalid_command_response")
                return
            if said.get("blocks") and not said.get("text"):
                workspace.standin.missing_text.append("acknowledgement")
            url = workspace.response_urls[response_url.rpartition("/")[2]]
            url.message = show(workspace, url, said)
            url.ephemeral = said.get("response_type") != "in_channel"


def _bare(message: Json) -> Json:
    return {key: value for key, value in message.items() if key != "channel"}


def _matching(where: Any, what: str) -> list[tuple[Json, Json]]:
    blocks = where.blocks if isinstance(where, View) else where.get("blocks") or []
    found = [(block, one) for block in blocks for one in elements_of(block)]
    exact = [(block, one) for block, one in found if one.get("action_id") == what]
    return exact or [(block, one) for block, one in found if _label(block, one) == what]


def _label(block: Json, element: Json) -> str:
    return words(element.get("text")) or words(element.get("placeholder")) or inputs.label_of(block)


def _one(where: Any, what: str, nth: int | None) -> tuple[Json, Json]:
    assert where is not None, "nothing is there to press in"
    found = _matching(where, what)
    assert found, f"{what!r} is not among {buttons(where)}"
    assert len(found) == 1 or nth is not None, f"{len(found)} are called {what!r}: say which with nth"
    return found[nth or 0]
