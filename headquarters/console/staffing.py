"""How many tellers an hour needs: Erlang C (A. K. Erlang 1917; M/M/n without abandonment). Pure, no units but those named.

`a` is the offered load in erlangs: calls an hour times talk time in hours. With n tellers, n > a, a call has to wait with probability

    C(n, a) = (a^n/n! · n/(n-a)) / (Σ_{k<n} a^k/k! + a^n/n! · n/(n-a))

and waits longer than t with probability C(n, a) · exp(-(n-a)·t/T), T the mean talk time. Computed by the recursion of Erlang B,
B(0) = 1, B(k) = a·B(k-1) / (k + a·B(k-1)), C = n·B / (n - a·(1-B)), which does not overflow.
"""

from __future__ import annotations

import math

MOST_TELLERS = 500


def waits(tellers: int, load: float) -> float:
    """Return the probability that a call has to wait; 1 where the load is more than the tellers can carry."""
    if load <= 0:
        return 0.0
    if tellers <= load:
        return 1.0
    blocked = 1.0
    for k in range(1, tellers + 1):
        blocked = load * blocked / (k + load * blocked)
    return tellers * blocked / (tellers - load * (1 - blocked))


def in_time(tellers: int, load: float, talk_s: float, within_s: float) -> float:
    """Return the share of calls that are accepted within a time."""
    if load <= 0:
        return 1.0
    if tellers <= load:
        return 0.0
    return 1 - waits(tellers, load) * math.exp(-(tellers - load) * within_s / talk_s)


def mean_wait_s(tellers: int, load: float, talk_s: float) -> float:
    """Return the mean wait of all calls (ASA); infinite where the load is more than the tellers can carry."""
    if load <= 0:
        return 0.0
    return waits(tellers, load) * talk_s / (tellers - load) if tellers > load else math.inf


def needed(calls_per_h: float, talk_s: float, within_s: float, share: float) -> int:
    """Return the fewest tellers with whom at least that share is accepted within the time; 0 when nobody calls."""
    load = calls_per_h * talk_s / 3600
    if load <= 0:
        return 0
    tellers = math.floor(load) + 1
    while in_time(tellers, load, talk_s, within_s) < share and tellers < MOST_TELLERS:
        tellers += 1
    return tellers
