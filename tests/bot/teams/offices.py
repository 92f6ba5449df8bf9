"""An office whose people are reached in Teams: real door and desk on a stand-in connector, with a clock that steps.

    with a_teams_office() as teams_office:
        teams_office.says("designated-nurse", "Bring your diary")
        teams_office.deliver()
        assert len(teams_office.told("designated-nurse")) == 1

Everybody in a post has the app and a confirmed account unless a test wants to see how that comes about; the bot has
heard of them in a channel, and begins their personal chats when it first writes there. The mail door is one that keeps
what it is given. With `listens` people can type and press too.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import col, delete, select

from bot.settings import Settings
from bot.teams.activities import Activity
from bot.teams.connector import NoToken
from bot.teams.door import TeamsDoor
from bot.teams.opening import SHOWERS, Teams
from bot.teams.tenants import NAME
from bot.web.serving import Server, application
from commands.runner import Point, no_point
from scheduler.delivery import Delivery
from scheduler.homes import HomeKeeper
from scheduler.rehearsal import Notebook
from storage.arrangements.partnership import Arrangements
from storage.records import outbox, people
from storage.records.message import Message
from storage.records.outbox import Outgoing
from storage.records.partnerships import Workspace as Served
from storage.records.people import Identity
from storage.records.scope import Scope
from storage.records.sealing import Seal
from tests.offices import OPENED, Office, an_office
from tests.standins.teams import Answer, Person, Post, StandIn, Tenant, rendered

A_MOMENT = timedelta(microseconds=1)
A_WHILE = timedelta(minutes=20)
MOST_ROUNDS = 300
KEY = Fernet.generate_key().decode()


@dataclass
class Entra:
    """What gives the bot its token. `refuses`: Entra's word for why it gives none. `wrong`: it is not the right one."""

    standin: StandIn
    refuses: str = ""
    wrong: bool = False

    def __call__(self) -> str:
        """The token of now."""
        if self.refuses:
            raise NoToken(self.refuses)
        return "another's" if self.wrong else self.standin.token()


@dataclass
class TeamsOffice:
    """An office, the tenant of its people, and the bot between them. `mail` is the next door."""

    office: Office
    standin: StandIn
    tenant: Tenant
    entra: Entra
    teams: Teams
    mail: Notebook
    delivery: Delivery
    homes: HomeKeeper
    channel: str
    users: dict[str, str] = field(default_factory=dict)
    server: Server | None = None

    @property
    def door(self) -> TeamsDoor:
        """The door under test."""
        return self.teams.door

    # People

    def user(self, post: str) -> Person:
        """Whoever is in a post, before Teams."""
        return self.tenant.user(self.users[self.office.person(post)])

    def told(self, post: str) -> list[str]:
        """What stands in somebody's personal chat with the bot, each message as they read it."""
        return [rendered(message) for message in self.user(post).told()]

    def posted(self, post: str) -> list[Post]:
        """Every message to somebody that Teams ever took, whether it stands there still or not."""
        chat = self.user(post).chat.id
        return [each for each in self.standin.posted if each.conversation == chat]

    def mailed(self, post: str) -> list[str]:
        """The titles of what somebody was sent by mail."""
        person = self.office.person(post)
        return [parcel.message.title for _, parcel in self.mail.sent if parcel.person == person]

    # Messages

    def says(self, post: str, text: str, *, key: str = "", **more: Any) -> str:
        """Stores a message to whoever is in a post; gives its key."""
        return self._stores(post, Message(title="A word", text=text), key or f"word:{post}:{text[:20]}", **more)

    def sends(self, post: str, words: Message, **more: Any) -> str:
        """Stores a message with buttons, files or whatever it has."""
        return self._stores(post, words, more.pop("key", f"word:{post}"), **more)

    def keeps(self, post: str, text: str, *, key: str = "live", **more: Any) -> str:
        """Stores the newest words of a message that is kept true."""
        return self._stores(post, Message(title="A word", text=text), key, live=True, **more)

    def _stores(self, post: str, words: Message, key: str, live: bool = False, **more: Any) -> str:
        new = Outgoing(
            partnership=self.office.partnership,
            key=key,
            kind=more.pop("kind", "cover-arranged"),
            record="partnership",
            person=self.office.person(post),
            post=post if more.pop("to_post", False) else "",
            message=words.model_dump(mode="json"),
            created_at=self.office.now,
            not_before=self.office.now,
            **more,
        )
        with self.office.runner.store.writing() as session:
            scope = Scope(session, self.office.partnership)
            if live:
                outbox.keep_true(scope, new, self.office.now)
            else:
                outbox.put(scope, new)
        return key

    def row(self, key: str) -> Outgoing:
        """A message as the outbox has it."""
        with self.office.reading() as scope:
            row = outbox.find(scope, key)
            assert row is not None, f"there is no message {key}"
            scope.session.expunge(row)
            return row

    # Time

    def deliver(self, within: timedelta = A_WHILE) -> None:
        """Rounds of delivery, each at the time at which the next message is due, for so long."""
        end = self.office.now + within
        for _ in range(MOST_ROUNDS):
            self.deliver_once()
            with self.office.runner.store.reading() as session:
                following = outbox.next_time(session)
            if following is None or following > end:
                return
            self.office.now = max(following, self.office.now + A_MOMENT)
        raise AssertionError("delivery never came to rest")

    def deliver_once(self) -> None:
        """One round of delivery, now."""
        self.delivery.deliver(lambda: self.office.now)

    def shown(self, answer: Answer) -> Answer:
        """The answer, once all that follows it has been shown: every hand that shows is idle."""
        idle = threading.Barrier(SHOWERS + 1)
        for _ in range(SHOWERS):
            self.teams.later.submit(idle.wait, 20)
        idle.wait(20)
        return answer

    # Another life of the bot

    def begins_anew(self) -> None:
        """The bot is started again: what it only remembered is gone."""
        self.closes()
        self.teams = _a_bot(self.office, self.standin, self.entra, self.teams.settings, self.homes, self.teams.timeout)
        self.delivery = replace(self.delivery, doors={**self.delivery.doors, NAME: self.teams.door})
        self.teams.look_round()

    def listens(self) -> None:
        """The bot's server begins, and Teams knows where it is."""
        self.server = Server(application(self.teams.routes()), socket.create_server(("127.0.0.1", 0)))
        self.standin.reaches(f"http://127.0.0.1:{self.server.port}/api/messages")

    def closes(self) -> None:
        """Stops the server and the bot."""
        if self.server is not None:
            self.server.stop()
            self.server = None
        self.teams.stop()


@contextmanager
def a_teams_office(
    where: Path | str = "sqlite://",
    *,
    opened: str = OPENED,
    definition: str | Arrangements = "ourshire",
    listens: bool = False,
    mail: bool = True,
    known: bool = True,
    sandbox: bool = False,
    timeout: float = 2,
    heard_of: bool = True,
    point: Point = no_point,
    **standin_settings: Any,
) -> Iterator[TeamsOffice]:
    """An office with a tenant, which has a channel. `known`: everybody in a post has a confirmed account.

    `sandbox`: all messages go to the channel. `timeout` in seconds, for calls of Teams. `heard_of`: the bot has heard
    of everybody in the channel. `point` is called at each point of the runner's work.
    """
    office = an_office(where, definition, opened, notebook=Notebook(NAME))
    office.runner = replace(office.runner, point=point)
    standin = StandIn(**({"clock": lambda: office.now.timestamp()} | standin_settings)).start()
    tenant, entra = standin.add_tenant("Ourshire Council"), Entra(standin)
    channel = tenant.add_channel("Safeguarding")
    settings = Settings.model_construct(
        database_url=str(office.runner.store.url),
        client_id=standin.client_id,
        client_secret=SecretStr("a secret that only Entra would ask for"),
        tenant_id=tenant.id,
        managed_identity_client_id=None,
        teams_openid_metadata_url=standin.metadata_url,
        teams_tenants=((tenant.id, ("ourshire.example", "ourshire.invalid")),),
        teams_hosts=(),
        encryption_keys=(SecretStr(KEY),),
    )
    users = _come(office, tenant, known=known)
    homes = HomeKeeper(office.runner)
    teams = _a_bot(office, standin, entra, settings, homes, timeout)
    post_room = Notebook("mail", can_find=False, finds="address")
    doors: dict[str, Any] = {NAME: teams.door, **({"mail": post_room} if mail else {})}
    delivery = Delivery(office.runner, doors, threads=0, sandbox=(NAME, channel) if sandbox else None)
    made = TeamsOffice(office, standin, tenant, entra, teams, post_room, delivery, homes, channel, users)
    try:
        if listens:
            teams.start()
            made.listens()
        teams.tenants.settle(office.now)
        for aad in users.values() if heard_of else ():
            hears_of(made, tenant.user(aad))
        yield made
        assert standin.problems == []
    finally:
        made.closes()
        standin.stop()
        office.close()


def hears_of(teams_office: TeamsOffice, person: Person) -> None:
    """The bot hears of somebody in the channel: it knows then where Teams is for them, not yet their own chat."""
    heard = Activity(
        tenant=teams_office.tenant.id,
        user=person.id,
        member=person.member,
        conversation=teams_office.channel,
        scope="channel",
        service=teams_office.standin.service_url,
    )
    teams_office.teams.reaching.heard(heard)


def _a_bot(
    office: Office, standin: StandIn, entra: Entra, settings: Settings, homes: HomeKeeper, timeout: float
) -> Teams:
    return Teams(settings, office.runner, lambda: office.now, lambda: None, homes, Seal([KEY]), timeout, entra)


def _come(office: Office, tenant: Tenant, *, known: bool) -> dict[str, str]:
    """Puts everybody in a post into the tenant; gives their users by person."""
    users = {}
    with office.runner.store.writing() as session:
        session.execute(delete(Served).where(col(Served.door) == NAME))
        for account in session.exec(select(Identity)).all():
            person = people.get(session, account.person)
            assert person is not None
            users[person.id] = tenant.add_user(person.name, person.email)
            if known:
                account.door, account.tenant, account.user = NAME, tenant.id, users[person.id]
                session.add(account)
            else:
                session.delete(account)
    return users
