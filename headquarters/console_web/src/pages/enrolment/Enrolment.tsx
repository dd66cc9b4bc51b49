// Kiosks that join headquarters: the list with their codes and certificates, and the form that makes a code for a new one.
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useToast } from "../../api/calls.ts";
import { useEnrolled, useEnrolmentDeed } from "../../api/fleet.ts";
import type { Claim, Enrolled } from "../../api/types.ts";
import { useNow } from "../../app/keys.tsx";
import { useWords } from "../../i18n/index.ts";
import { Heads } from "../../parts/Heads.tsx";
import { Empty, Panel } from "../../parts/Panel.tsx";
import { ReasonDialog } from "../../parts/ReasonDialog.tsx";
import { type Shape, Status } from "../../parts/Status.tsx";
import { dateTime, left } from "../../parts/time.ts";
import { CodeDialog } from "./CodeDialog.tsx";
import { NewKiosk } from "./NewKiosk.tsx";
import "./enrolment.css";

const SHAPES: Record<Enrolled["state"], Shape> = {
  claimed: "triangle",
  live: "circle",
  revoked: "square",
  decommissioned: "ring",
};

/** A kiosk renews at two thirds of 90 days (docs/enrolment.md); one that has less left did not come through for ten days. */
const RENEWED_MS = 20 * 86_400_000;

export default function EnrolmentPage() {
  const { t } = useWords();
  const kiosks = useEnrolled().data;
  const [sought, setSought] = useState("");
  const shown = sorted(kiosks ?? []).filter((one) =>
    `${one.kiosk} ${one.branch}`.includes(sought.trim().toLowerCase()),
  );
  const toast = useToast();
  const [claim, setClaim] = useState<Claim | null>(null);
  const [shutOut, setShutOut] = useState<string | null>(null);
  const deed = useEnrolmentDeed((done) => {
    toast.done(t(done.deed === "withdraw" ? "enrolment.withdrawn" : "enrolment.revoked", { kiosk: done.kiosk }));
    setShutOut(null);
  });
  return (
    <div className="page enrolment">
      <Panel
        title={t("enrolment.title")}
        note={t("enrolment.note")}
        right={kiosks && `${kiosks.length} ${t("common.kiosks")}`}
      >
        {kiosks?.length === 0 && <Empty title={t("enrolment.none")} note={t("enrolment.noneNote")} />}
        <TextInput
          aria-label={t("enrolment.filter")}
          placeholder={t("enrolment.filter")}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
          w={280}
          mb="xs"
        />
        {shown.length > 0 && (
          <table>
            <Heads
              names={["kiosk", "state", "code", "certificate", "accepted"].map((name) => `enrolment.${name}`)}
              acts
            />
            <tbody>
              {shown.map((one) => (
                <Row
                  key={one.kiosk}
                  one={one}
                  busy={deed.isPending}
                  onWithdraw={() => deed.mutate({ kiosk: one.kiosk, deed: "withdraw" })}
                  onRevoke={() => setShutOut(one.kiosk)}
                />
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <NewKiosk kiosks={kiosks ?? []} onMade={setClaim} />
      {claim && <CodeDialog claim={claim} onClose={() => setClaim(null)} />}
      {shutOut && (
        <ReasonDialog
          title={t("enrolment.revokeTitle", { kiosk: shutOut })}
          note={t("enrolment.revokeNote")}
          label={t("enrolment.reason")}
          action={t("enrolment.revoke")}
          busy={deed.isPending}
          onClose={() => setShutOut(null)}
          onReason={(reason) => deed.mutate({ kiosk: shutOut, deed: "revoke", body: { reason } })}
        />
      )}
    </div>
  );
}

/** Codes that are out come first, then the certificate that ends soonest. */
function sorted(kiosks: Enrolled[]): Enrolled[] {
  const due = (one: Enrolled) => one.code_expires_ms ?? (one.certificate_ends_ms ?? Number.MAX_SAFE_INTEGER / 2) * 2;
  return [...kiosks].sort((a, b) => due(a) - due(b));
}

interface RowProps {
  one: Enrolled;
  busy: boolean;
  onWithdraw: () => void;
  onRevoke: () => void;
}

function Row({ one, busy, onWithdraw, onRevoke }: RowProps) {
  const { t } = useWords();
  return (
    <tr>
      <td>
        <b>{one.kiosk}</b>
        <div className="small">
          {one.branch}
          {one.move_to && ` → ${one.move_to}`}
        </div>
      </td>
      <td>
        <Status shape={SHAPES[one.state]}>{t(`enrolment.state_${one.state}`)}</Status>
      </td>
      <Until ms={one.code_expires_ms} />
      <Until ms={one.certificate_ends_ms} soonMs={RENEWED_MS} />
      <td className="num">
        {one.accepted_ms === null ? (
          "—"
        ) : (
          <a
            className="link"
            href={`/api/enrolment/${encodeURIComponent(one.kiosk)}/acceptance`}
            download={`${one.kiosk}.pdf`}
          >
            {dateTime(one.accepted_ms)}
          </a>
        )}
      </td>
      <td className="end acts">
        {one.code_expires_ms !== null && (
          <Button
            variant="default"
            disabled={busy}
            onClick={onWithdraw}
            aria-label={`${t("enrolment.withdraw")} ${one.kiosk}`}
          >
            {t("enrolment.withdraw")}
          </Button>
        )}
        {one.state === "live" && (
          <Button
            variant="default"
            disabled={busy}
            onClick={onRevoke}
            aria-label={`${t("enrolment.revoke")} ${one.kiosk}`}
          >
            {t("enrolment.revoke")}
          </Button>
        )}
      </td>
    </tr>
  );
}

/** How long something still lasts; amber where it should have been renewed by now. */
function Until({ ms, soonMs = 0 }: { ms: number | null; soonMs?: number }) {
  const { t } = useWords();
  const now = useNow(60_000);
  if (ms === null) return <td className="num">—</td>;
  const lasts = ms - now;
  return (
    <td className="num" title={dateTime(ms)}>
      <span className={lasts < soonMs ? "tone-medium" : ""}>
        {lasts > 0 ? t("enrolment.left", { time: left(lasts, t) }) : t("enrolment.over")}
      </span>
    </td>
  );
}
