"""Keeps the process small: glibc gives every thread an arena of its own, and models are loaded by several threads."""

from __future__ import annotations

import ctypes

_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h. Fixing M_MMAP_THRESHOLD, too, was tried: fresh pages for each large block slow every decode."""


def share_arena() -> None:
    """Let all threads share one arena from now on; call it before there are threads. Does nothing without glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Return to the system what has been freed: after loading, and in idle time. Does nothing without glibc."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
