"""What the doctor looks at for each door that is set up. Each looks only when it is called, and ten seconds at most."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from storage.arrangements.partnership import Arrangements

from . import clock, wiring
from .check import Check, More
from .settings import Settings


def looks(settings: Settings, now: Callable[[], datetime] = clock.now) -> Sequence[More]:
    """The checks of the doors that are set up."""
    found: list[More] = []
    if settings.has_slack:
        found.append(lambda: _slack(settings, now))
    if settings.has_mail:
        found.append(lambda: _mail(settings))
    return found


def _slack(settings: Settings, now: Callable[[], datetime]) -> Sequence[Check]:
    from .slack.checks import checks

    try:
        with wiring.existing(settings) as store:
            return checks(settings, store, now)
    except (wiring.NotReady, DBAPIError):  # the doctor's own lines say what is wrong with the database
        return checks(settings, None, now)


def _mail(settings: Settings) -> Sequence[Check]:
    from .mail.opening import mail_door

    def none_needed(partnership: str) -> Arrangements:
        raise KeyError(partnership)  # no letter is written here

    found = mail_door(settings, none_needed).check()
    return [Check("mail", "OK" if found.ok else "wrong", found.sentence)]
