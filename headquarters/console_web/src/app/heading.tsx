// The header's left side: a page may put its own heading there, else it is the page's name.
import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";

interface Slot {
  node: HTMLElement | null;
  setNode: (node: HTMLElement | null) => void;
  taken: number;
  setTaken: (change: (n: number) => number) => void;
  fallback: string;
}

const Context = createContext<Slot | null>(null);

export function HeadingProvider({ fallback, children }: { fallback: string; children: ReactNode }) {
  const [node, setNode] = useState<HTMLElement | null>(null);
  const [taken, setTaken] = useState(0);
  return <Context.Provider value={{ node, setNode, taken, setTaken, fallback }}>{children}</Context.Provider>;
}

export function Heading() {
  const slot = useContext(Context);
  return (
    <div className="heading" ref={slot?.setNode}>
      {slot?.taken === 0 ? <h1>{slot.fallback}</h1> : null}
    </div>
  );
}

/** Put something in the place of the page's name while it is shown. */
export function PageHeading({ children }: { children: ReactNode }) {
  const slot = useContext(Context);
  const setTaken = slot?.setTaken;
  useLayoutEffect(() => {
    setTaken?.((n) => n + 1);
    return () => setTaken?.((n) => n - 1);
  }, [setTaken]);
  return slot?.node ? createPortal(children, slot.node) : null;
}
