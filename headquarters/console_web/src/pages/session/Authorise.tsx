// What becomes of what is held: keep it stopped, release it within my limit, or ask a second person.
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useDeed } from "../../api/calls.ts";
import type { Approval, Briefing } from "../../api/types.ts";
import { useSelf } from "../../app/me.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { fenOf, yuan } from "../../parts/money.ts";
import { Panel } from "../../parts/Panel.tsx";
import { useApproved } from "./useApproved.ts";

type Choice = "keep" | "release";

export function Authorise({ call, mine }: { call: Briefing; mine: boolean }) {
  const { t, code } = useWords();
  const me = useSelf();
  const [chosen, setChosen] = useState<Choice | null>(null);
  const amount = fenOf(call.slots.amount ?? "");
  const asking = useApproved(call, call.hold ? "release" : "approve", amount);
  if (!call.hold && call.why !== "approve" && call.decision === null) return null;
  const off = !mine || call.decision !== null;
  const review = asking.needed && !asking.approvalId;
  const release = review ? "session.releaseReview" : call.hold ? "session.release" : "session.approve";
  const keep = call.hold ? "session.keep" : "session.reject";
  return (
    <Panel
      title={t("session.authorise")}
      note={t("session.myLimit", { amount: yuan(me.limit_fen) })}
      className="authorise"
    >
      {call.decision !== null && <b>{t("session.decided", { decision: code("decision", call.decision) })}</b>}
      <div className="row">
        <Button className="tall grow" disabled={off} onClick={() => setChosen("keep")}>
          {t(keep)}
        </Button>
        <Button
          className="tall grow"
          variant="default"
          disabled={off || asking.latest?.state === "asked"}
          onClick={() => setChosen("release")}
        >
          {t(release)}
        </Button>
      </div>
      {asking.latest && <ApprovalLine approval={asking.latest} />}
      {!asking.latest && asking.needed && (
        <p className="soft">{t("session.overLimit", { amount: yuan(amount ?? 0) })}</p>
      )}
      {chosen && (
        <Decide
          call={call}
          choice={chosen}
          title={t(chosen === "keep" ? keep : release)}
          asking={review && chosen === "release" ? asking.ask : null}
          approvalId={chosen === "release" ? asking.approvalId : undefined}
          onClose={() => setChosen(null)}
        />
      )}
    </Panel>
  );
}

interface DecideProps {
  call: Briefing;
  choice: Choice;
  title: string;
  /** Set when a second person has to be asked instead. */
  asking: ((reason: string) => void) | null;
  approvalId: string | undefined;
  onClose: () => void;
}

function Decide({ call, choice, title, asking, approvalId, onClose }: DecideProps) {
  const { t } = useWords();
  const [reason, setReason] = useState("");
  const deed = useDeed(onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const words = reason.trim();
    if (!words) return;
    if (asking) {
      asking(words);
      onClose();
      return;
    }
    const said = t(choice === "keep" ? "session.keeps" : "session.released");
    const how = { reason: words, approval_id: approvalId ?? null };
    if (call.hold) {
      const decision = choice === "keep" ? "confirm" : "release";
      deed.mutate({ id: call.id, deed: "hold", body: { decision, ...how }, said });
    } else {
      const decision = choice === "keep" ? "reject" : "approve";
      deed.mutate({ id: call.id, deed: "decide", body: { decision, ...how }, said });
    }
  };
  return (
    <Dialog opened onClose={onClose} title={title} size={440}>
      <form className="stack" onSubmit={submit}>
        <p className="soft">{call.headline}</p>
        <TextInput
          label={t("session.opReason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={200}
          data-autofocus
        />
        <Button type="submit" className="tall" disabled={!reason.trim()} loading={deed.isPending}>
          {t("common.confirm")}
        </Button>
      </form>
    </Dialog>
  );
}

export function ApprovalLine({ approval }: { approval: Approval }) {
  const { t, code } = useWords();
  return (
    <p className="soft" role="status">
      {code("operation", approval.operation)} {yuan(approval.amount_fen)} {t("common.yuan")}　
      <b>{t(`approvals.state_${approval.state}`)}</b>
      {approval.decided_by && `　${approval.decided_by}`}
    </p>
  );
}
