"""What the commands of the shell share: sentences instead of traces, dates and times as people write them."""

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

import click
from sqlalchemy.exc import OperationalError

from bot.settings import WrongSettings
from bot.wiring import NotReady
from commands.definitions import DefinitionRefused
from commands.outcomes import Outcome
from commands.refusals import Refused
from commands.tracing import trace_of
from storage.arrangements.calendars import CalendarEnds
from storage.arrangements.clocks import UnknownFact, UnknownPathway
from storage.records.schema import DatabaseRefused

Command = TypeVar("Command", bound=Callable[..., object])


class Mistake(click.ClickException):
    """Wrong input: sentences on stderr, exit code 2."""

    exit_code = 2

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))

    def show(self, file: Any = None) -> None:
        """Prints the sentences as they are."""
        click.echo(self.message, err=True)


class Trouble(Mistake):
    """Right input, but something is in the way: exit code 1."""

    exit_code = 1


class Shell(click.Group):
    """A group of commands that turns every known refusal into sentences on stderr."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; what we know how to say is said, the rest gets a reference and a trace in the log."""
        try:
            return super().invoke(ctx)
        except DefinitionRefused as refused:
            raise Mistake(
                *(f"{one.place}: {one.sentence} Wanted: {one.want}." for one in refused.findings.errors)
            ) from None
        except WrongSettings as wrong:
            raise Mistake(*wrong.sentences) from None
        except (UnknownFact, UnknownPathway, CalendarEnds) as unknown:
            raise Mistake(str(unknown.args[0])) from None
        except (NotReady, Refused, DatabaseRefused) as refused_:
            raise Trouble(str(refused_)) from None
        except OperationalError as error:
            sentence = "The database cannot be used. Look at CONVENOR_DATABASE_URL; `convenor doctor` says more."
            raise Trouble(sentence, *trace_of(error)[-1:]) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # Click has its own way with these
        except Exception as error:
            number = uuid.uuid4().hex[:12]
            sentence = (
                f"Something went wrong on our side. Tell whoever looks after Convenor this number, {number}, and:"
            )
            raise Trouble(sentence, *trace_of(error)) from None


class Day(click.ParamType[date]):
    """A day, written like 2027-01-14."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Reads a day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is no date. Write it like 2027-01-14.', param, ctx)


class Moment(click.ParamType[date | datetime]):
    """A day, or a day with a time: 2027-01-14, 2027-01-14T16:00 or 2027-01-14T16:00+01:00."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | datetime:
        """Reads a time; one without offset stays so, the partnership's zone is put to it by whoever knows it."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is no time. Write it like 2027-01-14T16:00, or 2027-01-14.', param, ctx)


DAY = Day()
MOMENT = Moment()


def formats(*names: str) -> Callable[[Command], Command]:
    """The option --format with these names; the first is the one for people."""
    return click.option(
        "--format", "format_", type=click.Choice(names), default=names[0], show_default=True, help="How it is printed."
    )


def print_json(value: object) -> None:
    """Prints a value as JSON, and nothing else."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def note(sentences: Iterable[str]) -> None:
    """Says something beside the answer, on stderr."""
    for sentence in sentences:
        click.echo(sentence, err=True)


def done(outcome: Outcome) -> Outcome:
    """The outcome if something was done. Raises Mistake with the refusals otherwise."""
    if outcome.refused:
        raise Mistake(*(str(refusal) for refusal in outcome.refusals))
    return outcome
