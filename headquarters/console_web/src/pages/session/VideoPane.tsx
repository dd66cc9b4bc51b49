// The customer's picture with mine beside it; says plainly why there is none.
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Briefing } from "../../api/types.ts";
import { useNow } from "../../app/keys.tsx";
import { useWords } from "../../i18n/index.ts";
import { Status } from "../../parts/Status.tsx";
import { minutes } from "../../parts/time.ts";
import { type Line, useFirstFrame } from "../../session/useLine.ts";
import type { Local } from "../../session/useLocal.ts";

interface VideoProps {
  call: Briefing;
  line: Line;
  local: Local;
  sends: boolean;
}

export function VideoPane({ call, line, local, sends }: VideoProps) {
  const { t } = useWords();
  const now = useNow();
  const [node, setNode] = useState<HTMLVideoElement | null>(null);
  const seen = useFirstFrame(node, line.remote, line.again);
  const since = call.accepted_ms === null ? 0 : now - call.accepted_ms;
  return (
    <section className="video" aria-label={t("session.video")} data-line={line.state} data-seen={seen || undefined}>
      <Picture stream={line.remote} label={t("session.video")} onNode={setNode} />
      {!seen && (
        <div className="video-none">
          <p>{noPicture(call, line, t)}</p>
          {line.state === "failed" && (
            <Button variant="default" onClick={line.again}>
              {t("session.rejoin")}
            </Button>
          )}
        </div>
      )}
      {call.state === "accepted" && (
        <span className="video-badge">
          {line.view?.recorded && <i className="recorded" aria-hidden="true" />}
          {line.view?.recorded && t("session.recording")} {minutes(since)}
        </span>
      )}
      {call.video.listeners.length > 0 && (
        <span className="video-listeners">
          <Status shape="circle">
            {t("session.listening")} {call.video.listeners.join("、")}
          </Status>
        </span>
      )}
      {line.blank && (
        <p className="video-blank" role="status">
          {t("session.blank")}
        </p>
      )}
      {sends && local.stream && !local.dark && (
        <div className="video-mine">
          <Picture stream={local.stream} label={t("session.youSee")} mine />
        </div>
      )}
    </section>
  );
}

function noPicture(call: Briefing, line: Line, t: (key: string) => string): string {
  if (call.video.consent === false) return t("session.noConsent");
  if (line.state === "failed") return t("session.videoFailed");
  if (line.state === "connecting" || (line.state === "connected" && line.remote)) return t("session.connecting");
  return t("session.away");
}

interface PictureProps {
  stream: MediaStream | null;
  label: string;
  mine?: boolean;
  onNode?: (node: HTMLVideoElement | null) => void;
}

function Picture({ stream, label, mine = false, onNode }: PictureProps) {
  const [node, setNode] = useState<HTMLVideoElement | null>(null);
  useEffect(() => {
    if (node) node.srcObject = stream;
    onNode?.(node);
  }, [node, stream, onNode]);
  return (
    <video ref={setNode} autoPlay playsInline muted={mine} aria-label={label} data-who={mine ? "teller" : "customer"} />
  );
}
