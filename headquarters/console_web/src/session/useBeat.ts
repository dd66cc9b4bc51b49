// The heart-beat of a takeover: every five seconds; a beat that fails or comes after a cut makes the teller rejoin in place.
import { useEffect } from "react";
import { Fault, post } from "../api/client.ts";
import type { CallState } from "../api/types.ts";

const BEAT_MS = 5_000;

export function useBeat(id: string, holds: boolean, onLost: () => void): void {
  useEffect(() => {
    if (!holds) return;
    const beat = async () => {
      try {
        const call = await post<{ state: CallState }>(`/api/escalations/${encodeURIComponent(id)}/beat`);
        if (call.state === "lost") await post(`/api/escalations/${encodeURIComponent(id)}/rejoin`);
      } catch (error) {
        if (error instanceof Fault) onLost();
      }
    };
    void beat();
    const timer = setInterval(() => void beat(), BEAT_MS);
    return () => clearInterval(timer);
  }, [id, holds, onLost]);
}

/** The heart-beat of who listens in: without it the kiosk says after 15 s that nobody listens any more. */
export function useListening(id: string, listens: boolean, onLost: () => void): void {
  useEffect(() => {
    if (!listens) return;
    const beat = () =>
      post(`/api/escalations/${encodeURIComponent(id)}/listening`).catch((error) => {
        if (error instanceof Fault) onLost();
      });
    void beat();
    const timer = setInterval(() => void beat(), BEAT_MS);
    return () => clearInterval(timer);
  }, [id, listens, onLost]);
}
