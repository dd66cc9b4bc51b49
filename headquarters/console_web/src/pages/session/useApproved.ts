// Deeds above my limit: ask a second person, wait for their word, then do it under the approval's id.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useToast } from "../../api/calls.ts";
import { post } from "../../api/client.ts";
import type { Approval, Authorised, Briefing } from "../../api/types.ts";
import { useSelf } from "../../app/me.ts";
import { useWords } from "../../i18n/index.ts";

export interface Asking {
  /** Whether my limit does not reach. */
  needed: boolean;
  /** The latest request for just this, if any. */
  latest: Approval | undefined;
  /** Its id, once somebody agreed and it was not used. */
  approvalId: string | undefined;
  ask: (reason: string) => void;
  busy: boolean;
}

export function useApproved(call: Briefing, operation: Authorised, amountFen: number | null): Asking {
  const { t } = useWords();
  const me = useSelf();
  const toast = useToast();
  const client = useQueryClient();
  const latest = latestOf(call.approvals, operation, amountFen);
  const asking = useMutation({
    mutationFn: (reason: string) =>
      post<Approval>("/api/approvals", { escalation_id: call.id, operation, amount_fen: amountFen ?? 0, reason }),
    onSuccess: (approval) => toast.done(t("session.approvalSent", { id: approval.id.slice(0, 6) })),
    onError: toast.refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["escalation", call.id] }),
  });
  return {
    needed: amountFen !== null && amountFen > me.limit_fen,
    latest,
    approvalId: latest?.state === "approved" ? latest.id : undefined,
    ask: asking.mutate,
    busy: asking.isPending,
  };
}

/** Return the newest request for an operation and sum. */
export function latestOf(all: Approval[], operation: Authorised, amountFen: number | null): Approval | undefined {
  return all
    .filter((one) => one.operation === operation && one.amount_fen === (amountFen ?? 0))
    .sort((a, b) => b.asked_ms - a.asked_ms)[0];
}
