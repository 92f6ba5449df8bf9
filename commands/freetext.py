"""The check of free text before it is stored: numbers and dates that could identify a child are refused.

It never says that it found nothing: names, schools and places it cannot know. Words that may be a name are given
back to whoever wrote them, with the question whether one of them is a person.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from stdnum.gb import nhs

from storage.arrangements.partnership import Arrangements

from .refusals import Refusal

_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|born|date of birth)\b[^\n]{0,20}?\d{1,4}[./ -](?:\d{1,2}|[a-z]{3,9})[./ -]\d{2,4}",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?<![\d+])(?:\+44|0044|0)[\d ()-]{8,14}\d(?!\d)")
_WANT = "Leave it out: details of a child stay in the agency's own system."


def check_text(text: str, field: str, *, contact: bool = False) -> Iterator[Refusal]:
    """Yields a refusal for each NHS number (by its check digit) and each date of birth in a text.

    In a `contact`, which is of somebody at work, a telephone number is none.
    """
    looked_at = _TELEPHONE.sub(" ", text) if contact else text
    for match in _TEN_DIGITS.finditer(looked_at):
        if nhs.is_valid(re.sub(r"\D", "", match[0])):
            yield Refusal("This holds an NHS number.", field, _WANT)
            break
    if _BORN.search(text):
        yield Refusal("This holds a date of birth.", field, _WANT)


# Words that may name somebody

MOST_NAMES = 12
"""So many words are given back: of more nobody reads the list."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ENDS = re.compile(r"[.!?:;\n•]\s*[\"'“‘(]*\s*$|^\s*(?:[-–*•]|\d+[.)])?\s*[\"'“‘(]*\s*$")
_BETWEEN = re.compile(r"^(?:\.? | of | and | & |-)$")

_TRADE = """
i im ive ill monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov
dec spring summer autumn winter christmas easter act section chapter article schedule part annex appendix paragraph
england english britain british wales welsh uk children child family families working together keeping safe in
education police council county borough district health board trust hospital service services partnership
safeguarding team group executive subgroup strategy policy plan report review audit action chair manager director
officer designated named nurse doctor lead head headteacher social worker multi agency risk assessment conference
early help front door rapid practice local national panel department government ofsted cqc
"""
_EVERYDAY = frozenset(_TRADE.split())
"""Words with a capital letter that name nobody: days, months, and the trade's own."""


def may_name(text: str, arrangements: Arrangements) -> list[str]:
    """Words with a capital letter that may name a person, a school or a place, each once, in order.

    Left out are words at the start of a sentence that stand alone, abbreviations in capitals, the words of our posts,
    agencies, groups and bodies, and the trade's own. What is given back is a question, never a finding.
    """
    known = _EVERYDAY | _words_of(_names_of(arrangements))
    found = [
        name
        for run, starts in _runs(text)
        if (name := _without_known(run, known, starts=starts)) and not name.isupper()
    ]
    return list(dict.fromkeys(found))[:MOST_NAMES]


def _runs(text: str) -> Iterator[tuple[list[str], bool]]:
    """Words with a capital letter that stand side by side, and whether the first begins a sentence."""
    run: list[str] = []
    starts, end = False, 0
    for match in _WORD.finditer(text):
        word, gap = match[0], text[end : match.start()]
        capital = word[0].isupper() or word[0].istitle()
        if run and not (capital and gap in (" ", ". ", "-")):
            yield run, starts
            run = []
        if capital:
            if run and gap == ". " and len(run[-1]) > 2:
                yield run, starts
                run = []
            if not run:
                starts = bool(_ENDS.search(text[: match.start()]))
            run.append(word)
        end = match.end()
    if run:
        yield run, starts


def _without_known(run: list[str], known: frozenset[str], *, starts: bool) -> str:
    """The words of a run that are not known, as one name; "" where none is, or where it is a sentence's first word."""
    if starts and (len(run) == 1 or _plain(run[1]) in known):
        run = run[1:]
    rest = [word for word in run if not _is_known(word, known)]
    return " ".join(rest)


def _is_known(word: str, known: frozenset[str]) -> bool:
    plain = _plain(word)
    return plain in known or plain.removesuffix("s") in known or (len(word) > 1 and word.isupper()) or len(word) == 1


def _plain(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.casefold()).replace("’", "").replace("'", "")


def _words_of(names: Iterable[str]) -> frozenset[str]:
    return _split(tuple(names))


@lru_cache(maxsize=32)
def _split(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_plain(word) for name in names for word in _WORD.findall(name))


def _names_of(arrangements: Arrangements) -> tuple[str, ...]:
    """What our own posts, agencies, groups and bodies are called."""
    groups = [name for group in arrangements.groups for name in group.names()]
    agencies = [name for each in arrangements.agencies for name in (each.name, *each.aliases)]
    posts = [name for each in arrangements.posts for name in (each.title, *each.aliases)]
    bodies = [name for each in arrangements.bodies for name in (each.name, *each.aliases)]
    return (arrangements.name, arrangements.short, *groups, *agencies, *posts, *bodies)
