/** Bytes that can be read piece by piece. */
export interface RangeSource {
  /** In bytes. */
  size: number;
  /** The bytes from `start` up to `end`, which is not beyond `size`. */
  read(start: number, end: number): Promise<Uint8Array>;
}
