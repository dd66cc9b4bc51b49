// States as shape and word: circle in order, triangle attention, square high or out of use, ring away.
import type { ReactNode } from "react";
import type { Level as RiskLevel } from "../api/types.ts";
import { useWords } from "../i18n/index.ts";

export type Shape = "circle" | "triangle" | "square" | "ring";
export type Tone = "low" | "medium" | "high" | "quiet";

const TONE: Record<Shape, Tone> = { circle: "low", triangle: "medium", square: "high", ring: "quiet" };
export const SHAPE: Record<RiskLevel, Shape> = { low: "circle", medium: "triangle", high: "square" };

export function Status({ shape, tone, children }: { shape: Shape; tone?: Tone; children?: ReactNode }) {
  return (
    <span className={`status tone-${tone ?? TONE[shape]}`}>
      <i className={`shape ${shape}`} aria-hidden="true" />
      {children}
    </span>
  );
}

/** The level of risk with R, or why the customer came where nothing was assessed. */
export function Level({ level, r, why }: { level: RiskLevel | null; r?: number | null; why?: string }) {
  const { t, code } = useWords();
  if (level === null) return <Status shape="circle">{why ? code("why", why) : t("common.unknown")}</Status>;
  return (
    <Status shape={SHAPE[level]}>
      {t(`level.${level}`)}
      {r != null && <span className="r-of">R {r.toFixed(1)}</span>}
    </Status>
  );
}
