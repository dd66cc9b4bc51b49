// The supervisor's board: now, today's staffing, the quality of service, who is at a desk.
import { lazy, Suspense } from "react";
import { useBoard, useForecast, useServiceQuality } from "../../api/boards.ts";
import { useNow } from "../../app/keys.tsx";
import { useWords } from "../../i18n/index.ts";
import { Figures } from "../../parts/Figures.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { minutes } from "../../parts/time.ts";
import { ServicePanel } from "./ServicePanel.tsx";
import { Talking } from "./Talking.tsx";
import { TellersPanel } from "./TellersPanel.tsx";
import { TrendPanel } from "./TrendPanel.tsx";
import "./board.css";

const HourChart = lazy(() => import("../../charts/HourChart.tsx"));

export default function BoardPage() {
  const { t } = useWords();
  const board = useBoard();
  const now = useNow();
  const weekday = (new Date(now).getDay() + 6) % 7;
  const forecast = useForecast(weekday);
  const service = useServiceQuality();
  if (!board.data)
    return <p className="soft waiting-text">{board.error ? board.error.message : t("common.loading")}</p>;
  const { figures, tellers, talking, waiting, kiosks, kiosks_online: online, alarms } = board.data;
  return (
    <div className="page board">
      <div className="board-figures">
        <Figures
          figures={[
            {
              label: t("board.queueLength"),
              value: `${figures.waiting} ${t("common.people")}`,
              note: figures.waiting > 0 ? t("queue.longest", { time: minutes(figures.longest_s * 1000) }) : "",
            },
            {
              label: t("board.human_in_time"),
              value: figures.in_time === null ? "—" : `${Math.round(figures.in_time)}%`,
              note: t("queue.todayN", { n: figures.accepted_today }),
            },
            {
              label: t("board.atDesk"),
              value: `${figures.ready_tellers + figures.busy_tellers} ${t("common.people")}`,
              note: t("queue.ready", { n: figures.ready_tellers }),
            },
            {
              label: t("nav.fleet"),
              value: `${online} / ${kiosks}`,
              note: alarms > 0 ? `${t("fleet.alarms")} ${alarms}` : "",
            },
          ]}
        />
      </div>
      <Talking talking={talking} waiting={waiting} now={now} />
      <Panel
        title={t("board.forecast")}
        note={t("board.forecastNote")}
        right={forecast.data && t("board.days", { n: forecast.data.days })}
      >
        {forecast.data ? (
          <Suspense fallback={<div className="chart-space" />}>
            <HourChart forecast={forecast.data} height={190} />
          </Suspense>
        ) : (
          <p className="soft">{t("common.notMeasured")}</p>
        )}
      </Panel>
      <ServicePanel all={service.data ?? []} />
      <TrendPanel />
      <TellersPanel tellers={tellers} quality={service.data ?? []} />
    </div>
  );
}
