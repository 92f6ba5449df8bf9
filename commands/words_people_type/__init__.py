"""Every word that people type, by idea. The grammar, the help and docs/commands.md are made from this list."""

from commands.saying import Word

from . import about_us, actions, identity, later, meetings, mine, people, steering, undelivered

WORDS: tuple[Word, ...] = (
    *meetings.WORDS,
    *actions.WORDS,
    *people.WORDS,
    *mine.WORDS,
    *identity.WORDS,
    *undelivered.WORDS,
    *steering.WORDS,
    *about_us.WORDS,
    *later.WORDS,
)
