// One kiosk: what its own checks found, which versions it serves by, and the settings it goes by.
import { Select } from "@mantine/core";
import { useState } from "react";
import { useKioskSettings, useKioskVersions } from "../../api/boards.ts";
import type { Kiosk } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { placeOf } from "../../parts/fleet.ts";
import { Panel } from "../../parts/Panel.tsx";
import { Status } from "../../parts/Status.tsx";
import { dayTime } from "../../parts/time.ts";

const PARTS = ["flows", "answers", "rules", "models"] as const;

export function One({ kiosks }: { kiosks: Kiosk[] }) {
  const { t, code } = useWords();
  const troubled = kiosks.find((one) => one.findings.length > 0) ?? kiosks[0];
  const [chosen, setChosen] = useState<string | null>(null);
  const kiosk = kiosks.find((one) => one.kiosk === chosen) ?? troubled;
  const versions = useKioskVersions(kiosk?.kiosk).data;
  const settings = useKioskSettings(kiosk?.kiosk).data;
  if (!kiosk) return null;
  const software = kiosk.software;
  const rows: [string, string][] = [
    [t("fleet.version_software"), software?.name.replace(/^guitai-/, "") ?? t("fleet.softwareUnknown")],
    [t("fleet.version_update"), software?.phase ? code("updatePhase", software.phase) : "—"],
    ...PARTS.map((part): [string, string] => [
      t(`fleet.version_${part}`),
      versions?.at_ms ? versions[part].slice(0, 12) || t("fleet.shipped") : "—",
    ]),
    ...Object.entries(settings?.reported ?? {}).map(([key, value]): [string, string] => [key, String(value)]),
    ...Object.entries(settings?.refused ?? {}).map(([key, why]): [string, string] => [key, why]),
  ];
  return (
    <Panel title={t("fleet.one")} className="fleet-one">
      <Select
        aria-label={t("fleet.choose")}
        data={kiosks.map((one) => ({ value: one.kiosk, label: placeOf(one) }))}
        value={kiosk.kiosk}
        onChange={setChosen}
        allowDeselect={false}
        searchable
        mb="xs"
      />
      {kiosk.findings.length === 0 && <p className="soft">{t("fleet.noFindings")}</p>}
      <ul>
        {kiosk.findings.map((one) => (
          <li className="list-row" key={`${one.code} ${one.key}`}>
            <Status shape={one.level === "stop" ? "square" : "triangle"} />
            <span className="grow">
              <code>{one.code}</code> {one.key}
            </span>
            <span className="soft">{dayTime(one.at_ms)}</span>
          </li>
        ))}
      </ul>
      <dl>
        {rows.map(([key, value]) => (
          <div className="list-row" key={key}>
            <dt className="soft grow">{key}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
      {versions?.at_ms && <p className="small">{t("fleet.versionsAt", { time: dayTime(versions.at_ms) })}</p>}
    </Panel>
  );
}
