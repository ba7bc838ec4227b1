import { useMemo, useState } from "react";
import { count } from "../core/format";
import Code from "./code";
import type { TextProps } from "./preview";

/** Children shown at once; more are asked for by a button. */
const pageSize = 100;

export default function JSONPreview({ head, guess, entry }: TextProps): JSX.Element {
  const parsed = useMemo(() => (guess.kind === "lines" ? readLines(head.text, head.isWhole) : readWhole(head.text)), [head, guess.kind]);
  // What is no JSON, or the begin of some, is shown as it is written.
  if (!parsed) return <Code head={head} guess={{ kind: "code", language: "javascript" }} entry={entry} />;
  return (
    <div className="preview-json" tabIndex={0} role="region" aria-label="JSON">
      {parsed.length === 1 && guess.kind !== "lines"
        ? <Value value={parsed[0]} isOpen />
        : <Children entries={parsed.map((value, index) => [String(index + 1), value])} />}
    </div>
  );
}

function readWhole(text: string): unknown[] | undefined {
  try {
    return [JSON.parse(text)];
  } catch {
    return undefined;
  }
}

function readLines(text: string, isWhole: boolean): unknown[] | undefined {
  const lines = text.split("\n");
  if (!isWhole) lines.pop();
  try {
    return lines.filter((line) => line.trim()).map((line) => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

function Value({ value, isOpen = false }: { value: unknown; isOpen?: boolean }): JSX.Element {
  if (value === null || typeof value !== "object") return <Leaf value={value} />;
  const isList = Array.isArray(value);
  const entries = Object.entries(value as object);
  if (entries.length === 0) return <code>{isList ? "[]" : "{}"}</code>;
  return <Branch summary={isList ? `[ ${count(entries.length)} ]` : `{ ${count(entries.length)} }`} entries={entries} isOpen={isOpen} />;
}

/** Children come into being when they are looked at: deep and long documents cost what is seen of them. */
function Branch({ summary, entries, isOpen }: { summary: string; entries: [string, unknown][]; isOpen: boolean }): JSX.Element {
  const [open, setOpen] = useState(isOpen);
  return (
    <details open={open} onToggle={(event) => setOpen((event.target as HTMLDetailsElement).open)}>
      <summary><code className="muted">{summary}</code></summary>
      {open && <Children entries={entries} />}
    </details>
  );
}

function Children({ entries }: { entries: [string, unknown][] }): JSX.Element {
  const [shown, setShown] = useState(pageSize);
  return (
    <ul>
      {entries.slice(0, shown).map(([name, value]) => <li key={name}><span className="preview-key">{name}</span> <Value value={value} /></li>)}
      {entries.length > shown && (
        <li><button type="button" className="button small" onClick={() => setShown(shown + pageSize * 5)}>{count(entries.length - shown)} more</button></li>
      )}
    </ul>
  );
}

function Leaf({ value }: { value: unknown }): JSX.Element {
  const kind = value === null ? "null" : typeof value;
  return <code className={`preview-leaf ${kind}`}>{kind === "string" ? JSON.stringify(value) : String(value)}</code>;
}
