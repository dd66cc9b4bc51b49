// The head of a table: a heading for each column; the last one for what can be done, read but not shown.
import { useWords } from "../i18n/index.ts";

interface HeadsProps {
  /** Keys of the words. */
  names: string[];
  /** Whether rows end with something to press. */
  acts?: boolean;
}

export function Heads({ names, acts = false }: HeadsProps) {
  const { t } = useWords();
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col">
            {t(name)}
          </th>
        ))}
        {acts && (
          <th scope="col">
            <span className="gone">{t("queue.act")}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}
