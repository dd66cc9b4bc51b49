"""What root writes into another account's folder goes nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.wire.whole import write_whole


def test_a_link_in_the_drafts_place_is_not_followed(tmp_path: Path) -> None:
    stranger = tmp_path / "shadow"
    stranger.write_text("kept")
    (tmp_path / "state.json.new").symlink_to(stranger)
    with pytest.raises(OSError, match="symbolic links"):
        write_whole(tmp_path / "state.json", b"x")
    assert stranger.read_text() == "kept"
