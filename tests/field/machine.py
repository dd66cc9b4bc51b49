"""A bare Debian 12 under systemd-nspawn, the bundle where a USB stick would be; without a network, or with one cable to this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("mmdebstrap", "systemd-nspawn", "nsenter")
PACKAGES = "systemd,systemd-sysv,dbus,udev,iproute2"
STICK = "/media/stick"
CGROUPS = Path("/sys/fs/cgroup")
BOOT_S = 600.0
"""At load 40 on two cores 120 s were not enough."""

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def lacking() -> str:
    """Say what this machine lacks for it; empty if nothing."""
    if os.geteuid() != 0:
        return "root is needed to boot a machine of its own"
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"{', '.join(missing)} not installed (Debian: mmdebstrap, systemd-container)" if missing else ""


def bare_root(cache: Path, root: Path) -> None:
    """Put a minimal Debian 12 into `root`; fetched once and kept in `cache`."""
    if not cache.is_dir():
        unfinished = cache.with_name(cache.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        command = ["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(unfinished)]
        subprocess.run(command, check=True, capture_output=True)
        # Some machines leave it mounted, and a copy of /proc fills the disk.
        subprocess.run(["umount", "-q", str(unfinished / "proc")], check=False)
        unfinished.rename(cache)
    subprocess.run(["cp", "-a", "--one-file-system", str(cache), str(root)], check=True)


class Machine:
    """A booted machine."""

    def __init__(self, nspawn: subprocess.Popen[bytes], init: int) -> None:
        self._nspawn, self._init = nspawn, init
        self.began = time.monotonic()
        """When it was switched on: nothing but systemd's first process runs yet."""

    def run(self, command: str, timeout_s: float = 600.0) -> subprocess.CompletedProcess[str]:
        """Run a command line inside as root and return what it said."""
        inside = ["nsenter", "-t", str(self._init), "-m", "-u", "-i", "-n", "-p", "-r", "-w"]
        return subprocess.run(
            [*inside, "env", "-i", PATH, "HOME=/root", "LANG=C.UTF-8", "sh", "-c", command],
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )

    @property
    def root(self) -> Path:
        """Its files and sockets as this machine reaches them."""
        return Path(f"/proc/{self._init}/root")

    def cut_power(self) -> None:
        """End everything at once; nothing is told or written any more."""
        os.kill(self._init, signal.SIGKILL)
        self._nspawn.wait(30)

    def show(self, unit: str, field: str) -> str:
        """Return one property of a unit."""
        return self.run(f"systemctl show -p {field} --value guitai-{unit}").stdout.strip()

    def until(self, what: Callable[[], bool], within_s: float) -> float:
        """Wait until it is so and return how long that took, in seconds; TimeoutError if it does not come."""
        began = time.monotonic()
        while not what():
            if time.monotonic() - began > within_s:
                raise TimeoutError
            time.sleep(0.1)
        return time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Cable:
    """A network of two: this machine's end, which stays, and the kiosk's end of a veth pair, which comes and goes with it."""

    name: str
    here: str
    kiosk: str

    def plug_in(self, machine: Machine) -> None:
        """Give the kiosk's end its address."""
        done = machine.run(f"ip addr replace {self.kiosk}/30 dev host0 && ip link set host0 up")
        assert done.returncode == 0, done.stderr


@contextmanager
def cable() -> Iterator[Cable]:
    """Lay a cable whose name and addresses no other test of this machine has."""
    number = os.getpid() % 16384
    net = f"10.77.{number // 64}"
    wire = Cable(f"guitai{number}", f"{net}.{number % 64 * 4 + 1}", f"{net}.{number % 64 * 4 + 2}")
    for command in (
        f"link add {wire.name} type bridge",
        f"addr add {wire.here}/30 dev {wire.name}",
        f"link set {wire.name} up",
    ):
        subprocess.run(["ip", *command.split()], check=True)
    try:
        yield wire
    finally:
        subprocess.run(["ip", "link", "del", wire.name], check=True)


@contextmanager
def booted(
    root: Path,
    bundle: Path,
    log: Path,
    *,
    cable: Cable | None = None,
    binds: tuple[str, ...] = (),
    read_only: bool = False,
) -> Iterator[Machine]:
    """Boot `root` until the block ends; `binds` are options of nspawn (``--bind=FROM:TO``)."""
    groups = [CGROUPS / name / f"guitai-field-{os.getpid()}" for name in ("systemd", "unified")]
    groups = [group for group in groups if group.parent.is_dir()]
    for group in groups:
        group.mkdir(exist_ok=True)

    def enter() -> None:
        for group in groups:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    command = [
        "systemd-nspawn", "-D", str(root), "--boot", "--register=no", "--keep-unit", "--console=pipe", "--resolv-conf=off",
        "--capability=CAP_IPC_LOCK", f"--bind-ro={bundle}:{STICK}", *binds, *(["--read-only"] if read_only else []),
        *(["--private-network"] if cable is None else [f"--network-bridge={cable.name}", f"--machine={cable.name}"]),
    ]  # fmt: skip
    with log.open("ab") as out:
        nspawn = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=enter, start_new_session=True
        )
    try:
        machine = Machine(nspawn, _init_of(nspawn))
        machine.until(lambda: machine.run("systemctl is-active basic.target").stdout.strip() == "active", BOOT_S)
        if cable is not None:
            cable.plug_in(machine)
        yield machine
    finally:
        nspawn.send_signal(signal.SIGTERM)
        try:
            nspawn.wait(30)
        except subprocess.TimeoutExpired:
            nspawn.kill()
            nspawn.wait()


def _init_of(nspawn: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = children.read_text().split()
        if found:
            return int(found[0])
        time.sleep(0.1)
    raise TimeoutError("systemd-nspawn started nothing")
