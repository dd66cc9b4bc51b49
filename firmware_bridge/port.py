"""The devices as core sees them: events come out, commands go in, nothing that was sent is ever sent twice.

A method raises GuitaiError ``device.not_connected`` (retryable) only while nothing was sent. What was sent and not
answered comes back as an outcome that says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Literal

import structlog

from firmware_bridge.client.acceptor import Acceptor
from firmware_bridge.client.cards import Cards
from firmware_bridge.client.cashier import Cashier
from firmware_bridge.client.dial import Dial, dialler
from firmware_bridge.client.discovery import discover
from firmware_bridge.client.judge import fault_of
from firmware_bridge.client.link import Link, Links, RediscoverError, Watch
from firmware_bridge.client.memory import CashInMemory, DispenseMemory, RetainMemory
from firmware_bridge.client.pins import PinBlock, Pins
from firmware_bridge.client.roles import ID_READER, STATEMENT_PRINTER
from firmware_bridge.client.units import Units
from firmware_bridge.desk import Desk
from firmware_bridge.protocol.client import Unsolicited
from firmware_bridge.simulator.keys import read_key
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.branch import ExchangeEnded, ExchangeFailed, ExchangeStarted, Unit
from guitai.messages.card import CardInserted, CardMoveFailed, CardOffered, CardRetained, PinAbandoned
from guitai.messages.cash import (
    CashFailed,
    NotesPresented,
    NotesRetracted,
    NotesStacked,
    NotesTaken,
    PresentStatusKnown,
)
from guitai.messages.cash_in import (
    CashInFailed,
    CashInStarted,
    CashInStatusKnown,
    NotesCounted,
    NotesReturned,
    NotesStored,
    NotesTakenBack,
    ReturnedRetracted,
)
from guitai.messages.device import Device, DeviceState, Tampered
from guitai.money import Fen

DEVICES: dict[str, Device] = {
    "CardReader": "card_reader",
    "PinPad": "pin_pad",
    "CashDispenser": "dispenser",
    "CashAcceptor": "acceptor",
    "Printer": "printer",
    STATEMENT_PRINTER: "statement_printer",
    ID_READER: "id_reader",
    "BarcodeReader": "barcode_reader",
    "Camera": "document_camera",
    "Auxiliaries": "auxiliaries",
    "VendorMode": "operator_panel",
    "Lights": "lights",
}
"""The roles of services a branch uses (`client.roles`), and our names of the devices behind them."""

OPTIONAL = frozenset(DEVICES) - {"CardReader", "PinPad", "CashDispenser", "Printer"}
"""A branch without these serves all the same, without what they do."""

GUARDS = ("CardReader", "PinPad")
"""Roles that tell who the customer is."""

LOST = "device.not_connected"
FIRST_RETRY_S = 0.2
LAST_RETRY_S = 3.0
log = structlog.get_logger()


class DevicePort(Desk):
    """Finds the services, stays connected, and speaks in `guitai.messages`. Raises ``device.key_missing`` at once."""

    def __init__(self, config: Config, on_event: Callable[[object], None], dial: Dial | None = None) -> None:
        self._config = config.devices
        self._dial = dial or dialler(config.devices)
        self._on_event = on_event
        self._links = Links()
        self._told: dict[Device, tuple[bool, str]] = {}
        self._lost = ""
        """Why no device can be reached: said once, not with every attempt."""

        self._all_up = asyncio.Event()
        self._background: set[asyncio.Task[None]] = set()
        key = read_key(config.paths.keys, "card_token.key")
        super().__init__(key, self._links, on_event, self._spawn)
        self._cards = Cards(key, RetainMemory(config.paths.state), self._links, on_event, self._spawn)
        self._cashier = Cashier(DispenseMemory(config.paths.state), self._links, on_event, self._spawn)
        self._acceptor = Acceptor(CashInMemory(config.paths.state), self._links, on_event, self._spawn)
        self._units = Units(self._links)
        self._pins = Pins(self._links)

    @property
    def card_token(self) -> str | None:
        """The token of the card inside, if it has been read."""
        return self._cards.card.token if self._cards.card else None

    def identities(self) -> dict[Device, str]:
        """Return the fingerprints of the reader and the PIN pad, as far as they are connected and say who they are."""
        links = {DEVICES[role]: self._links.of(role) for role in GUARDS if self._links.offers(role)}
        return {device: link.identity for device, link in links.items() if link.identity}

    def connected(self) -> tuple[Link, ...]:
        """Return the services that are there, with what they say of themselves."""
        return self._links.up

    def lost(self) -> tuple[Device, ...]:
        """Return the devices that were there and do not answer."""
        return tuple(device for device, (_, code) in self._told.items() if code == LOST and device != "devices")

    async def run(self) -> None:
        """Stay connected until cancelled."""
        retry_s = FIRST_RETRY_S
        watch = Watch(self._came_up, self._went_down, self._unsolicited)
        try:
            while True:
                try:
                    addresses = await discover(self._config, self._dial)
                    retry_s = FIRST_RETRY_S
                    async with asyncio.TaskGroup() as group:
                        for address in addresses:
                            group.create_task(self._keep(Link(address, watch, self._dial)))
                except* (RediscoverError, GuitaiError) as errors:
                    if (reason := str(errors.exceptions[0])) != self._lost:
                        log.info("devices not reachable", reason=reason)
                    self._lost = reason
                    self._tell("devices", LOST)
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)
        finally:
            for task in self._background:
                task.cancel()

    async def ready(self) -> None:
        """Wait until every device the branch needs is connected."""
        await self._all_up.wait()

    async def accept_card(self) -> None:
        """Take a card in from now on; it is told of by CardInserted or CardUnreadable (which gives it back)."""
        self._cards.accept()

    async def refuse_card(self) -> None:
        """Take no card in any more."""
        await self._cards.refuse()

    async def card_present(self) -> CardInserted | None:
        """Return the card that is inside already, after a restart of core."""
        return await self._cards.present()

    async def move_card(
        self, request_id: str, to: Literal["exit", "retain"]
    ) -> CardOffered | CardRetained | CardMoveFailed:
        """Offer the card to the customer or keep it; CardTaken follows when it is taken."""
        return await self._cards.move(request_id, to)

    async def enter_pin(self, request_id: str, on_count: Callable[[int], None]) -> PinBlock | PinAbandoned:
        """Let the customer enter the PIN of the card inside; `on_count` hears how many digits there are."""
        if self._cards.card is None:
            await self._cards.present()
        card = self._cards.card
        if card is None:
            return PinAbandoned(request_id, "device")
        return await self._pins.enter(request_id, card.number, on_count)

    async def cancel_pin(self) -> None:
        """Stop the PIN entry."""
        await self._pins.cancel()

    async def command_nonce(self) -> str:
        """Return a fresh nonce for the bank host's token."""
        return await self._cashier.nonce()

    async def dispense(self, request_id: str, amount: Fen, token: str, debit_id: str) -> NotesStacked | CashFailed:
        """Count notes onto the stacker, against the host's token for `debit_id`."""
        return await self._cashier.dispense(request_id, amount, token, debit_id)

    async def present(self, request_id: str, amount: Fen) -> NotesPresented | CashFailed:
        """Move the stacked notes to the exit; NotesTaken follows when they are taken."""
        return await self._cashier.present(request_id, amount)

    async def retract(self, request_id: str) -> NotesRetracted | NotesTaken | CashFailed:
        """Take notes back from the exit; NotesTaken when the customer was faster."""
        return await self._cashier.retract(request_id)

    async def reject(self, request_id: str) -> NotesRetracted | CashFailed:
        """Put stacked notes into the reject bin."""
        return await self._cashier.reject(request_id)

    async def present_status(self, request_id: str, debit_id: str) -> PresentStatusKnown:
        """Ask the machine what became of the dispense for `debit_id`; never repeats anything."""
        return await self._cashier.status(request_id, debit_id)

    async def start_cash_in(self, request_id: str, deposit_id: str) -> CashInStarted | CashInFailed:
        """Begin a deposit; the machine's answers about it are told apart from earlier ones by `deposit_id`."""
        return await self._acceptor.start(request_id, deposit_id)

    async def accept_notes(self, request_id: str) -> NotesCounted | CashInFailed:
        """Wait for a bunch of notes, count it, and return all that the escrow holds."""
        return await self._acceptor.accept(request_id)

    async def stop_accepting(self) -> None:
        """Wait no longer for notes: `accept_notes` answers with what is there."""
        await self._acceptor.stop()

    async def end_cash_in(self, request_id: str, deposit_id: str) -> NotesStored | CashInFailed:
        """Store what the escrow holds; NoteSerials follows if the machine reads them."""
        return await self._acceptor.end(request_id, deposit_id)

    async def roll_back(self, request_id: str) -> NotesReturned | CashInFailed:
        """Give the notes back; NotesTakenBack follows when they are taken, unless the amount is 0."""
        return await self._acceptor.roll_back(request_id)

    async def retract_returned(self, request_id: str) -> ReturnedRetracted | NotesTakenBack | CashInFailed:
        """Take in returned or refused notes nobody took; NotesTakenBack when the customer was faster."""
        return await self._acceptor.retract(request_id)

    async def cash_in_status(self, request_id: str, deposit_id: str) -> CashInStatusKnown:
        """Ask the machine what became of the cash-in for `deposit_id`; never repeats anything."""
        return await self._acceptor.status(request_id, deposit_id)

    async def start_exchange(self, request_id: str) -> ExchangeStarted | ExchangeFailed:
        """Let a technician at the cash units; nothing is paid out or taken in meanwhile."""
        return await self._units.start_exchange(request_id)

    async def end_exchange(
        self, request_id: str, counts: tuple[tuple[str, int], ...]
    ) -> ExchangeEnded | ExchangeFailed:
        """Have the machine take the counts a technician confirmed, and serve again."""
        return await self._units.end_exchange(request_id, counts)

    async def units(self) -> tuple[Unit, ...]:
        """Return what every storage unit holds by the machines' own counts."""
        return await self._units.all()

    async def _keep(self, link: Link) -> None:
        while True:
            try:
                await link.run()
            except RediscoverError:
                if not self._complete:
                    raise
                # What the branch can do without is no reason to let go of the others: it is looked for where it was.

    @property
    def _complete(self) -> bool:
        return all(self._links.offers(role) for role in DEVICES if role not in OPTIONAL)

    def _came_up(self, link: Link) -> None:
        if self._lost:
            log.info("devices reachable again", first=link.name)
            self._lost = ""
        self._links.add(link)
        self._judge(link)
        self._desk_up(link)
        if "CardReader" in link.interfaces:
            self._cards.came_up(link)
        if "CashDispenser" in link.interfaces:
            self._cashier.came_up(link)
        if "CashAcceptor" in link.interfaces:
            self._acceptor.came_up(link)
        if self._complete:
            self._all_up.set()
            self._tell("devices", "")

    def _went_down(self, link: Link) -> None:
        self._links.drop(link)
        self._desk_down(link)
        for interface, device in DEVICES.items():
            if interface in link.interfaces:
                self._tell(device, LOST)
        if not self._complete:
            self._all_up.clear()
            self._tell("devices", LOST)

    def _unsolicited(self, link: Link, event: Unsolicited) -> None:
        match event.name:
            case "CardReader.MediaRemovedEvent" if "CardReader" in link.interfaces:
                self._cards.removed()
            case "CashManagement.ItemsTakenEvent":
                position = str(event.payload.get("position") or "")
                (self._acceptor if self._acceptor.owns(link, position) else self._cashier).taken()
            case "Common.StatusChangedEvent":
                self._judge(link)
            case "Common.ErrorEvent" if event.payload.get("eventId") == "fraudAttempt":
                self._on_event(Tampered(link.name))
            case _:
                self._desk_heard(link, event)

    def _judge(self, link: Link) -> None:
        for interface, device in DEVICES.items():
            if interface in link.interfaces:
                code = fault_of(interface, link.status)
                if code == "device.tampered" and self._told.get(device) != (False, code):
                    self._on_event(Tampered(device))
                self._tell(device, code)
                if interface == "CardReader" and not code:
                    self._cards.usable_again()
        self._desk_judge(link)

    def _tell(self, device: Device, code: str) -> None:
        state = (not code, code)
        if self._told.get(device) != state:
            self._told[device] = state
            self._on_event(DeviceState(device, *state))

    def _spawn(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_guarded(job))
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def _guarded(job: Coroutine[Any, Any, None]) -> None:
    try:
        await job
    except GuitaiError as error:
        log.warning("device question unanswered", code=error.code)
    except Exception:  # the task guard: nobody awaits it, and a bug must not pass unseen
        log.exception("device question broke")
