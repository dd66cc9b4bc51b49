"""guitai eval asr on real clips and on manifests that are wrong."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from edge_models.speech.audio import RATE_HZ, resample, to_float, to_int16
from edge_models.speech.customer import Customer
from guitai.cli.evaluate import evaluate
from guitai.errors import GuitaiError


def write(path: Path, samples, rate: int) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.astype("<i2").tobytes())


def run(manifest: Path, *more: str):
    return CliRunner().invoke(evaluate, ["asr", str(manifest), *more], obj=())


@pytest.mark.models
@pytest.mark.timeout(300)
def test_clips_are_scored_in_order_by_group(models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUITAI__PATHS__MODELS", str(models_dir))
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(tmp_path / "state"))
    spoken = Customer(models_dir, tmp_path / "c").say("转账手续费是多少", "zm_yunxi").samples
    write(tmp_path / "a.wav", to_int16(resample(to_float(spoken), RATE_HZ, 44_100)), 44_100)
    write(tmp_path / "quiet.wav", np.zeros(RATE_HZ, np.int16), RATE_HZ)
    manifest = tmp_path / "m.tsv"
    manifest.write_text(
        f"file\ttext\tgroup\tmore\na.wav\t转账手续费是多少？\tnear\tx\n{tmp_path}/quiet.wav\t查余额\tsilent\ty\n",
        "utf-8",
    )
    found = run(manifest, "--json", "--predictions", str(tmp_path / "out.jsonl"))
    assert found.exit_code == 0, found.exception
    figures = json.loads(found.stdout)["figures"]
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert list(lines[0]) == ["text"]
    assert "手续费" in lines[0]["text"]
    assert lines[1] == {"text": ""}
    assert figures["cer_near"] <= 0.25
    assert figures["cer_silent"] == 1.0
    assert figures["rtf"] > 0


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("", "speech.bad_manifest", "no column file"),
        ("file\ttext\n", "speech.unreadable_manifest", "no clips"),
        ("path\ttext\na.wav\t查\n", "speech.bad_manifest", "no column file"),
        ("file\ttext\na.wav\n", "speech.bad_manifest", "text is empty"),
        ("file\ttext\n\t查余额\n", "speech.bad_manifest", "file is empty"),
    ],
)
def test_a_wrong_manifest_is_refused(tmp_path: Path, content: str, code: str, said: str):
    manifest = tmp_path / "m.tsv"
    manifest.write_text(content, "utf-8")
    found = run(manifest).exception
    assert isinstance(found, GuitaiError)
    assert found.code == code
    assert said in found.english()


@pytest.mark.models
def test_an_unreadable_clip_names_its_line(models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUITAI__PATHS__MODELS", str(models_dir))
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(tmp_path / "state"))
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    manifest = tmp_path / "m.tsv"
    manifest.write_text("file\ttext\nbad.wav\t查余额\n", "utf-8")
    found = run(manifest).exception
    assert isinstance(found, GuitaiError)
    assert found.code == "speech.bad_manifest"
    assert "Line 2" in found.english()
