"""How many characters of a page are read right, how long it takes, and what memory the reader's process needs."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil

from edge_models.documents.pages import SANS, SERIF, Look, distance, drawn, jpeg, photographed
from edge_models.documents.worker import Worker

ROWS, IN_ROW = 26, 34
LOOKS = (Look(SANS, 28, 1.9), Look(SERIF, 24, 1.9), Look(SANS, 22, 1.6))
"""About 13, 11 and 10 points on A4."""

_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def measure(models: Path, texts: Sequence[str], pages: int) -> dict[str, float]:
    """Read `pages` pages of `texts`, each drawn and photographed askew, in the process that the kiosk reads in.

    Returns:
        ``wrong_clean`` and ``wrong_photo``: characters changed, added or lost per character there (spaces do not count).
        ``first_page_s`` with the process's start; ``page_p50_s`` and ``page_p95_s`` of a photographed page after that,
        ``line_ms`` the same per line, ``cpu_p50_s`` of processor time in it; ``rss_mb`` after all, ``peak_mb`` at most.

    Raises:
        GuitaiError: ``document.no_reader``.
    """
    return asyncio.run(_measure(models, _rows(texts)[: ROWS * pages]))


async def _measure(models: Path, rows: list[str]) -> dict[str, float]:
    worker = Worker(models)
    took, cpu, lines = [], [], 0
    wrong, there = {"clean": 0, "photo": 0}, 0
    try:
        began = time.perf_counter()
        await worker.read(jpeg(drawn(tuple(rows[:ROWS]), LOOKS[0])))
        first_s = time.perf_counter() - began
        assert worker.pid is not None
        child = psutil.Process(worker.pid)
        for number, start in enumerate(range(0, len(rows), ROWS)):
            page = tuple(rows[start : start + ROWS])
            sheet, right = drawn(page, LOOKS[number % len(LOOKS)]), "".join(page).replace(" ", "")
            there += len(right)
            for how, picture in (("clean", sheet), ("photo", photographed(sheet, number))):
                data = jpeg(picture)
                began, before = time.perf_counter(), sum(child.cpu_times()[:2])
                read = await worker.read(data)
                if how == "photo":
                    took.append(time.perf_counter() - began)
                    cpu.append(sum(child.cpu_times()[:2]) - before)
                    lines += len(read)
                wrong[how] += distance(right, "".join(line.text for line in read).replace(" ", ""))
        peak = _PEAK.search(Path(f"/proc/{worker.pid}/status").read_text())
        rss_mb = child.memory_info().rss / 1e6
    finally:
        await worker.end()
    return {
        "wrong_clean": round(wrong["clean"] / there, 4),
        "wrong_photo": round(wrong["photo"] / there, 4),
        "first_page_s": round(first_s, 2),
        "page_p50_s": round(float(np.percentile(took, 50)), 2),
        "page_p95_s": round(float(np.percentile(took, 95)), 2),
        "cpu_p50_s": round(float(np.percentile(cpu, 50)), 2),
        "line_ms": round(sum(took) / max(lines, 1) * 1000, 1),
        "rss_mb": round(rss_mb, 1),
        "peak_mb": round(int(peak[1]) * 1024 / 1e6, 1) if peak is not None else 0.0,
    }


def _rows(texts: Sequence[str]) -> list[str]:
    """Return the texts broken into rows of a page's width."""
    return [text[start : start + IN_ROW] for text in texts for start in range(0, len(text), IN_ROW)]
