// The weights in use and what the nightly review proposes: each within its bounds, and what both came to on cases kept apart.
import { useWeights } from "../../api/boards.ts";
import type { Weights } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";
import { Approve } from "./Approve.tsx";

const LEAST = 0.05;
const MOST = 0.25;
const PER = 10_000;

export function WeightsPanel() {
  const { t } = useWords();
  const weights = useWeights().data;
  if (!weights)
    return (
      <Panel title={t("risk.weights")}>
        <p className="soft">{t("common.notMeasured")}</p>
      </Panel>
    );
  const { candidate } = weights;
  return (
    <Panel
      title={t("risk.weights")}
      note={candidate ? `w${candidate.version} ${t("risk.candidate")}` : `w${weights.version}`}
      className="weights"
    >
      <p className="soft">{t("risk.weightsNote")}</p>
      {weights.weights.map((one) => (
        <WeightRow
          key={one.factor}
          factor={one.factor}
          now={one.weight}
          next={candidate?.weights.find((new_) => new_.factor === one.factor)?.weight}
        />
      ))}
      {candidate ? (
        <>
          <Compared candidate={candidate} />
          <Approve candidate={candidate} />
        </>
      ) : (
        <p className="weights-none">{t(weights.verdict ? "risk.noCandidate" : "risk.awaiting")}</p>
      )}
    </Panel>
  );
}

function WeightRow({ factor, now, next }: { factor: string; now: number; next: number | undefined }) {
  const { code } = useWords();
  const at = (weight: number) => `${(weight / PER / MOST) * 100}%`;
  const told = (weight: number) => (weight / PER).toFixed(2);
  const arrow = next === undefined || next === now ? "" : next > now ? " ↑" : " ↓";
  return (
    <div className="weight">
      <span>{code("factor", factor)}</span>
      <div className="weight-track" aria-hidden="true">
        <i className="weight-room" style={{ left: `${(LEAST / MOST) * 100}%` }} />
        <i className="weight-now" style={{ left: at(now) }} />
        {next !== undefined && <i className="weight-next" style={{ left: at(next) }} />}
      </div>
      <span className="soft">{told(now)}</span>
      <b>{next === undefined ? "" : `${told(next)}${arrow}`}</b>
    </div>
  );
}

function Compared({ candidate }: { candidate: NonNullable<Weights["candidate"]> }) {
  const { t } = useWords();
  const rows = [
    [t("risk.accuracy"), candidate.acc],
    [t("risk.falseAlarm"), candidate.false_alarm],
  ] as const;
  return (
    <>
      <table className="compared">
        <thead>
          <tr>
            <th scope="col">{t("risk.held", { n: candidate.held_out })}</th>
            <th scope="col">{t("risk.current")}</th>
            <th scope="col">{t("risk.candidate")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, [before, after]]) => (
            <tr key={label}>
              <td>{label}</td>
              <td>{(before * 100).toFixed(1)}%</td>
              <td>
                <b>{(after * 100).toFixed(1)}%</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="weights-none">
        {t("risk.sumOk", { sum: (candidate.weights.reduce((sum, one) => sum + one.weight, 0) / PER).toFixed(2) })}
      </p>
    </>
  );
}
