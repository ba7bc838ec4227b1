import { ByteReader } from "./byte-reader";
import { ParquetError } from "./parquet-error";

/** Reads `count` numbers of `width` bits, written as runs of one value and groups of eight packed ones. */
export function readHybrid(reader: ByteReader, width: number, count: number): Uint32Array {
  if (width > 32) throw new ParquetError("numbers of more than 32 bits");
  const values = new Uint32Array(count);
  const bytes = (width + 7) >> 3;
  let filled = 0;
  while (filled < count) {
    const header = reader.varint();
    const groups = Math.floor(header / 2);
    if (header % 2 === 0) {
      if (groups === 0) throw new ParquetError("a run of no values");
      let value = 0;
      for (let index = 0; index < bytes; index++) value += reader.byte() * 2 ** (8 * index);
      const end = Math.min(count, filled + groups);
      values.fill(value, filled, end);
      filled = end;
    } else {
      if (groups === 0) throw new ParquetError("a run of no values");
      const wanted = Math.min(groups * 8, count - filled);
      // The last group may be cut off behind the last value.
      const packed = reader.take(Math.min(groups * width, reader.remaining));
      if (packed.length * 8 < wanted * width) throw new ParquetError("the data ends too early");
      unpack(packed, width, values, filled, wanted);
      filled += wanted;
    }
  }
  return values;
}

/** Spreads numbers of `width` bits, lowest bits first. */
export function unpack(packed: Uint8Array, width: number, values: Uint32Array, start: number, count: number): void {
  let position = 0;
  for (let index = 0; index < count; index++) {
    let value = 0;
    for (let done = 0; done < width; ) {
      const shift = position & 7;
      const some = Math.min(8 - shift, width - done);
      value += (((packed[position >> 3] ?? 0) >> shift) & ((1 << some) - 1)) * 2 ** done;
      done += some;
      position += some;
    }
    values[start + index] = value;
  }
}

/** How many bits the numbers from 0 to `most` take. */
export function bitWidth(most: number): number {
  return 32 - Math.clz32(most);
}
