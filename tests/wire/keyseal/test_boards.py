"""The journal's key in a real (software) TPM: an update, a rollback and a replaced board lose no undelivered event."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guitai.cli.main import cli
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.keys import read_key
from guitai.messages.face import CameraState
from guitai.messages.session import Occurred
from guitai.tables import KEYRING
from headquarters.audit import verify
from headquarters.store import Arrival, Store
from tests.fixtures.boards import PCR, Board, expected

pytestmark = pytest.mark.tpm
KIOSK = "kiosk-001"


class Kiosk:
    """A kiosk's disk, its board, headquarters' safe with the offline key, and the release's signing key."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.disk, self.safe = folder, folder / "disk", folder / "safe"
        self.board = Board(folder / "tpm")
        self.disk.mkdir()
        self.safe.mkdir()
        self.seq = 0
        assert self.run("keys", "pair", str(self.safe / "recovery")).exit_code == 0
        assert self.run("keys", "pair", "--policy", str(self.safe / "policy")).exit_code == 0
        for name in ("recovery.pub", "policy.pub"):
            shutil.copy(self.safe / name, self.disk)
        (self.disk / "journal.key").write_text("ab" * 32)

    def run(self, *command: str, **environment: str) -> Result:
        return CliRunner().invoke(cli, command, env={"GUITAI__PATHS__KEYS": str(self.disk), **environment})

    def allow(self, program: str) -> None:
        """What ships with a release: its policy, signed where there is no TPM."""
        values = self.folder / "values"
        values.write_text(expected(program))
        done = self.run(
            "keys", "allow", "--key", str(self.safe / "policy.key"), "--pcrs", str(PCR), "--values", str(values),
            str(self.disk / "pcr-policies.json"),
        )  # fmt: skip
        assert done.exit_code == 0, done.output

    def boot(self, program: str) -> Result:
        """Switch on with this program; the key, if it opens, is in `memory`."""
        with self.board.booted(program) as tpm:
            return self.run("keys", "open", str(self.memory), **tpm)

    @property
    def memory(self) -> Path:
        return self.folder / "memory"

    def journal(self) -> Journal:
        key = read_key(self.memory / "journal.key")
        return Journal.open(self.disk / "journal.db", key, KIOSK, keyring=self.disk / KEYRING)

    def serve(self, count: int) -> None:
        """Write events that nobody takes yet."""
        with closing(self.journal()) as journal:
            for _ in range(count):
                self.seq += 1
                journal.append("s1", Occurred(self.seq, 1000 + self.seq, CameraState("ok")), [])

    def deliver(self) -> int:
        """Send what waits to a headquarters of our own; return how many events it has."""
        with closing(self.journal()) as journal, closing(Store(self.folder / "hq.sqlite3")) as store:
            rows = journal.outbox(999)
            store.add([Arrival("heping", KIOSK, row) for row in rows], 0)
            journal.acknowledge(
                {lane: mark.sequence for lane, mark in store.watermarks(KIOSK).items() if mark.sequence}
            )
            assert journal.outbox_size() == 0
            assert journal.verify().fault == ""
            found = verify(store.connection)
        assert found.fault == ""
        return found.events


@pytest.fixture
def kiosk(short_dir: Path) -> Kiosk:
    """One that serves with program 1, its key sealed, three events undelivered."""
    kiosk = Kiosk(short_dir)
    kiosk.allow("program 1")
    with kiosk.board.booted("program 1") as tpm:
        done = kiosk.run("keys", "seal", **tpm)
        assert done.exit_code == 0, (done.output, done.exception)
        assert not (kiosk.disk / "journal.key").exists()
        assert kiosk.run("keys", "open", str(kiosk.memory), **tpm).exit_code == 0
    kiosk.serve(3)
    shutil.rmtree(kiosk.memory)
    return kiosk


def code(result: Result) -> str:
    assert isinstance(result.exception, GuitaiError), (result.output, result.exception)
    return result.exception.code


def test_the_key_is_nowhere_on_the_disk(kiosk: Kiosk) -> None:
    for file in kiosk.disk.iterdir():
        assert b"\xab" * 32 not in file.read_bytes()
        assert b"ab" * 32 not in file.read_bytes()


def test_an_update_and_a_rollback_lose_nothing(kiosk: Kiosk) -> None:
    assert code(kiosk.boot("program 2")) == "keys.not_allowed"  # nobody signed it yet
    kiosk.allow("program 2")
    assert kiosk.boot("program 2").exit_code == 0
    kiosk.serve(2)
    shutil.rmtree(kiosk.memory)
    assert kiosk.boot("program 1").exit_code == 0  # back to what was before
    assert kiosk.deliver() == 5


def test_a_replaced_board_loses_nothing(kiosk: Kiosk) -> None:
    kiosk.board = Board(kiosk.folder / "tpm 2")
    assert code(kiosk.boot("program 1")) == "keys.other_board"
    board, key = kiosk.folder / "board", str(kiosk.disk / "journal.key")
    wrapped, offline = str(kiosk.folder / "wrapped"), str(kiosk.safe / "recovery.key")
    assert kiosk.run("keys", "pair", str(board)).exit_code == 0
    copy = str(kiosk.disk / "journal.recovery")
    assert code(kiosk.run("keys", "recover", "--key", f"{board}.key", copy, wrapped)) == "keys.other_recovery_key"
    assert kiosk.run("keys", "recover", "--key", offline, "--to", f"{board}.pub", copy, wrapped).exit_code == 0
    assert kiosk.run("keys", "recover", "--key", f"{board}.key", wrapped, key).exit_code == 0
    with kiosk.board.booted("program 1") as tpm:
        assert kiosk.run("keys", "seal", **tpm).exit_code == 0
    assert kiosk.boot("program 1").exit_code == 0
    assert kiosk.deliver() == 3


def test_a_policy_that_another_key_signed_opens_nothing(kiosk: Kiosk) -> None:
    assert kiosk.run("keys", "pair", "--policy", str(kiosk.safe / "thief")).exit_code == 0
    (kiosk.safe / "policy.key").unlink()
    (kiosk.safe / "thief.key").rename(kiosk.safe / "policy.key")
    kiosk.allow("program 2")
    assert code(kiosk.boot("program 2")) == "keys.not_allowed"
    # Even the thief's public key in the place of ours: the sealed object knows whose policies count.
    (kiosk.safe / "thief.pub").rename(kiosk.disk / "policy.pub")
    assert code(kiosk.boot("program 2")) == "keys.not_allowed"


def test_provisioning_makes_no_second_key(kiosk: Kiosk) -> None:
    assert kiosk.run("provision", "--development").exit_code == 0
    assert not (kiosk.disk / "journal.key").exists()


def test_nothing_is_removed_where_the_state_is_not_allowed(short_dir: Path) -> None:
    kiosk = Kiosk(short_dir)
    kiosk.allow("program 1")
    with kiosk.board.booted("program 2") as tpm:
        assert code(kiosk.run("keys", "seal", **tpm)) == "keys.not_allowed"
    assert (kiosk.disk / "journal.key").exists()
    assert not (kiosk.disk / "journal.sealed").exists()
    assert kiosk.boot("program 2").exit_code == 0  # from the file


def test_status_says_where_the_key_is_and_whether_it_opens(kiosk: Kiosk) -> None:
    with kiosk.board.booted("program 1") as tpm:
        good = kiosk.run("keys", "status", "--json", **tpm)
        assert good.exit_code == 0
        assert json.loads(good.output)["opens"] is True
    gone = kiosk.run("keys", "status", TPM2TOOLS_TCTI="swtpm:path=/nowhere")
    assert gone.exit_code == 1
    assert "sealed" in gone.output
    assert "keys.no_tpm" in gone.output
