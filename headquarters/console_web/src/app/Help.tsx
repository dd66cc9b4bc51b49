// The list of keys that work here.
import { useWords } from "../i18n/index.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { type Shortcut, useShortcutList } from "./keys.tsx";

export function Help({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useWords();
  const list = useShortcutList();
  const all = opened ? list() : [];
  return (
    <Dialog opened={opened} onClose={onClose} title={t("keys.title")}>
      <div className="help">
        <Keys title={t("keys.this")} keys={all.filter((one) => !one.everywhere)} />
        <Keys title={t("keys.everywhere")} keys={all.filter((one) => one.everywhere)} />
      </div>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: Shortcut[] }) {
  if (keys.length === 0) return null;
  return (
    <section>
      <h4>{title}</h4>
      <dl>
        {keys.map((one) => (
          <div key={one.key}>
            <dt>
              <kbd>{one.key}</kbd>
            </dt>
            <dd>{one.label}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
