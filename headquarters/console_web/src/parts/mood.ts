// What a row of moods comes to.
import type { Mood } from "../api/types.ts";

const STEADY = 0.05;

/** Return whether the anxiety index rises, falls or stays, between the last two utterances. */
export function trendOf(moods: Pick<Mood, "anxiety">[]): "rising" | "falling" | "steady" {
  const [before, last] = [moods.at(-2)?.anxiety ?? 0, moods.at(-1)?.anxiety ?? 0];
  if (moods.length < 2 || Math.abs(last - before) < STEADY) return "steady";
  return last > before ? "rising" : "falling";
}
