"""The console's own tests (vitest) pass: words in both languages, money, evidence, forms, the kiosk's marks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[3] / "headquarters" / "console_web"
NPM = Path(sys.executable).parent / "npm"


def test_the_console_s_own_tests_pass():
    assert (SOURCES / "node_modules").is_dir(), "script/setup installs the console's libraries"
    done = subprocess.run([NPM, "test", "--silent"], cwd=SOURCES, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_names_no_place_to_fetch_from():
    lock = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert "omit-lockfile-registry-resolved=true" in (SOURCES / ".npmrc").read_text(encoding="utf-8")
