// The figures of service, each against what it should be, with its 95 % interval.
import type { ServiceFigure, TellerQuality } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Bullet } from "../../parts/Bullet.tsx";
import { shownFigure } from "../../parts/figures.ts";
import { Panel } from "../../parts/Panel.tsx";

const SHOWN: { name: ServiceFigure["name"]; most: number; target?: number }[] = [
  { name: "first_response_s", most: 180, target: 30 },
  { name: "in_time", most: 100, target: 100 },
  { name: "resolved", most: 100, target: 92.5 },
  { name: "satisfaction", most: 100, target: 89 },
  { name: "talk_s", most: 600 },
];

export function ServicePanel({ all }: { all: TellerQuality[] }) {
  const { t } = useWords();
  const figures = all[0]?.figures ?? [];
  return (
    <Panel title={t("board.quality")} note={t("board.qualityNote")} right={t("board.measured")}>
      {SHOWN.map(({ name, most, target }) => {
        const one = figures.find((figure) => figure.name === name);
        return (
          <Bullet
            key={name}
            label={t(`board.service_${name}`)}
            value={one?.value ?? null}
            low={one?.low ?? null}
            high={one?.high ?? null}
            most={most}
            target={target}
            shown={shownFigure(name, one?.value ?? null)}
            n={one?.n ?? 0}
          />
        );
      })}
    </Panel>
  );
}
