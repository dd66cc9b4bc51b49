"""The shipped catalogue says everything about every model; a wrong one is refused with the key named."""

from __future__ import annotations

import pytest

from edge_models.catalog import parse, shipped
from edge_models.prepare import STEPS
from guitai.errors import GuitaiError

GOOD = """
[tiny]
title = "Tiny"
capability = "test"
group = "test"
level = "blue"
licence = "MIT"
origin = "here"
files = [{ path = "a.bin", size = 1, sha256 = "%s", parts = [{ package = "pypi:a==1", member = "a" }] }]
""" % ("0" * 64)


def test_the_shipped_catalogue_is_whole():
    entries = shipped()
    assert {"whisper-base", "kokoro", "kokoro-voices", "silero-vad", "e5-small", "yunet"} <= entries.keys()
    for entry in entries.values():
        assert entry.licence
        assert entry.origin
        for file in entry.files:
            assert file.prepare is None or file.prepare in STEPS


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('group = "test"', 'group = "test"\nspeed = 3', "tiny.speed"),
        ('level = "blue"', 'level = "green"', "tiny.level"),
        ("a.bin", "../a.bin", "tiny.files.0.path"),
        ("a.bin", "/etc/a.bin", "tiny.files.0.path"),
        ("pypi:a==1", "https://example.com/a", "tiny.files.0.parts.0.package"),
        ("0" * 64, "0" * 63, "tiny.files.0.sha256"),
        ("size = 1", "size = 0", "tiny.files.0.size"),
        ("size = 1", 'size = 1, prepare = "x"', "tiny.files.0"),
        ("[tiny]", "[Tiny]", "Tiny"),
    ],
)
def test_a_wrong_key_is_named(old: str, new: str, key: str):
    assert parse(GOOD)["tiny"].size == 1
    with pytest.raises(GuitaiError) as caught:
        parse(GOOD.replace(old, new))
    assert caught.value.code == "models.bad_catalogue"
    assert str(caught.value.params["reason"]).startswith(key)


def test_no_toml_at_all_is_refused():
    with pytest.raises(GuitaiError) as caught:
        parse("[tiny")
    assert caught.value.code == "models.bad_catalogue"
