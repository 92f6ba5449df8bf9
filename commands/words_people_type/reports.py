"""`report …`, `audit …` and `return …`: answering."""

from commands.saying import Word

WORDS: tuple[Word, ...] = ()
