"""Teams opened from the settings: what the wiring gets as a chat platform's door, imported where it is used."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bot.chat.clocks import Now
from bot.chat.drafts import Drafts
from bot.chat.keeping import Keeping
from bot.settings import Settings
from commands.conversation import Conversation
from commands.runner import Runner
from scheduler.homes import HomeKeeper
from storage.records.sealing import Seal

from . import about
from .accounts import Accounts
from .activities import Activity
from .connector import Connector
from .desk import Desk
from .dialogs import Dialogs
from .door import TeamsDoor
from .files import Files
from .homes import Homes
from .http import Reply, route
from .library import Library
from .pressing import Pressing
from .reaching import Reaching
from .showing import Showing
from .tenants import Tenants, allowed

SHOWERS = 8
"""How many answers are shown at once, after Teams has its own."""

WARMS_AGAIN = 31.0
"""Seconds until Microsoft's keys are asked for again, where they could not be fetched."""

LONGEST_SHOWING = 5.0
"""How long a stop waits for what is still to be shown, in seconds; then for the calls in hand alone."""


@dataclass
class Teams:
    """The door, opened. `woken` makes delivery look at once; `timeout` is for calls of Teams, in seconds.

    `token` gives the bot's own token in the place of Microsoft Entra: in tests alone.
    """

    settings: Settings
    runner: Runner
    now: Now
    woken: Callable[[], None]
    keeper: HomeKeeper
    seal: Seal
    timeout: float = 10
    token: Callable[[], str] | None = None
    later: ThreadPoolExecutor = field(init=False)
    keeping: Keeping = field(init=False)
    door: TeamsDoor = field(init=False)
    desk: Desk = field(init=False)
    _settling: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        store = self.runner.store
        self.allowed = allowed(self.settings)
        self.library = Library(self.settings, self.token, timeout=self.timeout)
        self.connector = Connector(self.library, self.allowed)
        self.tenants = Tenants(self.runner, self.seal, self.allowed, self.library.client_id)
        self.reaching = Reaching(store, self.connector, self.allowed, self.now)
        self.accounts = Accounts(self.runner, self.connector, self.allowed, self.now)
        self.keeping = Keeping(store, self.seal, self.now)
        self.later = ThreadPoolExecutor(SHOWERS, thread_name_prefix="teams-shows")
        conversation = Conversation(self.runner)
        self.door = TeamsDoor(self.connector, self.reaching, self.keeping.keep, conversation.opens_form)
        self.showing = Showing(self.connector, self.later, self.keeping.keep, conversation.opens_form)
        drafts = Drafts(store, self.seal, self.now)
        pressing = Pressing(conversation, drafts, self.keeping.kept, self.now, self.showing.pages)
        self.desk = Desk(
            conversation=conversation,
            pressing=pressing,
            dialogs=Dialogs(pressing, self.showing),
            files=Files(self.connector, self.allowed, self.keeping.kept, self.showing),
            homes=Homes(self.runner, self.keeper, self.showing, self.woken, self.now),
            accounts=self.accounts,
            reaching=self.reaching,
            showing=self.showing,
            runner=self.runner,
            woken=self.woken,
            now=self.now,
            mail=self.settings.has_mail,
        )

    def take(self, activity: Activity) -> Reply:
        """Does what an activity of an allowed tenant asks for."""
        return self.desk.take(activity)

    def start(self) -> None:
        """Fetches Microsoft's keys, so that the first request does not wait for them; never waits for that itself."""
        threading.Thread(target=self._warm, name="teams-keys", daemon=True).start()

    def _warm(self) -> None:
        while not self.library.warm() and not self.showing.stopping.wait(WARMS_AGAIN):
            pass

    def stop(self) -> None:
        """Stops showing; what is being shown is finished first, for some seconds at most."""
        showing = threading.Thread(target=self.later.shutdown, name="teams-shows-end", daemon=True)
        showing.start()
        showing.join(LONGEST_SHOWING)
        self.showing.stopping.set()
        self.later.shutdown(wait=True, cancel_futures=True)
        self.connector.close()

    def routes(self) -> list[Any]:
        """Where Teams brings what people do, and what its pages about the app lead to."""
        return [route(self.library, self.allowed, self.take), *about.routes()]

    def look_round(self) -> None:
        """Now and then: whom the tenants serve, and who their people are. Where Teams is down, later."""
        with self._settling:
            self.tenants.settle(self.now())
            proposed = self.accounts.look_round()
        if proposed:
            self.woken()
