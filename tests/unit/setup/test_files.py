"""House rules about files: none grows past 400 lines; the scripts are scripts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
CODE = {"", ".py", ".kv", ".js", ".ts", ".css", ".html", ".toml", ".yaml", ".yml", ".md", ".sh", ".service"}
LINES = 400


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()]


def test_no_file_is_longer_than_400_lines():
    code = [file for file in tracked() if file.suffix in CODE and "generated" not in file.parts]
    long = {str(file.relative_to(REPOSITORY)): len(file.read_bytes().splitlines()) for file in code}
    assert {name: lines for name, lines in long.items() if lines > LINES} == {}


@pytest.mark.parametrize("script", ["setup", "demo", "test", "long", "lint", "types", "lock"])
def test_scripts_run_and_parse(script: str):
    path = REPOSITORY / "script" / script
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0


def test_env_points_into_the_working_copy_unless_told_otherwise(tmp_path: Path):
    show = '. script/env; echo "$GUITAI__PATHS__STATE|$GUITAI__PATHS__MODELS|$GUITAI__PATHS__RUN"; command -v python'
    plain = {"PATH": os.defpath, "HOME": str(tmp_path), "TMPDIR": "/tmp", "GUITAI__PATHS__MODELS": "/elsewhere"}
    said = subprocess.run(["bash", "-c", show], cwd=REPOSITORY, env=plain, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == [
        f"{REPOSITORY}/var/state|/elsewhere|/tmp/guitai-{os.getuid()}",
        f"{REPOSITORY}/.venv/bin/python",
    ]
