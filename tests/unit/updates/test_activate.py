"""A version puts its files in place whole, and leaves alone what would go back from it until it has proved itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from edge_models.places import DATA
from guitai.updates.folders import Folders
from tests.fixtures.updates import Bench, copy_tree, shared_keys

REPOSITORY = Path(__file__).parents[3]
GUARD, UNIT = "usr/lib/guitai/slots", "usr/lib/systemd/system/guitai-slots.service"
CORE = "usr/lib/systemd/system/guitai-core.service"
INSTALL = REPOSITORY / "bundle" / "install"


class Kiosk:
    """A root with a version's files in place, and a newer version beside it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.state = folder / "root", folder / "state"
        self.state.mkdir()
        self.old, self.new = self._version(folder / "old", "old"), self._version(folder / "new", "new")
        self.activate(self.old)

    @staticmethod
    def _version(folder: Path, words: str) -> Path:
        folder.mkdir()
        shutil.copytree(REPOSITORY / "systemd", folder / "systemd")
        shutil.copy(REPOSITORY / "bundle" / "activate", folder)
        for name in ("slots", "systemd/guitai-slots.service", "systemd/guitai-core.service"):
            (folder / name).write_text(words)
        return folder

    def activate(self, version: Path, *words: str) -> None:
        environment = {**os.environ, "ROOT": str(self.root), "STATE": str(self.state)}
        subprocess.run([version / "activate", *words], env=environment, check=True, capture_output=True)

    def said(self, *names: str) -> list[str]:
        return [(self.root / name).read_text() for name in names]


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path)


def test_a_version_on_trial_does_not_replace_what_would_go_back_from_it(kiosk: Kiosk) -> None:
    (kiosk.state / "trial").touch()
    kiosk.activate(kiosk.new)
    assert kiosk.said(CORE, GUARD, UNIT) == ["new", "old", "old"]


def test_one_that_has_proved_itself_does(kiosk: Kiosk) -> None:
    kiosk.activate(kiosk.new, "guard")
    assert kiosk.said(CORE, GUARD, UNIT) == ["old", "new", "new"]


def test_one_installed_by_hand_brings_its_guard_and_a_trial_needs_some_guard(kiosk: Kiosk) -> None:
    (kiosk.state / "trial").touch()
    (kiosk.root / GUARD).unlink()
    kiosk.activate(kiosk.new)
    assert kiosk.said(GUARD) == ["new"]
    (kiosk.state / "trial").unlink()
    kiosk.activate(kiosk.old)
    assert kiosk.said(GUARD, UNIT) == ["old", "old"]


def test_a_guard_that_runs_is_not_written_into(kiosk: Kiosk) -> None:
    with (kiosk.root / GUARD).open() as running:
        kiosk.activate(kiosk.new)
        assert running.read() == "old"
    assert kiosk.said(GUARD) == ["new"]
    assert os.access(kiosk.root / GUARD, os.X_OK)
    assert not list(kiosk.root.rglob("*.new"))


def test_only_a_version_marked_good_is_asked_for_its_guard(tmp_path: Path) -> None:
    bench = Bench(tmp_path, shared_keys())
    bench.begin()
    proved: list[str] = []
    machine = Folders(bench.opt, bench.folder, copy_tree, lambda _: None, lambda folder: proved.append(folder.name))
    new = bench.opt / "guitai-0.1.0-2"
    new.mkdir()
    (new / "complete").touch()
    slot = machine.booted()
    machine._put("B", new.name)
    machine.switch("B", 3)
    assert proved == []
    machine.go_back(slot, "B")
    assert proved == []
    machine.switch("B", 3)
    machine.mark_good("B")
    assert proved == [new.name]


def installing(script: str, *words: Path | str) -> subprocess.CompletedProcess[str]:
    """Run lines with the functions of bundle/install; the words are ``$2`` and on."""
    head = """set -euo pipefail; eval "$(sed -n '/^[a-z_]*() {/,/^}/p' "$1")"; """
    return subprocess.run(["bash", "-c", head + script, "install", INSTALL, *words], capture_output=True, text=True)


def test_models_of_two_versions_share_the_disk_and_nothing_else(tmp_path: Path) -> None:
    old, new, given = tmp_path / "old", tmp_path / "new", tmp_path / "given"
    for folder, files in (
        (old, {"same/w": "s", "other/w": "old", "vosk-cn/w": "by hand", ".incoming/w": "half"}),
        (given, {"same/w": "s", "other/w": "new"}),
    ):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True)
            (folder / name).write_text(text)
    done = installing('carry "$2" "$3"; lay "$4" "$3"', old, new, given)
    assert done.returncode == 0, done.stderr
    told = {str(path.relative_to(new)): path.read_text() for path in new.rglob("w")}
    assert told == {"same/w": "s", "other/w": "new", "vosk-cn/w": "by hand"}
    assert (old / "other/w").read_text() == "old"
    assert (old / "same/w").samefile(new / "same/w")


@pytest.mark.parametrize(("needs", "adds"), [("a", True), ("a (>= 2)", False)])
def test_an_update_that_would_change_a_debian_package_in_use_is_found_out(
    needs: str, adds: bool, tmp_path: Path
) -> None:
    about = "Architecture: amd64\nMaintainer: nobody <a@example.org>\nDescription: x\n"
    debs = tmp_path / "debs"
    for name, more in (("a", ""), ("b", f"Depends: {needs}\n")):
        control = tmp_path / name / "DEBIAN" / "control"
        control.parent.mkdir(parents=True)
        control.write_text(f"Package: {name}\nVersion: 2\n{more}{about}")
        debs.mkdir(exist_ok=True)
        subprocess.run(
            ["dpkg-deb", "--build", tmp_path / name, debs / f"{name}_2.deb"], check=True, capture_output=True
        )
    subprocess.run(["python3", REPOSITORY / "bundle" / "index.py", debs], check=True)
    for name in ("lists/partial", "archives/partial"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "status").write_text(f"Package: a\nStatus: install ok installed\nVersion: 1\n{about}\n")
    (tmp_path / "sources.list").write_text(f"deb [trusted=yes] file:{debs} ./\n")
    options = {
        "Dir::Etc::sourcelist": "sources.list", "Dir::State::lists": "lists", "Dir::Cache::archives": "archives",
        "Dir::State::status": "status",
    }  # fmt: skip
    words = [f"-o{key}={tmp_path / value}" for key, value in options.items()]
    words += [
        "-oDir::Etc::sourceparts=-",
        "-oDir::Cache::pkgcache=",
        "-oDir::Cache::srcpkgcache=",
        "-oDebug::NoLocking=1",
    ]
    words += ["-oAPT::Sandbox::User=root", "-qq"]
    subprocess.run(["apt-get", *words, "update"], check=True, capture_output=True)
    done = installing('shift; only_adds apt-get "$@" install b', *words)
    assert (done.returncode == 0) is adds, done.stdout + done.stderr
    assert ("Inst a" in done.stdout) is not adds


@pytest.mark.parametrize(
    ("stage", "whole", "megabytes"),
    [("/opt/x", False, 3000), ("", False, 3007), ("", True, 507), ("/opt/x", True, 500)],
)
def test_no_more_room_is_wanted_than_is_needed(stage: str, whole: bool, megabytes: int, tmp_path: Path) -> None:
    stick, version = tmp_path / "stick", tmp_path / "guitai-0.1.0-abc"
    for folder in (stick, version):
        folder.mkdir()
    (stick / "wheels").write_bytes(os.urandom(6_500_000))
    if whole:
        (version / "complete").touch()
    done = installing('cd "$2"; needed_mb "$3" "$4"', stick, stage, version)
    assert done.stdout == f"{megabytes}\n", done.stderr


def test_models_that_were_taken_in_go_with_purge_alone_and_remove_says_that_they_stay() -> None:
    lines = INSTALL.read_text(encoding="utf-8").splitlines()
    data = next(line.removeprefix("data=") for line in lines if line.startswith("data="))
    assert DATA.is_relative_to(data)
    purge, remove = (
        next(line for line in lines if part in line) for part in ('remove; rm -rf "$data"', "--remove) remove;")
    )
    assert purge.endswith("exit 0 ;;")
    assert "models" in remove
    assert "$data" in remove
