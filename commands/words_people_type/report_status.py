"""`report …`, `audit …` and `return …`: what has come in."""

from commands.saying import Word

WORDS: tuple[Word, ...] = ()
