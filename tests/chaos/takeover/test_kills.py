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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from guitai.demo.identity import RISK_OFFICER, SECOND_TELLER, SENIOR, TELLER
from tests.chaos.takeover.oracle import Verdict, judge, quiet
from tests.chaos.takeover.people import Customer, Teller
from tests.chaos.takeover.town import Town, targets, town

pytestmark = [pytest.mark.chaos, pytest.mark.broker, pytest.mark.long, pytest.mark.timeout(0)]

PEOPLE = (TELLER, SECOND_TELLER, SENIOR, RISK_OFFICER)
QUIET_S = 62.0
"""45 s without a beat, and what a busy machine takes to notice."""

MOST_AWAY = 2
"""So many processes are away at once: more, and on two cores nobody is served at all."""

HALF_OVER_S = 30.0
"""So long after the last beat core begins anew: a lease that ends with its beats ends at 45 s, or where core takes longer, at once."""

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
    most_s: float = 14_400


async def played(plan: Plan) -> tuple[Verdict, Counter[str]]:
    """Play until so many kills and so many ended talks have been seen; then stop killing, wait and judge."""
    killed: Counter[str] = Counter()
    chance = random.Random(plan.seed)
    async with town(plan.kiosks) as here:
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


@asynccontextmanager
async def abandoned(mutant: str) -> AsyncIterator[tuple[Town, Teller, Customer]]:
    """One kiosk with a rule taken away, and a teller whose console dies in the middle of a call."""
    async with town(1, (mutant,)) as here:
        teller = Teller(here, TELLER, random.Random(1))
        await teller.sign_in()
        customer = Customer(here.kiosks[0], random.Random(2))
        job = asyncio.create_task(customer.run())
        await teller.take_one()
        await teller.stop()
        yield here, teller, customer
        job.cancel()
        await asyncio.wait({job})


async def judged(here: Town, teller: Teller) -> Verdict:
    for one in (here.hq, here.kiosks[0].core, here.kiosks[0].sync):
        await one.stop()
    return judge(here, [teller])


async def test_a_lease_without_an_end_is_found() -> None:
    async with abandoned("endless") as (here, teller, _):
        await quiet(here, [teller], QUIET_S)
        verdict = await judged(here, teller)
    assert verdict.wrong["a lease stays behind"] == 1, verdict
    assert verdict.wrong["headquarters keeps a lease"] == 1, verdict


async def test_a_kiosk_that_begins_anew_and_forgets_the_beats_is_found() -> None:
    async with abandoned("forgetful") as (here, teller, customer):
        await here.hq.stop()  # else headquarters' own count ends the lease there, too
        await asyncio.sleep(HALF_OVER_S)
        await here.kiosks[0].core.kill(0.0)
        await customer.left.wait()
        verdict = await judged(here, teller)
    assert verdict.wrong["a lease outlived its beats"] == 1, verdict
