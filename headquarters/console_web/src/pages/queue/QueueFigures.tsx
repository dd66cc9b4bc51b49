// The queue in numbers.
import type { Queue } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Figures } from "../../parts/Figures.tsx";
import { minutes } from "../../parts/time.ts";

export function QueueFigures({ queue, now }: { queue: Queue; now: number }) {
  const { t } = useWords();
  const { figures, waiting } = queue;
  const longest = Math.max(0, ...waiting.map((item) => now - item.at_ms));
  return (
    <div className="queue-figures">
      <Figures
        figures={[
          {
            label: t("queue.waiting"),
            value: `${figures.waiting} ${t("common.people")}`,
            note: figures.waiting > 0 ? t("queue.longest", { time: minutes(longest) }) : "",
          },
          {
            label: t("queue.within"),
            value: figures.in_time === null ? "—" : `${Math.round(figures.in_time)}%`,
            note: t("queue.todayN", { n: figures.accepted_today }),
          },
          { label: t("board.state_ready"), value: `${figures.ready_tellers} ${t("common.people")}` },
          { label: t("board.state_busy"), value: `${figures.busy_tellers} ${t("common.people")}` },
        ]}
      />
      {figures.alarm && (
        <p className="alarm" role="alert">
          {t("queue.alarm")}
        </p>
      )}
    </div>
  );
}
