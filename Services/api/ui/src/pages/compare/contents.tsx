import { useMemo } from "react";
import { Size, When } from "../../components/controls";
import { Empty, ErrorPanel, Loading } from "../../components/feedback";
import { get, path } from "../../core/api";
import { count, shown } from "../../core/format";
import { useLoad } from "../../core/hooks";
import { Link } from "../../core/router";
import { around, compare, Shown } from "../../difference/sequence";
import { Content, readSide, Side } from "../../difference/side";
import { bytesAt, objectAt } from "../objects/where";

type Table = Content & { kind: "table" };

/** How one object differs between two references: its lines, its columns and rows, or what is known of both. */
export default function Contents({ repository, left, right, type, of }: {
  repository: string; left: string; right: string; type: string; of: string;
}): JSX.Element {
  const found = useLoad(async (signal) => {
    // Since the two parted, the left side is what they had in common.
    const from = type === "two_dot" ? left
      : (await get<{ base_commit_id: string }>(path`/repositories/${repository}/refs/${right}/merge/${left}`, {}, signal)).base_commit_id;
    const [before, after] = await Promise.all([readSide(repository, from, of, signal), readSide(repository, right, of, signal)]);
    return { from, before, after };
  }, [repository, left, right, type, of]);
  if (found.error !== undefined) return <ErrorPanel error={found.error} retry={found.reload} />;
  if (!found.value) return <Loading what="both versions" />;
  const { from, before, after } = found.value;
  if (!before && !after) return <Empty title="It is on neither side"><p>It may have been deleted on both.</p></Empty>;
  return (
    <div className="stack pad-inside">
      <dl className="versions small">
        <Version name="Before" repository={repository} refName={from} side={before} of={of} />
        <Version name="After" repository={repository} refName={right} side={after} of={of} />
      </dl>
      <Difference repository={repository} refs={[from, right]} before={before} after={after} of={of} />
    </div>
  );
}

function Version({ name, repository, refName, side, of }: { name: string; repository: string; refName: string; side: Side | undefined; of: string }): JSX.Element {
  return (
    <div className="row">
      <dt className="label">{name}</dt>
      <dd className="row">
        {side ? <><Link to={objectAt(repository, refName, of)} aria-current={undefined}>{shown(side.entry.content_type ?? "object")}</Link><Size count={side.entry.size_bytes} /><span className="muted">changed <When seconds={side.entry.mtime} /></span></>
          : <span className="muted">not there</span>}
      </dd>
    </div>
  );
}

function Difference({ repository, refs: [from, to], before, after, of }: {
  repository: string; refs: [string, string]; before: Side | undefined; after: Side | undefined; of: string;
}): JSX.Element {
  const [one, other] = [before?.content, after?.content];
  if (before && after && before.entry.checksum === after.entry.checksum) return <p className="muted">The bytes are the same; what differs is what is noted with the object.</p>;
  const kinds = [one?.kind, other?.kind].filter(Boolean);
  if (kinds.every((kind) => kind === "text")) return <Lines before={one as Content & { kind: "text" } | undefined} after={other as Content & { kind: "text" } | undefined} />;
  if (kinds.every((kind) => kind === "table")) return <Tables before={one as Table | undefined} after={other as Table | undefined} />;
  if (kinds.every((kind) => kind === "image")) {
    return (
      <div className="row">
        {before && <img className="compared-picture" src={bytesAt(repository, from, of)} alt="Before" />}
        {after && <img className="compared-picture" src={bytesAt(repository, to, of)} alt="After" />}
      </div>
    );
  }
  return <p className="muted">The two cannot be compared line by line: at least one of them is no text.</p>;
}

function Lines({ before, after }: { before: Content & { kind: "text" } | undefined; after: Content & { kind: "text" } | undefined }): JSX.Element {
  const [left, right] = [before?.lines ?? [], after?.lines ?? []];
  return (
    <>
      {!(before?.isWhole ?? true) || !(after?.isWhole ?? true) ? <p className="note warn small">Only the first part of each is compared.</p> : null}
      <Steps label="Lines" left={left.map((line) => [line])} right={right.map((line) => [line])} />
    </>
  );
}

function Tables({ before, after }: { before: Table | undefined; after: Table | undefined }): JSX.Element {
  const [left, right] = [before?.columns ?? [], after?.columns ?? []];
  const isSame = left.length === right.length && left.every((column, index) => column === right[index]);
  // Where one side is not there all its columns count; else those that both have.
  const shared = !before ? right : !after ? left : left.filter((column) => right.includes(column));
  const [rowsBefore, rowsAfter] = useMemo(() => [chosen(before, shared), chosen(after, shared)], [before, after]);
  return (
    <>
      <h3>Columns</h3>
      {isSame ? <p className="muted small">The same {count(left.length)} columns: <span className="wrap">{left.map(shown).join(", ").slice(0, 2_000)}</span></p>
        : <Steps label="Columns" left={left.map((column) => [column])} right={right.map((column) => [column])} />}
      <h3>Rows</h3>
      {!(before?.isWhole ?? true) || !(after?.isWhole ?? true) ? <p className="note warn small">Only the first rows of each are compared.</p> : null}
      {!isSame && before && after && <p className="muted small">By the columns that both have, of the same type.</p>}
      {shared.length === 0 ? <p className="muted small">They have no column in common.</p>
        : <Steps label="Rows" head={shared} left={rowsBefore} right={rowsAfter} />}
    </>
  );
}

/** The cells of some columns, in their order. */
function chosen(table: Table | undefined, columns: string[]): string[][] {
  const places = columns.map((column) => table?.columns.indexOf(column) ?? -1);
  return table?.rows.map((row) => places.map((place) => row[place] ?? "")) ?? [];
}

const maxCell = 2_000;
const mostShown = 4_000;
const cut = (text: string): string => (text.length > maxCell ? `${text.slice(0, maxCell)}…` : text);

/** Rows of cells, what went marked with −, what came with +, with a few around them. */
function Steps({ label, head, left, right }: { label: string; head?: string[]; left: string[][]; right: string[][] }): JSX.Element {
  const steps = useMemo(() => {
    const found = compare(left.map((row) => row.join("\u0000")), right.map((row) => row.join("\u0000")));
    return found && around(found);
  }, [left, right]);
  if (!steps) return <p className="note warn">They differ in nearly everything: too much to show side by side.</p>;
  if (steps.every((step) => step.kind === "skip")) return <p className="muted small">No difference in what is compared.</p>;
  const width = Math.max(1, ...left.map((row) => row.length), ...right.map((row) => row.length));
  return (
    <div className="difference" tabIndex={0} role="region" aria-label={label}>
      <table className={head ? "cells" : "lines"}>
        {head && <thead><tr><td colSpan={3} />{head.map((column, index) => <th key={index} scope="col"><bdi>{shown(cut(column))}</bdi></th>)}</tr></thead>}
        <tbody>
          {steps.slice(0, mostShown).map((step, index) => <Line key={index} step={step} left={left} right={right} width={width} />)}
          {steps.length > mostShown && <tr className="skip"><td colSpan={width + 3}>… {count(steps.length - mostShown)} more</td></tr>}
        </tbody>
      </table>
    </div>
  );
}

const names = { same: "", add: "added: ", del: "removed: " };

function Line({ step, left, right, width }: { step: Shown; left: string[][]; right: string[][]; width: number }): JSX.Element {
  if (step.kind === "skip") return <tr className="skip"><td className="line" colSpan={2} /><td colSpan={width + 1}>⋯ {count(step.count)} alike</td></tr>;
  const cells = (step.kind === "add" ? right[step.right] : left[step.left]) ?? [];
  return (
    <tr className={step.kind}>
      <td className="line">{step.left >= 0 ? step.left + 1 : ""}</td>
      <td className="line">{step.right >= 0 ? step.right + 1 : ""}</td>
      <td><span aria-hidden="true">{step.kind === "add" ? "+" : step.kind === "del" ? "−" : " "}</span><span className="visually-hidden">{names[step.kind]}</span></td>
      {cells.map((cell, index) => <td key={index}><bdi>{cut(cell).split("\t").map(shown).join("\t")}</bdi></td>)}
    </tr>
  );
}
