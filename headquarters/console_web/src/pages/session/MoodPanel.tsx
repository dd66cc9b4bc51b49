// How the customer seemed to feel after each utterance; it changes the manner, never R.
import { lazy, Suspense } from "react";
import type { Briefing } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { trendOf } from "../../parts/mood.ts";
import { Panel } from "../../parts/Panel.tsx";

const MoodChart = lazy(() => import("../../charts/MoodChart.tsx"));

export function MoodPanel({ call }: { call: Briefing }) {
  const { t, code } = useWords();
  const last = call.moods.at(-1);
  return (
    <Panel
      title={t("session.mood")}
      note={t("session.moodNote")}
      right={
        last && (
          <b className="mood-now">
            {code("emotion", last.emotion)}{" "}
            {t("session.moodNow", { n: Math.round(last.anxiety * 100), trend: t(`session.${trendOf(call.moods)}`) })}
          </b>
        )
      }
    >
      {call.moods.length < 2 ? (
        <p className="soft">{last ? code("emotion", last.emotion) : t("session.noMood")}</p>
      ) : (
        <Suspense fallback={<div className="mood-space" />}>
          <MoodChart moods={call.moods} acceptedMs={call.accepted_ms} />
        </Suspense>
      )}
    </Panel>
  );
}
