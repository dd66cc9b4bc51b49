// What the machine can do for the teller; each goes through the core, with a reason, and money only within the limit.
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useDeed } from "../../api/calls.ts";
import type { Briefing, Operation } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { fenOf } from "../../parts/money.ts";
import { Panel } from "../../parts/Panel.tsx";
import { ApprovalLine } from "./Authorise.tsx";
import { useApproved } from "./useApproved.ts";

const OPERATIONS: { operation: Operation; words: string }[] = [
  { operation: "return_card", words: "session.returnCard" },
  { operation: "print_slip", words: "session.print" },
  { operation: "dispense", words: "session.dispense" },
  { operation: "retain_card", words: "session.retainCard" },
];

export function Devices({ call, mine }: { call: Briefing; mine: boolean }) {
  const { t } = useWords();
  const [asked, setAsked] = useState<Operation | null>(null);
  return (
    <Panel title={t("session.devices")} note={t("session.devicesNote")}>
      <div className="device-row">
        {OPERATIONS.map((one) => (
          <Button
            key={one.operation}
            variant="default"
            className="tall"
            disabled={!mine || call.silent}
            onClick={() => setAsked(one.operation)}
          >
            {t(one.words)}
          </Button>
        ))}
      </div>
      {asked && <Operate call={call} operation={asked} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

function Operate({ call, operation, onClose }: { call: Briefing; operation: Operation; onClose: () => void }) {
  const { t, code } = useWords();
  const [amountText, setAmountText] = useState(call.slots.amount?.replaceAll(",", "") ?? "");
  const [reason, setReason] = useState("");
  const money = operation === "dispense";
  const amount = money ? fenOf(amountText) : 0;
  const asking = useApproved(call, "dispense", amount);
  const deed = useDeed(onClose);
  const review = money && asking.needed && !asking.approvalId;
  const ready = reason.trim() !== "" && amount !== null && (!money || amount > 0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    if (review) return asking.ask(reason.trim());
    const body = {
      operation,
      reason: reason.trim(),
      amount_fen: amount ?? 0,
      approval_id: money ? (asking.approvalId ?? null) : null,
    };
    deed.mutate({ id: call.id, deed: "operate", body, said: t("session.operated") });
  };
  return (
    <Dialog opened onClose={onClose} title={t("session.confirmOp", { op: code("operation", operation) })} size={440}>
      <form className="stack" onSubmit={submit}>
        {operation === "retain_card" && <p className="soft">{t("session.retainNote")}</p>}
        {money && (
          <TextInput
            label={t("session.amountFen")}
            inputMode="decimal"
            value={amountText}
            onChange={(event) => setAmountText(event.currentTarget.value)}
            data-autofocus
          />
        )}
        <TextInput
          label={t("session.opReason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={200}
          data-autofocus={!money || undefined}
        />
        {money && asking.latest && <ApprovalLine approval={asking.latest} />}
        {review && !asking.latest && <p className="soft">{t("session.approvalNeeded")}</p>}
        <Button
          type="submit"
          className="tall"
          disabled={!ready || (review && asking.latest?.state === "asked")}
          loading={deed.isPending || asking.busy}
        >
          {t(review ? "session.askApproval" : "common.confirm")}
        </Button>
      </form>
    </Dialog>
  );
}
