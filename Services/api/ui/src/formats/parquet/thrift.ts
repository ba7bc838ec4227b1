import { ByteReader } from "./byte-reader";
import { ParquetError } from "./parquet-error";

/** Any value of Thrift's compact protocol. */
export type ThriftValue = boolean | number | Uint8Array | ThriftValue[] | ThriftStruct;

/** The fields of a struct by their number, asked for by the type they must have. */
export class ThriftStruct {
  private readonly fields = new Map<number, ThriftValue>();

  set(id: number, value: ThriftValue): void {
    this.fields.set(id, value);
  }

  has(id: number): boolean {
    return this.fields.has(id);
  }

  boolean(id: number): boolean | undefined {
    const value = this.fields.get(id);
    return typeof value === "boolean" ? value : undefined;
  }

  number(id: number): number | undefined {
    const value = this.fields.get(id);
    return typeof value === "number" ? value : undefined;
  }

  /** A number that must be there and must not be negative: a size, a count, an offset. */
  size(id: number): number {
    const value = this.number(id);
    if (value === undefined || !Number.isSafeInteger(value) || value < 0) {
      throw new ParquetError("the metadata lacks a size");
    }
    return value;
  }

  text(id: number): string | undefined {
    const value = this.fields.get(id);
    return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
  }

  struct(id: number): ThriftStruct | undefined {
    const value = this.fields.get(id);
    return value instanceof ThriftStruct ? value : undefined;
  }

  structs(id: number): ThriftStruct[] {
    const value = this.fields.get(id);
    if (!Array.isArray(value)) return [];
    return value.map((item) => {
      if (!(item instanceof ThriftStruct)) throw new ParquetError("the metadata is of another shape");
      return item;
    });
  }
}

const maxDepth = 32;

/** Reads one struct in the compact protocol. */
export function readStruct(reader: ByteReader, depth = 0): ThriftStruct {
  if (depth > maxDepth) throw new ParquetError("the metadata is nested too deeply");
  const struct = new ThriftStruct();
  let id = 0;
  for (;;) {
    const header = reader.byte();
    const type = header & 0x0f;
    if (type === 0) return struct;
    const delta = header >> 4;
    id = delta === 0 ? reader.zigzag() : id + delta;
    // The value of a boolean field is its type.
    struct.set(id, type <= 2 ? type === 1 : readValue(reader, type, depth));
  }
}

function readValue(reader: ByteReader, type: number, depth: number): ThriftValue {
  switch (type) {
    case 1:
    case 2:
      return reader.byte() === 1;
    case 3:
      return (reader.byte() << 24) >> 24;
    case 4:
    case 5:
    case 6:
      return reader.zigzag();
    case 7:
      return reader.double();
    case 8:
      return reader.take(reader.varint());
    case 9:
    case 10:
      return readList(reader, depth);
    case 11:
      return readMap(reader, depth);
    case 12:
      return readStruct(reader, depth + 1);
    default:
      throw new ParquetError(`the metadata has an unknown type, ${type}`);
  }
}

function readList(reader: ByteReader, depth: number): ThriftValue[] {
  if (depth > maxDepth) throw new ParquetError("the metadata is nested too deeply");
  const header = reader.byte();
  const count = header >> 4 === 15 ? reader.varint() : header >> 4;
  // Every item takes a byte at least, so a count beyond the bytes is a lie that must not cost memory.
  if (count > reader.remaining) throw new ParquetError("the data ends too early");
  const items: ThriftValue[] = [];
  for (let index = 0; index < count; index++) items.push(readValue(reader, header & 0x0f, depth + 1));
  return items;
}

/** No map of Parquet's matters here: its pairs are read to get past them. */
function readMap(reader: ByteReader, depth: number): ThriftValue[] {
  const count = reader.varint();
  if (count === 0) return [];
  if (count > reader.remaining) throw new ParquetError("the data ends too early");
  const types = reader.byte();
  for (let index = 0; index < count; index++) {
    readValue(reader, types >> 4, depth + 1);
    readValue(reader, types & 0x0f, depth + 1);
  }
  return [];
}
