// What the customer laid down, as the kiosk's camera and reader saw it: shown from memory, over the line to the kiosk, never kept.
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { useDeed } from "../../api/calls.ts";
import type { Briefing } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { Panel } from "../../parts/Panel.tsx";
import type { Paper } from "../../session/papers.ts";
import type { Line } from "../../session/useLine.ts";

const KINDS = ["document", "id_card"] as const;

export function PapersPanel({ call, line, mine }: { call: Briefing; line: Line; mine: boolean }) {
  const { t } = useWords();
  const deed = useDeed();
  const ready = mine && !call.silent && line.state === "connected" && !line.blank;
  return (
    <Panel title={t("session.papers")} note={t("session.papersNote")}>
      <div className="device-row">
        {KINDS.map((what) => (
          <Button
            key={what}
            variant="default"
            className="tall"
            disabled={!ready}
            loading={deed.isPending && (deed.variables?.body as { what?: string } | undefined)?.what === what}
            onClick={() => deed.mutate({ id: call.id, deed: "look", body: { what }, said: "" })}
          >
            {t(`session.look_${what}`)}
          </Button>
        ))}
      </div>
      {line.paper && <Shown paper={line.paper} onClose={line.dropPaper} />}
    </Panel>
  );
}

function Shown({ paper, onClose }: { paper: Paper; onClose: () => void }) {
  const { t } = useWords();
  const [node, setNode] = useState<HTMLCanvasElement | null>(null);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    if (!node) return;
    let over = false;
    // Drawn instead of linked: the picture has no address that could be opened or kept.
    createImageBitmap(new Blob([paper.bytes]))
      .then((picture) => {
        if (!over) {
          node.width = picture.width;
          node.height = picture.height;
          node.getContext("2d")?.drawImage(picture, 0, 0);
          node.dataset.drawn = "yes";
        }
        picture.close();
      })
      .catch(() => setBroken(true));
    return () => {
      over = true;
    };
  }, [node, paper]);
  return (
    <Dialog opened onClose={onClose} title={t(`session.paper_${paper.what}`)} size={880}>
      {broken ? (
        <p className="soft">{t("session.paperBroken")}</p>
      ) : (
        <canvas ref={setNode} className="paper" role="img" aria-label={t(`session.paper_${paper.what}`)} />
      )}
      <p className="soft">{t("session.paperNote")}</p>
    </Dialog>
  );
}
