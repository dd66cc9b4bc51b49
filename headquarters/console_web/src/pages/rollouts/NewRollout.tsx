// Begins a rollout: which release, which kiosks, in which stages, and what ends it; it says beforehand how many each stage reaches.
import { Button, MultiSelect, NumberInput, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useFleet } from "../../api/boards.ts";
import { useToast } from "../../api/calls.ts";
import { useEnrolled, useNewRollout, useReleases } from "../../api/fleet.ts";
import type { Release, Rollout } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { branchesOf, inUse } from "../../parts/fleet.ts";
import { opens, stagesOf } from "../../parts/rollout.ts";

const HOUR_S = 3600;
const MOST_HOURS = 720;
/** Kiosks switch at night (headquarters/rollout/plan.py). */
const NIGHT_HOURS = 26;
const STAGES = "5, 25, 100";
const EVERYWHERE = "";

export function NewRollout({ onClose, onMade }: { onClose: () => void; onMade: (made: Rollout) => void }) {
  const { t, code } = useWords();
  const toast = useToast();
  const releases = useReleases().data;
  const enrolled = useEnrolled().data;
  const fleet = inUse(useFleet().data ?? [], enrolled ?? []);
  const [release, setRelease] = useState<string | null>(null);
  const [branch, setBranch] = useState<string>(EVERYWHERE);
  const [named, setNamed] = useState<string[]>([]);
  const [stages, setStages] = useState(STAGES);
  const [failed, setFailed] = useState<number | string>(0);
  const [soak, setSoak] = useState<number | string>(1);
  const [silent, setSilent] = useState<number | string>(NIGHT_HOURS);
  const [why, setWhy] = useState("");
  const make = useNewRollout((made) => {
    toast.done(t("rollouts.begun"));
    onMade(made);
  });
  const chosen = release ?? releases?.[0]?.id ?? null;
  const there = fleet.filter((one) => branch === EVERYWHERE || one.branch === branch).map((one) => one.kiosk);
  const kiosks = named.length > 0 ? named : there;
  const percents = stagesOf(stages);
  const numbers = [failed, soak, silent].every((one) => typeof one === "number");
  const ready =
    enrolled !== undefined && chosen !== null && percents !== null && kiosks.length > 0 && numbers && why.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    make.mutate({
      release: chosen,
      kiosks,
      stages: percents,
      most_failed: Number(failed),
      soak_s: Math.round(Number(soak) * HOUR_S),
      silent_s: Math.round(Number(silent) * HOUR_S),
      why: why.trim(),
    });
  };
  const label = (one: Release) => `${one.name}　${code("releaseKind", one.kind)}　${one.version}-${one.build}`;
  return (
    <Dialog opened onClose={onClose} title={t("rollouts.new")} size={640}>
      {releases?.length === 0 ? (
        <p>{t("rollouts.noRelease")}</p>
      ) : (
        <form className="stack new-rollout" onSubmit={submit}>
          <Select
            label={t("rollouts.release")}
            data={(releases ?? []).map((one) => ({ value: one.id, label: label(one) }))}
            value={chosen}
            onChange={setRelease}
            allowDeselect={false}
            data-autofocus
          />
          <div className="pair">
            <Select
              label={t("rollouts.branch")}
              data={[
                { value: EVERYWHERE, label: t("rollouts.everywhere") },
                ...branchesOf(fleet).map(([name, all]) => ({
                  value: name,
                  label: `${name}　${all.length} ${t("common.kiosks")}`,
                })),
              ]}
              value={branch}
              onChange={(to) => {
                setBranch(to ?? EVERYWHERE);
                setNamed([]);
              }}
              allowDeselect={false}
            />
            <MultiSelect
              label={t("rollouts.only")}
              placeholder={named.length === 0 ? t("rollouts.allThere", { n: there.length }) : ""}
              data={there}
              value={named}
              onChange={setNamed}
              searchable
              hidePickedOptions
            />
          </div>
          <TextInput
            label={t("rollouts.stages")}
            description={
              percents ? t("rollouts.reach", { kiosks: opens(percents, kiosks.length).join(" → ") }) : undefined
            }
            error={percents ? undefined : t("rollouts.badStages")}
            value={stages}
            onChange={(event) => setStages(event.currentTarget.value)}
          />
          <div className="pair three">
            <NumberInput
              label={t("rollouts.mostFailed")}
              value={failed}
              onChange={setFailed}
              min={0}
              max={9999}
              allowDecimal={false}
              hideControls
            />
            <NumberInput
              label={t("rollouts.soak")}
              value={soak}
              onChange={setSoak}
              min={0}
              max={MOST_HOURS}
              hideControls
            />
            <NumberInput
              label={t("rollouts.silent")}
              value={silent}
              onChange={setSilent}
              min={0.1}
              max={MOST_HOURS}
              hideControls
            />
          </div>
          <TextInput
            label={t("rollouts.why")}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
            maxLength={200}
          />
          <p className="soft">{t("rollouts.newNote")}</p>
          <Button type="submit" className="tall" disabled={!ready} loading={make.isPending}>
            {t("rollouts.begin", { n: percents ? (opens(percents, kiosks.length)[0] ?? 0) : 0 })}
          </Button>
        </form>
      )}
    </Dialog>
  );
}
