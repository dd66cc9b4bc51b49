"""Every screen can be walked through, understood and used by ear, with a few keys."""

from __future__ import annotations

import pytest

from kiosk_ui.ear import KEYS, Ear
from kiosk_ui.reader import nodes
from kiosk_ui.samples import LANGUAGES, NOW_MS, fixtures
from kiosk_ui.theme import words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", fixtures())
def test_walking_once_round_says_everything_and_reaches_every_button(name, language):
    found = nodes(fixtures(language)[name], now_ms=NOW_MS)
    ear, said, pressed = Ear(), [], set()
    for _ in found:
        ear, words_said, _ = ear.take("next", found, language)
        said.append(words_said)
        if ear.target(found):
            pressed.add(ear.take("press", found, language)[2])
    assert all(said)
    assert pressed == {node.target for node in found if node.target}
    assert ear.take("next", found, language)[1] == said[0]
    assert ear.take("again", found, language)[1] == said[-1]


def test_back_goes_back_and_nothing_is_pressed_by_chance():
    found = nodes(fixtures()["confirm"], now_ms=NOW_MS)
    ear, said, pressed = Ear().take("press", found, "zh")
    assert (said, pressed) == (words("zh")["nothing_to_press"], "")
    ear, first, _ = ear.take("next", found, "zh")
    ear, _, _ = ear.take("next", found, "zh")
    assert ear.take("previous", found, "zh")[1] == first
    assert ear.for_screen().target(found) == ""
    assert Ear().take("previous", found, "zh")[0].reading.at == len(found) - 1
    assert set(KEYS.values()) == {"next", "previous", "press", "again", "human"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", fixtures())
def test_one_key_calls_a_human_from_wherever_it_stands(name, language):
    view = fixtures(language)[name]
    found = nodes(view, now_ms=NOW_MS)
    can = any(item.target == "human" and item.enabled for item in view.bar)
    for called, otherwise in ((True, "human_called"), (False, "human_away")):
        _, said, pressed = Ear().take("human", found, language, called=called)
        assert (said, pressed) == (("", "human") if can else (words(language)[otherwise], ""))
