// What the customer has said already: it is not asked again.
import type { Briefing } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";

/** What stands first, the last of these before all. */
const FIRST = ["account", "payee", "amount"];

export function Said({ call }: { call: Briefing }) {
  const { t, code } = useWords();
  const slots = Object.entries(call.slots)
    .filter(([name]) => name !== "saved")
    .sort(([a], [b]) => FIRST.indexOf(b) - FIRST.indexOf(a));
  const intents = call.intents.map((one) => one.text).join("、");
  return (
    <Panel className="said" title={t("session.said")} right={code("screen", call.screen)}>
      <dl className="slots">
        <div>
          <dt>{t("session.want")}</dt>
          <dd>{intents || call.headline}</dd>
        </div>
        {slots.map(([name, value]) => (
          <div key={name}>
            <dt>{code("slot", name)}</dt>
            <dd>{name === "amount" ? `${value} ${t("common.yuan")}` : value}</dd>
          </div>
        ))}
      </dl>
      {call.notes.map((note) => (
        <p className="passed" key={note.at_ms + note.text}>
          <span className="soft">{note.who}</span> {note.text}
        </p>
      ))}
    </Panel>
  );
}
