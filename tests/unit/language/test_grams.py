"""Features are the same everywhere, and numbers and punctuation do not matter to them."""

from __future__ import annotations

from edge_models.language import grams


def test_tokens() -> None:
    assert grams.tokens("转五千块 to Tom，好吗？") == ["转", "#", "块", "to", "tom", "好", "吗"]
    assert grams.tokens("转3,200.50元") == ["转", "#", "元"]
    assert grams.tokens("取一点") == grams.tokens("取1点")
    assert grams.tokens("，。！ …") == []


def test_places_point_into_the_sentence() -> None:
    text = "转ＡＢＣ五千块。好"
    for token, start, end in grams.placed_tokens(text):
        assert token in ("#", text[start:end], "abc")


def test_names_of_features_never_change() -> None:
    assert grams.key("余\x1f额") == 2886174148


def test_grams_cover_their_tokens() -> None:
    words = ["查", "余", "额"]
    for gram, first, last in grams.grams(words):
        inner = [word for word in gram.split("\x1f") if word != "^"]
        assert inner == words[first:last]
