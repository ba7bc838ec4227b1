import { ParquetError } from "./parquet-error";

/** Reads bits from the last to the first, as zstd writes them; its end is marked by the highest bit that is set. */
export class BackwardBits {
  /** Bits left; below zero once zeros beyond the start were read. */
  left: number;

  constructor(private readonly bytes: Uint8Array) {
    const last = bytes[bytes.length - 1] ?? 0;
    if (last === 0) throw new ParquetError("a stream of zstd has no end");
    this.left = (bytes.length - 1) * 8 + (31 - Math.clz32(last));
  }

  /** At most 32 bits; those before the start of the stream are zeros. */
  read(count: number): number {
    let value = 0;
    this.left -= count;
    for (let done = 0; done < count; ) {
      const position = this.left + done;
      if (position < 0) {
        done += Math.min(-position, count - done);
        continue;
      }
      const shift = position & 7;
      const some = Math.min(8 - shift, count - done);
      const byte = this.bytes[position >> 3] ?? 0;
      value += ((byte >> shift) & ((1 << some) - 1)) * 2 ** done;
      done += some;
    }
    return value;
  }
}

/** Reads bits from the first to the last. */
export class ForwardBits {
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  read(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) {
      const byte = this.bytes[this.position >> 3];
      if (byte === undefined) throw new ParquetError("the data ends too early");
      value |= ((byte >> (this.position & 7)) & 1) << index;
      this.position++;
    }
    return value;
  }

  rewind(count: number): void {
    this.position -= count;
  }

  get bytesUsed(): number {
    return (this.position + 7) >> 3;
  }
}
