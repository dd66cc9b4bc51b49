// Who is here? Shows the sign-in page until somebody is, then the console.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Fault, get, keepToken } from "../api/client.ts";
import type { Me } from "../api/types.ts";
import { useWords } from "../i18n/index.ts";
import { SignIn } from "./SignIn.tsx";

const Shell = lazy(() => import("./Shell.tsx"));

export function useMe() {
  return useQuery({
    queryKey: ["me"],
    queryFn: async ({ signal }) => {
      const me = await get<Me>("/api/me", signal);
      keepToken(me.csrf);
      return me;
    },
    staleTime: 60_000,
  });
}

export function Gate() {
  const { t } = useWords();
  const me = useMe();
  if (me.isPending) return null;
  if (!me.data) return <SignIn fault={faultOf(me.error, t("signIn.refused"))} />;
  if (me.data.second_factor === "needed") return <SignIn needsCode fault="" />;
  return (
    <Suspense fallback={null}>
      <Shell me={me.data} />
    </Suspense>
  );
}

/** Return what to say on the sign-in page: headquarters sends a login that failed back with ``?fault=CODE``. */
function faultOf(error: Error | null, refused: string): string {
  if (new URLSearchParams(location.search).has("fault")) return refused;
  return error instanceof Fault && error.status === 401 ? "" : (error?.message ?? "");
}
