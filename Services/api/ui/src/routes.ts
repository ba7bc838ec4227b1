import { ComponentType, lazy } from "react";
import type { Session } from "./core/session";

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;
export interface PageProps { parameters: Record<string, string> }

/** A page by its place. A page of a repository may be a tab of it; a page of the whole installation may be in the bar on top. */
export interface Route {
  pattern: string;
  page: ComponentType<PageProps>;
  /** The name in the tabs or in the bar; none for pages that others lead to. */
  tab?: string;
  /** Whether the page is there: not where the operations it works with are not. */
  isThere?: (session: Session) => boolean;
}

const page = (pattern: string, load: Load<PageProps>, rest: Partial<Route> = {}): Route => ({ pattern, page: lazy(load), ...rest });

/** Pages for who is not signed in. */
export const openPages: Route[] = [
  page("/setup", () => import("./pages/setup/setup")),
  page("/login", () => import("./pages/login/login")),
];

export const pages: Route[] = [
  page("/repositories", () => import("./pages/repositories/repositories"), { tab: "Repositories" }),
  page("/admin/users", () => import("./pages/admin/users"), { tab: "Administration" }),
  page("/admin/users/:user", () => import("./pages/admin/user")),
  page("/admin/groups", () => import("./pages/admin/groups")),
  page("/admin/groups/:group", () => import("./pages/admin/group")),
  page("/admin/policies", () => import("./pages/admin/policies")),
  page("/admin/policies/:policy", () => import("./pages/admin/policy")),
  page("/admin/audit", () => import("./pages/admin/audit")),
  page("/system", () => import("./pages/system/system"), { tab: "System" }),
];

/** Pages of one repository, below `/repositories/:repo`, in the order of its tabs. */
export const repositoryPages: Route[] = [
  page("objects", () => import("./pages/objects/objects"), { tab: "Objects" }),
  page("objects/view", () => import("./pages/objects/view")),
  page("changes", () => import("./pages/changes/changes"), { tab: "Uncommitted" }),
  page("commits", () => import("./pages/commits/commits"), { tab: "Commits" }),
  page("commits/view", () => import("./pages/commits/view")),
  page("branches", () => import("./pages/refs/branches"), { tab: "Branches" }),
  page("tags", () => import("./pages/refs/tags"), { tab: "Tags" }),
  page("compare", () => import("./pages/compare/compare"), { tab: "Compare" }),
  page("pulls", () => import("./pages/pulls/pulls"), { tab: "Pull requests" }),
  page("pulls/view", () => import("./pages/pulls/view")),
  page("settings", () => import("./pages/repository/settings"), { tab: "Settings" }),
];
