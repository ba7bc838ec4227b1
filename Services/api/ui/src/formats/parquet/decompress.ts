import { ByteWriter } from "./byte-writer";
import { lz4Block, lz4Hadoop } from "./lz4";
import { codecNames } from "./metadata";
import { ParquetError } from "./parquet-error";
import { snappy } from "./snappy";
import { zstd } from "./zstd";

/** Undoes a page's compression; `length` is what it must be afterwards, in bytes. */
export async function decompress(codec: number, input: Uint8Array, length: number): Promise<Uint8Array> {
  switch (codec) {
    case 0:
      return input;
    case 1:
      return snappy(input, length);
    case 2:
      return gzip(input, length);
    case 5:
      return lz4Hadoop(input, length);
    case 6:
      return zstd(input, length);
    case 7: {
      const output = new ByteWriter(length);
      lz4Block(input, output);
      return output.finish();
    }
    default:
      throw new ParquetError(`compression with ${codecNames[codec] ?? "an unknown codec"} is not read`);
  }
}

// TypeScript's declarations of the browser do not have it yet.
declare const DecompressionStream: new (format: "gzip") => { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };

/** The browser's own gzip, stopped when it yields more than was announced. */
async function gzip(input: Uint8Array, length: number): Promise<Uint8Array> {
  const output = new ByteWriter(length);
  const reader = new Blob([input]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) output.append(part.value);
  } catch (error) {
    // An error of the stream's own closes it; of a longer page the rest is not wanted.
    if (!(error instanceof ParquetError)) throw new ParquetError("a page is not compressed with gzip");
    void reader.cancel().catch(() => undefined);
    throw error;
  }
  return output.finish();
}
