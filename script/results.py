"""Turns a JUnit report into a page of docs/results: date, machine, commit, each check with its figures."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree


def page(report: Path) -> str:
    """Return the page as Markdown."""
    lines = [
        "# Result of the long checks",
        "",
        f"- date: {datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC",
        f"- machine: {_processor()}, {os.cpu_count()} cores, {_memory_gb():.1f} GB, {platform.platform()}",
        f"- commit: {_commit()}",
        "",
        "| check | outcome | seconds | figures |",
        "|---|---|---|---|",
    ]
    for case in ElementTree.parse(report).iter("testcase"):
        figures = ", ".join(f"{p.get('name')} = {p.get('value')}" for p in case.iter("property"))
        seconds = float(case.get("time", "0"))
        lines.append(f"| {case.get('classname')}.{case.get('name')} | {_outcome(case)} | {seconds:.1f} | {figures} |")
    return "\n".join(lines) + "\n"


def _outcome(case: ElementTree.Element) -> str:
    for kind in ("failure", "error", "skipped"):
        found = case.find(kind)
        if found is not None:
            return f"{kind}: {found.get('message', '')}".replace("|", "/").splitlines()[0]
    return "passed"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _commit() -> str:
    run = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    dirty = subprocess.run(["git", "status", "--porcelain", "-uno"], capture_output=True, text=True, check=False)
    return run.stdout.strip() + (" with uncommitted changes" if dirty.stdout.strip() else "")


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(page(Path(sys.argv[1])), encoding="utf-8")
