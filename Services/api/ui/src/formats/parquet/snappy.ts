import { ByteReader } from "./byte-reader";
import { ByteWriter } from "./byte-writer";
import { ParquetError } from "./parquet-error";

/** Undoes Snappy's raw format: a length, then literals and copies of what was written before. */
export function snappy(input: Uint8Array, length: number): Uint8Array {
  const reader = new ByteReader(input);
  if (reader.varint() !== length) throw new ParquetError("a page is not as long as announced");
  const output = new ByteWriter(length);
  while (reader.remaining > 0) {
    const tag = reader.byte();
    switch (tag & 3) {
      case 0: {
        let count = (tag >> 2) + 1;
        if (count > 60) count = little(reader, count - 60) + 1;
        output.append(reader.take(count));
        break;
      }
      case 1: {
        const offset = ((tag >> 5) << 8) | reader.byte();
        output.repeat(offset, ((tag >> 2) & 7) + 4);
        break;
      }
      case 2:
        output.repeat(little(reader, 2), (tag >> 2) + 1);
        break;
      default:
        output.repeat(reader.uint32(), (tag >> 2) + 1);
    }
  }
  return output.finish();
}

function little(reader: ByteReader, bytes: number): number {
  let value = 0;
  for (let index = 0; index < bytes; index++) value += reader.byte() * 2 ** (8 * index);
  return value;
}
