// R as one bar whose pieces sum to it, and each factor with its track: weight x 100 long, filled to weight x r.
import type { Evidence, Risk } from "../api/types.ts";
import { useWords } from "../i18n/index.ts";
import { FACTOR_COLOURS } from "../theme/theme.ts";
import { heaviestFirst } from "./risk.ts";

const MEDIUM = 30;
const HIGH = 60;
/** No weight is above this. */
const MOST_WEIGHT = 0.25;
const NAMED_FROM = 8;

export function RiskBar({ risk }: { risk: Risk }) {
  const { t, code } = useWords();
  const parts = heaviestFirst(risk);
  return (
    <div className="bar" role="img" aria-label={`R ${risk.r.toFixed(1)}`}>
      {parts.map((part, n) => {
        const points = part.contribution ?? 0;
        return (
          <i
            key={part.code}
            style={{ width: `${points}%`, background: FACTOR_COLOURS[n], color: n > 1 ? "#15302A" : "#fff" }}
          >
            {points >= NAMED_FROM ? code("factorShort", factorOf(part)) : ""}
          </i>
        );
      })}
      <span style={{ left: `${MEDIUM}%` }}>
        {MEDIUM} {t("session.medium")}
      </span>
      <span style={{ left: `${HIGH}%` }}>
        {HIGH} {t("session.high")}
      </span>
    </div>
  );
}

export function Factors({ risk }: { risk: Risk }) {
  const { code } = useWords();
  return (
    <ul className="factors">
      {heaviestFirst(risk).map((part, n) => (
        <li key={part.code}>
          <b>{code("factor", factorOf(part))}</b>
          <div className="factor-track" style={{ width: `${((part.weight ?? 0) / MOST_WEIGHT) * 100}%` }}>
            <i style={{ width: `${part.r ?? 0}%`, background: FACTOR_COLOURS[n] }} />
          </div>
          <span className="times">
            {(part.weight ?? 0).toFixed(2)} × {Math.round(part.r ?? 0)}
          </span>
          <span className="points">{(part.contribution ?? 0).toFixed(1)}</span>
          <span className="because">
            {code("because", part.code)}
            {part.evidence ? `　${part.evidence}` : ""}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Return the factor a reason belongs to: ``login`` of ``login.remote``. */
export function factorOf(part: Pick<Evidence, "code">): string {
  return part.code.split(".")[0] ?? part.code;
}
