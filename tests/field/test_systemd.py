"""The bundle on a bare Debian 12 with a real systemd: installed offline, served, killed, hung, repaired, updated, installed again, removed."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guitai.tables import PROCESSES
from tests.field.machine import STICK, Machine, bare_root, booted, lacking
from tests.field.ports import documented, listening
from tests.field.releases import newer

HERE = Path(__file__).parents[2]
BUNDLE = HERE / "build" / "bundle"
KIOSK = [p.name for p in PROCESSES if p.where == "kiosk"]
SIGNER = HERE / "var" / "updates"
RELEASES = "/media/releases"
UP_S = 600.0
"""A fence, no budget: how long it took is recorded."""

BEGUN_S, SWITCHED_S, JUDGED_S, ENDED_S = 120.0, 1200.0, 400.0, 60.0
"""Fences of an update: until its unit runs, the new version is in use, it is judged, the unit has ended."""

COMMANDS_S = 1200.0
"""For what a test runs besides: an installation, a release made."""

KNOCK = """
import socket
try:
    socket.create_connection(("127.0.0.1", 5846), 5)
    print("let in")
except ConnectionRefusedError:
    print("refused")
"""
HEADLESS = """[Service]
# No seat, no screen: the compositor draws into memory, and says for every frame that nobody sees it.
TTYPath=
StandardInput=null
StandardError=null
PAMName=
RuntimeDirectory=guitai-ui
Environment=WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman XDG_RUNTIME_DIR=/run/guitai-ui
"""

UPDATE = """[Service]
# As the unit runs it, from a stick instead of from sync: there is no line here.
ExecStart=
ExecStart=/opt/guitai/bin/guitai update usb {release} --now --offline
Restart=no
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(BEGUN_S + SWITCHED_S + JUDGED_S + ENDED_S + UP_S + COMMANDS_S),
    pytest.mark.skipif(bool(lacking()), reason=lacking() or "-"),
    pytest.mark.skipif(not (BUNDLE / "manifest.sha256").is_file(), reason="script/bundle has not been run"),
]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this machine puts what the kiosk sees as `RELEASES`."""
    return tmp_path_factory.mktemp("releases")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, releases: Path) -> Iterator[Machine]:
    root = tmp_path_factory.mktemp("field") / "root"
    bare_root(HERE / "var" / "field" / "bookworm", root)
    with booted(root, BUNDLE, root.parent / "boot.log", binds=(f"--bind-ro={releases}:{RELEASES}",)) as machine:
        yield machine


def all_active(machine: Machine) -> bool:
    return all(machine.show(name, "ActiveState") == "active" for name in KIOSK)


def uptime_s(machine: Machine) -> float:
    return float(machine.run("cat /proc/uptime").stdout.split()[0])


def test_it_installs_without_a_network_and_every_unit_comes_up(
    machine: Machine, record_property: Callable[[str, object], None]
) -> None:
    began = uptime_s(machine)
    done = machine.run(f"{STICK}/install")
    assert done.returncode == 0, done.stderr[-2000:]
    installed = uptime_s(machine)
    assert machine.run("guitai provision --development").returncode == 0
    folder = "/etc/systemd/system/guitai-ui.service.d"
    machine.run(f"mkdir -p {folder}; cat > {folder}/headless.conf <<'EOF'\n{HEADLESS}EOF")
    machine.run("systemctl daemon-reload; systemctl start --no-block guitai.target")
    up = machine.until(lambda: all_active(machine), UP_S)
    record_property("install_s", round(installed - began, 1))
    record_property("start_to_all_active_s", round(up, 1))
    assert {name: machine.show(name, "NRestarts") for name in KIOSK} == dict.fromkeys(KIOSK, "0")


@pytest.mark.parametrize("name", KIOSK)
def test_a_killed_process_is_back(machine: Machine, name: str, record_property: Callable[[str, object], None]) -> None:
    before = machine.show(name, "MainPID")
    machine.run(f"kill -9 {before}")
    took = machine.until(lambda: machine.show(name, "MainPID") not in {before, "0"} and all_active(machine), UP_S)
    record_property("back_s", round(took, 1))


@pytest.mark.parametrize("name", KIOSK)
def test_a_hung_process_is_ended_by_its_watchdog(
    machine: Machine, name: str, record_property: Callable[[str, object], None]
) -> None:
    before = machine.show(name, "MainPID")
    hung = window(machine) if name == "ui" else before
    assert machine.run(f"kill -STOP {hung}").returncode == 0
    took = machine.until(lambda: machine.show(name, "MainPID") not in {before, "0"} and all_active(machine), UP_S)
    record_property("hung_to_back_s", round(took, 1))


def window(machine: Machine) -> str:
    """Return the window's own process: the unit's main one is its compositor. (A small Debian has no pgrep.)

    It starts after the compositor, and its unit may have been started again with the core of the test before.
    """
    look = (
        "for process in /proc/[0-9]*; do if grep -q /guitai-ui.service$ $process/cgroup 2>/dev/null; then "
        "case $(readlink $process/exe) in *python*) basename $process;; esac; fi; done"
    )
    found: list[str] = []

    def is_there() -> bool:
        found[:] = machine.run(look).stdout.split()
        return len(found) == 1

    machine.until(is_there, UP_S)
    return found[0]


def test_only_what_is_documented_listens(machine: Machine) -> None:
    assert listening(machine) == documented()


def test_what_runs_daily_runs_within_its_units_bounds(machine: Machine) -> None:
    """guitai-renew needs a headquarters: test_branch runs it."""
    done = machine.run("systemctl start guitai-recordings")
    assert done.returncode == 0, machine.run("journalctl -u guitai-recordings -n 30 --no-pager").stdout


def test_headquarters_comes_up_within_its_units_bounds(machine: Machine) -> None:
    """Without a broker, which it goes on looking for: what is tried here is the unit (docs/enrolment.md)."""
    machine.run("cp /opt/guitai/systemd/guitai-hq.service /etc/systemd/system/ && systemctl daemon-reload")
    authority = "GUITAI__ENROLMENT__AUTHORITY=/var/lib/guitai/hq-authority"
    try:
        done = machine.run(f"{authority} guitai enrolment init --address 127.0.0.1 && systemctl start guitai-hq")
        assert done.returncode == 0, machine.run("journalctl -u guitai-hq -n 30 --no-pager").stdout
    finally:
        machine.run("systemctl stop guitai-hq; rm -r /etc/systemd/system/guitai-hq.service /var/lib/guitai/hq*")
        machine.run("systemctl daemon-reload")


@pytest.mark.parametrize("account", ["root", "guitai-devices", "guitai-sync", "guitai-ui"])
def test_the_devices_port_refuses_every_account_but_cores(machine: Machine, account: str) -> None:
    knock = f"setpriv --reuid {{}} --clear-groups python3 -c {shlex.quote(KNOCK)}"
    assert machine.run(knock.format("guitai-core")).stdout.strip() == "let in"
    assert machine.run(knock.format(account)).stdout.strip() == "refused"


def test_what_dies_too_often_rests_behind_a_safe_screen_and_starts_again(machine: Machine) -> None:
    folder = "/run/systemd/system/guitai-ui.service.d"
    # A window that cannot start, whatever other files say, and a rest of seconds instead of two minutes.
    machine.run(
        f"mkdir -p {folder}; printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' > {folder}/zz-broken.conf"
    )
    rest = "/run/systemd/system/guitai-again@ui.service.d"
    words = "[Service]\\nExecStart=\\nExecStart=/usr/bin/sleep 20\\nExecStart=/usr/bin/systemctl reset-failed guitai-%%i.service\\n"
    machine.run(
        f"mkdir -p {rest}; printf '{words}ExecStart=/usr/bin/systemctl start --no-block guitai-%%i.service\\n' > {rest}/short.conf"
    )
    machine.run("systemctl daemon-reload; systemctl restart --no-block guitai-ui")
    machine.until(lambda: machine.show("again@ui", "ActiveState") == "activating", 60)
    assert machine.run("systemctl show -p ExecMainStartTimestampMonotonic --value guitai-closed").stdout.strip() != "0"
    # The rest's own drop-in stays until it is over: a rest whose commands change under it is never finished.
    machine.run(f"rm -r {folder}; systemctl daemon-reload")
    machine.until(lambda: all_active(machine), UP_S)
    machine.run(f"rm -r {rest}; systemctl daemon-reload")


def test_the_systems_journal_is_kept_small_and_the_time_is_the_banks(machine: Machine) -> None:
    said = machine.run(
        "systemd-analyze cat-config systemd/journald.conf; systemd-analyze cat-config systemd/timesyncd.conf"
    ).stdout
    assert "SystemMaxUse=300M" in said
    assert "\nFallbackNTP=\n" in said


def test_installing_again_changes_nothing_and_a_damaged_bundle_is_refused(machine: Machine) -> None:
    before = machine.run("readlink /opt/guitai").stdout
    assert machine.run(f"{STICK}/install").returncode == 0
    assert machine.run("readlink /opt/guitai").stdout == before
    machine.until(lambda: all_active(machine), UP_S)
    machine.run(
        f"mkdir /tmp/stick; cp -rs {STICK}/. /tmp/stick; cp --remove-destination {STICK}/kiosk.txt {STICK}/install /tmp/stick/"
    )
    machine.run("echo telnetd >> /tmp/stick/kiosk.txt")
    refused = machine.run("/tmp/stick/install")
    assert refused.returncode == 1
    assert "kiosk.txt" in refused.stderr
    assert "安装包有文件损坏" in refused.stderr


def test_the_doctor_starts_again_what_does_not_run(machine: Machine) -> None:
    machine.run("systemctl stop guitai-vision")
    assert machine.show("vision", "ActiveState") == "inactive"
    assert "guitai-vision" in machine.run("guitai doctor --lang en").stdout
    machine.run("guitai doctor --repair --lang en")
    machine.until(lambda: all_active(machine), UP_S)


def update(machine: Machine, name: str) -> None:
    """Have the updater's unit install a release, within the unit's own bounds; return once it has begun."""
    folder = "/run/systemd/system/guitai-updates.service.d"
    words = UPDATE.format(release=f"{RELEASES}/{name}")
    machine.run(f"mkdir -p {folder}; cat > {folder}/stick.conf <<'EOF'\n{words}EOF")
    before = machine.show("updates", "InvocationID")
    machine.run("systemctl daemon-reload; systemctl restart --no-block guitai-updates")
    # Before its job begins the unit is as inactive as after its end; each start has an id of its own.
    machine.until(lambda: machine.show("updates", "InvocationID") not in {before, ""}, BEGUN_S)


def in_use(machine: Machine) -> str:
    return (machine.root / "opt/guitai").readlink().name


def ended(machine: Machine) -> bool:
    return machine.show("updates", "ActiveState") in ("inactive", "failed")


def said(machine: Machine) -> str:
    return machine.run("guitai update show; journalctl -u guitai-updates -n 30 --no-pager").stdout


def test_a_newer_release_is_installed_by_the_unit_and_its_guard_comes_with_it(
    machine: Machine, releases: Path, record_property: Callable[[str, object], None]
) -> None:
    name = newer(BUNDLE, SIGNER, releases, 1)
    guard = machine.root / "usr/lib/guitai/slots"
    before = guard.read_text()
    update(machine, name)
    took = machine.until(lambda: in_use(machine) == name or ended(machine), SWITCHED_S)
    assert in_use(machine) == name, said(machine)
    assert guard.read_text() == before
    machine.until(lambda: ended(machine), JUDGED_S)
    assert in_use(machine) == name, said(machine)
    assert guard.read_text() != before
    machine.until(lambda: all_active(machine), UP_S)
    record_property("to_the_switch_s", round(took, 1))


def test_one_whose_core_never_starts_is_left_again(
    machine: Machine, releases: Path, record_property: Callable[[str, object], None]
) -> None:
    before = in_use(machine)
    name = newer(BUNDLE, SIGNER, releases, 2, broken=True)
    update(machine, name)
    machine.until(lambda: in_use(machine) == name or ended(machine), SWITCHED_S)
    assert in_use(machine) == name, said(machine)
    machine.until(lambda: in_use(machine) == before, JUDGED_S)
    back = machine.until(lambda: all_active(machine), UP_S)
    machine.until(lambda: ended(machine), ENDED_S)
    assert "FAILED" in machine.run("guitai update show").stdout, said(machine)
    record_property("from_the_way_back_to_all_active_s", round(back, 1))


def test_taken_off_it_leaves_the_data_and_nothing_else(machine: Machine) -> None:
    assert machine.run(f"{STICK}/install --remove").returncode == 0
    left = machine.run(
        "ls -d /opt/guitai* /usr/lib/systemd/system/guitai* /usr/lib/udev/rules.d/*guitai* /usr/local/bin/guitai 2>/dev/null"
    ).stdout
    assert left == ""
    assert machine.run("ls /var/lib/guitai/keys/journal.key /var/lib/guitai/core/").returncode == 0
