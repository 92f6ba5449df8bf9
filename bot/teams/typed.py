"""What somebody typed, out of what Teams sends: phones and clients change signs, and put some before and behind.

The bot's own mention is gone already (activities.py). Curly quotes and long dashes are read at every door alike
(commands/splitting.py), and the HTML that comes beside the text is never read.
"""

import re
import unicodedata

_SLASH = re.compile(r"^/\s*(?=[^\W_])")


def as_typed(text: str) -> str:
    """The line as it was meant: signs in their ordinary form (Unicode's NFKC), no slash before the first word.

    NFKC makes ordinary spaces, letters and figures of those that only look different; it leaves quotes and dashes.
    """
    return _SLASH.sub("", unicodedata.normalize("NFKC", text).strip())


def is_home(line: str) -> bool:
    """Whether a line asks for the home card, however it is written."""
    return line.casefold().strip(" .") == "home"
