import { ReactNode, useState } from "react";
import { Change, get, Page, Query } from "../core/api";
import { count, shown } from "../core/format";
import { useLoad, useRows } from "../core/hooks";
import { Link } from "../core/router";
import { More } from "./controls";
import { Empty, ErrorPanel, Loading } from "./feedback";

const signs: Record<Change["type"], { sign: string; name: string }> = {
  added: { sign: "+", name: "added" }, removed: { sign: "−", name: "removed" }, changed: { sign: "~", name: "changed" },
  conflict: { sign: "!", name: "in conflict" }, prefix_changed: { sign: "▸", name: "changes below" },
};
/** Changes are counted up to so many: a page of the API. */
const counted = 1_000;

export interface Differences {
  /** The list of changes, and what to ask it beside prefix and delimiter. */
  target: string; query?: Query;
  /** Where a changed object's page is; none where there is nothing to see. */
  open?: (change: Change) => string | undefined;
  /** What may be done with a row. */
  actions?: (change: Change) => ReactNode;
}

/** What differs, folder by folder: each opens on demand and says how much is below it. */
export function Changes({ differences, nothing, version = 0 }: { differences: Differences; nothing: ReactNode; version?: number }): JSX.Element {
  return <Level key={version} differences={differences} prefix="" nothing={nothing} />;
}

function Level({ differences, prefix, nothing }: { differences: Differences; prefix: string; nothing?: ReactNode }): JSX.Element {
  const list = useRows<Change>(differences.target, { ...differences.query, prefix, delimiter: "/" }, 200);
  if (list.error !== undefined) return <ErrorPanel error={list.error} retry={list.reload} />;
  if (list.isLoading && list.rows.length === 0) return <Loading what="changes" />;
  if (list.rows.length === 0) return <>{nothing ?? <p className="muted small change-row">Nothing differs here any more.</p>}</>;
  return (
    <>
      <ul className="changes" aria-label={prefix ? `Changes below ${shown(prefix)}` : "Changes"}>
        {list.rows.map((change) => change.path_type === "common_prefix"
          ? <Folder key={change.path} {...{ differences, change, prefix }} /> : <Leaf key={change.path} {...{ differences, change, prefix }} />)}
      </ul>
      <More {...list} />
    </>
  );
}

function Folder({ differences, change, prefix }: { differences: Differences; change: Change; prefix: string }): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <li>
      <div className="change-row">
        <button type="button" className="button quiet small change-fold" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span><bdi className="clip">{shown(change.path.slice(prefix.length))}</bdi>
        </button>
        <span className="grow" />
        <Totals differences={differences} prefix={change.path} />
        {differences.actions?.(change)}
      </div>
      {isOpen && <div className="change-below"><Level differences={differences} prefix={change.path} /></div>}
    </li>
  );
}

function Leaf({ differences, change, prefix }: { differences: Differences; change: Change; prefix: string }): JSX.Element {
  const name = <bdi className="clip">{shown(change.path.slice(prefix.length)) || "(the folder itself)"}</bdi>;
  const target = differences.open?.(change);
  const { sign, name: kind } = signs[change.type];
  return (
    <li className="change-row">
      <span className={`change-sign ${change.type}`} title={kind}><span aria-hidden="true">{sign}</span><span className="visually-hidden">{kind}: </span></span>
      {target ? <Link to={target} className="clip" title={shown(change.path)} aria-current={undefined}>{name}</Link> : <span className="clip" title={shown(change.path)}>{name}</span>}
      <span className="grow" />
      {differences.actions?.(change)}
    </li>
  );
}

/** How many changes of each kind there are below a prefix. */
export function Totals({ differences, prefix = "", version = 0 }: { differences: Differences; prefix?: string; version?: number }): JSX.Element | null {
  const { target, query } = differences;
  const found = useLoad((signal) => get<Page<Change>>(target, { ...query, prefix, amount: counted }, signal), [target, JSON.stringify(query), prefix, version]);
  if (!found.value) return null;
  const totals = new Map<Change["type"], number>();
  for (const { type } of found.value.results) totals.set(type, (totals.get(type) ?? 0) + 1);
  const more = found.value.pagination.has_more ? "+" : "";
  return (
    <span className="row change-totals small">
      {[...totals].map(([type, number]) => (
        <span key={type} className={type} title={signs[type].name}><span aria-hidden="true">{signs[type].sign}</span>{count(number)}{more}<span className="visually-hidden"> {signs[type].name}</span></span>
      ))}
    </span>
  );
}

export const Nothing = ({ title, children }: { title: string; children?: ReactNode }): JSX.Element => <Empty title={title}>{children}</Empty>;
