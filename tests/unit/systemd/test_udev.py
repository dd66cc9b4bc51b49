"""The udev rules give cameras and sound cards their names: read as udev reads them, over properties of real devices."""

from __future__ import annotations

import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from firmware_bridge.camera.names import STABLE

RULES = Path(__file__).parents[3] / "systemd" / "udev" / "85-guitai.rules"
PART = re.compile(r'([A-Z]+(?:\{[\w]+\})?)(==|!=|\+=|=)"([^"]*)"')
PORT = "pci-0000:00:14.0-usb-0:{}:1.0"
ALSA_ID_LETTERS = 15

CAMERA = {"SUBSYSTEM": "video4linux", "KERNEL": "video2", "ATTR{index}": "0", "ENV{ID_V4L_CAPABILITIES}": ":capture:"}
CARD = {"SUBSYSTEM": "sound", "KERNEL": "card1"}


def rules() -> list[list[tuple[str, str, str]]]:
    found = []
    for line in RULES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            parts = PART.findall(line)
            assert ", ".join(f'{key}{op}"{value}"' for key, op, value in parts) == line
            found.append(parts)
    return found


def applied(device: dict[str, str]) -> dict[str, str]:
    """Return the device's properties after the rules; a small udev: matches, assignments, GOTO."""
    device, goal = {"ACTION": "add", **device}, ""
    for parts in rules():
        labels = [value for key, _, value in parts if key == "LABEL"]
        if goal and goal not in labels:
            continue
        goal = ""
        tests = [(key, op, value) for key, op, value in parts if op in ("==", "!=")]
        if not all(fnmatchcase(device.get(key, ""), value) is (op == "==") for key, op, value in tests):
            continue
        for key, op, value in parts:
            if key == "GOTO":
                goal = value
            elif op in ("=", "+="):
                device[key] = re.sub(r"\$env\{(\w+)\}", lambda m: device[f"ENV{{{m[1]}}}"], value)
    return device


@pytest.mark.parametrize(("port", "role"), [("1.1", "customer"), ("1.2", "document"), ("1.3", "hall")])
def test_a_camera_is_named_by_its_socket(port: str, role: str) -> None:
    link = applied(CAMERA | {"ENV{ID_PATH}": PORT.format(port)})["SYMLINK"]
    assert link == f"guitai/camera-{role}"
    assert fnmatchcase(link, STABLE[0])


def test_the_node_of_a_cameras_metadata_gets_no_name() -> None:
    for other in ({"ATTR{index}": "1"}, {"ENV{ID_V4L_CAPABILITIES}": ":"}, {"ENV{ID_PATH}": PORT.format("2")}):
        assert "SYMLINK" not in applied(CAMERA | {"ENV{ID_PATH}": PORT.format("1.1")} | other)


def test_a_local_rule_goes_first() -> None:
    camera = CAMERA | {"ENV{ID_PATH}": PORT.format("1.1"), "ENV{GUITAI_CAMERA}": "document"}
    assert applied(camera)["SYMLINK"] == "guitai/camera-document"


@pytest.mark.parametrize(("port", "role"), [("1.4.1", "mic"), ("1.4.2", "speaker"), ("1.4.3", "handset")])
def test_a_sound_card_is_named_by_its_socket(port: str, role: str) -> None:
    card = applied(CARD | {"ENV{ID_PATH}": PORT.format(port)})
    assert (card["ATTR{id}"], card["ENV{PULSE_NAME}"]) == (f"guitai-{role}", f"guitai-{role}")
    assert len(card["ATTR{id}"]) <= ALSA_ID_LETTERS
    assert "ATTR{id}" not in applied(CARD | {"KERNEL": "pcmC1D0p", "ENV{ID_PATH}": PORT.format(port)})


def test_what_is_pulled_out_is_left_alone_and_every_goal_is_there() -> None:
    assert "SYMLINK" not in applied(CAMERA | {"ENV{ID_PATH}": PORT.format("1.1"), "ACTION": "remove"})
    found = [part for parts in rules() for part in parts]
    assert {v for k, _, v in found if k == "GOTO"} == {v for k, _, v in found if k == "LABEL"}


@pytest.mark.skipif(shutil.which("udevadm") is None, reason="udev is not installed")
def test_udev_has_nothing_to_remark() -> None:
    done = subprocess.run(["udevadm", "verify", str(RULES)], capture_output=True, text=True)
    if "Unknown command" in done.stderr:
        pytest.skip("this udevadm cannot verify (systemd 254 and later can)")
    assert done.returncode == 0, done.stdout + done.stderr
