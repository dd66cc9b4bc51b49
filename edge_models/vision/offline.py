"""Takes the network away from this process: mediapipe reports its use to play.googleapis.com and has no switch for that.

The service unit does the same (PrivateNetwork, RestrictAddressFamilies); this holds where no service manager starts the
eyes, too: in the demo, in the bench and on a developer's machine. Linux's seccomp(2), for all threads, for good.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger()

MACHINES = {"x86_64": (0xC000003E, 41, 317), "aarch64": (0xC00000B7, 198, 277)}
"""AUDIT_ARCH, and the numbers of socket(2) and seccomp(2)."""

NO_NEW_PRIVILEGES = 38
SET_FILTER, ALL_THREADS = 1, 1
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EAFNOSUPPORT
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
"""Offsets into struct seccomp_data."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def forbid_network() -> bool:
    """Let this process open unix sockets only, from now on; any other fails with EAFNOSUPPORT.

    Returns:
        False, with a warning in the log, where the kernel does not offer that.
    """
    machine = MACHINES.get(platform.machine()) if platform.system() == "Linux" else None
    if machine is None:
        log.warning("network not taken away", reason=f"unknown machine {platform.machine()}")
        return False
    architecture, socket_number, seccomp_number = machine
    code = b"".join(
        struct.pack("=HBBI", *step)
        for step in (
            (LOAD, 0, 0, ARCHITECTURE),
            (JUMP_IF_EQUAL, 0, 4, architecture),
            (LOAD, 0, 0, NUMBER),
            (JUMP_IF_EQUAL, 0, 2, socket_number),
            (LOAD, 0, 0, FIRST_ARGUMENT),
            (JUMP_IF_EQUAL, 0, 1, socket.AF_UNIX),
            (RETURN, 0, 0, ALLOW),
            (RETURN, 0, 0, REFUSE),
        )
    )
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(code) // 8, code)
    # Without privileges a filter is accepted only from a process that can gain none.
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(
        seccomp_number, SET_FILTER, ALL_THREADS, ctypes.byref(program)
    ):
        log.warning("network not taken away", reason=os.strerror(ctypes.get_errno()))
        return False
    return True


@contextmanager
def absent(module: str) -> Iterator[None]:
    """Let a library that is imported within believe that an optional `module` is not installed."""
    before = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment]  # this is how Python itself marks a module as absent
    try:
        yield
    finally:
        if before is None:
            del sys.modules[module]
        else:
            sys.modules[module] = before
