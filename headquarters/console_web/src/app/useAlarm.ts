// Sounds while nobody accepts: two short tones every few seconds, until somebody does or the sound is switched off here.
import { useEffect } from "react";
import { useQueue } from "../api/calls.ts";

const EVERY_MS = 4_000;
const TONES = [
  { hz: 880, at: 0 },
  { hz: 660, at: 0.25 },
];
const LONG_S = 0.18;
const LOUD = 0.25;
const OFF = "guitai.alarm.off";

export function alarmIsOff(): boolean {
  return localStorage.getItem(OFF) === "yes";
}

export function switchAlarm(off: boolean): void {
  localStorage.setItem(OFF, off ? "yes" : "no");
}

/** `mine`: whether calls are this person's to take, or to see taken. */
export function useAlarm(mine: boolean, off: boolean): void {
  const queue = useQueue(mine);
  const sounds = mine && !off && queue.data?.figures.alarm === true;
  useEffect(() => {
    document.documentElement.toggleAttribute("data-alarm", sounds);
    if (!sounds) return;
    const room = new AudioContext();
    // A browser is mute until the page has been touched: the first touch or key lets the sound out.
    const wake = () => void room.resume();
    const sound = () => {
      if (room.state === "running") for (const { hz, at } of TONES) tone(room, hz, at);
    };
    wake();
    sound();
    const timer = setInterval(sound, EVERY_MS);
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, wake);
    return () => {
      clearInterval(timer);
      for (const kind of ["pointerdown", "keydown"]) removeEventListener(kind, wake);
      document.documentElement.removeAttribute("data-alarm");
      void room.close();
    };
  }, [sounds]);
}

function tone(room: AudioContext, hz: number, at: number): void {
  const begins = room.currentTime + at;
  const voice = room.createOscillator();
  const gain = room.createGain();
  voice.frequency.value = hz;
  gain.gain.setValueAtTime(0, begins);
  gain.gain.linearRampToValueAtTime(LOUD, begins + 0.02);
  gain.gain.linearRampToValueAtTime(0, begins + LONG_S);
  voice.connect(gain).connect(room.destination);
  voice.start(begins);
  voice.stop(begins + LONG_S);
}
