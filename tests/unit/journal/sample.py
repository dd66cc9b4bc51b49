"""A journal with something in every table: sessions open and closed, rows acknowledged and waiting, kept values, drops."""

from __future__ import annotations

from collections.abc import Sequence

from guitai.journal import Journal
from guitai.journal.sealing import DAY_MS
from guitai.messages.bank import PostTransfer, TransferOutcome
from guitai.messages.card import CardInserted, CardOffered, MoveCard
from guitai.messages.handover import TellerJoined
from guitai.messages.session import CloseSession, Occurred, SessionOpened
from guitai.messages.voice import Listen, Speak
from guitai.money import Fen

START_MS = 20_000 * DAY_MS


def fill(journal: Journal, sessions: Sequence[str] = ("s1", "s2", "s3", "s4"), start_ms: int = START_MS) -> None:
    """Write the sessions; the last stays open and has values kept."""
    for session in sessions:
        opened = SessionOpened(session, "kiosk-001", "heping", "浙江杭州", True, 10, "abc")
        post = PostTransfer(f"{session}-t", "tok", "张伟", "ref", Fen(500_000), "now", "k3")
        steps: list[tuple[object, ...]] = [
            (opened, Speak("k1", "您好"), Listen("free")),
            (CardInserted("tok", "3802"), MoveCard(f"{session}-m", "exit")),
            (CardOffered(f"{session}-m"), post, Speak("k2", "好")),
            (TransferOutcome(f"{session}-t", "posted"),),
            (TellerJoined("e1", "t1", "王", 1000), Speak("k3", "再见"), MoveCard(f"{session}-n", "exit")),
        ]
        if session != sessions[-1]:
            steps.append((CardOffered("x"), CloseSession(session, "done", "x")))
        first = journal.next_seq(session)
        for n, (event, *effects) in enumerate(steps):
            journal.append(session, Occurred(first + n, start_ms + n, event), effects)
    lengths = journal.lane_lengths()
    journal.acknowledge({"session": lengths["session"] // 2, "money": 1})
    journal.vault_put("s0", "sms", "123456")
    journal.vault_wipe("s0")
    journal.vault_put(sessions[-1], "account", "6222021234567890123")
    for n in range(8):
        journal.debug([(start_ms + n, {"n": n})])
