// One figure day by day with its interval as a band and its target as a dashed line; a day without data is a gap.
import { Area, ComposedChart, Line, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from "recharts";
import type { Figure } from "../api/types.ts";
import { useWords } from "../i18n/index.ts";
import { shownFigure } from "../parts/figures.ts";
import { COLOUR } from "../theme/theme.ts";

interface TrendProps {
  name: string;
  label: string;
  days: Figure[];
  target: number;
  least: number;
  most: number;
}

const HEIGHT = 104;

export default function TrendChart({ name, label, days, target, least, most }: TrendProps) {
  const { t } = useWords();
  const rows = days.map((day) => ({
    day: day.day.slice(5),
    value: day.value,
    band: day.low === null || day.high === null ? null : [day.low, day.high],
  }));
  const last = days.findLast((day) => day.value !== null);
  const shown = shownFigure(name, last?.value ?? null);
  return (
    <figure className="chart trend" role="img" aria-label={`${label}: ${shown}, ${t("common.target")} ${target}`}>
      <figcaption className="row spread baseline">
        <span>{label}</span>
        <b>{shown}</b>
      </figcaption>
      {last === undefined ? (
        <p className="soft trend-none">{t("common.notMeasured")}</p>
      ) : (
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <ComposedChart data={rows} margin={{ top: 8, right: 6, bottom: 0, left: 6 }} accessibilityLayer={false}>
            <YAxis domain={[least, most]} hide allowDataOverflow />
            <XAxis
              dataKey="day"
              axisLine={false}
              tickLine={false}
              tick={{ fontSize: 12, fill: COLOUR.inkSoft }}
              interval="preserveStartEnd"
              minTickGap={60}
              height={18}
            />
            <ReferenceLine y={target} stroke={COLOUR.persimmon} strokeDasharray="3 3" />
            <Area dataKey="band" stroke="none" fill={COLOUR.celadonDeep} fillOpacity={0.5} isAnimationActive={false} />
            <Line
              dataKey="value"
              stroke={COLOUR.pine}
              strokeWidth={2}
              dot={rows.length < 3}
              isAnimationActive={false}
            />
          </ComposedChart>
        </ResponsiveContainer>
      )}
    </figure>
  );
}
