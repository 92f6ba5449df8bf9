"""What the doctor looks at where incidents can be notified: whether an alert would reach somebody, and who notices.

Nothing is said of a partnership that has not switched a pathway with alerts on.
"""

from collections.abc import Iterator
from datetime import datetime

from commands import alerting, permissions, watching
from commands.work import Work
from storage.arrangements.agencies import Partner
from storage.arrangements.phrases import listed
from storage.records import partnerships, people
from storage.records.scope import Scope
from storage.records.store import Store

from .check import Check
from .inspecting import named
from .settings import Settings

FILL = "`convenor people import FILE` enters people with their telephone numbers."


def watch_checks(settings: Settings, store: Store, now: datetime) -> Iterator[Check]:
    """The checks of every partnership here in which a pathway with alerts is on, under its short name."""
    with store.reading() as session:
        for running in partnerships.every(session):
            scope = Scope(session, running.id)
            work = Work(scope, permissions.administrator(running.id), now, _no_case)
            pathways = watching.pathways_on(work)
            if pathways:
                name = work.arrangements.short
                yield Check(name, "OK", f"Can be notified here: {listed([pathway.name for pathway in pathways])}.")
                yield from _set_up(settings, work, name)
                yield from _told(work, name)
                yield from _numbers(work, name)


def _no_case() -> str:
    raise AssertionError("the doctor opens no case")


def _set_up(settings: Settings, work: Work, name: str) -> Iterator[Check]:
    """What has to be set while incidents can be notified; what was set when it was switched on may be gone since."""
    if not work.arrangements.front_door.telephone:
        sentence = "The front door's telephone number is not set, so no incident can be notified."
        yield Check(name, "wrong", sentence, "Enter it under front_door, or in the chat with: setup")
    if not settings.encryption_keys:
        sentence = "No encryption key is set, so no incident can be notified."
        yield Check(name, "wrong", sentence, "Make one with `convenor keys`.")
    if settings.heartbeat_url is None:
        sentence = "No heartbeat address is set: nobody would notice if this bot stopped."
        yield Check(name, "wrong", sentence, "Set CONVENOR_HEARTBEAT_URL to an address that somebody watches.")
    if not settings.has_mail:
        sentence = "No mail is set up: there is no paper copy, and who has no chat account is not reached."
        yield Check(name, "wrong", sentence, "Set SMTP_URL and CONVENOR_MAIL_FROM, or GOV.UK Notify.")


def _told(work: Work, name: str) -> Iterator[Check]:
    """Posts that are told of an incident and have nobody, not even somebody who deputises or stands in."""
    posts = watching.told_posts(work)
    empty = [work.arrangements.title(post) for post in posts if not alerting.entitled(work, post)]
    if empty:
        sentence = f"Told of incidents, but nobody is in the post: {named(empty)}."
        yield Check(name, "wrong", sentence, FILL)
    unsaid = [
        watching.partner_name(work, partner) for partner in work.arrangements.partners if _is_unsaid(work, partner)
    ]
    if unsaid:
        sentence = f"Our arrangements do not say who is told of an incident at: {named(unsaid)}."
        yield Check(name, "look", sentence, "Nobody watches this until the definition says it.")
    if not empty and not unsaid:
        yield Check(name, "OK", "Every post that is told of incidents has somebody.")


def _is_unsaid(work: Work, partner: Partner) -> bool:
    return watching.told_post_of(work, partner) is None


def _numbers(work: Work, name: str) -> Iterator[Check]:
    """Posts for which no telephone number is known: the last step, a human who rings, would have nothing to dial."""
    posts = dict.fromkeys([*watching.told_posts(work), *watching.handlers(work)])
    without = [work.arrangements.title(post) for post in posts if not _has_number(work, post)]
    if without:
        sentence = f"No telephone number is known for the last step, at which somebody is rung: {named(without)}."
        yield Check(name, "wrong", sentence, FILL)
    else:
        yield Check(name, "OK", "Whoever is told of incidents can be rung.")


def _has_number(work: Work, post: str) -> bool:
    """Whether a number is known of the post, or of anybody who may answer for it."""
    posts = work.arrangements.posts_by_id
    if post not in posts or posts[post].telephone:
        return post in posts
    found = [people.get(work.scope.session, person) for person in alerting.entitled(work, post)]
    return any(person is not None and person.telephone for person in found)
