"""The shell of an update: each state is on the disk before what follows from it begins; a kill anywhere goes on from there.

Everything below ``updates/`` of the updater's own folder: ``state.json``, ``incoming/RELEASE/`` (descriptor, signature, chunks,
payload). `Machine` says how the slots of this machine are written to: RAUC's partitions or versioned folders.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, assert_never

import msgspec
import structlog

from guitai.errors import GuitaiError
from guitai.updates import acts, signature, slots
from guitai.updates.acts import Effect, Event, Outcome, Slot
from guitai.updates.slots import Content, Updates
from guitai.wire.releases import (
    DESCRIPTOR,
    SIGNATURE,
    Release,
    Source,
    assemble,
    fetch_chunks,
    fetch_head,
    id_of,
    parsed,
)
from guitai.wire.whole import write_whole

STATE, INCOMING, PAYLOAD = "state.json", "incoming", "payload"
RELEASE_ID = re.compile(r"^[0-9a-f]{64}$")

log = structlog.get_logger()


class Machine(Protocol):
    """The slots of a machine. All of it may be done again, and is after a kill; all raise GuitaiError ``updates.*`` or OSError."""

    payload: str
    """The payload of software it takes: ``rauc`` or ``tar``."""

    reboots: bool
    """Whether `switch` and `go_back` restart the whole machine: what follows them is a new process's."""

    def booted(self) -> Slot:
        """Return the slot that runs."""
        ...

    def adopt(self, slot: Slot) -> tuple[str, acts.Order]:
        """Return name and order of what a slot holds that no update has put there."""
        ...

    def floor(self, kind: str) -> acts.Order:
        """Return the oldest pack of a kind that the version that runs takes; empty: any."""
        ...

    def install(self, slot: Slot, payload: Path, release: Release) -> None:
        """Write the payload into a slot that does not run; return once it is on the disk."""
        ...

    def switch(self, slot: Slot, tries: int) -> None:
        """Start `slot` next, at most `tries` times, and restart."""
        ...

    def mark_good(self, slot: Slot) -> None:
        """Start `slot` for good."""
        ...

    def go_back(self, slot: Slot, bad: Slot) -> None:
        """Never start `bad` again; start `slot` now."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What an update asks of the machine beside its slots."""

    source: Callable[[str], Source]
    """Where a release is fetched from. Raises GuitaiError ``updates.source``."""

    quiet: Callable[[], bool]
    """Whether nobody is served and nobody will be, and the maintenance window is open."""

    examine: Callable[[], str]
    """Why the software that runs is not well; empty: it is. Waits as long as it may take to start."""

    pack: Callable[[str, Path, Release], None]
    """Hands a pack to the store of its kind."""

    tell: Callable[[Outcome], None]
    """Tells whoever wanted the update how it ended."""


class Updater:
    """Carries an update on as far as it goes now."""

    def __init__(self, folder: Path, ring: Path, compatible: str, machine: Machine, around: Around) -> None:
        self._folder, self._ring, self._machine, self._around = folder, ring, machine, around
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.state = self._load(compatible)

    def start(self) -> None:
        """Go on with what was under way; to be called when the process begins, and again while something waits.

        Raises GuitaiError ``updates.disk`` (nothing was begun that is not written down), ``updates.slots``.
        """
        booted = self._machine.booted()
        name, order = self._machine.adopt(booted)
        strange = bool(name) and name not in (self.state.a.name, self.state.b.name)
        if strange or self.state.content(booted).standing == "empty":  # RAUC has no names
            self._adopt(booted, Content("good", "", name, order))
        self.happen(acts.Started(booted))

    def _adopt(self, booted: Slot, content: Content) -> None:
        """Begin anew from a version that somebody installed by hand; what was under way is over."""
        old = self.state
        fresh = Updates(old.compatible, good=booted, packs=old.packs, last=old.last)
        if old.phase != "idle":
            fresh = replace(fresh, last=Outcome(old.job, old.release, "FAILED", "updates.by_hand"))
        self._save(replace(fresh, a=content) if booted == "A" else replace(fresh, b=content))

    def happen(self, event: Event) -> None:
        """Take an event in, and everything that follows from it. Raises as `start` does."""
        waiting: list[Event] = [event]
        while waiting:
            state, effects = slots.step(self.state, waiting.pop(0))
            self._save(state)
            for effect in effects:
                if (follows := self._do(effect)) is not None:
                    waiting.append(follows)

    def _do(self, effect: Effect) -> Event | None:
        """Carry an effect out; return what comes of it, None where it goes on later."""
        try:
            return self._carried(effect)
        except GuitaiError as error:
            log.warning("update does not go on", effect=type(effect).__name__, code=error.code, reason=str(error))
            return _failed(effect, error)
        except OSError as error:
            log.warning("update does not go on", effect=type(effect).__name__, reason=str(error))
            # A pack that cannot be written today would keep every later release out; it may be offered again.
            return acts.InstallFailed("updates.install") if isinstance(effect, acts.InstallPack) else None

    def _carried(self, effect: Effect) -> Event | None:
        match effect:
            case acts.Download(release):
                self._download(release)
                return acts.Downloaded()
            case acts.Verify(release):
                return self._verify(release)
            case acts.Install(slot, release):
                self._machine.install(slot, *self._payload(release))
                return acts.Installed()
            case acts.InstallPack(kind, release):
                self._around.pack(kind, *self._payload(release))
                return acts.Installed()
            case acts.AwaitQuiet():
                return acts.Quiet() if self._around.quiet() else None
            case acts.Switch(slot, tries):
                self._machine.switch(slot, tries)
                return None if self._machine.reboots else acts.Started(self._machine.booted())
            case acts.Examine():
                reason = self._around.examine()
                return acts.Unhealthy(reason) if reason else acts.Healthy()
            case acts.MarkGood(slot):
                self._machine.mark_good(slot)
                return acts.Marked()
            case acts.GoBack(slot, bad):
                self._machine.go_back(slot, bad)
                return None if self._machine.reboots else acts.Started(self._machine.booted())
            case acts.Forget(release):
                if release:
                    shutil.rmtree(self._at(release), ignore_errors=True)
                return None
            case acts.Tell(outcome):
                log.info("update ended", release=outcome.release, status=outcome.status, reason=outcome.reason)
                self._around.tell(outcome)
                return None
            case _:
                assert_never(effect)

    def _download(self, release_id: str) -> None:
        """Fetch, and trust nobody's bytes before the signature over the descriptor: a stranger fills no disk."""
        source, into = self._around.source(release_id), self._at(release_id)
        release = fetch_head(source, release_id, into)
        signature.verify((into / DESCRIPTOR).read_bytes(), (into / SIGNATURE).read_bytes(), self._ring)
        for _ in fetch_chunks(source, release, into):
            pass

    def _verify(self, release_id: str) -> Event:
        folder = self._at(release_id)
        descriptor = (folder / DESCRIPTOR).read_bytes()
        if id_of(descriptor) != release_id:
            raise GuitaiError("updates.damaged", name=DESCRIPTOR)
        who = signature.verify(descriptor, (folder / SIGNATURE).read_bytes(), self._ring)
        release = parsed(descriptor)
        if release.payload != (self._machine.payload if release.kind == "software" else "file"):
            raise GuitaiError("updates.wrong_target", wanted=release.payload, here=self._machine.payload)
        assemble(release, folder, folder / PAYLOAD)
        log.info("update is signed", release=release_id, name=release.name, by=who)
        pack = "" if release.kind == "software" else release.kind
        floor = self._machine.floor(pack) if pack else ()
        return acts.Verified(release.compatible, release.order, release.name, pack, floor)

    def _payload(self, release_id: str) -> tuple[Path, Release]:
        """Return what was verified, looked at once more: a power cut may lie between."""
        folder = self._at(release_id)
        descriptor = (folder / DESCRIPTOR).read_bytes()
        if id_of(descriptor) != release_id:
            raise GuitaiError("updates.damaged", name=DESCRIPTOR)
        release = parsed(descriptor)
        with (folder / PAYLOAD).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != release.sha256:
                raise GuitaiError("updates.damaged", name=PAYLOAD)
        return folder / PAYLOAD, release

    def _at(self, release_id: str) -> Path:
        if not RELEASE_ID.match(release_id):
            raise GuitaiError("updates.damaged", name="id")
        return self._folder / INCOMING / release_id

    def _load(self, compatible: str) -> Updates:
        try:
            data = (self._folder / STATE).read_bytes()
        except FileNotFoundError:
            booted = self._machine.booted()
            name, order = self._machine.adopt(booted)
            content = Content("good", "", name, order)
            empty = Updates(compatible, good=booted)
            return replace(empty, a=content) if booted == "A" else replace(empty, b=content)
        return msgspec.json.decode(data, type=Updates)

    def _save(self, state: Updates) -> None:
        if state == self.state and (self._folder / STATE).exists():
            return
        try:
            write_whole(
                self._folder / STATE, msgspec.json.encode(state), 0o644
            )  # sync tells headquarters how it stands
        except OSError as error:
            raise GuitaiError("updates.disk", reason=error.strerror or str(error)) from error
        self.state = state


def _failed(effect: Effect, error: GuitaiError) -> Event | None:
    """Return what an error means for the update; None: it may go better later."""
    if error.retryable:
        return None
    match effect:
        case acts.Download() | acts.Verify():
            return acts.Refused(error.code)
        case acts.Install() | acts.InstallPack():
            return acts.InstallFailed(error.code)
        case acts.Examine():
            return acts.Unhealthy(error.code)
        case _:
            return None
