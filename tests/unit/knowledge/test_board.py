"""A person writes the day's figures into a list, headquarters signs it, and the kiosk tells them until it is too old."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guitai.cli.main import cli
from guitai.errors import GuitaiError
from tests.unit.risk.signing import make_keys


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_keys(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(tmp_path / "state"))
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(tmp_path / "keys"))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["knowledge", "board", *words], catch_exceptions=False, standalone_mode=False)


def test_a_board_is_made_put_in_place_and_shown(folder: Path) -> None:
    (folder / "day.yaml").write_text('usd_sell: "712.30"\nusd_buy: "709.10"\n', encoding="utf-8")
    (folder / "state").mkdir()
    assert run("show").exit_code == 1
    made = run("make", "day.yaml", "--version", "1", "--out", "board.json").output
    assert "eur_sell" in made
    assert "2 figures" in run("use", "board.json").output
    assert "712.30" in run("show").output
    with pytest.raises(GuitaiError, match="version 1"):
        run("use", "board.json")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("usd_sell: 712.30", "usd_sell"),
        ("- 1", "the list"),
        ("a: [", "line"),
        ('usd_sell: "{x}"', "usd_sell"),
        ("", "the list"),
    ],
)
def test_a_list_that_is_no_board_is_named_with_its_fault(folder: Path, text: str, told: str) -> None:
    (folder / "day.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(GuitaiError, match=told):
        run("make", "day.yaml", "--version", "1", "--out", "board.json")
    assert not (folder / "board.json").exists()
