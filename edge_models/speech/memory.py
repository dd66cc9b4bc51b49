"""Keeps the process small: glibc gives every thread an arena of its own, and models are loaded by several threads."""

from __future__ import annotations

import ctypes

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""M_MMAP_THRESHOLD and M_ARENA_MAX of malloc.h."""

_LARGE = 1 << 20
"""Bytes. What is larger gets pages of its own and gives them back at once; glibc would raise the limit to 32 MB by itself."""


def share_arena() -> None:
    """Let all threads share one arena from now on, and large blocks none; call it before there are threads. Does nothing without glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Return to the system what loading has freed. Does nothing without glibc."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
