// One rollout: its stages, how its kiosks stand, and what holds or stops it.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useToast } from "../../api/calls.ts";
import { useRolloutDeed } from "../../api/fleet.ts";
import type { RolloutLine } from "../../api/types.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { type Say, useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";
import { ReasonDialog } from "../../parts/ReasonDialog.tsx";
import { countOf, isOpen, opens, PHASE_SHAPE, STANDINGS } from "../../parts/rollout.ts";
import { Status } from "../../parts/Status.tsx";
import { dateTime, span } from "../../parts/time.ts";
import { Members } from "./Members.tsx";

export function Detail({ rollout }: { rollout: RolloutLine }) {
  const { t } = useWords();
  const toast = useToast();
  const [stopping, setStopping] = useState(false);
  const deed = useRolloutDeed((_, done) => {
    setStopping(false);
    toast.done(t(`rollouts.did_${done.deed}`));
  });
  const held = rollout.phase === "paused";
  const hold = () => deed.mutate({ id: rollout.id, deed: held ? "resume" : "pause" });
  useShortcuts(
    isOpen(rollout)
      ? [
          { key: "P", label: t(held ? "rollouts.resume" : "rollouts.pause"), run: hold },
          { key: "X", label: t("rollouts.abort"), run: () => setStopping(true) },
        ]
      : [],
  );
  return (
    <div className="column">
      <Panel
        title={rollout.name || rollout.release.slice(0, 12)}
        right={<Status shape={PHASE_SHAPE[rollout.phase]}>{t(`rollouts.phase_${rollout.phase}`)}</Status>}
      >
        <p className="soft">
          {[
            t("rollouts.by", { who: rollout.made_by, time: dateTime(rollout.created_ms) }),
            rollout.why,
            t("rollouts.limits", {
              failed: rollout.most_failed,
              soak: span(rollout.soak_s, t),
              silent: span(rollout.silent_s, t),
            }),
          ]
            .filter(Boolean)
            .join("　")}
        </p>
        {rollout.phase === "aborted" && <p className="rollout-why">{reasonOf(rollout.reason, t)}</p>}
        <Stages rollout={rollout} />
        <Standings rollout={rollout} />
        {isOpen(rollout) && (
          <div className="row rollout-deeds">
            <Button
              variant="default"
              className="tall"
              loading={deed.isPending}
              onClick={hold}
              rightSection={<kbd>P</kbd>}
            >
              {t(held ? "rollouts.resume" : "rollouts.pause")}
            </Button>
            <Button
              color="persimmon"
              variant="outline"
              className="tall"
              disabled={deed.isPending}
              onClick={() => setStopping(true)}
              rightSection={<kbd>X</kbd>}
            >
              {t("rollouts.abort")}
            </Button>
          </div>
        )}
      </Panel>
      <Members rollout={rollout} />
      {stopping && (
        <ReasonDialog
          title={t("rollouts.abort")}
          note={t("rollouts.abortNote")}
          label={t("rollouts.why")}
          action={t("rollouts.abort")}
          busy={deed.isPending}
          onClose={() => setStopping(false)}
          onReason={(why) => deed.mutate({ id: rollout.id, deed: "abort", why })}
        />
      )}
    </div>
  );
}

/** Headquarters' own reason (headquarters/rollout/plan.py) in words; somebody's reason as they wrote it. */
function reasonOf(reason: string, t: Say): string {
  const own = /^(\d+) kiosks failed or fell silent$/.exec(reason);
  return own ? t("rollouts.tooMany", { n: own[1] }) : reason || t("rollouts.phase_aborted");
}

function Stages({ rollout }: { rollout: RolloutLine }) {
  const { t } = useWords();
  const kiosks = opens(rollout.stages, rollout.kiosks);
  return (
    <ol className="stages">
      {rollout.stages.map((percent, n) => {
        const over = n < rollout.stage || rollout.phase === "done";
        const state = over ? "over" : n === rollout.stage ? "now" : "later";
        return (
          <li key={percent} className={`stage stage-${state}`} aria-current={state === "now" ? "step" : undefined}>
            <b>{n === 0 ? t("rollouts.canary") : t("rollouts.stage", { n: n + 1 })}</b>
            <span>
              {percent}%　{kiosks[n]} {t("common.kiosks")}
            </span>
            <span className="soft">{t(`rollouts.stage_${state}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Standings({ rollout }: { rollout: RolloutLine }) {
  const { t } = useWords();
  const all = rollout.kiosks;
  return (
    <>
      <div className="standings" aria-hidden="true">
        {STANDINGS.map((one) => (
          <i key={one} className={`standing-${one}`} style={{ width: `${(100 * countOf(rollout, one)) / all}%` }} />
        ))}
      </div>
      <ul className="row wrap standings-legend">
        {STANDINGS.map((one) => (
          <li key={one}>
            <i className={`standing-${one}`} aria-hidden="true" />
            {t(`rollouts.standing_${one}`)} <b>{countOf(rollout, one)}</b>
          </li>
        ))}
      </ul>
    </>
  );
}
