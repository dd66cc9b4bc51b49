// A rollout in figures: how many kiosks each stage opens, how they stand, and what the form's stages mean.
import type { Rollout, RolloutMember } from "../api/types.ts";
import type { Shape } from "./Status.tsx";

export type Standing = RolloutMember["standing"];

/** In the order of the bar. */
export const STANDINGS: readonly Standing[] = ["succeeded", "sent", "failed", "silent", "waiting"];

export const STANDING_SHAPE: Record<Standing, Shape> = {
  succeeded: "circle",
  sent: "triangle",
  failed: "square",
  silent: "ring",
  waiting: "ring",
};

export const PHASE_SHAPE: Record<Rollout["phase"], Shape> = {
  running: "triangle",
  paused: "ring",
  aborted: "square",
  done: "circle",
};

const HUNDRED = 100;

/** Return how many of so many kiosks each stage opens; the canaries are at least one (headquarters/rollout/plan.py). */
export function opens(stages: readonly number[], kiosks: number): number[] {
  return stages.map((percent) => Math.max(1, Math.ceil((kiosks * percent) / HUNDRED)));
}

export function countOf(rollout: Pick<Rollout, "counts">, standing: Standing): number {
  return rollout.counts[standing] ?? 0;
}

/** Return the percentages somebody typed, or null where they do not grow to 100. */
export function stagesOf(text: string): number[] | null {
  const parts = text
    .split(/[\s,，、;；]+/)
    .filter(Boolean)
    .map((part) => part.replace(/[%％]$/, ""));
  if (parts.length === 0 || !parts.every((part) => /^\d{1,3}$/.test(part))) return null;
  const stages = parts.map(Number);
  const grow = stages.every((one, n) => one >= 1 && one > (stages[n - 1] ?? 0));
  return grow && stages.at(-1) === HUNDRED ? stages : null;
}

/** Whether somebody may still stop, hold or go on with it. */
export function isOpen(rollout: Pick<Rollout, "phase">): boolean {
  return rollout.phase === "running" || rollout.phase === "paused";
}
