"""What the doctor looks at in GOV.UK Notify: the key, the templates and what they ask for, the senders, the clock.

Notify's own numbers for trying out are written to: it looks at everything as for a real message, sends nothing and
keeps nothing (its documentation, under "Smoke testing"). Each question takes ten seconds at most.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.check import Check
from bot.settings import Settings

from .client import Notify, NotTaken, Why
from .opening import service

TIMEOUT = 10.0

NUMBER = "07700900000"
ADDRESS = "simulate-delivered@notifications.service.gov.uk"
"""Whom Notify takes messages for and sends none: documented there for this very purpose."""

TEXT_FIELDS = frozenset({"message"})
MAIL_FIELDS = frozenset({"subject", "body"})
"""What our templates ask for; docs/mail-and-text.md has them whole."""

TEXT_SETTING = "CONVENOR_NOTIFY_TEXT_TEMPLATE"
MAIL_SETTING = "CONVENOR_NOTIFY_MAIL_TEMPLATE"

PAGE = "docs/mail-and-text.md"

_TODO: Mapping[Why, str] = {
    "team": "Use a live key, and have the service made live (Settings, Request to go live).",
    "template": f"Make the template as {PAGE} has it, and put its id into the settings.",
    "words": f"Make the template as {PAGE} has it.",
    "sender": "Take the id of the sender, or of the address for answers, from the service's settings.",
    "not allowed": "Switch this kind of message on in the service's settings.",
    "clock": "Set this machine's clock right, and keep it right with a time server.",
    "key": "Make a new live key (API integration, API keys), and put all of it into GOVUK_NOTIFY_API_KEY.",
    "day's limit": "Wait until midnight, or ask for a higher limit in the service's settings.",
    "missing": f"Make the template as {PAGE} has it, and put its id into the settings.",
    "reach": "Is the network up, and may this machine reach it? Alerts are tried every minute.",
}
_WAIT = "Try again in a few minutes."


def checks(settings: Settings, timeout: float = TIMEOUT) -> Sequence[Check]:
    """The lines for Notify. `timeout` in seconds."""
    return list(_checks(settings, service(settings, timeout)))


def _checks(settings: Settings, notify: Notify) -> Iterator[Check]:
    if settings.notify_mail_template and settings.has_smtp:
        sentence = f"{MAIL_SETTING} is not used, since mail goes by SMTP_URL."
        yield Check("mail", "look", sentence, "Leave one of the two out.")
    if settings.notify_text_template:
        template, sender = settings.notify_text_template, settings.notify_text_sender or ""
        yield _looked(
            "text",
            notify,
            (TEXT_SETTING, template, "sms", TEXT_FIELDS),
            lambda: notify.text(NUMBER, template, "Trying out", sender=sender),
        )
    if settings.notify_mail_template and not settings.has_smtp:
        mail, reply_to = settings.notify_mail_template, settings.notify_mail_reply_to or ""
        yield _looked(
            "mail",
            notify,
            (MAIL_SETTING, mail, "email", MAIL_FIELDS),
            lambda: notify.mail(ADDRESS, mail, "Trying out", "Trying out", reply_to=reply_to),
        )


_KINDS = {"sms": "text messages", "email": "mail"}


def _looked(
    name: str, notify: Notify, wanted: tuple[str, str, str, frozenset[str]], trying_out: Callable[[], None]
) -> Check:
    setting, id_, kind, fields = wanted
    try:
        template = notify.template(id_)
        if template.kind != kind:
            sentence = f"{setting} is a template for something else than {_KINDS[kind]}."
            return Check(name, "wrong", sentence, f"Make one as {PAGE} has it.")
        if template.asks != fields:
            return Check(name, "wrong", _asks(setting, template.asks, fields), f"Make it as {PAGE} has it.")
        trying_out()
    except NotTaken as failure:
        if failure.why == "missing":
            sentence = f"GOV.UK Notify has no template with the id in {setting}."
            return Check(name, "wrong", sentence, _TODO["missing"])
        return Check(name, "wrong", f"{_first_large(failure.sentence)}.", _TODO.get(failure.why, _WAIT))
    sentence = (
        f"GOV.UK Notify takes our key, template and sender; it was asked with its own trial recipient, and sent "
        f"nothing. Failures are asked for each minute; {_KINDS[kind]} that Notify took may still reach nobody."
    )
    return Check(name, "OK", sentence)


def _asks(setting: str, asks: frozenset[str], fields: frozenset[str]) -> str:
    lacks = " and ".join(f"(({each}))" for each in sorted(fields - asks))
    more = " and ".join(f"(({each}))" for each in sorted(asks - fields))
    parts = [f"lacks {lacks}" if lacks else "", f"asks for {more}, which is not filled in" if more else ""]
    return f"The template of {setting} {' and '.join(part for part in parts if part)}."


def _first_large(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
