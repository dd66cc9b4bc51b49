// Risk decisions as the kiosk stored them, turned into what the console draws.
import type { Evidence, Risk, StoredEvent } from "../api/types.ts";

interface StoredDecision {
  r_hundredths: number;
  level: Risk["level"];
  contributions: { factor: string; weight: number; r: number; reason: string }[];
  floors: { floor: string; evidence: string }[];
  actions: string[];
  rules_hash: string;
}

export interface Decided {
  atMs: number;
  risk: Risk;
  rulesHash: string;
}

/** A floor lifts the level; it adds nothing to R. */
const NO_SHARE = { text: "", r: null, weight: null, contribution: null };
const PER = { weight: 10_000, r: 100, contribution: 1_000_000 };

/** Return a session's decisions in their order; events of another shape are passed over. */
export function decisionsOf(events: StoredEvent[]): Decided[] {
  return events.flatMap((event) => {
    const decision = event.type === "risk.decided" ? (event.body.decision as StoredDecision | undefined) : undefined;
    return decision ? [{ atMs: event.at_ms, risk: riskOf(decision), rulesHash: decision.rules_hash }] : [];
  });
}

function riskOf(decision: StoredDecision): Risk {
  const factors: Evidence[] = decision.contributions.map((part) => ({
    code: part.reason,
    text: "",
    evidence: "",
    weight: part.weight / PER.weight,
    r: part.r / PER.r,
    contribution: (part.weight * part.r) / PER.contribution,
  }));
  const floors = decision.floors.map((floor) => ({
    ...NO_SHARE,
    code: floor.floor,
    evidence: floor.evidence,
  }));
  return {
    r: decision.r_hundredths / 100,
    level: decision.level,
    factors,
    floors,
    cues: [],
    actions: decision.actions,
  };
}

const MARKS = new Set([
  "card.read",
  "voice.said",
  "face.matched",
  "risk.decided",
  "handover.escalate",
  "teller.joined",
  "teller.decided",
  "bank.transferred",
  "session.closed",
]);

export interface Moment {
  atMs: number;
  type: string;
  text: string;
}

/** Return what happened besides, for the marks under the line; at most `most`, evenly taken. */
export function momentsOf(events: StoredEvent[], most: number): Moment[] {
  const found = events
    .filter((event) => MARKS.has(event.type))
    .map((event) => ({ atMs: event.at_ms, type: event.type, text: String(event.body.text ?? "").slice(0, 12) }));
  const every = Math.max(1, Math.ceil(found.length / most));
  return found.filter((_, n) => n % every === 0 || n === found.length - 1);
}
