"""One store of versions for what people change without a program: answers, flows, risk rules.

Below the state folder, ``versions/KIND/`` holds every version as a file named by its SHA-256, and ``history.json``: what was made,
used, tried out and rolled back, by whom, when and why. What is in use follows from the history alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar

import msgspec

from guitai.errors import GuitaiError
from guitai.wire.whole import read_plain, write_whole

Kind = Literal["answers", "flows", "rules"]
What = Literal["made", "used", "rolled_back", "tried", "trial_ended"]
T = TypeVar("T")

FOLDER = "versions"
SHORT = 12
"""Characters of the hash that people see and type."""

LOCK = os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
"""How the lock is opened, which may lie in another account's folder."""

PRIVATE: tuple[Kind, ...] = ("rules",)
"""Kinds only core's own user reads: thresholds are nobody else's business. Speech reads the answers."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the history."""

    what: What
    id: str
    """The version; of a way back the one that is in use after it, empty where that is what ships."""

    by: str
    why: str
    at_ms: int
    label: str = ""
    """A few words that tell a version from others: its number, how many answers it has."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """A version that was read whole and checked."""

    id: str
    content: T


class Store(Generic[T]):
    """The versions of one kind.

    Args:
        state: The state folder.
        kind: What is kept.
        read: Checks a version's bytes and returns what they mean; raises GuitaiError. It is called whenever a version is
            kept, put to use or loaded, so what was signed is verified each time.
        folder: Where they lie, if not at their place below `state`.
    """

    def __init__(self, state: Path, kind: Kind, read: Callable[[bytes], T], folder: Path | None = None) -> None:
        self._state, self._kind, self._read = state, kind, read
        self._folder = folder or state / FOLDER / kind
        self._history = self._folder / "history.json"

    def at(self, folder: Path) -> Store[T]:
        """Return the same store worked on in `folder`: one that was opened, so that nobody puts another in its place."""
        return Store(self._state, self._kind, self._read, folder)

    def current(self) -> Loaded[T] | None:
        """Return what is in use, None where it is what ships. Raises GuitaiError ``versions.*`` or as `read` does."""
        return self._loaded(self.in_use())

    def in_use(self) -> str:
        """Return the hash of what is in use, empty for what ships. Raises GuitaiError ``versions.unreadable``."""
        return _in_use(self.history())

    def trial(self) -> Loaded[T] | None:
        """Return what is tried out beside it, None for nothing. Raises as `current` does."""
        return self._loaded(_on_trial(self.history()))

    def load(self, name: str) -> T:
        """Return a version by the beginning of its hash, checked.

        Raises:
            GuitaiError: ``versions.unknown``, ``versions.unreadable``, ``versions.damaged``, or as `read` does.
        """
        whole = self.find(name).id
        path = self.path(whole)
        try:
            data = read_plain(path)
        except OSError as error:
            raise GuitaiError("versions.unreadable", path=path, reason=error.strerror) from error
        if hashlib.sha256(data).hexdigest() != whole:
            raise GuitaiError("versions.damaged", path=path)
        return self._read(data)

    def keep(self, data: bytes, by: str, why: str, at_ms: int, label: str = "") -> str:
        """Keep a version and return its hash; the same bytes are the same version, whoever brings them.

        Raises:
            GuitaiError: ``versions.no_name``, ``versions.cannot_write``, ``versions.unreadable``, or as `read` does.
        """
        self._read(data)
        whole = hashlib.sha256(data).hexdigest()
        made = _deed("made", whole, by, why, at_ms, label)
        with self._changing() as history:
            write_whole(self.path(whole), data, self._mode)
            if all(deed.id != whole for deed in _made(history)):
                history.append(made)
        return whole

    def use(self, name: str, by: str, why: str, at_ms: int) -> str:
        """Put a version to use from the next session on; return its hash.

        Raises:
            GuitaiError: ``versions.used_already``, ``versions.no_name``, or as `load` does.
        """
        return self._begin("used", name, by, why, at_ms)

    def try_out(self, name: str, by: str, why: str, at_ms: int) -> str:
        """Let a version stand beside the one in use; return its hash. Raises as `use` does."""
        return self._begin("tried", name, by, why, at_ms)

    def stop_trying(self, by: str, why: str, at_ms: int) -> None:
        """Try nothing out any more."""
        with self._changing() as history:
            if tried := _on_trial(history):
                history.append(_deed("trial_ended", tried, by, why, at_ms))

    def roll_back(self, by: str, why: str, at_ms: int) -> str:
        """Return to what was in use before; return its hash, empty for what ships.

        Raises:
            GuitaiError: ``versions.nothing_before``, ``versions.no_name``, or as `load` does: refused now rather than found out at the next session.
        """
        with self._changing() as history:
            used = _used(history)
            if not used:
                raise GuitaiError("versions.nothing_before", kind=self._kind)
            before = used[-2] if len(used) > 1 else ""
            if before:
                self.load(before)
            history.append(_deed("rolled_back", before, by, why, at_ms))
        return before

    def find(self, name: str) -> Deed:
        """Return how a version was made, by the beginning of its hash. Raises GuitaiError ``versions.unknown``."""
        found = [deed for deed in self.versions() if deed.id.startswith(name)] if name else []
        if len(found) != 1:
            raise GuitaiError("versions.unknown", kind=self._kind, name=name)
        return found[0]

    def versions(self) -> list[Deed]:
        """Return how each version was made, oldest first."""
        return _made(self.history())

    def history(self) -> list[Deed]:
        """Return everything that was done, oldest first. Raises GuitaiError ``versions.unreadable``."""
        try:
            return msgspec.json.decode(read_plain(self._history), type=list[Deed])
        except FileNotFoundError:
            return []
        except (OSError, msgspec.DecodeError) as error:
            raise GuitaiError("versions.unreadable", path=self._history, reason=str(error)) from error

    def part(self, whole: str) -> str:
        """Return what a version is now: ``in use``, ``before``, ``on trial`` or nothing; an empty hash is what ships."""
        history = self.history()
        if whole == _in_use(history):
            return "in use"
        if whole and whole == _on_trial(history):
            return "on trial"
        return "before" if whole in _used(history) else ""

    def path(self, whole: str) -> Path:
        """Return the file of a version."""
        return self._folder / whole

    @property
    def _mode(self) -> int:
        return 0o600 if self._kind in PRIVATE else 0o644

    def _loaded(self, whole: str) -> Loaded[T] | None:
        return Loaded(whole, self.load(whole)) if whole else None

    def _begin(self, what: Literal["used", "tried"], name: str, by: str, why: str, at_ms: int) -> str:
        with self._changing() as history:
            whole = self.find(name).id
            if whole == _in_use(history):
                raise GuitaiError("versions.used_already", kind=self._kind, name=whole[:SHORT])
            self.load(whole)
            history.append(_deed(what, whole, by, why, at_ms))
        return whole

    @contextmanager
    def _changing(self) -> Iterator[list[Deed]]:
        """Give the history to be added to, to one process at a time, and write it whole."""
        try:
            self._folder.mkdir(mode=folder_mode(self._kind), parents=True, exist_ok=True)
            with os.fdopen(os.open(self._folder / "lock", LOCK, 0o644), "rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                history = self.history()
                before = len(history)
                yield history
                if len(history) > before:
                    write_whole(self._history, msgspec.json.encode(history), self._mode)
        except OSError as error:
            raise GuitaiError("versions.cannot_write", path=self._folder, reason=error.strerror) from error


def folder_mode(kind: Kind) -> int:
    """Return the rights of a store's folder."""
    return 0o700 if kind in PRIVATE else 0o755


def _deed(what: What, whole: str, by: str, why: str, at_ms: int, label: str = "") -> Deed:
    """Return a line of the history. Raises GuitaiError ``versions.no_name`` when nobody stands for it."""
    if not by.strip():
        raise GuitaiError("versions.no_name")
    return Deed(what, whole, by.strip(), why.strip(), at_ms, label)


def _made(history: list[Deed]) -> list[Deed]:
    return [deed for deed in history if deed.what == "made"]


def _used(history: list[Deed]) -> list[str]:
    used: list[str] = []
    for deed in history:
        if deed.what == "used":
            used.append(deed.id)
        elif deed.what == "rolled_back":
            del used[-1:]
    return used


def _in_use(history: list[Deed]) -> str:
    used = _used(history)
    return used[-1] if used else ""


def _on_trial(history: list[Deed]) -> str:
    tried = ""
    for deed in history:
        if deed.what == "tried":
            tried = deed.id
        elif deed.what == "trial_ended" or (deed.what == "used" and deed.id == tried):
            tried = ""
    return tried
