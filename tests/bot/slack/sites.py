"""A bot that listens, for tests: an office, a stand-in Slack, the bot's Slack door and its server on a free port."""

import http.client
import socket
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.settings import Settings
from bot.slack.installing import new_link
from bot.slack.opening import SHOWERS, Slack
from bot.web.serving import Server, application
from scheduler.homes import HomeKeeper
from storage.records import installations, partnerships
from storage.records.installations import Installed
from storage.records.sealing import Seal
from tests.offices import Office, an_office
from tests.standins.slack import StandIn


@dataclass(frozen=True)
class Page:
    """What a browser got."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def leads_to(self) -> str:
        """Where it is sent on to."""
        return self.headers.get("location", "")


@dataclass
class Site:
    """The bot as it is reached over HTTP."""

    office: Office
    standin: StandIn
    bot: Slack
    server: Server
    settings: Settings
    seal: Seal

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server.port}"

    def link(self) -> str:
        """A fresh link by which a workspace installs the bot for the office's partnership."""
        return new_link(self.office.runner.store, self.url, [self.office.partnership], self.office.now)

    def consents(self, link: str, **query: str) -> str:
        """Opens a link and says yes at Slack's page of consent; gives where Slack sends the browser back to."""
        to_slack = visit(link)
        assert to_slack.status == 302, to_slack.text
        more = urllib.parse.urlencode(query)
        return visit(f"{to_slack.leads_to}&{more}" if more else to_slack.leads_to).leads_to

    def installs(self) -> Page:
        """Goes through the whole of it in the workspace that was added last, until its people have been looked for."""
        page = visit(self.consents(self.link()))
        self.settles()
        return page

    def settles(self) -> None:
        """Waits until all that follows an answer has been done: every hand that shows is idle."""
        idle = threading.Barrier(SHOWERS + 1)
        for _ in range(SHOWERS):
            self.bot.later.submit(idle.wait, 20)
        idle.wait(20)

    def installed(self) -> list[Installed]:
        """The workspaces in which the bot is."""
        return self.bot.workspaces.every()

    def serves(self, tenant: str) -> list[str]:
        """The partnerships that a workspace serves."""
        with self.office.runner.store.reading() as session:
            return partnerships.of_workspace(session, "slack", tenant)

    def gone(self, tenant: str) -> str:
        """Why a workspace is not reached."""
        with self.office.runner.store.reading() as session:
            return partnerships.why_gone(session, "slack", tenant)

    def is_open(self, link: str) -> bool:
        """Whether a link is still good."""
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["state"][0]
        with self.office.runner.store.reading() as session:
            return installations.is_open(session, state, "slack", self.office.now)


@contextmanager
def a_site(where: Path | str = "sqlite://", **settings: Any) -> Iterator[Site]:
    """A site with one partnership, Ourshire, in no workspace yet. By HTTP unless `slack_app_token` is given."""
    office = an_office(where)
    key = Fernet.generate_key().decode()
    with StandIn(clock=lambda: office.now.timestamp(), burst=100) as standin:
        listening = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        standin.app.redirect_urls = {f"{url}/slack/oauth_redirect"}
        given = {
            "slack_signing_secret": SecretStr(standin.app.signing_secret),
            "slack_client_id": standin.app.client_id,
            "slack_client_secret": SecretStr(standin.app.client_secret),
            "slack_api_url": standin.url,
            "base_url": url,
            "encryption_keys": (SecretStr(key),),
            "port": listening.getsockname()[1],
        }
        made = Settings.model_construct(**(given | settings))
        seal = Seal([key])
        bot = Slack(made, office.runner, lambda: office.now, lambda: None, HomeKeeper(office.runner), seal, timeout=3)
        server = Server(application(bot.routes()), listening)
        standin.app.over_http(f"{url}/slack/events")
        try:
            yield Site(office, standin, bot, server, made, seal)
        finally:
            bot.stop()
            server.stop()
            office.close()


def visit(url: str, method: str = "GET") -> Page:
    """Opens an address as a browser does, but is not sent on by itself."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request(method, f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        headers = {name.casefold(): value for name, value in response.headers.items()}
        return Page(response.status, headers, response.read().decode())
    finally:
        connection.close()


__all__ = ["Page", "Site", "a_site", "visit"]
