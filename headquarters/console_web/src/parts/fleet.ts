// How a kiosk does, as a shape and as words.
import type { Kiosk } from "../api/types.ts";
import type { Say } from "../i18n/index.ts";
import type { Shape } from "./Status.tsx";

export type Alarm = Kiosk["alarms"][number];

/** Ring: not heard of; square: a device that serving needs is out; triangle: to be watched; circle: in order. */
export function shapeOf(kiosk: Pick<Kiosk, "alarms" | "online">): Shape {
  if (!kiosk.online || kiosk.alarms.includes("silent")) return "ring";
  if (kiosk.alarms.includes("microphone")) return "square";
  return kiosk.alarms.length > 0 ? "triangle" : "circle";
}

export function branchesOf(kiosks: Kiosk[]): [string, Kiosk[]][] {
  const found = new Map<string, Kiosk[]>();
  for (const kiosk of kiosks) found.set(kiosk.branch, [...(found.get(kiosk.branch) ?? []), kiosk]);
  return [...found].sort(([a], [b]) => a.localeCompare(b));
}

export function alarmWords(alarm: Alarm, kiosk: Kiosk, t: Say): string {
  return t(`fleet.alarm.${alarm}`, {
    code: kiosk.faults[alarm] ?? "",
    s: Math.round((kiosk.skew_ms ?? 0) / 1000),
    n: kiosk.disk_percent ?? 0,
  });
}
