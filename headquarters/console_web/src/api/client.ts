// Headquarters' API: one function for every call, with the CSRF token, and faults as sentences.
import { language } from "../i18n/index.ts";

/** What headquarters answers instead of a result. */
export class Fault extends Error {
  readonly code: string;
  readonly reason: string;
  readonly status: number;

  constructor(status: number, code: string, message: string, reason = "") {
    super(message);
    this.status = status;
    this.code = code;
    this.reason = reason;
  }
}

let csrf = "";

/** Keep the token that /api/me gives; every call that changes something carries it. */
export function keepToken(token: string): void {
  csrf = token;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>(path, { method: "GET", signal });
}

export async function post<T>(path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { "X-CSRF-Token": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return call<T>(path, { method: "POST", headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await fetch(path, { ...init, credentials: "same-origin", redirect: "error" });
  const data: unknown = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw faultOf(answer.status, data);
  return data as T;
}

/** Return the fault an answer describes. FastAPI's own refusals (422) have no code of ours. */
export function faultOf(status: number, data: unknown): Fault {
  const told = (data ?? {}) as { code?: string; message?: string; reason?: string; zh?: string };
  const words = (language() === "zh" ? told.zh : told.message) || told.message || String(status);
  return new Fault(status, told.code ?? `http.${status}`, words, told.reason ?? "");
}
