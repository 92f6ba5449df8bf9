"""Whether all is well: `convenor doctor`, and the proof that the ledger is whole: `convenor audit`."""

import click

from bot import clock as real_clock
from bot import doctor as doctor_
from bot import doors, wiring
from bot import settings as settings_
from storage.arrangements.phrases import counted
from storage.records import ledger, partnerships
from storage.records.scope import Scope
from storage.records.store import Store

from . import choosing
from .telling import Mistake, Trouble

OWN = "installation"
"""What people call the chain of the installation itself."""


@click.command(short_help="Look at everything, and say what is to be done.")
@click.option("--leak-drill", is_flag=True, help="Play an invented case instead, and look where its words come out.")
@click.pass_context
def doctor(ctx: click.Context, leak_drill: bool) -> None:
    """Look at settings, keys, database, clock, people and messages. Exit code 1 when something is to be done.

    Each line says how it is: OK, look (worth a look) or wrong. With --leak-drill nothing of this installation is
    looked at: an invented case is played on a passing database, and each place is searched for marked words.
    """
    if leak_drill:
        ctx.exit(_leak_drill())
    found = doctor_.examine(real_clock.now(), doors.looks)
    for check in found:
        click.echo(f"{check.state:<5}  {check.name}: {check.sentence}{' ' + check.todo if check.todo else ''}")
    to_do = {state: sum(check.state == state for check in found) for state in ("wrong", "look")}
    words = [words for words in (_number(to_do["wrong"], "wrong"), _number(to_do["look"], "to look at")) if words]
    click.echo(f"\n{', '.join(words)}." if words else "\nAll is well.")
    ctx.exit(1 if words else 0)


def _leak_drill() -> int:
    """Plays it and prints what it found; the exit code."""
    try:
        from bot.leak_drill.drill import run
    except ImportError as lacks:
        extras = 'The administrator can install "convenor[web,word,notify]".'
        raise Trouble(f"The leak drill needs what our own pages need ({lacks.name} is missing). {extras}") from None
    click.echo("Playing an invented case on a passing database; nothing is sent. It takes about a minute.")
    report = run()
    click.echo("\n".join(report.lines()))
    return 0 if report.clean else 1


def _number(number: int, words: str) -> str:
    return f"{counted(number, 'thing')} {words}" if number else ""


@click.group(short_help="The ledger: whether it is whole, and its heads.")
def audit() -> None:
    """The ledger: one chain of entries for each partnership, sealed with the audit key."""


@audit.command(short_help="Find the first entry that was changed, removed, inserted or cut off.")
@click.argument("name", required=False)
@click.option("--head", help='A head noted earlier, like "17:ab12…": the chain must still hold it.')
def verify(name: str | None, head: str | None) -> None:
    """Walk each chain, or one, from its first entry. Exit code 1 where it is not whole."""
    settings = settings_.read()
    if settings.ledger_key is None:
        raise Trouble("CONVENOR_AUDIT_KEY is not set; without the key that sealed the ledger nothing can be verified.")
    broken = wrong_key = False
    with wiring.existing(settings) as store:
        chains = _chains(store, name)
        if head is not None and len(chains) > 1 and name is None:
            raise Mistake(f"A head belongs to one chain; say which: {', '.join(map(_words, chains))}.")
        assert store is not None
        for chain in chains:
            verdict = _verdict(store, chain, settings.ledger_key, head)
            broken = broken or (verdict.broken_at is not None and not verdict.wrong_key)
            wrong_key = wrong_key or verdict.wrong_key
            entries = "1 entry" if verdict.entries == 1 else f"{verdict.entries} entries"
            click.echo(f"{_words(chain)}: {verdict.sentence or f'{entries}, whole. Head {verdict.head}'}")
    if wrong_key and not broken:
        sentence = "So nothing is proved. Put the key of this ledger back into CONVENOR_AUDIT_KEY, from the copy that"
        raise Trouble(f"{sentence} is kept elsewhere. If it is the right one, somebody has put another chain here.")
    if broken:
        raise Trouble("The ledger is not whole. Keep a copy of the database as it is, and look at your backups.")


def _verdict(store: Store, chain: str, key: bytes, head: str | None) -> ledger.Verdict:
    with store.reading() as session:
        try:
            return ledger.verify(Scope(session, chain), key, head)
        except ValueError as wrong:
            raise Mistake(f"--head: {wrong}.") from None


@audit.command(short_help="Print the head of each chain, to be noted elsewhere.")
@click.argument("name", required=False)
def head(name: str | None) -> None:
    """Print the head of each chain, or of one. Noted elsewhere it shows later whether the end was cut off."""
    settings = settings_.read()
    with wiring.existing(settings) as store:
        chains = _chains(store, name)
        assert store is not None
        with store.reading() as session:
            for chain in chains:
                click.echo(f"{_words(chain)} {ledger.head(Scope(session, chain))}")


def _chains(store: Store | None, name: str | None) -> list[str]:
    """The chains that are meant: one partnership's, or all and the installation's own."""
    if store is None:
        raise Trouble("There is no database yet, so there is no ledger: `convenor apply FILE` makes it.")
    if name == OWN:
        return [ledger.INSTALLATION]
    if name is not None:
        return [choosing.running(store, name)]
    with store.reading() as session:
        ids = [each.id for each in partnerships.every(session)]
        own = session.get(ledger.Head, ledger.INSTALLATION) is not None
    return [*ids, *([ledger.INSTALLATION] if own else [])]


def _words(chain: str) -> str:
    return OWN if chain == ledger.INSTALLATION else chain
