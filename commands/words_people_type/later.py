"""Words that come with later work: each is answered with what to do until then."""

from commands.danger import not_the_way
from commands.saying import Meaning, Typed, Word
from commands.work import Work
from storage.records.message import Message


def _until_then(what: str, meanwhile: str) -> Word:
    """A word that is not there yet, with what brings it and what to do meanwhile."""
    brings = {
        "poll": "the work on polls",
        "decision": "the work on polls",
        "meeting attend": "the work on polls",
    }[what]

    def means(work: Work, _typed: Typed) -> Meaning:
        safety = not_the_way([work.arrangements])
        text = f"{safety}\n\nThis comes with {brings}. {meanwhile}\nNothing has been kept of what you wrote."
        return Message(title=f'"{what}" is not here yet', text=text)

    return Word(tuple(what.split()), f"comes with {brings}", means, later=True)


WORDS = (
    _until_then("meeting attend", "Until then tell the business manager or the chair whether you come."),
    _until_then("poll", "Until then ask by message, and move a meeting with: meeting move."),
    _until_then("decision", "Until then decisions are taken at meetings."),
)
