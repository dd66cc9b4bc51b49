// A figure on its track: the mark is the value, the pale bar its 95 % interval, the dashed line its target.
import { useWords } from "../i18n/index.ts";

interface BulletProps {
  label: string;
  value: number | null;
  low: number | null;
  high: number | null;
  most: number;
  target?: number | undefined;
  shown: string;
  n: number;
}

export function Bullet({ label, value, low, high, most, target, shown, n }: BulletProps) {
  const { t } = useWords();
  const at = (figure: number) => `${Math.min(100, Math.max(0, (figure / most) * 100))}%`;
  return (
    <div className="bullet">
      <span className="bullet-label">{label}</span>
      <div
        className="bullet-track"
        role="img"
        aria-label={`${label} ${shown}${target === undefined ? "" : `, ${t("common.target")} ${target}`}`}
      >
        {value !== null && low !== null && high !== null && (
          <i className="bullet-range" style={{ left: at(low), width: `calc(${at(high)} - ${at(low)})` }} />
        )}
        {target !== undefined && <i className="bullet-target" style={{ left: at(target) }} />}
        {value !== null && <i className="bullet-value" style={{ left: at(value) }} />}
      </div>
      <b>{shown}</b>
      <span className="small">{t("common.n", { n })}</span>
    </div>
  );
}
