"""Plays many scenarios on several cores, the models loaded once in each process."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from guitai import logs
from guitai.config import Config
from guitai.episodes.ground import Ground
from guitai.scenarios.figures import RISKY, Result, should_be_risky, should_be_stopped
from guitai.scenarios.hearing import Hearing
from guitai.scenarios.model import Scenario
from guitai.scenarios.play import Played, Player

FEW = 12
"""Fewer scenarios are not worth a second process."""


def play_many(config: Config, scenarios: Sequence[Scenario], *, speak: bool = False) -> list[Result]:
    """Play scenarios, in their order. With `speak`, customers' voices go through the recogniser, in one process."""
    processes = 1 if speak or len(scenarios) < FEW else os.cpu_count() or 1
    if processes == 1:
        return _play((config, list(scenarios), speak))
    parts = [(config, list(scenarios[n::processes]), speak) for n in range(processes)]
    # Spawned, not forked: the caller may have threads and a loop of its own.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawned, initializer=logs.to_stderr) as pool:
        found = list(pool.map(_play, parts))
    return [found[n % processes][n // processes] for n in range(len(scenarios))]


def play_one(config: Config, scenario: Scenario, *, speak: bool = False) -> Played:
    """Play one scenario and keep everything that was seen."""
    with Ground() as ground:
        return _player(config, ground, [scenario], speak=speak).play(scenario)


def result_of(played: Played) -> Result:
    """Return what is kept of a played scenario. One that broke counts against every share, whatever it came to before."""
    scenario = played.scenario
    stays, risky = scenario.outcome.money_moved_fen or 0, should_be_risky(scenario)
    return Result(
        id=scenario.id,
        tags=scenario.tags,
        misses=(*map(str, played.misses), *(f"broke: {one}" for one in played.broke)),
        should_resolve=scenario.outcome.resolved,
        resolved=played.resolved and not played.broke,
        should_be_risky=risky,
        seen_risky=risky is False if played.broke else played.level in RISKY,
        should_be_stopped=should_be_stopped(scenario),
        stopped=played.intervened and played.moved_out_fen <= stays and not played.broke,
        asked_twice=len(played.asked_twice),
        helped=bool(played.helped),
        turns=played.turns,
        response_s=tuple(played.response_s),
        heard=tuple(played.heard),
    )


def _play(part: tuple[Config, list[Scenario], bool]) -> list[Result]:
    config, scenarios, speak = part
    with Ground() as ground:
        player = _player(config, ground, scenarios, speak=speak)
        return [result_of(player.play(scenario)) for scenario in scenarios]


def _player(config: Config, ground: Ground, scenarios: Sequence[Scenario], *, speak: bool) -> Player:
    warnings.filterwarnings("ignore", module="psec")  # two-key TDES is what PIN pads have
    warnings.filterwarnings("ignore", message="coroutine .* was never awaited")  # its process was killed before
    hearing = Hearing(config, speak=speak)
    if hearing.voices is not None:
        hearing.voices.rehearse(scenarios)
    return Player(ground, hearing)
