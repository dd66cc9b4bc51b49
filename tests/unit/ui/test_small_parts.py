"""Tokens, drawings, words, pictures of the screen, the calm view."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import cv2
import pytest

import kiosk_ui
from guitai.clock import UnixMs
from guitai.config import Config
from guitai.errors import GuitaiError
from kiosk_ui import kivy_setup, png, theme
from kiosk_ui.app import Album
from kiosk_ui.samples import samples
from kiosk_ui.wait import moment, wait_view

ROOM = Path(kiosk_ui.__file__).parent


def test_every_drawing_is_rasterised():
    drawn = {path.stem for path in (ROOM / "assets" / "png").glob("icon_*.png")}
    sources = {f"icon_{path.stem}" for path in (ROOM / "assets" / "icons").glob("*.svg")} | {"icon_mark"}
    assert drawn == sources
    shapes = (
        "smile",
        "calm",
        "aa",
        "o",
        *(path.stem.removeprefix("mouth_") for path in (ROOM / "assets").glob("mouth_*.svg")),
    )
    for part, names in {"face": ("smile", "calm"), "mouth": shapes, "eyes": ("shut",)}.items():
        drawn = {path.stem for path in (ROOM / "assets" / "png").glob(f"{part}_*.png")}
        assert drawn == {f"{part}_{name}" for name in names}


def test_only_tokens_give_colours():
    """Apart from the drawings of the machine and the QR code's black on white, no colour is written into the code."""
    for path in ROOM.rglob("*.py"):
        if path.name in {"picture.py", "paint.py", "qr.py"}:
            continue
        assert not re.search(r'"#[0-9A-Fa-f]{6}"', path.read_text(encoding="utf-8")), path


def test_both_languages_have_the_same_words():
    assert theme.words("zh").keys() == theme.words("en").keys()


@pytest.mark.parametrize(
    ("style", "sizes"),
    [
        (theme.Style(), (76, 46, 36, 184)),
        (theme.Style(large=True), (84, 64, 48, 196)),
        (theme.Style(english=True), (66, 46, 36, 184)),
        (theme.Style(landscape=True), (42, 32, 24, 116)),
    ],
)
def test_sizes_come_from_the_tokens(style, sizes):
    assert tuple(style.size(name) for name in ("teller_lead", "button", "label", "amount")) == sizes


def test_a_window_of_any_shape_holds_the_whole_design():
    for window in ((1080, 1920), (540, 960), (1280, 800), (600, 480), (1080, 2340)):
        landscape, scale, (width, height) = theme.canvas(*window)
        design = theme.LANDSCAPE if landscape else theme.PORTRAIT
        assert width >= design[0] - 0.01
        assert height >= design[1] - 0.01
        assert (round(width * scale), round(height * scale)) == window


def test_png_round_trip(tmp_path):
    rows = bytes([255, 0, 0] * 2 + [0, 0, 255] * 2)  # lowest row red, upper row blue
    png.write(tmp_path / "a.png", rows, 2, 2)
    picture = cv2.imread(str(tmp_path / "a.png"))
    assert picture[0, 0].tolist() == [255, 0, 0]  # BGR: the upper row is blue
    assert picture[1, 1].tolist() == [0, 0, 255]
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_png_into_nowhere_is_a_clear_error(tmp_path):
    with pytest.raises(GuitaiError, match=r"window\.screenshot_failed"):
        png.write(tmp_path / "none" / "a.png", bytes(3), 1, 1)


def test_the_calm_view_names_the_hotline_and_has_no_buttons():
    config = Config()
    view = wait_view(config)
    assert config.kiosk.hotline in view.more
    assert not view.bar
    assert not view.parts
    assert wait_view(config, "en").language == "en"


class Fixed:
    def unix_ms(self):
        return UnixMs(1_795_314_240_000)

    def monotonic_ns(self):
        return 0


def test_the_moment_is_local_time(monkeypatch):
    monkeypatch.setattr("time.localtime", lambda s: _local(s))
    assert moment(Fixed(), "zh").clock == "10:24"
    assert moment(Fixed(), "zh").date == "11月22日　星期日"
    assert moment(Fixed(), "en").date == "11/22　Sun"


def _local(seconds):
    from datetime import datetime

    return datetime.fromtimestamp(seconds, ZoneInfo("Asia/Shanghai")).timetuple()


def test_without_a_display_the_error_is_clear(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    with pytest.raises(GuitaiError, match=r"window\.no_display"):
        kivy_setup.open_window()


def test_the_album_keeps_each_kind_once_and_numbers_on(tmp_path):
    (tmp_path / "01_attract.png").write_bytes(b"")
    album = Album(tmp_path)
    view = samples()["hold"]
    assert album.wants(view)
    album.add(view, bytes(12), 2, 2)
    assert not album.wants(view)
    album.close()
    assert (tmp_path / "02_hold.png").is_file()
