"""What the connector answers where it refuses: Microsoft's codes, from its page on errors of bot conversations."""

from typing import Any

Json = dict[str, Any]

SENTENCES = {
    "BadSyntax": "Bad format of activity or of its attachments.",
    "BadArgument": "Invalid user identity in provided tenant",
    "BotDisabledByAdmin": "The tenant admin disabled this bot",
    "BotNotInConversationRoster": "The bot is not part of the conversation roster.",
    "ConversationBlockedByUser": "User blocked the conversation with the bot.",
    "ForbiddenOperationException": "Bot is not installed in user's personal scope",
    "NotEnoughPermissions": "The bot did not write this message.",
    "ConversationNotFound": "Conversation not found.",
    "ActivityNotFoundInConversation": "The message ID could not be found in the conversation.",
    "MemberNotFoundInConversation": "The member could not be found in the conversation.",
    "PreconditionFailed": "Some of our dependencies failed, please retry again.",
    "MessageSizeTooBig": "Message size too large.",
    "Throttled": "Too many requests.",
    "ServiceError": "An error occurred in the service.",
}

CODES = {
    400: "BadSyntax",
    403: "BotNotInConversationRoster",
    404: "ConversationNotFound",
    412: "PreconditionFailed",
    413: "MessageSizeTooBig",
    429: "Throttled",
}
"""The code that goes with a status where a fault names none; ServiceError for all others."""


class Refused(Exception):
    """The connector says no: status, code, and seconds to wait where it says them."""

    def __init__(self, status: int, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code or CODES.get(status, "ServiceError")
        self.retry_after = retry_after

    def body(self) -> Json:
        """What the answer holds. A refused token is answered in another form than the rest."""
        if self.status == 401:
            return {"message": "Authorization has been denied for this request."}
        return {"error": {"code": self.code, "message": SENTENCES.get(self.code, self.code)}}
