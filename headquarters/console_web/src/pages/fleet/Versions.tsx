// Which software how many kiosks run: one bar, the most common first.
import type { Kiosk } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { versionsOf } from "../../parts/fleet.ts";

/** Colours; whatever is rarer shares the last. */
const SHADES = 4;

export function Versions({ kiosks }: { kiosks: Kiosk[] }) {
  const { t } = useWords();
  const versions = versionsOf(kiosks);
  const told = versions.some(([name]) => name !== "");
  const shade = (n: number) => `shade shade-${Math.min(n, SHADES - 1)}`;
  return (
    <section className="versions">
      <h3>{t("fleet.software")}</h3>
      {!told && <p className="soft">{t("fleet.softwareNone")}</p>}
      {told && (
        <>
          <div className="versions-bar" aria-hidden="true">
            {versions.map(([name, n], at) => (
              <i key={name} className={shade(at)} style={{ width: `${(100 * n) / kiosks.length}%` }} />
            ))}
          </div>
          <ul>
            {versions.map(([name, n], at) => (
              <li key={name}>
                <i className={shade(at)} aria-hidden="true" />
                <span className="grow clip">{name.replace(/^guitai-/, "") || t("fleet.softwareUnknown")}</span>
                <b>
                  {n} {t("common.kiosks")}
                </b>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
