"""Consoles, headquarters, broker, video, sync and core are killed at random while customers are handed over: no lease outlives
its beats, one teller at most, nothing asked twice, nothing lost. Real processes, a real Mosquitto, kill -9; real times.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections import Counter
from dataclasses import dataclass

import pytest

from guitai.demo.identity import RISK_OFFICER, SECOND_TELLER, SENIOR, TELLER
from tests.chaos.takeover.oracle import Verdict, judge, quiet
from tests.chaos.takeover.people import Customer, Teller
from tests.chaos.takeover.town import targets, town

pytestmark = [pytest.mark.chaos, pytest.mark.broker, pytest.mark.long, pytest.mark.timeout(0)]

PEOPLE = (TELLER, SECOND_TELLER, SENIOR, RISK_OFFICER)
QUIET_S = 62.0
"""45 s without a beat, and what a busy machine takes to notice."""

MOST_AWAY = 2
"""So many processes are away at once: more, and on two cores nobody is served at all."""

KILLS = int(os.environ.get("GUITAI_KILLS", "200"))
HANDOVERS = int(os.environ.get("GUITAI_HANDOVERS", "1000"))


@dataclass
class Plan:
    """How long, and with what."""

    kiosks: int
    tellers: int
    kills: int
    handovers: int
    seed: int
    mean_s: float
    mutants: tuple[str, ...] = ()
    most_s: float = 5400


async def played(plan: Plan) -> tuple[Verdict, Counter[str]]:
    """Play until so many kills and so many ended talks have been seen; then stop killing, wait and judge."""
    killed: Counter[str] = Counter()
    chance = random.Random(plan.seed)
    async with town(plan.kiosks, plan.mutants) as here:
        tellers = [
            Teller(here, person, random.Random(plan.seed + n)) for n, person in enumerate(PEOPLE[: plan.tellers])
        ]
        for teller in tellers:
            await teller.sign_in()
        customers = [Customer(kiosk, random.Random(plan.seed + 50 + n)) for n, kiosk in enumerate(here.kiosks)]
        people: tuple[Customer | Teller, ...] = (*customers, *tellers)
        jobs = [asyncio.create_task(one.run()) for one in people]
        coming: list[asyncio.Task[None]] = []
        began = time.monotonic()
        while killed.total() < plan.kills or sum(teller.handed for teller in tellers) < plan.handovers:
            await asyncio.sleep(chance.expovariate(1 / plan.mean_s))
            if killed.total() < plan.kills * 1.2:
                if chance.random() < 1 / 6:
                    killed["console"] += chance.choice(tellers).kill()
                elif sum(not one.done() for one in coming) < MOST_AWAY and not (target := targets(here, chance)).coming:
                    coming.append(asyncio.create_task(target.kill(chance.choice([0.0, 0.5, 2.0, 6.0]))))
                    killed[target.name] += 1
            for one in here.everybody:
                one.check()
            for job in (*jobs, *coming):
                if job.done():
                    job.result()
            if time.monotonic() - began > plan.most_s:
                break
        await asyncio.gather(*coming)
        await quiet(here, tellers, QUIET_S)
        for job in jobs:
            job.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*jobs, return_exceptions=True)
        for one in (here.hq, *(part for kiosk in here.kiosks for part in (kiosk.core, kiosk.sync))):
            await one.stop()
        return judge(here, tellers), killed


async def test_no_kill_leaves_a_lease_behind() -> None:
    verdict, killed = await played(Plan(3, 4, KILLS, HANDOVERS, seed=7, mean_s=3.0))
    print(verdict.handovers, verdict.calls, verdict.sessions, verdict.longest_ms, dict(killed))
    assert not verdict.wrong, (verdict.wrong, verdict.details[:20])
    assert killed.total() >= KILLS
    assert verdict.handovers >= HANDOVERS


async def test_a_lease_without_an_end_is_found() -> None:
    verdict, _ = await played(Plan(1, 2, 8, 0, seed=11, mean_s=4.0, mutants=("endless",)))
    assert verdict.wrong["a lease stays behind"] or verdict.wrong["a lease outlived its beats"], verdict
