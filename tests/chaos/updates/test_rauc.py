"""Real RAUC installs on loop devices, broken off: RAUC and the updater are killed, the machine restarts, and a whole image runs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from guitai.updates import acts
from guitai.updates.machine import Around, Updater
from guitai.wire.releases import SIGNATURE, Folder, id_of, write_release
from tests.fixtures.rauc import RaucMachine, bundle_format, missing
from tests.fixtures.updates import COMPATIBLE, shared_keys, sign

UPDATES = 26
pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(bool(missing()), reason=missing() or "runs"),
]


def release(machine: RaucMachine, build: int) -> str:
    folder = machine.root / "stick"
    for old in folder.glob("*") if folder.exists() else ():
        old.unlink()
    about = {
        "kind": "software", "payload": "rauc", "compatible": COMPATIBLE, "version": "0.1.0", "build": build, "name": f"guitai-{build}",
    }  # fmt: skip
    bundle = machine.bundle(build)
    descriptor = write_release(bundle, folder, about)
    bundle.unlink()
    (folder / SIGNATURE).write_bytes(sign(descriptor, shared_keys() / "updates.crt", shared_keys() / "updates.key"))
    return id_of(descriptor)


def updater(machine: RaucMachine, *, broken: int) -> Updater:
    def examine() -> str:
        if machine.build_of(machine.booted) != broken:
            return ""
        (machine.root / "unhealthy").write_text(str(time.monotonic()))
        return "updates.unhealthy"

    around = Around(lambda _: Folder(machine.root / "stick"), lambda: True, examine, lambda *_: None, lambda _: None)
    return Updater(machine.root / "state", shared_keys() / "updates-ca.crt", COMPATIBLE, machine.adapter(), around)


def run(machine: RaucMachine, wanted: str, broken: int) -> int:
    """Start the updater in a process of its own."""
    if (pid := os.fork()) == 0:
        try:
            os.setpgid(0, 0)
            one = updater(machine, broken=broken)
            one.start()
            one.happen(acts.Offered(wanted, wanted[:8]))
        except BaseException:  # noqa: BLE001 - whatever it is, the process ends here
            os._exit(1)
        os._exit(0)
    return pid


def test_interrupted_installs_end_with_a_whole_system(tmp_path: Path, record_property) -> None:
    chance = random.Random(9)
    cut = writing = rolled_back = done = 0
    back_s = [0.0]
    with RaucMachine(tmp_path, shared_keys()) as machine:
        for build in range(2, UPDATES + 2):
            wanted, broken = release(machine, build), build if build % 5 == 0 else 0
            before = machine.build_of(machine.booted)
            for start in range(12):
                pid = run(machine, wanted, broken)
                if start == 0:
                    kill_within(machine, pid, chance)
                    writing += machine.root.joinpath("mnt/bundle").is_mount()
                    cut += 1
                    machine.boot()
                    if (now_runs := machine.build_of(machine.booted)) != build:
                        # Two power cuts before a start was marked good: the boot loader went to the other whole system.
                        before = now_runs
                else:
                    os.waitpid(pid, 0)
                    if (machine.root / "unhealthy").exists():
                        back_s.append(_stamp(machine, "restart") - _stamp(machine, "unhealthy"))
                        (machine.root / "unhealthy").unlink()
                    if (machine.root / "restart").exists():
                        (machine.root / "restart").unlink()
                        machine.boot()
                now = updater(machine, broken=broken).state
                if start and now.phase == "idle" and now.last and now.last.release == wanted:
                    break
            assert now.last is not None
            assert now.last.status == ("FAILED" if broken else "SUCCEEDED"), now
            assert machine.build_of(machine.booted) == (before if broken else build)
            rolled_back += bool(broken)
            done += not broken
    for name, value in {
        "format": bundle_format(), "interrupted": cut, "mounted": writing, "installed": done, "rolled_back": rolled_back,
        "back_s": round(max(back_s), 2),
    }.items():  # fmt: skip
        record_property(name, value)
    assert cut >= 20
    assert writing >= 10


def _stamp(machine: RaucMachine, name: str) -> float:
    return float((machine.root / name).read_text())


def kill_within(machine: RaucMachine, pid: int, chance: random.Random) -> None:
    """Kill RAUC and the updater: most often at a moment while RAUC has the bundle open, else at any."""
    if chance.random() < 0.8:
        end = time.monotonic() + 10
        while not (machine.root / "mnt" / "bundle").is_mount() and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.1)
    else:
        time.sleep(chance.random() * 0.5)
    assert machine.service is not None
    machine.service.kill()
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_rauc_itself_refuses_what_it_should(tmp_path: Path, record_property) -> None:
    with RaucMachine(tmp_path, shared_keys()) as machine:
        good = machine.bundle(2)
        tampered = tmp_path / "tampered.raucb"
        data = bytearray(good.read_bytes())
        data[len(data) // 2] ^= 1
        unsigned = tmp_path / "unsigned.raucb"
        unsigned.write_bytes(good.read_bytes()[:-4096])
        cases = [machine.bundle(3, signer="stranger"), machine.bundle(4, compatible="other-machine"), unsigned]
        if bundle_format() == "plain":  # verity notices at the block that is read
            tampered.write_bytes(data)
            cases.append(tampered)
        for case in cases:
            told = subprocess.run(["rauc", "install", case], env=machine.environment, check=False, capture_output=True)
            assert told.returncode != 0, case
        machine.boot()
        assert machine.build_of(machine.booted) == 1
        record_property("refused", len(cases))
