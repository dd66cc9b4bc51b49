// Cuts a text at its marks.
import type { Piece } from "../parts/risk.ts";

/** Return the pieces between marks, every second one marked; a mark without its partner is text. */
export function starred(text: string, mark: "*" | "**"): Piece[] {
  const cut = text.split(mark);
  const whole = cut.length % 2 === 1 ? cut : [...cut.slice(0, -2), cut.slice(-2).join(mark)];
  return whole.map((one, n) => ({ text: one, marked: n % 2 === 1 })).filter((piece) => piece.text !== "");
}
