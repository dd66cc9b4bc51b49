// Shuts a kiosk out: said why, and said what follows.
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useWords } from "../../i18n/index.ts";
import { Dialog } from "../../parts/Dialog.tsx";

interface RevokeDialogProps {
  kiosk: string;
  busy: boolean;
  onClose: () => void;
  onRevoke: (reason: string) => void;
}

export function RevokeDialog({ kiosk, busy, onClose, onRevoke }: RevokeDialogProps) {
  const { t } = useWords();
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) onRevoke(reason.trim());
  };
  return (
    <Dialog opened onClose={onClose} title={t("enrolment.revokeTitle", { kiosk })}>
      <form className="stack" onSubmit={submit}>
        <p>{t("enrolment.revokeNote")}</p>
        <TextInput
          label={t("enrolment.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={200}
          data-autofocus
        />
        <Button type="submit" className="tall" color="persimmon" disabled={!reason.trim()} loading={busy}>
          {t("enrolment.revoke")}
        </Button>
      </form>
    </Dialog>
  );
}
