"""What a command answers stands alone on stdout."""

from __future__ import annotations

import pytest
import structlog

from guitai.cli.main import log_to_stderr


def test_logs_do_not_mix_with_a_commands_answer(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr()
    structlog.get_logger().warning("neighbour down")
    structlog.reset_defaults()
    said = capsys.readouterr()
    assert said.out == ""
    assert "neighbour down" in said.err
