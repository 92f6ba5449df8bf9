"""Calendar entries in Teams: a bot may put a file into somebody's OneDrive only where they allow it on a card.

The card carries a token; what the file holds is kept, sealed, for as long as a button's is (bot/chat/keeping.py).
`files.py` takes the answer. Microsoft, "Send and receive files through a bot".
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.chat.carrying import Keep, Kept, compact, opened
from storage.records.message import Attached

CONSENT = "application/vnd.microsoft.teams.card.file.consent"
"""The type of an attachment that asks whether a file may be put there."""

OURS = "convenor"
"""Under this name stands in everything that Teams carries for us what is ours."""

WHAT_FOR = "A calendar entry. Press Allow, and it is put into your OneDrive, from where your calendar takes it."


def consent_card(name: str, size: int, token: str) -> dict[str, Any]:
    """A message that asks whether a file of so many bytes may be put there; the answer brings the token back."""
    context = {OURS: {"kept": token}}
    content = {
        "description": WHAT_FOR,
        "sizeInBytes": size,
        "acceptContext": context,
        "declineContext": context,
    }
    return {
        "type": "message",
        "summary": f"Calendar entry: {name}",
        "attachments": [{"contentType": CONSENT, "name": name, "content": content}],
    }


def asks_for(attached: Attached, keep: Keep) -> dict[str, Any]:
    """The card for a calendar entry, which is kept until somebody answers."""
    token = keep(compact(attached.model_dump(mode="json")))
    return consent_card(attached.name, len(attached.text.encode()), token)


def asked_for(context: object, kept: Kept) -> Attached | None:
    """The calendar entry that an answer is about; None where it is none of ours, or is kept no longer."""
    found = opened(context.get(OURS) if isinstance(context, Mapping) else None, kept)
    try:
        return Attached.model_validate(found)
    except ValidationError:
        return None
