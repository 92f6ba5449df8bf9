"""Microsoft's real SDK at the stand-in Teams: it accepts its tokens, and its own client talks to its connector."""

import asyncio
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

import httpx
import pytest

from tests.standins.teams import rendered
from tests.standins.teams.small_bot import Stage, card, execute, stage, toast

PATH = "/api/messages"


@pytest.fixture
def teams() -> Iterator[Stage]:
    """Without what the SDK's import does to the environment, and without its warnings of what is new in it."""
    with mock.patch.dict(os.environ), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with stage() as teams:
            yield teams


class Adapter:
    """A web server for the SDK that is none: a test hands it the requests."""

    def register_route(self, method: str, path: str, handler: Callable[..., Any]) -> None:
        """Keeps what handles activities."""
        if path == PATH:
            self.handler = handler

    def serve_static(self, path: str, directory: str) -> None:
        """Serves nothing."""

    async def start(self, port: int) -> None:
        """Is never asked."""

    async def stop(self) -> None:
        """Is never asked."""


@dataclass
class RealBot:
    """A bot made with the SDK: what it heard, by type or name."""

    app: Any
    adapter: Adapter
    heard: list[Any]


def _real_bot(teams: Stage, heard: list[Any]) -> RealBot:
    from microsoft_teams.api import AdaptiveCardActionMessageResponse
    from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides
    from microsoft_teams.apps import App

    adapter = Adapter()
    app = App(
        client_id=teams.standin.client_id,
        tenant_id=teams.tenant.id,
        token=lambda scope, tenant: teams.standin.token(),
        http_server_adapter=adapter,
        messaging_endpoint=PATH,
        service_url=teams.standin.service_url,
        cloud=with_overrides(PUBLIC, openid_metadata_url=teams.standin.metadata_url),
        dangerously_allow_unauthenticated_requests=False,
        fetch_user_token=False,
        telemetry={"agent365": False},
    )

    @app.on_message
    async def says(ctx: Any) -> None:
        heard.append(ctx.activity.text)
        await ctx.send(f"You said: {ctx.activity.text}")

    @app.on_card_action
    async def pressed(ctx: Any) -> AdaptiveCardActionMessageResponse:
        heard.append(ctx.activity.value.action.data)
        return AdaptiveCardActionMessageResponse(value="Noted.")

    return RealBot(app, adapter, heard)


@pytest.fixture
def bot(teams: Stage) -> RealBot:
    """The small bot's socket, with the SDK behind it."""
    heard: list[Any] = []

    async def handles(activity: Any, authorization: str) -> Any:
        made = _real_bot(teams, heard)
        await made.app.initialize()
        request = {"body": activity, "headers": {"authorization": authorization}}
        return await made.adapter.handler(request)

    def replies(activity: Any) -> tuple[int, Any]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = asyncio.run(handles(activity, teams.bot.tokens[-1]))
        body = answer.get("body")
        return answer["status"], body

    teams.bot.replies = replies
    return _real_bot(teams, heard)


# What comes in


def test_the_sdk_takes_a_message_and_its_answer_arrives(teams: Stage, bot: RealBot) -> None:
    answer = teams.nurse.types("help")
    assert not answer.failed, answer.reason
    assert bot.heard == ["help"]
    assert rendered(teams.nurse.told()) == "You said: help"


def test_the_sdk_takes_a_mention_and_answers_in_its_thread(teams: Stage, bot: RealBot) -> None:
    channel = teams.tenant.add_channel("Board")
    answer = teams.nurse.mentions(channel, "help")
    assert not answer.failed, answer.reason
    assert len(teams.nurse.sees_in(channel)) == 1
    assert teams.nurse.sees_in(channel)[0].thread == teams.standin.sent[0]["id"]


def test_the_sdk_takes_a_press_and_teams_its_answer(teams: Stage, bot: RealBot) -> None:
    seen = teams.gives(execute("Yes", action="yes"))
    answer = teams.nurse.presses(seen, "Yes")
    assert not answer.failed, answer.reason
    assert (bot.heard[0]["action"], rendered(answer)) == ("yes", "Noted.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"signing_key": "other"},
        {"alg": "none"},
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody else"},
        {"exp": 1_000_000},
        {"serviceurl": "https://elsewhere.example"},
        {"serviceurl": None},
    ],
)
def test_the_sdk_refuses_each_wrong_token(teams: Stage, bot: RealBot, wrong: dict[str, Any]) -> None:
    activity = teams.standin.message(teams.nurse, "help")
    assert teams.standin.post(activity, teams.standin.sign(**wrong))[0] == 401
    assert teams.standin.post(activity, None)[0] == 401
    assert bot.heard == []


# What goes out


def _run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def test_the_sdks_client_sends_changes_and_deletes(teams: Stage, bot: RealBot) -> None:
    from microsoft_teams.api import MessageActivityInput

    async def talks() -> None:
        chat = bot.app.api.conversations.activities(teams.nurse.chat.id)
        first = await chat.create(MessageActivityInput(text="One"))
        second = await chat.create(MessageActivityInput(text="Two"))
        await chat.update(first.id, MessageActivityInput(text="One, changed"))
        await chat.delete(second.id)

    _run(talks())
    assert [(one.text, one.edited) for one in teams.nurse.told()] == [("One, changed", 1)]


def test_the_sdks_client_begins_a_chat_and_reads_rosters(teams: Stage, bot: RealBot) -> None:
    from microsoft_teams.api import Account, CreateConversationParams

    async def asks() -> Any:
        api = bot.app.api
        wanted = CreateConversationParams(members=[Account(id=teams.nurse.member)], tenant_id=teams.tenant.id)
        made = await api.conversations.create(wanted)
        members = api.conversations.members(made.id)
        one = await members.get(teams.nurse.id)
        return made.id, one, await members.get_paged(page_size=50)

    id_, one, page = _run(asks())
    assert id_ == teams.nurse.chat.id
    assert (one.aad_object_id, one.email) == (teams.nurse.id, teams.nurse.record.email)
    assert [each.id for each in page.members] == [teams.nurse.member] and page.continuation_token is None


def test_the_sdks_client_sends_a_targeted_message(teams: Stage, bot: RealBot) -> None:
    from microsoft_teams.api import Account, MessageActivityInput

    channel = teams.tenant.add_channel("Board")

    async def talks() -> None:
        said = MessageActivityInput(text="For you", recipient=Account(id=teams.nurse.member))
        await bot.app.api.conversations.activities(channel).create_targeted(said)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _run(talks())
    assert [(one.text, one.targeted) for one in teams.nurse.sees_in(channel)] == [("For you", True)]


def test_the_sdks_client_sees_refusals_and_a_missing_id(teams: Stage, bot: RealBot) -> None:
    from microsoft_teams.api import MessageActivityInput

    async def sends() -> Any:
        return await bot.app.api.conversations.activities(teams.nurse.chat.id).create(MessageActivityInput(text="One"))

    teams.standin.faults.placeholder()
    assert _run(sends()).id == "DO_NOT_USE_PLACEHOLDER_ID"
    teams.standin.renew_token()
    teams.nurse.blocks_bot()
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        _run(_real_bot_sends(teams))


async def _real_bot_sends(teams: Stage) -> Any:
    from microsoft_teams.api import MessageActivityInput

    made = _real_bot(teams, [])
    return await made.app.api.conversations.activities(teams.nurse.chat.id).create(MessageActivityInput(text="One"))


def test_a_card_that_the_sdk_would_send_is_taken(teams: Stage, bot: RealBot) -> None:
    from microsoft_teams.api import MessageActivityInput
    from microsoft_teams.cards import AdaptiveCard

    async def sends() -> None:
        made = AdaptiveCard.model_validate(card(execute("Yes")))
        await bot.app.api.conversations.activities(teams.nurse.chat.id).create(MessageActivityInput().add_card(made))

    _run(sends())
    assert rendered(teams.nurse.told()) == "Who is to come?\n[Yes]"
    assert teams.standin.problems == []
    teams.bot.replies = lambda activity: toast("Noted.")
    assert rendered(teams.nurse.presses(teams.nurse.told()[0], "Yes")) == "Noted."
