"""`report …`, `audit …` and `return …`: rounds and chasing."""

from commands.saying import Word

WORDS: tuple[Word, ...] = ()
