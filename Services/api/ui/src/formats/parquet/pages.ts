import { LeafValues } from "./assembly";
import { ByteReader } from "./byte-reader";
import { decompress } from "./decompress";
import { plain, readValues, Stored } from "./encodings";
import { bitWidth, readHybrid } from "./levels";
import { ColumnChunk } from "./metadata";
import { ParquetError } from "./parquet-error";
import { RangeSource } from "./range-source";
import { SchemaNode } from "./schema";
import { readStruct, ThriftStruct } from "./thrift";
import { meaning } from "./values";

const maxPageBytes = 64 << 20;
const maxPageValues = 20_000_000;
/** What is fetched at first of a column, in bytes; a page that is longer is fetched whole. */
const firstFetch = 64 << 10;

/** Reads the first `rows` rows of one column of a row group, fetching as few bytes as its pages allow. */
export async function readColumnHead(
  source: RangeSource, chunk: ColumnChunk, column: SchemaNode, rows: number,
): Promise<LeafValues> {
  const window = new Window(source, chunk);
  const values: LeafValues = { definitions: [], repetitions: [], cells: [] };
  let dictionary: Stored[] | undefined;
  let found = 0;
  // Rows of lists are complete only when the next begins.
  while (found <= rows && !window.isAtEnd) {
    if (found === rows && column.repetitionLevel === 0) break;
    const { header, bytes } = await window.page();
    const about = header.struct(7);
    if (header.number(1) === 2 && about) {
      const size = header.size(2);
      const content = new ByteReader(await decompress(chunk.codec, bytes, size));
      const count = about.size(1);
      if (count > maxPageValues) throw new ParquetError("a dictionary is too large");
      dictionary = plain(content, column, count);
      continue;
    }
    const one = header.struct(5);
    const two = header.struct(8);
    if (one) found += await readPage(header, one, bytes, chunk, column, dictionary, values);
    else if (two) found += await readPageTwo(header, two, bytes, chunk, column, dictionary, values);
  }
  return values;
}

/** The bytes of a column, fetched as they are wanted. */
class Window {
  private bytes = new Uint8Array();
  private start: number;
  private readonly end: number;

  constructor(
    private readonly source: RangeSource,
    chunk: ColumnChunk,
  ) {
    this.start = chunk.start;
    this.end = chunk.start + chunk.bytes;
    if (this.end > source.size) throw new ParquetError("a column lies beyond the file's end");
  }

  get isAtEnd(): boolean {
    return this.start >= this.end;
  }

  /** The next page's header and content. */
  async page(): Promise<{ header: ThriftStruct; bytes: Uint8Array }> {
    await this.fill(Math.min(firstFetch, this.end - this.start));
    let reader = new ByteReader(this.bytes);
    let header: ThriftStruct;
    try {
      header = readStruct(reader);
    } catch (error) {
      // Statistics can make a header longer than what was fetched.
      const most = Math.min(firstFetch * 64, this.end - this.start);
      if (!(error instanceof ParquetError) || this.bytes.length >= most) throw error;
      await this.fill(most);
      reader = new ByteReader(this.bytes);
      header = readStruct(reader);
    }
    const size = header.size(3);
    if (size > maxPageBytes || header.size(2) > maxPageBytes) throw new ParquetError("a page is too large to be shown");
    await this.fill(reader.position + size);
    const bytes = this.bytes.subarray(reader.position, reader.position + size);
    this.start += reader.position + size;
    this.bytes = this.bytes.subarray(reader.position + size);
    return { header, bytes };
  }

  private async fill(count: number): Promise<void> {
    if (this.bytes.length >= count) return;
    if (this.start + count > this.end) throw new ParquetError("a page lies beyond its column's end");
    const rest = await this.source.read(this.start + this.bytes.length, this.start + count);
    const all = new Uint8Array(this.bytes.length + rest.length);
    all.set(this.bytes);
    all.set(rest, this.bytes.length);
    if (all.length < count) throw new ParquetError("the data ends too early");
    this.bytes = all;
  }
}

async function readPage(
  header: ThriftStruct, about: ThriftStruct, bytes: Uint8Array, chunk: ColumnChunk, column: SchemaNode,
  dictionary: Stored[] | undefined, into: LeafValues,
): Promise<number> {
  const reader = new ByteReader(await decompress(chunk.codec, bytes, header.size(2)));
  const count = about.size(1);
  if (count > maxPageValues) throw new ParquetError("a page has too many values");
  const levels = (most: number, encoding: number): Uint32Array => {
    if (most === 0) return new Uint32Array(count);
    if (encoding !== 3) throw new ParquetError("levels in an encoding of old are not read");
    return readHybrid(new ByteReader(reader.take(reader.uint32())), bitWidth(most), count);
  };
  const repetitions = levels(column.repetitionLevel, about.number(4) ?? 3);
  const definitions = levels(column.definition, about.number(3) ?? 3);
  return add(reader, about.number(2) ?? 0, repetitions, definitions, column, dictionary, into);
}

async function readPageTwo(
  header: ThriftStruct, about: ThriftStruct, bytes: Uint8Array, chunk: ColumnChunk, column: SchemaNode,
  dictionary: Stored[] | undefined, into: LeafValues,
): Promise<number> {
  const count = about.size(1);
  if (count > maxPageValues) throw new ParquetError("a page has too many values");
  const outer = new ByteReader(bytes);
  const levels = (most: number, part: Uint8Array): Uint32Array =>
    most === 0 ? new Uint32Array(count) : readHybrid(new ByteReader(part), bitWidth(most), count);
  const definitionBytes = about.size(5);
  const repetitionBytes = about.size(6);
  const repetitions = levels(column.repetitionLevel, outer.take(repetitionBytes));
  const definitions = levels(column.definition, outer.take(definitionBytes));
  const rest = outer.take(outer.remaining);
  const length = header.size(2) - repetitionBytes - definitionBytes;
  const isCompressed = (about.boolean(7) ?? true) && rest.length > 0;
  const content = isCompressed ? await decompress(chunk.codec, rest, length) : rest;
  return add(new ByteReader(content), about.number(4) ?? 0, repetitions, definitions, column, dictionary, into);
}

/** Adds a page's values, and answers how many rows began in it. */
function add(
  reader: ByteReader, encoding: number, repetitions: Uint32Array, definitions: Uint32Array, column: SchemaNode,
  dictionary: Stored[] | undefined, into: LeafValues,
): number {
  let defined = 0;
  let rows = 0;
  for (let index = 0; index < definitions.length; index++) {
    const definition = definitions[index] ?? 0;
    const repetition = repetitions[index] ?? 0;
    if (definition > column.definition || repetition > column.repetitionLevel) {
      throw new ParquetError("a level is too high");
    }
    into.definitions.push(definition);
    into.repetitions.push(repetition);
    if (definition === column.definition) defined++;
    if (repetition === 0) rows++;
  }
  for (const value of readValues(reader, encoding, column, defined, dictionary)) {
    into.cells.push(meaning(value, column));
  }
  return rows;
}
