"""An office whose people are reached in Slack: real door, desk and Bolt on a stand-in Slack, with a clock that steps.

    with a_slack_office() as slack_office:
        slack_office.says("designated-nurse", "Bring your diary")
        slack_office.deliver()
        assert len(slack_office.told("designated-nurse")) == 1

Everybody in a post has a confirmed account unless a test wants to see how that comes about. The mail door is one that
keeps what it is given.
"""

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import col, delete, select

from bot.settings import Settings
from bot.slack.door import SlackDoor
from bot.slack.opening import SHOWERS, Slack
from bot.slack.workspaces import NAME
from commands import permissions, rehearsing
from commands.definitions import load
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
from tests.standins.slack import Answer, Person, StandIn, Workspace, rendered

COMMAND = "/convenor"
A_MOMENT = timedelta(microseconds=1)
A_WHILE = timedelta(minutes=20)
MOST_ROUNDS = 300
KEY = Fernet.generate_key().decode()


@dataclass
class SlackOffice:
    """An office, the workspace of its people, and the bot between them. `mail` is the next door."""

    office: Office
    standin: StandIn
    workspace: Workspace
    slack: Slack
    mail: Notebook
    delivery: Delivery
    homes: HomeKeeper
    users: dict[str, str] = field(default_factory=dict)

    @property
    def door(self) -> SlackDoor:
        """The door under test."""
        return self.slack.door

    # People

    def user(self, post: str) -> Person:
        """Whoever is in a post, before Slack."""
        return self.workspace.user(self.users[self.office.person(post)])

    def told(self, post: str) -> list[str]:
        """What stands in somebody's direct message with the bot, each message as they read it."""
        return [rendered(message) for message in self.user(post).told()]

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
        return self._stores(post, words, f"word:{post}", **more)

    def keeps(self, post: str, text: str, *, key: str = "live") -> str:
        """Stores the newest words of a message that is kept true."""
        return self._stores(post, Message(title="A word", text=text), key, live=True)

    def _stores(self, post: str, words: Message, key: str, live: bool = False, **more: Any) -> str:
        partnership = more.pop("partnership", self.office.partnership)
        new = Outgoing(
            partnership=partnership,
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
            scope = Scope(session, partnership)
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
        """The answer, once all that follows the acknowledgement has been shown: every hand that shows is idle."""
        idle = threading.Barrier(SHOWERS + 1)
        for _ in range(SHOWERS):
            self.slack.later.submit(idle.wait, 20)
        idle.wait(20)
        return answer

    # Another life of the bot

    def begins_anew(self) -> None:
        """The bot is started again: what it only remembered is gone."""
        self.slack.stop()
        self.slack = _a_bot(self.office, self.standin, self.slack.settings, self.homes, self.slack.timeout)
        self.delivery = Delivery(
            self.office.runner, {**self.delivery.doors, NAME: self.slack.door}, threads=0, sandbox=self.delivery.sandbox
        )
        self.standin.end_links()
        self.slack.start()
        if self.slack.line is not None:
            self.standin.wait_for_links(1, 20)
        self.slack.look_round()


@contextmanager
def a_slack_office(
    where: Path | str = "sqlite://",
    *,
    opened: str = OPENED,
    definition: str | Arrangements = "ourshire",
    socket: bool = False,
    mail: bool = True,
    known: bool = True,
    sandbox: str | None = None,
    timeout: int = 2,
    and_also: str = "",
    served: Sequence[str] = (),
    lacks: Collection[str] = (),
    point: Point = no_point,
    **standin_settings: Any,
) -> Iterator[SlackOffice]:
    """An office with a workspace. `socket`: the bot listens. `known`: everybody in a post has a confirmed account.

    `sandbox`: the name of a channel to which all messages go. `timeout` in seconds, for calls of Slack. `and_also`: a
    second partnership, in which the Designated Nurse has the same post. `served`: the partnerships that the workspace
    serves, all of them unless said. `lacks`: permissions that the bot was not given.
    `point` is called at each point of the runner's work.
    """
    office = an_office(where, definition, opened, notebook=Notebook(NAME))
    office.runner = replace(office.runner, point=point)
    standin = StandIn(**({"clock": lambda: office.now.timestamp()} | standin_settings)).start()
    workspace = standin.add_workspace("Ourshire")
    settings = Settings.model_construct(
        database_url=str(office.runner.store.url),
        slack_bot_token=SecretStr(workspace.bot_token),
        slack_api_url=standin.url,
        slack_app_token=SecretStr(standin.app.app_token) if socket else None,
        encryption_keys=(SecretStr(KEY),),
    )
    if and_also:
        _second_partnership(office, and_also)
    workspace.scopes -= set(lacks)
    users = _come(office, workspace, known=known)
    _serves(office, workspace, served)
    homes = HomeKeeper(office.runner)
    slack = _a_bot(office, standin, settings, homes, timeout)
    post_room = Notebook("mail", can_find=False, finds="address")
    doors: dict[str, Any] = {NAME: slack.door, **({"mail": post_room} if mail else {})}
    place = (NAME, workspace.add_channel(sandbox)) if sandbox else None
    delivery = Delivery(office.runner, doors, threads=0, sandbox=place)
    made = SlackOffice(office, standin, workspace, slack, post_room, delivery, homes, users)
    try:
        slack.start()
        if socket:
            standin.wait_for_links(1)
        slack.look_round()
        yield made
        assert standin.problems == []
        assert standin.missing_text == []
    finally:
        standin.end_links()
        made.slack.stop()
        standin.stop()
        office.close()


def _second_partnership(office: Office, name: str) -> None:
    rehearsing.open_office(office.runner, load(name), office.now, NAME)
    with office.reading() as scope:
        nurse = people.get(scope.session, office.person("designated-nurse"))
        assert nurse is not None
        form = {"name": nurse.name, "email": nurse.email, "post": "designated-nurse", "capacity": "deputy"}
    outcome = office.runner.perform(permissions.administrator(name), "people.enter", form, None, office.now)
    assert not outcome.refused, outcome.refusals


def _serves(office: Office, workspace: Workspace, served: Sequence[str]) -> None:
    with office.runner.store.writing() as session:
        session.add_all(Served(door=NAME, tenant=workspace.id, partnership=each) for each in served)


def _a_bot(office: Office, standin: StandIn, settings: Settings, homes: HomeKeeper, timeout: int) -> Slack:
    return Slack(settings, office.runner, lambda: office.now, lambda: None, homes, Seal([KEY]), timeout)


def _come(office: Office, workspace: Workspace, *, known: bool) -> dict[str, str]:
    """Puts everybody in a post into the workspace; gives their users by person."""
    users = {}
    with office.runner.store.writing() as session:
        session.execute(delete(Served).where(col(Served.door) == NAME))
        for account in session.exec(select(Identity)).all():
            person = people.get(session, account.person)
            assert person is not None
            users[person.id] = workspace.add_user(person.name, person.email)
            if known:
                account.tenant, account.user = workspace.id, users[person.id]
                session.add(account)
            else:
                session.delete(account)
    return users
