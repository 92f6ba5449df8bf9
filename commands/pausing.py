"""Pausing a partnership: nothing but alerts goes out, and nobody is asked anything, until it is resumed.

Reminders wait and are looked at again on resuming: each kind's late policy says what is still said, once, and what is
of no more use. Messages that wait past their `expires_at` are dropped by delivery. Planning goes on every night.
"""

from storage.records import partnerships
from storage.records.message import Button, Message
from storage.records.partnerships import Partnership

from .action import Action, Form
from .people import KEEPS
from .refusals import Refused
from .words import hour, long_day
from .work import Work


class Nothing(Form):
    """No more to say."""


def _pause(work: Work, _form: Nothing) -> Message:
    running = _running(work)
    if running.paused_since is not None:
        raise Refused(f"{_since(work, running)}. To go on, write: resume")
    running.paused_since, running.paused_by = work.now, work.actor.id
    work.scope.session.add(running)
    work.note("partnership", paused=True)
    work.changed("sending", "on", "paused")
    work.can_be_taken_back("partnership.resume", {}, "pausing")
    text = "Nothing but alerts is sent, and nobody is reminded. What is still of use then goes out when you resume."
    return Message(title="Paused", text=text, buttons=(Button(label="Resume", does="partnership.resume"),))


def _resume(work: Work, _form: Nothing) -> Message:
    running = _running(work)
    if running.paused_since is None:
        raise Refused("Nothing is paused.")
    since = _since(work, running)
    running.paused_since, running.paused_by = None, None
    work.scope.session.add(running)
    work.note("partnership", paused=False)
    work.changed("sending", "paused", "on")
    work.can_be_taken_back("partnership.pause", {}, "resuming")
    text = f"{since}. What waited is looked at again: what is still of use goes out now, late; the rest is left."
    return Message(title="Resumed", text=text)


def _running(work: Work) -> Partnership:
    running = partnerships.find(work.scope)
    assert running is not None, "the permission check has read its arrangements"
    return running


def _since(work: Work, running: Partnership) -> str:
    assert running.paused_since is not None
    local = running.paused_since.astimezone(work.terms.zone)
    return f"It was paused at {hour(local)} on {long_day(local.date())}"


PAUSE = Action("partnership.pause", Nothing, _pause, KEEPS, "pause all sending but alerts")
RESUME = Action("partnership.resume", Nothing, _resume, KEEPS, "resume sending")

ACTIONS = (PAUSE, RESUME)
