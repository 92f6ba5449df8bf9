"""A Slack for tests: what Slack checks, what its people do, and each way in which it fails. README.md is the guide.

Real slack_sdk and Bolt talk to it over real sockets. What it goes by, and where that was read:

- Methods, their arguments and errors: Slack's reference of methods (docs.slack.dev/reference/methods), as copied method
  by method in the package slack_kit on hex.pm (conversations.open, views.*, chat.update: text without blocks takes the
  blocks away).
- Limits of blocks and views: Slack's reference of Block Kit. `msg_blocks_too_long` is measured by others, not
  documented: slackapi/bolt-js issues 2509 and 2867; how it is counted here is an estimate on the strict side.
- Files shared by their link in a message's text: slackapi/bolt-python issue 1018, slackapi/python-slack-sdk issue 1194.
- Events sent again at once, after one and five minutes, also those that met no connection: Slack's page on the Events
  API and vercel/chat issue 666; `retry_attempt` and `retry_reason` of "timeout": slackapi/bolt-js issue 2487. Whether a
  retry keeps its envelope_id is not documented: here it has a new one, and the event_id stays.
- Response URLs (five times in thirty minutes), three seconds for triggers and acknowledgements, one message a second
  and channel, ten connections: Slack's pages on each.

Not imitated: Enterprise Grid, user tokens, group messages, message threads beyond posting and reading them, reactions,
search, attachments of the old kind, external selects, uploads that are shared a little later, tiers of rate limits
(`limit` sets one), token rotation, link unfurling, the page of consent itself, and Slack's clients except for what
people do here. Slack does not document how a message to the direct message of somebody deactivated is refused
(`Workspace.dm_of_leaver`), what becomes of an open modal when another is opened (here: replaced), nor what it counts as
a character (here: code points).
"""

from .apps import EVENTS, SCOPES, SlackApp
from .delivery import Delivery, Receipt, signed
from .faults import Faults
from .limits import blocks_wrong, check_message, check_view, view_wrong
from .outcomes import Answer
from .people import Person
from .rendering import buttons, plain, rendered
from .server import Arrival, Call, StandIn
from .sockets import Link
from .things import Channel, File, Posted, User, View
from .workspaces import Workspace

__all__ = [
    "StandIn",
    "Workspace",
    "SlackApp",
    "Person",
    "Answer",
    "rendered",
    "buttons",
    "plain",
    "blocks_wrong",
    "view_wrong",
    "check_message",
    "check_view",
    "signed",
    "Arrival",
    "Call",
    "Channel",
    "Delivery",
    "EVENTS",
    "Faults",
    "File",
    "Link",
    "Posted",
    "Receipt",
    "SCOPES",
    "User",
    "View",
]
