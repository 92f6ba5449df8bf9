"""What Teams' refusals mean for a message: come back later, never sure, or final for this address.

Microsoft, "Status codes from bot conversational APIs", says which are worth a retry. Teams cannot be asked whether a
message stands there, so whatever may have got through stays unsure.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from scheduler.doors import Gone, Result, RetryAt, Unsure

from .connector import Broke, NoToken, NotReached, Refused
from .reaching import NoPlace

DEFAULT_WAIT = 30.0
"""Seconds to wait where Teams says that it is busy, or cannot be reached, and not for how long."""

BUSY: Mapping[int, str] = {
    412: "Teams was at something else in that conversation",
    429: "Teams asked to wait",
    502: "Teams was busy",
    504: "Teams was busy",
}
"""Statuses after which Teams wants to be asked again: it has taken nothing."""

OF_THE_PERSON: Mapping[str, str] = {
    "BotDisabledByAdmin": "the tenant's administrator has switched the bot off there",
    "BotDisabledByUser": "the person has blocked the bot in Teams",
    "BotNotInConversationRoster": "the app is not installed there any more",
    "ConversationBlockedByUser": "the person has blocked the bot in Teams",
    "ConversationNotFound": "Teams does not know this conversation any more",
    "ForbiddenOperationException": "the app is not installed for this person",
    "InvalidBotApiHost": "this person is reached at another address of Teams now, until they write to the bot once",
    "MessageWritesBlocked": "the person has blocked the bot in Teams, or may not be written to",
    "NotEnoughPermissions": "the bot may not write there",
}
"""Final for one account or channel, in words for the business manager, by Teams' own word."""

GONE: Mapping[int, str] = {
    403: "Teams does not let the bot write there",
    404: "Teams does not know this account any more",
}
"""The same by status, for words that are not known here."""

NO_CHANNEL = "the channel is not there, or the app is not in it: add it to the team, and look at CONVENOR_SANDBOX"
"""What 403 and 404 mean where the place is a channel."""

NOT_ACCEPTED = "Teams does not accept the bot's token"
"""What 401 means: for nobody in the tenant can anything be sent."""

OF_US: Mapping[str, str] = {
    "AADSTS50034": "Microsoft Entra does not know the bot's account",
    "AADSTS53003": "a conditional access policy in Microsoft Entra stops the bot",
    "AADSTS700016": "Microsoft Entra does not know the bot's application in the tenant of TENANT_ID",
    "AADSTS7000112": "the bot's application is disabled in Microsoft Entra",
    "AADSTS7000215": "Microsoft Entra does not accept the bot's client secret",
    "AADSTS7000222": "the bot's client secret has expired",
    "AADSTS90002": "Microsoft Entra does not know the tenant of TENANT_ID",
}
"""Why Microsoft Entra gives the bot no token, by its word: final for all until the administrator does something."""

NO_TOKEN = "Microsoft Entra gives the bot no token"

SOON_AGAIN = frozenset(
    {
        "AADSTS90006",
        "AADSTS90012",
        "AADSTS90024",
        "AADSTS90033",
        "AADSTS90055",
        "AADSTS90090",
    }
)
"""Entra's words for being busy itself: a token can be had later, and nothing was sent (Microsoft, "Entra authentication
and authorization error codes")."""

NOT_TAKEN: Mapping[int, str] = {
    400: "Teams does not take a message like this",
    413: "the message is too long for Teams",
}
"""Statuses which say that a message will not do as it is. It has surely reached nobody."""

ANOTHER_LOOK = timedelta(minutes=5)
"""How often such a message is tried again. Of an alert the business manager hears at the second try."""

LOST = frozenset({403, 404})
"""Statuses of a change or a deletion which say that the message is not there any more, or is not ours to change."""


def asked_to_wait(failure: Exception) -> float | None:
    """The seconds for which we wait, where that is what a failure says: Teams has taken nothing. Else None."""
    if isinstance(failure, NotReached) or (isinstance(failure, NoToken) and failure.code in SOON_AGAIN):
        return DEFAULT_WAIT
    if isinstance(failure, Refused) and failure.status in BUSY:
        return DEFAULT_WAIT if failure.retry_after is None else max(1.0, failure.retry_after)
    return None


def is_lost(failure: Exception) -> bool:
    """Whether a change or a deletion failed since the message is not there any more, or not ours."""
    return isinstance(failure, Refused) and failure.status in LOST


def meaning(failure: Exception, now: datetime) -> Result:
    """What a failure means for the message that was being sent. Raises what is a mistake of our own."""
    wait = asked_to_wait(failure)
    match failure:
        case Refused():
            return _refused(failure, wait, now)
        case NoPlace():
            return Gone(str(failure))
        case NotReached():
            return RetryAt(now + timedelta(seconds=DEFAULT_WAIT), "Teams cannot be reached")
        case NoToken() if wait is not None:
            return RetryAt(now + timedelta(seconds=wait), "Microsoft Entra was busy")
        case NoToken():
            return Gone(OF_US.get(failure.code, NO_TOKEN), whole=True)
        case Broke():
            return Unsure("the connection to Teams broke")
    raise failure


def _refused(failure: Refused, wait: float | None, now: datetime) -> Result:
    if wait is not None:
        return RetryAt(now + timedelta(seconds=wait), BUSY[failure.status])
    if failure.status == 401:
        return Gone(NOT_ACCEPTED, whole=True)
    if failure.status in GONE:
        return Gone(OF_THE_PERSON.get(failure.code, GONE[failure.status]))
    if failure.status in NOT_TAKEN:
        return RetryAt(now + ANOTHER_LOOK, NOT_TAKEN[failure.status])
    return Unsure(f"Teams answered {failure.status} {_word(failure.code)}".rstrip())


def _word(code: str) -> str:
    """Teams' own word, or nothing: what stands there of whoever is no Teams, such as a proxy, is no word."""
    return code if re.fullmatch(r"[A-Za-z0-9_.:-]{1,80}", code) else ""
