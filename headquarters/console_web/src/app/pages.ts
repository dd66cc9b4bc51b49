// The pages: where they live, which icon stands for them, which roles see them; each is loaded when it is opened.
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Me, Role } from "../api/types.ts";

export interface PageEntry {
  name:
    | "queue"
    | "session"
    | "approvals"
    | "risk"
    | "fleet"
    | "enrolment"
    | "rollouts"
    | "board"
    | "recordings"
    | "audit";
  path: string;
  icon: string;
  roles: Role[];
  /** Only for those who see every branch (headquarters/scope.py). */
  whole?: true;
  Page: LazyExoticComponent<ComponentType>;
}

export const PAGES: PageEntry[] = [
  {
    name: "queue",
    path: "/queue",
    icon: "bell",
    roles: ["teller", "risk_officer", "supervisor"],
    Page: lazy(() => import("../pages/queue/Queue.tsx")),
  },
  {
    name: "session",
    path: "/session",
    icon: "people",
    roles: ["teller", "risk_officer", "supervisor"],
    Page: lazy(() => import("../pages/session/Session.tsx")),
  },
  {
    name: "approvals",
    path: "/approvals",
    icon: "check",
    roles: ["teller", "risk_officer", "supervisor"],
    Page: lazy(() => import("../pages/approvals/Approvals.tsx")),
  },
  {
    name: "risk",
    path: "/risk",
    icon: "shield",
    roles: ["supervisor", "risk_officer", "auditor"],
    Page: lazy(() => import("../pages/risk/Risk.tsx")),
  },
  {
    name: "fleet",
    path: "/fleet",
    icon: "grid",
    roles: ["technician", "administrator", "supervisor", "auditor"],
    Page: lazy(() => import("../pages/fleet/Fleet.tsx")),
  },
  {
    name: "enrolment",
    path: "/enrolment",
    icon: "qr",
    roles: ["technician", "administrator"],
    Page: lazy(() => import("../pages/enrolment/Enrolment.tsx")),
  },
  {
    name: "rollouts",
    path: "/rollouts",
    icon: "again",
    roles: ["technician", "administrator"],
    Page: lazy(() => import("../pages/rollouts/Rollouts.tsx")),
  },
  {
    name: "board",
    path: "/board",
    icon: "chart",
    roles: ["supervisor"],
    Page: lazy(() => import("../pages/board/Board.tsx")),
  },
  {
    name: "recordings",
    path: "/recordings",
    icon: "cam",
    roles: ["supervisor", "risk_officer", "auditor"],
    Page: lazy(() => import("../pages/recordings/Recordings.tsx")),
  },
  {
    name: "audit",
    path: "/audit",
    icon: "list",
    roles: ["auditor"],
    whole: true,
    Page: lazy(() => import("../pages/audit/Audit.tsx")),
  },
]; // prettier-ignore

/** Whether somebody sees every branch: no branches are named for them. */
export function seesAll(me: Pick<Me, "branches">): boolean {
  return me.branches.length === 0;
}

/** Return the pages somebody may open, in the order of the rail. */
export function pagesFor(me: { roles: readonly string[]; branches: string[] }): PageEntry[] {
  return PAGES.filter((page) => page.roles.some((role) => me.roles.includes(role)) && (!page.whole || seesAll(me)));
}

/** Return the key of the n-th page of the rail, counted from 0: the tenth is Alt+0, as a keyboard has no key 10. */
export function keyOf(n: number): string {
  return `Alt+${(n + 1) % 10}`;
}
