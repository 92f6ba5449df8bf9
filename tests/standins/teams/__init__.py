"""A Teams for tests: what Teams and the Bot Framework check, what people do there, each way it fails. See README.md.

The real SDK (microsoft_teams) talks to it over real sockets. What it goes by:

- Tokens (RS256, issuer, audience, serviceurl), OpenID metadata and keys: as the SDK checks them (token_validator.py).
- Routes, requests and answers of the connector: as the SDK's own client asks and reads (its api/clients).
- Codes of errors: Microsoft, "Status codes from agent conversational APIs", in its documentation on Teams.
- Windows of requests, sizes, what is sent for targeted messages, mentions, dialogs and buttons: Microsoft's pages, as
  they were gathered and partly measured for this project; a page of a roster has 200 members, 50 at least, 500 at most.
- Inputs: Microsoft's renderer for the web (npm package adaptivecards, `internalPrepareForExecution`): of an empty input
  nothing is sent; what is required is checked before. For an Action.Execute without a verb nothing is sent (measured).

Not imitated: sign-in, message extensions, meetings, tabs, streaming, reactions of the bot's, files that people send,
Action.ShowCard, imBack and messageBack, `refresh` of cards, private and shared channels, Entra (a test gives the bot
its token), and Teams's clients except for what people do here. Decided here on the strict side, since it is not
documented: a message with a card that has more than six actions together, or is against the schema of 1.5, is refused
(a client would hide some of it); a changed message counts in the windows as a new one; targeted messages are changed
and deleted by their own route only; slash commands come as typed, with their stroke.
"""

from .checks import activity_wrong, card_wrong
from .delivery import Receipt
from .errors import Refused
from .faults import Faults
from .odd import ODD
from .outcomes import Answer
from .people import Person
from .rendering import blanks, buttons, plain, rendered
from .server import StandIn
from .tenants import Tenant
from .things import CARD, CONSENT, FILE_INFO, Conversation, Dialog, Message, Post, Toast, User

__all__ = [
    "StandIn",
    "Tenant",
    "Person",
    "Answer",
    "rendered",
    "buttons",
    "blanks",
    "plain",
    "card_wrong",
    "activity_wrong",
    "Message",
    "Dialog",
    "Toast",
    "Post",
    "Conversation",
    "User",
    "Receipt",
    "Faults",
    "Refused",
    "ODD",
    "CARD",
    "CONSENT",
    "FILE_INFO",
]
