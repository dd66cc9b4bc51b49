"""Crypto-erasure: every key of this kiosk is destroyed, and headquarters keeps a proof that its device key signed last."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import orjson
from cryptography import x509

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.keys import DEVICE_CERTIFICATE, DEVICE_KEY, content, device_signer
from guitai.keyseal.device import SEALED_DEVICE, device_key_file
from guitai.keyseal.stored import POLICIES, POLICY_KEY
from guitai.provisioning import units
from guitai.provisioning.between import drained, held, undelivered
from guitai.provisioning.join import COMMAND_KEY, ENROLLED
from guitai.provisioning.own_keys import shred
from guitai.provisioning.renew import address_of, shown
from guitai.provisioning.stage import AUTHORITY
from guitai.wire.enrolment import Destroyed, Proof, proof_message
from guitai.wire.whole import write_whole

STAGED, LIST, PROOF = "leaving", "destroyed.json", "proof.json"
KEPT = (AUTHORITY, DEVICE_CERTIFICATE, DEVICE_KEY, SEALED_DEVICE, COMMAND_KEY, POLICY_KEY, POLICIES)
"""With which headquarters is told; of these the device key is destroyed last."""

BESIDE = (Path("/var/lib/guitai/core-keys"),)
"""Where core keeps keys it makes itself, with the units: keys of days and classes."""

LAST_PROOF = "decommissioned.json"
"""What stays in the folder of keys: the proof headquarters has."""


async def decommission(config: Config, etc: Path, *, abandon: bool = False) -> Proof:
    """Destroy everything and return the proof; killed anywhere, run again, it goes on.

    With `abandon` events that have not reached headquarters are given up, and counted in the proof. Raises GuitaiError
    ``enrolment.not_wanted``, ``undelivered``, ``serving`` and others.
    """
    keys, address = config.paths.keys, address_of(config, etc)
    stage = keys / STAGED
    with shown(keys, address) as headquarters:
        if not (stage / PROOF).exists():
            if not (stage / LIST).exists():
                if not headquarters.given().decommission:
                    raise GuitaiError("enrolment.not_wanted")
                waiting = await _given_up(config, abandon=abandon)
                units.stop_units()
                _write_list(stage, waiting, _list(keys, config.paths.own_keys))
            _sign(stage, keys, _destroy(stage))
        body = orjson.loads((stage / PROOF).read_bytes())
        headquarters.leave("decommission", body, keys / COMMAND_KEY)
    proof = Proof.model_validate({name: value for name, value in body.items() if name != "signature"})
    write_whole(keys / LAST_PROOF, orjson.dumps(body), 0o644)
    for name in (SEALED_DEVICE, DEVICE_KEY):
        if (keys / name).exists():
            shred(keys / name)
    for path in (keys / DEVICE_CERTIFICATE, etc / ENROLLED, stage / LIST, stage / PROOF):
        path.unlink(missing_ok=True)
    stage.rmdir()
    return proof


async def _given_up(config: Config, *, abandon: bool) -> int:
    """Return how many events are given up."""
    async with held(config) as core:
        if not abandon:
            await drained(core)
            return 0
        return 0 if core is None else await undelivered(core)


def _list(keys: Path, own: Path) -> list[Path]:
    """Return every file that holds or wraps a key."""
    folders = dict.fromkeys((keys, own, *(folder for folder in BESIDE if folder.is_dir())))
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [
        path
        for path in files
        if not (path.parent == keys and path.name in (*KEPT, LAST_PROOF)) and STAGED not in path.parts
    ]


def _write_list(stage: Path, waiting: int, files: list[Path]) -> None:
    """Write down what will be destroyed, before any of it is."""
    stage.mkdir(mode=0o700, exist_ok=True)
    rows = [(str(path), path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]
    write_whole(stage / LIST, orjson.dumps({"undelivered": waiting, "files": rows}))


def _destroy(stage: Path) -> tuple[int, tuple[Destroyed, ...]]:
    """Overwrite and remove what is on the list and still there."""
    found = orjson.loads((stage / LIST).read_bytes())
    done = []
    for name, size, sha256 in found["files"]:
        path = Path(name)
        if path.exists():
            shred(path)
        done.append(Destroyed(name=path.name, bytes=size, sha256=sha256, how="overwritten"))
    return int(found["undelivered"]), tuple(done)


def _sign(stage: Path, keys: Path, done: tuple[int, tuple[Destroyed, ...]]) -> None:
    certificate = x509.load_pem_x509_certificate(content(keys / DEVICE_CERTIFICATE))
    proof = Proof(
        kiosk=str(certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value),
        serial=f"{certificate.serial_number:x}", at_ms=int(datetime.now(UTC).timestamp() * 1000),
        destroyed=done[1], last=(DEVICE_KEY,), undelivered=done[0],
    )  # fmt: skip
    with device_key_file(keys) as key:
        signature = base64.b64encode(device_signer(key.parent)(proof_message(proof))).decode()
    write_whole(stage / PROOF, orjson.dumps({**proof.model_dump(mode="json"), "signature": signature}))
