// Times as a teller reads them.
import type { Say } from "../i18n/index.ts";

export const PROMISE_MS = 180_000;

/** Return minutes and seconds: 0:48. */
export function minutes(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Return the time of day: 10:23:09. */
export function clockTime(ms: number, seconds = true): string {
  const at = new Date(ms);
  const parts = [at.getHours(), at.getMinutes(), ...(seconds ? [at.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** Return the day and the time: 11-22 10:23. */
export function dayTime(ms: number): string {
  const at = new Date(ms);
  const day = [at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  return `${day} ${clockTime(ms, false)}`;
}

/** Return the whole date and the time: 2026-11-22 10:23. */
export function dateTime(ms: number): string {
  return `${new Date(ms).getFullYear()}-${dayTime(ms)}`;
}

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** Return a length of time in its largest whole unit: 7 天, 2 小时, 90 秒. */
export function span(seconds: number, t: Say): string {
  if (seconds >= DAY_S && seconds % DAY_S === 0) return t("time.days", { n: seconds / DAY_S });
  if (seconds >= HOUR_S && seconds % HOUR_S === 0) return t("time.hours", { n: seconds / HOUR_S });
  if (seconds >= MINUTE_S && seconds % MINUTE_S === 0) return t("time.minutes", { n: seconds / MINUTE_S });
  return t("time.seconds", { n: seconds });
}

/** Return about how long something still lasts: 6 天, 5 小时, 12 分钟. */
export function left(ms: number, t: Say): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const unit = seconds >= 2 * DAY_S ? DAY_S : seconds >= 2 * HOUR_S ? HOUR_S : MINUTE_S;
  return span(Math.max(unit, seconds - (seconds % unit)), (key, values) => t(key, values));
}

/** Return the day in the words of a language: 11月22日, 22 Nov. */
export function dayWords(ms: number, language: string): string {
  return new Date(ms).toLocaleDateString(language === "en" ? "en-GB" : "zh-CN", { month: "short", day: "numeric" });
}
