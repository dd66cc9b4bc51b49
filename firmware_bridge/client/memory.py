"""Remembers, across restarts, what was sent and not answered: the machines tell what became of it only with its help."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar

from firmware_bridge.store import StateFile

T = TypeVar("T")


class _Memory(Generic[T]):
    """One small file, written before a command is sent and read once, when the process starts.

    Raises GuitaiError ``device.state_damaged`` then: without it nobody could tell whose notes or card a machine speaks of.
    """

    def __init__(self, folder: Path, name: str, kind: type[T]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = StateFile(folder / name, kind)
        self._sent = self._file.load()

    def _save(self, sent: T) -> None:
        self._file.save(sent)
        self._sent = sent


@dataclass(frozen=True, slots=True)
class SentDispense:
    """A dispense about to be sent."""

    debit_id: str
    dispense_id: str
    """HMAC of the host's token; the machine names the dispense by it."""


class DispenseMemory(_Memory[SentDispense]):
    """What the last dispense was for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "last_dispense.json", SentDispense)

    def remember(self, debit_id: str, dispense_id: str) -> None:
        """Write down what is about to be sent."""
        self._save(SentDispense(debit_id, dispense_id))

    def is_ours(self, debit_id: str, dispense_id: str | None) -> bool:
        """Whether the machine's last dispense, as it names it, is the one of this debit.

        A machine that names none (no end-to-end answers) is believed as far as the debit goes.
        """
        sent = self._sent
        if sent is None or sent.debit_id != debit_id:
            return False
        return dispense_id is None or dispense_id == sent.dispense_id


@dataclass(frozen=True, slots=True)
class SentRetain:
    """A card about to be kept, until it is known where it is."""

    is_open: bool
    count_before: int | None = None
    """Cards in the retain bin; None when the reader does not count them."""


class RetainMemory(_Memory[SentRetain]):
    """Whether a card may be in the retain bin."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "last_retain.json", SentRetain)

    @property
    def is_open(self) -> bool:
        """Whether a retain was sent and no other card has been seen since."""
        return self._sent is not None and self._sent.is_open

    def remember(self, count_before: int | None) -> None:
        """Write down what is about to be sent."""
        if not self.is_open:
            self._save(SentRetain(True, count_before))

    def forget(self) -> None:
        """The card's whereabouts are known."""
        if self.is_open:
            self._save(SentRetain(False))

    def was_done(self, count: int | None) -> bool:
        """Whether a card that is not in the reader was retained, by the cards in the bin now.

        Without a count the bin is likelier: nobody said that the card was taken.
        """
        sent = self._sent
        return sent is not None and sent.is_open and (sent.count_before is None or count != sent.count_before)


@dataclass(frozen=True, slots=True)
class SentCashIn:
    """A deposit, and how far its commands have been sent."""

    deposit_id: str
    phase: Literal["starting", "started", "ending"]
    """CashInStart about to be sent; answered; CashInEnd about to be sent."""


class CashInMemory(_Memory[SentCashIn]):
    """Which deposit the acceptor was last told of."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "last_cash_in.json", SentCashIn)

    @property
    def sent(self) -> SentCashIn | None:
        """The last deposit, as far as it was sent."""
        return self._sent

    def knows(self, deposit_id: str) -> bool:
        """Whether it is the last deposit of which CashInStart was sent."""
        return self._sent is not None and self._sent.deposit_id == deposit_id

    def starting(self, deposit_id: str) -> None:
        """CashInStart is about to be sent."""
        self._save(SentCashIn(deposit_id, "starting"))

    def started(self, deposit_id: str) -> None:
        """The machine has begun this deposit."""
        self._save(SentCashIn(deposit_id, "started"))

    def ending(self, deposit_id: str) -> None:
        """CashInEnd is about to be sent."""
        self._save(SentCashIn(deposit_id, "ending"))

    def restore(self, sent: SentCashIn | None) -> None:
        """What was about to be sent was not, or was refused."""
        self._save(sent or SentCashIn("", "starting"))
