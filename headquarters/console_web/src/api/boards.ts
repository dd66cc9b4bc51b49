// What supervisors, risk officers, technicians and auditors look at.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "./client.ts";
import type {
  Approval,
  AuditPage,
  Board,
  DeadLetters,
  Drawn,
  Figure,
  Forecast,
  Kiosk,
  KioskSettings,
  KioskVersions,
  Recording,
  RiskCase,
  StoredEvent,
  TellerQuality,
  Weights,
} from "./types.ts"; // prettier-ignore

const DAY_MS = 86_400_000;
const SURE_MS = 15_000;
const SLOW_MS = 300_000;

/** Return a day as headquarters names it: 2026-11-26. */
export function dayOf(ms: number): string {
  return new Date(ms).toLocaleDateString("sv-SE");
}

export function useApprovals() {
  return useQuery({
    queryKey: ["approvals"],
    queryFn: ({ signal }) => get<Approval[]>("/api/approvals", signal),
    refetchInterval: SURE_MS,
  });
}

export function useBoard() {
  return useQuery({
    queryKey: ["board", "live"],
    queryFn: ({ signal }) => get<Board>("/api/supervisor/board", signal),
    refetchInterval: SURE_MS,
  });
}

/** The forecast of a weekday, Monday 0. */
export function useForecast(weekday: number, enabled = true) {
  return useQuery({
    queryKey: ["forecast", weekday],
    queryFn: ({ signal }) => get<Forecast>(`/api/supervisor/forecast?weekday=${weekday}`, signal),
    staleTime: SLOW_MS,
    enabled,
  });
}

export function useServiceQuality() {
  return useQuery({
    queryKey: ["service-quality"],
    queryFn: ({ signal }) => get<TellerQuality[]>("/api/supervisor/quality", signal),
    staleTime: SLOW_MS,
  });
}

/** Each day's figures of the last `days`, all branches together. */
export function useDays(days: number) {
  const now = Date.now();
  const [since, until] = [dayOf(now - (days - 1) * DAY_MS), dayOf(now)];
  return useQuery({
    queryKey: ["days", since, until],
    queryFn: ({ signal }) => get<Figure[]>(`/api/quality?since=${since}&until=${until}`, signal),
    staleTime: SLOW_MS,
  });
}

export function useCases() {
  return useQuery({ queryKey: ["cases"], queryFn: ({ signal }) => get<RiskCase[]>("/api/cases", signal) });
}

export function useDrawn() {
  return useQuery({ queryKey: ["drawn"], queryFn: ({ signal }) => get<Drawn[]>("/api/review/audits", signal) });
}

export function useWeights() {
  return useQuery({
    queryKey: ["weights"],
    queryFn: ({ signal }) => get<Weights>("/api/review/weights", signal),
    staleTime: SLOW_MS,
  });
}

/** A session's events; looking is written down, so it is asked once and kept. */
export function useEvents(sessionId: string | undefined) {
  return useQuery({
    queryKey: ["events", sessionId],
    queryFn: ({ signal }) => get<StoredEvent[]>(`/api/sessions/${encodeURIComponent(sessionId ?? "")}/events`, signal),
    enabled: sessionId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useFleet() {
  return useQuery({
    queryKey: ["fleet"],
    queryFn: ({ signal }) => get<Kiosk[]>("/api/fleet", signal),
    refetchInterval: SURE_MS,
  });
}

export function useKioskVersions(kiosk: string | undefined) {
  return useQuery({
    queryKey: ["fleet", "versions", kiosk],
    queryFn: ({ signal }) => get<KioskVersions>(`/api/fleet/${encodeURIComponent(kiosk ?? "")}/versions`, signal),
    enabled: kiosk !== undefined,
    staleTime: SLOW_MS,
  });
}

export function useKioskSettings(kiosk: string | undefined) {
  return useQuery({
    queryKey: ["fleet", "settings", kiosk],
    queryFn: ({ signal }) => get<KioskSettings>(`/api/kiosks/${encodeURIComponent(kiosk ?? "")}/settings`, signal),
    enabled: kiosk !== undefined,
    staleTime: SLOW_MS,
  });
}

export function useDeadLetters() {
  return useQuery({
    queryKey: ["dead-letters"],
    queryFn: ({ signal }) => get<DeadLetters>("/api/dead-letters", signal),
  });
}

export function useRecordings() {
  return useQuery({ queryKey: ["recordings"], queryFn: ({ signal }) => get<Recording[]>("/api/recordings", signal) });
}

export function useAudit(before: number | null, who: string) {
  const asked = new URLSearchParams({
    limit: "50",
    ...(before ? { before: String(before) } : {}),
    ...(who ? { who } : {}),
  });
  return useQuery({
    queryKey: ["audit", before, who],
    queryFn: ({ signal }) => get<AuditPage>(`/api/audit?${asked}`, signal),
    placeholderData: keepPreviousData,
  });
}
