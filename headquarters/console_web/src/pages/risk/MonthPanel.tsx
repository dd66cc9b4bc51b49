// How well risk was recognised and loss prevented, the latest day that was measured.
import { useDays } from "../../api/boards.ts";
import { useWords } from "../../i18n/index.ts";
import { Bullet } from "../../parts/Bullet.tsx";
import { shownFigure } from "../../parts/figures.ts";
import { Panel } from "../../parts/Panel.tsx";

const DAYS = 30;
const SHOWN = [
  { name: "acc", target: 95.3 },
  { name: "false_alarm", target: 10 },
  { name: "suc", target: 91.2 },
];

export function MonthPanel() {
  const { t } = useWords();
  const days = useDays(DAYS).data ?? [];
  return (
    <Panel title={t("risk.month")} note={t("board.qualityNote")} className="month">
      {SHOWN.map(({ name, target }) => {
        const one = days.findLast((day) => day.name === name && day.value !== null);
        return (
          <Bullet
            key={name}
            label={t(`board.${name}`)}
            value={one?.value ?? null}
            low={one?.low ?? null}
            high={one?.high ?? null}
            most={100}
            target={target}
            shown={shownFigure(name, one?.value ?? null)}
            n={one?.n ?? 0}
          />
        );
      })}
    </Panel>
  );
}
