// Requests above a teller's limit: a second, different person agrees or refuses by the request's id.
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useApprovals } from "../../api/boards.ts";
import { useToast } from "../../api/calls.ts";
import { post } from "../../api/client.ts";
import type { Approval } from "../../api/types.ts";
import { useNow } from "../../app/keys.tsx";
import { useSelf } from "../../app/me.ts";
import { useWords } from "../../i18n/index.ts";
import { Heads } from "../../parts/Heads.tsx";
import { yuan } from "../../parts/money.ts";
import { Empty, Panel } from "../../parts/Panel.tsx";
import { type Shape, Status } from "../../parts/Status.tsx";
import { dayTime, minutes } from "../../parts/time.ts";
import "./approvals.css";

const SHAPES: Record<Approval["state"], Shape> = {
  asked: "triangle",
  approved: "circle",
  refused: "square",
  used: "circle",
  expired: "ring",
};

export default function ApprovalsPage() {
  const { t, code } = useWords();
  const all = useApprovals().data ?? [];
  const asked = all.filter((one) => one.state === "asked");
  const past = all.filter((one) => one.state !== "asked");
  return (
    <div className="page">
      {asked.length === 0 ? (
        <Empty title={t("approvals.none")} note={t("approvals.noneNote")} />
      ) : (
        <div className="approval-cards">
          {asked.map((one) => (
            <Request key={one.id} approval={one} />
          ))}
        </div>
      )}
      <Panel title={t("approvals.history")}>
        {past.length === 0 ? (
          <p className="soft">{t("common.none")}</p>
        ) : (
          <table>
            <Heads names={["operation", "amount", "asker", "why", "at", "result"].map((name) => `approvals.${name}`)} />
            <tbody>
              {past.map((one) => (
                <tr key={one.id}>
                  <td>
                    <b>{code("operation", one.operation)}</b>
                    <div className="small">{one.headline}</div>
                  </td>
                  <td className="num">{yuan(one.amount_fen)}</td>
                  <td>{one.asked_by_name}</td>
                  <td>{one.reason}</td>
                  <td className="num">{dayTime(one.asked_ms)}</td>
                  <td>
                    <Status shape={SHAPES[one.state]}>{t(`approvals.state_${one.state}`)}</Status>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
    </div>
  );
}

function Request({ approval }: { approval: Approval }) {
  const { t, code } = useWords();
  const me = useSelf();
  const now = useNow();
  const client = useQueryClient();
  const toast = useToast();
  const decide = useMutation({
    mutationFn: (deed: "approve" | "refuse") => post(`/api/approvals/${encodeURIComponent(approval.id)}/${deed}`),
    onSuccess: (_, deed) => toast.done(t(deed === "approve" ? "approvals.approved" : "approvals.refused")),
    onError: toast.refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["approvals"] }),
  });
  const own = approval.asked_by === me.id;
  const may = !own && (me.roles.includes("supervisor") || me.roles.includes("risk_officer"));
  return (
    <article className="approval" data-approval={approval.id}>
      <div className="row spread baseline">
        <h2>{code("operation", approval.operation)}</h2>
        <b className="approval-amount">
          {yuan(approval.amount_fen)}
          <span className="soft"> {t("common.yuan")}</span>
        </b>
      </div>
      <p>
        <b>{approval.headline}</b>
      </p>
      <p className="passed">{approval.reason}</p>
      <p className="soft">
        {approval.asked_by_name}　{minutes(now - approval.asked_ms)}　<code>{approval.id}</code>
      </p>
      {own && <p className="soft">{t("approvals.own")}</p>}
      <div className="row">
        <Button
          className="tall grow"
          disabled={!may}
          loading={decide.isPending}
          onClick={() => decide.mutate("approve")}
        >
          {t("approvals.approve")}
        </Button>
        <Button
          className="tall grow"
          variant="default"
          disabled={!may || decide.isPending}
          onClick={() => decide.mutate("refuse")}
        >
          {t("approvals.refuse")}
        </Button>
        <Button className="tall" variant="subtle" component="a" href={`#/session/${approval.escalation_id}`}>
          {t("approvals.context")}
        </Button>
      </div>
    </article>
  );
}
