// The conversation as it goes on, with the words marked that gave it away.
import { Checkbox } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Briefing, Line } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Marked } from "../../parts/Marked.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { evidenceWords } from "../../parts/risk.ts";
import { withCaptions } from "../../parts/talk.ts";
import { clockTime } from "../../parts/time.ts";
import type { Caption } from "../../session/peer.ts";

export function Talk({ call, captions }: { call: Briefing; captions: Caption[] }) {
  const { t } = useWords();
  const words = useMemo(() => evidenceWords(call.risk), [call.risk]);
  const lines = withCaptions(call.transcript, captions);
  const [follow, setFollow] = useState(true);
  const list = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line scrolls
  useEffect(() => {
    if (follow && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [follow, lines.length]);
  return (
    <Panel
      className="talk-panel"
      title={t("session.talk")}
      note={t("session.talkNote")}
      right={
        <Checkbox
          size="xs"
          label={t("session.follow")}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol className="talk" ref={list} tabIndex={0} aria-label={t("session.talk")} aria-live="polite">
        {lines.map((line, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
          <TalkLine key={`${n}.${line.who}`} line={line} words={words} />
        ))}
      </ol>
    </Panel>
  );
}

function TalkLine({ line, words }: { line: Line; words: string[] }) {
  const { t } = useWords();
  return (
    <li className={`line-${line.who}`}>
      <span className="who">{t(`session.${line.who}`)}</span>
      <p>
        <Marked text={line.text} words={line.who === "customer" ? words : []} />
      </p>
      {line.at_ms !== null && <time>{clockTime(line.at_ms)}</time>}
    </li>
  );
}
