"""What the demo leaves as proof: each session's event log, replayed to identical effects."""

from __future__ import annotations

import shutil
from pathlib import Path

from guitai import session
from guitai.config import Config
from guitai.demo.scenes import Scene
from guitai.errors import GuitaiError
from guitai.journal import recording
from guitai.replay import replay


def replay_all(config: Config, scenes: list[Scene], folder: Path) -> None:
    """Take over each session's log, replay it, and see that a changed byte is reported."""
    for scene in scenes:
        written = config.paths.state / "sessions" / f"{scene.session_id}.jsonl"
        if not written.exists():
            scene.check("its event log was written", False, written.name)
            continue
        path = folder / f"{scene.name}.jsonl"
        shutil.copy(written, path)
        difference = replay(recording.read(path), session.initial(), session.step)
        scene.check("its replay is identical", difference is None, difference or path.name)
        scene.check("a changed byte is reported", _notices_a_changed_byte(path))


def _notices_a_changed_byte(path: Path) -> bool:
    broken = path.with_suffix(".broken")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    broken.write_bytes(content)
    try:
        recording.read(broken)
    except GuitaiError:
        return True
    finally:
        broken.unlink()
    return False
