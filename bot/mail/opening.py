"""The mail door of the settings."""

from collections.abc import Callable

from bot.settings import Settings
from commands.danger import not_the_way
from storage.arrangements.partnership import Arrangements

from .door import MailDoor
from .letters import Letterhead, read_sender
from .smtp import read_url


def mail_door(settings: Settings, arrangements_of: Callable[[str], Arrangements]) -> MailDoor:
    """The door, with each partnership's own head on its letters. The settings must have mail set up."""
    assert settings.smtp_url is not None and settings.mail_from is not None, "has_mail was asked first"

    def head(partnership: str) -> Letterhead:
        found = arrangements_of(partnership)
        return Letterhead(name=found.name, standing=not_the_way([found]))

    return MailDoor(read_url(settings.smtp_url.get_secret_value()), read_sender(settings.mail_from), head)
