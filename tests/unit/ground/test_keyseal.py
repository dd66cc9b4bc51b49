"""Policies and recovery copies, without a TPM: digests as the standard has them, and nothing opens with another key."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from guitai.cli.main import cli
from guitai.errors import GuitaiError
from guitai.keyseal import policy, recovery


def pair(folder: Path, name: str, *options: str) -> Path:
    assert CliRunner().invoke(cli, ["keys", "pair", *options, str(folder / name)]).exit_code == 0
    return folder / name


def test_a_digest_is_that_of_the_standard() -> None:
    # TPM 2.0 Part 3, TPM2_PolicyPCR: H(old || TPM_CC_PolicyPCR || pcrs || H(values)), by hand for PCR 0 and 16.
    values = [bytes(32), b"\1" * 32]
    selection = bytes.fromhex("00000001000b03010001")
    by_hand = hashlib.sha256(
        bytes(32) + bytes.fromhex("0000017f") + selection + hashlib.sha256(b"".join(values)).digest()
    )
    assert policy.policy_digest([0, 16], values) == by_hand.digest()


def test_only_what_the_key_signed_is_read(tmp_path: Path) -> None:
    ours, theirs = pair(tmp_path, "ours", "--policy"), pair(tmp_path, "theirs", "--policy")
    file = tmp_path / "pcr-policies.json"
    mine = policy.sign(ours.with_suffix(".key"), [7], [bytes(32)])
    policy.add(file, mine)
    policy.add(file, mine)  # once
    policy.add(file, policy.sign(theirs.with_suffix(".key"), [7], [b"\1" * 32]))
    assert policy.read(file, ours.with_suffix(".pub").read_bytes()) == (mine,)


@pytest.mark.parametrize(
    "content", [b"x", b"{}", b"[1]", b'[{"pcrs": [7]}]', b'[{"pcrs": 7, "digest": "", "signature": ""}]']
)
def test_a_broken_file_of_policies_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    ours = pair(tmp_path, "ours", "--policy")
    (tmp_path / "p").write_bytes(content)
    with pytest.raises(GuitaiError, match="is not what it should be"):
        policy.read(tmp_path / "p", ours.with_suffix(".pub").read_bytes())


def test_keys_of_the_wrong_kind_are_refused(tmp_path: Path) -> None:
    ours = pair(tmp_path, "ours")
    with pytest.raises(GuitaiError, match="no RSA key"):
        policy.sign(ours.with_suffix(".key"), [7], [bytes(32)])
    with pytest.raises(GuitaiError, match="no X25519 key"):
        recovery.wrap(b"k", "kiosk-001", pair(tmp_path, "other", "--policy").with_suffix(".pub"))


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_copy_opens_with_its_key_and_not_when_touched(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("r")
    ours, file = pair(folder, "ours"), folder / "journal.recovery"
    whole = recovery.wrap(b"k" * 32, "kiosk-001", ours.with_suffix(".pub"))
    file.write_bytes(whole)
    assert recovery.unwrap(file, ours.with_suffix(".key")) == ("kiosk-001", b"k" * 32)
    at %= len(whole)
    file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
    with contextlib.suppress(GuitaiError):  # or a hexadecimal digit is in the other case
        assert recovery.unwrap(file, ours.with_suffix(".key")) == ("kiosk-001", b"k" * 32)
