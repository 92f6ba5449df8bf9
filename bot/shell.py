"""The shell: `convenor` and its commands, each registered here and living with its idea."""

import click

from .terminal import (
    adopting,
    agreed,
    attended,
    console,
    demo,
    identities,
    incidents,
    packs,
    people,
    proposals,
    rehearsing,
    return_settings,
    returns,
    running,
    slack,
    teams,
    watching,
)
from .terminal.telling import Shell


@click.group(cls=Shell, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="convenor", message="%(prog)s %(version)s")
def main() -> None:
    """Convenor does the secretariat's work of a multi-agency safeguarding partnership.

    It is not the way to get help for a child: in danger now ring 999, else the local front door.
    """


for command in (
    demo.demo,
    adopting.init,
    adopting.keys,
    agreed.check,
    agreed.calendar,
    agreed.clock,
    rehearsing.rehearse,
    adopting.plan,
    adopting.apply,
    adopting.export,
    people.people,
    proposals.proposals,
    incidents.incident,
    attended.meetings,
    returns.returns,
    running.run,
    running.tick,
    watching.doctor,
    watching.audit,
    console.console,
    slack.slack,
    teams.teams_package,
    teams.teams,
):
    main.add_command(command)

for command in (identities.account, identities.code, identities.confirm):
    people.people.add_command(command)

returns.returns.add_command(return_settings.enrol)
returns.returns.add_command(packs.pack)
