// Every kiosk of every branch at a glance, what has to be done, and how full queues and disks are.
import { useFleet } from "../../api/boards.ts";
import type { Kiosk } from "../../api/types.ts";
import { useNow } from "../../app/keys.tsx";
import { useWords } from "../../i18n/index.ts";
import { Figures } from "../../parts/Figures.tsx";
import { alarmWords, branchesOf, placeOf, shapeOf } from "../../parts/fleet.ts";
import { Panel } from "../../parts/Panel.tsx";
import { type Shape, Status } from "../../parts/Status.tsx";
import { minutes } from "../../parts/time.ts";
import { Dead } from "./Dead.tsx";
import { Disks } from "./Disks.tsx";
import { One } from "./One.tsx";
import { Versions } from "./Versions.tsx";
import "./fleet.css";

const LEGEND: [Shape, string][] = [
  ["circle", "fleet.idle"],
  ["triangle", "fleet.attention"],
  ["square", "fleet.out"],
  ["ring", "fleet.off"],
];

export default function FleetPage() {
  const { t } = useWords();
  const kiosks = useFleet().data ?? [];
  const branches = branchesOf(kiosks);
  const count = (shape: Shape) => kiosks.filter((one) => shapeOf(one) === shape).length;
  return (
    <div className="page fleet">
      <Panel
        title={t("fleet.branches", { branches: branches.length, kiosks: kiosks.length })}
        className="fleet-map"
        right={
          <span className="row legend">
            {LEGEND.map(([shape, words]) => (
              <Status key={shape} shape={shape}>
                {t(words)} {count(shape)}
              </Status>
            ))}
          </span>
        }
      >
        <ul className="branches">
          {branches.map(([name, all]) => (
            <Branch key={name} name={name} kiosks={all} />
          ))}
        </ul>
      </Panel>
      <Now kiosks={kiosks} />
      <div className="column">
        <Todo kiosks={kiosks} />
        <Dead />
      </div>
      <div className="column">
        <One kiosks={kiosks} />
        <Disks kiosks={kiosks} />
      </div>
    </div>
  );
}

function Branch({ name, kiosks }: { name: string; kiosks: Kiosk[] }) {
  const { t } = useWords();
  return (
    <li>
      <h3>
        {name}{" "}
        <span className="soft">
          {kiosks.length} {t("common.kiosks")}
        </span>
      </h3>
      <ul className="tiles">
        {kiosks.map((kiosk) => (
          <Tile key={kiosk.kiosk} kiosk={kiosk} />
        ))}
      </ul>
    </li>
  );
}

function Tile({ kiosk }: { kiosk: Kiosk }) {
  const say = useWords();
  const { t } = say;
  const shape = shapeOf(kiosk);
  const words = kiosk.alarms.map((alarm) => alarmWords(alarm, kiosk, say)).join("，") || t("fleet.idle");
  return (
    <li className={`tile tile-${shape}`} title={`${kiosk.kiosk} ${words}`}>
      <i className={`shape ${shape}`} aria-hidden="true" />
      <span className="gone">
        {kiosk.kiosk}: {words}
      </span>
    </li>
  );
}

function Now({ kiosks }: { kiosks: Kiosk[] }) {
  const { t } = useWords();
  const online = kiosks.filter((one) => one.online).length;
  const waiting = kiosks.reduce((sum, one) => sum + (one.waiting_rows ?? 0), 0);
  const stuck = Math.max(0, ...kiosks.map((one) => one.stuck_s ?? 0));
  const skew = Math.max(0, ...kiosks.map((one) => Math.abs(one.skew_ms ?? 0)));
  return (
    <Panel title={t("fleet.now")} className="fleet-now">
      <Figures
        figures={[
          { label: t("fleet.onlineShare"), value: `${online} / ${kiosks.length}` },
          { label: t("fleet.alarms"), value: kiosks.reduce((sum, one) => sum + one.alarms.length, 0) },
          { label: t("fleet.waitingRows"), value: waiting },
          { label: t("fleet.delay"), value: minutes(stuck * 1000) },
          { label: t("fleet.skew"), value: `${(skew / 1000).toFixed(1)} s` },
        ]}
      />
      <Versions kiosks={kiosks} />
    </Panel>
  );
}

function Todo({ kiosks }: { kiosks: Kiosk[] }) {
  const say = useWords();
  const { t } = say;
  const now = useNow();
  const troubled = kiosks.filter((one) => one.alarms.length > 0).sort((a, b) => b.alarms.length - a.alarms.length);
  return (
    <Panel
      title={t("fleet.todo")}
      note={t("fleet.todoNote")}
      right={t("common.count", { n: troubled.length })}
      className="todo"
    >
      {troubled.length === 0 && <p className="soft">{t("fleet.none")}</p>}
      <ul>
        {troubled.map((kiosk) => (
          <li className="list-row" key={kiosk.kiosk}>
            <Status shape={shapeOf(kiosk)} />
            <b className="todo-name">{placeOf(kiosk)}</b>
            <span className="grow">{kiosk.alarms.map((alarm) => alarmWords(alarm, kiosk, say)).join("　")}</span>
            <span className="soft">{kiosk.waiting_rows ? t("fleet.rows", { n: kiosk.waiting_rows }) : ""}</span>
            <span className="soft">{t("fleet.seen", { time: minutes(now - kiosk.heard_ms) })}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
