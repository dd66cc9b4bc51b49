// Times as a teller reads them.

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

/** Return the day in the words of a language: 11月22日, 22 Nov. */
export function dayWords(ms: number, language: string): string {
  return new Date(ms).toLocaleDateString(language === "en" ? "en-GB" : "zh-CN", { month: "short", day: "numeric" });
}
