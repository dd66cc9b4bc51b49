// Beside the queue: who is at a desk, how many customers the day brings, what happens if nobody answers.

import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTellers } from "../../api/calls.ts";
import { get } from "../../api/client.ts";
import type { Forecast, Teller } from "../../api/types.ts";
import { Icon } from "../../app/Icon.tsx";
import { useSelf } from "../../app/me.ts";
import { useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";
import { type Shape, Status } from "../../parts/Status.tsx";

const HourChart = lazy(() => import("../../charts/HourChart.tsx"));
const SHAPES: Record<Teller["state"], Shape> = { ready: "circle", busy: "triangle", away: "ring" };

export function Side() {
  const { t } = useWords();
  const me = useSelf();
  const tellers = useTellers().data ?? [];
  const leads = me.roles.includes("supervisor");
  return (
    <Panel
      className="side"
      title={t("queue.tellers")}
      right={t("queue.ready", { n: tellers.filter((one) => one.state === "ready").length })}
    >
      <ul>
        {tellers.map((teller) => (
          <TellerRow key={teller.id} teller={teller} me={teller.id === me.id} />
        ))}
      </ul>
      {leads && <Hours />}
      <div className="nobody">
        <Icon name="bell" />
        <div>
          <h3>{t("queue.nobody")}</h3>
          <p className="soft">{t("queue.nobodyNote")}</p>
        </div>
      </div>
    </Panel>
  );
}

function TellerRow({ teller, me }: { teller: Teller; me: boolean }) {
  const { t, code } = useWords();
  return (
    <li className="list-row">
      <b className="teller-name">
        {teller.name}
        {me && <span className="soft"> {t("queue.me")}</span>}
      </b>
      <Status shape={SHAPES[teller.state]}>{t(`board.state_${teller.state}`)}</Status>
      <span className="soft end grow">{teller.skills.map((skill) => code("skill", skill)).join(" · ")}</span>
    </li>
  );
}

function Hours() {
  const { t } = useWords();
  const forecast = useQuery({
    queryKey: ["board", "forecast"],
    queryFn: ({ signal }) => get<Forecast>("/api/supervisor/forecast", signal),
    staleTime: 300_000,
  });
  if (!forecast.data) return null;
  return (
    <section className="hours">
      <h3>{t("queue.perHour")}</h3>
      <Suspense fallback={<div className="hours-space" />}>
        <HourChart forecast={forecast.data} height={150} />
      </Suspense>
      <p className="soft">{t("queue.forecastNote")}</p>
    </section>
  );
}
