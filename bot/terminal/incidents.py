"""Incidents at the shell: there is nothing to be seen here, and the words for somebody who looks for it."""

import click

from .telling import Shell, Trouble


@click.group(cls=Shell, short_help="Incidents are kept in chat and on our own pages, not here.")
def incident() -> None:
    """Who may know of an incident is on its list. Whoever has the machine is on none, so nothing is shown here."""


@incident.command(
    short_help="Says where the process record of an incident is had.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def record(words: tuple[str, ...]) -> None:
    """Say where the process record is had. It is made for somebody on the list of the incident, and never here."""
    del words  # whatever was asked for, the answer is the same: it is not said whether there is such an incident
    raise Trouble(
        "The process record is made for those on the list of an incident, and nobody at this machine is known to be.",
        "Whoever is on the list writes in chat: incident record REFERENCE. A personal link then comes by mail,",
        "and behind it the record is read and downloaded as a Word document. That it was opened is written down.",
    )
