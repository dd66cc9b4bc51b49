"""The Simplified Chinese face is found or taken out of the collection; its widths are known without a window."""

from __future__ import annotations

import pytest

from guitai.errors import GuitaiError
from kiosk_ui import fonts
from kiosk_ui.sfnt import extract_face


def test_missing_collection_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "SET_UP", tmp_path / "nowhere")
    with pytest.raises(GuitaiError) as caught:
        fonts.find(tmp_path, collections=tmp_path / "none")
    assert caught.value.code == "window.font_missing"


def test_a_file_that_is_no_collection_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "SET_UP", tmp_path / "nowhere")
    (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"not a font at all")
    with pytest.raises(GuitaiError, match=r"window\.font_missing"):
        fonts.find(tmp_path / "state", collections=tmp_path)
    assert not list((tmp_path / "state" / "fonts").glob("*.otf"))


def test_extraction_happens_once(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "SET_UP", tmp_path / "nowhere")
    first = fonts.find(tmp_path)
    stamp = first.bold.stat().st_mtime_ns
    assert fonts.find(tmp_path) == first
    assert first.bold.stat().st_mtime_ns == stamp


def test_face_number_is_checked():
    with pytest.raises(ValueError, match="faces"):
        extract_face(b"ttcf\0\1\0\0\0\0\0\1\0\0\0\0", 2)


def test_chinese_is_an_em_wide_and_figures_are_tabular(measure):
    assert measure("好的，", 76) == 3 * 76
    assert len({measure(digit, 184, True) for digit in "0123456789"}) == 1
    assert measure("A", 50) != measure("i", 50)


def test_meeting_marks_are_squeezed(measure):
    assert measure("”，", 40) == 60
    assert measure("好，", 40) == 80
