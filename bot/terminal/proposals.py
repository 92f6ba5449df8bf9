"""`convenor proposals`: what waits for a second person, and the administrator as that person."""

import click

from bot import clock as real_clock
from bot import settings as settings_
from bot import wiring
from commands import permissions, proposing
from storage.records.scope import Scope

from . import choosing
from .telling import done

_IN = click.option("--in", "name", metavar="NAME", help="The partnership; needed where several run here.")
_NUMBER = click.argument("number", metavar="NUMBER")


@click.group(short_help="What waits for a second person.")
def proposals() -> None:
    """What takes two people, was proposed by one, and waits for another.

    Here stands what changes who hears of cases. Who is on the list of a case is agreed to by people on it, in the chat.
    """


@proposals.command("list", short_help="Say what waits.")
@_IN
def list_(name: str | None) -> None:
    """Say what waits for a second person who can be the administrator."""
    installation = wiring.open(settings_.read())
    try:
        actor, now = permissions.administrator(choosing.running(installation.store, name)), real_clock.now()
        with installation.store.reading() as session:
            work = installation.runner.work(Scope(session, actor.partnership), actor, now)
            click.echo(
                "\n".join(proposing.described(work, each) for each in proposing.waiting(work)) or "Nothing waits."
            )
    finally:
        installation.close()


@proposals.command("agree", short_help="Agree to it, as the second person.")
@_NUMBER
@_IN
def agree(number: str, name: str | None) -> None:
    """Agree to what somebody proposed, because you have made sure that it is right: it is done then."""
    _perform("proposal.agree", number, name)


@proposals.command("refuse", short_help="Do not agree to it.")
@_NUMBER
@_IN
def refuse(number: str, name: str | None) -> None:
    """Do not agree to what somebody proposed, so that nothing changes."""
    _perform("proposal.refuse", number, name)


def _perform(action: str, number: str, name: str | None) -> None:
    installation = wiring.open(settings_.read())
    try:
        actor = permissions.administrator(choosing.running(installation.store, name))
        form = {"proposal": number}
        outcome = done(installation.runner.perform(actor, action, form, None, real_clock.now()))
        assert outcome.answer is not None
        click.echo(f"{outcome.answer.title}\n{outcome.answer.text}")
    finally:
        installation.close()
