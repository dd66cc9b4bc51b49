// Why R is what it is: six parts that sum to it, and the floors beside them.
import type { Risk } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";
import { Factors, RiskBar } from "../../parts/RiskBar.tsx";
import { Level } from "../../parts/Status.tsx";

export function RiskPanel({ risk }: { risk: Risk | null }) {
  const { t, code } = useWords();
  if (risk === null) {
    return (
      <Panel title={t("session.risk")}>
        <p className="soft">{t("session.noRisk")}</p>
      </Panel>
    );
  }
  return (
    <Panel
      title={t("session.risk")}
      note={<Level level={risk.level} />}
      right={<b className={`risk-r tone-${risk.level}`}>{risk.r.toFixed(1)}</b>}
    >
      <RiskBar risk={risk} />
      <Factors risk={risk} />
      {risk.floors.length > 0 && (
        <div className="floors">
          <b>{t("session.floors")}</b>
          {risk.floors.map((floor) => (
            <p key={floor.code}>
              {code("floor", floor.code)}
              {floor.evidence && <span className="soft">　{floor.evidence}</span>}
            </p>
          ))}
        </div>
      )}
    </Panel>
  );
}
