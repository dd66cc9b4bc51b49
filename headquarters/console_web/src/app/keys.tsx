// Keyboard: pages say which keys they answer to; `?` lists them all.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";

export interface Shortcut {
  /** As in KeyboardEvent.key, with Alt+ before it where Alt is held. */
  key: string;
  label: string;
  run: () => void;
  everywhere?: boolean;
}

interface Board {
  add: (shortcuts: Shortcut[]) => () => void;
  all: () => Shortcut[];
}

const Context = createContext<Board | null>(null);
const TYPING = "input, textarea, select, [contenteditable=true]";
const PRESSING = "button, a, [role=button], [role=tab], [role=radio], summary";

/** Whether a key belongs to what has the focus rather than to the page. */
export function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("[role=dialog], [role=menu], [role=listbox]")) return true;
  if (target.closest(TYPING)) return true;
  return (key === "Enter" || key === " ") && target.closest(PRESSING) !== null;
}

export function nameOf(event: Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey">): string {
  if (event.ctrlKey || event.metaKey) return "";
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return event.altKey ? `Alt+${key}` : key;
}

export function Keyboard({ children }: { children: ReactNode }) {
  const sets = useRef(new Set<Shortcut[]>());
  const add = useCallback((shortcuts: Shortcut[]) => {
    sets.current.add(shortcuts);
    return () => void sets.current.delete(shortcuts);
  }, []);
  const all = useCallback(() => [...sets.current].flat(), []);
  const board = useMemo(() => ({ add, all }), [add, all]);
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      const name = nameOf(event);
      if (!name || event.defaultPrevented || isTaken(event.target, event.key)) return;
      // The page that was opened last comes first.
      const found = board
        .all()
        .reverse()
        .find((shortcut) => shortcut.key === name);
      if (!found) return;
      event.preventDefault();
      found.run();
    };
    window.addEventListener("keydown", heard);
    return () => window.removeEventListener("keydown", heard);
  }, [board]);
  return <Context.Provider value={board}>{children}</Context.Provider>;
}

/** Answer to keys while the component is shown. */
export function useShortcuts(shortcuts: Shortcut[]): void {
  const board = useContext(Context);
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const shape = shortcuts.map((one) => `${one.key} ${one.label}`).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the functions are read from the ref, only names re-register
  useEffect(() => {
    const registered = latest.current.map((one, n) => ({ ...one, run: () => latest.current[n]?.run() }));
    return board?.add(registered);
  }, [board, shape]);
}

/** Return what lists the keys that work now. */
export function useShortcutList(): () => Shortcut[] {
  const board = useContext(Context);
  return board?.all ?? (() => []);
}

/** Return a clock that ticks every second while something is shown. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
