"""The briefing: what the kiosk sent with the call and everything since, so that nothing has to be asked again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, cast

from guitai.clock import Clock
from guitai.dialogue.data import INTENTS
from guitai.messages.masking import mask_text
from guitai.risk.explain import word
from headquarters.console import advice
from headquarters.console import models as m
from headquarters.console import shown as s
from headquarters.console.approvals import Approvals
from headquarters.console.board import Board, item
from headquarters.console.calls import Call
from headquarters.console.notes import Notes
from headquarters.console.people import Person
from headquarters.engine import Engine

MOST_EVENTS = 500
LINES: dict[str, Literal["customer", "teller", "kiosk"]] = {
    "voice.said": "customer", "teller.said": "teller", "voice.speak": "kiosk",
}  # fmt: skip
HAPPENED = ("handover.consent", "handover.form", "handover.signed", "document.read", "paper.shown", "identity.", "teller.", "cash.", "card.",
            "recording.", "video.state", "bank.transfer", "bank.debit")  # fmt: skip
NOT_HAPPENED = frozenset({"teller.said", "teller.queued"})
MOST_HAPPENED = 60
Events = Sequence[dict[str, Any]]


class Briefings:
    """Draws briefings from the tables; every call reads what has come since."""

    def __init__(self, engine: Engine, board: Board, approvals: Approvals, notes: Notes, clock: Clock) -> None:
        self._engine, self._board, self._approvals, self._notes, self._clock = engine, board, approvals, notes, clock

    def of(self, call: Call, who: Person) -> s.BriefingOut:
        """Return everything about a call."""
        now, bundle, events = self._clock.unix_ms(), call.bundle, self._since(call)
        head = item(call, who, self._board.place(call), now)
        moods = _moods(bundle, events)
        known = advice.known_of(bundle, [_understood(event) for event in events if event["type"] == "voice.said"],
                                [round(mood.anxiety * 10_000) for mood in moods])  # fmt: skip
        mine = call.held and call.teller_id == who.id
        return s.BriefingOut(
            **head.model_dump(),
            session_id=call.session_id, accepted_ms=call.accepted_ms, beat_ms=call.beat_ms, lease_until_ms=call.lease_until_ms,
            decision=call.decision, outcome=cast("m.Outcome | None", call.outcome), mine=mine,
            transcript=_transcript(bundle, events),
            intents=[s.SuggestionOut(id=name, text=INTENTS.get(name, (name, name))[who.locale == "en"]) for name in known.intents],
            slots={str(name): mask_text(str(value)) for name, value in (bundle.get("slots") or {}).items()},
            screen=str(bundle.get("screen", "")), risk=_risk(bundle, _language(who)), moods=moods,
            hold="hold" in ((bundle.get("risk") or {}).get("actions") or ()) and call.decision is None,
            happened=_happened(events), recommended=advice.recommended(known, who.locale), notes=self._notes.of(call),
            approvals=self._approvals.all(who, call.id), video=self._video(call, events),
        )  # fmt: skip

    def _since(self, call: Call) -> Events:
        """Return what the session's kiosk told since the call, oldest first."""
        rows = self._engine.execute(
            "SELECT id, type, at_ms, body FROM events WHERE kiosk = ? AND session_id = ? AND at_ms >= ? "
            "ORDER BY at_ms DESC, sequence DESC LIMIT ?",
            (call.kiosk, call.session_id, call.at_ms, MOST_EVENTS),
        ).fetchall()
        opened = self._engine.sealing.open
        return [
            {"type": row["type"], "at_ms": row["at_ms"], "body": opened(call.kiosk, row["id"], row["body"])}
            for row in reversed(rows)
        ]

    def _video(self, call: Call, events: Events) -> s.VideoOut:
        states = {"operator": "none", "listener": "none"}
        consent: bool | None = None
        holder = ""
        for event in events:
            body = event["body"]
            if event["type"] == "teller.joined" and body.get("teller_id") != holder:
                holder, consent = str(body.get("teller_id")), None  # the customer is asked about each teller
            if event["type"] == "video.state" and body.get("state") in ("connected", "failed", "closed"):
                states["operator" if body.get("viewer_id") == call.teller_id else "listener"] = body["state"]
            if event["type"] == "handover.consent" and body.get("what") == "video":
                consent = bool(body.get("agreed"))
        rows = self._engine.execute(
            "SELECT name FROM console_listeners WHERE escalation_id = ? AND at_ms > 0 ORDER BY name", (call.id,)
        )
        return s.VideoOut(consent=consent, listeners=[row["name"] for row in rows], **cast("dict[str, Any]", states))


def _transcript(bundle: dict[str, Any], events: Events) -> list[s.LineOut]:
    """Return the talk up to the call and since; what the kiosk speaks for the teller stands there once, as the teller's."""
    lines = [
        s.LineOut(at_ms=None, who=line["who"], text=mask_text(line["text"])) for line in bundle.get("transcript") or ()
    ]
    typed = {str(event["body"].get("text")) for event in events if event["type"] == "teller.said"}
    for event in events:
        who, text = LINES.get(event["type"]), str(event["body"].get("text", ""))
        if who is not None and text and not (who == "kiosk" and text in typed):
            lines.append(s.LineOut(at_ms=event["at_ms"], who=who, text=mask_text(text)))
    return lines


def _moods(bundle: dict[str, Any], events: Events) -> list[s.MoodOut]:
    later = (event["body"].get("mood") for event in events if event["type"] == "manner.changed")
    told: Iterable[Any] = (*(bundle.get("moods") or ()), *later)
    return [
        s.MoodOut(at_ms=mood["at_ms"], emotion=str(mood["emotion"]), anxiety=mood["anxiety"] / 10_000)
        for mood in told
        if isinstance(mood, dict)
    ]


def _risk(bundle: dict[str, Any], language: Literal["zh", "en"]) -> s.RiskOut | None:
    risk = bundle.get("risk")
    if not risk:
        return None
    return s.RiskOut(
        r=risk["r_hundredths"] / 100,
        level=risk["level"],
        factors=[
            s.EvidenceOut(
                code=part["reason"], text=word("factor", part["factor"], language) + (": " if language == "en" else "：") + word("reason", part["reason"], language),
                r=part["r"] / 100, weight=part["weight"] / 10_000, contribution=part["weight"] * part["r"] / 1_000_000,
            )
            for part in risk["contributions"]
        ],
        floors=[
            s.EvidenceOut(code=one["floor"], text=word("floor", one["floor"], language), evidence=mask_text(one["evidence"]))
            for one in risk["floors"]
        ],
        cues=[
            s.EvidenceOut(code=str(cue["type"] or ""), text="", weight=cue["weight"] / 10_000, evidence="、".join(cue["words"]))
            for cue in bundle.get("cues") or ()
        ],
        actions=[word("action", action, language) for action in risk["actions"]],
    )  # fmt: skip


def _happened(events: Events) -> list[dict[str, Any]]:
    """Return what the customer gave and machines did, the latest last."""
    found = [one for one in events if one["type"].startswith(HAPPENED) and one["type"] not in NOT_HAPPENED]
    return found[-MOST_HAPPENED:]


def _understood(event: dict[str, Any]) -> dict[str, Any]:
    found = event["body"].get("understanding")
    return found if isinstance(found, dict) else {}


def _language(who: Person) -> Literal["zh", "en"]:
    return "en" if who.locale == "en" else "zh"
