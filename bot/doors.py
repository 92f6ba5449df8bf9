"""What the doctor looks at for each door that is set up. Each looks only when it is called, and ten seconds at most."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from storage.arrangements.partnership import Arrangements
from storage.records.store import Store

from . import clock, wiring
from .check import Check, More
from .settings import Settings


def looks(settings: Settings, now: Callable[[], datetime] = clock.now) -> Sequence[More]:
    """The checks of the doors that are set up."""
    found: list[More] = []
    if settings.has_slack:
        found.append(lambda: _slack(settings, now))
    if settings.has_teams:
        found.append(lambda: _teams(settings, now))
    if settings.notify_api_key is not None:
        found.append(lambda: _notify(settings))
    if settings.has_smtp:
        found.append(lambda: _mail(settings))
    if settings.mailbox_url is not None:
        found.append(lambda: _mailbox(settings))
    return found


def _slack(settings: Settings, now: Callable[[], datetime]) -> Sequence[Check]:
    from .slack.checks import checks

    return _with_records(settings, lambda store: checks(settings, store, now))


def _teams(settings: Settings, now: Callable[[], datetime]) -> Sequence[Check]:
    from .teams.checks import checks

    return _with_records(settings, lambda store: checks(settings, store, now))


def _with_records(settings: Settings, looks: Callable[[Store | None], Sequence[Check]]) -> Sequence[Check]:
    """What a look finds, with the database where there is one that can be read."""
    try:
        with wiring.existing(settings) as store:
            return looks(store)
    except (wiring.NotReady, DBAPIError):  # the doctor's own lines say what is wrong with the database
        return looks(None)


def _notify(settings: Settings) -> Sequence[Check]:
    from .notify.checks import checks

    return checks(settings)


def _mail(settings: Settings) -> Sequence[Check]:
    from .mail.opening import mail_door

    def none_needed(partnership: str) -> Arrangements:
        raise KeyError(partnership)  # no letter is written here

    found = mail_door(settings, none_needed).check()
    bounces = (
        f"What bounces later comes to {settings.mail_from} and is not read here: somebody has to read that mailbox."
    )
    return [Check("mail", "OK" if found.ok else "wrong", found.sentence), Check("mail", "OK", bounces)]


def _mailbox(settings: Settings) -> Sequence[Check]:
    from .mail import mailbox

    assert settings.mailbox_url is not None, "it was asked first"
    found = mailbox.check(mailbox.read_url(settings.mailbox_url.get_secret_value()))
    what = f"Of what comes to {settings.answers_to} only calendar answers to our invitations are taken."
    return [Check("mailbox", "OK" if found.ok else "wrong", found.sentence), Check("mailbox", "OK", what)]
