"""Slots without partitions: versioned folders beside each other (bundle/install makes them) and one link to the one in use.

``/opt/guitai`` → ``guitai-0.1.0-abc``; ``/opt/.guitai-slots/A`` and ``B`` name the two. The link takes the boot order's place, and the
file ``trial`` the boot loader's count: `bundle/slots boot`, run before core at each start of the machine, counts down and sets the link
back by itself, however broken the new version is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

from guitai.errors import GuitaiError
from guitai.updates.acts import Order, Slot
from guitai.updates.slots import other
from guitai.wire.releases import Release
from guitai.wire.whole import sync_folder, write_whole

LINK, SLOTS, TRIAL, COMPLETE, RELEASE = "guitai", ".guitai-slots", "trial", "complete", "release"
NAME = re.compile(r"^guitai-[A-Za-z0-9._+-]{1,90}$")
STAGE_S, RESTART_S = 1200, 60


def stage(unpacked: Path, target: Path) -> None:
    """Install the unpacked bundle into `target` without switching over. Raises GuitaiError ``updates.install``."""
    _run("updates.install", STAGE_S, str(unpacked / "install"), "--stage", str(target))


def activate(folder: Path) -> None:
    """Put a version's units in place and restart the kiosk from it. Raises GuitaiError ``updates.slots``."""
    if (folder / "activate").exists():
        _run("updates.slots", RESTART_S, str(folder / "activate"))
    # What died too often under the other version rests (guitai-again); this one starts at once.
    _run("updates.slots", RESTART_S, "systemctl", "stop", "guitai-again@*.service")
    _run("updates.slots", RESTART_S, "systemctl", "reset-failed", "guitai-*.service")
    _run("updates.slots", RESTART_S, "systemctl", "restart", "--no-block", "guitai.target")


def prove(folder: Path) -> None:
    """Let a version that was found good put its own guard in place. Raises GuitaiError ``updates.slots``."""
    if (folder / "activate").exists():
        _run("updates.slots", RESTART_S, str(folder / "activate"), "guard")


def order_of(path: Path) -> Order:
    """Return what the version in a file ``release`` is compared by; zeros where there is none."""
    told = _told(path)
    return _order(told.get("version", "0"), told.get("build", "0"))


def floor_of(path: Path, kind: str) -> Order:
    """Return the oldest pack of a kind that the version in a file ``release`` takes: its line ``floor_KIND=VERSION:BUILD``."""
    version, _, build = _told(path).get(f"floor_{kind}", "").partition(":")
    return _order(version, build or "0") if version else ()


def _told(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def _order(version: str, build: str) -> Order:
    numbers = [int(part) for part in re.findall(r"\d+", version)[:4]]
    return (*numbers, *[0] * (4 - len(numbers)), int(build))


class Folders:
    """Two folders below `opt`; `folder` is the updater's own."""

    payload = "tar"
    reboots = False

    def __init__(
        self,
        opt: Path,
        folder: Path,
        stage: Callable[[Path, Path], None] = stage,
        activate: Callable[[Path], None] = activate,
        prove: Callable[[Path], None] = prove,
    ) -> None:
        self._opt, self._folder, self._stage, self._activate, self._prove = opt, folder, stage, activate, prove

    def booted(self) -> Slot:
        """Return the slot the link points at; a folder that no slot has takes slot A, as it was installed by hand."""
        here = self._pointed()
        for slot in ("A", "B"):
            if self._name(slot) == here:
                return slot
        self._put("A", here)
        return "A"

    def adopt(self, slot: Slot) -> tuple[str, Order]:
        """Return name and order by the folder's file ``release``: ``version=0.1.0``, ``build=7``."""
        name = self._name(slot)
        return name, order_of(self._opt / name / RELEASE)

    def floor(self, kind: str) -> Order:
        """Return the oldest pack of a kind that the version in use takes."""
        return floor_of(self._opt / LINK / RELEASE, kind)

    def install(self, slot: Slot, payload: Path, release: Release) -> None:
        """Unpack, install into a folder of the release's name, and name it the slot. Raises GuitaiError ``updates.install``, OSError."""
        name = release.name
        if not NAME.match(name) or name in (self._pointed(), self._name(other(slot))):
            raise GuitaiError("updates.install", reason=f"a folder may not be called {name}")
        before = self._name(slot)
        if before and before == self._pointed():
            raise GuitaiError("updates.install", reason=f"slot {slot} runs")
        if before and before != name:
            _drop(self._opt / before)
        target, unpacked = self._opt / name, self._folder / "unpacked"
        if not _holds(target, release):
            _drop(target)
            unpack(payload, unpacked)
            self._stage(unpacked, target)
            os.sync()
            write_whole(target / COMPLETE, release.sha256.encode(), 0o644)
            shutil.rmtree(unpacked, ignore_errors=True)
        self._put(slot, name)

    def switch(self, slot: Slot, tries: int) -> None:
        """Point the link at the slot's folder; the count is on the disk first. Raises GuitaiError ``updates.slots``, OSError."""
        name, back = self._name(slot), self._name(other(slot))
        if not name or not (self._opt / name / COMPLETE).exists():
            raise GuitaiError("updates.slots", reason=f"slot {slot} holds nothing whole")
        write_whole(self._folder / TRIAL, f"name={name}\nback={back}\ntries={tries}\n".encode(), 0o644)
        self._point(name)
        self._activate(self._opt / name)

    def mark_good(self, slot: Slot) -> None:
        """Count no more; whoever guards the next trial is of this version."""
        if self._pointed() != self._name(slot):
            raise GuitaiError("updates.slots", reason=f"slot {slot} does not run")
        if (self._folder / TRIAL).exists():
            (self._folder / TRIAL).unlink()
            sync_folder(self._folder)
        self._prove(self._opt / self._name(slot))

    def go_back(self, slot: Slot, bad: Slot) -> None:
        """Point the link back and restart."""
        del bad  # nothing points at it any more
        name = self._name(slot)
        self._point(name)
        (self._folder / TRIAL).unlink(missing_ok=True)
        self._activate(self._opt / name)

    def _pointed(self) -> str:
        try:
            return (self._opt / LINK).readlink().name
        except OSError as error:
            raise GuitaiError("updates.slots", reason=f"{self._opt / LINK}: {error.strerror}") from error

    def _point(self, name: str) -> None:
        _link(self._opt / LINK, str(self._opt / name))

    def _name(self, slot: Slot) -> str:
        try:
            return (self._opt / SLOTS / slot).readlink().name
        except FileNotFoundError:
            return ""

    def _put(self, slot: Slot, name: str) -> None:
        (self._opt / SLOTS).mkdir(exist_ok=True)
        _link(self._opt / SLOTS / slot, f"../{name}")


def unpack(payload: Path, folder: Path) -> None:
    """Lay a release's files into a folder of their own, in place of what is there. Raises GuitaiError ``updates.install``."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with tarfile.open(payload) as tar:
            tar.extractall(folder, [_plain(member) for member in tar])  # noqa: S202 - signed, and looked at
    except (OSError, tarfile.TarError) as error:  # a full or read-only disk would be no other one at the next try
        shutil.rmtree(folder, ignore_errors=True)
        raise GuitaiError("updates.install", reason=str(error)[:200]) from error


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Let files and folders below the folder pass only, and nobody's rights but root's. (Debian 12's Python has no filters.)"""
    parts = Path(member.name).parts
    if not (member.isreg() or member.isdir()) or member.name.startswith("/") or ".." in parts:
        raise GuitaiError("updates.install", reason=f"the tar holds what no bundle does: {member.name}"[:200])
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mode &= 0o755
    return member


def _holds(folder: Path, release: Release) -> bool:
    """Tell whether a folder holds this very release, whole; another one may have had its name."""
    try:
        return (folder / COMPLETE).read_bytes() == release.sha256.encode()
    except FileNotFoundError:
        return False


def _drop(folder: Path) -> None:
    """Remove a version; one that is half removed at a power cut is not taken for a whole one."""
    if (folder / COMPLETE).exists():
        (folder / COMPLETE).unlink()
        sync_folder(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _link(link: Path, goal: str) -> None:
    """Make or turn a link, whole or not at all."""
    draft = link.with_name(f"{link.name}.new")
    draft.unlink(missing_ok=True)
    draft.symlink_to(goal)
    draft.replace(link)
    sync_folder(link.parent)


def _run(code: str, timeout_s: int, *words: str) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=timeout_s, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GuitaiError(code, reason=f"{words[0]}: {error}"[:200]) from error
    if done.returncode:
        raise GuitaiError(code, reason=(done.stderr.strip() or done.stdout.strip() or words[0])[-200:])
