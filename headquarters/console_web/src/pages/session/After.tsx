// What stays after the talk: a note for colleagues, a work order.
import { Button, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useDeed } from "../../api/calls.ts";
import type { Briefing } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";

const KINDS = [
  "call_back",
  "answer_again",
  "explain_refusal",
  "repair_and_redo",
  "check_account",
  "open_complaint",
  "secure_funds",
  "find_card",
];

export function After({ call, mine }: { call: Briefing; mine: boolean }) {
  const { t, code } = useWords();
  const [note, setNote] = useState("");
  const [kind, setKind] = useState<string | null>(null);
  const noted = useDeed(() => setNote(""));
  const ordered = useDeed(() => {
    setNote("");
    setKind(null);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = note.trim();
    if (!text) return;
    if (kind) ordered.mutate({ id: call.id, deed: "work-order", body: { kind, text }, said: t("session.ordered") });
    else noted.mutate({ id: call.id, deed: "note", body: { text }, said: t("session.noted") });
  };
  return (
    <section className="panel" aria-label={t("session.note")}>
      <form className="row" onSubmit={submit}>
        <TextInput
          className="grow"
          aria-label={t("session.note")}
          placeholder={`${t("session.note")}：${t("session.noteHint")}`}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={500}
        />
        <Select
          w={116}
          aria-label={t("session.workOrderKind")}
          placeholder={t("session.workOrder")}
          clearable
          value={kind}
          onChange={setKind}
          disabled={!mine}
          data={KINDS.map((one) => ({ value: one, label: code("workOrder", one) }))}
        />
        <Button type="submit" variant="default" disabled={!note.trim()} loading={noted.isPending || ordered.isPending}>
          {t(kind ? "session.openOrder" : "common.save")}
        </Button>
      </form>
    </section>
  );
}
