import { useMemo, useRef } from "react";
import { Tabbed } from "./tabbed";
import { ErrorPanel, Loading } from "../components/feedback";
import { bytes, count } from "../core/format";
import { useLoad } from "../core/hooks";
import { ParquetFile } from "../formats/parquet/parquet-file";
import { codecNames } from "../formats/parquet/metadata";
import { leaves, SchemaNode, typeName } from "../formats/parquet/schema";
import { Cell, written } from "../formats/parquet/values";
import { Grid } from "./grid";
import type { SourceProps } from "./preview";

const shownRows = 100;
const shownColumns = 100;
const maxCell = 400;

/** A Parquet file's schema and first rows, of which no more is fetched than that takes. */
export default function Parquet({ source }: SourceProps): JSX.Element {
  const file = useLoad(() => ParquetFile.open(source), [source]);
  if (file.error) return <ErrorPanel error={file.error} retry={file.reload} />;
  if (!file.value) return <Loading what="the schema" />;
  const { metadata, columns } = file.value;
  const codecs = [...new Set(metadata.rowGroups.flatMap((group) => group.columns.map((column) => codecNames[column.codec] ?? "unknown")))];
  return (
    <div className="stack tight">
      <p className="muted small">
        {count(metadata.rows)} rows, {count(columns.length)} columns, {count(metadata.rowGroups.length)} row {metadata.rowGroups.length === 1 ? "group" : "groups"}
        {codecs.length > 0 && <>, compression {codecs.join(", ")}</>}
        {metadata.createdBy && <>, made by <span className="wrap">{metadata.createdBy.slice(0, 200)}</span></>}
      </p>
      <Tabbed tabs={[
        { name: "Rows", content: () => <Rows file={file.value as ParquetFile} size={source.size} /> },
        { name: "Schema", content: () => <Schema file={file.value as ParquetFile} /> },
        ...(metadata.pairs.length > 0 ? [{ name: "Metadata", content: () => <Pairs pairs={metadata.pairs} /> }] : []),
      ]} />
    </div>
  );
}

function Rows({ file, size }: { file: ParquetFile; size: number }): JSX.Element {
  const fetched = useRef(0);
  const head = useLoad(async () => {
    const found = await file.head(shownRows, shownColumns);
    fetched.current = file.bytesRead;
    return found;
  }, [file]);
  if (head.error) return <ErrorPanel error={head.error} retry={head.reload} />;
  if (!head.value) return <Loading what="the first rows" />;
  const columns = head.value.columns.map((column) => ({ name: column.name, type: cut(typeName(column)), isNumber: isNumber(column) }));
  return (
    <div className="stack tight">
      {head.value.rows.length === 0 ? <p className="muted">The file has no rows.</p>
        : <Grid label="First rows" columns={columns} rows={head.value.rows.map((row) => row.map((cell) => <Value cell={cell} />))} />}
      <p className="muted small">
        {head.value.rows.length < file.metadata.rows && <>The first {count(head.value.rows.length)} rows. </>}
        {file.columns.length > shownColumns && <>The first {shownColumns} columns; the schema has all of them. </>}
        For this, {bytes(Math.min(fetched.current, size))} of {bytes(size)} were fetched.
      </p>
    </div>
  );
}

const isNumber = (column: SchemaNode): boolean =>
  column.repetition !== "repeated" && column.physical !== undefined && column.physical !== "BOOLEAN" && column.physical !== "INT96"
  && (column.logical === undefined || column.logical.kind === "integer" || column.logical.kind === "decimal" || column.logical.kind === "float16")
  && (column.physical !== "BYTE_ARRAY" && column.physical !== "FIXED_LEN_BYTE_ARRAY" || column.logical !== undefined);

const cut = (text: string): string => (text.length > maxCell ? `${text.slice(0, maxCell)}…` : text);

function Value({ cell }: { cell: Cell }): JSX.Element {
  if (cell === null) return <span className="muted">null</span>;
  return <>{cut(typeof cell === "string" ? cell : written(cell))}</>;
}

function Schema({ file }: { file: ParquetFile }): JSX.Element {
  const rows = useMemo(() => flat(file.columns, 0), [file]);
  return (
    <div className="scroll preview-grid" tabIndex={0} role="region" aria-label="Schema">
      <table className="table">
        <thead><tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col">Stored as</th><th scope="col">May be null</th></tr></thead>
        <tbody>
          {rows.map(({ node, depth }, index) => (
            <tr key={index}>
              <td className="wrap"><span style={{ paddingLeft: `${depth * 1.2}em` }}>{node.name}</span></td>
              <td><code className="wrap">{cut(typeName(node))}</code></td>
              <td className="muted">{node.physical?.toLowerCase() ?? ""}</td>
              <td className="muted">{node.repetition === "optional" ? "yes" : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted small">{count(leaves(file.metadata.schema).length)} columns of values.</p>
    </div>
  );
}

function flat(nodes: SchemaNode[], depth: number): { node: SchemaNode; depth: number }[] {
  return nodes.flatMap((node) => [{ node, depth }, ...flat(node.children, depth + 1)]);
}

function Pairs({ pairs }: { pairs: [string, string][] }): JSX.Element {
  return (
    <dl className="stack tight">
      {pairs.map(([key, value], index) => (
        <div key={index}><dt className="label wrap">{key}</dt><dd><code className="wrap">{value.length > 4_000 ? `${value.slice(0, 4_000)}…` : value}</code></dd></div>
      ))}
    </dl>
  );
}
