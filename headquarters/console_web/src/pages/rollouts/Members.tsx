// The kiosks of a rollout in the order in which they get it: first those that did not do well, then those under way.
import { useState } from "react";
import { useFleet } from "../../api/boards.ts";
import { useRollout } from "../../api/fleet.ts";
import type { Kiosk, RolloutLine, RolloutMember } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Heads } from "../../parts/Heads.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { STANDING_SHAPE, type Standing } from "../../parts/rollout.ts";
import { Status } from "../../parts/Status.tsx";
import { dayTime } from "../../parts/time.ts";

const ORDER: readonly Standing[] = ["failed", "silent", "sent", "succeeded", "waiting"];
/** Beyond that many rows only what is asked for is shown. */
const SHOWN = 50;

export function Members({ rollout }: { rollout: RolloutLine }) {
  const { t } = useWords();
  const [whole, setWhole] = useState(false);
  const fleet = new Map((useFleet().data ?? []).map((one) => [one.kiosk, one]));
  const members = useRollout(rollout.id).data?.members;
  const told = [...(members ?? [])].sort((a, b) => ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing));
  const shown = whole ? told : told.slice(0, SHOWN);
  return (
    <Panel
      title={t("rollouts.members")}
      note={t("rollouts.membersNote")}
      right={`${rollout.kiosks} ${t("common.kiosks")}`}
    >
      <table>
        <Heads names={["kiosk", "standing", "step", "runs", "since"].map((name) => `rollouts.${name}`)} />
        <tbody>
          {shown.map((one) => (
            <Row key={one.kiosk} one={one} kiosk={fleet.get(one.kiosk)} />
          ))}
        </tbody>
      </table>
      {!whole && told.length > SHOWN && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          {t("common.all")}
        </button>
      )}
    </Panel>
  );
}

function Row({ one, kiosk }: { one: RolloutMember; kiosk: Kiosk | undefined }) {
  const { t, code } = useWords();
  const phase = kiosk?.software?.phase;
  return (
    <tr>
      <td>
        <b>{one.kiosk}</b> {kiosk && <span className="soft">{kiosk.branch}</span>}
      </td>
      <td>
        <Status shape={STANDING_SHAPE[one.standing]} tone={one.standing === "silent" ? "medium" : undefined}>
          {t(`rollouts.standing_${one.standing}`)}
        </Status>
      </td>
      <td>
        {one.reason && one.standing !== "silent" ? (
          <span title={one.reason}>{code("updateFault", one.reason.replaceAll(".", "_"))}</span>
        ) : one.standing === "sent" && phase ? (
          phase === "idle" ? (
            t("rollouts.notYet")
          ) : (
            code("updatePhase", phase)
          )
        ) : (
          ""
        )}
      </td>
      <td>
        <code>{kiosk?.software?.name ?? "—"}</code>
      </td>
      <td className="num">{one.at_ms ? dayTime(one.at_ms) : "—"}</td>
    </tr>
  );
}
