"""The mail door of the settings, and what reads the mailbox to which calendar programs answer."""

from collections.abc import Callable

from bot.settings import Settings
from commands.danger import not_the_way
from commands.runner import Runner
from storage.arrangements.partnership import Arrangements

from . import mailbox
from .answers import Answers
from .door import MailDoor, no_page
from .letters import Letterhead, read_sender
from .smtp import read_url


def mail_door(
    settings: Settings, arrangements_of: Callable[[str], Arrangements], url_of: Callable[[str], str] = no_page
) -> MailDoor:
    """The door, with each partnership's own head on its letters. The settings must have a mail server.

    `url_of` gives the address of a personal link by its id; empty where there are no pages.
    """
    assert settings.smtp_url is not None and settings.mail_from is not None, "has_smtp was asked first"
    server, sender = read_url(settings.smtp_url.get_secret_value()), read_sender(settings.mail_from)
    return MailDoor(server, sender, heads(arrangements_of), url_of)


def answers(settings: Settings, runner: Runner) -> Answers:
    """What takes the answers of calendar programs. The settings must have a mailbox."""
    assert settings.mailbox_url is not None, "the wiring has asked first"
    return Answers(mailbox.read_url(settings.mailbox_url.get_secret_value()), runner)


def heads(arrangements_of: Callable[[str], Arrangements]) -> Callable[[str], Letterhead]:
    """What gives each partnership's letterhead by its id."""

    def head(partnership: str) -> Letterhead:
        found = arrangements_of(partnership)
        return Letterhead(name=found.name, standing=not_the_way([found]))

    return head
