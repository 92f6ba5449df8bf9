"""`report …`, `audit …` and `return …`: what becomes of them."""

from commands.saying import Word

WORDS: tuple[Word, ...] = ()
