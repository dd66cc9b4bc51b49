"""`guitai provision --development`: what is missing is made, what is there stays, secrets are only ours to read."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from guitai.cli.enrolment import enrolment
from guitai.cli.provision import provision
from guitai.config import load
from guitai.wire.commands import load_private, load_public
from guitai.wire.whole import write_whole
from headquarters import pki
from headquarters.engine import where
from headquarters.enrolment.authority import Authority
from headquarters.enrolment.store import Enrolments
from headquarters.store import Store
from tests.fixtures.hq.clock import StandingClock


def test_it_makes_everything_once(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(tmp_path / "keys"))
    first = CliRunner().invoke(provision, ["--development"])
    assert first.exit_code == 0, first.output
    keys = tmp_path / "keys"
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    expected = {
        "ca.crt",
        "ca.key",
        "command.key",
        "command.pub",
        "card_token.key",
        "e2e.key",
        "journal.key",
        "pin.key",
        "pin_aes.key",
        "recording.key",
        "revoked.crl",
        "support.key",
        "support.pub",
        "viewing.key",
        "viewing.pub",
    }
    assert before.keys() == expected | {f"{n}.{end}" for n in ("broker", "hq", "kiosk") for end in ("crt", "key")}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.glob("*.key")} == {0o600}
    kiosk = x509.load_pem_x509_certificate(before["kiosk.crt"])
    assert [name.value for name in kiosk.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["kiosk-001"]
    assert load_private(keys / "command.key").public_key() == load_public(keys / "command.pub")
    second = CliRunner().invoke(provision, ["--development"])
    assert "everything was there already" in second.output
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_named_without_a_traceback(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(tmp_path / "file" / "keys"))
    failed = CliRunner().invoke(provision, ["--development"])
    assert failed.exit_code == 1
    assert "key folder cannot be written" in failed.output


def test_a_list_of_revoked_certificates_that_is_gone_is_not_made_anew(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(tmp_path / "keys"))
    CliRunner().invoke(provision, ["--development"])
    lost = tmp_path / "keys" / "revoked.crl"
    lost.unlink()
    for command, words in ((provision, ["--development"]), (enrolment, ["init"])):
        failed = CliRunner().invoke(command, words, obj=())
        assert failed.exit_code == 1
        assert "revoked.crl is gone" in failed.output + str(failed.exception)
        assert not lost.exists()


@pytest.mark.parametrize("older", [None, b"nothing of a list", "copy"])
def test_the_list_is_made_again_from_what_was_enrolled(tmp_path: Path, monkeypatch, older: bytes | str | None) -> None:
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(tmp_path))
    CliRunner().invoke(enrolment, ["init"], obj=())
    path = tmp_path / "keys" / "revoked.crl"
    authority, by_hand = Authority(tmp_path / "keys"), pki.issue(tmp_path / "keys", "kiosk", "by-hand")
    assert by_hand
    authority.revoke(x509.load_pem_x509_certificate((tmp_path / "keys" / "kiosk.crt").read_bytes()))
    kept = path.read_bytes()
    store = Store(where(load(())))
    enrolments, serials = Enrolments(store.connection, StandingClock(1)), []
    for n, kiosk in enumerate(("k1", "k2")):
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        enrolments.claim(f"h{n}", kiosk, "b", {}, 2, "t")
        issued = enrolments.enrol(
            f"h{n}", f"key{n}", "", lambda name, branch, key=key: authority.sign(key, name, branch, 90)
        )
        serials.append(int(issued.serial, 16))
    enrolments.revoke("k2", "stolen")
    [ended] = enrolments.not_shut()
    enrolments.shut(ended.serial)  # it stood on the list that is lost
    path.unlink() if older is None else path.write_bytes(kept if older == "copy" else older)
    made = CliRunner().invoke(enrolment, ["relist"], obj=())
    assert made.exit_code == 0, made.output
    listed = {one.serial_number for one in x509.load_pem_x509_crl(path.read_bytes())}
    assert serials[1] in listed
    assert serials[0] not in listed
    assert len(listed) == (2 if older == "copy" else 1)  # what was revoked by hand is known to the list alone
    assert [one.serial for one in enrolments.not_shut()] == [ended.serial]  # and whoever came in meanwhile is cut
    store.close()
    assert "1 certificates added" in made.output


def test_no_empty_list_is_made_where_nobody_ever_enrolled(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(tmp_path))
    CliRunner().invoke(enrolment, ["init"], obj=())
    (tmp_path / "keys" / "revoked.crl").unlink()
    failed = CliRunner().invoke(enrolment, ["relist"], obj=())
    assert failed.exit_code == 1
    assert "lost_revocations" in str(failed.exception) + failed.output
    assert not (tmp_path / "keys" / "revoked.crl").exists()


def test_a_first_time_cut_off_in_the_middle_goes_on(tmp_path: Path, monkeypatch) -> None:
    made: list[str] = []

    class Cut(Exception):
        """The power goes."""

    def cut(path: Path, *words: Any) -> None:
        if len(made) == most:
            raise Cut
        made.append(path.name)
        write_whole(path, *words)

    monkeypatch.setattr("headquarters.pki.write_whole", cut)
    for most in range(6):
        made.clear()
        folder = tmp_path / str(most)
        with pytest.raises(Cut):
            pki.provision(folder)
        with monkeypatch.context() as calm:
            calm.setattr("headquarters.pki.write_whole", write_whole)
            pki.provision(folder)
        assert (folder / "revoked.crl").exists()
