// Passing a customer on: to a colleague, back to the machine, or not taking them, each with its reason.
import { Button, Radio, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useDeed, useTellers } from "../../api/calls.ts";
import type { QueueItem, Skill } from "../../api/types.ts";
import { useSelf } from "../../app/me.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";

const SKILLS: Skill[] = ["language", "wealth", "risk_desk", "senior"];
const WHY_NOT = ["busy", "skill", "language", "known"];

interface Props {
  item: Pick<QueueItem, "id" | "headline">;
  onClose: () => void;
  onDone?: () => void;
}

export function Decline({ item, onClose, onDone }: Props) {
  const { t } = useWords();
  const [why, setWhy] = useState("");
  const [words, setWords] = useState("");
  const deed = useDeed(() => {
    onClose();
    onDone?.();
  });
  const reason = words.trim() || (why && t(`queue.decline_${why}`));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason) deed.mutate({ id: item.id, deed: "decline", body: { reason }, said: "" });
  };
  return (
    <Dialog opened onClose={onClose} title={t("queue.why_decline")}>
      <form onSubmit={submit} className="stack">
        <p className="soft">{item.headline}</p>
        <Radio.Group value={why} onChange={setWhy} aria-label={t("queue.why_decline")}>
          <Stack gap="xs">
            {WHY_NOT.map((one, n) => (
              <Radio key={one} value={one} label={t(`queue.decline_${one}`)} data-autofocus={n === 0 || undefined} />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label={t("common.reason")}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          maxLength={200}
        />
        <Button type="submit" className="tall" disabled={!reason} loading={deed.isPending}>
          {t("queue.decline")}
        </Button>
      </form>
    </Dialog>
  );
}

export function Transfer({ item, onClose, onDone }: Props) {
  const { t, code } = useWords();
  const me = useSelf();
  const tellers = (useTellers().data ?? []).filter((one) => one.id !== me.id && one.state !== "away");
  const [to, setTo] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const deed = useDeed(() => {
    onClose();
    onDone?.();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to === null) return;
    const [kind, id] = [to.slice(0, 6), to.slice(6)];
    const body = kind === "skill:" ? { skill: id, note } : { teller_id: id, note };
    deed.mutate({ id: item.id, deed: "transfer", body, said: t("session.handed") });
  };
  const data = [
    {
      group: t("queue.toTeller"),
      items: tellers.map((one) => ({
        value: `teller${one.id}`,
        label: `${one.name} · ${t(`board.state_${one.state}`)}`,
      })),
    },
    { group: t("queue.toSkill"), items: SKILLS.map((one) => ({ value: `skill:${one}`, label: code("skill", one) })) },
  ];
  return (
    <Dialog opened onClose={onClose} title={t("queue.to")}>
      <form onSubmit={submit} className="stack">
        <p className="soft">{item.headline}</p>
        <Select label={t("queue.to")} data={data} value={to} onChange={setTo} searchable data-autofocus />
        <Textarea
          label={t("queue.noteFor")}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={500}
          autosize
          minRows={2}
        />
        <Button type="submit" className="tall" disabled={to === null} loading={deed.isPending}>
          {t("queue.transfer")}
        </Button>
      </form>
    </Dialog>
  );
}
