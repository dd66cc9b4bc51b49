"""What root writes into another account's folder goes nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from guitai.wire.whole import write_whole


@pytest.mark.parametrize("made", [Path.symlink_to, Path.hardlink_to])
def test_a_link_in_the_drafts_place_is_not_followed(made: Callable[[Path, Path], None], tmp_path: Path) -> None:
    stranger, path = tmp_path / "shadow", tmp_path / "state.json"
    stranger.write_text("kept")
    made(tmp_path / "state.json.new", stranger)
    write_whole(path, b"x")
    assert (stranger.read_text(), path.read_bytes(), path.is_symlink()) == ("kept", b"x", False)


def test_a_pipe_in_the_drafts_place_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, draft, opened = tmp_path / "state.json", tmp_path / "state.json.new", os.open

    def never_waits(name: Path, flags: int, *mode: int) -> int:
        assert not flags & os.O_WRONLY or not Path(name).is_fifo(), "root sleeps here for as long as nobody reads"
        return opened(name, flags, *mode)

    monkeypatch.setattr(os, "open", never_waits)
    os.mkfifo(draft)
    write_whole(path, b"x")
    assert path.read_bytes() == b"x"


def test_what_takes_the_drafts_place_meanwhile_is_not_written_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, unlink = tmp_path / "state.json", Path.unlink

    def beaten(draft: Path, *, missing_ok: bool = False) -> None:
        unlink(draft, missing_ok=missing_ok)
        os.mkfifo(draft)

    monkeypatch.setattr(Path, "unlink", beaten)
    with pytest.raises(FileExistsError):
        write_whole(path, b"x")
    assert not path.exists()


def test_the_mode_asked_for_is_the_files_whatever_the_umask(tmp_path: Path) -> None:
    """A unit's umask once left the renewed configuration to root alone, and the kiosk's processes could not start."""
    path, before = tmp_path / "50-enrolled.toml", os.umask(0o077)
    try:
        write_whole(path, b"x", 0o640)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to another group")
def test_a_group_is_the_files_from_the_moment_it_has_its_name(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"x", group=12345)
    assert (tmp_path / "a").stat().st_gid == 12345


def test_a_process_of_the_group_needs_no_right_to_give_files_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(1, "the unit's filter refuses it")

    monkeypatch.setattr(os, "fchown", forbidden)
    write_whole(tmp_path / "a", b"x", group=os.getegid())
    assert (tmp_path / "a").read_bytes() == b"x"
