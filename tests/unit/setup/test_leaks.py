"""No secret is in the repository, and the search would find one."""

from __future__ import annotations

import base64
import hashlib

import pytest

from guitai.keyseal.box import make_pair
from tests.fixtures.scripts import script

search = script("leaks")
WORD = base64.b64encode(hashlib.sha256(b"a").digest()).decode()
PLANTED = {
    "GitHub token": "x = '" + "ghp" + "_" + "aB3" * 12 + "'",
    "AWS key": "AKIA" + "ABCDEFGHIJ234567",
    "JSON web token": "eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + "." + "c" * 30,
    "password in an address": "postgres://guitai:" + "hunter22" + "@db.bank.example",
    "random word given to a secret's name": f'client_{"secret"} = "{WORD}"',
}


def test_none_is_in_the_repository():
    assert search.scan(search.known_to_git()) == []


@pytest.mark.parametrize(("kind", "text"), PLANTED.items())
def test_a_planted_one_is_found(kind, text):
    assert [found for _, found in search.leaks(f"a line\n{text}\n".encode())] == [kind]
    assert next(search.leaks(f"a line\n{text}\n".encode()))[0] == 2


def test_a_private_key_is_found(tmp_path):
    make_pair(tmp_path / "mine.pub")
    assert search.scan(sorted(tmp_path.iterdir())) == [f"{tmp_path / 'mine.key'}:1: private key"]


@pytest.mark.parametrize(
    "text", ['token = "a_word_of_people_is_no_key_1"', 'password = "********************"', "https://a.b/c"]
)
def test_what_is_none_is_not(text):
    assert list(search.leaks(text.encode())) == []
