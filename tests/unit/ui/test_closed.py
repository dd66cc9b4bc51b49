"""The picture on the bare screen: read what the kernel says of it, draw, and lay the pixels out as it wants them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFont

from guitai.config import Config
from guitai.errors import GuitaiError
from kiosk_ui import closed, fonts

RED, GREEN = (255, 0, 0), (0, 255, 0)


def told(folder: Path, size: str = "3,2", bits: int = 32, stride: int = 16) -> closed.Screen:
    sysfs = folder / "graphics" / "fb0"
    sysfs.mkdir(parents=True)
    for name, text in (("virtual_size", size), ("bits_per_pixel", str(bits)), ("stride", str(stride))):
        (sysfs / name).write_text(text + "\n")
    (folder / "fb0").write_bytes(bytes(2 * stride))
    return closed.screen("fb0", folder / "graphics", folder)


@pytest.mark.parametrize(("bits", "red", "green"), [(32, "0000ff00", "00ff0000"), (16, "00f8", "e007")])
def test_pixels_lie_as_the_kernels_drivers_want_them(tmp_path: Path, bits: int, red: str, green: str) -> None:
    screen = told(tmp_path, bits=bits)
    picture = Image.new("RGB", (3, 2), RED)
    picture.putpixel((0, 1), GREEN)
    closed.put(picture, screen)
    rows = np.frombuffer(screen.device.read_bytes(), dtype=np.uint8).reshape(2, 16)
    assert rows[0].tobytes().hex().startswith(red * 3)
    assert rows[1].tobytes().hex().startswith(green + red * 2)


@pytest.mark.parametrize(
    ("size", "bits", "stride"), [("3", 32, 16), ("3,2", 24, 16), ("3,2", 32, 8), ("wide,2", 32, 16)]
)
def test_a_screen_that_cannot_be_drawn_on_is_named(tmp_path: Path, size: str, bits: int, stride: int) -> None:
    with pytest.raises(GuitaiError) as raised:
        told(tmp_path, size, bits, stride)
    assert raised.value.code == "window.no_frame_buffer"


def test_no_screen_at_all(tmp_path: Path) -> None:
    with pytest.raises(GuitaiError, match="fb0"):
        closed.screen("fb0", tmp_path, tmp_path)


@pytest.mark.parametrize("size", [(1080, 1920), (1280, 800), (640, 480)])
def test_the_words_keep_to_the_middle_and_the_hotline_stays_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    found = fonts.find(tmp_path)
    said = closed.lines(Config())
    assert any("95500" in text for text, _ in said)
    pixels = np.asarray(closed.draw(said, found, size)) != np.asarray(
        Image.new("RGB", (1, 1), pixel(said, found, size))
    )
    columns = np.flatnonzero(pixels.any(axis=(0, 2)))
    assert columns[0] >= size[0] * 0.06
    assert columns[-1] <= size[0] * 0.94
    font = ImageFont.truetype(str(found.regular), 40)
    assert closed._wrapped("有事请拨打 95500。", font, 250) == ["有事请拨打", "95500。"]


def pixel(said: list[tuple[str, bool]], found: fonts.Fonts, size: tuple[int, int]) -> tuple[int, ...]:
    corner = closed.draw(said, found, size).getpixel((0, 0))
    assert isinstance(corner, tuple)
    return corner
