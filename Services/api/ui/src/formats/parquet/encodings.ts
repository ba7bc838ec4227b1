import { ByteReader } from "./byte-reader";
import { readDeltas } from "./deltas";
import { readHybrid } from "./levels";
import { ParquetError } from "./parquet-error";
import { SchemaNode } from "./schema";

/** A value as it is stored, before its meaning. */
export type Stored = boolean | number | bigint | Uint8Array;

/** Reads `count` values of a column in an encoding. */
export function readValues(
  reader: ByteReader, encoding: number, column: SchemaNode, count: number, dictionary: Stored[] | undefined,
): Stored[] {
  switch (encoding) {
    case 0:
      return plain(reader, column, count);
    case 2:
    case 8:
      return fromDictionary(reader, count, dictionary);
    case 3: {
      if (column.physical !== "BOOLEAN") break;
      reader.uint32();
      return Array.from(readHybrid(reader, 1, count), (bit) => bit === 1);
    }
    case 5:
      return integers(readDeltas(reader, count, column.physical === "INT64" ? 64 : 32), column);
    case 6:
      return deltaLengths(reader, count);
    case 7:
      return deltaBytes(reader, count);
    case 9:
      return byteStreams(reader, column, count);
  }
  throw new ParquetError(`encoding ${encoding} is not read`);
}

export function plain(reader: ByteReader, column: SchemaNode, count: number): Stored[] {
  const values: Stored[] = [];
  if (column.physical === "BOOLEAN") {
    const bits = reader.take((count + 7) >> 3);
    for (let index = 0; index < count; index++) values.push((((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1);
    return values;
  }
  for (let index = 0; index < count; index++) values.push(plainValue(reader, column));
  return values;
}

function plainValue(reader: ByteReader, column: SchemaNode): Stored {
  switch (column.physical) {
    case "INT32": return reader.int32();
    case "INT64": return reader.int64();
    case "INT96": return reader.take(12);
    case "FLOAT": return reader.float();
    case "DOUBLE": return reader.double();
    case "BYTE_ARRAY": return reader.take(reader.uint32());
    default: return reader.take(column.length);
  }
}

function fromDictionary(reader: ByteReader, count: number, dictionary: Stored[] | undefined): Stored[] {
  if (!dictionary) throw new ParquetError("a column lacks its dictionary");
  if (count === 0) return [];
  return Array.from(readHybrid(reader, reader.byte(), count), (index) => {
    const value = dictionary[index];
    if (value === undefined) throw new ParquetError("a value is not in its dictionary");
    return value;
  });
}

function integers(values: bigint[], column: SchemaNode): Stored[] {
  return column.physical === "INT64" ? values : values.map(Number);
}

function lengths(reader: ByteReader, count: number): number[] {
  return readDeltas(reader, count, 32).map((value) => {
    if (value < 0n) throw new ParquetError("a length is negative");
    return Number(value);
  });
}

function deltaLengths(reader: ByteReader, count: number): Stored[] {
  return lengths(reader, count).map((length) => reader.take(length));
}

/** Each value begins as the one before it did. */
function deltaBytes(reader: ByteReader, count: number): Stored[] {
  const prefixes = lengths(reader, count);
  const suffixes = deltaLengths(reader, count);
  let last = new Uint8Array();
  return prefixes.map((prefix, index) => {
    const suffix = suffixes[index];
    if (!(suffix instanceof Uint8Array) || prefix > last.length) throw new ParquetError("a value lacks its begin");
    if (prefix + suffix.length > maxValueBytes) throw new ParquetError("a value is too long");
    const value = new Uint8Array(prefix + suffix.length);
    value.set(last.subarray(0, prefix));
    value.set(suffix, prefix);
    last = value;
    return value;
  });
}

const maxValueBytes = 1 << 24;

/** All first bytes, then all second bytes, and so on. */
function byteStreams(reader: ByteReader, column: SchemaNode, count: number): Stored[] {
  const sizes: { [type: string]: number } = { INT32: 4, FLOAT: 4, INT64: 8, DOUBLE: 8 };
  const size = sizes[column.physical ?? ""] ?? column.length;
  const bytes = reader.take(size * count);
  const together = new Uint8Array(bytes.length);
  for (let index = 0; index < count; index++) {
    for (let byte = 0; byte < size; byte++) together[index * size + byte] = bytes[byte * count + index] ?? 0;
  }
  return plain(new ByteReader(together), column, count);
}
