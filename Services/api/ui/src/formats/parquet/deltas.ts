import { ByteReader } from "./byte-reader";
import { ParquetError } from "./parquet-error";

const maxBlock = 1 << 20;

/** Reads `count` numbers that are written as differences, in blocks of packed groups. */
export function readDeltas(reader: ByteReader, count: number, bits: 32 | 64): bigint[] {
  const block = reader.varint();
  const groups = reader.varint();
  const total = reader.varint();
  if (groups === 0 || block > maxBlock || block % (groups * 8) !== 0 || total < count) {
    throw new ParquetError("the differences are broken");
  }
  let value = reader.zigzag64();
  const values: bigint[] = [];
  if (total > 0 && count > 0) values.push(value);
  const perGroup = block / groups;
  // All of them are passed, so that the reader stands behind them.
  let left = total - 1;
  while (left > 0) {
    const least = reader.zigzag64();
    const widths = reader.take(groups);
    for (const width of widths) {
      if (left <= 0) break;
      if (width > 64) throw new ParquetError("the differences are broken");
      const packed = reader.take((perGroup * width) / 8);
      const some = Math.min(perGroup, left);
      for (let index = 0; index < some; index++) {
        value = BigInt.asIntN(bits, value + least + bitsAt(packed, index * width, width));
        if (values.length < count) values.push(value);
      }
      left -= some;
    }
  }
  return values;
}

function bitsAt(packed: Uint8Array, start: number, width: number): bigint {
  let value = 0n;
  for (let done = 0; done < width; ) {
    const position = start + done;
    const shift = position & 7;
    const some = Math.min(8 - shift, width - done);
    value |= BigInt(((packed[position >> 3] ?? 0) >> shift) & ((1 << some) - 1)) << BigInt(done);
    done += some;
  }
  return value;
}
