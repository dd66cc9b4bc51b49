"""Signed rules: taken into use, tried out, taken back; whatever does not verify never decides."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.risk.rules import shipped
from guitai.shell.rulebook import InForce, Rulebook

from .signing import make_keys, signed, text_of


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_keys(tmp_path_factory.mktemp("hq"))


@pytest.fixture
def book(tmp_path: Path, keys: Path) -> Rulebook:
    return Rulebook(tmp_path / "state", keys)


def test_without_signed_rules_the_shipped_ones_decide(book: Rulebook) -> None:
    current = book.current()
    assert current == InForce()
    assert current.rules() == shipped()
    assert current.identity("abc") == "abc"


def test_used_rules_decide_and_one_step_takes_them_back(book: Rulebook, tmp_path: Path, keys: Path) -> None:
    for version, semantic in ((2, 1800), (3, 1900)):
        assert book.use(signed(tmp_path, keys, version, text_of(version, semantic)), "", 0) == version
    assert book.current().rules().weights["semantic"] == 1900
    assert book.store.roll_back("甲", "", 0)
    assert book.current().rules().weights["semantic"] == 1800
    assert book.store.roll_back("甲", "", 0) == ""
    assert book.current() == InForce()
    with pytest.raises(GuitaiError, match=r"versions\.nothing_before"):
        book.store.roll_back("甲", "", 0)


def test_a_version_may_not_go_back(book: Rulebook, tmp_path: Path, keys: Path) -> None:
    book.use(signed(tmp_path, keys, 3), "", 0)
    for version in (2, 3):
        with pytest.raises(GuitaiError, match=r"risk\.older"):
            book.use(signed(tmp_path, keys, version), "", 0)
    assert book.current().rules().version == 3


def test_one_version_is_one_text(book: Rulebook, tmp_path: Path, keys: Path) -> None:
    book.use(signed(tmp_path, keys, 2), "", 0)
    book.store.roll_back("甲", "", 0)
    with pytest.raises(GuitaiError, match=r"risk\.other_of_version"):
        book.use(signed(tmp_path, keys, 2, text_of(2, 1900)), "", 0)
    assert book.use(signed(tmp_path, keys, 2), "", 0) == 2


def test_a_challenger_never_takes_the_champions_place_by_itself(book: Rulebook, tmp_path: Path, keys: Path) -> None:
    file = signed(tmp_path, keys, 2)
    assert book.try_out(file, "", 0) == 2
    current = book.current()
    assert (current.champion, current.challenger) == ("", text_of(2))
    assert current.identity("abc") != "abc"
    assert [book.store.part(made.id) for made in book.store.versions()] == ["on trial"]
    book.store.stop_trying("甲", "", 0)
    assert book.current() == InForce()
    book.try_out(file, "", 0)
    book.use(file, "", 0)
    assert book.current() == InForce(text_of(2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_any_changed_byte_is_refused(book: Rulebook, tmp_path: Path, keys: Path, data: st.DataObject) -> None:
    content = bytearray(signed(tmp_path, keys, 2).read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 127))
    bad = tmp_path / "bad.json"
    bad.write_bytes(content)
    with pytest.raises(GuitaiError, match=r"risk\.(bad_signature|not_signed_file)"):
        book.use(bad, "", 0)
    assert book.current() == InForce()


def test_another_key_bad_rules_and_two_versions_are_refused(book: Rulebook, tmp_path: Path, keys: Path) -> None:
    with pytest.raises(GuitaiError, match=r"risk\.bad_signature"):
        book.use(signed(tmp_path, make_keys(tmp_path / "other"), 2), "", 0)
    heavy = text_of(2).replace("weight = 2500", "weight = 2600")
    with pytest.raises(GuitaiError, match=r"line \d+: weights\.login"):
        book.use(signed(tmp_path, keys, 2, heavy), "", 0)
    with pytest.raises(GuitaiError, match=r"risk\.not_signed_file"):
        book.use(signed(tmp_path, keys, 3, text_of(2)), "", 0)


@pytest.mark.parametrize("harm", [b"", b"{}", b'[{"what": "used"}]'])
def test_a_damaged_folder_falls_back_to_what_ships(book: Rulebook, tmp_path: Path, keys: Path, harm: bytes) -> None:
    book.use(signed(tmp_path, keys, 2), "", 0)
    folder = tmp_path / "state" / "versions" / "rules"
    history = (folder / "history.json").read_bytes()
    (folder / "history.json").write_bytes(harm)
    assert book.current() == InForce()
    (folder / "history.json").write_bytes(history)
    book.store.path(book.store.in_use()).write_bytes(harm)
    assert book.current() == InForce()
    book.use(signed(tmp_path, keys, 3), "", 0)  # a damaged version does not keep a later one away
    assert book.current() == InForce(text_of(3))


def test_a_broken_challenger_does_not_touch_the_champion(book: Rulebook, tmp_path: Path, keys: Path) -> None:
    book.use(signed(tmp_path, keys, 2), "", 0)
    book.try_out(signed(tmp_path, keys, 3), "", 0)
    book.store.path(book.store.versions()[1].id).unlink()
    assert book.current() == InForce(text_of(2))


def test_another_key_at_the_kiosk_ends_what_the_old_one_signed(book: Rulebook, tmp_path: Path, keys: Path) -> None:
    book.use(signed(tmp_path, keys, 2), "", 0)
    assert Rulebook(tmp_path / "state", make_keys(tmp_path / "other")).current() == InForce()
