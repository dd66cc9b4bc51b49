"""A kiosk put together in memory: its machines, its core, and the line to a bank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from firmware_bridge.protocol.dialect import Dialect
from guitai.config import Config
from guitai.episodes.bank import BankLine, Trouble
from guitai.episodes.core import Core, LoopClock, Moment
from guitai.episodes.machines import Machines, Watchers
from guitai.episodes.wire import Passing
from headquarters.bank.host import Bank


@dataclass(frozen=True, slots=True)
class Around:
    """Who is told what happens in a kiosk, and may make it break."""

    calls_bank: Callable[[str], tuple[Trouble, float] | None]
    """Of every request to the bank."""

    passes: Passing
    """Of every frame between core and devices."""

    watchers: Watchers
    moment: Moment
    """Of every write of the journal and every effect."""


class Kiosk:
    """Machines, core, bank and line; nothing runs before `start`."""

    def __init__(
        self,
        config: Config,
        dialect: Dialect,
        bank: Bank,
        around: Around,
        core_kind: type[Core] = Core,
        clock: LoopClock | None = None,
    ) -> None:
        self.bank, self.bank_line = bank, BankLine(bank, around.calls_bank)
        self.machines = Machines(config, dialect, around.passes, around.watchers)
        self.core = core_kind(config, self.machines.dial, self.bank_line, around.moment, clock)

    def start(self) -> None:
        """Switch on."""
        self.machines.start()
        self.core.start()

    def kill(self) -> None:
        """Switch off at once."""
        self.core.kill()
        self.machines.kill()

    def close(self) -> None:
        """Switch off and let go of files."""
        self.kill()
        self.bank.close()
