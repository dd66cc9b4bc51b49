// The fullest disks.
import type { Kiosk } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";

const SHOWN = 6;
const FULL = 90;
const FILLING = 75;

export function Disks({ kiosks }: { kiosks: Kiosk[] }) {
  const { t } = useWords();
  const fullest = kiosks
    .filter((one) => one.disk_percent !== null)
    .sort((a, b) => (b.disk_percent ?? 0) - (a.disk_percent ?? 0))
    .slice(0, SHOWN);
  return (
    <Panel title={t("fleet.disk")} right={t("fleet.diskNote")}>
      {fullest.length === 0 && <p className="soft">{t("common.notMeasured")}</p>}
      {fullest.map((kiosk) => {
        const percent = kiosk.disk_percent ?? 0;
        return (
          <div className="disk" key={kiosk.kiosk}>
            <span>{kiosk.kiosk}</span>
            <div className="disk-track" aria-hidden="true">
              <i
                className={percent > FULL ? "full" : percent > FILLING ? "filling" : ""}
                style={{ width: `${percent}%` }}
              />
            </div>
            <b>{percent}%</b>
          </div>
        );
      })}
    </Panel>
  );
}
