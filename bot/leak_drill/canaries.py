"""Canaries: words that stand nowhere else, put into every place that takes some, each with where it may be seen.

They are made anew each time, so that no earlier drill is found again. What is listed here is what is allowed: chat
carries references, not children (DESIGN section 5, rule 3); text says less than mail, mail less than chat (issue 4).
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

_LETTERS = "bcdfghjklmnpqrstvwxz"

LIST, OTHERS, OUTSIDE = "those on the list", "others", "whoever is outside"
"""Who sees something: somebody on the list of an invented case, somebody in another post, anybody at all."""

REPORTER = "whoever answers a report"
"""Somebody who owes a report, or signs it off. Whoever receives it in the drill is on the list of the cases too."""

FILE = "database file"
"""The bytes of the database. What may stand plainly in one of its columns may stand there."""

IN_TABLES = ("ledger", "outbox", "requests", "tables")

IN_FORM = frozenset({"forms", "Slack forms", "Teams forms"})
"""In the fields of a form, before whoever fills it in."""

LOOKED_UP = ("answers", "Slack", "Teams", "pages")
"""Where somebody sees what they ask for: in the answer, in what the chats get of it, on our page."""

SHOWN = IN_FORM | {f"{place}/{LIST}" for place in LOOKED_UP}
"""What was told of a case in facts: to those on its list who look it up, and in the form of whoever fills it in."""

RUNG = SHOWN | {f"chat/{LIST}", "outbox"}
"""Who can be rung stands in the alert, which is stored as it goes out."""

PERSON = SHOWN | {"tables", "process record", f"mail/{OUTSIDE}", "outbox", f"text/{LIST}"}
"""Whoever told of it is a person whom we know, and to whom we write."""

RECORDED = SHOWN | {f"chat/{LIST}", "outbox", "tables", "process record"}
"""The reference of some evidence, for those on the list."""

KIND = RECORDED | {"what forms offer", "export", f"pages/{OUTSIDE}"}
"""The kind of an incident, which is chosen from the arrangements: it may be said in chat, not by mail or text."""

TICKED = SHOWN | {"what forms offer", f"pages/{OUTSIDE}"}
"""What was ticked of a case: offered in every form, and said of this one to those on its list."""

REFERENCE = (
    SHOWN
    | frozenset(f"{place}/{LIST}" for place in ("chat", "mail", "text", "paper twin", "home"))
    | frozenset(f"{place}/{OUTSIDE}" for place in (*LOOKED_UP, "mail"))
    | {"process record", "log"}
    | frozenset(IN_TABLES)
)
"""The reference of a case: to those on its list, and to whoever told of it; to nobody else in any post."""

KEY = (
    frozenset(f"{place}/{who}" for place in ("mail", "pages") for who in (LIST, OUTSIDE, REPORTER))
    | {"address", "outbox"}
    | IN_FORM
)
"""The address and the code of a personal link: in the letter, and in the browser of whoever opens it."""

DRAFT = IN_FORM | {f"{place}/{REPORTER}" for place in LOOKED_UP}
"""What was filled in of a report, and is not sent in: before whoever answers for it."""

SENT = DRAFT | {f"{place}/{LIST}" for place in LOOKED_UP} | {"reports"}
"""What was sent in: before whoever receives it too, and in what they download; by no message and no letter."""

BECAUSE = DRAFT | {f"{place}/{LIST}" for place in (*LOOKED_UP, "chat")}
BECAUSE |= {f"chat/{REPORTER}", "tables", "outbox"}
"""Why something is not theirs, is opened again or rated otherwise: words of an office, for those two sides."""

DECIDED = IN_FORM | {"outbox"}
DECIDED |= {f"{place}/{who}" for place in (*LOOKED_UP, "chat", "mail") for who in (LIST, REPORTER)}
"""What is put to the seats that decide, and why one of them disagrees: before those who decide, chair and minute it. In
the database it is sealed; a message stands there as it goes out."""

COMING = frozenset(f"{place}/{who}" for place in (*LOOKED_UP, "chat") for who in (LIST, REPORTER))
COMING |= IN_FORM | {"outbox", "tables", "requests"}
"""Why somebody does not come: before themselves, and before whoever chairs and prepares the meeting. It is kept in
plain words, as everything about a meeting is."""

NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Canary:
    """Something typed, by a name for people. `marks`: what is looked for; `may`: the places where it may be seen.

    A place may have behind it who sees it: "chat/those on the list". A canary `in_figures` is looked for only where
    no other figure stands beside it, and not where figures come about by chance.
    """

    name: str
    text: str
    marks: tuple[str, ...]
    may: frozenset[str]
    in_figures: bool = False

    def may_be_seen(self, place: str, by: str) -> bool:
        """Whether it may come out there, before those."""
        if place == FILE:
            return self.in_figures or any(each in self.may for each in IN_TABLES)
        return place in self.may or f"{place}/{by}" in self.may


def token() -> str:
    """A word that stands nowhere else: twelve letters without a vowel."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


@dataclass
class Canaries:
    """Every canary of one drill, by name."""

    by_name: dict[str, Canary] = field(default_factory=dict)
    _numbers: list[int] = field(default_factory=lambda: secrets.SystemRandom().sample(range(100, 990), 40))

    def __iter__(self) -> Iterator[Canary]:
        return iter(self.by_name.values())

    def __getitem__(self, name: str) -> Canary:
        return self.by_name[name]

    def word(self, name: str, may: frozenset[str] = NOWHERE, form: str = "{}") -> str:
        """What is typed for a new canary: its word in a text, such as "Registrar {}"."""
        word = token()
        return self.add(Canary(name, form.format(word.capitalize()), (word,), may))

    def number(self, name: str, may: frozenset[str], begins: str = "01632 960") -> str:
        """A telephone number of those that Ofcom keeps for plays, so that nobody is ever rung.

        The partnership's own numbers are of other hundreds (drilled.py).
        """
        text = f"{begins}{self._numbers.pop():03}"
        bare = text.replace(" ", "")
        return self.add(Canary(name, text, (text, bare, f"44{bare[1:]}"), may))

    def add(self, canary: Canary) -> str:
        """Keeps a canary; returns what is typed."""
        assert canary.name not in self.by_name, f"{canary.name} stands for something already"
        self.by_name[canary.name] = canary
        return canary.text

    def exactly(self, name: str, text: str, may: frozenset[str], *, in_figures: bool = False) -> str:
        """Something that came about in the drill itself, such as a reference."""
        return self.add(Canary(name, text, (text.casefold(),), may, in_figures))

    def finder(self) -> Callable[[str], Iterable[Canary]]:
        """What finds all that stand in a text, whatever the case of its letters."""
        by_mark = {mark: canary for canary in self for mark in canary.marks}
        words = [re.escape(mark) for mark, canary in by_mark.items() if not canary.in_figures]
        figures = [re.escape(mark) for mark, canary in by_mark.items() if canary.in_figures]
        patterns = [re.compile("|".join(words))] if words else []
        if figures:  # only where no other figure stands beside it: figures come about by chance
            patterns.append(re.compile(rf"(?<![\d.])(?:{'|'.join(figures)})(?!\d)"))

        def found_in(text: str) -> Iterable[Canary]:
            small = text.casefold()
            return {by_mark[found]: None for pattern in patterns for found in pattern.findall(small)}

        return found_in
