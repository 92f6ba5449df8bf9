"""A GOV.UK Notify for tests: what it checks, what it keeps, and each way in which it fails.

The real client library talks to it over real sockets. What it goes by is the service's own code, which is public
(alphagov/notifications-api and notifications-utils, read at the commits of August 2026):

- Tokens: app/authentication/auth.py and the client's authentication.py (HS256, `iss` the service, `iat` within thirty
  seconds either way; 401 without a token, 403 for any that is wrong, each with its sentence).
- Order of the checks of a message: rate limits, then the form (app/v2/notifications/notification_schemas.py), then the
  service's permissions, the template, what it asks for, the sender, the recipient (team-only keys, trial mode), the
  length: app/v2/notifications/post_notifications.py and app/notifications/validators.py, with their words.
- Numbers and addresses that are for trying out: SIMULATED_SMS_NUMBERS and SIMULATED_EMAIL_ADDRESSES of app/config.py
  are checked and neither sent nor kept; with a test key 07700900002 and 07700900003, perm-fail@simulator.notify and
  temp-fail@simulator.notify fail (app/celery/research_mode_tasks.py).
- Lists are of messages that were sent with the same kind of key, newest first, 250 at a time, for seven days.

Not imitated: letters, files, received texts, callbacks, scheduling, conditional placeholders, numbers of other
countries (refused, as by a service that may not send abroad), what Notify looks up in the library phonenumbers (here:
any UK mobile number of the right length), the service's name before a text message.

    with StandIn() as notify:
        text = notify.add_template("sms", "((message))")
        client = NotificationsAPIClient(notify.key, base_url=notify.url)
        client.send_sms_notification("07700900123", text, {"message": "Ring."})
        assert notify.texts()[0].body == "Ring."
        notify.fails(notify.texts()[0], "permanent-failure")

Trouble: `notify.spoil(how, times)` for the messages (or, with `method="GET"`, the questions) that come next, with `how`
one of "503" or any other status (answered, nothing taken), "taken, then 500" (or any other), "drop" (closed, nothing
taken), "taken, then drop", "silence" (nothing taken and no answer until the end) and "taken, then silence";
`notify.slow` seconds before each answer; `notify.rate` requests a minute; `notify.day_limit` messages; `notify.trial`;
`notify.sends` what the service may send; `notify.revoke(key)`; `notify.clock_off` seconds.
"""

from .server import StandIn
from .service import KEPT_DAYS, PAGE, Refused, Sent

__all__ = ["KEPT_DAYS", "PAGE", "Refused", "Sent", "StandIn"]
