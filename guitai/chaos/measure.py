"""Both harnesses one after the other, for `guitai bench journal --chaos`."""

from __future__ import annotations

from guitai.chaos.run import Plan, run_processes
from guitai.chaos.storage import run_storage

STATES_AN_EPISODE = 4
"""States of a disk after a power cut, for each episode of processes killed and lines cut."""


def measure(episodes: int, seed: int) -> tuple[dict[str, float], list[str]]:
    """Return the figures, and what went wrong, each with the seed that shows it again."""
    processes = run_processes(Plan(episodes, seed))
    storage = run_storage(episodes * STATES_AN_EPISODE, seed)
    wrong = processes.wrong + storage.wrong
    figures = {**processes.figures(), **storage.figures()}
    figures |= {"lost": processes.lost + storage.lost, "wrong": len(wrong)}
    return figures, wrong
