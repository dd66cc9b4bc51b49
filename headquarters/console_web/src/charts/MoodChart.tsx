// The anxiety index over the talk, with the zone in which the machine speaks gently, and where somebody joined.
import {
  Area,
  AreaChart,
  ReferenceArea,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from "recharts";
import type { Mood } from "../api/types.ts";
import { useWords } from "../i18n/index.ts";
import { clockTime } from "../parts/time.ts";
import { COLOUR } from "../theme/theme.ts";

/** From here on the machine gives more time and offers larger words. */
const GENTLE = 40;
const HEIGHT = 92;

export default function MoodChart({ moods, acceptedMs }: { moods: Mood[]; acceptedMs: number | null }) {
  const { t, code } = useWords();
  const rows = moods.map((mood) => ({ at: mood.at_ms, index: Math.round(mood.anxiety * 100), emotion: mood.emotion }));
  const told = rows.map((row) => `${clockTime(row.at, false)} ${code("emotion", row.emotion)} ${row.index}`).join("，");
  const last = rows.at(-1);
  return (
    <figure className="chart" role="img" aria-label={`${t("session.mood")}: ${told}`}>
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <AreaChart data={rows} margin={{ top: 6, right: 8, bottom: 0, left: 8 }} accessibilityLayer={false}>
          <YAxis domain={[0, 100]} hide />
          <XAxis
            dataKey="at"
            type="number"
            domain={["dataMin", "dataMax"]}
            tickFormatter={(at: number) => clockTime(at, false)}
            axisLine={false}
            tickLine={false}
            tick={{ fontSize: 12, fill: COLOUR.inkSoft }}
            minTickGap={40}
            height={20}
          />
          <ReferenceArea y1={GENTLE} y2={100} fill={COLOUR.persimmonTint} fillOpacity={0.55} strokeOpacity={0} />
          {acceptedMs !== null && <ReferenceLine x={acceptedMs} stroke={COLOUR.line} strokeDasharray="2 3" />}
          <Area
            dataKey="index"
            type="linear"
            stroke={COLOUR.ink}
            strokeWidth={2}
            fill={COLOUR.celadon}
            fillOpacity={0.7}
            isAnimationActive={false}
            dot={{ r: 3.5, fill: "#fff", stroke: COLOUR.ink, strokeWidth: 2, fillOpacity: 1 }}
          />
          {last && <ReferenceDot x={last.at} y={last.index} r={5} fill={COLOUR.pine} stroke="none" />}
        </AreaChart>
      </ResponsiveContainer>
    </figure>
  );
}
