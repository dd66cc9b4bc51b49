// A takeover: the briefing first, then sound, picture and the customer's screen, and what a teller can do about it.
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { Redirect, useLocation, useParams } from "wouter";
import { useBriefing, useDeed, useQueue } from "../../api/calls.ts";
import type { Briefing } from "../../api/types.ts";
import { PageHeading } from "../../app/heading.tsx";
import { useNow, useShortcuts } from "../../app/keys.tsx";
import { useSelf } from "../../app/me.ts";
import { useWords } from "../../i18n/index.ts";
import { Empty } from "../../parts/Panel.tsx";
import { Level, Status } from "../../parts/Status.tsx";
import { minutes } from "../../parts/time.ts";
import { useBeat, useListening } from "../../session/useBeat.ts";
import { useLine } from "../../session/useLine.ts";
import { useLocal } from "../../session/useLocal.ts";
import { After } from "./After.tsx";
import { Authorise } from "./Authorise.tsx";
import { CallBar } from "./CallBar.tsx";
import { Devices } from "./Devices.tsx";
import { Transfer } from "./handing.tsx";
import { MoodPanel } from "./MoodPanel.tsx";
import { PapersPanel } from "./PapersPanel.tsx";
import { RiskPanel } from "./RiskPanel.tsx";
import { Said } from "./Said.tsx";
import { ScreenPane } from "./ScreenPane.tsx";
import { Talk } from "./Talk.tsx";
import { VideoPane } from "./VideoPane.tsx";
import { Wording } from "./Wording.tsx";
import "./session.css";

export default function SessionPage() {
  const { t } = useWords();
  const { id } = useParams<{ id?: string }>();
  const queue = useQueue();
  const briefing = useBriefing(id);
  if (id === undefined) {
    const mine = queue.data?.mine[0];
    if (mine) return <Redirect to={`/session/${mine.id}`} replace />;
    return (
      <div className="page">
        <Empty title={t("session.none")} note={t("session.noneNote")} />
      </div>
    );
  }
  if (!briefing.data) {
    return <p className="soft waiting-text">{briefing.error ? briefing.error.message : t("common.loading")}</p>;
  }
  return <Session key={id} call={briefing.data} />;
}

function Session({ call }: { call: Briefing }) {
  const { t } = useWords();
  const me = useSelf();
  const client = useQueryClient();
  const [, go] = useLocation();
  const [asked, setAsked] = useState<"transfer" | null>(null);
  const [pointing, setPointing] = useState(false);
  const live = call.state === "accepted" || call.state === "lost";
  const mine = live && call.mine;
  const listens = live && !mine && call.video.listeners.includes(me.name);
  const media = call.video.consent === true;
  const local = useLocal(mine && media && !call.silent);
  const line = useLine({
    id: call.id,
    role: mine ? "operator" : "listener",
    open: (mine && (!media || call.silent || local.ready)) || listens,
    media,
    local: local.stream,
  });
  const reload = useCallback(() => {
    void client.invalidateQueries({ queryKey: ["escalation", call.id] });
    void client.invalidateQueries({ queryKey: ["queue"] });
  }, [client, call.id]);
  useBeat(call.id, mine, reload);
  useListening(call.id, listens, reload);
  const end = useDeed((deed) => (deed.deed === "close" || deed.deed === "return") && go("/queue"));
  useShortcuts([
    { key: "M", label: t("keys.mute"), run: () => local.setMuted(!local.muted) },
    { key: "V", label: t("keys.camera"), run: () => local.setDark(!local.dark) },
    { key: "P", label: t("keys.point"), run: () => mine && setPointing(!pointing) },
    { key: "T", label: t("keys.transfer"), run: () => mine && setAsked("transfer") },
  ]);
  return (
    <div className="page session">
      <PageHeading>
        <SessionHeading call={call} />
      </PageHeading>
      {!mine && <ReadOnly call={call} listens={listens} />}
      {call.silent && (
        <p className="silent session-wide" role="alert">
          <b>{t("queue.silent")}</b> {t("queue.silentNote")}
        </p>
      )}
      <div className="column">
        <VideoPane call={call} line={line} local={local} sends={mine && !call.silent} />
        {mine && (
          <CallBar
            call={call}
            local={local}
            pointing={pointing}
            onPoint={() => setPointing(!pointing)}
            onTransfer={() => setAsked("transfer")}
            onEnd={() => end.mutate({ id: call.id, deed: "close", said: t("session.ended") })}
            onReturn={() =>
              end.mutate({ id: call.id, deed: "return", body: { note: "" }, said: t("session.returned") })
            }
          />
        )}
        <ScreenPane call={call} line={line} mine={mine} pointing={pointing} />
      </div>
      <div className="column">
        <Said call={call} />
        <MoodPanel call={call} />
        <Talk call={call} captions={line.captions} />
        <Wording call={call} mine={mine} />
      </div>
      <div className="column">
        <RiskPanel risk={call.risk} />
        <Authorise call={call} mine={mine} />
        <PapersPanel call={call} line={line} mine={mine} />
        <Devices call={call} mine={mine} />
        <After call={call} mine={mine} />
      </div>
      {asked === "transfer" && <Transfer item={call} onClose={() => setAsked(null)} onDone={() => go("/queue")} />}
    </div>
  );
}

function SessionHeading({ call }: { call: Briefing }) {
  const { t, code } = useWords();
  const now = useNow();
  const left = (call.lease_until_ms ?? now) - now;
  return (
    <>
      <h1>{call.headline}</h1>
      <Level level={call.level} r={null} why={call.why} />
      {call.hold && <Status shape="square">{t("session.held")}</Status>}
      <span className="soft">
        {call.branch} {call.kiosk}
      </span>
      <Status shape={call.state === "lost" ? "triangle" : call.state === "accepted" ? "circle" : "ring"}>
        {code("state", call.state)}
      </Status>
      {call.mine && <span className="soft">{t("session.leaseLeft", { time: minutes(left) })}</span>}
    </>
  );
}

function ReadOnly({ call, listens }: { call: Briefing; listens: boolean }) {
  const { t, code } = useWords();
  const me = useSelf();
  const listen = useDeed();
  const live = call.state === "accepted" || call.state === "lost";
  return (
    <div className="read-only session-wide">
      <p>{live && call.teller_name ? t("session.readOnly", { name: call.teller_name }) : code("state", call.state)}</p>
      {live && me.roles.includes("supervisor") && (
        <Button
          variant="default"
          onClick={() => listen.mutate({ id: call.id, deed: listens ? "unlisten" : "listen", said: "" })}
        >
          {t(listens ? "session.unlisten" : "session.listen")}
        </Button>
      )}
    </div>
  );
}
