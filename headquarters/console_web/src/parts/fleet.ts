// How a kiosk does, as a shape and as words.
import type { Enrolled, Kiosk } from "../api/types.ts";
import type { useWords } from "../i18n/index.ts";
import type { Shape } from "./Status.tsx";

export type Alarm = Kiosk["alarms"][number];

/** What stops customers: they cannot be heard, or the kiosk's own checks say so. */
const OUT: readonly Alarm[] = ["microphone", "health"];

/** Ring: not heard of; square: a device that serving needs is out; triangle: to be watched; circle: in order. */
export function shapeOf(kiosk: Pick<Kiosk, "alarms" | "online">): Shape {
  if (!kiosk.online || kiosk.alarms.includes("silent")) return "ring";
  if (OUT.some((alarm) => kiosk.alarms.includes(alarm))) return "square";
  return kiosk.alarms.length > 0 ? "triangle" : "circle";
}

export function branchesOf(kiosks: Kiosk[]): [string, Kiosk[]][] {
  const found = new Map<string, Kiosk[]>();
  for (const kiosk of kiosks) found.set(kiosk.branch, [...(found.get(kiosk.branch) ?? []), kiosk]);
  return [...found].sort(([a], [b]) => a.localeCompare(b));
}

/** Return the kiosks that may be sent something: those that were enrolled and are revoked or decommissioned now are out of use. */
export function inUse<K extends Pick<Kiosk, "kiosk">>(
  kiosks: readonly K[],
  enrolled: readonly Pick<Enrolled, "kiosk" | "state">[],
): K[] {
  const gone = new Set(enrolled.filter((one) => one.state !== "live").map((one) => one.kiosk));
  return kiosks.filter((one) => !gone.has(one.kiosk));
}

/** Return a kiosk's name behind its branch's, without saying the branch twice. */
export function placeOf(kiosk: Pick<Kiosk, "branch" | "kiosk">): string {
  return kiosk.kiosk.startsWith(kiosk.branch) ? kiosk.kiosk : `${kiosk.branch} ${kiosk.kiosk}`;
}

/** Return how many kiosks run which software, the most common first; the empty name: they do not tell. */
export function versionsOf(kiosks: Pick<Kiosk, "software">[]): [string, number][] {
  const found = new Map<string, number>();
  for (const { software } of kiosks) found.set(software?.name ?? "", (found.get(software?.name ?? "") ?? 0) + 1);
  return [...found].sort(([a, n], [b, m]) => m - n || b.localeCompare(a));
}

export function alarmWords(alarm: Alarm, kiosk: Kiosk, { t, code }: ReturnType<typeof useWords>): string {
  return t(`fleet.alarm.${alarm}`, {
    code: code("deviceFault", (kiosk.faults[alarm] ?? "").replaceAll(".", "_")),
    s: Math.round((kiosk.skew_ms ?? 0) / 1000),
    n: kiosk.disk_percent ?? 0,
  });
}
