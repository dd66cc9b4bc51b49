// A new claim code, once: to scan, to type, and what to do with it.
import { Button } from "@mantine/core";
import type { Claim } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { dateTime } from "../../parts/time.ts";
import { Qr } from "./Qr.tsx";

export function CodeDialog({ claim, onClose }: { claim: Claim; onClose: () => void }) {
  const { t } = useWords();
  const address = claim.scanned.split("@")[1] ?? "";
  return (
    <Dialog opened onClose={onClose} title={`${claim.kiosk}　${claim.branch}`} size={640}>
      <div className="claim">
        <Qr text={claim.scanned} label={t("enrolment.qr")} />
        <div className="stack">
          <p className="soft">{t("enrolment.type")}</p>
          <output className="claim-code">
            {claim.shown.split("-").map((group, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: groups may be the same, and never change places
              <span key={n}>{group}</span>
            ))}
          </output>
          <dl className="claim-facts">
            <dt className="soft">{t("enrolment.address")}</dt>
            <dd>{address}</dd>
            <dt className="soft">{t("enrolment.until")}</dt>
            <dd>{dateTime(claim.expires_ms)}</dd>
            <dt className="soft">{t("enrolment.atKiosk")}</dt>
            <dd>
              <code>guitai provision</code>
            </dd>
          </dl>
          <p className="claim-once">{t("enrolment.only")}</p>
          <Button className="tall" onClick={onClose} data-autofocus>
            {t("enrolment.noted")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
