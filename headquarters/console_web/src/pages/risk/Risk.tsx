// Risk review: the cases that wait for an outcome, how one of them went and why, and tonight's new weights.
import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { useCases, useDrawn } from "../../api/boards.ts";
import type { RiskCase } from "../../api/types.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useWords } from "../../i18n/index.ts";
import { Empty, Panel } from "../../parts/Panel.tsx";
import { SHAPE, Status } from "../../parts/Status.tsx";
import { dayTime } from "../../parts/time.ts";
import { CaseDetail } from "./CaseDetail.tsx";
import { MonthPanel } from "./MonthPanel.tsx";
import { WeightsPanel } from "./WeightsPanel.tsx";
import "./risk.css";

export default function RiskPage() {
  const { t } = useWords();
  const [, go] = useLocation();
  const { id } = useParams<{ id?: string }>();
  const cases = useCases().data ?? [];
  const [all, setAll] = useState(false);
  const shown = all ? cases : cases.filter((one) => one.labelled === null);
  const current = cases.find((one) => one.session_id === id) ?? shown[0];
  const step = (by: number) => {
    const at = shown.findIndex((one) => one.session_id === current?.session_id);
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
    if (next) go(`/risk/${next.session_id}`);
  };
  useShortcuts([
    { key: "ArrowDown", label: t("keys.choose"), run: () => step(1) },
    { key: "ArrowUp", label: t("keys.choose"), run: () => step(-1) },
  ]);
  return (
    <div className="page risk">
      <Panel className="risk-list" title={t("risk.pending")} right={t("common.count", { n: shown.length })}>
        {shown.length === 0 && <Empty title={t("risk.none")} note={t("risk.noneNote")} />}
        <ul>
          {shown.map((one) => (
            <CaseRow key={one.session_id} one={one} current={one === current} />
          ))}
        </ul>
        <Drawn />
        <div className="risk-foot">
          <button type="button" className="link" onClick={() => setAll(!all)}>
            {t(all ? "risk.pending" : "common.all")}
          </button>
          <p className="soft">{t("risk.pendingNote")}</p>
        </div>
      </Panel>
      <div className="column">
        {current ? (
          <CaseDetail key={current.session_id} one={current} onSaved={() => step(1)} />
        ) : (
          <Empty title={t("risk.none")} note={t("risk.noneNote")} />
        )}
      </div>
      <div className="column">
        <MonthPanel />
        <WeightsPanel />
      </div>
    </div>
  );
}

function CaseRow({ one, current }: { one: RiskCase; current: boolean }) {
  const { t, code } = useWords();
  return (
    <li>
      <a className="case" href={`#/risk/${one.session_id}`} aria-current={current || undefined}>
        <Status shape={SHAPE[one.level]}>{one.r.toFixed(1)}</Status>
        <span className="grow">
          <b className="clip">{one.outcome ? code("outcome", one.outcome) : t(`level.${one.level}`)}</b>
          <span className="soft">
            {dayTime(one.at_ms)}　{one.kiosk}
          </span>
        </span>
        {one.labelled !== null && <span className="small">{t(one.labelled ? "risk.fraud" : "risk.honest")}</span>}
      </a>
    </li>
  );
}

function Drawn() {
  const { t } = useWords();
  const drawn = useDrawn().data ?? [];
  if (drawn.length === 0) return null;
  return (
    <p className="soft">
      {t("risk.drawn")} {t("common.count", { n: drawn.length })}
    </p>
  );
}
