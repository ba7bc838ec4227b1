import { ByteReader } from "./byte-reader";
import { ByteWriter } from "./byte-writer";
import { ParquetError } from "./parquet-error";

/** Undoes one block of LZ4. */
export function lz4Block(input: Uint8Array, output: ByteWriter): void {
  const reader = new ByteReader(input);
  while (reader.remaining > 0) {
    const token = reader.byte();
    output.append(reader.take(extended(reader, token >> 4)));
    // The last sequence has no copy.
    if (reader.remaining === 0) return;
    const offset = reader.byte() | (reader.byte() << 8);
    output.repeat(offset, extended(reader, token & 15) + 4);
  }
}

function extended(reader: ByteReader, start: number): number {
  if (start < 15) return start;
  let value = start;
  for (;;) {
    const byte = reader.byte();
    value += byte;
    if (byte < 255) return value;
  }
}

/** Undoes Hadoop's frames of LZ4: each block preceded by both its lengths, high byte first. */
export function lz4Hadoop(input: Uint8Array, length: number): Uint8Array {
  const output = new ByteWriter(length);
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let position = 0;
  while (position + 8 <= input.length && output.position < length) {
    const compressed = view.getUint32(position + 4);
    position += 8;
    if (position + compressed > input.length) throw new ParquetError("the data ends too early");
    lz4Block(input.subarray(position, position + compressed), output);
    position += compressed;
  }
  return output.finish();
}
