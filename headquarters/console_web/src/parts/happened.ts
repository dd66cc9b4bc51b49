// What the customer gave and machines did since the call, in a line each.
import type { Briefing } from "../api/types.ts";

export interface Happened {
  atMs: number;
  type: string;
  detail: string;
}

/** Return what happened, the latest first. Values of forms stand behind their names; sums are in yuan. */
export function happenedOf(happened: Briefing["happened"]): Happened[] {
  return happened
    .map((one) => {
      const body = (one.body ?? {}) as Record<string, unknown>;
      return { atMs: Number(one.at_ms ?? 0), type: typeOf(String(one.type), body), detail: detailOf(body) };
    })
    .reverse();
}

function typeOf(type: string, body: Record<string, unknown>): string {
  return type === "handover.consent" ? `${type}.${body.agreed ? "yes" : "no"}` : type;
}

function detailOf(body: Record<string, unknown>): string {
  if (Array.isArray(body.values)) {
    const values = body.values as [string, string][];
    return [body.title, ...values.map(([name, value]) => `${name}：${value}`)].join("　");
  }
  const told = [body.title, body.name, body.operation, body.decision, body.reason, body.state].filter(Boolean);
  return told.map(String).join("　");
}
