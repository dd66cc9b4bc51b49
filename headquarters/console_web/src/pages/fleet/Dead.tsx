// Messages that were refused, by reason; their contents stay at headquarters.
import { useDeadLetters } from "../../api/boards.ts";
import { useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";

export function Dead() {
  const { t } = useWords();
  const counts = Object.entries(useDeadLetters().data?.counts ?? {});
  return (
    <Panel title={t("fleet.dead")}>
      {counts.length === 0 && <p className="soft">{t("fleet.deadNone")}</p>}
      <ul>
        {counts.map(([code, n]) => (
          <li className="list-row" key={code}>
            <code className="grow">{code}</code>
            <b>{n}</b>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
