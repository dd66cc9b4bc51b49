"""guitai bench NAME: measures, and says whether the budgets of guitai/tables.py hold."""

from __future__ import annotations

import asyncio
import json
import platform
import sys
from importlib import metadata
from pathlib import Path

import click
import psutil

from guitai import config as configuration
from guitai import logs
from guitai.tables import AT_LEAST, BARS

SENTENCES = Path(__file__).resolve().parents[2] / "data" / "own" / "intents_zh.jsonl"


@click.group()
@click.pass_obj
def bench(files: tuple[Path, ...]) -> None:
    """Measure against the budgets of guitai/tables.py; exits 1 when one does not hold."""
    logs.set_up("bench", configuration.load(files))


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/bench"), show_default=True)
@click.pass_obj
def latency(files: tuple[Path, ...], as_json: bool, folder: Path) -> None:
    """End of speech to the first sound of the reply's content, whole branch running."""
    from guitai.demo import latency as whole

    result = asyncio.run(whole.measure(folder.resolve(), configuration.load(files)))
    report("latency", whole.figures(result), len(result.answers), as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--frames", default=200, show_default=True)
@click.pass_obj
def vision(files: tuple[Path, ...], as_json: bool, frames: int) -> None:
    """Detection, landmarks and expression on 640x480 pictures."""
    from edge_models.vision.bench import measure

    report("vision", measure(configuration.load(files).paths.models, frames), frames, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--pages", type=click.IntRange(1), default=9, show_default=True, help="Each drawn and photographed.")
@click.pass_obj
def documents(files: tuple[Path, ...], as_json: bool, pages: int) -> None:
    """Pages of print read in the reader's own process: the knowledge's Chinese answers, as they are and photographed askew."""
    from edge_models.documents.bench import measure
    from guitai.knowledge.answers import by_id, in_use

    found = (by_id(name, "zh") for name in sorted(in_use().entries))
    texts = [(one.lead + one.more).replace("*", "") for one in found if one is not None]
    report("documents", measure(configuration.load(files).paths.models, texts, pages), pages, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--sentences", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=SENTENCES)
@click.option("--count", type=click.IntRange(10), default=400, show_default=True, help="At most so many sentences.")
@click.pass_obj
def language(files: tuple[Path, ...], as_json: bool, sentences: Path, count: int) -> None:
    """The whole language step on one thread, INT8 against FP32, ONNX Runtime against OpenVINO.

    Over the sentences marked validation. FP32 needs `guitai models pull e5-small-float`.
    """
    from edge_models.language.bench import measure

    rows = [json.loads(line) for line in sentences.read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows if row.get("split") == "validation"][:count]
    report("language", measure(configuration.load(files).paths.models, texts), len(texts), as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option(
    "--count", type=click.IntRange(1), default=12, show_default=True, help="Utterances heard, replies spoken."
)
@click.pass_obj
def speech(files: tuple[Path, ...], as_json: bool, count: int) -> None:
    """Hearing and speaking: delays, real-time factors, memory, Whisper in INT8 against FP32.

    Kokoro is published in INT8 only. Its replies are the dialogue's own, with names and amounts filled in.
    """
    from edge_models.speech.measure import measure
    from guitai.dialogue.data import fixed_texts

    texts = [text for text in fixed_texts("zh") if not text.startswith("{")]
    step = max(len(texts) // count, 1)
    report("speech", measure(configuration.load(files), texts[::step][:count], count), count, as_json)


@bench.command(name="cash-safety")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--episodes", type=click.IntRange(1), default=5000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The first episode's; each has one.")
def cash_safety(episodes: int, seed: int, as_json: bool) -> None:
    """Whole kiosks on virtual time with everything breaking: is a note, a card or a debit ever lost?

    Counts the episodes in which machine, hands and ledger disagreed without an open dispute, and in how many each fault
    struck. What went wrong is printed with its seed, on stderr.
    """
    from guitai.episodes.many import run_many

    tally = run_many(episodes, seed)
    for text in tally.wrong:
        click.echo(text, err=True)
    report("cash-safety", tally.figures(), episodes, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--count", type=click.IntRange(500), default=5000, show_default=True, help="Commands sent.")
def devices(as_json: bool, count: int) -> None:
    """A device command's way through client, loopback and host and back, the host in its own process.

    Status and cassette counts of the simulated dispenser: nothing moves. Percentiles are medians of five rounds.
    """
    from firmware_bridge.round_trip import measure

    report("devices", measure(count), count, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/bench"), show_default=True)
@click.option("--rooms", type=click.IntRange(1, 8), default=8, show_default=True, help="Rooms, from good to bad.")
@click.pass_obj
def echo(files: tuple[Path, ...], as_json: bool, folder: Path, rooms: int) -> None:
    """The kiosk's own voice in the microphone, and customers who speak over it, in simulated rooms.

    residual_db is what is left of the echo in the steady state, in the worst room; the error rates are of the recogniser
    on customers alone and over the kiosk's voice.
    """
    from guitai.demo import echo as whole

    result = whole.measure(folder.resolve(), configuration.load(files), rooms)
    report("echo", whole.figures(result), len(result.over_kiosk), as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--chaos", type=click.IntRange(1), default=200, show_default=True, help="Episodes.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
def journal(chaos: int, seed: int, as_json: bool) -> None:
    """Real processes killed, lines cut, disks that tear, fill up and lie: is a record ever lost or doubled?

    In each episode a light kiosk records a burst while one or two faults strike; at the end everything heals and both ends
    are compared. Beside it four states a disk may have after a power cut are opened and judged for each episode. What went
    wrong is printed with its seed, on stderr.
    """
    from guitai.chaos.measure import measure

    figures, wrong = measure(chaos, seed)
    for text in wrong:
        click.echo(text, err=True)
    report("journal", figures, chaos, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--rows", type=click.IntRange(10_000), default=1_000_000, show_default=True, help="That wait already.")
@click.option("--escalations", type=click.IntRange(1), default=60, show_default=True, help="Two a second.")
@click.option("--round-trip-ms", type=click.IntRange(0, 5000), default=100, show_default=True)
def link(as_json: bool, rows: int, escalations: int, round_trip_ms: int) -> None:
    """The outbox over a line with a delay: how fast a backlog drains, how long an escalation takes that overtakes it.

    From queued at the kiosk to stored at headquarters and acknowledged back at the kiosk. Broker, headquarters and sync run
    as they are, in processes of their own.
    """
    from guitai.cli.bench_link import measure

    report("link", measure(rows, escalations, round_trip_ms), rows, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--kiosks", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--rows", type=click.IntRange(1), default=200, show_default=True, help="That each kiosk has waiting.")
@click.option("--database", type=click.Choice(["postgres", "sqlite"]), default="postgres", show_default=True)
def fleet(as_json: bool, kiosks: int, rows: int, database: str) -> None:
    """All kiosks come back at once after an outage of 72 hours (simulated), and the broker is killed once in the middle."""
    from guitai.cli.bench_fleet import measure

    report("fleet", measure(kiosks, rows, database), kiosks, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--blocks", type=click.IntRange(3), default=20, show_default=True, help="Of 10,000 rows, of ten kiosks.")
def collector(as_json: bool, blocks: int) -> None:
    """One collector on one core takes kiosks' batches off a broker into PostgreSQL; medians of the blocks.

    events_per_s is by the clock; the others are per second of processor, and what a plain COPY of the rows does.
    """
    from guitai.cli.bench_collector import measure

    report("collector", measure(blocks), blocks, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--seconds", type=click.FloatRange(1), default=10.0, show_default=True, help="Of each of three runs.")
def capture(as_json: bool, seconds: float) -> None:
    """Camera pictures of 1280 x 720, 30 a second, through shared memory to two reading processes.

    total_percent is camera and readers together, of one core, with Motion JPEG as USB cameras send it; decode_percent is
    the share that unpacking it takes by itself.
    """
    from firmware_bridge.camera.bench import measure

    report("capture", measure(seconds), int(seconds * 30), as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--sessions", type=click.IntRange(1), default=100, show_default=True, help="For growth of memory.")
def ui(as_json: bool, sessions: int) -> None:
    """The window in its own process, 1280 x 800 on Xvfb, painted by the CPU: start, change of view, video, idle, memory.

    p50_s is from starting the process to core's first view on the screen; change_* from sending a view to its frame having
    reached the screen, over the whole gallery; *_percent are of one core; growth_mb is from the 40th session to the last.
    """
    from kiosk_ui.bench import measure

    report("ui", measure(sessions), sessions, as_json)


@bench.command(name="journal-rates")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/bench"), show_default=True)
@click.option("--blocks", type=click.IntRange(3), default=20, show_default=True, help="Interleaved with raw writes.")
def journal_rates(folder: Path, blocks: int, as_json: bool) -> None:
    """Steps written to the journal a second, one at a time and in groups, beside append and fsync of the same bytes.

    Of the disk that holds --folder. ratio_one is the median of the blocks; p99_ms is at 200 steps a second.
    """
    from guitai.cli.bench_rates import measure

    report("journal-rates", measure(folder, blocks), blocks, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--count", type=click.IntRange(1000), default=10_000, show_default=True, help="Decisions, each replayed.")
def risk(as_json: bool, count: int) -> None:
    """One risk decision with its reasons, written as the journal writes it; one core.

    replays_different counts the decisions of which a second run gave other bits.
    """
    from guitai.cli.bench_risk import measure

    report("risk", measure(count), count, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--n", "takeovers", type=click.IntRange(1), default=50, show_default=True, help="One after the other.")
def takeover(takeovers: int, as_json: bool) -> None:
    """A call's way to a teller's briefing, acceptance to the first picture both ways, sound, commands, processor.

    Over HTTPS, MQTT and WebRTC, broker, headquarters, sync and video in processes of their own. sound_p95_ms is the worse way:
    from the first sample at one end's microphone to the other end's decoder or mixer. control_p95_ms is a command's way and
    back while every core is kept busy. A browser's part is played by aiortc, the customer's yes comes at once.
    """
    from guitai.cli.bench_takeover import measure

    report("takeover", measure(takeovers), takeovers, as_json)


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/bench/startup"), show_default=True)
@click.option("--starts", type=click.IntRange(1), default=5, show_default=True, help="Of the whole kiosk.")
@click.pass_obj
def startup(files: tuple[Path, ...], as_json: bool, folder: Path, starts: int) -> None:
    """All processes of a kiosk started at once: the first screen that can be used, models warm, both (p50_s).

    usable_s and warm_s are of single processes started again while the rest runs: the slowest without and with models; NAME_s
    of each, from start to READY=1, NAME_cpu_s its processor time to there in the whole start. On Xvfb, painted by the CPU, devices
    simulated. What the kernel and systemd take before is measured by tests/field.
    """
    from guitai.demo.startup import measure

    report("startup", measure(folder.resolve(), configuration.load(files), starts), starts, as_json)


def report(name: str, figures: dict[str, float], count: int, as_json: bool) -> None:
    """Print the figures with their bars; exit 1 if one does not hold."""
    limits = BARS.get(name, {})
    bars = {
        key: {"limit": limit, "holds": figures[key] >= limit if key in AT_LEAST else figures[key] <= limit}
        for key, limit in limits.items()
        if key in figures
    }
    if as_json:
        click.echo(
            json.dumps({"name": name, "figures": figures, "bars": bars, "n": count, "environment": environment()})
        )
    else:
        for key, value in figures.items():
            bar = bars.get(key)
            note = "" if bar is None else f"   (limit {bar['limit']}: {'holds' if bar['holds'] else 'does not hold'})"
            click.echo(f"{key} = {value}{note}")
    sys.exit(0 if all(bar["holds"] for bar in bars.values()) else 1)


def environment() -> dict[str, object]:
    """Return what a figure depends on."""
    return {
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "guitai": metadata.version("guitai"),
    }
