"""The USB bundle's manifest: signed by the ring's authority or by the one a person has compared, else refused."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from guitai.updates.signature import verify

BUNDLE = Path(__file__).parents[3] / "bundle"
SCRIPT = """
say() { echo "$1"; }
fail() { echo "REFUSED: $1"; exit 1; }
fingerprint="$1"
set -euo pipefail
. ./trusted
check_trust
"""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("bank", "stranger"):
        subprocess.run([BUNDLE / "sign", "authority", folder / name], check=True)
    return folder


@pytest.fixture
def stick(tmp_path: Path, keys: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "trusted").write_bytes((BUNDLE / "trusted").read_bytes())
    (folder / "release").write_text("version=0.1.0\n")
    (folder / "updates.pem").write_bytes((keys / "bank" / "ca.crt").read_bytes())
    seal(folder, keys / "bank")
    return folder


def seal(stick: Path, keys: Path) -> None:
    named = sorted(path for path in stick.iterdir() if not path.name.startswith("manifest"))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.name}\n" for path in named]
    (stick / "manifest.sha256").write_text("".join(lines))
    subprocess.run([BUNDLE / "sign", "file", keys, stick / "manifest.sha256", stick / "manifest.p7s"], check=True)


def check(stick: Path, ring: Path, fingerprint: str = "") -> tuple[int, str]:
    environment = {**os.environ, "RING": str(ring)}
    done = subprocess.run(
        ["bash", "-c", SCRIPT, "check", fingerprint], cwd=stick, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def fingerprint(keys: Path) -> str:
    return x509.load_pem_x509_certificate((keys / "ca.crt").read_bytes()).fingerprint(hashes.SHA256()).hex()


def test_the_first_installation_keeps_the_ring_and_later_ones_go_by_it(stick: Path, keys: Path, tmp_path: Path) -> None:
    ring = tmp_path / "etc" / "updates.pem"
    assert check(stick, ring, fingerprint(keys / "bank"))[0] == 0
    assert ring.read_bytes() == (keys / "bank" / "ca.crt").read_bytes()
    assert check(stick, ring)[0] == 0
    verify((stick / "manifest.sha256").read_bytes(), (stick / "manifest.p7s").read_bytes(), ring)


def test_without_a_fingerprint_it_says_that_nobody_has_compared(stick: Path, tmp_path: Path) -> None:
    code, told = check(stick, tmp_path / "ring.pem")
    assert (code, "nobody has compared" in told) == (0, True)


def test_another_fingerprint_is_refused_and_leaves_no_ring(stick: Path, keys: Path, tmp_path: Path) -> None:
    code, told = check(stick, tmp_path / "ring.pem", fingerprint(keys / "stranger"))
    assert (code, "REFUSED" in told, (tmp_path / "ring.pem").exists()) == (1, True, False)


@pytest.mark.parametrize("case", ["unsigned", "stranger", "manifest", "file", "added"])
def test_what_is_not_the_banks_is_refused(case: str, stick: Path, keys: Path, tmp_path: Path) -> None:
    ring = tmp_path / "ring.pem"
    ring.write_bytes((keys / "bank" / "ca.crt").read_bytes())
    match case:
        case "unsigned":
            (stick / "manifest.p7s").unlink()
        case "stranger":  # who also brings an authority of his own
            (stick / "updates.pem").write_bytes((keys / "stranger" / "ca.crt").read_bytes())
            seal(stick, keys / "stranger")
        case "manifest":
            (stick / "release").write_text("version=6.6.6\n")
            named = (stick / "manifest.sha256").read_text()
            (stick / "manifest.sha256").write_text(named.replace("./release", "./release "))
        case "file":
            (stick / "release").write_text("version=6.6.6\n")
        case "added":
            (stick / "more").write_text("x")
    code, told = check(stick, ring)
    assert (code, "REFUSED" in told) == (1, True)


def test_a_link_that_the_manifest_does_not_name_is_refused(stick: Path, keys: Path, tmp_path: Path) -> None:
    (tmp_path / "evil.whl").write_text("x")
    (stick / "guitai-9.9-py3-none-any.whl").symlink_to(tmp_path / "evil.whl")
    code, told = check(stick, tmp_path / "ring.pem", fingerprint(keys / "bank"))
    assert (code, "does not name" in told) == (1, True)


def test_a_model_torn_at_a_power_cut_is_laid_anew_and_one_in_use_is_not_written_into(tmp_path: Path) -> None:
    given, data = tmp_path / "given", tmp_path / "data"
    for folder, text in ((given, "whole"), (data, "wh")):
        (folder / "m").mkdir(parents=True)
        (folder / "m" / "weights").write_text(text)  # the torn one is the newer file
    (data / "m" / "own").touch()
    script = """set -euo pipefail; eval "$(sed -n '/^lay() {/,/^}/p' "$1")"; lay "$2" "$3" """
    with (data / "m" / "weights").open() as in_use:
        subprocess.run(["bash", "-c", script, "lay", BUNDLE / "install", given, data], check=True)
        assert in_use.read() == "wh"
    assert (data / "m" / "weights").read_text() == "whole"
    assert sorted(one.name for one in (data / "m").iterdir()) == ["own", "weights"]
