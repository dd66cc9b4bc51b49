"""`guitai models`: exit codes and sentences, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guitai.cli.models import models


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUITAI__PATHS__MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(models, arguments)


def test_list_names_every_model_and_says_what_is_here(folder: Path):
    result = run("list")
    assert result.exit_code == 0
    assert "whisper-base" in result.output
    assert "yes" not in result.output


def test_verify_passes_over_what_was_never_pulled_unless_asked(folder: Path):
    assert run("verify").exit_code == 0
    asked = run("verify", "kokoro")
    assert asked.exit_code == 1
    assert "guitai models pull kokoro" in asked.output


def test_verify_finds_a_damaged_model(folder: Path):
    (folder / "kokoro-vocab").mkdir(parents=True)
    (folder / "kokoro-vocab" / "vocab.json").write_text("{}")
    result = run("verify")
    assert result.exit_code == 1
    assert "different SHA-256" in result.output


@pytest.mark.parametrize("command", ["pull", "verify"])
def test_an_unknown_name_is_a_sentence(folder: Path, command: str):
    result = run(command, "nobody")
    assert result.exit_code == 1
    assert 'There is no model "nobody"' in result.output
    assert "Traceback" not in result.output


def test_a_registry_out_of_reach_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value in (("NO_INDEX", "1"), ("FIND_LINKS", str(folder)), ("CONFIG_FILE", "/dev/null")):
        monkeypatch.setenv(f"PIP_{name}", value)
    result = run("pull", "kokoro-vocab")
    assert result.exit_code == 1
    assert "could not be downloaded" in result.output
