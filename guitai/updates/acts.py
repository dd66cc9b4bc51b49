"""What happens to an update and what is to be done about it: the events and effects of `guitai.updates.slots`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Slot = Literal["A", "B"]
Order = tuple[int, ...]
"""What versions are compared by."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the last update ended."""

    job: str
    release: str
    status: Literal["SUCCEEDED", "FAILED", "REJECTED", "CANCELED"]
    reason: str = ""


# What happens.


@dataclass(frozen=True, slots=True)
class Started:
    """The updater begins; the machine runs from `booted`."""

    booted: Slot


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody wants a release installed."""

    release: str
    job: str = ""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """Every chunk is here."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The signature is good; this is what the release says of itself."""

    compatible: str
    order: Order
    name: str
    pack: str = ""
    """Kind of a pack; empty: software."""

    floor: Order = ()
    """The oldest pack of this kind that the version that runs takes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The release is not to be had, or not to be trusted."""

    code: str


@dataclass(frozen=True, slots=True)
class Installed:
    """The target holds the release, whole, on the disk."""


@dataclass(frozen=True, slots=True)
class InstallFailed:
    """It does not."""

    code: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody is served, the branch is held, and the maintenance window is open."""


@dataclass(frozen=True, slots=True)
class Switched:
    """The target is started next, so many times; the machine restarts."""


@dataclass(frozen=True, slots=True)
class Healthy:
    """The self-test passed and the outbox is empty."""


@dataclass(frozen=True, slots=True)
class Unhealthy:
    """It did not in its time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Marked:
    """The boot order has the new slot for good."""


@dataclass(frozen=True, slots=True)
class Canceled:
    """Whoever wanted the update wants it no more; before the switch only."""


Event = (
    Started
    | Offered
    | Downloaded
    | Verified
    | Refused
    | Installed
    | InstallFailed
    | Quiet
    | Switched
    | Healthy
    | Unhealthy
    | Marked
    | Canceled
)


# What is to be done. Each is safe to begin again.


@dataclass(frozen=True, slots=True)
class Download:
    """Fetch the release's chunks."""

    release: str


@dataclass(frozen=True, slots=True)
class Verify:
    """Check signature and hashes."""

    release: str


@dataclass(frozen=True, slots=True)
class Install:
    """Write the release into a slot that does not run."""

    slot: Slot
    release: str


@dataclass(frozen=True, slots=True)
class InstallPack:
    """Hand a release to the store of its kind, which checks it once more and puts it to use from the next session on."""

    kind: str
    release: str


@dataclass(frozen=True, slots=True)
class AwaitQuiet:
    """Tell when nobody is served and the window is open."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Start a slot next, at most `tries` times, and restart."""

    slot: Slot
    tries: int


@dataclass(frozen=True, slots=True)
class Examine:
    """Tell whether the slot that runs does well."""


@dataclass(frozen=True, slots=True)
class MarkGood:
    """Start a slot for good."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class GoBack:
    """Never start `bad` again; start `slot`, now."""

    slot: Slot
    bad: Slot


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete what was downloaded."""

    release: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Report how the update ended."""

    outcome: Outcome


Effect = Download | Verify | Install | InstallPack | AwaitQuiet | Switch | Examine | MarkGood | GoBack | Forget | Tell
