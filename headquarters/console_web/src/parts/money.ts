// Money: integer fen inside, yuan for the eye.

/** Return fen as yuan with thousands: 5000000 is 50,000.00. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const cents = String(Math.abs(fen) % 100).padStart(2, "0");
  return `${fen < 0 ? "-" : ""}${whole.toLocaleString("en-US")}.${cents}`;
}

/** Return fen of what somebody typed as yuan, null when it is no amount; no float takes part. */
export function fenOf(text: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.replaceAll(",", "").trim());
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}
