import { ByteReader } from "./byte-reader";
import { ParquetError } from "./parquet-error";
import { BackwardBits } from "./zstd-bits";
import { FSEState, FSETable, makeFSETable, readFSETable, singleFSETable } from "./zstd-fse";

/** So many literals, then a copy of `match` bytes. */
export interface Sequence {
  literals: number;
  match: number;
  offset: number;
}

/** The tables of the block before, which a block may use again. */
export interface SequenceTables {
  literals?: FSETable;
  offsets?: FSETable;
  matches?: FSETable;
}

// For each code: how many bits follow; the values that codes begin at come of adding up.
const literalBits = [
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
];
const matchBits = [
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2,
  3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
];
const literalBases = bases(literalBits, 0);
const matchBases = bases(matchBits, 3);

function bases(bits: number[], start: number): number[] {
  let value = start;
  return bits.map((count) => {
    const base = value;
    value += 1 << count;
    return base;
  });
}

const defaultLiterals = makeFSETable(
  [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1],
  6,
);
const defaultMatches = makeFSETable(
  [
    1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
  ],
  6,
);
const defaultOffsets = makeFSETable(
  [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
  5,
);

export function readSequences(reader: ByteReader, tables: SequenceTables): Sequence[] {
  const count = readCount(reader);
  if (count === 0) return [];
  const modes = reader.byte();
  tables.literals = readTable(reader, modes >> 6, defaultLiterals, tables.literals, 9, 35);
  tables.offsets = readTable(reader, (modes >> 4) & 3, defaultOffsets, tables.offsets, 8, 31);
  tables.matches = readTable(reader, (modes >> 2) & 3, defaultMatches, tables.matches, 9, 52);

  const bits = new BackwardBits(reader.take(reader.remaining));
  const literals = new FSEState(tables.literals, bits);
  const offsets = new FSEState(tables.offsets, bits);
  const matches = new FSEState(tables.matches, bits);
  const sequences: Sequence[] = [];
  for (let index = 0; index < count; index++) {
    if (offsets.symbol > 31) throw new ParquetError("an offset of zstd is too large");
    const offset = 2 ** offsets.symbol + bits.read(offsets.symbol);
    const match = (matchBases[matches.symbol] ?? 0) + bits.read(matchBits[matches.symbol] ?? 0);
    const own = (literalBases[literals.symbol] ?? 0) + bits.read(literalBits[literals.symbol] ?? 0);
    sequences.push({ literals: own, match, offset });
    if (index + 1 < count) {
      literals.next();
      matches.next();
      offsets.next();
    }
    if (bits.left < 0) throw new ParquetError("a stream of zstd ends too early");
  }
  return sequences;
}

function readCount(reader: ByteReader): number {
  const first = reader.byte();
  if (first < 128) return first;
  if (first < 255) return ((first - 128) << 8) + reader.byte();
  return reader.byte() + (reader.byte() << 8) + 0x7f00;
}

function readTable(
  reader: ByteReader, mode: number, standard: FSETable, last: FSETable | undefined, maxLog: number,
  maxSymbol: number,
): FSETable {
  switch (mode) {
    case 0:
      return standard;
    case 1: {
      const symbol = reader.byte();
      if (symbol > maxSymbol) throw new ParquetError("a table of zstd is broken");
      return singleFSETable(symbol);
    }
    case 2:
      return readFSETable(reader, maxLog, maxSymbol);
    default:
      if (!last) throw new ParquetError("a block of zstd lacks its table");
      return last;
  }
}
