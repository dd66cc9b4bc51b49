// The live line: a notice says what is new, and what shows it is loaded again.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

export interface Notice {
  topic: "queue" | "escalation" | "approval" | "fleet" | "transcript";
  id: string;
}

/** Headquarters closes with this when the login is over. */
const SIGNED_OUT = 4401;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10_000;
/** Notices that come together are answered by one loading. */
const GATHER_MS = 120;

/** Return the beginnings of the query keys a notice makes old. */
export function oldKeys(notice: Notice): string[][] {
  switch (notice.topic) {
    case "queue":
      return [["queue"], ["board"]];
    case "escalation":
      return [["queue"], ["board"], ["escalation", notice.id], ["cases"]];
    case "transcript":
      // Names the session; what is open is loaded again.
      return [["escalation"]];
    case "approval":
      return [["approvals"], ["escalation"]];
    case "fleet":
      return [["fleet"]];
    default:
      return [];
  }
}

/** Keep the line open while signed in; returns whether it is. What came while it was cut is loaded when it returns. */
export function useLive(open: boolean): boolean {
  const client = useQueryClient();
  const [up, setUp] = useState(false);
  useEffect(() => {
    if (!open) return;
    let socket: WebSocket | null = null;
    const old = new Map<string, string[]>();
    let gather = 0;
    let timer = 0;
    let wait = FIRST_WAIT_MS;
    let ended = false;
    const connect = () => {
      socket = new WebSocket(`wss://${location.host}/api/live`);
      socket.onopen = () => {
        wait = FIRST_WAIT_MS;
        setUp(true);
        void client.invalidateQueries();
      };
      socket.onmessage = (event) => {
        for (const key of oldKeys(JSON.parse(String(event.data)) as Notice)) old.set(key.join(" "), key);
        gather ||= window.setTimeout(() => {
          gather = 0;
          for (const queryKey of old.values()) void client.invalidateQueries({ queryKey });
          old.clear();
        }, GATHER_MS);
      };
      socket.onclose = (event) => {
        setUp(false);
        if (ended) return;
        if (event.code === SIGNED_OUT) void client.invalidateQueries({ queryKey: ["me"] });
        timer = window.setTimeout(connect, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      };
    };
    connect();
    return () => {
      ended = true;
      clearTimeout(timer);
      clearTimeout(gather);
      socket?.close();
    };
  }, [client, open]);
  return up;
}
