// How long somebody has waited, against the three minutes that were promised.
import { minutes, PROMISE_MS } from "./time.ts";

const LATE_MS = 60_000;

export function Waited({ ms }: { ms: number }) {
  const share = Math.min(1, Math.max(0, ms / PROMISE_MS));
  const tone = ms >= PROMISE_MS ? "over" : ms >= LATE_MS ? "late" : "";
  return (
    <span className="wait">
      <b>{minutes(ms)}</b>
      <span className="wait-track" aria-hidden="true">
        <i className={tone} style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}
