"""The search for canaries finds them however they are written."""

from __future__ import annotations

import base64
import json
import os
import urllib.parse
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.chaos.canaries import find, find_in_files, spellings

PLANTED = {"number": spellings("739251"), "name": spellings("慕容雪雁"), "face": spellings(bytes(range(200, 248)))}
WAYS = {
    "utf-8": lambda text: text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "gb18030": lambda text: text.encode("gb18030"),
    "json": lambda text: json.dumps({"a": text}).encode(),
    "url": lambda text: urllib.parse.urlencode({"a": text}).encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "deflated": lambda text: b"head" + zlib.compress(text.encode() * 3) + b"tail",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(("name", "text"), [("number", "739251"), ("name", "慕容雪雁")])
def test_in_every_writing(name: str, text: str, way) -> None:
    assert find(b"before " + way(f"的{text}。") + b" after", PLANTED) == [name]


@pytest.mark.parametrize("spoken", ["七三九二五一", "7 3 9 2 5 1", "７３９２５１", "7392 51"])
def test_digits_as_people_say_them(spoken: str) -> None:
    assert find(f"密码是{spoken}".encode(), PLANTED) == ["number"]


@given(before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_in_base64_wherever_it_stands(before: bytes, after: bytes) -> None:
    for code in (base64.b64encode, base64.urlsafe_b64encode):
        assert find(code(before + bytes(range(200, 248)) + after), PLANTED) == ["face"]


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(os.urandom(200_000) + "今天七点三十九分".encode())
    assert find_in_files([tmp_path], PLANTED) == []
