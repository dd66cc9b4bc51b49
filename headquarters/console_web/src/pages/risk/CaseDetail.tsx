// One case: how the risk went over the session, why it is what it is, and what it turned out to be.
import { Button, SegmentedControl } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";
import { useEvents } from "../../api/boards.ts";
import { useToast } from "../../api/calls.ts";
import { post } from "../../api/client.ts";
import type { RiskCase } from "../../api/types.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useSelf } from "../../app/me.ts";
import { useWords } from "../../i18n/index.ts";
import { type Decided, decisionsOf } from "../../parts/decisions.ts";
import { Panel } from "../../parts/Panel.tsx";
import { Factors, factorOf, RiskBar } from "../../parts/RiskBar.tsx";
import { heaviestFirst } from "../../parts/risk.ts";
import { Level } from "../../parts/Status.tsx";
import { dayTime } from "../../parts/time.ts";

const RiskPath = lazy(() => import("../../charts/RiskPath.tsx"));

export function CaseDetail({ one, onSaved }: { one: RiskCase; onSaved: () => void }) {
  const { t } = useWords();
  const events = useEvents(one.session_id);
  const decisions = useMemo(() => decisionsOf(events.data ?? []), [events.data]);
  const last = decisions.at(-1);
  return (
    <>
      <Panel
        title={
          <>
            {one.branch} {one.kiosk}　{dayTime(one.at_ms)}
          </>
        }
        note={<Level level={one.level} r={one.r} />}
      >
        {events.isPending && <p className="soft">{t("common.loading")}</p>}
        {decisions.length > 0 && (
          <Suspense fallback={<div className="path-space" />}>
            <RiskPath decisions={decisions} events={events.data ?? []} />
          </Suspense>
        )}
      </Panel>
      {last && <Why last={last} />}
      <Label one={one} onSaved={onSaved} />
    </>
  );
}

function Why({ last }: { last: Decided }) {
  const { t, code } = useWords();
  const { risk } = last;
  const first = heaviestFirst(risk)[0];
  return (
    <Panel title={t("risk.why", { r: risk.r.toFixed(1) })} note={t("risk.sum")}>
      <RiskBar risk={risk} />
      <div className="why">
        <Factors risk={risk} />
        <div className="stack">
          {risk.floors.length > 0 && <h3>{t("risk.floors")}</h3>}
          {risk.floors.map((floor) => (
            <p className="floor" key={floor.code}>
              {code("floor", floor.code)}
              {floor.evidence && <span className="soft">“{floor.evidence}”</span>}
            </p>
          ))}
          <h3>{t("risk.three")}</h3>
          <dl className="three">
            <dt className="soft">{t("risk.toCustomer")}</dt>
            <dd>{t(risk.level === "high" ? "risk.saidHigh" : "risk.saidMedium")}</dd>
            <dt className="soft">{t("risk.toTeller")}</dt>
            <dd>
              {first &&
                t("risk.heavy", {
                  factor: code("factor", factorOf(first)),
                  points: (first.contribution ?? 0).toFixed(1),
                })}
            </dd>
            <dt className="soft">{t("risk.toAuditor")}</dt>
            <dd>
              <code>{t("risk.rules", { hash: last.rulesHash.slice(0, 12) })}</code>
            </dd>
          </dl>
        </div>
      </div>
    </Panel>
  );
}

function Label({ one, onSaved }: { one: RiskCase; onSaved: () => void }) {
  const { t } = useWords();
  const me = useSelf();
  const toast = useToast();
  const client = useQueryClient();
  const [fraud, setFraud] = useState(one.labelled === null ? "" : String(one.labelled));
  const save = useMutation({
    mutationFn: () => post("/api/review/labels", { case: one.session_id, fraud: fraud === "true", source: "audit" }),
    onSuccess: async () => {
      toast.done(t("risk.saved"));
      onSaved();
      await client.invalidateQueries({ queryKey: ["cases"] });
    },
    onError: toast.refused,
  });
  const ready = fraud !== "" && !save.isPending;
  useShortcuts([
    { key: "1", label: t("risk.fraud"), run: () => setFraud("true") },
    { key: "2", label: t("risk.honest"), run: () => setFraud("false") },
    { key: "Enter", label: t("keys.save"), run: () => ready && save.mutate() },
  ]);
  const may = me.roles.some((role) => role === "supervisor" || role === "risk_officer" || role === "auditor");
  return (
    <Panel title={t("risk.outcome")} note={t("risk.outcomeNote")} className="label-panel">
      <div className="row">
        <SegmentedControl
          className="grow"
          size="md"
          value={fraud}
          onChange={setFraud}
          disabled={!may}
          aria-label={t("risk.outcome")}
          data={[
            { value: "true", label: `${t("risk.fraud")}　1` },
            { value: "false", label: `${t("risk.honest")}　2` },
          ]}
        />
        <Button
          className="tall"
          disabled={!ready || !may}
          onClick={() => save.mutate()}
          rightSection={<kbd>Enter</kbd>}
        >
          {t("risk.saveNext")}
        </Button>
      </div>
    </Panel>
  );
}
