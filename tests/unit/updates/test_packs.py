"""Packs go into core's folders by root's hand: what core puts in their place meanwhile leads nowhere."""

from __future__ import annotations

import importlib.resources
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from guitai.shell import packs as answers
from guitai.shell.packs import answers_store
from guitai.shell.rulebook import Rulebook
from guitai.updates.packs import use_pack
from guitai.wire.releases import DESCRIPTOR, Folder, Release, parsed
from tests.fixtures.updates import release, shared_keys
from tests.unit.risk.signing import make_keys, signed

CORE = 12345
PACK = importlib.resources.files("guitai.knowledge").joinpath("pack.jsonl").read_bytes()

gives_away = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


class Kiosk:
    def __init__(self, folder: Path) -> None:
        self.state, self.outside, self.pack = folder / "core", folder / "etc", folder / "pack"
        self.state.mkdir()
        self.outside.mkdir()
        (self.outside / "shadow").write_text("root's")
        if os.geteuid() == 0:
            os.chown(self.state, CORE, CORE)
        self.pack.write_bytes(PACK)
        release(folder / "made", shared_keys())
        self.told: Release = parsed(Folder(folder / "made").read(DESCRIPTOR, 10**6))

    def install(self, kind: str = "answers") -> None:
        use_pack(kind, self.pack, self.told, self.state, self.outside, self.outside, 1)

    def untouched(self) -> bool:
        shadow = self.outside / "shadow"
        names = [path.name for path in self.outside.iterdir()]
        return names == ["shadow"] and shadow.read_text() == "root's" and shadow.stat().st_uid == os.geteuid()


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path)


@gives_away
def test_what_is_made_is_cores(kiosk: Kiosk) -> None:
    kiosk.install()
    made = [kiosk.state / "versions", *(kiosk.state / "versions").rglob("*")]
    assert {path.name for path in made} >= {"versions", "answers", "history.json", "lock"}
    assert {path.stat().st_uid for path in made} == {CORE}
    assert [deed.what for deed in answers_store(kiosk.state).history()] == ["made", "used"]


@pytest.mark.parametrize("link", ["versions", "versions/answers", "versions/answers/lock"])
def test_a_link_in_the_way_is_not_followed(link: str, kiosk: Kiosk) -> None:
    path = kiosk.state / link
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = link in ("versions", "versions/answers")
    path.symlink_to(kiosk.outside if folder else kiosk.outside / "new")
    with pytest.raises((OSError, GuitaiError)):
        kiosk.install()
    assert kiosk.untouched()


@pytest.mark.parametrize("made", [os.mkfifo, lambda draft: draft.symlink_to(draft.parents[3] / "etc" / "new")])
def test_what_lies_in_the_drafts_place_goes(made: Callable[[Path], None], kiosk: Kiosk) -> None:
    draft = kiosk.state / "versions" / "answers" / "history.json.new"
    draft.parent.mkdir(parents=True)
    made(draft)
    kiosk.install()
    assert kiosk.untouched()
    assert [deed.what for deed in answers_store(kiosk.state).history()] == ["made", "used"]


def test_a_link_that_takes_the_folders_place_in_the_middle_leads_nowhere(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, aside = kiosk.state / "versions" / "answers", kiosk.state / "aside"

    def read(data: bytes) -> object:
        if not folder.is_symlink():
            folder.rename(aside)
            folder.symlink_to(kiosk.outside)
        return data

    monkeypatch.setattr(answers, "read_pack", read)
    kiosk.install()
    assert kiosk.untouched()
    assert "history.json" in {path.name for path in aside.iterdir()}


@gives_away
def test_a_file_that_root_has_elsewhere_is_not_given_away(kiosk: Kiosk) -> None:
    kiosk.install()
    folder = kiosk.state / "versions" / "answers"
    (folder / "link").symlink_to(kiosk.outside / "shadow")
    (folder / "hard").hardlink_to(kiosk.outside / "shadow")
    os.mkfifo(folder / "pipe")
    kiosk.install()
    assert kiosk.untouched()


def test_a_pipe_in_the_historys_place_keeps_nobody_waiting(kiosk: Kiosk) -> None:
    kiosk.install()
    history = kiosk.state / "versions" / "answers" / "history.json"
    history.unlink()
    os.mkfifo(history)
    with pytest.raises(GuitaiError):
        kiosk.install()


def test_rules_keep_their_number_and_are_installed_twice_but_never_backwards(kiosk: Kiosk, tmp_path: Path) -> None:
    keys = make_keys(tmp_path / "hq")

    def install(version: int) -> None:
        use_pack("rules", signed(tmp_path, keys, version), kiosk.told, kiosk.state, keys, keys, 1)

    install(3)
    install(3)
    with pytest.raises(GuitaiError, match="2"):
        install(2)
    book = Rulebook(kiosk.state, keys)
    assert book.number(book.store.in_use()) == 3
    assert (kiosk.state / "versions" / "rules").stat().st_mode & 0o777 == 0o700
