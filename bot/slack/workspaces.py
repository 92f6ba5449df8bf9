"""The workspaces into which the bot was put: who it is there, and a client that posts once.

One workspace may come from the settings (SLACK_BOT_TOKEN); others from installations, whose tokens stand sealed in the
database. No client repeats a request by itself: what may have got through is looked up first, by the outbox.
"""

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_sdk import WebClient

from commands import permissions
from commands.runner import Runner
from storage.records import installations, partnerships
from storage.records.installations import Installed
from storage.records.scope import Scope
from storage.records.sealing import NotOpened, Seal

from .answers import BESIDE_THE_TOKEN

NAME = "slack"
"""The door's name."""

QUIET = logging.getLogger("convenor.slack.library")
"""The libraries' logger, shut off: what they say may hold what people wrote."""
QUIET.setLevel(logging.CRITICAL + 1)
QUIET.disabled = True  # Bolt hands both on to its own loggers

TIMEOUT = 10
"""Seconds after which a request that has no answer counts as unsure."""

TRIES_AGAIN = timedelta(days=1)
"""How often messages go to a workspace again that took none for a reason that its token tells nothing of."""


class NoWorkspace(Exception):
    """The bot is not in that workspace, or its token can't be read any more; the words say which."""


def a_client(token: str, api_url: str, timeout: int = TIMEOUT) -> WebClient:
    """A client that sends each request once."""
    return WebClient(token=token, base_url=api_url, timeout=timeout, retry_handlers=[], logger=QUIET)


@dataclass
class Workspaces:
    """Finds the client for a workspace. `token` is the one of the settings; `timeout` in seconds."""

    runner: Runner
    seal: Seal
    api_url: str
    token: str | None = None
    timeout: int = TIMEOUT
    _clients: dict[str, tuple[str, WebClient]] = field(default_factory=dict)
    _tried: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def every(self) -> list[Installed]:
        """All workspaces into which the bot was put."""
        with self.runner.store.reading() as session:
            found = installations.every(session, NAME)
            session.expunge_all()
            return found

    def find(self, tenant: str) -> Installed | None:
        """One of them."""
        with self.runner.store.reading() as session:
            found = installations.find(session, NAME, tenant)
            session.expunge_all()
            return found

    def client(self, tenant: str) -> WebClient:
        """The client for a workspace. Raises NoWorkspace."""
        found = self.find(tenant)
        if found is None:
            raise NoWorkspace("the bot is not installed in this workspace")
        with self._lock:
            sealed, client = self._clients.get(tenant, ("", None))
            if client is None or sealed != found.sealed:
                client = a_client(self.token_of(found), self.api_url, self.timeout)
                self._clients[tenant] = found.sealed, client
            return client

    def token_of(self, found: Installed) -> str:
        """The bot's token there. Raises NoWorkspace where it can't be read."""
        try:
            return str(self.seal.open(found.sealed)["token"])
        except (NotOpened, KeyError):
            raise NoWorkspace("its token cannot be read with the encryption keys that are set") from None

    def settle(self, now: datetime) -> Installed | None:
        """Finds out which workspace the token of the settings is for, and has it serve every partnership here.

        None without such a token. Raises SlackApiError or OSError where Slack does not answer or refuses the token.
        """
        if self.token is None:
            return None
        client = a_client(self.token, self.api_url, self.timeout)
        told = client.auth_test()
        anew = self._tried is None or now >= self._tried + TRIES_AGAIN
        self._tried = now if anew else self._tried
        scopes = {name.casefold(): value for name, value in told.headers.items()}.get("x-oauth-scopes", "")
        return self.put(
            tenant=str(told["team_id"]),
            name=str(told.get("team", "")),
            app="",
            bot_user=str(told["user_id"]),
            scopes=str(scopes).replace(" ", ""),
            token=self.token,
            serves=None,
            now=now,
            anew=anew,
        )

    def put(
        self,
        *,
        tenant: str,
        name: str,
        app: str,
        bot_user: str,
        scopes: str,
        token: str,
        serves: list[str] | None,
        now: datetime,
        anew: bool = True,
    ) -> Installed:
        """Stores that the bot is in a workspace, which serves these partnerships too; None: all, unless it serves some.

        Those that it served already stay, also where the bot had been removed in between. Where nothing could be sent,
        it is tried again; unless `anew`, not where Slack refused something else than the token.
        """
        found = self.find(tenant)
        told = {"name": name, "app": app, "bot_user": bot_user, "scopes": scopes}
        same = found is not None and self._same(found, token) and told == found.model_dump(include=set(told))
        for partnership in self._to_serve(tenant, serves, same, anew):
            form = {"door": NAME, "tenant": tenant, **told, "sealed": self.seal.close({"token": token})}
            self.runner.perform(permissions.administrator(partnership), "workspace.serve", form, None, now)
        stored = self.find(tenant)
        if stored is None:
            raise NoWorkspace("no partnership runs here yet that the workspace could serve")
        return stored

    def _same(self, found: Installed, token: str) -> bool:
        try:
            return self.token_of(found) == token
        except NoWorkspace:
            return False

    def _to_serve(self, tenant: str, serves: list[str] | None, same: bool, anew: bool) -> list[str]:
        """For which partnerships something is to be noted: nothing is written where all is as it was."""
        with self.runner.store.reading() as session:
            running = [each.id for each in partnerships.every(session)]
            before = partnerships.of_workspace(session, NAME, tenant)
            gone = {id_: {w.gone for w in _of(Scope(session, id_), tenant)} - {""} for id_ in before}
        shut = [id_ for id_, why in gone.items() if why and (anew or not why & BESIDE_THE_TOKEN)]
        wanted = sorted({*before, *serves}) if serves is not None else before or running
        return [id_ for id_ in wanted if id_ in running and (not same or id_ not in before or id_ in shut)]


def _of(scope: Scope, tenant: str) -> list[partnerships.Workspace]:
    return [each for each in partnerships.workspaces(scope, NAME) if each.tenant == tenant]
