import { useState } from "react";
import { Commit, path, Ref } from "../core/api";
import { shortID, shown } from "../core/format";
import { useRows, useSettled } from "../core/hooks";
import { Menu } from "./controls";
import { ErrorPanel } from "./feedback";

type Kind = "branches" | "tags" | "commits";

/** Chooses a branch, a tag or a commit of a repository, or any expression that is typed. */
export function RefPicker({ repository, value, onChange, kinds = ["branches", "tags", "commits"], label = "Reference" }: {
  repository: string; value: string; onChange: (ref: string) => void; kinds?: Kind[]; label?: string;
}): JSX.Element {
  return (
    <Menu side="left" name={`${label}: ${value}`} label={<><span className="muted">{label}</span><strong className="clip mono">{shown(value)}</strong><span aria-hidden="true">▾</span></>}>
      {(close) => <Choices repository={repository} kinds={kinds} value={value} onChoose={(ref) => { close(); if (ref !== value) onChange(ref); }} />}
    </Menu>
  );
}

function Choices({ repository, kinds, value, onChoose }: {
  repository: string; kinds: Kind[]; value: string; onChoose: (ref: string) => void;
}): JSX.Element {
  const [kind, setKind] = useState<Kind>(kinds[0] ?? "branches");
  const [text, setText] = useState("");
  const prefix = useSettled(text.trim());
  const target = kind === "commits" ? path`/repositories/${repository}/refs/${value}/commits` : path`/repositories/${repository}/` + kind;
  const list = useRows<Ref & Commit>(target, kind === "commits" ? {} : { prefix }, 50);
  return (
    <div className="picker stack tight">
      <input className="input" autoFocus value={text} placeholder="Search, or any reference" aria-label="Search references" onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => { if (event.key === "Enter" && text.trim()) onChoose(text.trim()); }} />
      {kinds.length > 1 && (
        <div className="row" role="group" aria-label="Kind">
          {kinds.map((one) => (
            <button key={one} type="button" className={`button small ${one === kind ? "" : "quiet"}`} aria-pressed={one === kind} onClick={() => setKind(one)}>{one}</button>
          ))}
        </div>
      )}
      {list.error !== undefined && <ErrorPanel error={list.error} />}
      <ul>
        {list.rows.map((row) => (
          <li key={row.id}>
            <button type="button" className="item clip mono" title={row.message ?? row.id} aria-pressed={row.id === value} onClick={() => onChoose(row.id)}>
              {kind === "commits" ? `${shortID(row.id)} ${shown(row.message)}` : shown(row.id)}
            </button>
          </li>
        ))}
        {!list.isLoading && list.rows.length === 0 && <li className="muted small">None{prefix ? " begins so" : ""}. Enter takes what is typed.</li>}
      </ul>
    </div>
  );
}
