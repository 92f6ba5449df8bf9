"""A message as a letter: subject, plain words, the same as a page, and a calendar entry as programs take it.

Nothing here opens a connection or reads a clock. One message, one key and one time give the same letter each time.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import cache

from jinja2 import Environment, StrictUndefined, Template

from commands.danger import not_the_way
from storage.records.message import Attached, Message
from templates import page_text

TO_ANSWER = "To answer, write to your business manager or use the chat."
"""What stands for the buttons, which a letter cannot have."""

ANSWER_HERE = "Answer here:"
"""What stands before the address of a personal page, at the end of a letter."""

THE_CODE = "The page asks for this code:"
"""What stands before the code, which whoever merely follows links does not know."""

CHANGED = "(changed)"
"""Stands behind the subject of a letter that follows an earlier one with newer words."""

METHODS = ("REQUEST", "CANCEL", "PUBLISH")
"""What a calendar entry may ask for and be shown as an invitation; any other is a file that is attached."""

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
"""What every mail server takes: no quotes, no letters beyond ASCII, a domain with a dot."""

_REFERENCE = re.compile(r"<(?P<key>[0-9a-f]{20})\.(?P<words>[0-9a-f]{16})@[A-Za-z0-9.-]+>")


@dataclass(frozen=True)
class Letterhead:
    """Who writes: the partnership's name, and where help for a child is to be had.

    `standing` is what `commands.danger.not_the_way` says for the partnership.
    """

    name: str = ""
    standing: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A part of the text as a page shows it: lines, or the items of a list."""

    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


class _Policy(EmailPolicy):
    """The library's rules for mail, but with references in one piece and with subjects folded by the older code.

    The newer code breaks long references up as if they were words, loses spaces between words with accents, and
    reads a title that looks like an encoded word as one.
    """

    def fold(self, name: str, value: str) -> str:
        """One header as text."""
        if name.lower() in ("message-id", "in-reply-to", "references"):
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject" and _needs_encoding(value):
            return f"{name}: {Header(str(value), 'utf-8', header_name=name).encode(linesep=self.linesep)}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header as bytes."""
        return self.fold(name, value).encode("ascii")


def read_sender(text: str) -> Address:
    """The address that letters come from, written like `Safeguarding Unit <convenor@ours.example>` or bare.

    Raises ValueError with words that follow the setting's name.
    """
    found = re.fullmatch(r"(?P<name>[^<>]*)<(?P<named>[^<>]+)>|(?P<bare>[^<>]+)", text.strip())
    try:
        if found is None or not text.strip().isprintable():
            raise ValueError
        name = (found["name"] or "").strip().strip('"').strip()
        return Address(name, addr_spec=recipient(found["named"] or found["bare"]))
    except ValueError:
        raise ValueError("is no mail address: write it like Safeguarding Unit <convenor@ours.example>") from None


def recipient(text: str) -> str:
    """The address as a letter carries it. Raises ValueError where no letter can be sent to it everywhere."""
    if _ADDRESS.fullmatch(text.strip()) is None:
        raise ValueError("is no mail address")
    return text.strip()


def for_mail(message: Message, *, about_case: bool) -> Message | None:
    """What of a message goes by mail; None where nothing of it does.

    What is about a case goes with the words that are for mail, never with those of the chat: no facts, no buttons, no
    files, only the personal link (issue 4: mail says less than chat). So does whatever else has words for mail: a
    message that is kept true would be a letter at every change.
    """
    if message.by_mail is None:
        return None if about_case else message
    less = message.by_mail
    link, code = message.link, message.link_code
    return Message(title=less.title, text=less.text, tone=message.tone, link=link, link_code=code)


def letter(
    message: Message,
    *,
    to: str,
    sender: Address,
    key: str,
    now: datetime,
    head: Letterhead | None = None,
    follows: str = "",
    page: str = "",
) -> EmailMessage:
    """The letter. `follows` is the reference of an earlier letter whose words these replace, `page` the address of the
    message's personal link.

    Raises ValueError where no letter can be sent to that address.
    """
    head = head or Letterhead()
    made = EmailMessage(_Policy(linesep="\r\n", cte_type="7bit"))
    made["From"] = sender
    made["To"] = recipient(to)
    made["Subject"] = _subject(subject(message, follows))
    made["Date"] = now
    made["Message-ID"] = reference(message, key=key, sender=sender, follows=follows)
    if follows:
        made["In-Reply-To"] = follows
        made["References"] = follows
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    if message.tone == "alert":
        made["Importance"] = "high"
    made.set_content(plain(message, head, page))
    made.add_alternative(_page(message, head, page), subtype="html")
    _attach(made, message.attached)
    return made


def reference(message: Message, *, key: str, sender: Address, follows: str = "") -> str:
    """The Message-ID: the same for each try with the same words, and telling nothing of them.

    Its first part is made of the key and what the letter follows, its second of the words as a letter shows them.
    """
    place = hashlib.sha256(f"{key}\n{follows}".encode()).hexdigest()[:20]
    return f"<{place}.{_words_mark(message, key)}@{sender.domain}>"


def is_reference(text: str) -> bool:
    """Whether this is the reference of a letter of ours."""
    return _REFERENCE.fullmatch(text) is not None


def says_the_same(message: Message, *, key: str, earlier: str) -> bool:
    """Whether the letter with the reference `earlier` already showed these very words."""
    found = _REFERENCE.fullmatch(earlier)
    return found is not None and found["words"] == _words_mark(message, key)


def _words_mark(message: Message, key: str) -> str:
    # The link's id stands for its address, which may be signed anew each time.
    shown = [key, one_line(message.title), message.tone, plain(message, Letterhead(), message.link)]
    shown += [part for each in message.attached for part in (each.name, each.text)]
    return hashlib.sha256("\0".join(shown).encode()).hexdigest()[:16]


def one_line(text: str) -> str:
    """A text in one line, without any sign that steers a machine, so that no header can be begun within it."""
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """A text with line ends as "\\n" and a space for each other sign that only steers a machine."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign if sign in "\n\t" or unicodedata.category(sign) != "Cc" else " " for sign in lines)


def _needs_encoding(value: str) -> bool:
    return not str(value).isascii() or "=?" in str(value)


def _subject(title: str) -> str:
    """The title as the library takes it: encoded where it would otherwise read more into it than stands there."""
    return Header(title, "utf-8").encode(maxlinelen=0, linesep="") if _needs_encoding(title) else title


def subject(message: Message, follows: str = "") -> str:
    """The title in one line; it says so where the letter `follows` an earlier one with newer words."""
    title = one_line(message.title)
    return f"{title} {CHANGED}" if follows else title


def plain(message: Message, head: Letterhead, page: str = "") -> str:
    """The letter as plain words. `page` is the address of the message's personal link."""
    facts = "\n".join(f"{one_line(field.label)}: {_clean(field.value)}" for field in message.fields)
    link = f"{ANSWER_HERE} {page}" if message.link and page else ""
    body = [_clean(message.text).strip("\n"), facts, link, *_closing(message, page)]
    last = "\n\n".join(part for part in (one_line(head.name), _standing(head)) if part)
    return "\n\n".join([part for part in body if part.strip()] + [f"-----\n{last}"]) + "\n"


def _page(message: Message, head: Letterhead, page: str) -> str:
    return _template().render(
        title=one_line(message.title),
        parts=list(_paragraphs(_clean(message.text))),
        fields=[{"label": one_line(each.label), "value": _clean(each.value)} for each in message.fields],
        before_link=ANSWER_HERE,
        link=page if message.link else "",
        closing=_closing(message, page),
        sent_by=one_line(head.name),
        standing=_standing(head),
    )


@cache
def _template() -> Template:
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True)
    return environment.from_string(page_text("letter.html.j2"))


def _standing(head: Letterhead) -> str:
    return one_line(head.standing) or not_the_way(())


def _closing(message: Message, page: str) -> list[str]:
    """The sentences after the text: the code of the personal page, or where to answer without one."""
    if message.link and page:
        return [f"{THE_CODE} {one_line(message.link_code)}"] if message.link_code else []
    return [TO_ANSWER] if message.buttons else []


def _paragraphs(text: str) -> Iterable[Paragraph]:
    """The parts of a text: what stands between empty lines, with lines that begin with "- " as a list."""
    for block in re.split(r"\n[ \t]*\n", text):
        lines: list[str] = []
        items: list[str] = []
        for line in block.split("\n"):
            if line.startswith("- "):
                if lines:
                    yield Paragraph(lines=tuple(lines))
                    lines = []
                items.append(line[2:])
            elif line.strip():
                if items:
                    yield Paragraph(items=tuple(items))
                    items = []
                lines.append(line)
        if lines:
            yield Paragraph(lines=tuple(lines))
        if items:
            yield Paragraph(items=tuple(items))


def _attach(made: EmailMessage, attached: tuple[Attached, ...]) -> None:
    """Adds calendar entries. A single one is also shown as an invitation; of several, programs would take only one."""
    methods = [_method(each.text) for each in attached]
    if len(attached) == 1 and methods[0]:
        made.add_alternative(attached[0].text, subtype="calendar", cte="base64", params={"method": methods[0]})
    for each in attached:
        made.add_attachment(each.text.encode(), maintype="application", subtype="ics", filename=one_line(each.name))


def _method(text: str) -> str:
    """What a calendar entry asks for, or nothing where it is none that can be shown as an invitation."""
    from icalendar import Calendar  # only letters with an entry need it, and it takes long to load

    try:
        method = str(Calendar.from_ical(text).get("METHOD", "")).upper()
    except ValueError:
        return ""
    return method if method in METHODS else ""
