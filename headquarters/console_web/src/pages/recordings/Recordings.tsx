// Recordings of sales and takeovers: encrypted, seen only by those who may, each look written down first.
import { Button } from "@mantine/core";
import { useState } from "react";
import { useRecordings } from "../../api/boards.ts";
import { useToast } from "../../api/calls.ts";
import { get } from "../../api/client.ts";
import type { Recording, RecordingView } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { Heads } from "../../parts/Heads.tsx";
import { Empty, Panel } from "../../parts/Panel.tsx";
import { dayTime } from "../../parts/time.ts";
import { Player } from "./Player.tsx";
import "./recordings.css";

export default function RecordingsPage() {
  const { t } = useWords();
  const all = useRecordings().data ?? [];
  const toast = useToast();
  const [seen, setSeen] = useState<RecordingView | null>(null);
  const [played, setPlayed] = useState<Recording | null>(null);
  const look = async (id: string) => {
    try {
      setSeen(await get<RecordingView>(`/api/recordings/${encodeURIComponent(id)}`));
      toast.done(t("recordings.watched"));
    } catch (error) {
      toast.refused(error);
    }
  };
  return (
    <div className="page">
      {all.length === 0 ? (
        <Empty title={t("recordings.none")} note={t("recordings.note")} />
      ) : (
        <Panel title={t("recordings.title")} note={t("recordings.note")}>
          <table>
            <Heads names={["started", "kiosk", "name", "size"].map((name) => `recordings.${name}`)} acts />
            <tbody>
              {all.map((one) => (
                <tr key={one.id}>
                  <td className="num">{dayTime(one.at_ms)}</td>
                  <td>
                    <b>{one.kiosk}</b>
                    <div className="small">{one.branch}</div>
                  </td>
                  <td>
                    <code>{one.name}</code>
                  </td>
                  <td>{t("recordings.chunks", { n: one.chunks })}</td>
                  <td className="end">
                    <Button variant="default" onClick={() => setPlayed(one)}>
                      {t("recordings.play")}
                    </Button>{" "}
                    <Button variant="default" onClick={() => void look(one.id)}>
                      {t("recordings.view")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
      {played && <Player recording={played} onClose={() => setPlayed(null)} />}
      {seen && <Seen recording={seen} onClose={() => setSeen(null)} />}
    </div>
  );
}

function Seen({ recording, onClose }: { recording: RecordingView; onClose: () => void }) {
  return (
    <Dialog opened onClose={onClose} title={recording.name}>
      <dl className="manifest">
        {Object.entries({ sha256: recording.sha256, ...recording.manifest }).map(([key, value]) => (
          <div key={key} className="list-row">
            <dt className="soft">{key}</dt>
            <dd className="grow">
              <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
