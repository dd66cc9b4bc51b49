// A QR code as one drawn path: no picture, no markup of its own, nothing the page's policy has to allow.
import { encode } from "uqr";

/** Modules of quiet around it (ISO/IEC 18004). */
const QUIET = 4;

/** Return the dark modules as an SVG path, a square each. */
export function pathOf(rows: readonly (readonly boolean[])[]): string {
  return rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
}

export function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "M", border: QUIET });
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={pathOf(data)} />
    </svg>
  );
}
