"""A PostgreSQL of our own for one machine: initdb, start on a unix socket, stop. For benches and tests; a bank brings its own."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg

from guitai.errors import GuitaiError

PROGRAMS = "/usr/lib/postgresql/15/bin"
START_TIMEOUT_S = 120.0
PROBE_EVERY_S = 0.05
UNPRIVILEGED = "postgres"
"""Who runs it when we are root: the server refuses to run as root."""


class Postgres:
    """Runs from `start` to `stop` in a folder of its own, which it deletes. Raises GuitaiError ``hq.no_postgres``."""

    def __init__(self, *, survives_power_cuts: bool = True) -> None:
        """Make its folder; without `survives_power_cuts` nothing waits for the disk, and only a killed process loses nothing."""
        self._settings = () if survives_power_cuts else ("-c", "fsync=off")
        self._user = UNPRIVILEGED if os.geteuid() == 0 else getpass.getuser()
        self._folder = Path(tempfile.mkdtemp(prefix="gpg"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make a cluster and serve it; returns when it answers."""
        if not Path(PROGRAMS, "postgres").exists():
            raise GuitaiError("hq.no_postgres", reason=f"{PROGRAMS}/postgres is not there")
        if os.geteuid() == 0:
            entry = pwd.getpwnam(self._user)
            os.chown(self._folder, entry.pw_uid, entry.pw_gid)
        data = self._folder / "data"
        made = self._run("initdb", "-D", str(data), "-A", "trust", "-U", "guitai", "--no-sync", "-E", "UTF8")
        if made.wait() != 0:
            raise GuitaiError("hq.no_postgres", reason="initdb failed")
        self._process = self._run(
            "postgres", "-D", str(data), "-k", str(self._folder), "-c", "listen_addresses=", *self._settings
        )
        began = time.monotonic()
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() - began > START_TIMEOUT_S:
                self.stop()
                raise GuitaiError("hq.no_postgres", reason="it does not answer")
            time.sleep(PROBE_EVERY_S)

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database."""
        return f"postgresql://guitai@/{database}?host={self._folder}"

    def create(self, database: str) -> str:
        """Make a database; return its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0'.encode())
        return self.url(database)

    def processes(self) -> list[psutil.Process]:
        """Return the server's processes: the first, and one for each connection and task."""
        assert self._process is not None
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def stop(self) -> None:
        """Stop it at once, as nothing of it is kept (SIGQUIT: no checkpoint), and delete what it wrote."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [f"{PROGRAMS}/{program}", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=self._folder, user=self._user if os.geteuid() == 0 else None,
            group=pwd.getpwnam(self._user).pw_gid if os.geteuid() == 0 else None,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError:
            return False
        return True
