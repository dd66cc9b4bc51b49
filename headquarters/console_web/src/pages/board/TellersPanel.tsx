// Each teller: state, skills, today's calls, and how their service was in the last thirty days.
import type { ServiceFigure, Teller, TellerQuality } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { shownFigure } from "../../parts/figures.ts";
import { Heads } from "../../parts/Heads.tsx";
import { Panel } from "../../parts/Panel.tsx";
import { type Shape, Status } from "../../parts/Status.tsx";

const SHAPES: Record<Teller["state"], Shape> = { ready: "circle", busy: "triangle", away: "ring" };
const COLUMNS: ServiceFigure["name"][] = ["first_response_s", "talk_s", "resolved", "satisfaction"];

export function TellersPanel({ tellers, quality }: { tellers: Teller[]; quality: TellerQuality[] }) {
  const { t, code } = useWords();
  return (
    <Panel title={t("board.tellers")} className="board-wide">
      <table>
        <Heads
          names={[
            ...["teller", "stateCol", "skills", "handled"].map((name) => `board.${name}`),
            ...COLUMNS.map((name) => `board.service_${name}`),
          ]}
        />
        <tbody>
          {tellers.map((teller) => {
            const figures = quality.find((one) => one.teller_id === teller.id)?.figures ?? [];
            return (
              <tr key={teller.id}>
                <td>
                  <b>{teller.name}</b>
                </td>
                <td>
                  <Status shape={SHAPES[teller.state]}>{t(`board.state_${teller.state}`)}</Status>
                </td>
                <td>{teller.skills.map((skill) => code("skill", skill)).join(" · ")}</td>
                <td className="num">{teller.calls_today}</td>
                {COLUMNS.map((name) => (
                  <td key={name} className="num">
                    {shownFigure(name, figures.find((one) => one.name === name)?.value ?? null)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}
