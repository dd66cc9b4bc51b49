// The line to the kiosk as a page uses it: opens it, opens it anew when it broke or no picture came, and closes it.
import { useCallback, useEffect, useRef, useState } from "react";
import { Fault, get, post } from "../api/client.ts";
import type { Ice, View } from "../api/types.ts";
import type { Point } from "../kiosk/KioskScreen.tsx";
import type { Paper } from "./papers.ts";
import { type Caption, Peer, type PeerState, type Role } from "./peer.ts";

const AGAIN_MS = [500, 1000, 2000, 4000, 8000];
const FIRST_FRAME_MS = 3000;
/** A kiosk without a camera is not offered to for ever: its sound would break each time. */
const MOST_TRIES = 3;

export interface Line {
  state: PeerState | "idle";
  view: View | null;
  blank: boolean;
  remote: MediaStream | null;
  captions: Caption[];
  /** Why the kiosk refused, as its reason. */
  refused: string;
  ms: number | null;
  /** What the customer laid down, while it is looked at. */
  paper: Paper | null;
  dropPaper: () => void;
  point: (point: Point | null) => void;
  again: () => void;
}

interface Plan {
  id: string;
  role: Role;
  open: boolean;
  media: boolean;
  local: MediaStream | null;
}

const START: Omit<Line, "point" | "again" | "dropPaper"> = {
  state: "idle",
  view: null,
  blank: false,
  remote: null,
  captions: [],
  refused: "",
  ms: null,
  paper: null,
}; // prettier-ignore

export function useLine({ id, role, open, media, local }: Plan): Line {
  const [line, setLine] = useState(START);
  const [round, setRound] = useState(0);
  // The kiosk's word on consent is nearer than headquarters': what it refuses is offered without sound and picture.
  const [plain, setPlain] = useState(false);
  useEffect(() => setPlain(plain && media), [plain, media]);
  const peer = useRef<Peer | null>(null);
  const failures = useRef(0);
  const again = useCallback(() => setRound((n) => n + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is a new connection
  useEffect(() => {
    if (!open) {
      setLine(START);
      return;
    }
    let timer = 0;
    const change = (part: Partial<typeof START>) => setLine((before) => ({ ...before, ...part }));
    const soon = () => {
      clearTimeout(timer);
      timer = window.setTimeout(again, AGAIN_MS[Math.min(failures.current++, AGAIN_MS.length - 1)]);
    };
    const made = new Peer(
      { role, ice: relays, media: media && !plain, local, exchange: (sdp) => offer(id, role, sdp) },
      {
        state: (state) => {
          change({ state });
          if (state === "failed") soon();
          if (state === "connected") failures.current = 0;
        },
        view: (view) => change(view === null ? { view: null, blank: true, paper: null } : { view, blank: false }),
        caption: (caption) => setLine((before) => ({ ...before, captions: [...before.captions, caption] })),
        control: (control) => {
          if (control.kind === "blank") change(control.on ? { blank: true, paper: null } : { blank: false });
          if (control.kind === "again") soon();
          if (control.kind === "end") {
            change({ state: "closed", remote: null, paper: null });
            if (control.reason === "core_lost") soon();
          }
        },
        remote: (remote) => change({ remote }),
        paper: (paper) => change({ paper }),
      },
    );
    peer.current = made;
    change({ refused: "", captions: [], paper: null });
    made.open().catch((error: unknown) => {
      const reason = error instanceof Fault ? error.reason || error.code : "";
      change({ state: "failed", refused: reason });
      if (reason === "no_consent") setPlain(true);
      soon();
    });
    const asked = setInterval(() => void made.roundTripMs().then((ms) => change({ ms })), 2000);
    return () => {
      clearTimeout(timer);
      clearInterval(asked);
      made.close();
      peer.current = null;
    };
  }, [id, role, open, media, plain, local, round]);
  const point = useCallback((where: Point | null) => peer.current?.point(where), []);
  const dropPaper = useCallback(() => setLine((before) => ({ ...before, paper: null })), []);
  return { ...line, point, again, dropPaper };
}

/** The relays there are; without an answer of headquarters there will be none to the offer either. */
async function relays(): Promise<RTCConfiguration> {
  const ice = await get<Ice>("/api/ice");
  const iceServers = ice.servers.map(({ urls, username, credential }) =>
    username && credential ? { urls, username, credential } : { urls },
  );
  return { iceServers, iceTransportPolicy: ice.relay_only ? "relay" : "all" };
}

async function offer(id: string, role: Role, sdp: string): Promise<string> {
  const answer = await post<{ sdp: string }>(`/api/escalations/${encodeURIComponent(id)}/video/offer`, { sdp, role });
  return answer.sdp;
}

/** Call `again`, a few times, when a connected line has shown no picture after three seconds. */
export function useFirstFrame(video: HTMLVideoElement | null, stream: MediaStream | null, again: () => void): boolean {
  const [seen, setSeen] = useState(false);
  const tries = useRef(0);
  useEffect(() => {
    setSeen(false);
    if (!video || !stream) return;
    const timer = setTimeout(() => tries.current++ < MOST_TRIES && again(), FIRST_FRAME_MS);
    const asked = video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      tries.current = 0;
      setSeen(true);
    });
    return () => {
      clearTimeout(timer);
      video.cancelVideoFrameCallback(asked);
    };
  }, [video, stream, again]);
  return seen;
}
