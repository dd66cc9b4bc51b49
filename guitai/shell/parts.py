"""What the daemon is put together from; whoever tries it out brings another clock, line or bank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from firmware_bridge.port import DevicePort
from guitai.bank.client import open_bank
from guitai.bank.port import BankHost
from guitai.clock import Clock, SystemClock
from guitai.config import Config
from guitai.journal import Journal
from guitai.messages.risk import Factor
from guitai.shell.eyes import Eyes
from guitai.shell.recorder import Recorder
from guitai.shell.records import open_journal
from guitai.shell.video import Pointer, VideoLink
from guitai.shell.voice import Mark, Voice

Happen = Callable[[object], None]


@dataclass(frozen=True, slots=True)
class Parts:
    """The real ones, unless told otherwise."""

    clock: Clock = SystemClock()
    journal: Callable[[Config], Journal] = open_journal
    devices: Callable[[Config, Happen], DevicePort] = DevicePort
    host: Callable[[Config], BankHost] = open_bank
    voice: Callable[[Config, Happen, Callable[[str, int], None], Callable[[int, list[Mark]], None]], Voice] = Voice
    eyes: Callable[[Config, Happen], Eyes] = Eyes
    recorder: Callable[[Config, Happen], Recorder] = Recorder
    video: Callable[[Config, Happen, Pointer], VideoLink] = VideoLink
    given_r: tuple[tuple[Factor, int], ...] = ()
    """What a drill says of the risk factors."""


REAL = Parts()
