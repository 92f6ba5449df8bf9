"""A real browser for tests: Debian's Chromium, driven over its own protocol. Where there is none, tests skip loudly.

Run as a program this file prints where the browser is, or says that there is none (exit 1).
"""

import base64
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

AXE = Path(__file__).with_name("axe") / "axe-4.14.1.min.js"
"""axe-core 4.14.1 as it is published (MPL 2.0, see the head of the file); it is not part of what is installed."""

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MISSING = "NO BROWSER: pages are not looked at. On Debian: apt-get install chromium"
REQUIRED = "browser" in re.split(r"[\s,]+", os.environ.get("CONVENOR_TEST_REQUIRE", ""))

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
_SECONDS = 60


@dataclass
class Tab:
    """A tab: goes to pages, evaluates scripts, takes pictures."""

    line: ClientConnection
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def asks(self, method: str, **params: object) -> dict[str, Any]:
        """One command of the protocol, and its answer."""
        number = next(self._numbers)
        self.line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self.line.recv(timeout=_SECONDS))
            if said.get("id") == number:
                assert "error" not in said, said["error"]
                found: dict[str, Any] = said["result"]
                return found

    def goes_to(self, url: str) -> None:
        """Opens a page and waits until it stands there."""
        self.asks("Page.navigate", url=url)
        self.waits(f"document.readyState === 'complete' && location.href.startsWith({json.dumps(url[:30])})")

    def waits(self, condition: str) -> None:
        """Waits until something holds on the page."""
        until = time.monotonic() + _SECONDS
        while not self.evaluates(condition):
            assert time.monotonic() < until, f"this never came true: {condition}"
            time.sleep(0.05)

    def evaluates(self, script: str) -> Any:
        """What a script on the page gives; a promise is awaited."""
        answer = self.asks("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def presses(self, selector: str) -> None:
        """Presses what a selector finds, and waits for the page that follows."""
        self.evaluates(f"window.before = true; document.querySelector({json.dumps(selector)}).click()")
        self.waits("window.before === undefined && document.readyState === 'complete'")

    def fills(self, selector: str, value: str) -> None:
        """Fills in a field."""
        self.evaluates(f"document.querySelector({json.dumps(selector)}).value = {json.dumps(value)}")

    def ticks(self, selector: str) -> None:
        """Chooses or ticks something."""
        self.evaluates(f"document.querySelector({json.dumps(selector)}).click()")

    def faults(self) -> list[str]:
        """What axe finds wrong with the page as it stands, a line for each."""
        self.evaluates(AXE.read_text("utf-8"))
        found = self.evaluates(
            "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map("
            "v => v.id + ': ' + v.help + ': ' + v.nodes.map(n => n.html).join(' ')))"
        )
        assert isinstance(found, list)
        return found

    def picture(self, path: Path, width: int = 1000) -> None:
        """Stores a picture of the whole page, in the format that the path's ending names (png, webp)."""
        self.asks("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
        kind = path.suffix.removeprefix(".")
        quality = {} if kind == "png" else {"quality": 60}
        taken = self.asks("Page.captureScreenshot", format=kind, captureBeyondViewport=True, **quality)
        path.write_bytes(base64.b64decode(taken["data"]))


@contextmanager
def a_tab(flags: Sequence[str] = ()) -> Iterator[Tab]:
    """A new browser with one tab. Scripts of ours run; a page's policy is kept to as for everybody."""
    assert PROGRAM is not None, MISSING
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        program = subprocess.Popen(
            [PROGRAM, *_FLAGS, *flags, f"--user-data-dir={folder}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with connect(_address(Path(folder)), max_size=None) as line:
                tab = Tab(line)
                tab.asks("Page.enable")
                yield tab
        finally:
            program.terminate()
            program.wait(20)


def _address(folder: Path) -> str:
    """Where the tab listens: Chromium writes its port into its folder."""
    noted = folder / "DevToolsActivePort"
    until = time.monotonic() + _SECONDS
    while True:
        if noted.is_file() and (lines := noted.read_text().splitlines()):
            with urlopen(f"http://127.0.0.1:{lines[0]}/json/list") as answer:
                for each in json.load(answer):
                    if each["type"] == "page":
                        return str(each["webSocketDebuggerUrl"])
        assert time.monotonic() < until, "the browser does not answer"
        time.sleep(0.05)


if __name__ == "__main__":
    sys.stdout.write(f"{PROGRAM or MISSING}\n")
    sys.exit(0 if PROGRAM else 1)
