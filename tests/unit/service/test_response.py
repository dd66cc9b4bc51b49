"""The wait for a reply: from the last voiced sample to the first sound of what answers, fillers and typing left out."""

from __future__ import annotations

import pytest

from guitai.messages import business, voice
from guitai.messages.service import RecordResponse
from tests.unit.session.host import Host
from tests.unit.session.world import understood

SECOND_NS = 1_000_000_000


@pytest.fixture
def host() -> Host:
    host = Host()
    host.open()
    return host


def said(host: Host, text: str, intent: str, at_s: float, **more) -> None:
    host.happen(voice.CustomerSaid(text, 0.9, understood(intent), speech_end_ns=int(at_s * SECOND_NS), **more))


def sounded(host: Host, at_s: float) -> list[int]:
    host.happen(voice.Spoken(host.state.speak_id, False, int(at_s * SECOND_NS)))
    return [one.took_ms for one in host.all(RecordResponse)]


def test_an_answer_is_timed_once(host):
    said(host, "转账手续费多少", "fee_query", 10.0)
    assert sounded(host, 11.25) == [1250]
    assert sounded(host, 19.0) == [1250]


def test_only_what_comes_after_the_bank_answered_is_the_reply(host):
    host.insert_card()
    host.say("我还有多少钱", "query_balance")
    host.deaf = True
    said(host, "查一下交易明细", "query_transactions", 10.0)
    assert host.state.stage == "working"
    assert sounded(host, 10.5) == []
    host.happen(host._told(host.last(business.Inquire)))
    assert host.state.stage == "result"
    assert sounded(host, 13.0) == [3000]


@pytest.mark.parametrize("typed", [True, False])
def test_typed_words_and_replies_nobody_heard_are_not_timed(host, typed):
    said(host, "转账手续费多少", "fee_query", 10.0, typed=typed)
    assert sounded(host, 12.0 if typed else 0.0) == []


def test_a_recording_from_before_the_field_has_no_times(host):
    said(host, "转账手续费多少", "fee_query", 0.0)
    assert sounded(host, 12.0) == []
