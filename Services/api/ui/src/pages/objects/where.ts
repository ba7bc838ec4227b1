import { url, path } from "../../core/api";
import { ofRepository } from "../../core/router";

/** The page of what begins with a prefix. */
export const folderAt = (repository: string, ref: string, prefix: string): string => ofRepository(repository, "objects", { ref, prefix });

/** The page of one object. */
export const objectAt = (repository: string, ref: string, object: string): string =>
  ofRepository(repository, "objects/view", { ref, path: object });

/** Where a browser gets an object's bytes. */
export const bytesAt = (repository: string, ref: string, object: string): string =>
  url(path`/repositories/${repository}/refs/${ref}/objects`, { path: object });

/** How other clients name a path. */
export const uris = (repository: string, ref: string, of: string): { name: string; uri: string }[] => [
  { name: "S3 URI", uri: `s3://${repository}/${ref}/${of}` },
  { name: "lakeFS URI", uri: `lakefs://${repository}/${ref}/${of}` },
];

/** The prefixes above a path, outermost first, each with its own part. A folder's path ends with a slash. */
export function parts(of: string): { name: string; prefix: string }[] {
  const found: { name: string; prefix: string }[] = [];
  for (let at = of.indexOf("/"), start = 0; at >= 0; start = at + 1, at = of.indexOf("/", start)) {
    found.push({ name: of.slice(start, at), prefix: of.slice(0, at + 1) });
  }
  return found;
}
