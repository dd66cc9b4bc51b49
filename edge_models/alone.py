"""Measures in a fresh process: a library once loaded stays in the figures of the next."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from guitai import logs

R = TypeVar("R")


def alone(work: Callable[..., R], *arguments: Any) -> R:
    """Call a function of a module in a process of its own and return what it returns; its errors come back, too."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=logs.to_stderr) as pool:
        return pool.submit(work, *arguments).result()
