// The end of a takeover: how it came out, then the machine goes on.
import { Button, Radio } from "@mantine/core";
import { useState } from "react";
import { useDeed } from "../../api/calls.ts";
import type { Briefing, Outcome } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";

export const OUTCOMES: Outcome[] = [
  "resolved",
  "not_resolved",
  "fraud_stopped",
  "honest",
  "customer_left",
  "technical",
];

interface EndingProps {
  call: Briefing;
  onClose: () => void;
  onEnd: () => void;
  onReturn: () => void;
}

export function Ending({ call, onClose, onEnd, onReturn }: EndingProps) {
  const { t } = useWords();
  const [outcome, setOutcome] = useState<string>(call.outcome ?? "");
  const label = useDeed();
  const leave = async (how: () => void) => {
    if (outcome && outcome !== call.outcome)
      await label.mutateAsync({ id: call.id, deed: "label", body: { outcome }, said: "" });
    onClose();
    how();
  };
  return (
    <Dialog opened onClose={onClose} title={t("session.endTitle")}>
      <div className="stack">
        <Radio.Group
          label={t("session.label")}
          description={t("session.labelNote")}
          value={outcome}
          onChange={setOutcome}
        >
          <div className="outcomes">
            {OUTCOMES.map((one, n) => (
              <Radio key={one} value={one} label={t(`session.outcome_${one}`)} data-autofocus={n === 0 || undefined} />
            ))}
          </div>
        </Radio.Group>
        <p className="soft">{t("session.endNote")}</p>
        <div className="row">
          <Button className="tall grow" disabled={!outcome} onClick={() => void leave(onEnd)}>
            {t("session.endTitle")}
          </Button>
          <Button className="tall grow" variant="default" onClick={() => void leave(onReturn)}>
            {t("session.returnTo")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
