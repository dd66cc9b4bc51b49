// The customer's screen, live, and what can be put on it.

import { Button } from "@mantine/core";
import { useState } from "react";
import { useDeed } from "../../api/calls.ts";
import type { Asked, Briefing } from "../../api/types.ts";
import { Icon } from "../../app/Icon.tsx";
import { useWords } from "../../i18n/index.ts";
import { KioskScreen, type Point } from "../../kiosk/KioskScreen.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { Status } from "../../parts/Status.tsx";
import type { Line } from "../../session/useLine.ts";
import { PushDialog, type PushKind } from "./PushDialog.tsx";

interface PaneProps {
  call: Briefing;
  line: Line;
  mine: boolean;
  pointing: boolean;
}

const PUSHES: { kind: PushKind; icon: string; words: string }[] = [
  { kind: "page", icon: "shield", words: "session.pushPage" },
  { kind: "form", icon: "list", words: "session.pushForm" },
  { kind: "document", icon: "doc", words: "session.pushDoc" },
];
const ASKS: { what: Asked; icon: string; words: string }[] = [
  { what: "signature", icon: "edit", words: "session.sign" },
  { what: "id_card", icon: "id", words: "session.idCard" },
  { what: "consent_recording", icon: "cam", words: "session.consentRec" },
];

export function ScreenPane({ call, line, mine, pointing }: PaneProps) {
  const { t } = useWords();
  const [pushing, setPushing] = useState<PushKind | null>(null);
  const [point, setPoint] = useState<Point | null>(null);
  const deed = useDeed();
  const show = (where: Point | null) => {
    setPoint(where);
    line.point(where);
  };
  const note = line.ms === null ? t("session.screenNote") : t("session.ms", { n: line.ms });
  return (
    <Panel
      className="screen-pane"
      title={t("session.screen")}
      right={<Status shape={line.view ? "circle" : "ring"}>{note}</Status>}
    >
      <div className="screen-row">
        {line.view && !line.blank ? (
          <KioskScreen
            view={line.view}
            label={t("session.screen")}
            point={pointing ? point : null}
            onPoint={pointing && mine ? show : undefined}
          />
        ) : (
          <div className="kiosk kiosk-none">
            <p>{t(line.blank ? "session.blank" : "session.noScreen")}</p>
          </div>
        )}
        {mine && (
          <div className="pushes">
            <h3 className="soft">{t("session.push")}</h3>
            {PUSHES.map((one) => (
              <Button
                key={one.kind}
                variant="default"
                className="push"
                leftSection={<Icon name={one.icon} size={18} />}
                onClick={() => setPushing(one.kind)}
              >
                {t(one.words)}
              </Button>
            ))}
            {ASKS.map((one) => (
              <Button
                key={one.what}
                variant="default"
                className="push"
                leftSection={<Icon name={one.icon} size={18} />}
                onClick={() =>
                  deed.mutate({
                    id: call.id,
                    deed: "ask",
                    body: { what: one.what },
                    said: t("session.asked", { what: t(one.words) }),
                  })
                }
              >
                {t(one.words)}
              </Button>
            ))}
            <p className="small">{t("session.cannotSee")}</p>
          </div>
        )}
      </div>
      {pushing && <PushDialog call={call} kind={pushing} onClose={() => setPushing(null)} />}
    </Panel>
  );
}
