// Plays one recording: first why, which is written down with the view, then the film, fetched in ranges while the view lasts.
import { Button, Radio } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useRefusal } from "../../api/calls.ts";
import { post } from "../../api/client.ts";
import type { Play, PlayReason, Recording } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { dayTime, minutes } from "../../parts/time.ts";

const REASONS: PlayReason[] = ["dispute", "quality", "audit", "authority"];

export function Player({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const { t } = useWords();
  const refusal = useRefusal();
  const [reason, setReason] = useState<PlayReason | null>(null);
  const [play, setPlay] = useState<Play | null>(null);
  const [fault, setFault] = useState("");
  const place = `/api/recordings/${encodeURIComponent(recording.id)}`;
  const begin = async (event: FormEvent) => {
    event.preventDefault();
    if (!reason) return;
    try {
      setFault("");
      setPlay(await post<Play>(`${place}/play`, { reason }));
    } catch (error) {
      setFault(refusal(error));
    }
  };
  return (
    <Dialog opened onClose={onClose} title={t("recordings.play")} size={play ? 760 : 440}>
      {play ? (
        <div className="stack">
          {/* biome-ignore lint/a11y/useMediaCaption: what is said stands in the session's transcript, not in the film */}
          <video
            className="film"
            src={`${place}/film/${play.view}`}
            aria-label={t("recordings.film")}
            controls
            controlsList="nodownload noremoteplayback"
            disablePictureInPicture
            autoPlay
            onError={() => setFault(t("recordings.over"))}
          />
          <p className="soft">
            {[
              dayTime(play.began_ms),
              minutes(play.duration_ms),
              t(`recordings.kept_${play.retention}`),
              t("recordings.tracks"),
            ].join("　")}
          </p>
        </div>
      ) : (
        <form className="stack" onSubmit={(event) => void begin(event)}>
          <Radio.Group
            label={t("recordings.why")}
            value={reason}
            onChange={(value) => setReason(value as PlayReason)}
            data-autofocus
          >
            <div className="stack reasons">
              {REASONS.map((one) => (
                <Radio key={one} value={one} label={t(`recordings.reason_${one}`)} />
              ))}
            </div>
          </Radio.Group>
          <Button type="submit" className="tall" disabled={!reason}>
            {t("recordings.begin")}
          </Button>
        </form>
      )}
      {fault && (
        <p className="soft" role="alert">
          {fault}
        </p>
      )}
    </Dialog>
  );
}
