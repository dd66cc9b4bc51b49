"""Writes sessions into a journal as fast as it can and prints each sequence once `append` has returned, until killed."""

from __future__ import annotations

import sys
from pathlib import Path

from guitai.journal import Journal
from guitai.messages.bank import PostTransfer, TransferOutcome
from guitai.messages.session import Occurred
from guitai.messages.voice import Speak
from guitai.money import Fen

KEY = bytes(32)


def main(path: Path, session_id: str) -> None:
    journal = Journal.open(path, KEY, "kiosk-001")
    seq = len(journal.events(session_id))
    print("ready", flush=True)
    while True:
        seq += 1
        post = PostTransfer(f"r{seq}", "tok", "张伟", "ref", Fen(seq), "now", f"k{seq}")
        rows = journal.append(
            session_id, Occurred(seq, seq, TransferOutcome(f"r{seq - 1}", "posted")), [Speak(f"k{seq}", "好"), post]
        )
        print(seq, *(f"{row.lane}:{row.sequence}" for row in rows), flush=True)
        if seq % 7 == 0:
            journal.acknowledge({"money": rows[0].sequence - 3})


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
