"""Any words and any messages for the tests of Slack's blocks and forms, and a reader that knows nothing of how they
were made: it reads blocks as a person does."""

import re
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from storage.records.message import Button, Message, MessageField

PIECES = (
    "The Executive meets.",
    " Is that so? ",
    "*bold*",
    "_low_",
    "~gone~",
    "`code`",
    "<!channel>",
    "<https://ours.example|here>",
    "&amp;",
    "R&D",
    ":smile:",
    "\n> quoted",
    "\n",
    "\n\n",
    " ",
    "\t",
    "Šárka Ångström",
    "👩‍⚕️",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\x00",
    "#3",
    '{"kept":"x"}',
    "a" * 160,
    "word " * 90,
    "&<>" * 50,
    "😀" * 40,
)

pieced = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
texts = st.one_of(pieced, st.text(max_size=60), st.tuples(pieced, st.integers(1, 40)).map(lambda two: two[0] * two[1]))
short = st.one_of(st.text(max_size=12), pieced)
forms = st.dictionaries(st.text(max_size=20), texts, max_size=4)
buttons = st.builds(
    Button, label=short, does=st.text(min_size=1, max_size=20), form=forms, tone=st.sampled_from(("plain", "alert"))
)
fields = st.builds(MessageField, label=short, value=texts)
messages = st.builds(
    Message,
    title=short,
    text=texts,
    fields=st.lists(fields, max_size=25).map(tuple),
    buttons=st.one_of(
        st.lists(buttons, max_size=6), st.builds(lambda button: [button] * 60, buttons), st.lists(buttons, max_size=60)
    ).map(tuple),
    tone=st.sampled_from(("plain", "warning", "alert")),
)


class Keeping:
    """Somewhere to keep what is too long: a box of texts by token."""

    def __init__(self) -> None:
        self.box: dict[str, str] = {}

    def keep(self, text: str) -> str:
        token = f"token-{len(self.box)}"
        self.box[token] = text
        return token

    def kept(self, token: str) -> str | None:
        return self.box.get(token)


def read(text: dict[str, Any]) -> str:
    """What a person reads of a text object."""
    if text["type"] == "plain_text":
        assert text["emoji"] is False
        return str(text["text"])
    assert not re.search(r"<(?!!date\^)", text["text"]), "nothing but our own dates is mark-up"
    shown = re.sub(r"<!date\^\d+\^[^|>]*\|([^>]*)>", r"\1", text["text"])
    shown = re.sub(r"\A\*([^*\n]+)\*(?=\n|\Z)", r"\1", shown)
    assert not re.search(r"[*_~`]|:[^\s:]+:|^&gt;", shown, re.MULTILINE), "Slack would format this"
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def words_of(blocks: Iterable[dict[str, Any]]) -> list[str]:
    """The words in headings, texts and facts, in order."""
    found = []
    for block in blocks:
        if block["type"] in ("header", "section"):
            found += [read(text) for text in (block.get("text"), *block.get("fields", ())) if text]
    return found


def small_words_of(blocks: Iterable[dict[str, Any]]) -> list[str]:
    """The words in small lines."""
    return [" ".join(map(read, block["elements"])) for block in blocks if block["type"] == "context"]


def buttons_of(blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The buttons, in order."""
    return [one for block in blocks if block["type"] == "actions" for one in block["elements"]]


def letters(*texts: str) -> str:
    """Texts without what may be lost or added between pieces: white space, and the colon after a label."""
    return "".join("".join(texts).split()).replace(":", "")


def said_by(message: Message) -> str:
    """All letters of a message, in order."""
    return letters(message.title, message.text, *(part for f in message.fields for part in (f.label, f.value)))
