"""Canaries planted in every way into a bundle do not come out; what does is what headquarters needs."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from guitai.chaos.canaries import find, spellings
from guitai.cli.main import cli
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.health.finding import finding
from guitai.keyseal.box import make_pair, public_key
from guitai.support.bundle import MOST_BYTES, MOST_FILES, MOST_OPENED, MOST_SEALED, _sealed, make, open_
from guitai.support.scrub import log_lines, scrubbed

CANARIES = {
    "card": "6217000099887766554", "ID": "33010619750616002X", "phone": "13958172634", "name": "慕容雪雁", "said": "我要转五万块给他",
}  # fmt: skip
FORMS = {name: spellings(value) for name, value in CANARIES.items()}
LINES = [
    json.dumps({"event": "shown", "text": CANARIES["said"], "name": CANARIES["name"], "phone": CANARIES["phone"]}),
    json.dumps(
        {"event": f"refused {CANARIES['card']}", "reason": f"payee {CANARIES['name']}", "n": int(CANARIES["phone"])}
    ),
    json.dumps({"event": "deep", "a": {"b": [CANARIES["ID"], {CANARIES["name"]: CANARIES["card"]}]}}),
    json.dumps(
        {"event": "broke", "exception": f"Traceback\n  File x\nValueError: {CANARIES['said']} {CANARIES['card']}"}
    ),
    f"a library printed {CANARIES['card']} {CANARIES['name']}",
    json.dumps({"event": "broker lost", "reason": "timed out", "at_ms": 1_764_000_000_000, "level": "warning"}),
]


@pytest.fixture
def ready(config: Config) -> Config:
    config.paths.keys.mkdir(parents=True)
    make_pair(config.paths.keys / "support.pub")
    config.paths.state.mkdir(parents=True)
    (config.paths.state / f"{CANARIES['card']}.jsonl").write_text("x")
    return config


def test_no_canary_comes_out_and_what_helps_does(ready: Config) -> None:
    found = [finding("disk.full", folder=f"/var/{CANARIES['card']}", free_mb=9)]
    sealed = make(ready, found, LINES)
    assert find(sealed, FORMS) == []
    kiosk, files = open_(sealed, ready.paths.keys / "support.key")
    assert kiosk == ready.kiosk.id
    assert find(b"\n".join([*files.values(), *(name.encode() for name in files)]), FORMS) == []
    assert orjson.loads(files["findings.json"])[0]["code"] == "disk.full"
    assert orjson.loads(files["log.jsonl"].splitlines()[-1]) == orjson.loads(LINES[-1])
    about = orjson.loads(files["about.json"])
    assert (about["log_lines"], about["log_lines_of_others"]) == (5, 1)
    assert orjson.loads(files["config.json"])["kiosk"]["id"] == kiosk


def test_the_search_finds_what_was_not_scrubbed() -> None:
    assert set(find("\n".join(LINES).encode(), FORMS)) == set(CANARIES)


@given(st.text(), st.sampled_from(sorted(CANARIES.values())), st.text())
def test_wherever_it_stands(before: str, canary: str, after: str) -> None:
    kept, _ = log_lines([json.dumps({"event": "x", "why": f"{before} {canary} {after}"})])
    assert canary.encode() not in b"".join(kept)
    assert canary not in str(scrubbed("", {canary: [canary]}))


def test_a_long_log_is_cut_from_its_old_end(ready: Config) -> None:
    lines = [json.dumps({"event": os.urandom(300).hex(), "n": n}) for n in range(6000)]
    sealed = make(ready, [], lines)
    assert len(sealed) <= MOST_BYTES
    _, files = open_(sealed, ready.paths.keys / "support.key")
    assert orjson.loads(files["log.jsonl"].splitlines()[-1])["n"] == 5999


def test_another_key_and_a_changed_bundle_are_refused(ready: Config, tmp_path: Path) -> None:
    sealed = make(ready, [], [])
    make_pair(tmp_path / "other.pub")
    with pytest.raises(GuitaiError, match=r"support\.other_key"):
        open_(sealed, tmp_path / "other.key")
    for changed in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed.replace(b"kiosk-001", b"kiosk-002", 1)):
        with pytest.raises(GuitaiError, match=r"support\.other_key"):
            open_(changed, ready.paths.keys / "support.key")
    for junk in (b"", b"hello", b"guitai.support/1 kiosk-001\nshort"):
        with pytest.raises(GuitaiError, match=r"support\.bad_file"):
            open_(junk, ready.paths.keys / "support.key")
    (ready.paths.keys / "support.pub").unlink()
    with pytest.raises(GuitaiError, match=r"support\.no_key"):
        make(ready, [], [])


def sealed_by_a_stranger(config: Config, packed: bytes) -> bytes:
    """Return a bundle with anything in it: sealing takes the public key alone."""
    return _sealed("kiosk-001", packed, public_key(config.paths.keys / "support.pub"))


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(bytes(MOST_OPENED + 1)), b"no gzip", gzip.compress(b"x" * 600)[:-9]],
    ids=["swells", "no gzip", "cut off"],
)
def test_what_swells_or_is_broken_inside_is_refused(packed: bytes, ready: Config) -> None:
    with pytest.raises(GuitaiError, match=r"support\.bad_file"):
        open_(sealed_by_a_stranger(ready, packed), ready.paths.keys / "support.key")


def test_more_than_a_kiosk_sends_is_not_even_decrypted(ready: Config) -> None:
    with pytest.raises(GuitaiError, match=r"more than 8 MB"):
        open_(bytes(MOST_SEALED + 1), ready.paths.keys / "support.key")


def test_links_and_roads_upwards_write_nothing_outside(ready: Config) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in ("../../etc/cron.d/x", "..", *(f"{n}.json" for n in range(2 * MOST_FILES))):
            archive.addfile(tarfile.TarInfo(name))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.LNKTYPE, "../../etc/shadow"
        archive.addfile(link)
    _, files = open_(sealed_by_a_stranger(ready, out.getvalue()), ready.paths.keys / "support.key")
    assert "x" in files
    assert ".." not in files
    assert not any("/" in name for name in files)
    assert "link" not in files
    assert len(files) == MOST_FILES


def test_a_sparse_file_that_swells_is_refused(ready: Config) -> None:
    """A member of 10 KB in the tar that says it is 300 MB: holes are no bytes of the archive."""
    form = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.map": "0,1",
        "GNU.sparse.size": str(300_000_000),
    }
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("log.jsonl")
        member.size, member.pax_headers = 1, form
        archive.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(GuitaiError, match="sparse"):
        open_(sealed_by_a_stranger(ready, out.getvalue()), ready.paths.keys / "support.key")


def test_the_files_together_are_bounded(ready: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tar's size says: what a member gives is counted."""
    monkeypatch.setattr(
        tarfile.ExFileObject, "read", lambda _self, size=-1: bytes(MOST_OPENED * 2 if size < 0 else size)
    )
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a"))
        archive.addfile(tarfile.TarInfo("b"))
    with pytest.raises(GuitaiError, match="more than 64 MB"):
        open_(sealed_by_a_stranger(ready, out.getvalue()), ready.paths.keys / "support.key")


def test_the_two_commands(ready: Config, tmp_path: Path) -> None:
    bundle, folder = tmp_path / "bundle", tmp_path / "opened"
    environment = {
        f"GUITAI__PATHS__{name.upper()}": str(path)
        for name, path in ready.paths
        if path is not None and name != "models"
    } | {"GUITAI__PATHS__MODELS": str(tmp_path / "none")}
    made = CliRunner().invoke(cli, ["doctor", "--bundle", str(bundle)], env=environment)
    assert bundle.stat().st_mode & 0o077 == 0, made.output
    opened = CliRunner().invoke(
        cli,
        ["support", "open", "--key", str(ready.paths.keys / "support.key"), str(bundle), str(folder)],
        env=environment,
    )
    assert opened.exit_code == 0, opened.output
    codes = {one["code"] for one in orjson.loads((folder / "findings.json").read_bytes())}
    assert {"keys.missing", "models.damaged"} <= codes
