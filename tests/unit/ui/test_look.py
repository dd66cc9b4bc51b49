"""A bank's own look is taken as it is, unless somebody could not read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from kiosk_ui import theme
from kiosk_ui.look import HIGH_CONTRAST, load, recoloured, too_faint
from kiosk_ui.samples import samples
from kiosk_ui.scene import Fill
from tests.unit.ui.test_layout import NOW, PORTRAIT, arrange

GOOD = """
name = "青禾银行"
logo = "logo.png"
[colours]
pine = "#1A3C8C"
pine_deep = "#10265A"
[words_zh]
wait_hotline = "有急事，请拨打青禾热线 {hotline}。"
"""


@pytest.fixture(autouse=True)
def own_words():
    yield
    theme.words.cache_clear()


def test_colours_logo_and_words_of_a_bank(tmp_path, measure):
    (tmp_path / "logo.png").write_bytes(b"")
    file = tmp_path / "theme.toml"
    file.write_text(GOOD, encoding="utf-8")
    look = load(file)
    assert look.logo == tmp_path / "logo.png"
    assert "青禾" in theme.words("zh")["wait_hotline"]
    plain = arrange(samples()["confirm"], PORTRAIT, measure, NOW)
    scene = recoloured(plain, look.palette(high_contrast=False))
    assert [t.box for t in scene.targets] == [t.box for t in plain.targets]
    colours = {item.colour for item in scene.items if isinstance(item, Fill)}
    assert "#1A3C8C" in colours
    assert theme.colour("pine") not in colours


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name = ", "end of document"),
        ('name = "a"\nfont = "Comic"', "1 validation error"),
        ('name = "a"\n[colours]\npine = "green"', "1 validation error"),
        ('name = "a"\n[colours]\npinetree = "#000000"', "pinetree"),
        ('name = "a"\n[colours]\nink = "#BBBBBB"', "ink on paper"),
        ('name = "a"\nlogo = "none.png"', "none.png"),
        ('name = "a"\n[words_zh]\ngreeting = "好"', "greeting"),
        ('name = "a"\n[words_zh]\nwait_hotline = "请拨打 {phone}"', "places in braces"),
    ],
)
def test_what_must_not_be_shown_is_refused_by_name(text, named, tmp_path):
    file = tmp_path / "theme.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GuitaiError, match=re.escape(named)) as caught:
        load(file)
    assert caught.value.code == "window.bad_theme"


def test_the_tokens_and_high_contrast_can_be_read():
    assert too_faint({}) == ""
    assert too_faint(HIGH_CONTRAST) == ""
    assert Path(theme.__file__).with_name("tokens.json").is_file()
