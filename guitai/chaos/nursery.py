"""Starts the processes of a branch by forking one that has imported everything: a start costs milliseconds, not seconds.

``python -m guitai.chaos.nursery``: reads one JSON object a line from stdin, ``{"name", "environment", "log"}``, and writes
``{"started": name, "pid"}`` and ``{"ended": pid, "status"}`` to stdout. Each child is a process of its own with its own
entry of the process table; only the reading of its code is shared. It leaves when stdin ends, its children with it.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import orjson

from guitai.chaos import core
from guitai.chaos.recorded import late_commits
from guitai.config import load
from headquarters import main as headquarters
from sync import main as sync

ENTRIES: dict[str, Callable[[Any], None]] = {"core": core.run, "sync": sync.run, "hq": headquarters.run}

PR_SET_PDEATHSIG = 1
"""prctl(2): which signal a child gets when its parent dies."""


def main() -> None:
    """Serve orders until there are no more."""
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    children: set[int] = set()
    buffer = b""
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _reap(children)
        if 0 in ready:
            chunk = os.read(0, 65536)
            if not chunk:
                break
            *lines, buffer = (buffer + chunk).split(b"\n")
            for line in lines:
                _start(orjson.loads(line), children)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _start(order: dict[str, Any], children: set[int]) -> None:
    pid = os.fork()
    if pid == 0:
        _live(order)
    children.add(pid)
    _tell(started=order["name"], pid=pid)


def _live(order: dict[str, Any]) -> None:
    """Be the child; never returns."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a killed harness leaves nothing running
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        os.environ.update(order["environment"])
        if order["name"] == "hq" and os.environ.get(core.MUTANT) == "early_hq":
            late_commits()
        ENTRIES[order["name"]](load())
        status = 0
    finally:  # whatever it dies of, the child must not become a second nursery
        if status:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(status)


def _reap(children: set[int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        children.discard(pid)
        _tell(ended=pid, status=os.waitstatus_to_exitcode(status))


def _tell(**what: object) -> None:
    os.write(1, orjson.dumps(what) + b"\n")


if __name__ == "__main__":
    main()
