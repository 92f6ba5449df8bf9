"""`setup` and `about`: what our arrangements leave open, and what this bot is and runs on."""

from commands import setting_up, setting_up_words
from commands.reading import may
from commands.saying import Meaning, Typed, Word
from commands.words import long_day
from commands.work import Work
from storage.arrangements import questions
from storage.records import partnerships
from storage.records.message import Message, MessageField


def _setup(work: Work, typed: Typed) -> Meaning:
    """`setup`, `setup THEME`, `setup NUMBER`; buttons write `from NUMBER`, `about ID` and `after ID` behind it."""
    may_answer = may(work, setting_up.ANSWER, None)
    words = list(typed.words)
    if not words:
        return setting_up_words.overview(work, may_answer=may_answer)
    if words[0] in ("about", "after") and len(words) == 2:
        return _one(work, words[0], words[1], may_answer)
    if len(words) == 1 and words[0].lstrip("#").isdigit():
        question = setting_up_words.numbered(work, int(words[0].lstrip("#")))
        return setting_up_words.one(work, question, may_answer=may_answer)
    start = 1
    if len(words) > 2 and words[-2].casefold() == "from" and words[-1].isdigit():
        words, start = words[:-2], int(words[-1])
    if [word.casefold() for word in words] == ["left"]:
        return setting_up_words.left_open(work, start, may_answer=may_answer)
    theme = setting_up_words.theme(" ".join(words))
    return setting_up_words.of_theme(work, theme, start, may_answer=may_answer)


def _one(work: Work, which: str, id_: str, may_answer: bool) -> Message:
    """A question by its id, or the one after it."""
    found = questions.find(work.arrangements, id_) if which == "about" else setting_up_words.following(work, id_)
    if found is None:
        return setting_up_words.overview(work, may_answer=may_answer)
    return setting_up_words.one(work, found, may_answer=may_answer)


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
    Word(
        ("setup",),
        "what our arrangements leave open; the business manager answers it, one question after the other",
        _setup,
        "[THEME or NUMBER]",
    ),
    Word(("about",), "what this bot is, and which arrangements it runs on", _about),
)
