"""Telephone numbers of the United Kingdom, as people write them."""

import re

from .refusals import Refusal, Refused

WANT_NUMBER = "Write it like 01234 567890, with an extension like: 01234 567890 ext 12."

_NUMBER = re.compile(r"([+(\d][\d ()./-]*?)\s*(?:(?:ext|extension|x|option)\.?\s*(\d{1,6}))?", re.IGNORECASE)


def read_uk(text: str, field: str = "") -> str:
    """The number with single spaces, beginning with 0, as it is shown and rung; "ext 12" behind it where given.

    Raises Refused, beside the field, without saying again what was written.
    """
    found = _NUMBER.fullmatch(" ".join(text.split()))
    digits = re.sub(r"\D", "", found[1]) if found else ""
    if digits in ("999", "112"):
        sentence = "999 is for a child in danger now. This asks for the number of somebody who can be rung."
        raise Refused(Refusal(sentence, field, WANT_NUMBER))
    abroad = found is not None and (found[1].startswith("+") or digits.startswith("00"))
    if abroad:
        national = re.sub(r"^(00)?44(0?)", "", digits) if re.match(r"(00)?44", digits) else ""
    else:
        national = digits[1:] if digits.startswith("0") else ""
    if found is None or not re.fullmatch(r"[1-9]\d{8,9}", national):
        raise Refused(Refusal("This is no telephone number in the United Kingdom.", field, WANT_NUMBER))
    shown = f"0{national}" if abroad else " ".join(re.sub(r"[()./-]", " ", found[1]).split())
    return f"{shown} ext {found[2]}" if found[2] else shown
