// What technicians do with the fleet: codes for new kiosks, releases and their rollouts.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useToast } from "./calls.ts";
import { get, post } from "./client.ts";
import type { Claim, Enrolled, Release, Rollout, RolloutIn, RolloutLine } from "./types.ts";

const SURE_MS = 15_000;
/** Headquarters looks at rollouts every 5 s. */
const ROLLOUTS_MS = 5_000;

export function useEnrolled() {
  return useQuery({
    queryKey: ["enrolment"],
    queryFn: ({ signal }) => get<Enrolled[]>("/api/enrolment", signal),
    refetchInterval: SURE_MS,
  });
}

export interface ClaimWanted {
  kiosk: string;
  branch: string;
  days: number;
}

/** Make a code; it is in the answer and nowhere else. */
export function useNewClaim(then: (claim: Claim) => void) {
  return useFleetDeed("enrolment", (wanted: ClaimWanted) => post<Claim>("/api/enrolment", wanted), then);
}

export interface EnrolmentDeed {
  kiosk: string;
  deed: "withdraw" | "revoke";
  body?: { reason: string };
}

export function useEnrolmentDeed(then: (done: EnrolmentDeed) => void) {
  return useFleetDeed(
    "enrolment",
    async (one: EnrolmentDeed) => {
      await post(`/api/enrolment/${encodeURIComponent(one.kiosk)}/${one.deed}`, one.body);
      return one;
    },
    then,
  );
}

export function useReleases() {
  return useQuery({
    queryKey: ["releases"],
    queryFn: ({ signal }) => get<Release[]>("/api/releases", signal),
  });
}

export function useRollouts() {
  return useQuery({
    queryKey: ["rollouts"],
    queryFn: ({ signal }) => get<RolloutLine[]>("/api/rollouts", signal),
    refetchInterval: ROLLOUTS_MS,
  });
}

/** One rollout with its kiosks: the list has only their counts. */
export function useRollout(id: string) {
  return useQuery({
    queryKey: ["rollouts", id],
    queryFn: ({ signal }) => get<Rollout>(`/api/rollouts/${encodeURIComponent(id)}`, signal),
    refetchInterval: ROLLOUTS_MS,
  });
}

export function useNewRollout(then: (made: Rollout) => void) {
  return useFleetDeed("rollouts", (wanted: RolloutIn) => post<Rollout>("/api/rollouts", wanted), then);
}

export interface RolloutDeed {
  id: string;
  deed: "pause" | "resume" | "abort";
  why?: string;
}

export function useRolloutDeed(then: (now: Rollout, done: RolloutDeed) => void) {
  return useFleetDeed(
    "rollouts",
    ({ id, deed, why }: RolloutDeed) =>
      post<Rollout>(
        `/api/rollouts/${encodeURIComponent(id)}/${deed}`,
        deed === "abort" ? { why: why ?? "" } : undefined,
      ),
    then,
  );
}

/** Do something; what shows it is loaded again, whatever came of it, and a refusal is said. */
function useFleetDeed<In, Out>(key: string, deed: (wanted: In) => Promise<Out>, then: (out: Out, wanted: In) => void) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: deed,
    onSuccess: (out, wanted) => then(out, wanted),
    onError: toast.refused,
    onSettled: () => void client.invalidateQueries({ queryKey: [key] }),
  });
}
