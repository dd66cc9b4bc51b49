// Customers by the hour as the last weeks of this weekday let expect, and above each bar the tellers it needs.
import { Bar, BarChart, Cell, LabelList, ResponsiveContainer, XAxis } from "recharts";
import type { Forecast } from "../api/types.ts";
import { useWords } from "../i18n/index.ts";
import { COLOUR } from "../theme/theme.ts";

const OPENS = 8;
const CLOSES = 18;

export default function HourChart({ forecast, height }: { forecast: Forecast; height: number }) {
  const { t } = useWords();
  const hour = new Date().getHours();
  const rows = forecast.hours
    .filter((one) => (one.hour >= OPENS && one.hour <= CLOSES) || one.calls > 0)
    .map((one) => ({ ...one, told: one.tellers === null ? "" : String(one.tellers) }));
  const told = rows.map((one) => `${one.hour}: ${one.calls.toFixed(1)}`).join(", ");
  return (
    <figure className="chart" role="img" aria-label={`${t("queue.perHour")}: ${told}`}>
      <ResponsiveContainer width="100%" height={height}>
        <BarChart
          data={rows}
          margin={{ top: 20, right: 0, bottom: 0, left: 0 }}
          barCategoryGap="18%"
          accessibilityLayer={false}
        >
          <XAxis
            dataKey="hour"
            axisLine={false}
            tickLine={false}
            tick={{ fontSize: 12, fill: COLOUR.inkSoft }}
            interval={0}
          />
          <Bar dataKey="calls" radius={[3, 3, 0, 0]} isAnimationActive={false}>
            {rows.map((one) => (
              <Cell key={one.hour} fill={one.hour === hour ? COLOUR.pine : "#A9CBBB"} />
            ))}
            <LabelList dataKey="told" position="top" style={{ fontSize: 12, fill: COLOUR.ink, fontWeight: 700 }} />
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </figure>
  );
}
