"""Processes, sockets, topics, lanes and budgets as data: the daemon, the units, the benches and the docs all read these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Process:
    """One row of the process table (design.md section 3)."""

    name: str
    package: str
    entry: str
    """``module:function``; called with the loaded Config, runs until SIGTERM."""

    speaks: str
    memory_mb: int
    """Resident budget."""

    cpu_percent: int
    """Share of one core, averaged over a session."""

    where: Literal["kiosk", "headquarters"] = "kiosk"


PROCESSES: tuple[Process, ...] = (
    Process(
        "devices",
        "firmware_bridge",
        "firmware_bridge.main:run",
        "XFS4IoT over WebSocket; sound and camera rings",
        250,
        25,
    ),
    Process("speech", "edge_models.speech", "edge_models.speech.main:run", "Wyoming over a unix socket", 1000, 60),
    Process(
        "vision", "edge_models.vision", "edge_models.vision.main:run", "observations, pages; Wyoming framing", 600, 25
    ),
    Process("core", "guitai", "guitai.daemon:run", "client of the three; unix socket to ui and sync", 200, 15),
    Process("ui", "kiosk_ui", "kiosk_ui.app:run", "unix socket of core", 300, 20),
    Process("sync", "sync", "sync.main:run", "MQTT 5 over TLS 1.3; unix socket of core", 120, 5),
    Process(
        "video",
        "sync.takeover",
        "sync.takeover.main:run",
        "WebRTC from and to the rings; unix socket to core and sync",
        220,
        40,
    ),
    Process(
        "hq", "headquarters", "headquarters.main:run", "MQTT 5, HTTPS; SQLite or PostgreSQL", 250, 10, "headquarters"
    ),
)

SOCKETS = {
    "core": "core.sock",
    "speech": "speech.sock",
    "vision": "vision.sock",
    "sound": "sound.sock",
    "video": "video.sock",
    "recording": "recording.sock",
    "hands": "hands.sock",
    "trace": "trace.sock",
    "window": "window.sock",
}
"""File names under the run folder."""

RECORDINGS = "recordings"
"""Folder of recordings of sales (双录) below the state folder of the process that makes them; sync takes them from there."""

RINGS = {"microphone": "mic.ring", "camera": "camera.ring", "teller": "teller.ring"}

TOPIC_ROOT = "bank/v1/{branch}/{kiosk}"
TOPICS = {
    "state": TOPIC_ROOT + "/state",
    "event": TOPIC_ROOT + "/evt/{lane}",
    "command": TOPIC_ROOT + "/cmd/{name}",
    "reply": TOPIC_ROOT + "/reply",
    "job": TOPIC_ROOT + "/job/{name}",
    "desired": TOPIC_ROOT + "/cfg/desired",
    "reported": TOPIC_ROOT + "/cfg/reported",
}

Lane = Literal["handover", "money", "audit", "session", "logs"]
LANES: tuple[Lane, ...] = ("handover", "money", "audit", "session", "logs")
"""In order of urgency. Each lane is sequenced and hash chained on its own."""

CHECKPOINT = "audit.checkpoint"
"""Headquarters' copy of a signed checkpoint of the journal: ``n``, ``at_ms``, ``chain``, ``signature``, ``lanes``,
``lanes_signature``, ``certificate`` (docs/journal.md)."""

KEYS_DESTROYED = "audit.keys_destroyed"
"""Tells headquarters that fields of a class (``data_class``: C2, C3) of these ``days`` (dates) are past their time."""

ANCHOR = "journal.anchor"
"""File in the keys folder: the newest signed checkpoint, outside the journal."""

SUPPORT_PUBLIC = "support.pub"
"""File in the keys folder, or in /etc/guitai: headquarters' key that support bundles are sealed for."""

KEYRING = "journal.keyring"
"""File in the keys folder: the keys of the journal's personal fields."""

LOGS = "logs.batch"
"""Debug rows: ``rows`` (``at_ms`` and ``body``), ``dropped`` (how many never came, since the journal was made)."""

MONEY_PREFIXES = (
    "cash.",
    "cashin.",
    "bank.post_transfer",
    "bank.transfer",
    "bank.reserve",
    "bank.debit",
    "bank.settle",
    "bank.post_deposit",
    "bank.deposit",
    "bank.decide_hold",
    "branch.",
    "risk.",
    "card.retained",
    "card.retention",
)
HANDOVER_PREFIXES = ("handover.", "listener.", "teller.", "video.")


def branch_record(kiosk_id: str) -> str:
    """Return under which name the journal keeps what happens to the branch itself, beside its customers' sessions."""
    return f"{kiosk_id}-branch"


def lane_of(type_name: str) -> Lane:
    """Return the lane an event or effect travels on."""
    if type_name.startswith(HANDOVER_PREFIXES):
        return "handover"
    if type_name.startswith(("audit.", "health.")):
        return "audit"
    if type_name.startswith("logs."):
        return "logs"
    if type_name.startswith(MONEY_PREFIXES):
        return "money"
    return "session"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the risk loop with its limit (design.md section 5)."""

    name: str
    zh: str
    limit_s: float


STAGES: tuple[Stage, ...] = (
    Stage("open", "开启", 1.0),
    Stage("understand", "理解", 0.3),
    Stage("assess", "评估", 0.5),
    Stage("intervene", "干预", 180.0),
    Stage("review", "复盘", 300.0),
)

BARS: dict[str, dict[str, float]] = {
    "latency": {"p50_s": 0.8, "p95_s": 1.2, "cut_off_rate": 0.03},
    "vision": {"p95_ms": 30},
    "language": {"p99_ms": 25},
    "documents": {"wrong_clean": 0.02, "wrong_photo": 0.04, "page_p95_s": 8.0, "peak_mb": 420},
    "speech": {"final_p50_s": 0.35, "first_sound_p50_s": 0.2},
    "journal": {"lost": 0, "duplicated": 0, "wrong": 0},
    "journal-rates": {"ratio_one": 0.6, "group_gain": 10, "p99_ms": 20},
    "link": {"drain_per_s": 2000, "escalation_p95_s": 2.0},
    "collector": {"events_per_s": 5000},
    "fleet": {"lost": 0, "duplicated": 0, "broken_chains": 0},
    "takeover": {
        "p50_s": 1.0,
        "p95_s": 2.0,
        "briefing_p95_s": 1.0,
        "sound_p95_ms": 300,
        "control_p95_ms": 200,
        "cpu_percent": 100,
    },
    "devices": {"p99_ms": 5},
    "capture": {"total_percent": 25, "missing_rate": 0.05, "missed_rate": 0.05},
    "echo": {"residual_db": -30.0, "cer_rise": 0.05, "false_starts": 0},
    "startup": {"p50_s": 20.0, "usable_s": 5.0, "warm_s": 8.0},
    "ui": {
        "p50_s": 5.0,
        "change_p95_ms": 100,
        "video_percent": 60,
        "video_fps": 14,
        "idle_percent": 3,
        "rss_mb": 300,
        "growth_mb": 5,
        "back_s": 5.0,
    },
    "cash-safety": {"violations": 0},
    "risk-backtest": {"s_per_100k_events": 60},
    "risk": {"p99_ms": 5, "decisions_per_s": 2500, "replays_different": 0},
    "dialogue": {
        "pass_rate": 80.0,
        "resolved": 92.5,
        "mean_response_s": 1.8,
        "risk_acc": 95.3,
        "false_alarm": 10.0,
        "suc": 91.2,
        "asked_twice": 0,
    },
}
"""Limits per benchmark figure; `guitai bench NAME` and `guitai eval dialogue` report whether each holds."""

AT_LEAST = frozenset(
    {
        "decisions_per_s",
        "events_per_s",
        "group_gain",
        "ratio_one",
        "drain_per_s",
        "pass_rate",
        "resolved",
        "risk_acc",
        "suc",
        "video_fps",
    }
)
"""Figures whose limit is the least they may be; all others' is the most."""

PHRASING_S = 1.2
"""How long an answer waits for the bank's language model; then the reviewed words are said."""

TIMES_MS = {
    "idle": 45_000,
    "warning": 20_000,
    "take_card": 30_000,
    "take_cash": 30_000,
    "take_back": 30_000,
    "insert_notes": 60_000,
    "receipt": 60_000,
    "teller": 180_000,
    "goodbye": 4_000,
}
"""How long the session waits, by what it waits for. Part of the rules: a replay uses the same."""
