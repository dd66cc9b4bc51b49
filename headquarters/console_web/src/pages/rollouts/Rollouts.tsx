// Rollouts: which releases go to the fleet, canaries first; how one of them stands, and what stops it.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { useRollouts } from "../../api/fleet.ts";
import type { RolloutLine } from "../../api/types.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useWords } from "../../i18n/index.ts";
import { Empty, Panel } from "../../parts/Panel.tsx";
import { PHASE_SHAPE } from "../../parts/rollout.ts";
import { Status } from "../../parts/Status.tsx";
import { dayTime } from "../../parts/time.ts";
import { Detail } from "./Detail.tsx";
import { NewRollout } from "./NewRollout.tsx";
import "./rollouts.css";

export default function RolloutsPage() {
  const { t } = useWords();
  const [, go] = useLocation();
  const { id } = useParams<{ id?: string }>();
  const loaded = useRollouts().data;
  const all = [...(loaded ?? [])].reverse();
  const current = all.find((one) => one.id === id) ?? all[0];
  const [adding, setAdding] = useState(false);
  const step = (by: number) => {
    const at = all.findIndex((one) => one.id === current?.id);
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    if (next) go(`/rollouts/${next.id}`);
  };
  useShortcuts([
    { key: "ArrowDown", label: t("keys.choose"), run: () => step(1) },
    { key: "ArrowUp", label: t("keys.choose"), run: () => step(-1) },
    { key: "N", label: t("rollouts.new"), run: () => setAdding(true) },
  ]);
  return (
    <div className="page rollouts">
      <Panel title={t("rollouts.title")} right={loaded && t("common.count", { n: all.length })}>
        <Button className="tall" fullWidth mb="sm" onClick={() => setAdding(true)} rightSection={<kbd>N</kbd>}>
          {t("rollouts.new")}
        </Button>
        <ul>
          {all.map((one) => (
            <Row key={one.id} one={one} current={one === current} />
          ))}
        </ul>
      </Panel>
      {current && <Detail key={current.id} rollout={current} />}
      {loaded && !current && <Empty title={t("rollouts.none")} note={t("rollouts.noneNote")} />}
      {adding && (
        <NewRollout
          onClose={() => setAdding(false)}
          onMade={(made) => {
            setAdding(false);
            go(`/rollouts/${made.id}`);
          }}
        />
      )}
    </div>
  );
}

function Row({ one, current }: { one: RolloutLine; current: boolean }) {
  const { t } = useWords();
  return (
    <li>
      <a className="case" href={`#/rollouts/${one.id}`} aria-current={current || undefined}>
        <span className="grow">
          <b className="clip">{one.name || one.release.slice(0, 12)}</b>
          <span className="soft">
            {dayTime(one.created_ms)}　{one.kiosks} {t("common.kiosks")}
          </span>
        </span>
        <Status shape={PHASE_SHAPE[one.phase]}>{t(`rollouts.phase_${one.phase}`)}</Status>
      </a>
    </li>
  );
}
