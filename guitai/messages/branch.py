"""The branch as a whole: may it serve, is a technician at work, what do the units hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event

Sensor = Literal["cabinet", "safe", "tamper", "seismic", "operator_switch", "power"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One storage unit as the machine counts it."""

    name: str
    """The unit's name at the service, e.g. ``unit1``."""

    kind: Literal["cassette", "recycler", "reject", "retract", "card_retain"]
    note: int
    """Value of one note in fen; 0 where notes are mixed, or for cards."""

    count: int


@event("branch.sensor")
@dataclass(frozen=True, slots=True)
class SensorChanged:
    """A sensor of the cabinet: a door opened, somebody shakes it, the operator's switch is off ``run``, mains is gone."""

    sensor: Sensor | Literal["hours"]
    """``hours`` is only read, in a journal of a version that wrote `HoursChanged` so; it means nothing any more."""

    alarm: bool
    """Whether it stands where no customer may be served (for ``power``: running on the battery)."""


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """The hours are over in which the machine serves, or began.

    It has no name to be written down under: clock and settings tell it again, and an older version knows none.
    """

    shut: bool


@event("branch.mode_wanted")
@dataclass(frozen=True, slots=True)
class ModeWanted:
    """A device asks to enter or leave its vendor's maintenance mode (VendorMode.EnterModeRequestEvent)."""

    device: str
    enter: bool


@event("branch.stopped")
@dataclass(frozen=True, slots=True)
class BranchStopped:
    """No customer may be served any longer; told to the session that is open."""

    reason: str


@event("branch.between_sessions")
@dataclass(frozen=True, slots=True)
class BetweenSessions:
    """Nobody is served now."""


@event("branch.technician")
@dataclass(frozen=True, slots=True)
class TechnicianAtWork:
    """A technician moves devices by hand from now on, or is done with it; meanwhile no customer may be served."""

    at_work: bool


@event("branch.exchange_wanted")
@dataclass(frozen=True, slots=True)
class ExchangeWanted:
    """A technician wants to change the cassettes."""

    technician_id: str


@event("branch.counted")
@dataclass(frozen=True, slots=True)
class CountsGiven:
    """A technician has counted what the units hold now and confirmed it."""

    technician_id: str
    counts: tuple[tuple[str, int], ...]
    """Unit name and notes; units that are not named stay as the machine counted them."""


@event("branch.exchange_started")
@dataclass(frozen=True, slots=True)
class ExchangeStarted:
    """The units may be changed by hand now; this is what the machine holds by its own count."""

    request_id: str
    units: tuple[Unit, ...]


@event("branch.exchange_ended")
@dataclass(frozen=True, slots=True)
class ExchangeEnded:
    """The machine has taken the technician's counts and may serve again."""

    request_id: str
    units: tuple[Unit, ...]


@event("branch.exchange_failed")
@dataclass(frozen=True, slots=True)
class ExchangeFailed:
    """The machine did not begin or end the exchange."""

    request_id: str
    code: str


@event("branch.journal_damaged")
@dataclass(frozen=True, slots=True)
class JournalDamaged:
    """The journal was damaged at start, or older than its newest checkpoint.

    A damaged one was put aside whole and a new one begun with what could be saved. An older one is a copy put in its place,
    or its disk has lost the end.
    """

    folder: str
    """Where the damaged one is, below the state folder; of an older one the checkpoint."""

    rows: int
    """Saved rows that headquarters had not acknowledged."""

    unfinished: int
    """Saved effects whose outcome nobody knows."""

    complete: bool
    """Whether everything that was looked for could be read and fitted its chain."""


RELEASE_JOURNAL = "branch.journal_released"
"""The command by which headquarters ends the stop for a damaged journal."""


@event(RELEASE_JOURNAL)
@dataclass(frozen=True, slots=True)
class JournalReleased:
    """Somebody at headquarters has looked at what was saved of a damaged journal, and lets the branch serve again."""

    released_by: str
    """Who, as headquarters knows them."""


@effect("branch.start_exchange")
@dataclass(frozen=True, slots=True)
class StartExchange:
    """Stop paying out and taking in: a technician changes the cassettes. Committed."""

    request_id: str


@effect("branch.end_exchange")
@dataclass(frozen=True, slots=True)
class EndExchange:
    """Take these counts, confirmed by the technician, for what the units hold. Committed."""

    request_id: str
    counts: tuple[tuple[str, int], ...]
    """Unit name and how many notes it holds now."""


@effect("branch.acknowledge_mode")
@dataclass(frozen=True, slots=True)
class AcknowledgeMode:
    """Let a device enter its maintenance mode; only between sessions."""

    device: str
    enter: bool


@effect("branch.difference")
@dataclass(frozen=True, slots=True)
class RecordDifference:
    """What a technician counted is not what the machine had counted: for headquarters to look into."""

    technician_id: str
    lines: tuple[tuple[str, int, int], ...]
    """Unit, notes by the machine's count, notes by hand."""
