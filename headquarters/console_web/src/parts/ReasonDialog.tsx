// Asks why before something is stopped for good, and says what follows.
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Dialog } from "./Dialog.tsx";

interface ReasonDialogProps {
  title: string;
  note: string;
  label: string;
  action: string;
  busy: boolean;
  onClose: () => void;
  onReason: (reason: string) => void;
}

export function ReasonDialog({ title, note, label, action, busy, onClose, onReason }: ReasonDialogProps) {
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) onReason(reason.trim());
  };
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form className="stack" onSubmit={submit}>
        <p>{note}</p>
        <TextInput
          label={label}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={200}
          data-autofocus
        />
        <Button type="submit" className="tall" color="persimmon" disabled={!reason.trim()} loading={busy}>
          {action}
        </Button>
      </form>
    </Dialog>
  );
}
