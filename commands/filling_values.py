"""One value of a form: read from what was typed or chosen, shown again in its blank, and said in words.

What is kept is the same at every door: a text as it was written, an option's id, a day like 2027-01-14, a number in
figures, a post's id. Refusals say what would do and never say again what was typed.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from storage.arrangements.findings import did_you_mean
from storage.arrangements.forms import Option
from storage.records.message import Choice

from . import choosing, naming
from .dates import WANT_DAY, read_day
from .refusals import Refusal, Refused
from .words import short_day
from .work import Work

LONGEST_LINE = 250
"""How many characters a line may have, where a form does not allow less."""

LONGEST_NUMBER = 12
"""How many figures a number may have."""

WANT_POST = "Write the title of a post, such as Business Manager."
WANT_REFERENCE = "Write a reference of your own system, or a link that begins with https://."
WANT_NUMBER = "Write a whole number in figures, like 12500."

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ANY_LINK = re.compile(r"[a-z][a-z0-9+.-]*://|\\\\", re.IGNORECASE)
_HARMFUL = ("javascript:", "data:", "vbscript:", "file:", "blob:")


@dataclass(frozen=True)
class Wanted:
    """What a value has to be: its kind, the options on offer, how long a text may be."""

    kind: str
    options: tuple[Option, ...] = ()
    longest: int = LONGEST_LINE

    @property
    def is_text(self) -> bool:
        """Whether people write it in their own words."""
        return self.kind in ("short", "long", "reference")

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The answers on offer, as a form shows them."""
        return tuple(Choice(value=each.id, label=each.label) for each in self.options)


def cleaned(text: str) -> str:
    """A text without what no page and no document can hold: control characters, and spaces around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (each for each in lines if each in "\n\t" or _can_be_printed(each))
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def _can_be_printed(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff"


def read(work: Work, wanted: Wanted, text: str) -> str:
    """What is kept of a text that is not empty. Raises Refused with what would do."""
    reader = _READERS.get(wanted.kind)
    return reader(work, wanted, text) if reader is not None else _text(work, wanted, text)


def typed(work: Work, wanted: Wanted, kept: str) -> str:
    """What a blank holds for a value that is kept, so that reading it gives the same again."""
    if wanted.kind != "person" or not kept:
        return kept
    title = work.arrangements.title(kept)
    return title if _post(work, title) == kept else kept


def said(work: Work, wanted: Wanted, kept: str) -> str:
    """A value in words: a day as people read it, a post's title, the label of an option."""
    match wanted.kind:
        case "date":
            return _day_in_words(kept)
        case "person":
            return work.arrangements.title(kept)
        case "number":
            return f"{int(kept):,}" if kept.isdigit() else kept
    return next((each.label for each in wanted.options if each.id == kept), kept)


def _day_in_words(kept: str) -> str:
    try:
        return short_day(date.fromisoformat(kept))
    except ValueError:
        return kept


def several(wanted: Wanted, text: str) -> tuple[str, ...]:
    """The options that are meant, in the form's order. Raises Refused with what is on offer."""
    try:
        meant = choosing.several(wanted.choices, text)
    except Refused:
        raise Refused(_none_of(wanted)) from None
    return tuple(each.id for each in wanted.options if each.id in meant)


def _none_of(wanted: Wanted) -> Refusal:
    return Refusal("This is none of the answers.", want=f"Choose: {'; '.join(each.label for each in wanted.options)}.")


def _option(_work: Work, wanted: Wanted, text: str) -> str:
    try:
        return choosing.one(wanted.choices, text)
    except Refused:
        raise Refused(_none_of(wanted)) from None


def _day(work: Work, _wanted: Wanted, text: str) -> str:
    try:
        return read_day(text, work.today).day.isoformat()
    except Refused:
        raise Refused(Refusal("This is no day that can be read without guessing.", want=WANT_DAY)) from None


def _number(_work: Work, _wanted: Wanted, text: str) -> str:
    plain = re.sub(r"[£,\s]", "", text)
    if not re.fullmatch(rf"[0-9]{{1,{LONGEST_NUMBER}}}", plain):
        raise Refused(Refusal("This is no whole number.", want=WANT_NUMBER))
    return str(int(plain))


def _person(work: Work, _wanted: Wanted, text: str) -> str:
    found = _post(work, text)
    if found:
        return found
    titles = [post.title for post in work.arrangements.posts]
    near = [title for title in titles if naming.plain(text) in naming.plain(title)][: naming.MOST_LISTED]
    want = f"Write {' or '.join(near)}." if near else f"{WANT_POST}{did_you_mean(text, titles)}"
    raise Refused(Refusal("This is no single post on our list.", want=want))


def _post(work: Work, text: str) -> str:
    """The id of the post that is meant by a text, an agency's lead or senior among them; "" where it is none."""
    wanted = naming.plain(text)
    posts = work.arrangements.posts
    exact = [post.id for post in posts if wanted in (naming.plain(post.id), naming.plain(post.title))]
    if exact:
        return exact[0]
    for agency in work.arrangements.agencies:
        for post in (f"lead:{agency.id}", f"senior:{agency.id}"):
            if wanted in (naming.plain(post), naming.plain(work.arrangements.title(post))):
                return post
    if re.fullmatch(r"(lead|senior):[a-z0-9-]+", text):
        return text
    try:
        return naming.post(work.arrangements, text).id
    except Refused:
        return ""


def _reference(work: Work, wanted: Wanted, text: str) -> str:
    line = _text(work, wanted, text)
    if _SCHEME.match(line) and urlsplit(line).scheme.casefold() in ("http", "https"):
        if not _is_link(line):
            raise Refused(Refusal("This is no link that can be opened.", want=WANT_REFERENCE))
        return line
    if _ANY_LINK.search(line) or line.casefold().startswith(_HARMFUL):
        raise Refused(Refusal("This is neither a reference nor a link to a page.", want=WANT_REFERENCE))
    return line


def _is_link(line: str) -> bool:
    """Whether it is one link to a page, and no name or password is in it."""
    try:
        parts = urlsplit(line)
        return bool(parts.hostname) and "@" not in parts.netloc and not re.search(r"\s", line)
    except ValueError:
        return False


def _text(_work: Work, wanted: Wanted, text: str) -> str:
    line = text if wanted.kind == "long" else " ".join(text.split())
    if len(line) > wanted.longest:
        sentence = f"This has {len(line):,} characters; {wanted.longest:,} fit."
        raise Refused(Refusal(sentence, want="Please make it shorter."))
    return line


_READERS: Mapping[str, Callable[[Work, Wanted, str], str]] = {
    "one of": _option,
    "rating": _option,
    "yes or no": _option,
    "date": _day,
    "number": _number,
    "person": _person,
    "reference": _reference,
}


def offered(options: Sequence[Option]) -> str:
    """What the options mean, where they say so: "Met: …"; empty where none does."""
    return " ".join(f"{each.label}: {each.descriptor.rstrip('.')}." for each in options if each.descriptor)
