"""`setup` and `about`: what our arrangements leave open, and what this bot is and runs on."""

from commands.definitions import pack
from commands.saying import Meaning, Typed, Word
from commands.words import long_day
from commands.work import Work
from storage.arrangements.checks import check_text
from storage.records import partnerships
from storage.records.message import Message, MessageField


def _setup(work: Work, _typed: Typed) -> Meaning:
    stored = partnerships.version(work.scope)
    assert stored is not None, "somebody in a post asks, so the partnership is here"
    found = check_text(stored.text, pack()).open
    lines = [f"{number}. {one.sentence} Wanted: {one.want}" for number, one in enumerate(found, 1)]
    head = "Our arrangements do not say the following, and nobody watches it until they do."
    return Message(
        title=f"What is open: {len(found)}",
        text="\n".join([head, "", *lines]) if lines else "Our arrangements leave nothing open that we know of.",
    )


def _about(work: Work, _typed: Typed) -> Meaning:
    stored = partnerships.version(work.scope)
    assert stored is not None, "somebody in a post asks, so the partnership is here"
    since = long_day(stored.adopted_at.astimezone(work.terms.zone).date())
    arrangements = work.arrangements
    documents = "\n".join(f"- {document.code}: {document.title}" for document in arrangements.documents)
    return Message(
        title="Convenor",
        text=(
            f"I do the secretariat's work of the {arrangements.name}: I know what was agreed, remember what has "
            "happened, and see that the next thing happens."
            + (f"\n\nWhat I know comes from:\n{documents}" if documents else "")
        ),
        fields=(
            MessageField(label="Arrangements", value=f"version {stored.number}, in force here since {since}"),
            MessageField(label="Secretariat", value=arrangements.secretariat.name),
            MessageField(label="What was chosen to run them", value=arrangements.planning.why or "see: meeting show"),
        ),
    )


WORDS = (
    Word(("setup",), "what our arrangements leave open", _setup),
    Word(("about",), "what this bot is, and which arrangements it runs on", _about),
)
