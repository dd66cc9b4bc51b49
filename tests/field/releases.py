"""Newer releases of the bundle under test: one that does well, one whose core never starts."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from click.testing import CliRunner

from guitai.cli.update import update
from guitai.updates.folders import order_of

SIGN = Path(__file__).parents[2] / "bundle" / "sign"
VERSION = "0.1.0"


def newer(bundle: Path, keys: Path, folder: Path, steps: int, *, broken: bool = False) -> str:
    """Write a signed release below `folder`/NAME, `steps` builds newer than the bundle; return NAME, its folder on a kiosk."""
    build = order_of(bundle / "release")[-1] + steps
    name = f"guitai-{VERSION}-field{steps}"
    stick = folder / f"{name}.stick"
    shutil.copytree(bundle, stick, copy_function=os.link)
    changed = {
        "release": f"version={VERSION}\nbuild={build}\ncommit=field{steps}\n",
        "slots": (bundle / "slots").read_text() + f"# of build {build}\n",
    }
    if broken:
        unit = "systemd/guitai-core.service"
        lines = (bundle / unit).read_text().splitlines()
        changed[unit] = "\n".join("ExecStart=/bin/false" if line.startswith("ExecStart=") else line for line in lines)
    for path, text in changed.items():
        (stick / path).unlink()
        (stick / path).write_text(text)
        shutil.copymode(bundle / path, stick / path)
    _seal(stick, keys, changed)
    payload = folder / f"{name}.tar"
    # As script/release does: no links, and nobody's name.
    words = ["--create", "--dereference", "--hard-dereference", "--owner=0", "--group=0", "--sort=name"]
    subprocess.run(["tar", *words, "--file", payload, "-C", stick, "."], check=True)
    shutil.rmtree(stick)
    about = ["--kind", "software", "--payload", "tar", "--name", name, "--version", VERSION, "--build", str(build)]
    signer = ["--certificate", str(keys / "signer.crt"), "--key", str(keys / "signer.key")]
    made = CliRunner().invoke(update, ["make", str(payload), str(folder / name), *about, *signer], obj=())
    assert made.exit_code == 0, (made.output, made.exception)
    payload.unlink()
    return name


def _seal(stick: Path, keys: Path, changed: dict[str, str]) -> None:
    manifest = stick / "manifest.sha256"
    rows = dict(reversed(line.split("  ", 1)) for line in manifest.read_text().splitlines())
    rows |= {f"./{path}": hashlib.sha256(text.encode()).hexdigest() for path, text in changed.items()}
    for path in (manifest, stick / "manifest.p7s"):
        path.unlink()
    manifest.write_text("".join(f"{digest}  {path}\n" for path, digest in rows.items()))
    subprocess.run([SIGN, "file", keys, manifest, stick / "manifest.p7s"], check=True)
