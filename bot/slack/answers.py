"""What Slack's refusals mean for a message: come back later, never sure, or final for this address."""

import re
import socket
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

from slack_sdk.errors import SlackApiError

from scheduler.doors import Gone, Result, RetryAt, Unsure

DEFAULT_WAIT = 30
"""Seconds to wait where Slack says that we are too fast, or that it is busy, and not for how long."""

OF_THE_PERSON = {
    "channel_not_found": "Slack does not know this account any more",
    "user_not_found": "Slack does not know this account any more",
    "users_not_found": "Slack does not know this account any more",
    "user_disabled": "the account was closed in Slack",
    "user_not_visible": "the account is not visible to the bot",
    "users_list_not_supplied": "Slack does not know this account any more",
    "cannot_dm_bot": "the account is a bot's",
    "is_archived": "the channel was archived",
    "not_in_channel": "the bot is not in that channel",
    "not_enabled": "the bot's Home tab is switched off in the app's settings",
    "restricted_action": "the workspace does not let the bot write there",
}
"""Final for one account or channel, in words for the business manager."""

OF_THE_WORKSPACE = {
    "account_inactive": "the bot was removed from the workspace",
    "token_revoked": "the bot was removed from the workspace",
    "token_expired": "the bot's token is too old",
    "invalid_auth": "Slack does not accept the bot's token",
    "not_authed": "Slack does not accept the bot's token",
    "team_access_not_granted": "the bot was removed from the workspace",
    "missing_scope": "the bot has not been given a permission that it needs",
    "no_permission": "the bot has not been given a permission that it needs",
    "messages_tab_disabled": "the bot's Messages tab is switched off in the app's settings",
    "ekm_access_denied": "the workspace's own encryption keys do not let the bot write there",
}
"""Final for everybody in a workspace until the administrator does something."""

BESIDE_THE_TOKEN = {
    OF_THE_WORKSPACE[word] for word in ("missing_scope", "no_permission", "messages_tab_disabled", "ekm_access_denied")
}
"""What Slack refuses though it accepts the token: that it does so says nothing of these."""

MOVING = {
    "team_added_to_org": "the workspace is being moved to a Slack organisation",
    "org_login_required": "the workspace is being moved to a Slack organisation",
}
"""Nothing is taken for a while, from nobody."""

WHILE_MOVING = timedelta(minutes=30)
"""How long we wait before we ask again."""

NOT_TAKEN = {"ratelimited", "rate_limited", "message_limit_exceeded"}
"""Slack has not taken the message and wants to be asked later."""

LOST = {
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "thread_not_found",
    "cant_delete_message",
    "compliance_exports_prevent_deletion",
}
"""The message that was to be changed or taken back is no longer there, or can't be changed: a new one is sent."""

NOT_READABLE = {"missing_scope", "no_permission", "not_allowed_token_type", "access_denied", "method_not_supported"}
"""The bot may not read back what it wrote: then nothing unsure can be looked up."""

NO_FILES = {
    "missing_scope",
    "no_permission",
    "access_denied",
    "blocked_file_type",
    "file_upload_size_restricted",
    "file_uploads_disabled",
    "file_uploads_except_images_disabled",
    "posting_to_channel_denied",
    "restricted_action",
    "storage_limit_reached",
}
"""Slack will not have a file; the message that it belongs to is sent all the same."""


def error_of(failure: SlackApiError) -> str:
    """Slack's word for what is wrong, or an empty text.

    The library puts there the whole answer of whoever is no Slack, such as a proxy: that is no word.
    """
    body = failure.response.data if failure.response is not None else None
    word = str(body.get("error", "")) if isinstance(body, dict) else ""
    return word if re.fullmatch(r"[A-Za-z0-9_.:-]{1,80}", word) else ""


def asked_to_wait(failure: Exception) -> float | None:
    """The seconds for which Slack asked us to wait, where that is what a refusal says: it has taken nothing."""
    if not isinstance(failure, SlackApiError):
        return None
    limited = getattr(failure.response, "status_code", 0) == 429 or error_of(failure) in NOT_TAKEN
    return _wait(failure.response) if limited else None


def meaning(failure: Exception, now: datetime) -> Result:
    """What a failure means for the message that was being sent.

    Whatever may have come after Slack took it is unsure; so is what we do not know.
    """
    if isinstance(failure, SlackApiError):
        return _of_slack(failure, now)
    if isinstance(failure, URLError) and isinstance(failure.reason, ConnectionRefusedError | socket.gaierror):
        return RetryAt(now + timedelta(seconds=DEFAULT_WAIT), "Slack cannot be reached")
    if isinstance(failure, ConnectionRefusedError | socket.gaierror):
        return RetryAt(now + timedelta(seconds=DEFAULT_WAIT), "Slack cannot be reached")
    if isinstance(failure, HTTPError | URLError | HTTPException | OSError):
        return Unsure("the connection to Slack broke")
    raise failure


def _of_slack(failure: SlackApiError, now: datetime) -> Result:
    response: Any = failure.response
    word, status = error_of(failure), getattr(response, "status_code", 0)
    wait = asked_to_wait(failure)
    if wait is not None:
        return RetryAt(now + timedelta(seconds=wait), "Slack asked to wait")
    if word in MOVING:
        return RetryAt(now + WHILE_MOVING, MOVING[word])
    if word in OF_THE_PERSON:
        return Gone(OF_THE_PERSON[word])
    if word in OF_THE_WORKSPACE:
        return Gone(OF_THE_WORKSPACE[word], whole=True)
    return Unsure(f"Slack answered {word or status}")


def _wait(response: Any) -> float:
    headers = {str(name).casefold(): value for name, value in getattr(response, "headers", {}).items()}
    said = headers.get("retry-after", "")
    said = said[0] if isinstance(said, list) and said else said
    try:
        return max(1.0, float(said))
    except (TypeError, ValueError):
        return DEFAULT_WAIT
