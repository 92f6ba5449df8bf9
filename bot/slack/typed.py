"""What somebody typed, out of what Slack sends: it escapes three signs and makes links of addresses by itself."""

import re

_LINK = re.compile(r"<(?!@)([^<>|]*)\|([^<>]*)>")
_BARE_LINK = re.compile(r"<((?:https?|mailto):[^<>|]*)>")


def as_typed(text: str) -> str:
    """The text as it was typed: links by what was written, `&`, `<` and `>` as themselves.

    A mention of a user stays as Slack writes it (<@U123>): only the bot's own is meant for us.
    """
    plain = _LINK.sub(r"\2", text)
    plain = _BARE_LINK.sub(lambda found: found[1].removeprefix("mailto:"), plain)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def without_mention(text: str) -> str:
    """The text without the first mention: "<@U0BOT> meeting next" is meant as "meeting next"."""
    before, mention, after = text.partition("<@")
    return f"{before} {after.partition('>')[2]}".strip() if mention else text
