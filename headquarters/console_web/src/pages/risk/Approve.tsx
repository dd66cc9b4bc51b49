// Puts what the night proposes to use: in one's own name, after reading what it came to; kiosks take it from their next session on.
import { Button, Checkbox } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useToast } from "../../api/calls.ts";
import { post } from "../../api/client.ts";
import type { Weights } from "../../api/types.ts";
import { useSelf } from "../../app/me.ts";
import { seesAll } from "../../app/pages.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";

export function Approve({ candidate }: { candidate: NonNullable<Weights["candidate"]> }) {
  const { t } = useWords();
  const me = useSelf();
  const client = useQueryClient();
  const toast = useToast();
  const [asked, setAsked] = useState(false);
  const [read, setRead] = useState(false);
  const approve = useMutation({
    mutationFn: () => post<Weights>(`/api/review/weights/${candidate.run}/approve`),
    onSuccess: (weights) => {
      client.setQueryData(["weights"], weights);
      toast.done(t("risk.approved"));
      setAsked(false);
    },
    onError: toast.refused,
  });
  if (!seesAll(me) || (!me.roles.includes("supervisor") && !me.roles.includes("risk_officer"))) return null;
  return (
    <>
      <Button onClick={() => setAsked(true)}>{t("risk.approve")}</Button>
      {asked && (
        <Dialog
          opened
          onClose={() => setAsked(false)}
          title={t("risk.approveTitle", { n: candidate.version })}
          size={440}
        >
          <div className="stack">
            <p>{t("risk.approveNote", { name: me.name })}</p>
            <Checkbox
              label={t("risk.approveRead")}
              checked={read}
              onChange={(event) => setRead(event.currentTarget.checked)}
              data-autofocus
            />
            <Button className="tall" disabled={!read} loading={approve.isPending} onClick={() => approve.mutate()}>
              {t("risk.approveNow")}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
