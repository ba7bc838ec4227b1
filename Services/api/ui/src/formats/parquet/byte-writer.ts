import { ParquetError } from "./parquet-error";

const maxBytes = 64 << 20;

/** Collects exactly the announced number of bytes; what would be more is refused. */
export class ByteWriter {
  readonly bytes: Uint8Array;
  position = 0;

  /** @param length in bytes, as a file announces it: it may be any number. */
  constructor(length: number) {
    if (!(length >= 0 && length <= maxBytes)) throw new ParquetError("a page is too large to be shown");
    this.bytes = new Uint8Array(length);
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  fill(byte: number, count: number): void {
    this.reserve(count);
    this.bytes.fill(byte, this.position, this.position + count);
    this.position += count;
  }

  /** Writes `count` bytes again that were written `offset` bytes ago; they may overlap. */
  repeat(offset: number, count: number): void {
    this.reserve(count);
    if (offset <= 0 || offset > this.position) throw new ParquetError("a compressed page refers to nothing");
    let from = this.position - offset;
    if (offset >= count) {
      this.bytes.copyWithin(this.position, from, from + count);
      this.position += count;
    } else {
      for (let left = count; left > 0; left--) this.bytes[this.position++] = this.bytes[from++] ?? 0;
    }
  }

  finish(): Uint8Array {
    if (this.position !== this.bytes.length) throw new ParquetError("a page is not as long as announced");
    return this.bytes;
  }

  private reserve(count: number): void {
    if (count > this.bytes.length - this.position) throw new ParquetError("a page is longer than announced");
  }
}
