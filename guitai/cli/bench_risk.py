"""guitai bench risk: how long one decision takes, on one core, and whether a replay gives the same bits."""

from __future__ import annotations

import hashlib
import random
import time

import orjson

from guitai.messages.codec import to_data
from guitai.messages.risk import RecordRisk, RiskContext
from guitai.money import Fen
from guitai.risk.decision import assess
from guitai.risk.rules import shipped

WARM_UP = 200


def measure(count: int) -> dict[str, float]:
    """Return the figures of `count` decisions, each with its record as the journal writes it, then replayed."""
    requests = _requests(count)
    for request in requests[:WARM_UP]:
        _decide(request)
    times_ns, digests = [], []
    for request in requests:
        began = time.perf_counter_ns()
        record = _decide(request)
        times_ns.append(time.perf_counter_ns() - began)
        digests.append(hashlib.sha256(record).digest())
    different = sum(
        hashlib.sha256(_decide(request)).digest() != digest for request, digest in zip(requests, digests, strict=True)
    )
    times_ns.sort()
    return {
        "p50_ms": times_ns[count // 2] / 1e6,
        "p99_ms": times_ns[count * 99 // 100] / 1e6,
        "worst_ms": times_ns[-1] / 1e6,
        "decisions_per_s": count / (sum(times_ns) / 1e9),
        "replays_different": float(different),
    }


def _decide(request: RiskContext) -> bytes:
    return orjson.dumps(to_data(RecordRisk("bench", assess(request, shipped()), request)))


def _requests(count: int) -> list[RiskContext]:
    chance = random.Random(5)  # noqa: S311 - the same requests every time, not a secret
    return [
        RiskContext(
            amount=Fen(chance.randrange(1, 20_000_000)),
            card_region=chance.choice(("浙江杭州", "广东揭阳", None)),
            branch_region="浙江杭州",
            first_payee=chance.random() < 0.5,
            typical_transfer=chance.choice((None, Fen(chance.randrange(1, 5_000_000)))),
            large_transfers_24h=chance.randrange(4),
            scam_score=chance.random(),
            scam_strength=chance.choice(("none", "weak", "strong")),
            scam_type=None,
            scam_evidence=("安全账户",),
            credit_record=chance.choice(("good", "fair", "poor", "unknown")),
            phone_at_ear=chance.random() < 0.2,
            listed_account=chance.random() < 0.05,
        )
        for _ in range(count)
    ]
