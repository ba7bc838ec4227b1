import { ByteReader } from "./byte-reader";
import { ByteWriter } from "./byte-writer";
import { ParquetError } from "./parquet-error";
import { BackwardBits } from "./zstd-bits";
import { FSEState, readFSETable } from "./zstd-fse";

const maxBits = 11;

/** Codes of bytes: for each value of the next bits, the byte it begins with and how many bits that takes. */
export class HuffmanTable {
  constructor(
    private readonly log: number,
    private readonly symbols: Uint8Array,
    private readonly lengths: Uint8Array,
  ) {}

  /** Decodes one stream of exactly `count` bytes. */
  decode(stream: Uint8Array, output: ByteWriter, count: number): void {
    const bits = new BackwardBits(stream);
    const mask = (1 << this.log) - 1;
    let state = bits.read(this.log);
    const bytes = new Uint8Array(Math.max(0, count));
    for (let index = 0; index < count; index++) {
      bytes[index] = this.symbols[state] ?? 0;
      const length = this.lengths[state] ?? 0;
      state = ((state << length) & mask) + bits.read(length);
    }
    if (bits.left !== -this.log) throw new ParquetError("a stream of zstd is not as long as announced");
    output.append(bytes);
  }
}

export function readHuffmanTable(reader: ByteReader): HuffmanTable {
  const weights = readWeights(reader);
  let total = 0;
  for (const weight of weights) {
    if (weight > maxBits) throw new ParquetError("a code of zstd is too long");
    total += weight > 0 ? 1 << (weight - 1) : 0;
  }
  if (total === 0) throw new ParquetError("a table of zstd is broken");
  const log = 32 - Math.clz32(total);
  // The last weight is what is missing to a power of two.
  const rest = (1 << log) - total;
  if (log > maxBits || (rest & (rest - 1)) !== 0) throw new ParquetError("a table of zstd is broken");
  weights.push(32 - Math.clz32(rest));
  if (weights.length > 256) throw new ParquetError("a table of zstd has too many symbols");

  const symbols = new Uint8Array(1 << log);
  const lengths = new Uint8Array(1 << log);
  let position = 0;
  for (let weight = 1; weight <= log; weight++) {
    weights.forEach((own, symbol) => {
      if (own !== weight) return;
      const end = position + (1 << (weight - 1));
      symbols.fill(symbol, position, end);
      lengths.fill(log + 1 - weight, position, end);
      position = end;
    });
  }
  return new HuffmanTable(log, symbols, lengths);
}

function readWeights(reader: ByteReader): number[] {
  const header = reader.byte();
  const weights: number[] = [];
  if (header >= 128) {
    const count = header - 127;
    const bytes = reader.take((count + 1) >> 1);
    for (let index = 0; index < count; index++) {
      const byte = bytes[index >> 1] ?? 0;
      weights.push(index % 2 === 0 ? byte >> 4 : byte & 15);
    }
    return weights;
  }
  const compressed = new ByteReader(reader.take(header));
  const table = readFSETable(compressed, 6, 12);
  const bits = new BackwardBits(compressed.take(compressed.remaining));
  // Two states take turns until one lacks bits; then the other's symbol is the last.
  let current = new FSEState(table, bits);
  let other = new FSEState(table, bits);
  while (weights.length < 255) {
    weights.push(current.symbol);
    if (current.isAtEnd) {
      weights.push(other.symbol);
      return weights;
    }
    current.next();
    [current, other] = [other, current];
  }
  throw new ParquetError("a table of zstd has too many symbols");
}
