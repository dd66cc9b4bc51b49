"""A small world around the pure session: answers each effect as an obedient bank and machine would, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from guitai import session as core
from guitai.dialogue.state import Session
from guitai.messages import bank, business, card, cash, device, document, recording, touch, voice
from guitai.messages.knowledge import Board
from guitai.messages.session import CloseSession, Occurred, SessionOpened, TimerFired
from guitai.money import Fen, yuan


def understood(
    intent: str,
    p: float = 0.95,
    *,
    scam: voice.ScamSignal | None = None,
    sentiment: str = "neutral",
    correction: bool = False,
    **entities: str,
) -> voice.Understanding:
    found = tuple(voice.Entity(kind, value, value) for kind, value in entities.items())
    return voice.Understanding(
        (voice.IntentGuess(intent, p),),
        found,
        sentiment,
        "neutral",
        scam or voice.ScamSignal(0.02, "none"),
        correction=correction,
    )


@dataclass
class World:
    region: str = "浙江杭州"
    online: bool = True
    balance: Fen = yuan(200_000)
    board: Board = Board()
    state: Session = field(default_factory=core.initial)
    effects: list[Any] = field(default_factory=list)
    record: list[tuple[Occurred, tuple[object, ...]]] = field(default_factory=list)
    now_ms: int = 1_764_000_000_000
    obeys: bool = True
    speaks: bool = False
    """The loudspeaker says everything to its end, at once."""

    seq: int = 0

    def happen(self, event: object) -> list[Any]:
        self.seq += 1
        self.now_ms += 100
        before, occurred = self.state, Occurred(self.seq, self.now_ms, event)
        self.state, effects = core.step(before, occurred)
        self.record.append((occurred, effects))
        self.effects += effects
        self.stepped(before, event, effects)
        new = list(effects)
        for effect in effects if self.obeys else ():
            for answer in self.answers(effect):
                new += self.happen(answer)
        return new

    def stepped(self, before: Session, event: object, effects: tuple[object, ...]) -> None:
        """Look at a step before anything answers it."""

    def open(self) -> list[Any]:
        return self.happen(
            SessionOpened("S1", "kiosk-001", "heping", "浙江杭州", self.online, 10, "rules", board=self.board)
        )

    def say(self, text: str, intent: str, **kw: Any) -> list[Any]:
        return self.happen(voice.CustomerSaid(text, 0.9, understood(intent, **kw)))

    def press(self, target: str) -> list[Any]:
        return self.happen(touch.Pressed(target))

    def time_out(self) -> list[Any]:
        self.now_ms = self.state.timer_ends_ms
        return self.happen(TimerFired(self.state.timer))

    def insert_card(self) -> list[Any]:
        return self.happen(card.CardInserted("token", "3802"))

    def last(self, kind: type) -> Any:
        return next(e for e in reversed(self.effects) if isinstance(e, kind))

    def all(self, kind: type) -> list[Any]:
        return [e for e in self.effects if isinstance(e, kind)]

    @property
    def closed(self) -> CloseSession:
        return self.last(CloseSession)

    def answers(self, effect: Any) -> list[object]:
        match effect:
            case bank.LookUpCustomer(request_id):
                payee = bank.Payee("陈浩然", "4471", "本行", "payee-1")
                return [bank.CustomerKnown(request_id, "刘*芳", self.region, "fair", 3, yuan(800), 4, 0, (payee,))]
            case card.CheckPin(request_id):
                return [card.PinKeyed(4), card.PinChecked(request_id, True, 3)]
            case business.Inquire(request_id, "available"):
                return [business.Inquired(request_id, (("available_fen", str(self.balance)),))]
            case business.Inquire(request_id, "payee_name"):
                return [business.Inquired(request_id, (("payee_name", ""),))]  # another bank's account
            case bank.AskBalance(request_id):
                return [bank.BalanceKnown(request_id, self.balance)]
            case bank.SendSms(request_id):
                return [bank.SmsSent(request_id, "0628")]
            case bank.CheckSms(request_id):
                return [bank.SmsChecked(request_id, True, 3)]
            case bank.PostTransfer(request_id=request_id, mode=mode):
                status = {"now": "posted", "delay_24h": "delayed", "hold": "held"}[mode]
                return [bank.TransferOutcome(request_id, status, "", "C1" if mode == "hold" else "")]
            case bank.DecideHold(request_id, _, decision):
                status = {"release": "posted", "reject": "refused", "confirm": "held"}[decision]
                return [bank.TransferOutcome(request_id, status)]
            case bank.ReserveDebit(request_id):
                return [bank.DebitOutcome(request_id, "reserved")]
            case bank.SettleDebit(request_id, _, result):
                return [
                    bank.DebitOutcome(
                        request_id, {"commit": "committed", "reverse": "reversed", "dispute": "disputed"}[result]
                    )
                ]
            case cash.Dispense(request_id, amount):
                return [cash.NotesStacked(request_id, amount)]
            case cash.Present(request_id, amount):
                return [cash.NotesPresented(request_id, amount)]
            case cash.Retract(request_id) | cash.Reject(request_id):
                task = self.state.task
                return [cash.NotesRetracted(request_id, task.stacked if task else Fen(0))]
            case card.MoveCard(request_id, "exit"):
                return [card.CardOffered(request_id)]
            case card.MoveCard(request_id, "retain"):
                return [card.CardRetained(request_id)]
            case document.ReadDocument(request_id):
                slip = (document.DocumentField("payee", "王*明"), document.DocumentField("amount_fen", "320050"))
                return [document.DocumentRead(request_id, "transfer_slip", "0" * 64, 9, 0.99, slip)]
            case recording.BeginRecording(request_id, recording_id):
                return [recording.RecordingBegan(request_id, recording_id)]
            case recording.EndRecording(request_id, recording_id):
                return [
                    recording.RecordingFinished(request_id, recording_id, "f" * 64, 30_000, 400_000, "recordings/x")
                ]
            case voice.Speak(speak_id) if self.speaks:
                return [voice.Spoken(speak_id, False)]
            case device.PrintReceipt(request_id):
                return [device.PrintDone(request_id)]
        return []
