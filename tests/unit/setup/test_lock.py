"""The lock: hashes for everything, and exactly one OpenCV wheel, which owns `cv2`."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import cv2

REPOSITORY = Path(__file__).resolve().parents[3]
LOCK = (REPOSITORY / "requirements.lock").read_text()
PINS = dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", LOCK, re.MULTILINE))


def test_the_lock_has_one_opencv():
    assert [name for name in PINS if name.startswith("opencv-")] == ["opencv-python"]


def test_the_overrides_keep_the_other_flavours_out():
    overrides = (REPOSITORY / "overrides.txt").read_text()
    for flavour in ("opencv-contrib-python", "opencv-python-headless", "opencv-contrib-python-headless"):
        assert re.search(rf'^{flavour}; python_version < "0"$', overrides, re.MULTILINE)


def test_one_installed_distribution_owns_cv2():
    assert set(metadata.packages_distributions()["cv2"]) == {"opencv-python"}
    assert Path(cv2.__file__).exists()


def test_every_pin_has_a_hash_and_every_direct_dependency_is_the_locked_one():
    for block in re.split(r"\n(?=[A-Za-z0-9])", LOCK):
        if "==" in block.splitlines()[0]:
            assert "--hash=sha256:" in block, block.splitlines()[0]
    project = (REPOSITORY / "pyproject.toml").read_text()
    for name, version in re.findall(r'^  "([a-z0-9-]+)==([^"]+)",$', project, re.MULTILINE):
        assert PINS[name] == version
