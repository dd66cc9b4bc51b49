// The queue: who waits for a human, the next one large, and what a teller does about it.
import { useState } from "react";
import { useLocation } from "wouter";
import { useDeed, useQueue } from "../../api/calls.ts";
import type { QueueItem } from "../../api/types.ts";
import { useNow, useShortcuts } from "../../app/keys.tsx";
import { useWords } from "../../i18n/index.ts";
import { Empty } from "../../parts/Panel.tsx";
import { minutes } from "../../parts/time.ts";
import { Decline, Transfer } from "../session/handing.tsx";
import { NextCall } from "./NextCall.tsx";
import { QueueFigures } from "./QueueFigures.tsx";
import { Side } from "./Side.tsx";
import { WaitingList } from "./WaitingList.tsx";
import "./queue.css";

export type Ask = "transfer" | "decline";

export default function QueuePage() {
  const { t } = useWords();
  const [, go] = useLocation();
  const queue = useQueue();
  const now = useNow();
  const [chosen, setChosen] = useState(0);
  const [asked, setAsked] = useState<{ item: QueueItem; what: Ask } | null>(null);
  const [onlyMine, setOnlyMine] = useState(false);
  const accept = useDeed((deed) => go(`/session/${deed.id}`));
  const waiting = (queue.data?.waiting ?? []).filter((item) => !onlyMine || item.for_me);
  const at = Math.min(chosen, Math.max(0, waiting.length - 1));
  const current = waiting[at];
  const serve = (item: QueueItem) => {
    if (!accept.isPending)
      accept.mutate({ id: item.id, deed: "accept", said: t("session.opened", { headline: item.headline }) });
  };
  const ask = (what: Ask) => current && setAsked({ item: current, what });
  useShortcuts([
    { key: "ArrowDown", label: t("keys.choose"), run: () => setChosen(Math.min(at + 1, waiting.length - 1)) },
    { key: "ArrowUp", label: t("keys.choose"), run: () => setChosen(Math.max(at - 1, 0)) },
    { key: "Enter", label: t("keys.accept"), run: () => current && serve(current) },
    { key: "T", label: t("keys.transfer"), run: () => ask("transfer") },
    { key: "X", label: t("keys.decline"), run: () => ask("decline") },
  ]);
  if (queue.data === undefined)
    return <p className="soft waiting-text">{queue.error ? t("common.failed") : t("common.loading")}</p>;
  const { mine, held_by_others: others } = queue.data;
  return (
    <div className="page queue-page">
      <QueueFigures queue={queue.data} now={now} />
      <div className="queue-main">
        {current ? (
          <NextCall item={current} now={now} busy={accept.isPending} onServe={serve} onAsk={ask} />
        ) : (
          <Empty title={t("queue.quiet")} note={t("queue.quietNote")} />
        )}
        <WaitingList
          rows={[...mine, ...waiting.filter((item) => item !== current), ...others]}
          now={now}
          onServe={serve}
          onOpen={(item) => go(`/session/${item.id}`)}
          onAsk={(item, what) => setAsked({ item, what })}
          onlyMine={onlyMine}
          onOnlyMine={setOnlyMine}
        />
      </div>
      <Side />
      {asked?.what === "transfer" && <Transfer item={asked.item} onClose={() => setAsked(null)} />}
      {asked?.what === "decline" && <Decline item={asked.item} onClose={() => setAsked(null)} />}
      <span className="gone" role="status">
        {current ? `${current.headline}，${minutes(now - current.at_ms)}` : ""}
      </span>
    </div>
  );
}
