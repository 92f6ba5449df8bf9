"""The shell: `convenor` and its commands, each registered here and living with its idea."""

import click

from .terminal import agreed, rehearsing
from .terminal.telling import Shell


@click.group(cls=Shell, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="convenor", message="%(prog)s %(version)s")
def main() -> None:
    """Convenor does the secretariat's work of a multi-agency safeguarding partnership.

    It is not the way to get help for a child: in danger now ring 999, else the local front door.
    """


for command in (agreed.check, agreed.calendar, agreed.clock, rehearsing.rehearse):
    main.add_command(command)
