import { ReactNode } from "react";
import { shown } from "../../core/format";
import { Link, usePlace, useTitle } from "../../core/router";

const tabs = [["users", "Users"], ["groups", "Groups"], ["policies", "Policies"], ["audit", "Audit log"]] as const;

/** What the pages of administration have around them. */
export function AdminShell({ title, children }: { title?: string; children: ReactNode }): JSX.Element {
  const { path } = usePlace();
  const [, , area = ""] = path.split("/");
  const name = tabs.find(([one]) => one === area)?.[1] ?? "Administration";
  useTitle(title ?? name, "Administration");
  return (
    <>
      <div className="row head-line">
        {title !== undefined && <nav aria-label="Way up" className="small"><Link to={`/admin/${area}`} aria-current={undefined}>{name}</Link> <span className="muted" aria-hidden="true">/</span></nav>}
        <h1 className="wrap"><bdi>{title === undefined ? name : shown(title)}</bdi></h1>
      </div>
      <nav className="tabs" aria-label="Administration">
        {tabs.map(([one, label]) => <Link key={one} to={`/admin/${one}`} aria-current={one === area ? "page" : undefined}>{label}</Link>)}
      </nav>
      {children}
    </>
  );
}
