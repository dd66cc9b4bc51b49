"""guitai bench: the shape of its answer, what it refuses, and that each figure with a budget is measured. No timings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge_models.speech.measure import filled
from guitai.cli.bench import SENTENCES, bench
from guitai.dialogue.data import fixed_texts
from guitai.errors import GuitaiError
from guitai.tables import BARS


@pytest.fixture
def run(models_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUITAI__PATHS__MODELS", str(models_dir))
    return lambda *arguments: CliRunner().invoke(bench, arguments, obj=())


def answer(result: Result, name: str) -> dict:
    assert result.exit_code in (0, 1), result.exception
    found = json.loads(result.stdout)
    assert set(found) == {"name", "figures", "bars", "n", "environment"}
    assert found["name"] == name
    assert set(found["bars"]) == set(BARS[name])
    for key, bar in found["bars"].items():
        assert bar == {"limit": BARS[name][key], "holds": found["figures"][key] <= BARS[name][key]}
    assert (result.exit_code == 0) is all(bar["holds"] for bar in found["bars"].values())
    assert all(isinstance(value, float) for value in found["figures"].values())
    return found


@pytest.mark.timeout(300)
def test_language_and_no_warning_gets_into_its_answer(models_dir: Path, tmp_path: Path) -> None:
    for model in models_dir.iterdir():
        if model.name != "knowledge":  # the answers' vectors
            (tmp_path / model.name).symlink_to(model)
    command = [sys.executable, "-m", "guitai", "bench", "language", "--json", "--count", "10"]
    environment = os.environ | {"GUITAI__PATHS__MODELS": str(tmp_path)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = json.loads(result.stdout)
    assert "knowledge without vectors" in result.stderr
    assert (found["name"], found["n"]) == ("language", 10)
    assert (result.returncode == 0) is all(bar["holds"] for bar in found["bars"].values())
    assert {"p50_ms", "p95_ms", "rss_mb", "float_p99_ms", "encoder_speedup", "openvino_encoder_p50_ms"} <= set(
        found["figures"]
    )
    assert found["figures"]["cosine_mean"] > 0.9
    assert found["figures"]["intent_agreement"] >= 0.9


def test_devices(run):
    found = answer(run("devices", "--json", "--count", "500"), "devices")
    assert found["n"] == 500
    assert set(found["figures"]) == {"p50_ms", "p99_ms", "worst_ms"}
    assert 0 < found["figures"]["p50_ms"] <= found["figures"]["p99_ms"] <= found["figures"]["worst_ms"]


@pytest.mark.timeout(300)
def test_capture(run):
    found = answer(run("capture", "--json", "--seconds", "1"), "capture")
    assert {"camera_percent", "readers_percent", "decode_percent", "raw_total_percent", "fps", "rss_mb"} <= set(
        found["figures"]
    )


@pytest.mark.long
@pytest.mark.timeout(600)
def test_echo(run, tmp_path):
    found = answer(run("echo", "--json", "--rooms", "1", "--folder", str(tmp_path)), "echo")
    assert {"converged_s", "cer_alone", "cer_over_kiosk", "not_understood", "erle_kiosk_db"} <= set(found["figures"])


@pytest.mark.long
@pytest.mark.timeout(600)
def test_speech(run):
    found = answer(run("speech", "--json", "--count", "1"), "speech")
    assert {"final_p99_s", "float_decode_p50_s", "voice_rtf", "first_sound_new_p50_s", "vad_p95_ms", "rss_mb"} <= set(
        found["figures"]
    )


@pytest.mark.parametrize("name", ["language", "speech"])
def test_missing_models_are_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUITAI__PATHS__MODELS", str(tmp_path))
    result = CliRunner().invoke(bench, [name, "--json"], obj=())
    assert isinstance(result.exception, GuitaiError)
    assert result.exception.code == "models.missing"
    assert result.stdout == ""


def test_only_held_out_sentences_are_measured():
    splits = {json.loads(line).get("split") for line in SENTENCES.read_text(encoding="utf-8").splitlines()}
    assert "validation" in splits


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_placeholder_is_spoken(language: str):
    assert not any("{" in filled(text) for text in fixed_texts(language))


@pytest.mark.timeout(300)
def test_cash_safety(run):
    found = answer(run("cash-safety", "--json", "--episodes", "60", "--seed", "900"), "cash-safety")
    assert found["figures"]["violations"] == 0
    assert found["figures"]["episodes"] == found["n"] == 60
    struck = {key: number for key, number in found["figures"].items() if key.startswith("struck: ")}
    assert len(struck) > 10
    assert max(struck.values()) <= 60
