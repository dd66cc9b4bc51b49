"""The units and guitai/tables.py say the same; systemd has nothing to remark."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from firmware_bridge.main import OWN_PORTS
from guitai.tables import PROCESSES, Process

FOLDER = Path(__file__).parents[3] / "systemd"
COMMAND = "/opt/guitai/bin/guitai run {}"
WATCHED = {p.name for p in PROCESSES if p.where == "kiosk"}
"""Processes whose work loop pings the watchdog also while nobody is served."""

BESIDE = {
    "guitai-keys",
    "guitai-recordings",
    "guitai-firewall",
    "guitai-again@",
    "guitai-closed",
    "guitai-renew",
    "guitai-updates",
    "guitai-slots",
}
"""Units that are no process of the table."""

NEEDS_DEVICES = {"guitai-devices", "guitai-ui", "guitai-closed", "guitai-keys"}
UNITS = sorted(f.stem for f in FOLDER.glob("*.service"))
NEEDS_ANALYZE = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None or (os.geteuid() != 0 and not Path("/run/systemd").is_dir()),
    reason="systemd-analyze is not installed, or lacks /run/systemd: systemd does not run here and only root can make it",
)


def settings(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


def test_there_is_one_unit_a_process_and_no_other() -> None:
    units = {f.name for f in FOLDER.glob("*.service")}
    assert units - {f"{name}.service" for name in BESIDE} == {f"guitai-{p.name}.service" for p in PROCESSES}


def test_core_waits_for_the_journals_key_which_stays_in_memory() -> None:
    core, keys = settings("guitai-core.service"), settings("guitai-keys.service")
    (handed,) = (one for one in core["LoadCredential"] if one.startswith("journal.key:"))
    assert handed == "journal.key:/run/guitai-keys/journal.key"
    assert core["Requires"] == ["guitai-keys.service"]
    assert "guitai-keys.service" in core["After"][0]
    assert keys["ExecStart"] == ["/opt/guitai/bin/guitai keys open /run/guitai-keys"]
    assert keys["RuntimeDirectory"] == ["guitai-keys"]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda p: p.name)
def test_a_unit_starts_its_process_within_its_budget(process: Process) -> None:
    unit = settings(f"guitai-{process.name}.service")
    assert unit["ExecStart"][0].endswith(COMMAND.format(process.name))
    assert unit["Type"] == ["notify"]
    assert unit["Restart"] == ["always"]
    assert unit["MemoryHigh"] == [f"{process.memory_mb}M"]
    assert process.memory_mb < int(unit["MemoryMax"][0].removesuffix("M")) <= 2 * process.memory_mb
    assert process.where == "headquarters" or int(unit["TasksMax"][0]) <= 128
    assert unit["User"] == [f"guitai-{process.name}"]
    assert unit["NoNewPrivileges"] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]
    assert ("WatchdogSec" in unit) is (process.name in WATCHED)
    assert unit["WantedBy"] == ["guitai.target" if process.where == "kiosk" else "multi-user.target"]


@pytest.mark.parametrize("process", [p for p in PROCESSES if p.where == "kiosk"], ids=lambda p: p.name)
def test_what_dies_too_often_rests_and_starts_again(process: Process) -> None:
    unit = settings(f"guitai-{process.name}.service")
    rests = [f"guitai-again@{process.name}.service"]
    assert unit["OnFailure"][0].split() == rests + (["guitai-closed.service"] if process.name == "ui" else [])
    burst, interval_s = int(unit["StartLimitBurst"][0]), int(unit["StartLimitIntervalSec"][0].removesuffix("s"))
    assert burst * int(unit["RestartSec"][0].removesuffix("s")) < interval_s
    again = settings("guitai-again@.service")["ExecStart"]
    assert int(again[0].split()[1]) >= interval_s
    assert [line.rsplit(" ", 1)[-1] for line in again[1:]] == ["guitai.target"] + ["guitai-%i.service"] * 2


def test_only_core_may_knock_at_the_devices_ports() -> None:
    rules = (FOLDER / "nftables/guitai.nft").read_text(encoding="utf-8")
    ports = f"{OWN_PORTS.start}-{OWN_PORTS.stop - 1}"
    assert f'oif lo tcp dport {ports} meta skuid != "guitai-core" reject' in rules
    assert f"iif != lo tcp dport {ports} drop" in rules
    assert settings("guitai-devices.service")["Wants"] == ["guitai-firewall.service"]


def test_the_target_wants_the_kiosks_processes() -> None:
    wanted = settings("guitai.target")["Wants"][0].split()
    assert wanted == [f"guitai-{p.name}.service" for p in PROCESSES if p.where == "kiosk"]


def test_only_core_is_handed_the_journals_key() -> None:
    holders = {
        p.name
        for p in PROCESSES
        if any("journal.key" in c for c in settings(f"guitai-{p.name}.service").get("LoadCredential", []))
    }
    assert holders == {"core"}


def test_speech_vision_and_window_reach_no_network() -> None:
    for name in ("speech", "vision", "ui"):
        families = settings(f"guitai-{name}.service")["RestrictAddressFamilies"][0]
        assert "AF_INET" not in families


def test_every_account_is_made() -> None:
    made = set(re.findall(r"^u (\S+)", (FOLDER / "sysusers.d/guitai.conf").read_text(encoding="utf-8"), re.MULTILINE))
    assert made == {f"guitai-{p.name}" for p in PROCESSES}


@NEEDS_ANALYZE
def test_systemd_has_nothing_to_remark(tmp_path: Path) -> None:
    for file in [*FOLDER.glob("*.service"), *FOLDER.glob("*.timer"), *FOLDER.glob("*.path"), FOLDER / "guitai.target"]:
        # The programs stand elsewhere on this machine: verify looks for them, and for the accounts nowhere.
        text = re.sub(r"^ExecStart=.*", "ExecStart=/bin/true", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    units = sorted(str(f) for f in tmp_path.iterdir())
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "guitai" in line]
    assert (done.returncode, ours) == (0, [])


@NEEDS_ANALYZE
@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_exposed_no_more_than_it_must(unit: str) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(FOLDER / f"{unit}.service")],
        capture_output=True,
        text=True,
    )
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert level, done.stderr
    assert float(level[1]) <= (2.5 if unit in NEEDS_DEVICES else 1.5)


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd is not installed")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders to other accounts")
def test_accounts_and_folders_are_well_formed(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for tool, conf in [("systemd-sysusers", "sysusers.d"), ("systemd-tmpfiles", "tmpfiles.d")]:
        if tool == "systemd-tmpfiles":
            command = [tool, "--create", f"--root={tmp_path}", str(FOLDER / conf / "guitai.conf")]
        else:
            command = [tool, f"--root={tmp_path}", str(FOLDER / conf / "guitai.conf")]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert "guitai-core" in (tmp_path / "etc/passwd").read_text(encoding="utf-8")
    assert (tmp_path / "var/lib/guitai/keys").stat().st_mode & 0o777 == 0o700
