import { Link } from "../../core/router";
import { shown } from "../../core/format";
import { folderAt, parts } from "./where";

/** The way down to a prefix or an object, each step a link. */
export function Crumbs({ repository, refName, of }: { repository: string; refName: string; of: string }): JSX.Element {
  const folders = parts(of);
  const last = of.slice(folders[folders.length - 1]?.prefix.length ?? 0);
  return (
    <nav className="crumbs" aria-label="Path">
      <Link to={folderAt(repository, refName, "")} aria-current={of === "" ? "page" : undefined}>{repository}</Link>
      {folders.map(({ name, prefix }) => (
        <span key={prefix} className="wrap">
          <span className="muted" aria-hidden="true">/ </span>
          <Link to={folderAt(repository, refName, prefix)} aria-current={prefix === of ? "page" : undefined}>{shown(name) || "(no name)"}</Link>
        </span>
      ))}
      {last && <span className="wrap" aria-current="page"><span className="muted" aria-hidden="true">/ </span><bdi>{shown(last)}</bdi></span>}
    </nav>
  );
}
