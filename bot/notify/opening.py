"""GOV.UK Notify as the settings have it: its doors, and the watch over what they sent."""

from collections.abc import Callable, Sequence

from bot.mail.door import no_page
from bot.mail.opening import heads
from bot.settings import Settings
from commands.runner import Runner
from storage.arrangements.partnership import Arrangements

from .client import TIMEOUT, Notify
from .door import NotifyMailDoor, TextDoor
from .watching import Watching


def service(settings: Settings, timeout: float = TIMEOUT) -> Notify:
    """The service at Notify. The settings must have a key."""
    assert settings.notify_api_key is not None, "has_notify was asked first"
    return Notify(settings.notify_api_key.get_secret_value(), settings.notify_url or "", timeout)


def notify_doors(
    settings: Settings, arrangements_of: Callable[[str], Arrangements], url_of: Callable[[str], str] = no_page
) -> Sequence[TextDoor | NotifyMailDoor]:
    """The doors that go through Notify: text messages, and mail where there is no mail server.

    `url_of` gives the address of a personal link by its id; empty where there are no pages.
    """
    found: list[TextDoor | NotifyMailDoor] = []
    if settings.notify_mail_template and not settings.has_smtp:
        reply_to, head = settings.notify_mail_reply_to or "", heads(arrangements_of)
        found.append(NotifyMailDoor(service(settings), settings.notify_mail_template, reply_to, head, url_of))
    if settings.notify_text_template:
        found.append(TextDoor(service(settings), settings.notify_text_template, settings.notify_text_sender or ""))
    return found


def watch(settings: Settings, runner: Runner) -> Watching:
    """The watch over what was sent through Notify."""
    return Watching(service(settings), runner)
