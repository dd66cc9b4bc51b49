// Everybody else: whom I have, who still waits, whom colleagues have.
import { ActionIcon, Button, Checkbox, Menu } from "@mantine/core";
import type { QueueItem } from "../../api/types.ts";
import { useSelf } from "../../app/me.ts";
import { useWords } from "../../i18n/index.ts";
import { Heads } from "../../parts/Heads.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { Level, Status } from "../../parts/Status.tsx";
import { clockTime } from "../../parts/time.ts";
import { Waited } from "../../parts/Waited.tsx";
import type { Ask } from "./Queue.tsx";

interface ListProps {
  rows: QueueItem[];
  now: number;
  onServe: (item: QueueItem) => void;
  onOpen: (item: QueueItem) => void;
  onAsk: (item: QueueItem, what: Ask) => void;
  onlyMine: boolean;
  onOnlyMine: (only: boolean) => void;
}

export function WaitingList({ rows, now, onServe, onOpen, onAsk, onlyMine, onOnlyMine }: ListProps) {
  const { t } = useWords();
  const only = (
    <Checkbox
      size="xs"
      label={t("queue.mySkills")}
      checked={onlyMine}
      onChange={(event) => onOnlyMine(event.currentTarget.checked)}
    />
  );
  return (
    <Panel title={t("queue.list")} note={t("queue.listNote")} right={only} className="waiting-list">
      {rows.length === 0 ? (
        <p className="soft">{t("queue.quiet")}</p>
      ) : (
        <table>
          <Heads names={["level", "who", "why", "waitedBar"].map((name) => `queue.${name}`)} acts />
          <tbody>
            {rows.map((item) => (
              <Row key={item.id} item={item} now={now} onServe={onServe} onOpen={onOpen} onAsk={onAsk} />
            ))}
          </tbody>
        </table>
      )}
      <p className="soft hint">{t("queue.hint")}</p>
    </Panel>
  );
}

type RowProps = Pick<ListProps, "now" | "onServe" | "onOpen" | "onAsk"> & { item: QueueItem };

function Row({ item, now, onServe, onOpen, onAsk }: RowProps) {
  const { t, code } = useWords();
  const me = useSelf();
  const waits = item.state === "waiting";
  const mine = item.teller_id === me.id;
  return (
    <tr data-escalation={item.id}>
      <td>
        {item.silent ? (
          <Status shape="square">{t("queue.silent")}</Status>
        ) : (
          <Level level={item.level} r={item.r} why={item.why} />
        )}
      </td>
      <td>
        <b>{item.kiosk}</b>
        <div className="small">{item.branch}</div>
      </td>
      <td>
        {item.headline}
        <div className="small">{code("why", item.why)}</div>
      </td>
      <td>{waits ? <Waited ms={now - item.at_ms} /> : <Held item={item} mine={mine} />}</td>
      <td>
        <div className="row row-acts">
          {waits ? (
            <>
              <Button variant="default" onClick={() => onServe(item)}>
                {t("queue.accept")}
              </Button>
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size={36}
                    aria-label={`${t("common.more")}: ${item.headline}`}
                  >
                    ⋯
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => onAsk(item, "transfer")}>{t("queue.transfer")}</Menu.Item>
                  <Menu.Item onClick={() => onAsk(item, "decline")}>{t("queue.decline")}</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </>
          ) : (
            (mine || me.roles.includes("supervisor")) && (
              <Button variant={mine ? "filled" : "default"} onClick={() => onOpen(item)}>
                {mine ? t("queue.goOn") : t("approvals.context")}
              </Button>
            )
          )}
        </div>
      </td>
    </tr>
  );
}

function Held({ item, mine }: { item: QueueItem; mine: boolean }) {
  const { t, code } = useWords();
  return (
    <span className="row">
      <Status shape={item.state === "lost" ? "triangle" : "circle"}>
        {mine ? t("queue.mine") : code("state", item.state)}
      </Status>
      <span className="soft">{mine ? clockTime(item.at_ms) : item.teller_name}</span>
    </span>
  );
}
