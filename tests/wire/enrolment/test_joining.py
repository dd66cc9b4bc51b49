"""Joining by a claim code over real TLS: who is let in, who is not, and that being cut off changes nothing."""

from __future__ import annotations

import asyncio
import stat
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import DNSName, SubjectAlternativeName
from cryptography.x509.oid import NameOID

from firmware_bridge.simulator.keys import read_key
from guitai.config import Paths, load
from guitai.errors import GuitaiError
from guitai.keys import device_signer
from guitai.keyseal.box import make_pair
from guitai.support.bundle import make, open_
from guitai.wire.claims import Claim, parse
from guitai.wire.ports import free_ports
from headquarters import pki
from tests.fixtures.hq.enrolment import Machine, Place


@pytest.fixture
async def hq(tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(tmp_path / "hq")
    async with place.serving():
        yield place


async def refused(machine: Machine, claim: Claim | str, address: str = "") -> str:
    with pytest.raises(GuitaiError) as caught:
        await machine.join(claim, address)
    assert not (machine.keys / "kiosk.crt").exists()
    return caught.value.code


async def test_a_machine_becomes_the_kiosk_its_code_says(hq: Place, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "k")
    claim = hq.code(profile={"kiosk": {"branch_name": "平安里支行"}, "window": {"large_print": True}})
    joined = await machine.join(claim.scanned())
    assert joined.given.kiosk == "kiosk-007"
    config = load([], {}, machine.etc)
    assert (config.kiosk.id, config.kiosk.branch, config.kiosk.branch_name) == ("kiosk-007", "heping", "平安里支行")
    assert config.window.large_print
    assert config.bank.url == f"https://{hq.address}/bank/v1"
    found = machine.certificate()
    assert pki.common_name(found) == "kiosk-007"
    assert found.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value == "heping"
    names = found.extensions.get_extension_for_class(SubjectAlternativeName).value
    assert names.get_values_for_type(DNSName) == ["kiosk-007"]
    left = found.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=89) < left <= timedelta(days=90)
    assert device_signer(machine.keys)(b"x")
    assert read_key(machine.keys, "card_token.key") == read_key(hq.keys, "card_token.key")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in machine.keys.glob("*.key")}
    assert set(modes.values()) == {0o600}
    assert {"kiosk.key", "journal.key", "recording.key", "pin.key", "pin_aes.key"} <= modes.keys()
    assert [path.name for path in machine.keys.iterdir() if path.is_dir()] == []  # nothing of the way is left
    assert hq.states() == ["live"]
    (written,) = hq.audited("enrolment.issued")
    assert written["serial"].replace(":", "") == f"{found.serial_number:x}"


async def test_it_is_given_the_key_that_support_bundles_are_sealed_for(hq: Place, tmp_path: Path) -> None:
    make_pair(hq.keys / "support.pub")
    machine = Machine(tmp_path / "k")
    await machine.join(hq.code().scanned())
    bundle = make(load([], {}, machine.etc).model_copy(update={"paths": Paths(keys=machine.keys)}), [], [])
    assert open_(bundle, hq.keys / "support.key")[0] == "kiosk-007"
    assert (machine.etc / "support.pub").read_bytes() == (hq.keys / "support.pub").read_bytes()


async def test_a_branch_with_real_devices_is_given_no_simulated_keys(hq: Place, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "k")
    joined = await machine.join(hq.code(profile={"devices": {"simulate": False}}))
    assert set(joined.given.keys) == {"card_token.key"}
    assert not (machine.keys / "pin.key").exists()


async def test_a_code_lets_one_machine_in(hq: Place, tmp_path: Path) -> None:
    claim = hq.code()
    await Machine(tmp_path / "k").join(claim)
    assert await refused(Machine(tmp_path / "other"), claim) == "enrolment.used"
    assert hq.states() == ["live"]


async def test_of_two_that_race_one_gets_in(hq: Place, tmp_path: Path) -> None:
    claim = hq.code()
    machines = [Machine(tmp_path / str(n)) for n in range(4)]
    done = await asyncio.gather(*(one.join(claim) for one in machines), return_exceptions=True)
    lost = [one for one in done if isinstance(one, GuitaiError)]
    assert [one.code for one in lost] == ["enrolment.used"] * 3
    assert hq.states() == ["live"]


async def test_killed_at_every_write_it_goes_on_and_never_has_two_live_certificates(
    hq: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from guitai.provisioning import join as joining
    from guitai.provisioning import own_keys, stage
    from guitai.wire.whole import write_whole

    class Killed(BaseException):
        pass

    claim, machine, left = hq.code(), Machine(tmp_path / "k"), 0

    def write(path: Path, content: bytes, mode: int = 0o600, group: int | None = None) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        write_whole(path, content, mode, group)

    for module in (joining, own_keys, stage):
        monkeypatch.setattr(module, "write_whole", write)
    for killed_at in range(1, 60):
        left = killed_at
        try:
            await machine.join(claim if not (machine.keys / "joining" / "claim").exists() else None, hq.address)
        except Killed:
            assert hq.states() in ([], ["live"])
            continue
        break
    assert killed_at > 10, "it was killed only so often"
    assert hq.states() == ["live"]
    assert f"{machine.certificate().serial_number:x}" == hq.desk.store.of_kiosk("kiosk-007").serial
    device_signer(machine.keys)
    assert not (machine.keys / "joining").exists()


async def test_wrong_codes_are_refused_and_written_down(hq: Place, tmp_path: Path) -> None:
    real = hq.code()
    forged = Claim("0" * 12, real.fingerprint)
    assert await refused(Machine(tmp_path / "forged"), forged, hq.address) == "enrolment.unknown_code"
    first = hq.code("kiosk-008")
    hq.code("kiosk-008")
    assert await refused(Machine(tmp_path / "withdrawn"), first) == "enrolment.withdrawn"
    hq.clock.now_ms += 2 * 86_400_000
    assert await refused(Machine(tmp_path / "late"), real) == "enrolment.expired"
    codes = [one["why"] for one in hq.audited("enrolment.refused")]
    assert sorted(codes) == ["enrolment.expired", "enrolment.unknown_code", "enrolment.withdrawn"]


async def test_a_kiosk_does_not_become_another_one_by_a_code(hq: Place, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "k")
    await machine.join(hq.code())
    before = machine.certificate()
    with pytest.raises(GuitaiError, match=r"enrolment\.other_kiosk"):
        await machine.join(hq.code("kiosk-009"))
    assert machine.certificate() == before
    again = hq.code("kiosk-009")  # the code was not spent
    assert again.secret


async def test_guessing_is_slowed_down(hq: Place, tmp_path: Path) -> None:
    fingerprint = hq.code().fingerprint
    codes = []
    for n in range(12):
        claim = Claim(f"{n:012d}", fingerprint)
        codes.append(await refused(Machine(tmp_path / str(n)), claim, hq.address))
    assert codes == ["enrolment.unknown_code"] * 10 + ["hq.too_many"] * 2


async def test_who_poses_as_headquarters_is_not_told_the_secret(hq: Place, tmp_path: Path) -> None:
    between = Place(tmp_path / "between")
    async with between.serving():
        claim = hq.code()
        machine = Machine(tmp_path / "k")
        assert await refused(machine, claim, between.address) == "enrolment.wrong_authority"
        # Cleverer: it shows the true authority's certificate, but cannot show one of its own from it.
        between.desk._authority = hq.desk.authority
        assert await refused(machine, claim, between.address) == "enrolment.not_trusted"
    assert between.audited("enrolment.refused") == []
    assert between.audited("enrolment.issued") == []
    assert (await machine.join(claim, hq.address)).given.kiosk == "kiosk-007"  # the code is still good


async def test_what_went_wrong_is_said(hq: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nobody,) = free_ports(1)
    assert await refused(Machine(tmp_path / "1"), hq.code(), f"127.0.0.1:{nobody}") == "enrolment.no_network"
    assert (
        await refused(Machine(tmp_path / "2"), Claim(hq.code().secret, hq.code().fingerprint)) == "enrolment.no_address"
    )
    port = hq.config.headquarters.port
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("127.0.0.1", port))])
    assert await refused(Machine(tmp_path / "3"), hq.code(), f"hq.bank:{port}") == "enrolment.other_name"


async def test_a_wrong_clock_is_told_from_a_wrong_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=400)

    place = Place(tmp_path / "hq")
    with monkeypatch.context() as patched:
        patched.setattr(pki, "datetime", Later)
        (place.keys / "hq.crt").unlink()
        pki.issue(place.keys, "hq", "hq")
    async with place.serving():
        assert await refused(Machine(tmp_path / "k"), place.code()) == "enrolment.clock"


async def test_a_replaced_board_gets_a_new_certificate_and_the_old_one_ends(hq: Place, tmp_path: Path) -> None:
    old, new = Machine(tmp_path / "old"), Machine(tmp_path / "new")
    await old.join(hq.code())
    await new.join(hq.code())
    assert hq.states() == ["live", "superseded"]
    assert [one.serial for one in hq.desk.store.not_shut()] == [f"{old.certificate().serial_number:x}"]
    assert hq.desk.store.of_kiosk("kiosk-007").serial == f"{new.certificate().serial_number:x}"


async def test_a_headquarters_does_not_become_a_kiosk(hq: Place, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "k")
    machine.keys = hq.keys
    with pytest.raises(GuitaiError, match=r"enrolment\.authority_here"):
        await machine.join(hq.code())


async def test_other_peoples_est_client(hq: Place, tmp_path: Path) -> None:
    """openssl makes the request, curl carries it, openssl reads the answer: RFC 7030 as it stands."""
    claim, key = hq.code(), tmp_path / "key.pem"
    secret = parse(claim.text()).secret

    def shell(command: str) -> str:
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    url = f"https://{hq.address}/.well-known/est"
    shell(f"openssl ecparam -name prime256v1 -genkey -noout -out {key}")
    shell(f"openssl req -new -key {key} -subj / -outform DER | openssl base64 -e > request.b64")
    cacert = f"--tlsv1.3 --silent --show-error --fail --cacert {hq.keys}/ca.crt"
    ask = f"curl {cacert} -u any:{secret} -H 'Content-Type: application/pkcs10' --data-binary @request.b64 {url}/simpleenroll"
    await asyncio.to_thread(shell, f"{ask} | openssl base64 -d | openssl pkcs7 -inform DER -print_certs > cert.pem")
    assert "CN = kiosk-007" in shell("openssl x509 -in cert.pem -noout -subject")
    shown = f"curl {cacert} --cert cert.pem --key key.pem https://{hq.address}/enrolment/v1/given"
    assert '"kiosk-007"' in await asyncio.to_thread(shell, shown)


def test_a_key_of_another_kind_is_refused() -> None:
    from headquarters.enrolment.authority import read_request

    for body in (b"", b"!", b"AAAA"):
        with pytest.raises(GuitaiError, match=r"enrolment\.bad_request"):
            read_request(body)
    assert isinstance(ec.SECP256R1(), ec.EllipticCurve)
