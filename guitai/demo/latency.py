"""How long a customer waits: utterances through the whole branch, from the last voiced sample to the reply's first sound."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guitai.config import Config
from guitai.demo.run import Stage, open_branch
from guitai.demo.voices import Line
from guitai.errors import GuitaiError

VOICES = ("zf_xiaoyi", "zm_yunxi", "zf_xiaoni", "zm_yunjian")
SPEEDS = (1.0, 0.9, 1.1)
PLAIN = (
    "查一下余额", "我要取五百块钱", "你们几点关门", "跨行转账要手续费吗", "我想给张伟转五千块", "营业时间是几点到几点",
    "帮我看看卡里还有多少钱", "我要转账", "取两千块钱现金", "定期存款利率是多少", "一天最多能转多少钱", "我的卡丢了怎么办",
    "给李娜转三百块", "周末你们上班吗", "取钱要不要手续费", "我想取一千块", "这个机器怎么用", "给儿子转两千块钱",
    "余额还有多少", "他行转账收费吗", "你好", "我想查余额", "我要取钱", "存一年定期利息多少",
)  # fmt: skip
PAUSED = (
    "我想给张伟|{p}|转五千块", "给我儿子|{p}|转两千块钱", "我要取|{p}|五百块钱", "帮我查一下|{p}|余额", "我想问一下|{p}|跨行转账要手续费吗",
    "那个|{p}|你们几点关门", "给李娜|{p}|转三百块", "我要转|{p}|一万块钱给王芳", "取|{p}|两千块钱现金", "我想|{p}|取一千块",
)  # fmt: skip
PAUSES_S = ("0.8", "0.9", "1.0", "1.2")
HEARD_S = 20.0
SECOND_PIECE_S = 2.5
"""After the last spoken sample, how long a second piece of the same utterance may take to be heard."""


@dataclass
class Result:
    """What was measured."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    paused: int = 0
    cut: int = 0
    unheard: int = 0


def lines() -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the plain and the paused utterances, voices and speeds in turn."""
    plain = tuple(Line(text, VOICES[i % len(VOICES)], SPEEDS[i % len(SPEEDS)]) for i, text in enumerate(PLAIN))
    paused = tuple(
        Line(text.replace("{p}", pause), VOICES[(i + j) % len(VOICES)], SPEEDS[(i + j) % len(SPEEDS)])
        for j, pause in enumerate(PAUSES_S)
        for i, text in enumerate(PAUSED)
    )
    return plain, paused


async def measure(folder: Path, base: Config) -> Result:
    """Run every utterance through a running branch."""
    plain, paused = lines()
    result = Result()
    async with open_branch(folder, base, plain + paused) as stage:
        for line in plain:
            await _answer(stage, line, result)
        for line in paused:
            result.paused += 1
            heard = await _answer(stage, line, result)
            # A cut utterance is heard in two pieces.
            result.cut += heard > 1
    return result


async def _answer(stage: Stage, line: Line, result: Result) -> int:
    """Say a line to a kiosk that waits for a wish; return in how many pieces it was heard."""
    observer, customer = stage.observer, stage.customer
    if observer.current_stage != "open":
        if observer.current_stage in ("idle", "closed"):
            await customer.stand("approach")
        else:
            await customer.press("back")
        await observer.stage("open")
    first, known = len(observer.steps), len(observer.traces)
    file = line.file(customer.voices)
    spoken_at_ns = await customer.hands.microphone(file)
    try:
        await observer.until("an answer", lambda: len(observer.traces) > known, HEARD_S)
    except GuitaiError:
        result.unheard += 1
        return 0
    # The first answer counts; a second piece of a cut utterance would be heard by then.
    result.answers.append(observer.traces[known])
    await asyncio.sleep(max(0.0, spoken_at_ns / 1e9 + SECOND_PIECE_S - time.monotonic()))
    return sum(step["event"]["type"] in ("voice.said", "voice.unclear") for step in observer.steps[first:])


def figures(result: Result) -> dict[str, float]:
    """Return the percentiles in seconds, the cut-off rate, and where the time goes."""
    totals = sorted(answer["total_ms"] / 1000 for answer in result.answers)
    out = {
        "p50_s": _percentile(totals, 0.50),
        "p95_s": _percentile(totals, 0.95),
        "cut_off_rate": result.cut / max(1, result.paused),
        "unheard": float(result.unheard),
    }
    for stage in ("hear", "decide", "voice"):
        out[f"{stage}_p50_s"] = statistics.median(a[f"{stage}_ms"] for a in result.answers) / 1000 if totals else 0.0
    return {key: round(value, 4) for key, value in out.items()}


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")
