import { ByteReader } from "./byte-reader";
import { ParquetError } from "./parquet-error";
import { leaves, readSchema, SchemaNode } from "./schema";
import { readStruct, ThriftStruct } from "./thrift";

/** The values of one column in one row group, and where they are in the file. */
export interface ColumnChunk {
  codec: number;
  start: number;
  bytes: number;
}

export interface RowGroup {
  rows: number;
  bytes: number;
  /** In the order of the schema's leaves. */
  columns: ColumnChunk[];
}

/** What a file tells of itself at its end. */
export interface Metadata {
  rows: number;
  schema: SchemaNode;
  rowGroups: RowGroup[];
  createdBy?: string;
  /** What the writer noted: the schema of its own world, mostly. */
  pairs: [key: string, value: string][];
}

export const codecNames = ["none", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4_raw"];

export function readMetadata(bytes: Uint8Array): Metadata {
  const file = readStruct(new ByteReader(bytes));
  const schema = readSchema(file.structs(2));
  const count = leaves(schema).length;
  return {
    rows: file.size(3),
    schema,
    rowGroups: file.structs(4).map((group) => readRowGroup(group, count)),
    createdBy: file.text(6),
    pairs: file.structs(5).map((pair) => [pair.text(1) ?? "", pair.text(2) ?? ""]),
  };
}

function readRowGroup(group: ThriftStruct, count: number): RowGroup {
  const columns = group.structs(1).map(readColumn);
  if (columns.length !== count) throw new ParquetError("a row group has other columns than the schema");
  return { rows: group.size(3), bytes: group.number(2) ?? 0, columns };
}

function readColumn(chunk: ThriftStruct): ColumnChunk {
  if (chunk.has(1)) throw new ParquetError("columns in other files are not read");
  const about = chunk.struct(3);
  if (!about) throw new ParquetError("the columns are encrypted");
  const data = about.size(9);
  const dictionary = about.number(11);
  // Some writers say 0 for none.
  const start = dictionary !== undefined && dictionary > 0 ? Math.min(dictionary, data) : data;
  return { codec: about.number(4) ?? 0, start, bytes: about.size(7) };
}
