"""The certificate of acceptance: one page of PDF drawn from the self-test's report, both signed with the device key."""

from __future__ import annotations

import base64
import hashlib
import io
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from guitai.keys import device_signer
from guitai.keyseal.device import device_key_file
from guitai.provisioning.report import Report

A4_INCHES = (8.27, 11.69)
SIGNS = {"ok": "●", "attention": "▲", "stop": "■", "absent": "○"}
LINE, TOP, LEFT = 0.021, 0.93, 0.09
MOST_ROWS = 34
"""What does not fit the page stands in the report."""

WRAP = 46

WORDS = {
    "title": ("验收证书", "Certificate of acceptance"),
    "passed": ("验收通过：可以为客户服务", "Passed: customers can be served"),
    "failed": ("验收未通过：见 ■ 各项", "Not passed: see the rows with ■"),
    "kiosk": ("机器", "Kiosk"),
    "branch": ("网点", "Branch"),
    "at": ("时间", "Time"),
    "software": ("软件版本", "Software"),
    "serial": ("证书序列号", "Certificate"),
    "ends": ("证书有效期至", "Valid until"),
    "journal_key": ("日志密钥存放", "Journal's key in"),
    "technician": ("技术员签字", "Technician"),
    "more": ("其余 {count} 项见报告", "{count} more rows are in the report"),
}


def certificate(report: Report, font: Path, lang: str) -> bytes:
    """Return the page (PDF 1.4, text as text, the font's used shapes embedded)."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    figure = Figure(figsize=A4_INCHES)
    FigureCanvasPdf(figure)
    face, y = FontProperties(fname=str(font)), TOP

    def write(text: str, size: float = 9.5, x: float = LEFT, step: float = LINE) -> None:
        nonlocal y
        figure.text(x, y, text.replace("$", r"\$"), fontproperties=face, fontsize=size, va="top")
        y -= step

    word = {key: both[0 if lang == "zh" else 1] for key, both in WORDS.items()}
    write(word["title"], 22, step=0.05)
    at = f"{datetime.fromtimestamp(report.at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
    for key, value in (
        ("kiosk", report.kiosk), ("branch", report.branch), ("at", at), ("software", report.software),
        ("serial", report.serial), ("ends", report.certificate_ends), ("journal_key", report.journal_key),
    ):  # fmt: skip
        write(f"{word[key]}    {value}")
    y -= LINE / 2
    write(word["passed" if report.passed else "failed"], 13, step=0.035)
    lines = [line for row in report.rows for line in _lines(row.part, SIGNS[row.level], row.says, row.then)]
    for line in lines[:MOST_ROWS]:
        write(line)
    if len(lines) > MOST_ROWS:
        write(word["more"].format(count=len(lines) - MOST_ROWS))
    y = 0.08
    write(f"{word['technician']} ______________________")
    out = io.BytesIO()
    figure.savefig(out, format="pdf", metadata={"Title": f"{word['title']} {report.kiosk}", "CreationDate": None})
    return out.getvalue()


def document(report: Report, pdf: bytes, keys: Path) -> dict[str, Any]:
    """Return what headquarters is left: report, page, and the device's signature over both."""
    body = {"report": report.data(), "pdf_sha256": hashlib.sha256(pdf).hexdigest()}
    with device_key_file(keys) as key:
        signature = device_signer(key.parent)(orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
    return {**body, "pdf": base64.b64encode(pdf).decode(), "signature": base64.b64encode(signature).decode()}


def _lines(part: str, sign: str, says: str, then: str) -> list[str]:
    first, *rest = textwrap.wrap(says, WRAP) or [""]
    out = [f"{sign}  {part}：{first}", *(f"      {line}" for line in rest)]
    return out + [f"      → {line}" for line in textwrap.wrap(then, WRAP)]
