// The one who should be served next: what they want, why the machine called, what they have been told.
import { Button } from "@mantine/core";
import { useBriefing } from "../../api/calls.ts";
import type { QueueItem } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Marked } from "../../parts/Marked.tsx";
import { evidenceWords } from "../../parts/risk.ts";
import { Level } from "../../parts/Status.tsx";
import { minutes } from "../../parts/time.ts";
import type { Ask } from "./Queue.tsx";

interface NextProps {
  item: QueueItem;
  now: number;
  busy: boolean;
  onServe: (item: QueueItem) => void;
  onAsk: (what: Ask) => void;
}

export function NextCall({ item, now, busy, onServe, onAsk }: NextProps) {
  const { t, code } = useWords();
  const briefing = useBriefing(item.id).data;
  const words = evidenceWords(briefing?.risk);
  const said = (briefing?.transcript ?? []).filter((line) => line.who === "customer");
  const telling = said.find((line) => words.some((word) => line.text.includes(word))) ?? said.at(-1);
  const late = now - item.at_ms >= 120_000;
  return (
    <article
      className={`next${item.silent ? " next-silent" : ""}`}
      data-escalation={item.id}
      aria-label={item.headline}
    >
      <div className="stack">
        <div className="row wrap facts">
          <Level level={item.level} r={item.r} why={item.why} />
          <span>
            {item.branch} {item.kiosk}
          </span>
          <span>{code("why", item.why)}</span>
          {item.skills.map((skill) => (
            <span key={skill}>{code("skill", skill)}</span>
          ))}
        </div>
        <h2>{item.headline}</h2>
        {item.silent && (
          <p className="silent">
            <b>{t("queue.silent")}</b> {t("queue.silentNote")}
          </p>
        )}
        {telling && (
          <q className="telling">
            <Marked text={telling.text} words={words} />
          </q>
        )}
        {briefing && <p>{code("screen", briefing.screen)}</p>}
        {item.position !== null && !item.silent && (
          <p className="soft">
            {t("queue.promised", { position: item.position, wait: minutes((item.wait_s ?? 0) * 1000) })}
          </p>
        )}
        {item.note && <p className="passed">{item.note}</p>}
      </div>
      <div className="next-side">
        <div className="end">
          <span>{t("queue.waited")} </span>
          <b className={`waited${late ? " late" : ""}`}>{minutes(now - item.at_ms)}</b>
          <div className="soft">{t("queue.limit")}</div>
        </div>
        <div className="stack next-acts">
          <Button className="serve" loading={busy} onClick={() => onServe(item)} rightSection={<kbd>Enter</kbd>}>
            {t("queue.accept")}
          </Button>
          <div className="row">
            <Button
              variant="default"
              className="tall grow"
              onClick={() => onAsk("transfer")}
              rightSection={<kbd>T</kbd>}
            >
              {t("queue.transfer")}
            </Button>
            <Button
              variant="default"
              className="tall grow"
              onClick={() => onAsk("decline")}
              rightSection={<kbd>X</kbd>}
            >
              {t("queue.decline")}
            </Button>
          </div>
        </div>
      </div>
    </article>
  );
}
