"""Signed checkpoints, the newest outside the journal, `guitai audit verify` and an export checked without the key."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from guitai.cli.main import cli
from guitai.errors import GuitaiError
from guitai.journal import Journal, audit
from guitai.journal.checkpoints import EVERY_MS, Signing, read_anchor
from guitai.journal.verify import Verified
from guitai.keys import device_check, device_signer, read_key
from guitai.messages.session import Occurred
from guitai.messages.voice import SpeechStarted
from guitai.wire.checkpoints import checkpoint_message
from headquarters.pki import provision
from tests.unit.journal import mutations
from tests.unit.journal.conftest import KEY
from tests.unit.journal.sample import START_MS, fill


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    provision(folder, "kiosk-001")
    (folder / "journal.key").write_text(KEY.hex())
    return folder


@pytest.fixture
def signing(keys: Path) -> Signing:
    return Signing.of(keys, keys / "journal.anchor")


@pytest.fixture
def written(path: Path, signing: Signing) -> Path:
    journal = Journal.open(path, KEY, "kiosk-001", signing=signing)
    fill(journal)
    journal.append("s4", Occurred(journal.next_seq("s4"), START_MS + 2 * EVERY_MS, SpeechStarted()), [])
    journal.close()
    return path


def look(path: Path, keys: Path) -> Verified:
    with audit.opened(path, KEY, "kiosk-001") as journal:
        return journal.verify(device_check(keys / "kiosk.crt"), keys / "journal.anchor")


def test_checkpoints_come_with_time_and_at_the_end_and_headquarters_is_told(written: Path, keys: Path) -> None:
    found = look(written, keys)
    assert (found.fault, found.checkpoints) == ("", 3)
    journal = Journal.open(written, KEY, "kiosk-001")
    rows = [row for row in journal.outbox(999) if row.type == "audit.checkpoint"]
    anchor = read_anchor(keys / "journal.anchor")
    journal.close()
    check = device_check(keys / "kiosk.crt")
    for row in rows:
        signed = checkpoint_message("kiosk-001", row.body["n"], row.body["at_ms"], row.body["chain"])
        assert row.lane == "audit"
        assert check(signed, bytes.fromhex(row.body["signature"]))
    assert anchor is not None
    assert (anchor.n, anchor.chain) == (rows[-1].body["n"], rows[-1].body["chain"])
    assert anchor.lanes["audit"][0] == len(rows)


def test_an_idle_close_adds_no_checkpoint(written: Path, keys: Path, signing: Signing) -> None:
    before = look(written, keys).checkpoints
    for _ in range(2):
        Journal.open(written, KEY, "kiosk-001", signing=signing).close()
    assert look(written, keys).checkpoints == before


def test_a_checkpoint_at_the_end_has_the_time_of_the_newest_event(written: Path, signing: Signing) -> None:
    journal = Journal.open(written, KEY, "kiosk-001", signing=signing)
    journal.vault_put("s4", "sms", "123456")
    journal.vault_wipe("s4")
    journal.close()
    anchor = read_anchor(signing.anchor)
    assert anchor is not None
    assert anchor.at_ms == START_MS + 2 * EVERY_MS


def test_mutations_of_a_signed_journal_are_found(written: Path, keys: Path) -> None:
    with audit.opened(written, KEY, "kiosk-001") as journal:
        check = device_check(keys / "kiosk.crt")
        missed = mutations.unnoticed(
            journal.connection, 60, 3, lambda: journal.verify(check, keys / "journal.anchor").fault
        )
        assert missed == []


def test_another_devices_signature_and_an_older_copy_are_found(written: Path, keys: Path, tmp_path: Path) -> None:
    provision(tmp_path / "other", "kiosk-001")
    with audit.opened(written, KEY, "kiosk-001") as journal:
        found = journal.verify(device_check(tmp_path / "other" / "kiosk.crt"), keys / "journal.anchor")
        assert "not signed by this device" in found.fault
    anchor = json.loads((keys / "journal.anchor").read_bytes())
    (keys / "journal.anchor").write_text(json.dumps({**anchor, "n": anchor["n"] + 5}))
    assert "older copy" in look(written, keys).fault
    (keys / "journal.anchor").write_text("{}")
    with pytest.raises(GuitaiError, match=r"anchor_unreadable"):
        look(written, keys)
    (keys / "journal.anchor").unlink()
    assert "newest checkpoint is missing" in look(written, keys).fault


def test_an_export_is_checked_without_the_key_and_no_line_can_be_touched(
    written: Path, keys: Path, tmp_path: Path
) -> None:
    target = tmp_path / "export.jsonl"
    check = device_check(keys / "kiosk.crt")
    with audit.opened(written, KEY, "kiosk-001") as journal:
        lines = journal.export(target, device_signer(keys), START_MS)
    assert audit.verify_export(target, check).fault == ""
    content = target.read_bytes().splitlines(keepends=True)
    assert len(content) == lines
    chance = random.Random(5)
    for n, line in enumerate(content):
        for changed in (
            [*content[:n], *content[n + 1 :]],
            [*content[:n], line.replace(b"1", b"2", 1) if b"1" in line else b" " + line, *content[n + 1 :]],
            [*content[:n], content[(n + 1) % lines], *content[n:]],
        ):
            target.write_bytes(b"".join(changed))
            assert audit.verify_export(target, check).fault or changed == content, n
    flipped = bytearray(b"".join(content))
    flipped[chance.randrange(len(flipped))] ^= 1
    target.write_bytes(flipped)
    assert audit.verify_export(target, check).fault


def test_the_command_says_so_in_words_and_in_json(written: Path, keys: Path, tmp_path: Path) -> None:
    environment = {"GUITAI__PATHS__KEYS": str(keys), "GUITAI__PATHS__STATE": str(written.parent)}
    runner = CliRunner()
    good = runner.invoke(cli, ["audit", "verify"], env=environment)
    assert (good.exit_code, good.output[:9]) == (0, "untouched")
    target = tmp_path / "export.jsonl"
    assert runner.invoke(cli, ["audit", "export", str(target)], env=environment).exit_code == 0
    exported = runner.invoke(cli, ["audit", "verify", "--json", "--export", str(target)], env=environment)
    assert (exported.exit_code, json.loads(exported.output)["fault"]) == (0, "")
    nowhere = runner.invoke(cli, ["audit", "export", str(tmp_path / "none" / "export.jsonl")], env=environment)
    assert isinstance(nowhere.exception, GuitaiError)
    assert nowhere.exception.code == "journal.export_failed"
    with audit.opened(written, KEY, "kiosk-001") as journal:
        journal.connection.execute("DELETE FROM session WHERE session_id = 's2'")
    bad = runner.invoke(cli, ["audit", "verify", "--json"], env=environment)
    assert (bad.exit_code, json.loads(bad.output)["fault"]) == (1, "session s2 is missing")


def test_what_may_not_be_read_is_named_in_words(written: Path, keys: Path) -> None:
    for file, use in (
        ("kiosk.crt", device_check),
        ("kiosk.key", lambda _: device_signer(keys)),
        ("journal.key", read_key),
    ):
        (keys / file).unlink()
        (keys / file).mkdir()  # nobody may read a folder, root neither
        with pytest.raises(GuitaiError, match=r"keys\.unreadable"):
            use(keys / file)
    written.with_name("journal.db-keyid").unlink()
    written.with_name("journal.db-keyid").mkdir()
    with pytest.raises(GuitaiError, match=r"journal\.failed"), audit.opened(written, KEY, "kiosk-001"):
        pass


def test_a_device_may_have_an_ed25519_key(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "kiosk.key").write_bytes(pem)
    key.public_key().verify(device_signer(tmp_path)(b"x"), b"x")
    (tmp_path / "kiosk.key").write_text("nothing")
    with pytest.raises(GuitaiError, match=r"not_a_device_key"):
        device_signer(tmp_path)
