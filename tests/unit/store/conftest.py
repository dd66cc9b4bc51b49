"""Packages made on the spot, fetched by the real pip from a folder instead of a registry."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from edge_models.catalog import Entry, ModelFile, Part

MakeWheel = Callable[..., Path]


@pytest.fixture
def make_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeWheel:
    links = tmp_path / "links"
    links.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def make(name: str, **members: bytes) -> Path:
        wheel = links / f"{name}-1.0-py3-none-any.whl"
        info = f"{name}-1.0.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
            for member, data in members.items():
                archive.writestr(f"{name}/{member}", data)
        return wheel

    return make


def model(*files: ModelFile) -> Entry:
    return Entry(
        title="A tiny one", capability="test", group="test", level="blue", licence="MIT", origin="here", files=files
    )


def file(path: str, data: bytes, *parts: tuple[str, str]) -> ModelFile:
    return ModelFile(
        path=path,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        parts=tuple(Part(package=f"pypi:{package}==1.0", member=f"{package}/{member}") for package, member in parts),
    )
