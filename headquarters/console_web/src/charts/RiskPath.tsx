// R over one session: a step at each decision, on the bands low, medium and high, with what happened under it.
import { Line, LineChart, ReferenceArea, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from "recharts";
import type { StoredEvent } from "../api/types.ts";
import { language, useWords } from "../i18n/index.ts";
import { type Decided, momentsOf } from "../parts/decisions.ts";
import { clockTime } from "../parts/time.ts";
import { COLOUR } from "../theme/theme.ts";

const MEDIUM = 30;
const HIGH = 60;
const MOST_MARKS = 7;
const HEIGHT = 150;

export default function RiskPath({ decisions, events }: { decisions: Decided[]; events: StoredEvent[] }) {
  const { t, code } = useWords();
  const [from, to] = [events[0]?.at_ms ?? decisions[0]?.atMs ?? 0, events.at(-1)?.at_ms ?? 0];
  const rows = decisions.map((one) => ({ at: one.atMs, score: one.risk.r }));
  const last = rows.at(-1);
  if (last && to > last.at) rows.push({ at: to, score: last.score });
  const moments = momentsOf(events, MOST_MARKS);
  const told = decisions.map((one) => `${clockTime(one.atMs)} R ${one.risk.r.toFixed(1)}`).join("，");
  const tick = { fontSize: 12, fill: COLOUR.inkSoft };
  return (
    <figure className="chart path" role="img" aria-label={`${t("risk.path")}: ${told}`}>
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <LineChart data={rows} margin={{ top: 4, right: 12, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <YAxis
            domain={[0, 100]}
            ticks={[15, 45, 80]}
            width={language() === "en" ? 54 : 34}
            axisLine={false}
            tickLine={false}
            tick={tick}
            tickFormatter={(at: number) => t(`level.${at < MEDIUM ? "low" : at < HIGH ? "medium" : "high"}`)}
          />
          <XAxis
            dataKey="at"
            type="number"
            domain={[from, Math.max(to, from + 1)]}
            axisLine={false}
            tickLine={false}
            tick={tick}
            tickFormatter={(at: number) => clockTime(at)}
            minTickGap={50}
            height={22}
          />
          <ReferenceArea y1={0} y2={MEDIUM} fill={COLOUR.celadon} fillOpacity={0.7} strokeOpacity={0} />
          <ReferenceArea y1={MEDIUM} y2={HIGH} fill={COLOUR.osmanthusLight} strokeOpacity={0} />
          <ReferenceArea y1={HIGH} y2={100} fill={COLOUR.persimmonTint} strokeOpacity={0} />
          {moments.map((one) => (
            <ReferenceLine key={`${one.atMs}.${one.type}`} x={one.atMs} stroke={COLOUR.line} strokeDasharray="2 3" />
          ))}
          <Line
            dataKey="score"
            type="stepAfter"
            stroke={COLOUR.ink}
            strokeWidth={2.5}
            isAnimationActive={false}
            dot={{ r: 5, fill: "#fff", stroke: COLOUR.ink, strokeWidth: 2.5 }}
          />
        </LineChart>
      </ResponsiveContainer>
      <ol className="moments">
        {moments.map((one) => (
          <li key={`${one.atMs}.${one.type}`}>
            <time>{clockTime(one.atMs)}</time> {code("event", one.type)}
            {one.text && ` “${one.text}”`}
          </li>
        ))}
      </ol>
    </figure>
  );
}
