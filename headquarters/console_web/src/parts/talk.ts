// The transcript headquarters has, and what the live line brought before headquarters heard of it.
import type { Line } from "../api/types.ts";
import type { Caption } from "../session/peer.ts";

/** Return the transcript with the captions behind it that it does not have yet, in their order. */
export function withCaptions(transcript: Line[], captions: Caption[]): Line[] {
  const known = transcript.map((line) => `${line.who}\n${line.text}`);
  const fresh: Line[] = [];
  for (const caption of captions) {
    const at = known.indexOf(`${caption.who}\n${caption.text}`);
    if (at >= 0) known.splice(at, 1);
    else fresh.push({ at_ms: null, ...caption });
  }
  return [...transcript, ...fresh];
}
