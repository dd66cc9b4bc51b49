// Calls for a human: loading them and what a teller does with them, each with its sentence when done or refused.
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useWords } from "../i18n/index.ts";
import { Fault, get, post } from "./client.ts";
import type { Briefing, Queue, Teller } from "./types.ts";

/** The queue is told of by notices; this is only for the case that one is lost. */
const SURE_MS = 15_000;

export function useQueue(enabled = true) {
  return useQuery({
    enabled,
    queryKey: ["queue"],
    queryFn: ({ signal }) => get<Queue>("/api/queue", signal),
    refetchInterval: SURE_MS,
  });
}

export function useBriefing(id: string | undefined) {
  return useQuery({
    queryKey: ["escalation", id],
    queryFn: ({ signal }) => get<Briefing>(`/api/escalations/${encodeURIComponent(id ?? "")}`, signal),
    enabled: id !== undefined,
    refetchInterval: SURE_MS,
  });
}

export function useTellers() {
  return useQuery({
    queryKey: ["board", "tellers"],
    queryFn: ({ signal }) => get<Teller[]>("/api/supervisor/tellers", signal),
    refetchInterval: SURE_MS,
  });
}

/** Return the sentence for what was refused: our words for the machine's reason, else headquarters' own. */
export function useRefusal(): (error: unknown) => string {
  const { t } = useWords();
  return (error) => {
    if (!(error instanceof Fault)) return t("common.failed");
    const key = `refused.${error.reason}`;
    const words = error.reason ? t(key) : key;
    return words === key ? error.message : words;
  };
}

export function useToast(): { done: (text: string) => void; refused: (error: unknown) => void } {
  const refusal = useRefusal();
  return {
    done: (text) => void notifications.show({ message: text, color: "pine", withCloseButton: false }),
    refused: (error) =>
      void notifications.show({ message: refusal(error), color: "persimmon", withCloseButton: false }),
  };
}

export interface Deed {
  id: string;
  deed: string;
  body?: unknown;
  /** Said when it is done. */
  said: string;
}

/** Do something with a call; what shows it is loaded again, whatever came of it. */
export function useDeed(then?: (deed: Deed) => void) {
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ id, deed, body }: Deed) => post(`/api/escalations/${encodeURIComponent(id)}/${deed}`, body),
    onSuccess: (_, deed) => {
      if (deed.said) toast.done(deed.said);
      then?.(deed);
    },
    onError: toast.refused,
    onSettled: (_data, _error, { id }) => {
      // Not waited for: the next deed need not wait until everything is loaded again.
      for (const queryKey of [["queue"], ["escalation", id], ["board"], ["approvals"]])
        void client.invalidateQueries({ queryKey });
    },
  });
}
