// The line to the kiosk: WebRTC with five agreed data channels, and sound and picture once the customer has agreed.
// The offer carries all candidates; headquarters hands it to the kiosk and brings the answer.
import type { View } from "../api/types.ts";
import type { Point } from "../kiosk/KioskScreen.tsx";
import { type Paper, Papers } from "./papers.ts";

export type PeerState = "connecting" | "connected" | "failed" | "closed";
export type Role = "operator" | "listener";

export interface Caption {
  who: "customer" | "kiosk" | "teller";
  text: string;
}

export type Control =
  | { kind: "blank"; on: boolean; sound: boolean }
  | { kind: "again"; reason: string }
  | { kind: "end"; reason: string };

export interface PeerEvents {
  state: (state: PeerState) => void;
  /** null: blanked, the customer is typing something secret. */
  view: (view: View | null) => void;
  caption: (caption: Caption) => void;
  control: (control: Control) => void;
  remote: (stream: MediaStream) => void;
  /** The picture of something the customer laid down, whole. */
  paper: (paper: Paper) => void;
}

export interface PeerPlan {
  role: Role;
  /** Whether the customer agreed to sound and picture. */
  media: boolean;
  /** My camera and microphone; null: I only see and hear. */
  local: MediaStream | null;
  /** The relays there are, asked for with each connection: their passwords run out. */
  ice: () => Promise<RTCConfiguration>;
  exchange: (sdp: string) => Promise<string>;
}

/** Both sides make these themselves, so nobody can open others. */
const CHANNELS = { view: 1, captions: 2, pointer: 3, control: 4, papers: 5 } as const;
const GATHER_MS = 1500;
const POINT_EVERY_MS = 50;

export class Peer {
  private readonly pc: RTCPeerConnection;
  private readonly pointer: RTCDataChannel;
  private pointed = 0;
  private waiting: number | undefined;
  private ended = false;

  constructor(
    private readonly plan: PeerPlan,
    private readonly events: PeerEvents,
  ) {
    this.pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.hear("view", (told) => this.events.view((told as { view: View | null }).view));
    this.hear("captions", (told) => this.events.caption(told as Caption));
    this.hear("control", (told) => this.events.control(told as Control));
    this.hearPapers();
    this.pointer = this.channel("pointer");
    if (plan.media) this.addMedia();
    this.pc.onconnectionstatechange = () => this.events.state(stateOf(this.pc.connectionState));
  }

  /** Offer and take the answer; raises what the exchange raises. */
  async open(): Promise<void> {
    this.events.state("connecting");
    const ways = await this.plan.ice();
    if (this.ended) return;
    this.pc.setConfiguration({ ...ways, bundlePolicy: "max-bundle" });
    await this.pc.setLocalDescription(await this.pc.createOffer());
    await gathered(this.pc);
    const sdp = await this.plan.exchange(this.pc.localDescription?.sdp ?? "");
    if (this.pc.signalingState === "closed") return;
    await this.pc.setRemoteDescription({ type: "answer", sdp });
  }

  /** Show the customer where; at most twenty times a second, the last place always. */
  point(point: Point | null): void {
    clearTimeout(this.waiting);
    const wait = this.pointed + POINT_EVERY_MS - performance.now();
    if (wait > 0) {
      this.waiting = window.setTimeout(() => this.point(point), wait);
      return;
    }
    this.pointed = performance.now();
    if (this.pointer.readyState === "open") this.pointer.send(JSON.stringify(point));
  }

  /** How long a packet takes there and back, in ms. */
  async roundTripMs(): Promise<number | null> {
    for (const report of (await this.pc.getStats()).values()) {
      if (report.type === "candidate-pair" && report.nominated && typeof report.currentRoundTripTime === "number") {
        return Math.round(report.currentRoundTripTime * 1000);
      }
    }
    return null;
  }

  close(): void {
    this.ended = true;
    clearTimeout(this.waiting);
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  private channel(name: keyof typeof CHANNELS): RTCDataChannel {
    return this.pc.createDataChannel(name, { negotiated: true, id: CHANNELS[name] });
  }

  private hear(name: keyof typeof CHANNELS, take: (told: unknown) => void): void {
    this.channel(name).onmessage = (event) => take(JSON.parse(String(event.data)));
  }

  private hearPapers(): void {
    const papers = new Papers();
    const channel = this.channel("papers");
    channel.binaryType = "arraybuffer";
    channel.onmessage = (event) => {
      const paper = papers.take(event.data as string | ArrayBuffer);
      if (paper) this.events.paper(paper);
    };
  }

  private addMedia(): void {
    const sends = this.plan.role === "operator" && this.plan.local !== null;
    for (const kind of ["audio", "video"] as const) {
      const track = this.plan.local?.getTracks().find((one) => one.kind === kind);
      this.pc.addTransceiver(sends && track ? track : kind, { direction: sends && track ? "sendrecv" : "recvonly" });
    }
    const remote = new MediaStream();
    this.pc.ontrack = (event) => {
      remote.addTrack(event.track);
      this.events.remote(remote);
    };
  }
}

/** Return what a connection's state means to a teller. */
export function stateOf(state: RTCPeerConnectionState): PeerState {
  if (state === "connected" || state === "failed" || state === "closed") return state;
  return state === "disconnected" ? "failed" : "connecting";
}

function gathered(pc: RTCPeerConnection): Promise<void> {
  if (pc.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GATHER_MS);
    pc.onicegatheringstatechange = () => {
      if (pc.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve();
    };
  });
}
