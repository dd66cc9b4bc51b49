// Who is being served now, and who waits; a supervisor may listen in, which the kiosk shows.
import { Button } from "@mantine/core";
import { useLocation } from "wouter";
import { useDeed } from "../../api/calls.ts";
import type { QueueItem } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";
import { Level, Status } from "../../parts/Status.tsx";
import { minutes } from "../../parts/time.ts";
import { Waited } from "../../parts/Waited.tsx";

export function Talking({ talking, waiting, now }: { talking: QueueItem[]; waiting: QueueItem[]; now: number }) {
  const { t } = useWords();
  return (
    <Panel title={t("board.live")} right={t("shell.waitingNow", { n: waiting.length })} className="talking">
      {talking.length + waiting.length === 0 && <p className="soft">{t("board.none")}</p>}
      <ul>
        {talking.map((item) => (
          <Talk key={item.id} item={item} now={now} />
        ))}
        {waiting.map((item) => (
          <li key={item.id} className="list-row" data-escalation={item.id}>
            <Level level={item.level} r={item.r} why={item.why} />
            <span className="grow clip">{item.headline}</span>
            <Waited ms={now - item.at_ms} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Talk({ item, now }: { item: QueueItem; now: number }) {
  const { t } = useWords();
  const [, go] = useLocation();
  const listen = useDeed((deed) => go(`/session/${deed.id}`));
  return (
    <li className="list-row" data-escalation={item.id}>
      <Status shape={item.state === "lost" ? "triangle" : "circle"}>{item.teller_name}</Status>
      <span className="grow clip">
        {item.headline}
        <span className="soft where">
          {item.branch} {item.kiosk}
        </span>
      </span>
      <b>{minutes(now - item.at_ms)}</b>
      <Button
        variant="default"
        loading={listen.isPending}
        onClick={() => listen.mutate({ id: item.id, deed: "listen", said: "" })}
      >
        {t("board.listen")}
      </Button>
    </li>
  );
}
