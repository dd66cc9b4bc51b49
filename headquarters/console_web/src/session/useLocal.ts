// My camera and microphone, with their two switches; without a camera one still sees and hears the customer.
import { useEffect, useState } from "react";

export interface Local {
  stream: MediaStream | null;
  /** Whether asking has come to an end, with or without a camera. */
  ready: boolean;
  muted: boolean;
  dark: boolean;
  setMuted: (muted: boolean) => void;
  setDark: (dark: boolean) => void;
}

const WANTED: MediaStreamConstraints = {
  audio: { echoCancellation: true, noiseSuppression: true },
  video: { width: 640, height: 480, frameRate: 15 },
};

export function useLocal(wanted: boolean): Local {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [ready, setReady] = useState(false);
  const [muted, setMuted] = useState(false);
  const [dark, setDark] = useState(false);
  useEffect(() => {
    if (!wanted) return;
    let mine: MediaStream | null = null;
    let ended = false;
    const stop = () => {
      for (const track of mine?.getTracks() ?? []) track.stop();
    };
    navigator.mediaDevices
      ?.getUserMedia(WANTED)
      .then((got) => {
        mine = got;
        if (ended) stop();
        else setStream(got);
      })
      .catch(() => setStream(null))
      .finally(() => setReady(true));
    return () => {
      ended = true;
      stop();
      setStream(null);
      setReady(false);
    };
  }, [wanted]);
  useEffect(() => {
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = !muted;
    for (const track of stream?.getVideoTracks() ?? []) track.enabled = !dark;
  }, [stream, muted, dark]);
  return { stream, ready, muted, dark, setMuted, setDark };
}
