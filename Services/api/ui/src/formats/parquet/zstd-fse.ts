import { ByteReader } from "./byte-reader";
import { ParquetError } from "./parquet-error";
import { BackwardBits, ForwardBits } from "./zstd-bits";

/** A table of finite state entropy: for each state a symbol, and how the next state comes about. */
export interface FSETable {
  log: number;
  symbols: Uint8Array;
  bits: Uint8Array;
  bases: Uint16Array;
}

/** A state that walks through a table, reading bits. */
export class FSEState {
  private state: number;

  constructor(
    private readonly table: FSETable,
    private readonly bits: BackwardBits,
  ) {
    this.state = bits.read(table.log);
  }

  get symbol(): number {
    return this.table.symbols[this.state] ?? 0;
  }

  /** Whether the next step reads beyond the stream's start. */
  get isAtEnd(): boolean {
    return this.bits.left < (this.table.bits[this.state] ?? 0);
  }

  next(): void {
    this.state = (this.table.bases[this.state] ?? 0) + this.bits.read(this.table.bits[this.state] ?? 0);
  }
}

/** Reads how often each symbol occurs, and makes the table of it. */
export function readFSETable(reader: ByteReader, maxLog: number, maxSymbol: number): FSETable {
  const bits = new ForwardBits(reader.bytes.subarray(reader.position));
  const log = bits.read(4) + 5;
  if (log > maxLog) throw new ParquetError("a table of zstd is too large");
  const counts: number[] = [];
  let left = (1 << log) + 1;
  while (left > 1) {
    if (counts.length > maxSymbol) throw new ParquetError("a table of zstd has too many symbols");
    // The smaller values that can occur take a bit less.
    const width = 32 - Math.clz32(left);
    let value = bits.read(width);
    const short = (1 << width) - 1 - left;
    const half = (1 << (width - 1)) - 1;
    if ((value & half) < short) {
      bits.rewind(1);
      value &= half;
    } else if (value > half) {
      value -= short;
    }
    const count = value - 1;
    counts.push(count);
    left -= Math.abs(count);
    if (count === 0) {
      let zeros: number;
      do {
        zeros = bits.read(2);
        for (let index = 0; index < zeros; index++) counts.push(0);
      } while (zeros === 3 && counts.length <= maxSymbol + 1);
    }
  }
  if (left !== 1 || counts.length > maxSymbol + 1) throw new ParquetError("a table of zstd is broken");
  reader.take(bits.bytesUsed);
  return makeFSETable(counts, log);
}

/** A table from the counts of its symbols; -1 is a symbol that occurs less than once. */
export function makeFSETable(counts: number[], log: number): FSETable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  let high = size;
  const next = counts.map((count, symbol) => {
    if (count === -1) symbols[--high] = symbol;
    return Math.abs(count);
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  counts.forEach((count, symbol) => {
    for (let index = 0; index < count; index++) {
      symbols[position] = symbol;
      do position = (position + step) & (size - 1);
      while (position >= high);
    }
  });
  if (position !== 0) throw new ParquetError("a table of zstd is broken");
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] ?? 0;
    const value = next[symbol] ?? 1;
    next[symbol] = value + 1;
    const width = log - (31 - Math.clz32(value));
    bits[state] = width;
    bases[state] = (value << width) - size;
  }
  return { log, symbols, bits, bases };
}

/** A table of one symbol, which takes no bits. */
export function singleFSETable(symbol: number): FSETable {
  return { log: 0, symbols: Uint8Array.of(symbol), bits: Uint8Array.of(0), bases: Uint16Array.of(0) };
}
