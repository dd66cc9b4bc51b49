// The audit: every deed at the console in one chain, newest first, and up to where the chain holds.
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useAudit } from "../../api/boards.ts";
import type { AuditEntry } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Heads } from "../../parts/Heads.tsx";
import { Empty, Panel } from "../../parts/Panel.tsx";
import { Status } from "../../parts/Status.tsx";
import { clockTime, dayTime } from "../../parts/time.ts";

export default function AuditPage() {
  const { t } = useWords();
  const [who, setWho] = useState("");
  const [before, setBefore] = useState<number | null>(null);
  const page = useAudit(before, who.trim());
  const data = page.data;
  const whole = data !== undefined && data.intact_to === data.total;
  return (
    <div className="page">
      <Panel
        title={t("audit.title")}
        note={t("audit.note")}
        right={
          data && (
            <Status shape={whole ? "circle" : "square"}>
              {t(whole ? "audit.chain" : "audit.broken", { n: data.intact_to })}
            </Status>
          )
        }
      >
        <TextInput
          aria-label={t("audit.filter")}
          placeholder={t("audit.filter")}
          value={who}
          w={280}
          mb="sm"
          onChange={(event) => {
            setWho(event.currentTarget.value);
            setBefore(null);
          }}
        />
        {page.error && <p className="soft">{page.error.message}</p>}
        {data?.entries.length === 0 && <Empty title={t("audit.none")} />}
        <table>
          <Heads names={["n", "at", "who", "did", "about", "detail"].map((name) => `audit.${name}`)} />
          <tbody>
            {data?.entries.map((entry) => (
              <Entry key={entry.n} entry={entry} />
            ))}
          </tbody>
        </table>
        <div className="row audit-foot">
          <Button variant="default" disabled={before === null} onClick={() => setBefore(null)}>
            {t("audit.newest")}
          </Button>
          <Button
            variant="default"
            disabled={(data?.entries.at(-1)?.n ?? 1) <= 1}
            onClick={() => setBefore(data?.entries.at(-1)?.n ?? null)}
          >
            {t("audit.older")}
          </Button>
        </div>
      </Panel>
    </div>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { code } = useWords();
  return (
    <tr>
      <td className="num soft">{entry.n}</td>
      <td className="num" title={clockTime(entry.at_ms)}>
        {dayTime(entry.at_ms)}
      </td>
      <td>
        <b>{entry.who}</b>
        <div className="small">{entry.roles.map((role) => code("role", role)).join(" · ")}</div>
      </td>
      <td>{code("deed", entry.deed)}</td>
      <td>
        <code>{entry.subject}</code>
      </td>
      <td className="audit-detail">
        <code>{Object.keys(entry.detail).length > 0 ? JSON.stringify(entry.detail) : ""}</code>
      </td>
    </tr>
  );
}
