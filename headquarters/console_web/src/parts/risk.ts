// What a risk decision says, put in the order in which it is drawn.
import type { Evidence, Risk } from "../api/types.ts";

/** Return the factors, the heaviest first; their contributions sum to R. */
export function heaviestFirst(risk: Risk): Evidence[] {
  return [...risk.factors].sort((a, b) => (b.contribution ?? 0) - (a.contribution ?? 0));
}

/** Return the customer's words that gave it away, the longest first. */
export function evidenceWords(risk: Risk | null | undefined): string[] {
  const told = [...(risk?.floors ?? []), ...(risk?.cues ?? [])].flatMap((one) => (one.evidence ?? "").split("、"));
  return [...new Set(told)].filter((word) => word.length > 1).sort((a, b) => b.length - a.length);
}

export interface Piece {
  text: string;
  marked: boolean;
}

/** Cut a text where words stand in it; together the pieces are the text. */
export function pieces(text: string, words: string[]): Piece[] {
  let first: [number, string] | null = null;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at >= 0 && (first === null || at < first[0])) first = [at, word];
  }
  if (first === null) return text ? [{ text, marked: false }] : [];
  const [at, word] = first;
  const before = at > 0 ? [{ text: text.slice(0, at), marked: false }] : [];
  return [...before, { text: word, marked: true }, ...pieces(text.slice(at + word.length), words)];
}
