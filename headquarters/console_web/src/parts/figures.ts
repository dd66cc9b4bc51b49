// How figures are written: shares in percent, times in seconds or minutes, nothing measured as a dash.
import { minutes } from "./time.ts";

export function shownFigure(name: string, value: number | null): string {
  if (value === null) return "—";
  if (name === "talk_s") return minutes(value * 1000);
  if (name.endsWith("_s")) return `${value.toFixed(value < 10 ? 1 : 0)} s`;
  return name === "satisfaction" ? value.toFixed(0) : `${value.toFixed(1)}%`;
}
