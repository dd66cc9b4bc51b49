"""The journal: one transaction a step, unfinished requests, outbox, vault, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.journal import Journal, Step
from guitai.messages.bank import BankUnreachable, PostTransfer, ReserveDebit, TransferOutcome
from guitai.messages.card import CardInserted, CardOffered, MoveCard, PinKeyed
from guitai.messages.cash import (
    AskPresentStatus,
    CashFailed,
    Dispense,
    Present,
    PresentState,
    PresentStatusKnown,
)
from guitai.messages.device import OfferReceipt
from guitai.messages.handover import TellerJoined
from guitai.messages.session import CloseSession, Occurred, SessionOpened
from guitai.messages.sync import GENESIS, chain_hash
from guitai.messages.voice import Listen, Speak, SpeechPartial
from guitai.money import Fen
from tests.unit.journal.conftest import KEY

OPENED = SessionOpened("s1", "kiosk-001", "heping", "浙江杭州", True, 10, "abc")


def write(journal: Journal, *steps: tuple[object, ...], session: str = "s1") -> None:
    start = len(journal.events(session))
    for n, (event, *effects) in enumerate(steps, start=start + 1):
        journal.append(session, Occurred(n, 1000 + n, event), effects)


def test_a_session_comes_back_as_it_was_written(journal: Journal) -> None:
    write(journal, (OPENED, Speak("k1", "您好"), Listen("free")), (CardInserted("tok", "3802"), MoveCard("r1", "exit")))
    assert journal.events("s1") == [Occurred(1, 1001, OPENED), Occurred(2, 1002, CardInserted("tok", "3802"))]
    assert journal.effects("s1") == [Speak("k1", "您好"), Listen("free"), MoveCard("r1", "exit")]
    first, second = journal.recorded("s1")
    assert first.previous_hash == GENESIS
    assert second.previous_hash == first.hash


def test_everything_is_still_there_after_opening_again(path: Path) -> None:
    first = Journal.open(path, KEY, "kiosk-001")
    write(first, (OPENED, MoveCard("r1", "exit")))
    first.close()
    again = Journal.open(path, KEY, "kiosk-001")
    assert again.events("s1") == [Occurred(1, 1001, OPENED)]
    assert [u.request_id for u in again.unfinished("s1")] == ["r1"]
    assert again.outbox(9)[0].id == "s1.1"
    again.close()


def test_only_committed_effects_are_unfinished_and_an_outcome_settles_them(journal: Journal) -> None:
    move, dispense = MoveCard("r1", "exit"), Dispense("r2", Fen(50_000), "d1")
    write(journal, (OPENED, Speak("k1", "x"), move, dispense))
    assert [u.effect for u in journal.unfinished("s1")] == [move, dispense]
    write(journal, (CardOffered("r1"),))
    assert [u.request_id for u in journal.unfinished("s1")] == ["r2"]


@pytest.mark.parametrize("silence", [BankUnreachable("r1"), CashFailed("r1", "mediaJam", certain=False)])
def test_not_knowing_is_not_an_outcome(journal: Journal, silence: object) -> None:
    write(journal, (OPENED, Dispense("r1", Fen(100), "d1")), (silence,))
    assert [u.request_id for u in journal.unfinished("s1")] == ["r1"]
    write(journal, (PresentStatusKnown("r1", "presented", Fen(100)),))
    assert journal.unfinished("s1") == ()


@pytest.mark.parametrize(("status", "left"), [("presented", ["m1", "p2"]), ("unknown", ["m1", "c1", "p1", "p2"])])
def test_the_machines_word_ends_every_cash_effect_before_the_question(
    journal: Journal, status: PresentState, left: list[str]
) -> None:
    counted = Dispense("c1", Fen(100), "d1")
    write(journal, (OPENED, MoveCard("m1", "exit"), counted), (CashFailed("c1", "lost", certain=False),))
    write(journal, (CardInserted("tok", "3802"), Present("p1", Fen(100))))
    write(journal, (CashFailed("p1", "lost", certain=False), AskPresentStatus("q1", "d1")))
    write(journal, (CardInserted("tok", "3802"), Present("p2", Fen(100))))  # asked after the question
    write(journal, (OPENED, Dispense("c9", Fen(100), "d9")), session="s2")
    write(journal, (PresentStatusKnown("q1", status, Fen(100)),))
    assert [u.request_id for u in journal.unfinished("s1")] == left
    assert [u.request_id for u in journal.unfinished("s2")] == ["c9"]


def test_a_request_made_again_after_absent_is_unfinished_again(journal: Journal) -> None:
    post = PostTransfer("r1", "tok", "张伟", "ref", Fen(500_000), "now", "k3")
    write(journal, (OPENED, post), (TransferOutcome("r1", "absent"), post))
    assert [u.request_id for u in journal.unfinished("s1")] == ["r1"]


def test_the_open_session_is_the_last_one_not_closed(journal: Journal) -> None:
    assert journal.open_session() is None
    write(journal, (OPENED,))
    assert journal.open_session() == "s1"
    write(journal, (CardInserted("tok", "3802"), CloseSession("s1", "done", "x")))
    assert journal.open_session() is None
    write(journal, (OPENED,), session="s2")
    assert journal.open_session() == "s2"
    assert journal.sessions() == ("s1", "s2")


def test_headquarters_is_told_events_and_what_moves_money_most_urgent_first(journal: Journal) -> None:
    write(
        journal,
        (OPENED, Speak("k1", "您好"), ReserveDebit("r1", "tok", Fen(1))),
        (SpeechPartial("我想"),),
        (PinKeyed(3),),
        (TellerJoined("e1", "t1", "王", 1000),),
    )
    assert [(r.lane, r.sequence, r.id, r.type) for r in journal.outbox(9)] == [
        ("handover", 1, "s1.4", "teller.joined"),
        ("money", 1, "s1.1.1", "bank.reserve"),
        ("session", 1, "s1.1", "session.opened"),
    ]
    assert [r.lane for r in journal.outbox(1)] == ["handover"]
    assert journal.outbox_size() == 3


def test_acknowledged_rows_go_and_the_chain_goes_on(journal: Journal) -> None:
    write(journal, (OPENED,), (CardInserted("tok", "3802"),))
    first, second = journal.outbox(9)
    journal.acknowledge({"session": 1})
    journal.acknowledge({"session": 1})
    assert journal.outbox(9) == (second,)
    journal.acknowledge({"session": 2})
    write(journal, (CardOffered("r1"),))
    (third,) = journal.outbox(9)
    assert (third.sequence, third.previous_hash) == (3, second.hash)
    for row in (first, second, third):
        assert row.hash == chain_hash(
            row.previous_hash, row.lane, row.sequence, row.id, row.type, row.session_id, row.at_ms, row.body
        )


def test_acknowledging_what_was_never_written_is_refused_whole(journal: Journal) -> None:
    write(journal, (OPENED,))
    with pytest.raises(GuitaiError, match=r"not_acknowledgeable"):
        journal.acknowledge({"session": 1, "money": 1})
    assert journal.outbox_size() == 1


def test_append_returns_the_rows_it_queued(journal: Journal) -> None:
    rows = journal.append("s1", Occurred(1, 5, OPENED), [MoveCard("r1", "exit")])
    assert [r.type for r in rows] == ["session.opened", "card.move"]
    assert sorted(rows, key=lambda r: r.sequence) == list(journal.outbox(9))


@pytest.mark.parametrize("seq", [0, 1, 3])
def test_a_gap_or_a_repeat_is_refused_and_nothing_is_written(journal: Journal, seq: int) -> None:
    write(journal, (OPENED,))
    before = journal.outbox(9)
    with pytest.raises(GuitaiError, match=r"out_of_order"):
        journal.append("s1", Occurred(seq, 5, CardOffered("r1")), [])
    assert len(journal.events("s1")) == 1
    assert journal.outbox(9) == before


def test_the_vault_keeps_until_wiped(journal: Journal, path: Path) -> None:
    journal.vault_put("s1", "sms", "123456")
    journal.vault_put("s1", "sms", "654321")
    journal.vault_put("s2", "sms", "111111")
    assert journal.vault_get("s1", "sms") == "654321"
    journal.vault_wipe("s1")
    assert journal.vault_get("s1", "sms") is None
    assert journal.vault_get("s2", "sms") == "111111"
    assert all(b"111111" not in file.read_bytes() for file in path.parent.iterdir())


def test_a_wrong_key_a_damaged_file_and_another_kiosk_are_told_apart(path: Path) -> None:
    journal = Journal.open(path, KEY, "kiosk-001")
    write(journal, *[(OPENED, Speak("k", "长" * 500))] * 40)
    journal.close()
    for key, kiosk, code in [
        (bytes(32), "kiosk-001", "wrong_key"),
        (b"short", "kiosk-001", "wrong_key"),
        (KEY, "kiosk-2", "other_kiosk"),
    ]:
        with pytest.raises(GuitaiError, match=code):
            Journal.open(path, key, kiosk)
    path.with_name("journal.db-keyid").unlink()  # restored without it: the key is tried on the file
    with pytest.raises(GuitaiError, match=r"wrong_key"):
        Journal.open(path, bytes(32), "kiosk-001")
    Journal.open(path, KEY, "kiosk-001").close()


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_one_flipped_byte_anywhere_is_reported_at_opening(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("j") / "journal.db"
    journal = Journal.open(path, KEY, "kiosk-001")
    write(journal, *[(OPENED, Speak("k", "长" * 500))] * 10)
    journal.close()
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(GuitaiError, match=r"journal\.corrupt"):
        Journal.open(path, KEY, "kiosk-001")


def test_files_are_private_and_unreadable_without_the_key(journal: Journal, path: Path) -> None:
    write(journal, (OPENED, Speak("k1", "confidential")))
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0 or file.name.endswith("-keyid"), file
        assert b"confidential" not in file.read_bytes()
        assert KEY not in file.read_bytes()


def test_debug_rows_are_capped_and_drops_counted_exactly(path: Path) -> None:
    journal = Journal.open(path, KEY, "kiosk-001", debug_rows=3)
    for n in range(8):
        journal.debug([(n, {"n": n})])
    assert [body["n"] for _, _, body in journal.debug_rows(9)] == [5, 6, 7]
    assert journal.debug_dropped() == 5
    (row,) = journal.queue_logs(at_ms=9)
    assert (row.lane, row.type, [one["body"]["n"] for one in row.body["rows"]]) == ("logs", "logs.batch", [5, 6, 7])
    assert row.body["dropped"] == 5
    assert journal.queue_logs(at_ms=9) == ()
    for n in range(8, 12):
        journal.debug([(n, {"n": n})])
    assert [body["n"] for _, _, body in journal.debug_rows(9)] == [9, 10, 11]
    assert journal.debug_dropped() == 6
    journal.close()
    again = Journal.open(path, KEY, "kiosk-001", debug_rows=0)
    again.debug([(12, {"n": 12})])
    assert again.debug_dropped() == 10
    assert again.verify().fault == ""
    again.close()


def test_rows_missed_elsewhere_are_counted_with_the_next(journal: Journal) -> None:
    journal.debug([(n, {"n": n}) for n in range(7)], missed=4)
    assert [body["n"] for _, _, body in journal.debug_rows(9)] == [2, 3, 4, 5, 6]
    assert journal.debug_dropped() == 6
    journal.debug([], missed=1)
    assert journal.debug_dropped() == 7
    assert journal.verify().fault == ""


def test_a_step_behind_those_of_many_sessions_still_follows_its_own(journal: Journal) -> None:
    names = [f"s{n}" for n in range(12)]
    steps = [Step(name, Occurred(seq, seq, SpeechPartial("")), ()) for seq in (1, 2) for name in names]
    journal.append_all(steps)
    assert [journal.next_seq(name) for name in names] == [3] * len(names)
    assert journal.verify().fault == ""


def test_headquarters_hears_what_a_receipt_s_code_stands_for(journal: Journal) -> None:
    write(journal, (OPENED, OfferReceipt("ABCD-EFGH-IJKL-MNOP", "业务回单", ("金额 5,000.00 元",))))
    (row,) = (row for row in journal.outbox(9) if row.type == "print.offered")
    assert row.body["reference"] == "ABCD-EFGH-IJKL-MNOP"
    assert row.body["lines"] == ["金额 5,000.00 元"]
