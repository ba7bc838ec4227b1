import { assemble, LeafValues } from "./assembly";
import { Metadata, readMetadata } from "./metadata";
import { readColumnHead } from "./pages";
import { ParquetError } from "./parquet-error";
import { RangeSource } from "./range-source";
import { leaves, SchemaNode } from "./schema";
import { Cell } from "./values";

const footerBytes = 8;
const firstFetch = 64 << 10;
const maxMetadataBytes = 64 << 20;
/** Columns fetched at the same time. */
const concurrency = 6;

/** The first rows of a file, of some of its columns. */
export interface Head {
  columns: SchemaNode[];
  rows: Cell[][];
}

/** Counts what is read. */
class CountingSource implements RangeSource {
  bytesRead = 0;
  readonly size: number;

  constructor(private readonly source: RangeSource) {
    this.size = source.size;
  }

  read(start: number, end: number): Promise<Uint8Array> {
    this.bytesRead += end - start;
    return this.source.read(start, end);
  }
}

/** A Parquet file of which only what is asked for is read: its end, and the pages of the first rows. */
export class ParquetFile {
  private constructor(
    private readonly source: CountingSource,
    readonly metadata: Metadata,
  ) {}

  /** How many bytes were read so far. */
  get bytesRead(): number {
    return this.source.bytesRead;
  }

  static async open(from: RangeSource): Promise<ParquetFile> {
    const source = new CountingSource(from);
    if (source.size < footerBytes + 4) throw new ParquetError("this is no Parquet file: it is too short");
    let start = Math.max(0, source.size - firstFetch);
    let tail = await source.read(start, source.size);
    const magic = new TextDecoder("latin1").decode(tail.subarray(-4));
    if (magic === "PARE") throw new ParquetError("the file is encrypted");
    if (magic !== "PAR1") throw new ParquetError("this is no Parquet file: it does not end as one");
    const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
    const length = view.getUint32(tail.length - footerBytes, true);
    const end = source.size - footerBytes;
    if (length > end) throw new ParquetError("the metadata is longer than the file");
    if (length > maxMetadataBytes) throw new ParquetError("the metadata is too long to be shown");
    if (end - length < start) {
      start = end - length;
      tail = await source.read(start, source.size);
    }
    return new ParquetFile(source, readMetadata(tail.subarray(end - length - start, end - start)));
  }

  /** The columns at the top of the schema. */
  get columns(): SchemaNode[] {
    return this.metadata.schema.children;
  }

  /** The first rows, at most `rows`, of the first columns, at most `columns`. */
  async head(rows: number, columns: number): Promise<Head> {
    const chosen = this.columns.slice(0, columns);
    const all = leaves(this.metadata.schema);
    const found: Cell[][] = [];
    for (const group of this.metadata.rowGroups) {
      const wanted = Math.min(rows - found.length, group.rows);
      if (wanted <= 0) continue;
      const byLeaf = await this.readLeaves(group.columns, all, chosen, wanted);
      const start = found.length;
      for (let index = 0; index < wanted; index++) found.push([]);
      for (const top of chosen) {
        const parts = all.flatMap((path, index) => {
          const values = byLeaf.get(index);
          return path[0] === top && values ? [{ path, values }] : [];
        });
        assemble(top, parts, wanted).forEach((cell, index) => found[start + index]?.push(cell));
      }
    }
    return { columns: chosen, rows: found };
  }

  private async readLeaves(
    chunks: Metadata["rowGroups"][number]["columns"], all: SchemaNode[][], chosen: SchemaNode[], rows: number,
  ): Promise<Map<number, LeafValues>> {
    const found = new Map<number, LeafValues>();
    const wanted = all.flatMap((path, index) => (path[0] && chosen.includes(path[0]) ? [index] : []));
    const next = async (): Promise<void> => {
      for (let index = wanted.shift(); index !== undefined; index = wanted.shift()) {
        const chunk = chunks[index];
        const path = all[index];
        const leaf = path?.[path.length - 1];
        if (chunk && leaf) found.set(index, await readColumnHead(this.source, chunk, leaf, rows));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, next));
    return found;
  }
}
