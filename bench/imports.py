"""What a bot costs that does nothing yet: seconds and memory of importing it, without Teams and with its library.

Each in a process of its own, in turn; the best of several counts, since what else the machine does slows all of them.
"""

import json
import subprocess
import sys

from .measuring import say

HEAVY = ("microsoft_teams", "httpx", "msal", "fastapi")
"""What Teams brings with it; none of it is imported where Teams is not set up."""

STARTS = {
    "without_teams": "import bot.wiring",
    "with_teams": "import bot.wiring, bot.teams.opening, microsoft_teams.apps, msal",
}

_MEASURED = """
import json, sys, time
began = time.perf_counter()
{start}
seconds = time.perf_counter() - began
import resource
heavy = sorted({heavy!r} & {{name.partition(".")[0] for name in sys.modules}})
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, heavy]))
"""


def starts(turns: int) -> dict[str, object]:
    """The best seconds and megabytes (at their most, on Linux) of so many turns, and which of `HEAVY` came with it."""
    found: dict[str, tuple[float, float, list[str]]] = {}
    for turn in range(turns):
        for name, start in STARTS.items():
            say(f"Importing {name.replace('_', ' ')}, turn {turn + 1}")
            code = _MEASURED.format(start=start, heavy=set(HEAVY))
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            seconds, megabytes, heavy = json.loads(done.stdout.splitlines()[-1])
            before = found.get(name, (seconds, megabytes, heavy))
            found[name] = (min(seconds, before[0]), min(megabytes, before[1]), heavy)
    return {
        name: {"import_s": round(seconds, 2), "memory_mb": round(megabytes, 1), "brings": heavy}
        for name, (seconds, megabytes, heavy) in found.items()
    }
