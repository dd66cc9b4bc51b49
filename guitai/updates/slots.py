"""step(state, event) -> (state, effects): two slots, one of which always works. Pure; the state is on the disk before an effect begins.

An update goes downloading → verifying → installing → waiting → switching → trying → marking, and ends where it began if anything is
refused or fails. Every effect may be begun twice: what was under way at a kill is begun again from `Started`. Only the slot that is
neither running nor the good one is ever written to. The new slot gets a few starts (`TRIES`); the boot loader, or what stands in for
it, goes back by itself when they are used up, and `Started` then finds the old one running.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, assert_never

from guitai.updates.acts import (
    AwaitQuiet,
    Canceled,
    Download,
    Downloaded,
    Effect,
    Event,
    Examine,
    Forget,
    GoBack,
    Healthy,
    Install,
    Installed,
    InstallFailed,
    InstallPack,
    Marked,
    MarkGood,
    Offered,
    Order,
    Outcome,
    Quiet,
    Refused,
    Slot,
    Started,
    Switch,
    Switched,
    Tell,
    Unhealthy,
    Verified,
    Verify,
)

Standing = Literal["good", "bad", "pending", "empty"]
"""pending: written or being written, never proved."""

Phase = Literal[
    "idle", "downloading", "verifying", "installing", "waiting", "switching", "trying", "marking", "returning"
]
TRIES = 3


@dataclass(frozen=True, slots=True)
class Content:
    """What a slot holds."""

    standing: Standing = "empty"
    release: str = ""
    """Id of its release; empty: what was installed by hand."""

    name: str = ""
    order: Order = ()


@dataclass(frozen=True, slots=True)
class Updates:
    """Everything `step` knows."""

    compatible: str
    a: Content = Content()
    b: Content = Content()
    good: Slot = "A"
    """The slot that is gone back to."""

    phase: Phase = "idle"
    release: str = ""
    """What is being installed."""

    job: str = ""
    order: Order = ()
    name: str = ""
    pack: str = ""
    """Kind of a pack that is being installed; empty: software."""

    packs: tuple[tuple[str, Order], ...] = ()
    """The newest pack of each kind that was installed."""

    tries: int = 0
    """Starts the new slot still has."""

    reason: str = ""
    """Why it is gone back."""

    last: Outcome | None = None

    def content(self, slot: Slot) -> Content:
        """Return what a slot holds."""
        return self.a if slot == "A" else self.b

    @property
    def target(self) -> Slot:
        """The slot that may be written to while nothing new runs."""
        return other(self.good)


Step = tuple[Updates, tuple[Effect, ...]]


def other(slot: Slot) -> Slot:
    """Return the other slot."""
    return "B" if slot == "A" else "A"


def step(state: Updates, event: Event) -> Step:
    """Advance the update. An event that does not belong to the phase changes nothing. (docs/updates.md)"""
    match event:
        case Started(booted):
            return _started(state, booted)
        case Offered(release, job):
            return _offered(state, release, job)
        case Downloaded() if state.phase == "downloading":
            return _go(state, "verifying")
        case Verified() if state.phase == "verifying":
            return _verified(state, event)
        case Refused(code) if state.phase in ("downloading", "verifying"):
            return _ended(state, "REJECTED", code)
        case Installed() if state.phase == "installing":
            return _pack_installed(state) if state.pack else _go(state, "waiting")
        case InstallFailed(code) if state.phase == "installing":
            if state.pack:
                return _ended(state, "REJECTED", code)
            return _ended(_with(state, state.target, Content("bad")), "FAILED", code)
        case Quiet() if state.phase == "waiting":
            return _go(replace(state, tries=TRIES), "switching")
        case Healthy() if state.phase == "trying":
            return _go(state, "marking")
        case Unhealthy(reason) if state.phase == "trying":
            return _go(replace(state, reason=reason), "returning")
        case Marked() if state.phase == "marking":
            new = _with(state, state.target, replace(state.content(state.target), standing="good"))
            return _ended(replace(new, good=state.target), "SUCCEEDED", "")
        case Canceled() if state.phase in ("downloading", "verifying", "installing", "waiting"):
            return _ended(state, "CANCELED", "")
        case Switched() if (
            state.phase == "switching"
        ):  # the restart ends this process; where it does not, `Started` follows
            return state, ()
        case (
            Downloaded()
            | Verified()
            | Refused()
            | Installed()
            | InstallFailed()
            | Quiet()
            | Switched()
            | Healthy()
            | Unhealthy()
            | Marked()
            | Canceled()
        ):
            return state, ()
        case _:
            assert_never(event)


def _offered(state: Updates, release: str, job: str) -> Step:
    if state.phase != "idle":
        if (release, job) == (state.release, state.job):
            return state, ()
        return state, (Tell(Outcome(job, release, "REJECTED", "updates.busy")),)
    if state.last is not None and job and (state.last.job, state.last.release) == (job, release):
        return state, (Tell(state.last),)  # asked again about a job that is over
    return _go(replace(state, release=release, job=job, order=(), name="", reason=""), "downloading")


def _verified(state: Updates, told: Verified) -> Step:
    if told.compatible != state.compatible:
        return _ended(state, "REJECTED", "updates.wrong_target")
    here = dict(state.packs).get(told.pack, ()) if told.pack else state.content(state.good).order
    if told.order <= here or told.order < told.floor:
        return _ended(state, "REJECTED", "updates.downgrade")
    state = replace(state, order=told.order, name=told.name, pack=told.pack)
    if not told.pack:
        state = _with(state, state.target, Content("pending", state.release, told.name, told.order))
    return _go(state, "installing")


def _pack_installed(state: Updates) -> Step:
    packs = {**dict(state.packs), state.pack: state.order}
    return _ended(replace(state, packs=tuple(sorted(packs.items()))), "SUCCEEDED", "")


def _started(state: Updates, booted: Slot) -> Step:
    match state.phase:
        case "idle" | "downloading" | "verifying" | "installing" | "waiting" if booted != state.good:
            return _elsewhere(state, booted)
        case "idle":
            # What followed the end may have been lost with the process.
            ends = (Forget(state.last.release), Tell(state.last)) if state.last else ()
            return state, (MarkGood(state.good), *ends)
        case "downloading" | "verifying" | "installing" | "waiting":
            return state, _effects(state)
        case "switching" if booted == state.good:
            return state, _effects(state)
        case "switching" | "trying" if booted == state.target:
            tries = state.tries - 1
            if tries < 0:
                return _go(replace(state, tries=0, reason="updates.no_tries"), "returning")
            return _go(replace(state, tries=tries), "trying")
        case "switching" | "trying":
            return _returned(replace(state, reason=state.reason or "updates.boot_loader"))
        case "marking":
            if booted == state.target:
                return state, _effects(state)
            return _returned(replace(state, reason="updates.boot_loader"))
        case "returning":
            return _returned(state) if booted == state.good else (state, _effects(state))


def _elsewhere(state: Updates, booted: Slot) -> Step:
    """The other slot was started, and not by an update: what was under way would write to the slot that runs."""
    if state.content(booted).standing != "good":
        return _go(replace(state, reason="updates.boot_loader"), "returning")
    chosen = replace(state, good=booted)  # by hand
    return (chosen, ()) if state.phase == "idle" else _ended(chosen, "FAILED", "updates.by_hand")


def _returned(state: Updates) -> Step:
    """The old slot runs again: the new one is bad, and the boot order says so, too."""
    state = _with(state, state.target, replace(state.content(state.target), standing="bad"))
    good = MarkGood(state.good)
    ended, effects = _ended(state, "FAILED", state.reason)
    return ended, (good, *effects)


def _ended(state: Updates, status: Literal["SUCCEEDED", "FAILED", "REJECTED", "CANCELED"], reason: str) -> Step:
    outcome = Outcome(state.job, state.release, status, reason)
    done = replace(
        state, phase="idle", release="", job="", order=(), name="", pack="", tries=0, reason="", last=outcome
    )
    return done, (Forget(state.release), Tell(outcome))


def _go(state: Updates, phase: Phase) -> Step:
    moved = replace(state, phase=phase)
    return moved, _effects(moved)


def _effects(state: Updates) -> tuple[Effect, ...]:
    """Return what the phase is about; begun again after a kill."""
    match state.phase:
        case "downloading":
            return (Download(state.release),)
        case "verifying":
            return (Verify(state.release),)
        case "installing":
            return (InstallPack(state.pack, state.release) if state.pack else Install(state.target, state.release),)
        case "waiting":
            return (AwaitQuiet(),)
        case "switching":
            return (Switch(state.target, state.tries),)
        case "trying":
            return (Examine(),)
        case "marking":
            return (MarkGood(state.target),)
        case "returning":
            return (GoBack(state.good, state.target),)
        case "idle":
            return ()


def _with(state: Updates, slot: Slot, content: Content) -> Updates:
    return replace(state, a=content) if slot == "A" else replace(state, b=content)
