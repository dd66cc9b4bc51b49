// The form for a new kiosk: its id, its branch, how long the code lives.
import { Autocomplete, Button, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useFleet } from "../../api/boards.ts";
import { useNewClaim } from "../../api/fleet.ts";
import type { Claim, Enrolled } from "../../api/types.ts";
import { useShortcuts } from "../../app/keys.tsx";
import { useSelf } from "../../app/me.ts";
import { useWords } from "../../i18n/index.ts";
import { Panel } from "../../parts/Panel.tsx";

const DAYS = 7;
const MOST_DAYS = 30;
const ID = /^[a-z0-9-]{1,40}$/;

export function NewKiosk({ kiosks, onMade }: { kiosks: Enrolled[]; onMade: (claim: Claim) => void }) {
  const { t } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const [kiosk, setKiosk] = useState("");
  const [branch, setBranch] = useState("");
  const [days, setDays] = useState<number | string>(DAYS);
  const make = useNewClaim((claim) => {
    setKiosk("");
    onMade(claim);
  });
  const branches = useBranches(kiosks);
  useShortcuts([{ key: "N", label: t("enrolment.new"), run: () => field.current?.focus() }]);
  const known = kiosks.find((one) => one.kiosk === kiosk);
  const wrong = (text: string) => (text !== "" && !ID.test(text) ? t("enrolment.badId") : undefined);
  const ready = ID.test(kiosk) && ID.test(branch) && typeof days === "number";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) make.mutate({ kiosk, branch, days });
  };
  return (
    <Panel title={t("enrolment.new")} className="new-kiosk">
      <form className="stack" onSubmit={submit}>
        <TextInput
          ref={field}
          label={t("enrolment.kiosk")}
          placeholder="kiosk-007"
          value={kiosk}
          onChange={(event) => setKiosk(event.currentTarget.value.trim().toLowerCase())}
          error={wrong(kiosk)}
          maxLength={40}
          autoComplete="off"
          spellCheck={false}
        />
        <Autocomplete
          label={t("enrolment.branch")}
          data={branches}
          value={branch}
          onChange={(text) => setBranch(text.trim().toLowerCase())}
          error={wrong(branch)}
          maxLength={40}
        />
        <NumberInput
          label={t("enrolment.days")}
          value={days}
          onChange={setDays}
          min={1}
          max={MOST_DAYS}
          clampBehavior="strict"
          allowDecimal={false}
          hideControls
        />
        {known && <p className="soft">{t(`enrolment.again_${known.state}`)}</p>}
        <Button type="submit" className="tall" disabled={!ready} loading={make.isPending}>
          {t("enrolment.make")}
        </Button>
        <p className="soft">{t("enrolment.once")}</p>
      </form>
    </Panel>
  );
}

/** Branches somebody may put a kiosk in: their own, or all that are known. */
function useBranches(kiosks: Enrolled[]): string[] {
  const me = useSelf();
  const fleet = useFleet().data ?? [];
  const own: readonly string[] = me.branches;
  return own.length > 0 ? [...own] : [...new Set([...kiosks, ...fleet].map((one) => one.branch))].sort();
}
