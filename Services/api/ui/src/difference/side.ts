import { ApiError, Entry, get, path } from "../core/api";
import { guessDelimiter, readCSV } from "../formats/csv";
import { ParquetFile } from "../formats/parquet/parquet-file";
import { typeName } from "../formats/parquet/schema";
import { written } from "../formats/parquet/values";
import { guess } from "../previews/kind";
import { objectSource, ObjectSource, readText } from "../previews/source";

/** What of an object can be compared. A table has columns, as text that names their types where these are known. */
export type Content =
  | { kind: "text"; lines: string[]; isWhole: boolean }
  | { kind: "table"; columns: string[]; rows: string[][]; isWhole: boolean }
  | { kind: "image" }
  | { kind: "bytes" };

/** One version of an object; undefined where it is not there. */
export interface Side { entry: Entry; source: ObjectSource; content: Content }

const mostRows = 1_000;
const mostColumns = 200;

export async function readSide(repository: string, ref: string, of: string, signal: AbortSignal): Promise<Side | undefined> {
  let entry: Entry;
  try {
    entry = await get<Entry>(path`/repositories/${repository}/refs/${ref}/objects/stat`, { path: of }, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
  const source = objectSource(repository, ref, entry, signal);
  return { entry, source, content: await read(source) };
}

async function read(source: ObjectSource): Promise<Content> {
  const { kind } = guess(source.entry.path, source.entry.content_type ?? "");
  if (kind === "image") return { kind: "image" };
  if (kind === "parquet") return parquet(source);
  const head = await readText(source);
  if (!head) return { kind: "bytes" };
  if (kind === "csv") {
    const delimiter = /\.(tsv|tab)$/i.test(source.entry.path) ? "\t" : guessDelimiter(head.text);
    const [columns = [], ...rows] = readCSV(head.text, delimiter, { rows: mostRows + 1, isWhole: head.isWhole }).rows;
    return { kind: "table", columns, rows, isWhole: head.isWhole && rows.length < mostRows };
  }
  const lines = head.text.split(/\r?\n/);
  if (head.isWhole && lines[lines.length - 1] === "") lines.pop();
  return { kind: "text", lines, isWhole: head.isWhole };
}

async function parquet(source: ObjectSource): Promise<Content> {
  try {
    const file = await ParquetFile.open(source);
    const head = await file.head(mostRows, mostColumns);
    return {
      kind: "table", columns: file.columns.map((column) => `${column.name}: ${typeName(column)}`),
      rows: head.rows.map((row) => row.map((cell) => (typeof cell === "string" ? cell : written(cell)))), isWhole: head.rows.length >= file.metadata.rows,
    };
  } catch (error) {
    if (error instanceof ApiError || (error instanceof DOMException && error.name === "AbortError")) throw error;
    return { kind: "bytes" };
  }
}
