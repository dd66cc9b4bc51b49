"""What a kiosk tells of itself."""

from __future__ import annotations

from pathlib import Path

from sync.health import BEAT_NS, Beat

S = 1_000_000_000


def test_rows_are_stuck_from_the_last_acknowledgement_on(tmp_path: Path) -> None:
    beat = Beat(tmp_path / "not" / "there", 0)
    assert beat.health(0, 5 * S).stuck_s == 0
    assert beat.health(3, 65 * S).stuck_s == 60
    beat.moved(70 * S)
    health = beat.health(3, 75 * S)
    assert (health.waiting_rows, health.stuck_s) == (3, 5)
    assert 0 <= health.disk_percent <= 100


def test_it_tells_in_time(tmp_path: Path) -> None:
    beat = Beat(tmp_path, 0)
    assert not beat.due(BEAT_NS - 1)
    assert beat.due(BEAT_NS)
    beat.health(0, BEAT_NS)
    assert not beat.due(BEAT_NS + 1)
