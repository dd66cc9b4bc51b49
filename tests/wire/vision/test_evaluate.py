"""`guitai eval expression` and `verify` as somebody else runs them: pictures of any kind in, figures and predictions out."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from edge_models.store import Store


@pytest.fixture(scope="module")
def portrait(models_dir):
    return cv2.imread(str(Store(models_dir).path("astronaut")))


@pytest.fixture
def command(models_dir):
    def command(*arguments):
        environment = {**os.environ, "GUITAI__PATHS__MODELS": str(models_dir)}
        code = "from guitai.cli.main import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, "eval", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return command


@pytest.fixture
def run(tmp_path, command):
    def run(name, rows, *options):
        table = tmp_path / "table.csv"
        with table.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        return command(name, str(table), *options)

    return run


@pytest.fixture
def album(tmp_path, portrait):
    """The smiling portrait in every manner that pictures come in."""
    head = portrait[20:210, 120:330]
    grey = cv2.cvtColor(head, cv2.COLOR_BGR2GRAY)
    tight = cv2.cvtColor(portrait[55:190, 160:290], cv2.COLOR_BGR2GRAY)
    pictures = {
        "whole.png": portrait,
        "grey.png": grey,
        "tight 48.png": cv2.resize(tight, (48, 48), interpolation=cv2.INTER_AREA),
        "small.jpg": cv2.resize(head, (64, 58), interpolation=cv2.INTER_AREA),
        "large.jpg": cv2.resize(portrait, None, fx=5, fy=5),
        "alpha.png": np.dstack([portrait, np.full(portrait.shape[:2], 90, np.uint8)]),
        "deep.png": portrait.astype(np.uint16) * 257,
    }
    for name, picture in pictures.items():
        assert cv2.imwrite(str(tmp_path / name), picture)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise when shown
    lying = Image.fromarray(cv2.cvtColor(np.rot90(portrait), cv2.COLOR_BGR2RGB).copy())
    lying.save(tmp_path / "相机 turned.jpg", exif=exif)
    return [*pictures, "相机 turned.jpg"]


def test_expressions_of_all_kinds_of_pictures(run, tmp_path, album):
    out = tmp_path / "out.jsonl"
    rows = [
        ["file", "label", "taken"],
        *([name, "happy", "1990"] for name in album),
        [str(tmp_path / album[0]), "SAD", ""],
    ]
    done = run("expression", rows, "--json", "--predictions", str(out))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["expression"] for line in lines] == ["happy"] * len(lines)
    assert all(line["face"] and 0.5 < line["confidence"] <= 1 for line in lines)
    result = json.loads(done.stdout)
    assert result["name"] == "expression"
    assert result["n"] == len(rows) - 1
    assert result["figures"]["accuracy"] == round(len(album) / len(lines), 4)
    assert result["figures"]["recall_happy"] == 1.0
    assert result["figures"]["recall_sad"] == 0.0


def test_a_picture_without_a_face_still_gets_an_answer(run, tmp_path):
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((60, 60), 128, np.uint8))
    done = run("expression", [["file", "label"], ["wall.png", "neutral"]], "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["figures"]["face_found"] == 0.0


def test_the_portrait_is_herself_on_a_poor_card_and_a_wall_is_nobody(run, tmp_path, album, portrait):
    card = cv2.GaussianBlur(cv2.resize(portrait[20:220, 110:330], (102, 93), interpolation=cv2.INTER_AREA), (3, 3), 0)
    cv2.imwrite(str(tmp_path / "card.jpg"), card, [cv2.IMWRITE_JPEG_QUALITY, 40])
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((300, 300, 3), 128, np.uint8))
    out = tmp_path / "out.jsonl"
    rows = [
        ["file_a", "file_b", "same"],
        [album[0], "card.jpg", "1"],
        ["card.jpg", album[-1], "true"],
        ["card.jpg", "wall.png", "0"],
    ]
    done = run("verify", rows, "--json", "--predictions", str(out))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["match"] for line in lines] == [True, True, False]
    assert [line["reason"] for line in lines] == ["same", "same", "no_face"]
    assert lines[2]["score"] == 0.0
    figures = json.loads(done.stdout)["figures"]
    assert (figures["far"], figures["frr"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "rows", "code", "says"),
    [
        ("expression", [["file", "label"], ["a.png", "happy"]], "vision.bad_row", ["Line 2", "field file", "a.png"]),
        ("expression", [["file", "label"], ["text.png", "happy"]], "vision.bad_row", ["Line 2", "not a picture"]),
        ("expression", [["file", "label"], ["text.png", "glad"]], "vision.bad_row", ["Line 2", "label", "'glad'"]),
        ("expression", [["file", "label"], ["text.png"]], "vision.bad_row", ["Line 2", "field label", "empty"]),
        ("expression", [["file", "emotion"], ["text.png", "sad"]], "vision.no_column", ["label"]),
        ("expression", [["file", "label"]], "vision.empty", []),
        ("verify", [["file_a", "file_b", "same"], ["text.png", "b", "2"]], "vision.bad_row", ["Line 2", "same", "'2'"]),
        ("verify", [["file_a", "file_b", "same"], ["text.png", "b", "1"]], "vision.bad_row", ["Line 2", "file_a"]),
    ],
)
def test_a_bad_row_is_refused_with_line_and_field(run, tmp_path, name, rows, code, says):
    (tmp_path / "text.png").write_text("not a picture")
    done = run(name, rows)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for part in (code, *says):
        assert part in done.stderr


def test_a_file_that_is_not_there_is_named(command, tmp_path):
    done = command("verify", str(tmp_path / "none.csv"))
    assert done.returncode == 1
    assert "vision.unreadable" in done.stderr
    assert "none.csv" in done.stderr
