"""What desks of chats say by themselves, and how a form is opened: with a draft in it, where there is one."""

from commands.speakers import Speaker
from storage.records.message import Message

from .drafts import Drafts

UNREADABLE = Message(
    title="This button can no longer be pressed",
    text="It is too old, or was cut short on its way. Write the word again and press the new one.",
    tone="warning",
)

NO_FILES = Message(
    title="Files are not taken here",
    text="Nothing has been kept. Papers and evidence stay in your own system; the bot only needs to know that they are "
    "out: write help meeting papers.",
    tone="warning",
)

RECALLED = "What you had typed before stands here again. Nothing of it has been sent in yet."


def recalled(drafts: Drafts, speaker: Speaker, answer: Message) -> Message:
    """An answer with a form, with what was typed into it before, and a sentence that says so; any other as it is."""
    if answer.sheet is None:
        return answer
    sheet, was_kept = drafts.recalled(speaker, answer.sheet)
    said = f"{answer.text}\n\n{RECALLED}".strip() if was_kept else answer.text
    return answer.model_copy(update={"sheet": sheet, "text": said})
