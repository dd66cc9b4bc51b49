"""The console's own tests (vitest) pass: words in both languages, money, evidence, forms, the kiosk's marks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from headquarters.console.access import RULES
from headquarters.fleet import ALARMS

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


def test_every_deed_and_every_alarm_has_words():
    """Else the audit and the fleet page show a code: i18next says what it has no words for as it is."""
    deeds = {rule.deed for rule in RULES.values() if rule.deed}
    for language in ("zh", "en"):
        words = json.loads((SOURCES / "src" / "i18n" / f"{language}.json").read_text(encoding="utf-8"))
        assert deeds - words["deed"].keys() == set()
        assert set(ALARMS) - words["fleet"]["alarm"].keys() == set()
