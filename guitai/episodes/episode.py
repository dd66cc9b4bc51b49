"""Runs plans, and makes a failing plan short."""

from __future__ import annotations

from pathlib import Path

from firmware_bridge.simulator.keys import read_key
from guitai.episodes.core import LoopClock
from guitai.episodes.ground import Ground
from guitai.episodes.loop import VirtualLoop, run
from guitai.episodes.plan import Plan
from guitai.episodes.world import Result, World
from headquarters.bank.customers import Customer, load_customers
from headquarters.bank.host import Bank


class Episodes:
    """Runs one episode after another; use it as a context manager."""

    def __init__(self) -> None:
        self._ground = Ground()
        self._owners: list[Customer] = []

    def __enter__(self) -> Episodes:
        """Make what every episode begins with."""
        fresh = self._ground.__enter__().fresh
        self._owners = list(load_customers(read_key(fresh / "keys", "card_token.key")).by_token.values())
        run(self._make(fresh), VirtualLoop())
        return self

    def __exit__(self, *error: object) -> None:
        """Leave nothing behind."""
        self._ground.__exit__(*error)

    def run(self, plan: Plan, *, traced: bool = False) -> Result:
        """Run one plan."""
        result = Result(plan)

        async def live(folder: Path) -> None:
            world = World(result, folder, self._owners, traced)
            try:
                await world.live()
            finally:
                world.close()

        result.wrong += self._ground.run(live)
        return result

    def shortest(self, plan: Plan) -> Plan:
        """Return a plan that goes wrong as well, with as little in it as can be found one by one."""
        for simpler in plan.shorter():
            if self.run(simpler).wrong:
                return self.shortest(simpler)
        return plan

    async def _make(self, fresh: Path) -> None:
        Bank(fresh / "bank", fresh / "keys", LoopClock()).close()
