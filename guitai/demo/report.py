"""The demo's closing table: sessions, outcomes, latencies against the limits, counts at both ends."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from guitai.demo.scenes import Scene
from guitai.tables import STAGES

TITLES = {
    "transfer": "转账 中风险",
    "withdrawal": "取现",
    "deposit": "存现",
    "scam": "诈骗 高风险",
    "line_down": "断网",
}


def show(scenes: list[Scene], console: Console) -> bool:
    """Print what was served and found; return whether everything held."""
    table = Table("session", "outcome", "check", "", "detail", title="Guitai demo: scripted customers")
    for scene in scenes:
        closed = scene.observer.effects("session.closed", scene.first_step)
        outcome = closed[0]["outcome"] if closed else "—"
        for index, (what, holds, detail) in enumerate(scene.checks):
            first = index == 0
            mark = "[green]✓[/green]" if holds else "[red]✗[/red]"
            table.add_row(TITLES[scene.name] if first else "", outcome if first else "", what, mark, detail)
        table.add_section()
    console.print(table)
    console.print(_latencies(scenes))
    return all(holds for scene in scenes for _, holds, _ in scene.checks)


def _latencies(scenes: list[Scene]) -> Table:
    table = Table(
        "answer to", "hear", "decide", "voice", "end of speech → first sound", title="Latency of spoken answers, ms"
    )
    for trace in scenes[0].observer.traces if scenes else ():
        table.add_row(
            trace["intent"], *(f"{trace[key]:.0f}" for key in ("hear_ms", "decide_ms", "voice_ms", "total_ms"))
        )
    limits = ", ".join(f"{stage.name} ≤ {stage.limit_s:g} s" for stage in STAGES)
    table.caption = f"Limits of the risk loop: {limits}"
    return table
