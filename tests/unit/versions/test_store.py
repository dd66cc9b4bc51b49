"""The store of versions: what is in use follows from the history; nothing unchecked is used; one step takes it back."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.versions import Loaded, Store


def readable(data: bytes) -> str:
    if b"bad" in data:
        raise GuitaiError("knowledge.bad_pack", reason="bad")
    return data.decode()


@pytest.fixture
def store(tmp_path: Path) -> Store[str]:
    return Store(tmp_path, "answers", readable)


def code(error: pytest.ExceptionInfo[GuitaiError]) -> str:
    return error.value.code


def test_use_and_roll_back_with_who_when_why(store: Store[str]) -> None:
    assert store.current() is None
    one = store.keep(b"one", "甲", "first", 1, "1 answer")
    two = store.keep(b"two", "甲", "second", 2)
    store.use(one, "乙", "read", 3)
    store.use(two[:6], " 丙 ", "read", 4)
    assert store.current() == Loaded(two, "two")
    assert [store.part(name) for name in ("", one, two)] == ["", "before", "in use"]
    assert store.roll_back("丁", "complaints", 5) == one
    assert store.current() == Loaded(one, "one")
    assert store.roll_back("丁", "", 6) == ""
    assert store.current() is None
    assert [(deed.what, deed.by, deed.why, deed.at_ms) for deed in store.history()] == [
        ("made", "甲", "first", 1),
        ("made", "甲", "second", 2),
        ("used", "乙", "read", 3),
        ("used", "丙", "read", 4),
        ("rolled_back", "丁", "complaints", 5),
        ("rolled_back", "丁", "", 6),
    ]
    with pytest.raises(GuitaiError) as error:
        store.roll_back("丁", "", 7)
    assert code(error) == "versions.nothing_before"


@pytest.mark.parametrize("nobody", ["", " "])
def test_nobody_makes_uses_tries_or_takes_back_anything(store: Store[str], nobody: str) -> None:
    one, two = store.keep(b"one", "甲", "", 1), store.keep(b"two", "甲", "", 1)
    store.use(one, "乙", "", 2)
    store.try_out(two, "乙", "", 2)
    before = store.history()
    for change in (
        lambda: store.keep(b"three", nobody, "", 3),
        lambda: store.use(two, nobody, "", 3),
        lambda: store.roll_back(nobody, "", 3),
        lambda: store.stop_trying(nobody, "", 3),
    ):
        with pytest.raises(GuitaiError) as error:
            change()
        assert code(error) == "versions.no_name"
    assert store.history() == before


def test_the_same_bytes_are_the_same_version(store: Store[str]) -> None:
    assert store.keep(b"one", "甲", "", 1) == store.keep(b"one", "丙", "again", 2)
    assert [made.by for made in store.versions()] == ["甲"]
    store.use(store.versions()[0].id, "乙", "", 3)
    with pytest.raises(GuitaiError) as error:
        store.use(store.versions()[0].id, "乙", "", 4)
    assert code(error) == "versions.used_already"


def test_what_is_tried_out_takes_no_place(store: Store[str]) -> None:
    one, two = store.keep(b"one", "甲", "", 1), store.keep(b"two", "甲", "", 1)
    store.use(one, "甲", "", 2)
    store.try_out(two, "甲", "", 3)
    assert (store.current(), store.trial()) == (Loaded(one, "one"), Loaded(two, "two"))
    assert store.part(two) == "on trial"
    store.roll_back("甲", "", 4)
    assert (store.current(), store.trial()) == (None, Loaded(two, "two"))
    store.stop_trying("甲", "", 5)
    assert store.trial() is None
    store.try_out(two, "甲", "", 6)
    store.use(two, "甲", "", 7)
    assert (store.current(), store.trial()) == (Loaded(two, "two"), None)


def test_a_damaged_version_is_not_used_and_does_not_hold_a_good_one_up(store: Store[str]) -> None:
    one, two = store.keep(b"one", "甲", "", 1), store.keep(b"two", "甲", "", 1)
    store.path(one).write_bytes(b"onf")
    with pytest.raises(GuitaiError) as error:
        store.use(one, "乙", "", 2)
    assert code(error) == "versions.damaged"
    store.path(one).unlink()
    with pytest.raises(GuitaiError) as error:
        store.use(one, "乙", "", 2)
    assert code(error) == "versions.unreadable"
    assert store.current() is None
    store.use(two, "乙", "", 2)
    assert store.keep(b"one", "甲", "", 3) == one  # brought again from its files
    assert store.use(one, "乙", "", 4) == one


def test_nothing_is_kept_that_its_reader_refuses(store: Store[str], tmp_path: Path) -> None:
    with pytest.raises(GuitaiError) as error:
        store.keep(b"bad", "甲", "", 1)
    assert code(error) == "knowledge.bad_pack"
    assert not (tmp_path / "versions").exists()


@pytest.mark.parametrize("name", ["", "f" * 64, "x"])
def test_unknown_versions(store: Store[str], name: str) -> None:
    store.keep(b"one", "甲", "", 1)
    with pytest.raises(GuitaiError) as error:
        store.use(name, "乙", "", 2)
    assert code(error) == "versions.unknown"


def test_a_history_that_is_none_is_told_and_not_overwritten(store: Store[str], tmp_path: Path) -> None:
    one = store.keep(b"one", "甲", "", 1)
    file = tmp_path / "versions" / "answers" / "history.json"
    file.write_bytes(b"[1]")
    for change in (store.current, lambda: store.use(one, "甲", "", 1), lambda: store.keep(b"two", "甲", "", 1)):
        with pytest.raises(GuitaiError) as error:
            change()
        assert code(error) == "versions.unreadable"
    assert file.read_bytes() == b"[1]"


def test_a_full_disk_leaves_what_was_in_use(store: Store[str], monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = store.keep(b"one", "甲", "", 1), store.keep(b"two", "甲", "", 1)
    store.use(one, "甲", "", 2)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(GuitaiError) as error:
            store.use(two, "甲", "", 3)
    assert code(error) == "versions.cannot_write"
    assert store.current() == Loaded(one, "one")


def test_rules_are_for_cores_user_alone(tmp_path: Path) -> None:
    for kind, mode in (("rules", 0o600), ("answers", 0o644)):
        store = Store(tmp_path, kind, readable)
        assert store.path(store.keep(b"one", "甲", "", 1)).stat().st_mode & 0o777 == mode & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@settings(max_examples=60, deadline=None)
@given(deeds=st.lists(st.sampled_from(["a", "b", "c", "back", "try a", "try b", "stop"]), max_size=12))
def test_the_history_tells_what_a_stack_would(tmp_path_factory: pytest.TempPathFactory, deeds: list[str]) -> None:
    store = Store(tmp_path_factory.mktemp("s"), "answers", readable)
    ids = {name: store.keep(name.encode(), "甲", "", 0) for name in "abc"}
    used, tried = [], ""
    for deed in deeds:
        in_use_already = deed not in ("back", "stop") and used[-1:] == [deed[-1]]
        if in_use_already or (deed == "back" and not used):
            with pytest.raises(GuitaiError):
                do(store, deed, ids)
        else:
            do(store, deed, ids)
            if deed == "back":
                used.pop()
            elif deed == "stop":
                tried = ""
            elif deed.startswith("try"):
                tried = deed[-1]
            else:
                used.append(deed)
                tried = "" if tried == deed else tried
        current, trial = store.current(), store.trial()
        assert (current.content if current else "") == (used[-1] if used else "")
        assert (trial.content if trial else "") == tried


def do(store: Store[str], deed: str, ids: dict[str, str]) -> None:
    if deed == "back":
        store.roll_back("甲", "", 0)
    elif deed == "stop":
        store.stop_trying("甲", "", 0)
    elif deed.startswith("try"):
        store.try_out(ids[deed[-1]], "甲", "", 0)
    else:
        store.use(ids[deed], "甲", "", 0)
