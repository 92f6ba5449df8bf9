"""A mail server and our own pages beside any door: whoever has no account there is written to, and answers by a link.

    driver = with_letters(TerminalDriver)(folder)
    page = Browser().follows(driver.link_to("chair@school.example", "please answer"))

Only the clock is stepped, for the pages as for the bot.
"""

import re
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

from pydantic import SecretStr

from bot.mail.opening import mail_door
from bot.settings import Settings
from bot.web.opening import Pages
from bot.web.serving import Server, application
from commands.definitions import Definition
from scheduler.delivery import Delivery
from scheduler.doors import Door
from storage.arrangements.partnership import Arrangements
from tests.bot.mail.office import MailOffice, a_mail_office
from tests.offices import ALL_WAYS
from tests.scenarios.language import plain
from tests.scenarios.played import Played
from tests.scenarios.web import KEY

_LINK = re.compile(r"http://127\.0\.0\.1:\d+/l/\S+")


@dataclass
class Letters(Played):
    """What a driver has beside its own door. It stands before the driver's class, so that `open` and `close` meet."""

    ways: frozenset[str] = ALL_WAYS
    _open: ExitStack = field(default_factory=ExitStack)
    _read: list[EmailMessage] = field(default_factory=list)

    def more_doors(self) -> dict[str, Door]:
        """What there is beside chat and mail."""
        return {}

    def open(self, partnerships: Sequence[str | Definition], at: str) -> None:
        """Opens the driver's own door, then the mail server and the pages."""
        super().open(partnerships, at)  # the driver, which comes after this class
        self.mail: MailOffice = self._open.enter_context(a_mail_office())
        listening = socket.create_server(("127.0.0.1", 0))
        settings = Settings.model_construct(
            base_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
            encryption_keys=(SecretStr(KEY),),
            smtp_url=SecretStr(f"smtp://127.0.0.1:{self.mail.port}?tls=none"),
            mail_from="Safeguarding partnership <convenor@partnership.example>",
        )
        self.pages = Pages(settings, self.runner, lambda: self.now)
        self._open.callback(Server(application(self.pages.routes()), listening).stop)
        letters = mail_door(settings, self._arrangements, self.pages.addresses.url_of)
        doors = {**self.delivery.doors, letters.name: letters, **self.more_doors()}
        self.delivery = Delivery(self.runner, doors, threads=0)

    def close(self) -> None:
        """Lets go of all of it."""
        self._open.close()
        super().close()

    def _arrangements(self, partnership: str) -> Arrangements:
        return self.definitions[partnership].arrangements

    # What came by mail

    def letters_to(self, address: str) -> list[EmailMessage]:
        """What came to an address, oldest first."""
        new = self.mail.taken[len(self._read) :]
        self._read += [BytesParser(policy=default).parsebytes(envelope.original_content or b"") for envelope in new]
        taken = zip(self.mail.taken, self._read, strict=True)
        return [letter for envelope, letter in taken if address in envelope.rcpt_tos]

    def words_to(self, address: str, *texts: str) -> list[str]:
        """Subject and text of the letters to an address with all of these texts, oldest first."""
        words = [words_of(letter) for letter in self.letters_to(address)]
        return [one for one in words if all(plain(text) in plain(one) for text in texts)]

    def letter_to(self, address: str, *texts: str) -> str:
        """The newest of those; there must be one."""
        found = self.words_to(address, *texts)
        there = "\n---\n".join(self.words_to(address))
        assert found, f"{address} has no letter with {texts} in:\n{there}"
        return found[-1]

    def link_to(self, address: str, *texts: str) -> str:
        """The only link in it."""
        [link] = _LINK.findall(self.letter_to(address, *texts))
        return str(link)


def words_of(letter: EmailMessage) -> str:
    """What a letter says: its subject, then its plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return f"{letter['Subject']}\n{body.get_content()}"


def with_letters(driver: type[Played]) -> type[Letters]:
    """The driver of a door with a mail server and pages beside it."""
    found = dataclass(type(f"{driver.__name__}WithLetters", (Letters, driver), {}))
    assert issubclass(found, Letters)
    return found
