"""Begins a session: takes what is in use of flows, answers and risk rules, and writes down which versions those are."""

from __future__ import annotations

import datetime
import secrets

from guitai.clock import UnixMs
from guitai.config import Config
from guitai.dialogue import data
from guitai.knowledge import answers
from guitai.messages.risk import Factor
from guitai.messages.session import SessionOpened
from guitai.shell.board import DayBoard
from guitai.shell.books import take_current
from guitai.shell.identities import models_hash
from guitai.shell.rulebook import Rulebook


def opening(
    config: Config, rulebook: Rulebook, now_ms: UnixMs, *, online: bool, given_r: tuple[tuple[Factor, int], ...]
) -> SessionOpened:
    """Return the event a session begins with. Versions put to use since the last one are taken now, and never in the middle."""
    now = datetime.datetime.fromtimestamp(now_ms / 1000).astimezone()
    kiosk = config.kiosk
    take_current(config.paths.state)
    rules = rulebook.current()
    return SessionOpened(
        session_id=f"{kiosk.id}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        kiosk_id=kiosk.id,
        branch=kiosk.branch,
        branch_region=kiosk.region,
        online=online,
        local_hour=now.hour,
        rules_hash=rules.identity(data.rules_hash()),
        risk_rules=rules.champion,
        shadow_rules=rules.challenger,
        models_hash=models_hash(),
        flows_hash=data.in_use().hash,
        answers_hash=answers.in_use().hash,
        board=DayBoard(config.paths.state, config.paths.keys).current(),
        phrasing=config.phrasing.enabled and bool(config.phrasing.url),
        hotline=kiosk.hotline,
        large=config.window.large_print,
        high_contrast=config.window.high_contrast,
        idle_ms=config.session.idle_s * 1000,
        warning_ms=config.session.warning_s * 1000,
        teller_ms=config.session.teller_s * 1000,
        receipts_url=kiosk.receipts_url,
        receipt_seed=secrets.token_hex(16) if kiosk.receipts_url else "",
        given_r=given_r,
    )
