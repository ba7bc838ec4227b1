import { useMemo } from "react";
import Code, { CodeBlock } from "./code";
import { MarkdownText } from "./markdown-text";
import type { TextProps } from "./preview";

const maxCells = 500;
const maxOutput = 20_000;

type Loose = Record<string, unknown>;
const record = (value: unknown): Loose => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
/** Notebooks keep text whole or by lines. */
const text = (value: unknown): string => (Array.isArray(value) ? value.filter((line) => typeof line === "string").join("") : typeof value === "string" ? value : "");

/** The cells of a Jupyter notebook with their outputs: HTML and scripts in these are left out, pictures shown. */
export default function Notebook({ head, guess, entry }: TextProps): JSX.Element {
  const found = useMemo(() => read(head.text), [head.text]);
  if (!found) return <Code head={head} guess={{ ...guess, language: "javascript" }} entry={entry} />;
  return (
    <div className="preview-notebook">
      {found.cells.slice(0, maxCells).map((cell, index) => <Cell key={index} cell={record(cell)} language={found.language} />)}
      {found.cells.length > maxCells && <p className="preview-cut" role="note">The first {maxCells} cells are shown.</p>}
    </div>
  );
}

function read(source: string): { cells: unknown[]; language: string } | undefined {
  try {
    const notebook = record(JSON.parse(source));
    if (!Array.isArray(notebook["cells"])) return undefined;
    const metadata = record(notebook["metadata"]);
    const language = text(record(metadata["language_info"])["name"]) || text(record(metadata["kernelspec"])["language"]) || "python";
    return { cells: notebook["cells"], language };
  } catch {
    return undefined;
  }
}

function Cell({ cell, language }: { cell: Loose; language: string }): JSX.Element {
  const source = text(cell["source"]);
  if (cell["cell_type"] === "markdown") return <section className="cell"><MarkdownText text={source} /></section>;
  if (cell["cell_type"] !== "code") return <section className="cell"><pre className="code">{source}</pre></section>;
  const number = cell["execution_count"];
  return (
    <section className="cell">
      <span className="muted small mono">In [{typeof number === "number" ? number : " "}]</span>
      <CodeBlock text={source} language={language} />
      {list(cell["outputs"]).map((output, index) => <Output key={index} output={record(output)} />)}
    </section>
  );
}

function Output({ output }: { output: Loose }): JSX.Element {
  const data = record(output["data"]);
  for (const type of ["image/png", "image/jpeg", "image/gif"]) {
    const encoded = text(data[type]).replace(/\s/g, "");
    if (/^[A-Za-z0-9+/]+=*$/.test(encoded)) return <img src={`data:${type};base64,${encoded}`} alt={text(data["text/plain"]) || "Output of the cell"} />;
  }
  if (typeof data["text/markdown"] === "string" || Array.isArray(data["text/markdown"])) return <MarkdownText text={text(data["text/markdown"])} />;
  const isError = output["output_type"] === "error";
  // Colours of a terminal are no text.
  const shown = (isError ? text(list(output["traceback"]).map((line) => `${String(line)}\n`)) : text(output["text"]) || text(data["text/plain"]))
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");
  if (!shown && Object.keys(data).length > 0) return <p className="muted small">An output of {Object.keys(data).join(", ")}, which is not shown.</p>;
  return <pre className={`output${isError ? " removed" : ""}`} tabIndex={0}>{shown.slice(0, maxOutput)}{shown.length > maxOutput && "\n…"}</pre>;
}
