// A form as a teller types it, and as the kiosk takes it.
import type { FormField } from "../../api/types.ts";

export interface Draft {
  label: string;
  kind: FormField["kind"];
  /** Choices, parted by commas of either width or slashes. */
  options: string;
}

const MOST_OPTIONS = 6;

/** Return the fields of a form, null while one is not finished: a label is missing, or a choice with under two or over six options. */
export function fieldsOf(drafts: Draft[]): FormField[] | null {
  const fields = drafts.map((draft, n): FormField | null => {
    const options = draft.kind === "choice" ? optionsOf(draft.options) : [];
    const complete = draft.kind !== "choice" || (options.length >= 2 && options.length <= MOST_OPTIONS);
    return draft.label.trim() && complete
      ? { name: `field_${n + 1}`, label: draft.label.trim(), kind: draft.kind, options, length: 0 }
      : null;
  });
  return fields.every((field) => field !== null) ? fields : null;
}

function optionsOf(text: string): string[] {
  return [...new Set(text.split(/[,，、/]/).map((one) => one.trim()))].filter((one) => one !== "");
}
