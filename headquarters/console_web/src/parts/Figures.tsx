// A row of large figures.
import type { ReactNode } from "react";

export interface FigureProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
}

export function Figures({ figures }: { figures: FigureProps[] }) {
  return (
    <dl className="figures">
      {figures.map((figure) => (
        <div className="figure" key={figure.label}>
          <dt>{figure.label}</dt>
          <dd>
            <b>{figure.value}</b>
            {figure.note && <span className="soft">{figure.note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
