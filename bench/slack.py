"""A read and a write through Slack's Socket Mode beside a bare Bolt echo, in one run, each bot in its own process.

The bot is the real one, `convenor run` on a SQLite file; `load` types as fast as answers come. All take turns, and the
best turn of each counts: what else the machine does falls on all of them.
"""

import asyncio
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot import clock, wiring
from bot.settings import Settings
from commands import rehearsing
from commands.definitions import load as load_definition

from .load import Line, Load, NoAnswer, Rounds
from .measuring import say

PARTNERSHIP = "gloucestershire"
DELAY = 0.1
"""Seconds that Slack takes for a post in the slow half: a stand-in that answers at once flatters."""

ECHO, BOT = "xapp-echo", "xapp-convenor"
WARM_UP = 0.5
MOST_WAIT = 60.0


@dataclass(frozen=True)
class Kind:
    """What is typed to which bot, and a word of the answer."""

    bot: str
    line: Line
    sees: str


def through_slack(levels: Sequence[int], seconds: float, turns: int) -> dict[str, object]:
    """Rounds a second and their times, for so many lines under way, with and without a slow Slack.

    `seconds` is how long each turn lasts. Ratios are of rounds a second at the same level of the same run.
    """
    return asyncio.run(_measure(levels, seconds, turns))


async def _measure(levels: Sequence[int], seconds: float, turns: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="convenor-bench-") as name:
        folder = Path(name)
        settings = _prepared(folder)
        emails = _emails()
        kinds = _kinds(emails)
        async with Load(emails) as slack:
            with _process([sys.executable, "-m", "bench.echo", slack.url, ECHO, "xoxb-echo"], {}, folder) as echo:
                echo_first = await _first_answer(slack, kinds["echo"], echo)
                run = [sys.executable, "-c", "from bot.shell import main; main()", "run"]
                with _process(run, _environment(settings, slack.url), folder) as bot:
                    first = await _first_answer(slack, kinds["read"], bot)
                    await slack.quiet()
                    figures = {
                        "at_once": await _at_levels(slack, kinds, levels, seconds, turns),
                        "each_post_100_ms_later": await _slowly(slack, kinds, levels, seconds, turns),
                    }
                    memory = {"echo": _megabytes(echo), "convenor": _megabytes(bot)}
    return {
        "partnership": PARTNERSHIP,
        "turns": turns,
        "seconds_a_turn": seconds,
        **figures,
        "first_answer_s": {"echo": round(echo_first, 2), "convenor": round(first, 2)},
        "memory_mb": memory,
    }


async def _slowly(
    slack: Load, kinds: Mapping[str, Kind], levels: Sequence[int], seconds: float, turns: int
) -> dict[str, object]:
    slack.delay = DELAY
    try:
        return await _at_levels(slack, kinds, levels, seconds, turns)
    finally:
        slack.delay = 0.0


async def _at_levels(
    slack: Load, kinds: Mapping[str, Kind], levels: Sequence[int], seconds: float, turns: int
) -> dict[str, object]:
    found: dict[str, object] = {}
    for at_once in levels:
        say(f"Echo, read and write through Socket Mode, {at_once} under way")
        best = await _best(slack, kinds, at_once, seconds, turns)
        rates = {name: len(rounds.times) / rounds.seconds for name, rounds in best.items()}
        found[str(at_once)] = {name: _figures(rounds) for name, rounds in best.items()} | {
            f"{name}_beside_echo": round(rates[name] / rates["echo"], 3) for name in kinds if name != "echo"
        }
    return found


async def _best(slack: Load, kinds: Mapping[str, Kind], at_once: int, seconds: float, turns: int) -> dict[str, Rounds]:
    best: dict[str, Rounds] = {}
    for _ in range(turns):
        for name, kind in kinds.items():
            await slack.rounds(kind.bot, kind.line, kind.sees, at_once=at_once, seconds=WARM_UP * min(seconds, 1))
            rounds = await slack.rounds(kind.bot, kind.line, kind.sees, at_once=at_once, seconds=seconds)
            before = best.get(name)
            if before is None or len(rounds.times) / rounds.seconds > len(before.times) / before.seconds:
                best[name] = rounds
    return best


def _figures(rounds: Rounds) -> dict[str, float]:
    cuts = statistics.quantiles(rounds.times, n=100) if len(rounds.times) > 1 else [rounds.times[0]] * 99
    return {
        "rounds_a_second": round(len(rounds.times) / rounds.seconds),
        "p50_ms": round(cuts[49] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
    }


# What is typed


def _emails() -> list[str]:
    arrangements = load_definition(PARTNERSHIP).arrangements
    return [rehearsing.address_of(PARTNERSHIP, post.id) for post in arrangements.posts if not post.vacant]


def _kinds(emails: Sequence[str]) -> dict[str, Kind]:
    """Reads are everybody's, in turn; the writes are the business manager's, each with its own key."""
    manager = rehearsing.address_of(PARTNERSHIP, load_definition(PARTNERSHIP).arrangements.secretariat.business_manager)
    read = "meeting next executive"
    write = "action add Send the dashboard {} for business manager"
    return {
        "echo": Kind(ECHO, lambda n: (emails[n % len(emails)], read), "You wrote"),
        "read": Kind(BOT, lambda n: (emails[n % len(emails)], read), "Executive"),
        "write": Kind(BOT, lambda n: (manager, write.format(n)), "is entered"),
    }


async def _first_answer(slack: Load, kind: Kind, process: subprocess.Popen[bytes]) -> float:
    """Seconds from now until a bot that was just started has answered a line well. Raises NoAnswer."""
    began = time.perf_counter()
    while process.poll() is None and time.perf_counter() - began < MOST_WAIT:
        if slack.has(kind.bot) and kind.sees in await slack.types(kind.bot, *kind.line(0)):
            return time.perf_counter() - began
        await asyncio.sleep(0.02)
    raise NoAnswer(f"the bot {kind.bot} did not answer within {MOST_WAIT:.0f} seconds")


# The bots


def _prepared(folder: Path) -> Settings:
    """A database with the partnership at work and a person in every post, who is yet to be found in Slack."""
    settings = Settings.model_construct(
        database_url=f"sqlite:///{folder / 'convenor.db'}",
        audit_key=SecretStr(secrets.token_urlsafe(48)),
        encryption_keys=(SecretStr(Fernet.generate_key().decode()),),
    )
    installation = wiring.open(settings)
    try:
        rehearsing.open_office(installation.runner, load_definition(PARTNERSHIP), clock.now(), "rehearsal")
    finally:
        installation.close()
    return settings


def _environment(settings: Settings, url: str) -> dict[str, str]:
    assert settings.audit_key is not None
    return {
        "CONVENOR_DATABASE_URL": settings.database_url,
        "CONVENOR_AUDIT_KEY": settings.audit_key.get_secret_value(),
        "CONVENOR_ENCRYPTION_KEYS": ",".join(key.get_secret_value() for key in settings.encryption_keys),
        "SLACK_API_URL": url,
        "SLACK_APP_TOKEN": BOT,
        "SLACK_BOT_TOKEN": "xoxb-convenor",
    }


@contextmanager
def _process(command: Sequence[str], more: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A bot in a process of its own, ended afterwards; its log is shown where something went wrong."""
    log = folder / f"{len(list(folder.glob('*.log')))}.log"
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("CONVENOR_", "SLACK_"))}
    with log.open("wb") as told, subprocess.Popen(command, env=ours | more, stdout=told, stderr=told) as process:
        try:
            yield process
        except BaseException:
            say(log.read_text(errors="replace")[-4000:])
            raise
        finally:
            process.terminate()
            process.wait()


def _megabytes(process: subprocess.Popen[bytes]) -> float | None:
    """The memory that a process has now; None where the system does not tell it so."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)
