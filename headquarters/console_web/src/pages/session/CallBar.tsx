// The six buttons under the picture.
import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useDeed } from "../../api/calls.ts";
import type { Briefing } from "../../api/types.ts";
import { Icon } from "../../app/Icon.tsx";
import { useWords } from "../../i18n/index.ts";
import type { Local } from "../../session/useLocal.ts";
import { Ending } from "./Ending.tsx";

interface BarProps {
  call: Briefing;
  local: Local;
  pointing: boolean;
  onPoint: () => void;
  onTransfer: () => void;
  onEnd: () => void;
  onReturn: () => void;
}

export function CallBar({ call, local, pointing, onPoint, onTransfer, onEnd, onReturn }: BarProps) {
  const { t } = useWords();
  const deed = useDeed();
  const [ending, setEnding] = useState(false);
  return (
    <div className="call-bar" role="toolbar" aria-label={t("session.video")}>
      <Key
        icon="mic"
        label={t(local.muted ? "session.unmute" : "session.mute")}
        hint="M"
        on={local.muted}
        onPress={() => local.setMuted(!local.muted)}
        off={!local.stream}
      />
      <Key
        icon="cam"
        label={t(local.dark ? "session.camera" : "session.cameraOff")}
        hint="V"
        on={local.dark}
        onPress={() => local.setDark(!local.dark)}
        off={!local.stream}
      />
      <Key
        icon="doc"
        label={t("session.docCam")}
        onPress={() =>
          deed.mutate({
            id: call.id,
            deed: "ask",
            body: { what: "document" },
            said: t("session.asked", { what: t("session.document") }),
          })
        }
      />
      <Key icon="hand" label={t("session.point")} hint="P" on={pointing} onPress={onPoint} />
      <Key icon="people" label={t("session.transfer")} hint="T" onPress={onTransfer} />
      <Key icon="x" label={t("session.end")} danger onPress={() => setEnding(true)} />
      {ending && <Ending call={call} onClose={() => setEnding(false)} onEnd={onEnd} onReturn={onReturn} />}
    </div>
  );
}

interface KeyProps {
  icon: string;
  label: string;
  hint?: string;
  on?: boolean;
  off?: boolean;
  danger?: boolean;
  onPress: () => void;
}

function Key({ icon, label, hint, on, off = false, danger = false, onPress }: KeyProps) {
  return (
    <UnstyledButton
      className={`call-key${on ? " on" : ""}${danger ? " danger" : ""}`}
      aria-pressed={on}
      disabled={off}
      onClick={onPress}
    >
      <Icon name={icon} size={20} />
      <span>
        {label}
        {hint ? ` ${hint}` : ""}
      </span>
    </UnstyledButton>
  );
}
