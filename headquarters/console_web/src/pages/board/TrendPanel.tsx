// The last thirty days of the figures the whole house is measured by.
import { lazy, Suspense } from "react";
import { useDays } from "../../api/boards.ts";
import { useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";

const TrendChart = lazy(() => import("../../charts/TrendChart.tsx"));
const DAYS = 30;
const SHOWN = [
  { name: "resolved", target: 92.5, least: 70, most: 100 },
  { name: "satisfaction", target: 89, least: 60, most: 100 },
  { name: "response_s", target: 1.8, least: 0, most: 4 },
  { name: "acc", target: 95.3, least: 70, most: 100 },
];

export function TrendPanel() {
  const { t } = useWords();
  const days = useDays(DAYS).data ?? [];
  return (
    <Panel title={t("board.trend")} className="trends">
      <div className="trend-grid">
        {SHOWN.map((one) => (
          <Suspense key={one.name} fallback={<div className="trend-space" />}>
            <TrendChart {...one} label={t(`board.${one.name}`)} days={days.filter((day) => day.name === one.name)} />
          </Suspense>
        ))}
      </div>
    </Panel>
  );
}
