"""Structured JSON logs to stderr (journald picks them up); a redaction step that cannot be switched off."""

from __future__ import annotations

import logging
import re
import sys
from collections import deque
from typing import Any

import structlog

from guitai.config import Config

PERSONAL_KEYS = frozenset(
    {
        "text",
        "name",
        "payee",
        "account",
        "phone",
        "pin",
        "code_digits",
        "transcript",
        "card_number",
        "password",
        "secret",
        "token",
    }
)
LONG_DIGITS = re.compile(r"\d[\d -]{5,}\d")
"""Seven digits or more: an account, a card, a phone or an identity number."""


class Tail:
    """The newest lines, redacted as they were printed, until somebody takes them; those that found no room are counted."""

    def __init__(self, most: int) -> None:
        self._lines: deque[str] = deque(maxlen=most)
        self._missed = 0

    def __call__(self, _logger: Any, _method: str, line: Any) -> Any:
        """Keep a rendered line: the last processor of structlog's chain."""
        self._missed += len(self._lines) == self._lines.maxlen
        self._lines.append(line)
        return line

    def take(self) -> tuple[list[str], int]:
        """Return the lines since the last time and how many were lost; they are the caller's now."""
        taken = (list(self._lines), self._missed)
        self._lines.clear()
        self._missed = 0
        return taken


def set_up(process: str, config: Config, tail: Tail | None = None) -> None:
    """Send structlog and the standard library's logging through one redacting JSON pipeline, structlog's past `tail`, too."""
    level = getattr(logging, config.log_level.upper())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False), *([tail] if tail else [])],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def to_stderr() -> None:
    """Keep what a helper process logs out of its parent's answer on stdout; give it to a pool as `initializer`."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def redact(_logger: Any, _method: str, event: Any) -> Any:
    """Mask values of personal keys and every long run of digits, wherever they stand."""
    return {
        key: value if key == "timestamp" else "***" if key in PERSONAL_KEYS else _mask(value)
        for key, value in event.items()
    }


def _mask(value: object) -> object:
    if isinstance(value, str):
        return LONG_DIGITS.sub(lambda match: "*" * 4 + match.group()[-4:], value)
    if isinstance(value, dict):
        return {key: "***" if key in PERSONAL_KEYS else _mask(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_mask(inner) for inner in value]
    return value
