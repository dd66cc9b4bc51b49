"""What lies around the slots: the maintenance window, packs into their stores, releases made and shown by the command line."""

from __future__ import annotations

import errno
import importlib.resources
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from guitai.cli.update import update
from guitai.errors import GuitaiError
from guitai.shell.packs import answers_store
from guitai.updates.acts import Offered, Order, Outcome, Slot
from guitai.updates.folders import Folders, unpack
from guitai.updates.machine import Around
from guitai.updates.packs import use_pack
from guitai.updates.window import is_open
from guitai.wire.releases import DESCRIPTOR, SIGNATURE, Folder, fetch_chunks, fetch_head, id_of, parsed
from tests.fixtures.updates import Bench, copy_tree, release, shared_keys, tar_of


@pytest.mark.parametrize(
    ("window", "at", "expected"),
    [
        ("01:00-05:00", (1, 0), True), ("01:00-05:00", (5, 0), False), ("22:00-04:00", (23, 0), True),
        ("22:00-04:00", (3, 59), True), ("22:00-04:00", (12, 0), False), ("00:00-00:00", (12, 0), True),
    ],
)  # fmt: skip
def test_the_window(window: str, at: tuple[int, int], expected: bool) -> None:
    assert is_open(window, *at) is expected


def test_answers_are_checked_and_in_use_from_the_next_session(tmp_path: Path) -> None:
    release_id = release(tmp_path / "made", shared_keys(), kind="answers", payload=b"x")
    told = parsed(Folder(tmp_path / "made").read(DESCRIPTOR, 10**6))
    assert release_id
    pack = tmp_path / "pack.jsonl"
    pack.write_bytes(importlib.resources.files("guitai.knowledge").joinpath("pack.jsonl").read_bytes())
    state = tmp_path / "core"
    state.mkdir()
    for _ in range(2):  # a kill between the two steps has it done again
        use_pack("answers", pack, told, state, tmp_path, tmp_path, 1)
    assert [deed.what for deed in answers_store(state).history()] == ["made", "used"]
    pack.write_bytes(b"{}")
    with pytest.raises(GuitaiError):
        use_pack("answers", pack, told, state, tmp_path, tmp_path, 2)


def test_models_that_are_not_the_catalogues_are_refused_and_the_old_ones_stay(tmp_path: Path) -> None:
    from edge_models.catalog import shipped

    name = next(iter(shipped()))
    told = parsed_of(tmp_path)
    models = tmp_path / "models"
    (models / name).mkdir(parents=True)
    (models / name / "old").touch()
    for files in ({f"{name}/wrong": b"x"}, {"nobody/file": b"x"}):
        payload = tmp_path / "models.tar"
        payload.write_bytes(tar_of(files))
        with pytest.raises(GuitaiError, match="models"):
            use_pack("models", payload, told, tmp_path, tmp_path, models, 1)
        assert (models / name / "old").exists()
        assert [path.name for path in models.iterdir()] == [name]  # no draft fills the disk


def test_models_that_cannot_be_unpacked_are_an_install_failure_with_its_reason(tmp_path: Path) -> None:
    payload, models = tmp_path / "models.tar", tmp_path / "models"
    payload.write_bytes(tar_of({"tiny/weights.bin": b"x"}))
    models.write_text("no folder")
    with pytest.raises(GuitaiError, match="Not a directory") as caught:
        use_pack("models", payload, parsed_of(tmp_path), tmp_path, tmp_path, models, 1)
    assert caught.value.code == "updates.install"
    assert not caught.value.retryable


class ReadOnly(Bench):
    """A machine whose packs go to a root that cannot be written."""

    def around(self) -> Around:
        def pack(*_: object) -> None:
            raise OSError(errno.EROFS, "Read-only file system")

        return replace(super().around(), pack=pack)


def test_a_pack_that_cannot_be_written_is_over_and_the_next_release_is_taken(tmp_path: Path) -> None:
    bench = ReadOnly(tmp_path, shared_keys())
    bench.begin()
    release_id = release(bench.source, shared_keys(), kind="models", payload=b"x")
    updater = bench.updater()
    updater.start()
    updater.happen(Offered(release_id, "job-1"))
    assert updater.state.phase == "idle"
    assert bench.told == [Outcome("job-1", release_id, "REJECTED", "updates.install")]


def parsed_of(folder: Path):
    release(folder / "made", shared_keys())
    return parsed(Folder(folder / "made").read(DESCRIPTOR, 10**6))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd"])
def test_a_tar_reaches_no_further_than_its_folder(name: str, tmp_path: Path) -> None:
    bench = Bench(tmp_path, shared_keys())
    bench.begin()
    payload = tmp_path / "payload"
    payload.write_bytes(tar_of({name: b"x"}))
    machine = Folders(bench.opt, bench.folder, lambda *_: None, lambda _: None)
    with pytest.raises(GuitaiError, match="no bundle does"):
        machine.install("B", payload, parsed_of(tmp_path))


def test_what_was_unpacked_by_half_goes(tmp_path: Path) -> None:
    payload, folder = tmp_path / "payload", tmp_path / "unpacked"
    payload.write_bytes(tar_of({"a/file": b"x", "a/file/below": b"x"}))
    with pytest.raises(GuitaiError, match="Not a directory"):
        unpack(payload, folder)
    assert not folder.exists()


def test_a_fetch_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    release_id = release(tmp_path / "made", shared_keys())
    asked: list[str] = []

    class Line(Folder):
        def read(self, name: str, most: int) -> bytes:
            asked.append(name)
            return super().read(name, most)

    line = Line(tmp_path / "made")
    told = fetch_head(line, release_id, tmp_path / "in")
    chunks = fetch_chunks(line, told, tmp_path / "in")
    next(chunks), next(chunks)
    del chunks
    (tmp_path / "in" / told.chunks[1]).write_bytes(b"torn")
    asked.clear()
    assert list(fetch_chunks(line, told, tmp_path / "in"))[-1] == len(told.chunks)
    assert told.chunks[0] not in asked
    assert told.chunks[1] in asked


def test_make_signs_what_a_machine_takes_and_show_tells_it(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    subprocess.run([Path(__file__).parents[3] / "bundle" / "sign", "authority", keys], check=True)
    payload = tmp_path / "payload"
    payload.write_bytes(tar_of({"release": b"version=0.1.0\nbuild=3\n"}))
    words = ["--kind", "software", "--payload", "tar", "--name", "guitai-0.1.0-3", "--version", "0.1.0", "--build", "3"]
    signed = ["--certificate", str(keys / "signer.crt"), "--key", str(keys / "signer.key")]
    made = CliRunner().invoke(update, ["make", str(payload), str(tmp_path / "stick"), *words, *signed], obj=())
    assert made.exit_code == 0, made.output
    bench = Bench(tmp_path, keys)
    bench.ring = keys / "ca.crt"
    bench.begin()
    from guitai.updates import acts

    updater = bench.updater()
    updater.start()
    updater.happen(acts.Offered(id_of((bench.source / DESCRIPTOR).read_bytes()), "j"))
    assert bench.told[-1].status == "SUCCEEDED"
    assert (bench.source / SIGNATURE).stat().st_size
    shown = CliRunner().invoke(update, ["show"], obj=(), env={"GUITAI__UPDATES__FOLDER": str(bench.folder)})
    assert "* B  good     guitai-0.1.0-3" in shown.output


def test_a_folder_of_the_name_that_holds_something_else_is_not_taken_for_the_release(tmp_path: Path) -> None:
    bench = Bench(tmp_path, shared_keys())
    bench.begin()
    told = parsed_of(tmp_path)
    other = bench.opt / told.name
    other.mkdir()
    (other / "complete").touch()
    (other / "evil").touch()
    payload = tmp_path / "payload"
    payload.write_bytes(tar_of({"release": b"version=0.1.0\nbuild=2\n"}))
    Folders(bench.opt, bench.folder, copy_tree, lambda _: None).install("B", payload, told)
    assert sorted(one.name for one in other.iterdir()) == ["complete", "release"]


def test_a_slot_that_runs_is_not_written_to(tmp_path: Path) -> None:
    bench = Bench(tmp_path, shared_keys())
    bench.begin()
    machine = Folders(bench.opt, bench.folder, copy_tree, lambda _: None)
    slot = machine.booted()
    payload = tmp_path / "payload"
    payload.write_bytes(tar_of({"release": b"version=0.1.0\nbuild=2\n"}))
    with pytest.raises(GuitaiError, match="runs"):
        machine.install(slot, payload, parsed_of(tmp_path))
    assert bench.works()


def test_an_image_written_and_started_by_hand_is_taken_for_good(tmp_path: Path) -> None:
    from guitai.updates.machine import Updater

    class Partitions(Folders):
        """Slots without names, as RAUC's are."""

        slot: Slot = "A"

        def booted(self) -> Slot:
            return self.slot

        def adopt(self, slot: Slot) -> tuple[str, Order]:
            return "", (0, 1, 0, 0, 1 if slot == "A" else 5)

        def mark_good(self, slot: Slot) -> None: ...

    bench = Bench(tmp_path, shared_keys())
    bench.begin()
    machine = Partitions(bench.opt, bench.folder)
    updater = Updater(bench.folder, bench.ring, "x", machine, bench.around())
    updater.start()
    machine.slot = "B"
    updater.start()
    assert (updater.state.good, updater.state.phase, updater.state.b.order) == ("B", "idle", (0, 1, 0, 0, 5))


def test_models_go_in_although_an_old_one_was_left_at_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from guitai.updates import packs

    class Any:
        def __init__(self, _: Path) -> None: ...
        def entry(self, _: str) -> None: ...
        def verify(self, _: list[str]) -> dict[str, None]:
            return {}

    monkeypatch.setattr(packs, "Models", Any)
    for name in ("m", ".m.old"):
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "file").touch()
    payload = tmp_path / "models.tar"
    payload.write_bytes(tar_of({"m/file": b"new"}))
    packs._models(payload, tmp_path / "models")
    assert (tmp_path / "models" / "m" / "file").read_bytes() == b"new"
    assert not (tmp_path / "models" / ".m.old").exists()


def test_a_version_whose_units_were_cut_off_gets_them_at_its_next_start(tmp_path: Path) -> None:
    bench = Bench(tmp_path, shared_keys())
    bench.begin()
    new = bench.opt / "guitai-0.1.0-2"
    new.mkdir()
    (new / "complete").touch()
    (new / "activate").write_text('#!/bin/sh\ntouch "$(dirname "$0")/units"\n')
    (new / "activate").chmod(0o755)
    (bench.opt / "guitai").unlink()
    (bench.opt / "guitai").symlink_to(new)
    (bench.folder / "trial").write_text("name=guitai-0.1.0-2\nback=guitai-0.1.0-1\ntries=2\n")
    bench.boot()
    assert (new / "units").exists()
    assert bench.running() == new
