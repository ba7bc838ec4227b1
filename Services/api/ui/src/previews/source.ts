import { ApiError, Entry, path, send } from "../core/api";
import { RangeSource } from "../formats/parquet/range-source";

/** One version of an object, whose bytes are fetched piece by piece. */
export interface ObjectSource extends RangeSource {
  entry: Entry;
  /** Where a browser gets the object from. */
  target: string;
}

/** The bytes of an object; a piece of another version than `entry` is refused. */
export function objectSource(repository: string, ref: string, entry: Entry, signal?: AbortSignal): ObjectSource {
  const target = path`/repositories/${repository}/refs/${ref}/objects`;
  return {
    entry,
    target,
    size: entry.size_bytes ?? 0,
    async read(start, end) {
      if (end <= start) return new Uint8Array();
      const answer = await send("GET", target, {
        query: { path: entry.path }, headers: { Range: `bytes=${start}-${end - 1}` }, signal,
      });
      const tag = answer.headers.get("etag")?.replace(/"/g, "");
      if (tag !== undefined && tag !== entry.checksum) throw new ApiError(412, "The object has been replaced meanwhile. Load the page again.");
      return new Uint8Array(await answer.arrayBuffer());
    },
  };
}

/** What is shown of text at most, in bytes. */
export const maxTextBytes = 512 << 10;

export interface TextHead {
  text: string;
  isWhole: boolean;
}

/** The begin of an object as text; undefined where it is none. */
export async function readText(source: ObjectSource, most = maxTextBytes): Promise<TextHead | undefined> {
  const bytes = await source.read(0, Math.min(source.size, most));
  const isWhole = source.size <= most;
  // The cut may be within a character: as a stream, its begin waits for the rest.
  const decode = (encoding: string): string => new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: !isWhole });
  try {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: decode("utf-16le"), isWhole };
    if (bytes.includes(0)) return undefined;
    return { text: decode("utf-8"), isWhole };
  } catch {
    return undefined;
  }
}
