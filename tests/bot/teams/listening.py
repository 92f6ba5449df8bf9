"""A bot that listens to Teams and does nothing else, for tests: a stand-in, the library, a server, and what was taken.

What is taken is noted in an office's database as the real door notes it, so that a test sees that nothing is stored.
"""

import http.client
import io
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr

from bot.logs import AsJson
from bot.settings import Settings
from bot.teams.activities import Activity
from bot.teams.http import Reply, route
from bot.teams.library import PATH, Library
from bot.teams.tenants import NAME, Allowed, allowed
from bot.web.serving import Server, application
from storage.records import delivery, schema
from tests.offices import Office, an_office
from tests.standins.teams import Person, StandIn, Tenant


@dataclass
class Line:
    """The bot, as Teams reaches it. `taken`: every activity that got by; `fails`: what taking one raises; `meanwhile`:
    what is done while one is taken."""

    standin: StandIn
    tenant: Tenant
    office: Office
    library: Library
    allowed: Allowed
    taken: list[Activity] = field(default_factory=list)
    fails: Exception | None = None
    reply: Reply = field(default_factory=Reply)
    meanwhile: Callable[[], object] | None = None
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.server = Server(application([route(self.library, self.allowed, self.take)]), listening)
        self.standin.reaches(f"http://127.0.0.1:{self.server.port}{PATH}")

    def take(self, activity: Activity) -> Reply:
        """What the bot does with an activity: it notes that it came."""
        self.taken.append(activity)
        if self.meanwhile is not None:
            self.meanwhile()
        if self.fails is not None:
            raise self.fails
        delivery.arrive(self.office.runner.store, NAME, activity.conversation, activity.id, self.office.now)
        return self.reply

    def person(self, post: str = "Designated Nurse") -> Person:
        """Somebody new in the tenant."""
        return self.tenant.user(self.tenant.add_user(post, f"{post.replace(' ', '.').lower()}@ours.example"))

    def stored(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.office.reading() as scope:
            tables = schema.tables().sorted_tables
            return {table.name: len(scope.session.execute(table.select()).all()) for table in tables}

    def posts(self, body: bytes, headers: dict[str, str], method: str = "POST") -> tuple[int, bytes]:
        """A request by hand; gives the status and what came back."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        connection.request(method, PATH, body, headers)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found


def settings_for(standin: StandIn, *tenants: Tenant, **more: Any) -> Settings:
    """The settings of a bot whose Teams is the stand-in; the first tenant is its own."""
    told: dict[str, Any] = {
        "client_id": standin.client_id,
        "client_secret": SecretStr("a secret that nobody asks for"),
        "tenant_id": tenants[0].id,
        "managed_identity_client_id": None,
        "teams_openid_metadata_url": standin.metadata_url,
        "teams_tenants": tuple((tenant.id, ("ours.example",)) for tenant in tenants),
        "teams_hosts": (),
    }
    return Settings.model_construct(**told | more)


@contextmanager
def a_line() -> Iterator[Line]:
    """A stand-in with one tenant, and a bot that listens to it."""
    with StandIn() as standin, an_office() as office:
        tenant = standin.add_tenant("Ourshire Council")
        settings = settings_for(standin, tenant)
        line = Line(standin, tenant, office, Library(settings, standin.token), allowed(settings))
        try:
            yield line
        finally:
            line.server.stop()


@contextmanager
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """All that any logger says, turned up as far as it goes: as our own log has it, and as caplog has it."""
    caplog.set_level(logging.DEBUG)
    for name in logging.root.manager.loggerDict:
        if not name.startswith("sqlalchemy") and logging.getLogger(name).level <= logging.CRITICAL:
            caplog.set_level(logging.DEBUG, name)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(AsJson())
    logging.root.addHandler(handler)
    try:
        yield stream
    finally:
        logging.root.removeHandler(handler)


def held(caplog: pytest.LogCaptureFixture, stream: io.StringIO) -> str:
    """All that was logged, with everything that stands beside the sentences."""
    return caplog.text + stream.getvalue() + "".join(str(record.__dict__) for record in caplog.records)
