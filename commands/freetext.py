"""The check of free text before it is stored: numbers and dates that could identify a child are refused.

It never says that it found nothing: names, schools and places it cannot know.
"""

import re
from collections.abc import Iterator

from stdnum.gb import nhs

from .refusals import Refusal

_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|born|date of birth)\b[^\n]{0,20}?\d{1,4}[./ -](?:\d{1,2}|[a-z]{3,9})[./ -]\d{2,4}",
    re.IGNORECASE,
)
_WANT = "Leave it out: details of a child stay in the agency's own system."


def check_text(text: str, field: str) -> Iterator[Refusal]:
    """Yields a refusal for each NHS number (by its check digit) and each date of birth in a text."""
    for match in _TEN_DIGITS.finditer(text):
        if nhs.is_valid(re.sub(r"\D", "", match[0])):
            yield Refusal("This holds an NHS number.", field, _WANT)
            break
    if _BORN.search(text):
        yield Refusal("This holds a date of birth.", field, _WANT)
