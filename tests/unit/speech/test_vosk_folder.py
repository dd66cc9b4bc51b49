"""A Vosk folder that a technician put in place: whole, half, or unpacked one folder too deep."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_models.speech.asr.vosk import PARTS, Vosk, check
from guitai.errors import GuitaiError


def fill(folder: Path, leave_out: str = "") -> Path:
    for part in PARTS:
        if part != leave_out:
            (folder / part).parent.mkdir(parents=True, exist_ok=True)
            (folder / part).write_bytes(b"x")
    return folder


def test_a_whole_folder_passes(tmp_path: Path):
    check(fill(tmp_path / "vosk"))


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_part_is_named(tmp_path: Path, part: str):
    with pytest.raises(GuitaiError) as caught:
        Vosk(fill(tmp_path / "vosk", part))
    assert caught.value.code == "speech.recogniser_failed"
    assert part in caught.value.english()
    assert "vosk-model-small-cn" in caught.value.english()


def test_one_folder_too_deep_is_told(tmp_path: Path):
    fill(tmp_path / "vosk" / "vosk-model-small-cn-0.22")
    with pytest.raises(GuitaiError) as caught:
        check(tmp_path / "vosk")
    assert "move what is in vosk-model-small-cn-0.22 up" in caught.value.english()
