"""Where people are in Teams: their own conversations with the bot, kept from what Teams said last, begun where needed.

Teams cannot be asked where somebody is. It says with each activity which conversation it is of, and at which address
(the service) it takes what is sent there; both may change, so the newest counts.
"""

from dataclasses import dataclass

from bot.chat.clocks import Now
from storage.records import conversations, delivery
from storage.records.conversations import Reached
from storage.records.store import Store

from .activities import Activity, without_thread
from .connector import Broke, Connector, NotReached, Place, Refused
from .tenants import NAME, Allowed

NOT_HEARD_OF = "where this person is in Teams is not known: they write to the bot there once"

NOT_KNOWN = "Teams does not know this account any more"


class NoPlace(Exception):
    """There is nowhere to send: why, in words for the business manager."""


@dataclass(frozen=True)
class Reaching:
    """Knows where users, channels and groups are reached. `allowed` says to which addresses anything is sent."""

    store: Store
    connector: Connector
    allowed: Allowed
    now: Now

    def heard(self, activity: Activity) -> None:
        """Keeps what an activity says about where its writer, and its channel or group, are reached."""
        if not activity.tenant or not self.allowed.service(activity.service):
            return
        personal = activity.scope == "personal"
        if activity.user:
            own = activity.conversation if personal else ""
            self._keep(activity.tenant, activity.user, own, activity.service, activity.member)
        if activity.conversation and not personal:
            self._keep(activity.tenant, activity.conversation, activity.conversation, activity.service)

    def place_of(self, tenant: str, address: str) -> Place:
        """The personal chat of a user, begun where there is none yet; a channel or group is taken as it is.

        Raises what the connector raises, or NoPlace.
        """
        if is_channel(address):
            address = without_thread(address)
            return Place(self._service(tenant, self._found(tenant, address)), address)
        found = self._found(tenant, address)
        service = self._service(tenant, found)
        if found is not None and found.conversation:
            return Place(service, found.conversation)
        member = found.member if found is not None and found.member else address
        begun = self._begin(service, tenant, member)
        self._keep(tenant, address, begun, service)
        return Place(service, begun)

    def _begin(self, service: str, tenant: str, member: str) -> str:
        """Begins a personal chat. Nothing is said by it, so where it is not known whether it did, nothing is lost."""
        try:
            return self.connector.open_chat(service, tenant, member)
        except Broke as failure:
            raise NotReached("no personal chat could be begun") from failure
        except Refused as failure:
            if failure.status == 400:  # Microsoft: "Invalid user identity in provided tenant"
                raise NoPlace(NOT_KNOWN) from failure
            if failure.status in (500, 503):
                raise NotReached("no personal chat could be begun") from failure
            raise

    def is_there(self, place: Place) -> bool:
        """Whether a place is one to which the bot may still send."""
        return self.allowed.service(place.service)

    def lost(self, tenant: str, address: str) -> None:
        """Teams does not know somebody's conversation any more: another one is begun when they are written to again."""
        found = None if is_channel(address) else self._found(tenant, address)
        if found is None or not found.conversation:
            return
        delivery.forget_conversation(self.store, NAME, tenant, address)
        self._keep(tenant, address, "", found.service, found.member)

    def _found(self, tenant: str, place: str) -> Reached | None:
        with self.store.reading() as session:
            found = conversations.find(session, NAME, tenant, place)
            if found is not None:
                session.expunge(found)
            return found

    def _service(self, tenant: str, found: Reached | None) -> str:
        """The address for a place: the one that was said of it, else that of anybody in the tenant."""
        service = found.service if found is not None else ""
        if not service:
            with self.store.reading() as session:
                service = conversations.any_service(session, NAME, tenant)
        if not service or not self.allowed.service(service):
            raise NoPlace(NOT_HEARD_OF)
        return service

    def _keep(self, tenant: str, place: str, conversation: str, service: str, member: str = "") -> None:
        new = Reached(
            door=NAME,
            tenant=tenant,
            place=place,
            conversation=conversation,
            service=service,
            member=member,
            at=self.now(),
        )
        delivery.keep_conversation(self.store, new)


def is_channel(address: str) -> bool:
    """Whether an address is a channel's or a group's ("19:...") and not a user's, which is a bare id of Entra."""
    return ":" in address
