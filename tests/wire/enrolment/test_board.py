"""A kiosk with a TPM (swtpm): its journal's key is sealed as it joins, and comes back to a new board through headquarters."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from guitai.cli.main import cli
from guitai.errors import GuitaiError
from guitai.keys import read_key
from guitai.keyseal.device import device_key
from guitai.keyseal.stored import journal_key
from guitai.provisioning.board import rewrap
from tests.fixtures.boards import PCR, Board, expected
from tests.fixtures.hq.enrolment import Machine, Place

pytestmark = pytest.mark.tpm


@pytest.fixture
async def hq(tmp_path: Path) -> AsyncIterator[Place]:
    """One that has an offline recovery key and releases' policies to give."""
    place, safe = Place(tmp_path / "hq"), tmp_path / "safe"
    safe.mkdir()

    def run(*command: str) -> None:
        done = CliRunner().invoke(cli, command)
        assert done.exit_code == 0, (done.output, done.exception)

    run("keys", "pair", str(safe / "recovery"))
    run("keys", "pair", "--policy", str(safe / "policy"))
    (safe / "values").write_text(expected("program"))
    policies = str(place.keys / "pcr-policies.json")
    run(
        "keys",
        "allow",
        "--key",
        str(safe / "policy.key"),
        "--pcrs",
        str(PCR),
        "--values",
        str(safe / "values"),
        policies,
    )
    for name in ("recovery.pub", "policy.pub"):
        shutil.copy(safe / name, place.keys)
    async with place.serving():
        yield place


async def test_sealed_as_it_joins_and_given_back_to_a_new_board(
    hq: Place, short_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(short_dir)

    def use(tpm: dict[str, str]) -> None:
        for name, value in tpm.items():
            monkeypatch.setenv(name, value)

    with Board(short_dir / "tpm").booted("program") as tpm:
        use(tpm)
        joined = await machine.join(hq.code())
        assert joined.not_sealed == ""
        assert not (machine.keys / "journal.key").exists()
        assert not (machine.keys / "kiosk.key").exists()
        key = journal_key(machine.keys)
        assert await machine.renew() == "renewed"
        assert not (machine.keys / "kiosk.key").exists()
        device = load_pem_private_key(device_key(machine.keys), None)
        assert device.public_key() == machine.certificate().public_key()
        done = CliRunner().invoke(
            cli, ["keys", "open", str(short_dir / "memory")], env={"GUITAI__PATHS__KEYS": str(machine.keys)}
        )
        assert done.exit_code == 0, (done.output, done.exception)
        assert (short_dir / "memory" / "kiosk.key").read_bytes() == device_key(machine.keys)
    assert hq.desk.kiosks.document("kiosk-007", "recovery")["kiosk"] == "kiosk-007"
    with Board(short_dir / "tpm 2").booted("program") as tpm:
        use(tpm)
        with pytest.raises(GuitaiError, match=r"enrolment\.board_waits"):
            await machine.join(hq.code())
        with pytest.raises(GuitaiError, match=r"enrolment\.board_waits"):
            await machine.join(None)
        # At headquarters, with the key out of the safe (`guitai enrolment recover`):
        copy, board = (hq.desk.kiosks.document("kiosk-007", kind) for kind in ("recovery", "board"))
        _, wrapped = rewrap(orjson.dumps(copy), tmp_path / "safe" / "recovery.key", board["public"].encode())
        hq.desk.kiosks.keep("kiosk-007", "recovered", orjson.loads(wrapped))
        joined = await machine.join(None)
        assert joined.not_sealed == ""
        assert journal_key(machine.keys) == key
        assert not (machine.keys / "board.key").exists()
        assert hq.states() == ["live", "superseded", "superseded"]
        hq.desk.kiosks.decommission("kiosk-007")
        proof = await machine.leave(abandon=True)
    assert {"journal.sealed", "recording.key"} <= {one.name for one in proof.destroyed}
    left = {path.name for path in machine.keys.iterdir()}
    assert not [name for name in left if name.endswith((".key", ".sealed"))]


async def test_where_no_tpm_answers_the_key_stays_a_file_and_it_is_said(
    hq: Place, short_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TPM2TOOLS_TCTI", "swtpm:path=/nowhere")
    machine = Machine(short_dir)
    joined = await machine.join(hq.code())
    assert joined.not_sealed == "no TPM answers"
    assert read_key(machine.keys / "journal.key")
