// Who is signed in, for every page.
import { createContext, useContext } from "react";
import type { Me } from "../api/types.ts";

export const MeContext = createContext<Me | null>(null);

/** Return who is signed in; only inside the shell. */
export function useSelf(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error("nobody is signed in here");
  return me;
}
