// A page, a document or a form for the customer: plain text, checked here as headquarters checks it.
import { ActionIcon, Button, Select, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useDeed } from "../../api/calls.ts";
import type { Briefing, FormField } from "../../api/types.ts";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { type Draft, fieldsOf } from "./forms.ts";

export type PushKind = "page" | "form" | "document";
const MOST_FIELDS = 8;

interface PushProps {
  call: Briefing;
  kind: PushKind;
  onClose: () => void;
}

export function PushDialog({ call, kind, onClose }: PushProps) {
  const { t } = useWords();
  const first = kind === "page" ? call.recommended.wording[0]?.text : "";
  const [title, setTitle] = useState(kind === "page" ? t("session.pushPage") : "");
  const [body, setBody] = useState(first ?? "");
  const [drafts, setDrafts] = useState<Draft[]>(kind === "form" ? [{ label: "", kind: "choice", options: "" }] : []);
  const deed = useDeed(onClose);
  const fields = fieldsOf(drafts);
  const ready = title.trim() !== "" && (kind !== "form" || (fields !== null && fields.length > 0));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const page = { title: title.trim(), body: body.trim(), kind, fields: fields ?? [] };
    deed.mutate({ id: call.id, deed: "push", body: { page }, said: t("session.pushed") });
  };
  const change = (at: number, part: Partial<Draft>) =>
    setDrafts((all) => all.map((one, n) => (n === at ? { ...one, ...part } : one)));
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t(`session.push${kind === "page" ? "Page" : kind === "form" ? "Form" : "Doc"}`)}
    >
      <form className="stack" onSubmit={submit}>
        <TextInput
          label={t("session.formTitle")}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          maxLength={60}
          data-autofocus
        />
        <Textarea
          label={t("session.formBody")}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
          maxLength={2000}
          autosize
          minRows={3}
          maxRows={10}
        />
        {drafts.map((draft, n) => (
          <FieldDraft
            // biome-ignore lint/suspicious/noArrayIndexKey: a field that is being written has no other name than its place
            key={n}
            draft={draft}
            onChange={(part) => change(n, part)}
            onRemove={() => setDrafts((all) => all.filter((_, at) => at !== n))}
          />
        ))}
        {kind === "form" && (
          <Button
            variant="default"
            disabled={drafts.length >= MOST_FIELDS}
            onClick={() => setDrafts((all) => [...all, { label: "", kind: "choice", options: "" }])}
          >
            {t("session.addField")}
          </Button>
        )}
        <Button type="submit" className="tall" disabled={!ready} loading={deed.isPending}>
          {t("session.toScreen")}
        </Button>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  onRemove: () => void;
}

function FieldDraft({ draft, onChange, onRemove }: FieldProps) {
  const { t } = useWords();
  const kinds: FormField["kind"][] = ["choice", "digits", "amount"];
  return (
    <div className="row field-draft">
      <TextInput
        className="grow"
        aria-label={t("session.field")}
        placeholder={t("session.field")}
        value={draft.label}
        onChange={(event) => onChange({ label: event.currentTarget.value })}
        maxLength={40}
      />
      <Select
        w={110}
        aria-label={t("session.pageKind")}
        data={kinds.map((kind) => ({ value: kind, label: t(`session.field_${kind}`) }))}
        value={draft.kind}
        allowDeselect={false}
        onChange={(kind) => onChange({ kind: kind as FormField["kind"] })}
      />
      {draft.kind === "choice" && (
        <TextInput
          className="grow"
          aria-label={t("session.options")}
          placeholder={t("session.options")}
          value={draft.options}
          onChange={(event) => onChange({ options: event.currentTarget.value })}
          maxLength={250}
        />
      )}
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={t("session.removeField")} onClick={onRemove}>
        ✕
      </ActionIcon>
    </div>
  );
}
