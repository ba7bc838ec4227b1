import { ByteReader } from "./byte-reader";
import { ByteWriter } from "./byte-writer";
import { ParquetError } from "./parquet-error";
import { HuffmanTable, readHuffmanTable } from "./zstd-huffman";
import { readSequences, SequenceTables } from "./zstd-sequences";

const magic = 0xfd2fb528;
const maxBlockBytes = 128 * 1024;

/** Undoes Zstandard (RFC 8878), without dictionaries and without looking at checksums. */
export function zstd(input: Uint8Array, length: number): Uint8Array {
  const reader = new ByteReader(input);
  const output = new ByteWriter(length);
  while (reader.remaining > 0) {
    const start = reader.uint32();
    // Frames that are to be skipped carry anything.
    if (start >= 0x184d2a50 && start <= 0x184d2a5f) reader.take(reader.uint32());
    else if (start === magic) readFrame(reader, output);
    else throw new ParquetError("a page is not compressed with zstd");
  }
  return output.finish();
}

function readFrame(reader: ByteReader, output: ByteWriter): void {
  const descriptor = reader.byte();
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (!isSingleSegment) reader.byte();
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  if (reader.take(dictionaryBytes).some((byte) => byte !== 0)) throw new ParquetError("a dictionary of zstd is wanted");
  // The page's header has told the size already.
  reader.take([isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0);
  const decoder = new BlockDecoder(output);
  for (;;) {
    const header = reader.byte() | (reader.byte() << 8) | (reader.byte() << 16);
    const size = header >> 3;
    switch ((header >> 1) & 3) {
      case 0:
        output.append(reader.take(size));
        break;
      case 1:
        output.fill(reader.byte(), size);
        break;
      case 2:
        decoder.decode(new ByteReader(reader.take(size)));
        break;
      default:
        throw new ParquetError("a block of zstd has no type");
    }
    if ((header & 1) === 1) break;
  }
  if ((descriptor & 4) !== 0) reader.take(4);
}

/** What compressed blocks of one frame hand on from one to the next. */
class BlockDecoder {
  private huffman?: HuffmanTable;
  private tables: SequenceTables = {};
  private readonly offsets: [number, number, number] = [1, 4, 8];

  constructor(private readonly output: ByteWriter) {}

  decode(reader: ByteReader): void {
    const literals = this.readLiterals(reader);
    let used = 0;
    for (const sequence of readSequences(reader, this.tables)) {
      this.output.append(slice(literals, used, sequence.literals));
      used += sequence.literals;
      this.output.repeat(this.offset(sequence.offset, sequence.literals), sequence.match);
    }
    this.output.append(literals.subarray(used));
  }

  /** The first three values mean one of the last offsets again. */
  private offset(value: number, literals: number): number {
    const last = this.offsets;
    if (value > 3) {
      this.offsets.unshift(value - 3);
      this.offsets.length = 3;
      return value - 3;
    }
    const index = value - 1 + (literals === 0 ? 1 : 0);
    if (index === 0) return last[0];
    const found = index === 3 ? last[0] - 1 : last[index] ?? 0;
    if (index !== 1) last[2] = last[1];
    last[1] = last[0];
    last[0] = found;
    return found;
  }

  private readLiterals(reader: ByteReader): Uint8Array {
    const first = reader.byte();
    const type = first & 3;
    const format = (first >> 2) & 3;
    if (type < 2) {
      const size =
        format === 1
          ? (first >> 4) | (reader.byte() << 4)
          : format === 3
           ? (first >> 4) | (reader.byte() << 4) | (reader.byte() << 12)
           : first >> 3;
      if (size > maxBlockBytes) throw new ParquetError("a block of zstd is too large");
      return type === 0 ? reader.take(size) : new Uint8Array(size).fill(reader.byte());
    }
    // Both sizes take 10, 14 or 18 bits.
    const bits = format < 2 ? 10 : format === 2 ? 14 : 18;
    let header = first >> 4;
    for (let index = 0; index < (format < 2 ? 2 : format === 2 ? 3 : 4); index++) {
      header += reader.byte() * 2 ** (4 + 8 * index);
    }
    const size = header % 2 ** bits;
    const compressed = new ByteReader(reader.take(Math.floor(header / 2 ** bits)));
    if (size > maxBlockBytes) throw new ParquetError("a block of zstd is too large");
    if (type === 2) this.huffman = readHuffmanTable(compressed);
    if (!this.huffman) throw new ParquetError("a block of zstd lacks its table");
    const output = new ByteWriter(size);
    if (format === 0) {
      this.huffman.decode(compressed.take(compressed.remaining), output, size);
      return output.finish();
    }
    const lengths = [0, 1, 2].map(() => compressed.byte() | (compressed.byte() << 8));
    const each = Math.floor((size + 3) / 4);
    for (const length of lengths) this.huffman.decode(compressed.take(length), output, each);
    this.huffman.decode(compressed.take(compressed.remaining), output, size - 3 * each);
    return output.finish();
  }
}

function slice(bytes: Uint8Array, start: number, count: number): Uint8Array {
  if (start + count > bytes.length) throw new ParquetError("a block of zstd lacks literals");
  return bytes.subarray(start, start + count);
}

